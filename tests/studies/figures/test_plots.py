"""Figures: what they must and must not draw. How they look was judged by eye."""

import dataclasses
import itertools

import matplotlib
import numpy as np
import pytest
from fabricated_run import run_folder
from matplotlib.patches import Rectangle

from studies.figures import album, curve_plots, field_plots, style, yield_plots
from studies.figures.heat_maps import BAND_GAP, band_positions, heat_map, largest_error
from studies.figures.layout import Layout, Panel
from studies.figures.line_plots import level_lines
from studies.metrics.families import Family
from studies.records.record import Curve
from studies.records.store import fields_file
from studies.results.results import Results
from studies.wording.labels import DEPTH, Measured

PEEL = Family("peel_max_ubm_pad", "mpa", (0.5, 1.0, 2.0))


def row(depth, opening, value, error=0.1, part="p"):
    return {
        "part": part, "status": "solved" if value is not None else "failed", DEPTH: depth,
        "opening_ratio": opening, "peel_max_ubm_pad_L1_mpa": value,
        "error_peel_max_ubm_pad_L1_mpa": error,
    }  # fmt: skip


def plan(panels, series=DEPTH, unshown=(), x="opening_ratio"):
    """Panels side by side, as the study's layout makes them."""
    made = tuple(Panel(title, x, list(rows), unshown) for title, rows in panels.items())
    return Layout(made, len(made), series)


def cells(figure, panel=0):
    return [p for p in figure.axes[panel].patches if isinstance(p, Rectangle)]


def rows_of(values):
    return [row(d, o, v) for d, per in values.items() for o, v in per.items()]


VALUES = {0.0: {0.6: 1.0, 0.8: 2.0}, 0.5: {0.6: 1.1, 0.8: 9.0}, 1.0: {0.6: 5.0, 0.8: None}}


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    folder, _ = run_folder(tmp_path_factory.mktemp("plots") / "run", fields=True)
    return Results.read(folder)


def test_topologies_are_bands_with_gaps_and_no_cell_covers_a_gap():
    figure = heat_map(PEEL, plan({"p": rows_of(VALUES)}), 1.0)
    spans = sorted({(c.get_y(), c.get_y() + c.get_height()) for c in cells(figure)})
    assert [b - a for a, b in spans] == [1, 1, 1]
    for (_, top), (bottom, _) in itertools.pairwise(spans):
        assert bottom - top == pytest.approx(BAND_GAP)


def test_ratios_of_one_topology_have_no_gap():
    assert band_positions([0.25, 0.5, 0.75]) == [0.35, 1.35, 2.35]
    heights = band_positions([0.0, 0.25, 0.75, 1.0])
    assert np.diff(heights) == pytest.approx([1.35, 1.0, 1.35])


def test_cells_within_the_errors_of_no_recess_are_hatched_and_gaps_are_grey():
    figure = heat_map(PEEL, plan({"p": rows_of(VALUES)}), 1.0)
    hatched = [c for c in cells(figure) if c.get_hatch() == "////"]
    assert [(round(c.get_x() + 0.5), round(c.get_y(), 2)) for c in hatched] == [(0, 0.85)]
    missing = [c for c in cells(figure) if c.get_hatch() == "xx"]
    assert len(missing) == 1
    labels = {text.get_text() for legend in figure.legends for text in legend.get_texts()}
    assert labels == {"not told apart from no recess: within the errors", "no result"}


def test_parts_share_one_colour_scale():
    low, high = rows_of({0.0: {0.6: 1.0}}), rows_of({0.0: {0.6: 100.0}})
    figure = heat_map(PEEL, plan({"a": low, "b": high}), 1.0)
    first, second = (cells(figure, k)[0].get_facecolor() for k in (0, 1))
    scale = matplotlib.colormaps[style.COLOUR_MAP]
    assert first == pytest.approx(scale(0.0)) and second == pytest.approx(scale(1.0))


@pytest.mark.parametrize("value", [None, 7.0, 0.0])
def test_maps_of_one_value_or_none(value):
    figure = heat_map(PEEL, plan({"p": [row(0.5, 0.6, value)]}), 1.0)
    assert style.render(figure, "png").startswith(b"\x89PNG")


def test_every_stress_figure_says_that_it_is_elastic(results):
    parts = {"p": results.rows_of("growing")}
    stress, current = (results.families[s] for s in ("peel_max_ubm_pad", "resistance"))
    elastic = [
        heat_map(stress, plan(parts), 1.0),
        level_lines(stress, plan(parts), 1.0),
        curve_plots.interface_curves(results.compared, "shear_mpa", 1.0),
        yield_plots.yielded_shares(results.compared),
    ]
    assert all(style.ELASTIC in figure.get_supxlabel() for figure in elastic)
    figure = level_lines(current, plan(parts), None)
    assert style.ELASTIC not in figure.get_supxlabel()


def test_axes_carry_units(results):
    parts = {"p": results.rows_of("growing")}
    family = results.families["current_density_max_ubm_pad"]
    figure = level_lines(family, plan(parts), 1.0)
    assert "kA/cm²" in figure.axes[0].get_ylabel()
    figure = curve_plots.interface_curves(results.compared, "peel_mpa", 1.0)
    assert figure.axes[0].get_ylabel() == "peel stress (MPa)"
    assert "µm" in figure.axes[1].get_xlabel()


def test_error_bars_and_a_line_per_level(results):
    figure = level_lines(PEEL, plan({"p": rows_of(VALUES)}), 1.0)
    bars = figure.axes[0].containers
    assert len(bars) == 3
    assert len({c.lines[0].get_marker() for c in bars}) == 3
    assert len({c.lines[0].get_color() for c in bars}) == 3
    assert len(bars[2].lines[0].get_xdata()) == 1  # the failed case is left out


def test_points_that_the_factors_do_not_tell_apart_are_not_joined():
    figure = level_lines(PEEL, plan({"p": rows_of(VALUES)}, None), 1.0)
    assert figure.axes[0].containers[0].lines[0].get_linestyle() == "None"


def test_points_are_not_joined_where_more_varies_than_the_figure_shows():
    rows = {"p": [row(0.5, o, v) for o, v in ((0.6, 1.0), (0.7, 3.0), (0.8, 2.0))]}
    joined, loose = (
        level_lines(PEEL, plan(rows, None, unshown), 1.0) for unshown in ((), ("pad.thickness_um",))
    )
    assert joined.axes[0].containers[0].lines[0].get_linestyle() == "-"
    assert loose.axes[0].containers[0].lines[0].get_linestyle() == "None"


def test_error_bars_have_caps_wider_than_the_markers():
    figure = level_lines(PEEL, plan({"p": rows_of(VALUES)}), 1.0)
    line, caps, _ = figure.axes[0].containers[0].lines
    assert all(cap.get_markersize() > line.get_markersize() for cap in caps)


def test_panels_of_lines_share_the_scale_and_tick_at_the_levels():
    low, high = rows_of({0.0: {0.6: 1.0, 0.8: 2.0}}), rows_of({0.5: {0.6: 100.0, 0.8: 90.0}})
    figure = level_lines(PEEL, plan({"a": low, "b": high}), 1.0)
    first, second = figure.axes[:2]
    assert first.get_ylim() == second.get_ylim() and first.get_ylim()[1] > 90.0
    assert list(first.get_xticks()) == [0.6, 0.8]
    # a level that the first panel lacks is in the legend all the same, and keeps its colour
    assert [t.get_text() for t in figure.legends[0].get_texts()] == ["0", "0.5"]
    assert second.containers[0].lines[0].get_color() == style.COLOURS[1]


def test_the_largest_error_of_a_map_is_found_with_its_value():
    rows = [row(0.0, 0.6, 1.0, 0.1), row(0.5, 0.6, 7.0, 0.4), row(1.0, 0.6, None, 9.0)]
    assert largest_error(PEEL, plan({"p": rows}), 1.0) == Measured(7.0, 0.4)


@pytest.mark.parametrize(
    "text, width, lines",
    [
        ("The bump keeps its diameter (78 µm)", 30, ["The bump keeps its diameter", "(78 µm)"]),
        ("opening ratio 0.75, UBM copper 0.5 µm", 30, ["opening ratio 0.75,", "UBM copper 0.5 µm"]),
        ("distance to the neutral point 5 µm", 12, ["distance to", "the neutral", "point 5 µm"]),
        ("short", 30, ["short"]),
    ],
)
def test_titles_break_where_they_stay_readable(text, width, lines):
    assert style.broken(text, width).split("\n") == lines


def test_running_mean_is_exact_and_crosses_corners():
    s = np.linspace(0.0, 4.0, 401)
    ones = np.ones_like(s)
    centre, mean = curve_plots.running_mean(s, ones, np.where(s < 2.0, 0.0, 1.0), 1.0)
    assert centre[0] == 0.5 and centre[-1] == 3.5
    assert mean.min() == pytest.approx(0.0, abs=1e-12) and mean.max() == pytest.approx(1.0)
    assert np.interp(2.0, centre, mean) == pytest.approx(0.5, abs=0.01)
    # weight r ds: the mean of r over [0, 1] is 2/3
    assert curve_plots.running_mean(s, s, s, 1.0)[1][0] == pytest.approx(2 / 3, rel=1e-3)


def test_an_interface_shorter_than_the_window_is_averaged_whole():
    s = np.array([0.0, 0.5, 1.0])
    centre, mean = curve_plots.running_mean(s, np.ones(3), np.array([1.0, 2.0, 3.0]), 2.0)
    assert list(centre) == [0.5] and mean == pytest.approx([2.0])


def test_curves_are_quadratic_between_nodes():
    peel = {"peel_mpa": [0.0, 0.25, 1.0]}
    curve = Curve([0.0, 0.5, 1.0], [1.0] * 3, leg=["floor"] * 3, densities=peel)
    s, _, v, floor = curve_plots.refined(curve, "peel_mpa")
    assert v == pytest.approx(s**2) and floor.all() and len(s) > 10


def test_a_design_without_this_interface_is_left_out(results):
    figure = curve_plots.interface_curves(results.compared, "peel_mpa", 1.0, "ubm/dielectric")
    assert len(figure.axes[0].lines) <= 2  # no more than the axis itself


def read_fields(results):
    entries = results.compared
    sections = [field_plots.build_cross_section(e.design) for e in entries]
    window = field_plots.edge_windows([section.design for section in sections])[0]
    paths = [fields_file(results.folder, e.row["key"]) for e in entries]
    return window, [
        field_plots.read_field(path, e.label, section, window)
        for path, e, section in zip(paths, entries, sections, strict=True)
    ]


def test_fields_are_not_shared_between_elements(results):
    _, fields = read_fields(results)
    triangles = fields[0].triangulation.triangles
    assert len(triangles) == 16  # four quadratic ones, in four each
    owner = triangles // 6
    assert (owner == owner[:, :1]).all()
    assert fields[0].conducting.reshape(4, 4).all(axis=1).tolist() == [True, True, False, False]
    assert fields[0].metal.reshape(4, 4).all(axis=1).tolist() == [True, True, False, True]


def test_fields_share_window_and_scale(results):
    window, fields = read_fields(results)
    for figure in (field_plots.stress_fields(fields, window),
                   field_plots.current_fields(fields, window)):  # fmt: skip
        panels = figure.axes[: len(fields)]
        assert {ax.get_xlim() for ax in panels} == {window[:2]}
        assert len({ax.collections[0].get_clim() for ax in panels}) == 1
        assert style.render(figure, "svg").lstrip().startswith(b"<?xml")


def test_strains_share_a_scale_and_grey_is_what_has_not_flowed(results):
    window, fields = read_fields(results)
    size = len(fields[0].triangulation.x)
    strain = np.where(np.arange(size) < size // 2, 0.0, np.linspace(0.0, 0.02, size))
    flowed = [dataclasses.replace(field, inelastic_strain=strain) for field in fields]
    figure = field_plots.strain_fields(flowed, window)
    panels = figure.axes[: len(fields)]
    assert len({ax.collections[0].get_clim() for ax in panels}) == 1
    drawn = panels[0].collections[0]._triangulation.triangles
    assert 0 < len(drawn) < len(flowed[0].triangulation.triangles)
    assert strain[drawn].reshape(-1, 12).max(axis=1).min() > 0.0
    assert "after yield and creep" in figure.get_supxlabel()
    stress = field_plots.stress_fields(flowed, window, "after yield and creep")
    assert not stress.legends, "nothing is above its yield strength in what yields"


def test_designs_are_to_scale(results):
    figure = field_plots.designs(results.compared)
    assert all(ax.get_aspect() == 1.0 for ax in figure.axes)


def test_rendering_is_repeatable_and_leaves_the_session_alone(results):
    before = dict(matplotlib.rcParams)
    one, two = (style.render(yield_plots.yielded_shares(results.compared), "svg") for _ in range(2))
    assert one == two and b"<dc:date>" not in one
    assert dict(matplotlib.rcParams) == before


def test_pages_carry_the_shorter_of_svg_and_png():
    svg = b'<?xml version="1.0"?>\n<!DOCTYPE svg>\n<svg a="b">\n <path d="M 1.23456 2 # %"/></svg>'
    uri = album.svg_uri(svg)
    assert uri.startswith("data:image/svg+xml") and not set(uri) & set('"<>#')
    assert "M 1.23 2 %23 %25" in uri


def test_very_many_marks_are_pixels_in_an_svg(monkeypatch):
    found = plan({"p": [row(0.0, 0.5 + 0.01 * k, 1.0 + k) for k in range(20)]})
    few = style.render(level_lines(PEEL, found, 1.0), "svg")
    monkeypatch.setattr(style, "MOST_MARKS", 30)  # points and their bars
    many = style.render(level_lines(PEEL, found, 1.0), "svg")
    assert few.count(b"<image") == 0 < many.count(b"<image")
    assert many.count(b"<use") < few.count(b"<use")
