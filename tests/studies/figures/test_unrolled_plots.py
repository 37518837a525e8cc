"""Maps over arc length and theta: what stands where, on which scale, with which marks."""

import dataclasses
import itertools

import matplotlib
import numpy as np
import pytest
from matplotlib.patches import Rectangle, Wedge

from studies.figures import style, top_view_plots, unrolled_plots
from studies.figures.interface_maps import InterfaceMap, MapWindow
from studies.loads.marks import Arrow, Disc, LoadMark, Strip

THETA = np.linspace(0.0, 180.0, 37)


def made_up(legs, value, quantity="peel", label="design", window=None, load=None):
    """A map of legs {name: length}, the floor outwards, the sidewall upwards at r = 30 um.

    ``value`` is f(s, theta in degrees).
    """
    s, r, names = [], [], []
    start = 0.0
    for leg, length in legs.items():
        ends = start + length * np.linspace(0.0, 1.0, 21)
        for a, b in itertools.pairwise(ends):
            for x in (a, (a + b) / 2, b):
                s.append(x)
                r.append(x * 30.0 / legs["floor"] if leg == "floor" else 30.0)
                names.append(leg)
        start += length
    s = np.array(s)
    values = np.array([value(s, t) + 0 * s for t in THETA])
    return InterfaceMap(
        label, quantity, "ubm/pad", s, np.array(r), tuple(names), THETA, values, window, load
    )


BOTH = {"floor": 30.0, "sidewall": 0.5}


def panels(figure):
    """Axes with a map, from top to bottom and left to right."""
    return [ax for ax in figure.axes if ax.get_xlim() == (-180.0, 180.0)]


def test_a_density_that_is_quadratic_on_its_facets_is_met_exactly():
    map_ = made_up(BOTH, lambda s, t: s**2 * np.cos(np.radians(t)))
    s = np.array([0.1, 7.77, 29.99])
    assert map_.on_grid("floor", s)[0] == pytest.approx(s**2)
    assert map_.on_grid("floor", s)[-1] == pytest.approx(-(s**2))
    assert np.isnan(map_.on_grid("sidewall", s)).all()
    assert map_.corner_um == pytest.approx(30.0) and map_.legs == ("floor", "sidewall")


def test_angles_are_mirrored_and_periodic():
    values = np.cos(np.radians(THETA))[:, None]
    map_ = made_up(BOTH, lambda s, t: s)
    found = unrolled_plots._at_angles(map_, values, np.array([-90.0, 60.0, -60.0, 270.0, 420.0]))
    assert found[:, 0] == pytest.approx([0.0, 0.5, 0.5, 0.0, 0.5], abs=1e-12)


def test_angles_of_a_whole_circle_are_periodic_and_not_mirrored():
    whole = np.linspace(0.0, 360.0, 181)
    map_ = dataclasses.replace(
        made_up(BOTH, lambda s, t: s), theta_deg=whole, values=np.zeros((181, 120))
    )
    values = np.sin(np.radians(whole))[:, None]
    found = unrolled_plots._at_angles(map_, values, np.array([-90.0, 30.0, 150.0, 270.0, 390.0]))
    assert found[:, 0] == pytest.approx([-1.0, 0.5, 0.5, -1.0, 0.5], abs=1e-12)


def test_each_leg_has_its_band_and_the_note_says_how_far_it_is_stretched():
    maps = [made_up(BOTH, lambda s, t: s), made_up({"sidewall": 1.0}, lambda s, t: s)]
    figure = unrolled_plots.unrolled_maps(maps)
    axes = panels(figure)
    assert len(axes) == 6
    limits = [ax.get_ylim() for ax in axes[::2]]
    assert limits == [pytest.approx(x) for x in ((0.0, 1.0), (-3.0, 0.0), (-30.0, -3.0))]
    # inner floor 27 um in 0.85, outer 3 um and sidewall 1 um in 1.15 of the height
    note = figure.get_supxlabel()
    assert f"sidewall ×{27 * 1.15 / 0.85:.3g}" in note
    assert f"floor, outer 3 µm ×{9 * 1.15 / 0.85:.3g}" in note
    assert style.ELASTIC in note
    words = [text.get_text() for ax in axes for text in ax.texts]
    assert words.count("no floor") == 2 and "no sidewall" not in words


def test_pixels_show_the_density_where_it_is():
    map_ = made_up(BOTH, lambda s, t: (s - 30.0) * np.cos(np.radians(t)))
    for ax in panels(unrolled_plots.unrolled_maps([map_])):
        (image,) = ax.images
        shown = np.asarray(image.get_array())
        left, right, low, high = image.get_extent()
        assert (left, right) == (-180, 180) and (low, high) == pytest.approx(ax.get_ylim())
        theta = (np.arange(shown.shape[1]) + 0.5) / shown.shape[1] * 360 - 180
        s = low + (np.arange(len(shown)) + 0.5) / len(shown) * (high - low)
        # straight between layers of 5 degrees: off by 1 - cos(2.5 degrees) at most
        np.testing.assert_allclose(
            shown, np.outer(s, np.cos(np.radians(theta))), atol=1e-3 * np.abs(s).max()
        )


def test_peel_is_centred_and_magnitudes_start_at_zero():
    peel = made_up(BOTH, lambda s, t: 50.0 - s)
    shear = dataclasses.replace(peel, quantity="shear", values=np.abs(peel.values))
    current = dataclasses.replace(peel, quantity="current", values=1.0 + peel.values**2)
    for map_, kind, low in ((peel, "RdBu_r", -1), (shear, style.COLOUR_MAP, 0)):
        image = panels(unrolled_plots.unrolled_maps([map_]))[0].images[0]
        limits = image.get_clim()
        assert limits[0] == low * limits[1] and limits[1] == 50.0
        assert image.get_cmap().name == kind
    image = panels(unrolled_plots.unrolled_maps([current]))[0].images[0]
    assert isinstance(image.norm, matplotlib.colors.LogNorm)


def test_designs_share_one_scale():
    maps = [made_up(BOTH, lambda s, t, f=f: f + 0 * s) for f in (1.0, 100.0)]
    clims = {ax.images[0].get_clim() for ax in panels(unrolled_plots.unrolled_maps(maps))}
    assert clims == {(-100.0, 100.0)}


def boxes(ax):
    return [
        (p.get_x(), p.get_x() + p.get_width(), p.get_y(), p.get_y() + p.get_height())
        for p in ax.patches
        if isinstance(p, Rectangle) and p.get_edgecolor()[:3] == (0.0, 0.0, 0.0)
    ]


def test_the_worst_window_is_drawn_across_the_corner_and_across_180_degrees():
    window = MapWindow(29.8, 0.5, (170.0, 190.0), 123.4, 0.32)
    map_ = made_up(BOTH, lambda s, t: s, window=window)
    figure = unrolled_plots.unrolled_maps([map_])
    wall, outer, inner = panels(figure)
    assert boxes(wall) == [pytest.approx(b) for b in ((-190, -170, 0, 0.3), (170, 190, 0, 0.3))]
    assert boxes(outer) == [pytest.approx(b) for b in ((-190, -170, -0.2, 0), (170, 190, -0.2, 0))]
    assert boxes(inner) == []
    assert "worst window 123.4 ± 0.4 MPa" in wall.get_title(loc="left")


def test_arcs_of_entry_are_marked_on_the_whole_circle():
    load = LoadMark("current enters", half_angle_deg=10.0, count=4)
    assert load.arcs() == [(-10, 10), (80, 100), (-190, -170), (-100, -80)]
    figure = unrolled_plots.unrolled_maps([made_up(BOTH, lambda s, t: s, load=load)])
    bars = sorted((p.get_x(), p.get_x() + p.get_width()) for p in panels(figure)[0].patches)
    assert bars == [(-180, -170), (-100, -80), (-10, 10), (80, 100), (170, 180)]
    figure = unrolled_plots.unrolled_maps(
        [made_up(BOTH, lambda s, t: s, load=LoadMark("outwards"))]
    )
    assert "outwards" in [text.get_text() for text in panels(figure)[0].texts]


def test_notes_fit_under_one_design_and_under_three():
    map_ = made_up(BOTH, lambda s, t: s)
    for count, lines in ((1, 2), (3, 1)):
        figure = unrolled_plots.unrolled_maps([map_] * count)
        note = figure.get_supxlabel()
        assert note.count("\n") + 1 == lines and note.startswith(f"{style.ELASTIC}; UBM/pad")
        figure.draw_without_rendering()
        box = figure._supxlabel.get_window_extent()
        assert box.x0 >= 0 and box.x1 <= figure.bbox.width


def test_top_views_put_floor_and_sidewall_where_they_are():
    # the floor's value is r, the sidewall's 100; positive where x is
    def value(s, t):
        return np.where(s > 30.0, 100.0, s) * np.cos(np.radians(t))

    window = MapWindow(29.0, 1.0, (-10.0, 10.0), 5.0)
    figure = top_view_plots.top_views([made_up(BOTH, value, window=window)])
    ax = figure.axes[0]
    (image,) = ax.images
    shown, (left, right, *_) = np.asarray(image.get_array()), image.get_extent()
    assert left == -right

    def at(x, y):
        n = len(shown)
        return shown[int((y + right) / (2 * right) * n), int((x + right) / (2 * right) * n)]

    for x, y in ((10.0, 0.0), (-20.0, 3.0), (0.5, 25.0)):
        assert at(x, y) == pytest.approx(x, abs=0.2)
    assert np.isnan(at(30.7, 0.0)) and np.isnan(at(35.0, 30.0))
    assert at(34.0, 0.0) == pytest.approx(100.0, abs=0.5)
    assert at(-24.0, 24.0) == pytest.approx(-70.7, abs=0.5)
    assert f"stretched ×{0.2 * 30 / 0.5:.3g}" in figure.get_supxlabel()
    sectors = [p for p in ax.patches if isinstance(p, Wedge)]
    assert len(sectors) == 2  # one line in white, one in black over it
    for found in sectors:
        assert (found.theta1, found.theta2) == (-10.0, 10.0)
        assert (found.r, found.width) == pytest.approx((30.0, 1.0))


def test_top_views_say_where_there_is_no_floor_and_draw_every_load():
    loads = (
        LoadMark("in", (Strip(20.0, "trace"),), "trace", 14.5, pad_radius_um=40.0),
        LoadMark("outwards", (Arrow("outwards"),), "shift", pad_radius_um=40.0),
        LoadMark("in", tuple(Disc(20.0, 60.0 * k, 4.0) for k in range(6)), "6 vias", 5.0, 6, 40.0),
        None,
    )  # fmt: skip
    for load in loads:
        map_ = made_up({"sidewall": 1.0}, lambda s, t: 5.0 + s, "current", load=load)
        figure = top_view_plots.top_views([map_])
        words = " ".join(text.get_text() for text in figure.axes[0].texts)
        assert "no contact" in words
        assert [name in words for name in ("trace", "shift", "6 vias")] == [
            load is each for each in loads[:3]
        ]
        assert style.ELASTIC not in figure.get_supxlabel()
        assert style.render(figure, "png").startswith(b"\x89PNG")
    map_ = dataclasses.replace(map_, load=loads[2])
    circles = [p for p in top_view_plots.top_views([map_]).axes[0].patches
               if getattr(p, "radius", None) == 2.0]  # fmt: skip
    assert len({tuple(np.round(c.center, 6)) for c in circles}) == 6


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"quantity": "temperature"}, "quantity"),
        ({"values": np.zeros((2, 3))}, "shape"),
        ({"theta_deg": np.linspace(0, 90, 37)}, "0 to 180"),
        ({"leg": ("floor",)}, "three points"),
    ],
)
def test_maps_that_make_no_sense_are_refused(change, words):
    map_ = made_up(BOTH, lambda s, t: s)
    with pytest.raises(ValueError, match=words):
        dataclasses.replace(map_, **change)


def test_only_like_maps_stand_side_by_side():
    peel, shear = (made_up(BOTH, lambda s, t: s, q) for q in ("peel", "shear"))
    for maps in ([], [peel, shear]):
        with pytest.raises(ValueError, match="maps"):
            unrolled_plots.unrolled_maps(maps)
