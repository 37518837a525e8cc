"""Drawings: every recipe gives its figures, labels are the design file's, nothing overlaps."""

import itertools

import matplotlib
import numpy as np
import pytest
import shapely
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from geometry import Design, DesignError, build_cross_section
from geometry.claims.catalogue import all_recipes, design_for_claim
from geometry.design.parameters import parameter_exists
from geometry.drawing.canvas import recess_window, region_colours, scale_bar, smooth
from geometry.drawing.dimension_lines import spread
from geometry.drawing.dimensions import mask_edge, plot_dimensions, whole_cell
from geometry.drawing.film_strip import change, plot_film_strip
from geometry.drawing.pictures import draw_design, draw_film_strip, plot_section
from geometry.process.operations import Film

JOINT = {"bump.shape": "reflowed", "assembly.standoff_um": 60.0}
ODD = {
    "bump.shape": "reflowed", "bump.diameter_um": 76.0, "passivation.cd_bias_um": -1.0,
    "pad.thickness_um": 2.0, "pad_etch.depth_ratio": 0.6, "pad_etch.undercut_um": 0.6,
    "pad_etch.sidewall_angle_deg": 60.0, "ubm.step_coverage": 0.5,
}  # fmt: skip
COPPER = {"material": "Cu", "thickness_um": 30.0}
PILLAR = {
    "cell.pitch_um": 80.0, "pad.diameter_um": 45.0, "passivation.opening_diameter_um": 20.0,
    "ubm.overhang_um": 10.0, "ubm.enhanced": [{"name": "pillar", **COPPER},
                                              {"name": "barrier", **COPPER, "thickness_um": 3.0}],
    "bump.height_um": 15.0,
}  # fmt: skip
DESIGNS = {
    "default": Design(),
    "pillar": Design().replace(**PILLAR),
    "pillar, reflowed": Design().replace(**PILLAR, **{"bump.shape": "reflowed"}),
    "beyond the rim": Design(ubm={"overhang_um": 14.0}),
    "beyond a thick pad's rim": Design(ubm={"overhang_um": 14.0}, pad={"thickness_um": 8.0},
                                       bump={"shape": "reflowed"}),
    "no-recess": Design(variant="no-recess"),
    "joint": Design().replace(**JOINT),
    "joint without underfill": Design().replace(**JOINT, **{"assembly.underfill": None}),
    "mask-defined joint": Design().replace(**JOINT, **{"assembly.pad.diameter_um": 100.0}),
    "odd": Design().replace(**ODD),
    "wide overhang": Design(ubm={"overhang_um": 20.0}),
    "no overhang": Design(ubm={"overhang_um": 0.0}),
    "cone": Design(bump={"method": "evaporate", "shape": "as-deposited"},
                   ubm={"deposition": "evaporate"}),
    **{recipe.name: recipe.design for recipe in all_recipes()},
    "trace": Design(pad={"feed": "trace"}, trace={"thickness_um": 0.4, "width_um": 30.0}),
    "joint with a trace": Design().replace(**JOINT, **{"pad.feed": "trace"}),
    "via, full depth": design_for_claim("passivation-mask-via-fed-central", variant="full-depth"),
}  # fmt: skip


def drawn(figure: Figure) -> FigureCanvasAgg:
    assert isinstance(figure, Figure)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return canvas


def texts_of(figure: Figure) -> list:
    return [
        text for text in figure.findobj(matplotlib.text.Text)
        if text.get_text().strip() and text.get_visible()
    ]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", DESIGNS)
def test_film_strip_shows_every_step(name):
    section = build_cross_section(DESIGNS[name])
    figure = plot_film_strip(section)
    drawn(figure)
    shown = {text.get_text() for text in texts_of(figure)}
    assert {f"{k}  {label}" for k, (label, _) in enumerate(section.steps)} <= shown
    assert len(figure.axes) == 2 * len(section.steps)
    edge = section.design.opening_radius_um
    for zoom, whole in zip(figure.axes[::2], figure.axes[1::2], strict=True):
        assert zoom.get_aspect() == whole.get_aspect() == 1.0
        r0, r1 = zoom.get_xlim()
        assert r0 < edge < r1 and r0 < section.design.ubm_radius_um < r1
        assert whole.get_xlim() == (0.0, section.cell_radius_um)


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.slow if k % 3 else ()) for k, name in enumerate(DESIGNS)],
)
def test_dimension_texts_do_not_overlap(name):
    figure = plot_dimensions(build_cross_section(DESIGNS[name]))
    canvas = FigureCanvasAgg(figure)
    figure.draw_without_rendering()  # sizes are all that is looked at
    renderer = canvas.get_renderer()
    boxes = []
    for text in texts_of(figure):
        if "µm" in text.get_text() and len(text.get_text()) < 9:
            continue  # the scale bars, on the pictures
        extent = text.get_window_extent(renderer)
        assert extent.x0 >= 0 and extent.x1 <= figure.bbox.width, text.get_text()
        assert extent.y0 >= 0 and extent.y1 <= figure.bbox.height, text.get_text()
        boxes.append((text.get_text(), shapely.box(*extent.extents).buffer(-1.0)))
    for (one, a), (other, b) in itertools.combinations(boxes, 2):
        assert not a.intersects(b), (one, other)


@pytest.mark.parametrize("name", DESIGNS)
def test_dimensions_have_the_length_that_they_say_under_a_name_of_the_file(name):
    section = build_cross_section(DESIGNS[name])
    for panel in (whole_cell(section), mask_edge(section)):
        for line in (*panel.above, *panel.below, *panel.left, *panel.right):
            path = line.text.replace("(", " ").split()[0].split("/")[0]
            if "." in path:
                assert parameter_exists(path), line.text
        for up in (*panel.left, *panel.right):
            if not up.broken:
                said = float(up.text.split("\nbump.metal")[0].rsplit("= ", 1)[1])
                np.testing.assert_allclose(abs(up.end - up.start), said, rtol=1e-3)
    texts = " ".join(line.text for line in (*mask_edge(section).right, *mask_edge(section).left))
    for wanted in ("pad.thickness_um", "passivation.thickness_um", "dielectric.thickness_um",
                   "ubm.layers.ti.thickness_um"):  # fmt: skip
        assert wanted in texts
    assert ("polyimide.thickness_um" in texts) == (section.design.polyimide is not None)
    first = [f"ubm.enhanced.{layer.name}.thickness_um" for layer in section.design.ubm.enhanced[:1]]
    assert all(path in texts for path in first) and ("ubm.enhanced" in texts) == bool(first)


def test_a_pillar_is_measured_whole_and_magnified_at_its_foot():
    section = build_cross_section(DESIGNS["pillar"])
    whole = {up.text: up for up in whole_cell(section).right}
    assert not whole["ubm.enhanced.pillar.thickness_um = 30"].broken
    assert "ubm.enhanced.barrier.thickness_um = 3" in whole
    cut = next(up for up in mask_edge(section).right if "enhanced.pillar" in up.text)
    assert cut.broken
    for r0, r1, z0, z1 in (mask_edge(section).window, recess_window(section)):
        assert z1 - z0 < 12.0, "films of 0.1 um are to be seen"
        assert 0.0 <= r0 < 10.0 < r1


def test_texts_are_spread_no_further_than_needed():
    np.testing.assert_allclose(spread([0.0, 10.0], 1.0), [0.0, 10.0])
    np.testing.assert_allclose(spread([5.0, 5.0, 5.0], 1.0), [4.0, 5.0, 6.0])
    places = np.array(spread([3.0, 0.1, 0.0, 0.2], 1.0))
    assert np.diff(np.sort(places)).min() >= 1.0 - 1e-12
    assert list(np.argsort(places)) == [2, 1, 3, 0]


def test_change_tells_new_from_reshaped_and_removed():
    steps = dict(build_cross_section(Design()).steps)
    labels = list(steps)
    etch = labels.index("pad etched, passivation as mask")
    did = change(steps[labels[etch - 1]], steps[labels[etch]])
    assert not did.added and [film.region for film in did.touched] == ["pad"]
    np.testing.assert_allclose(did.removed.area, 30.0 * 0.5, rtol=1e-9)
    did = change(steps[labels[etch]], steps[labels[etch + 1]])
    assert [film.region for film in did.added] == ["ubm_ti", "ubm_niv", "ubm_cu"]
    assert did.removed.is_empty and not did.touched


def test_curved_outline_is_smooth_and_keeps_its_ends():
    section = build_cross_section(design_for_claim(1))
    bump = section.films["bump"]
    round_ = smooth(bump.shape, bump.meridian)
    assert len(round_.exterior.coords) > 5 * len(bump.shape.exterior.coords)
    volume = 2 * np.pi * round_.area * round_.centroid.x
    chords = 2 * np.pi * bump.shape.area * bump.shape.centroid.x
    assert abs(volume - bump.volume_um3) < 0.03 * abs(chords - bump.volume_um3)
    assert smooth(bump.shape, None) is bump.shape


def test_regions_have_colours_of_their_own():
    names = [*Design().replace(**JOINT).region_names, "via", "polyimide", "photoresist",
             "enhanced_ubm_ni", "enhanced_ubm_cu"]  # fmt: skip
    assert len(set(region_colours(names).values())) == len(names)


@pytest.mark.parametrize("name", ["polyimide-mask", "joint"])
def test_section_window_shows_mask_and_ubm(name):
    section = build_cross_section(DESIGNS[name])
    drawn(plot_section(section))
    top = recess_window(section)[3]
    mask = section.regions["polyimide" if section.design.polyimide else "passivation"]
    assert top > mask.bounds[3] + section.design.ubm.thickness_um


@pytest.mark.parametrize(
    ("design", "said", "at"),
    [
        (DESIGNS["trace"], "from a trace\nat θ = 0 ± 22°", (40.0, 0.2)),
        (Design(pad={"feed": "via"}, via={"kind": "discrete"}), "through 16 vias", (35.0, 0.0)),
        (Design(), None, None),
    ],
)
def test_section_points_to_where_current_enters_through_arcs(design, said, at):
    figure = plot_section(build_cross_section(design))
    drawn(figure)
    found = [text for text in texts_of(figure) if "current enters" in text.get_text()]
    assert len(found) == (said is not None)
    for text in found:
        assert said in text.get_text()
        np.testing.assert_allclose(text.xy, at)


def test_dimensions_name_the_trace():
    rows = whole_cell(build_cross_section(DESIGNS["trace"])).below
    (row,) = [row for row in rows if row.text.startswith("trace.")]
    assert row.text == "trace.width_um = 30 (θ = ±22°), trace.thickness_um = 0.4"
    assert row.end == 40.0


@pytest.mark.slow
def test_files_are_written(tmp_path):
    paths = draw_design(Design(), tmp_path)
    kinds = ("section", "mesh", "process", "dimensions")
    assert [path.name for path in paths] == [f"default-{kind}.png" for kind in kinds]
    assert all(path.stat().st_size > 10_000 for path in paths)
    film = draw_film_strip(Design(), tmp_path / "film.svg")
    assert film.read_text(encoding="utf-8").lstrip().startswith("<?xml")


def test_the_scale_bar_takes_the_corner_where_it_crosses_nothing():
    window = (0.0, 10.0, 0.0, 6.0)
    films = [
        Film("chip", "Si", shapely.box(0.0, 0.0, 10.0, 0.4)),
        Film("dielectric", "SiO2", shapely.box(0.0, 0.4, 8.0, 2.0)),
        Film("via", "Cu", shapely.box(8.0, 0.4, 10.0, 2.0)),
        Film("bump", "SAC305", shapely.box(0.0, 4.0, 10.0, 6.0)),
    ]
    for shown, corner in (((), (7.6, 0.3)), (films, (0.4, 5.4))):
        ax = Figure().subplots()
        scale_bar(ax, window, films=shown)
        (bar,) = ax.lines
        assert (bar.get_xdata()[0], bar.get_ydata()[0]) == pytest.approx(corner)


def test_designs_and_sections_show_themselves_in_a_notebook():
    design = Design()
    assert repr(design).startswith("Design default: partial-depth\n  films: chip (Si), ")
    assert str(design) == repr(design)
    html = design._repr_html_()
    assert "opening: 60 um in the passivation" in html and "data:image/png" in html
    section = build_cross_section(design)
    assert "interfaces: bump/ubm, ubm/pad" in repr(section)
    assert len(section.plot(view="process").axes) > len(section.plot().axes)
    with pytest.raises(DesignError, match="view = 'front' must be one of section, process"):
        design.plot(view="front")


def test_a_design_that_cannot_be_made_shows_why():
    design = Design(cell={"pitch_um": 155.0}, bump={"shape": "reflowed", "height_um": 900.0})
    html = design._repr_html_()
    assert "cannot be made: " in html and "<img" not in html
