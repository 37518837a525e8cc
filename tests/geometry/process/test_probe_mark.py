"""The probe's mark as a relief: closed forms, etches, legs, and meshes that stay what they are."""

import math
from functools import cache

import numpy as np
import pytest
from numpy.testing import assert_allclose

from geometry import Design, build_cross_section, build_mesh
from geometry.meshing.report import mesh_report
from geometry.meshing.sizes import EVERYWHERE, corner_scales
from geometry.process import recipes
from geometry.process.mark import FEWEST, TURN, Mark, chorded, etched, surviving_relief
from geometry.process.operations import revolved_volume
from geometry.process.probed import mark_of, relief_of

COARSE = {"size_factor": 4.0}
NO_FILM = {"film_resistivity_ohm_m2": 0.0}
MARKS = {
    "crater": {},
    "groove": {"ring_diameter_um": 30.0, "diameter_um": 6.0},
    "sharp": {"wall_width_um": 0.0},
    "wide wall": {"wall_width_um": 2.0},
    "pointed": {"wall_width_um": 8.0, "depth_ratio": 0.8},
    "no rim": {"pile_up_share": 0.0},
    "shallow": {"depth_um": 0.02},
    "through": {"depth_ratio": 1.0},
    "before": {"when": "before-passivation", "diameter_um": 56.0},
}


def sha(design):
    return mesh_report(build_mesh(build_cross_section(design)))["sha256"]


def surface_of(shape, radii):
    """Height of a film at radii inside its opening."""
    from shapely import LineString

    lines = [shape.intersection(LineString([(r, -0.5), (r, 9.0)])) for r in radii]
    return [0.0 if line.is_empty else line.bounds[3] for line in lines]


def closed_form_um3(probe, depth):
    wall, half = probe.wall_width_um, probe.diameter_um / 2
    if probe.ring_diameter_um:
        return 2 * math.pi * (probe.ring_diameter_um / 2) * depth * (2 * half - wall)
    return math.pi * depth * ((half**2 + (half - wall) ** 2) / 2 - 2 * wall**2 / math.pi**2)


@pytest.mark.parametrize("name", MARKS)
def test_the_pad_loses_what_does_not_pile_up(name):
    design = Design(variant="no-recess", probe=MARKS[name])
    stacks = dict(recipes.run(design))
    before = revolved_volume(stacks["pad on dielectric"].film("pad").shape)
    after = revolved_volume(stacks["pad probed"].film("pad").shape)
    mark = mark_of(design)
    lost = (1 - design.probe.pile_up_share) * closed_form_um3(design.probe, mark.depth_um)
    rtol = 1e-3 if name == "through" else 1e-6  # no wedge on the dielectric
    assert_allclose(before - after, lost, rtol=rtol)
    assert_allclose(mark.crater_um3, closed_form_um3(design.probe, mark.depth_um), rtol=1e-12)


def test_the_rim_has_its_height_in_closed_form():
    design = Design(probe={})
    volume = closed_form_um3(design.probe, 0.4)
    expected = 0.9 * volume / (math.pi * 4.0 * (8.0 + 2.0))
    assert_allclose(mark_of(design).rim_height_um, expected, rtol=1e-4)
    assert_allclose(build_cross_section(design).derived()["mark_rim_um"], expected, rtol=1e-4)


def test_both_rims_of_a_groove_are_equally_high():
    mark = mark_of(Design(probe=MARKS["groove"]))
    r, z = mark.surface_um.T
    # chords overtop the curve, not quite alike at two radii
    assert_allclose(z[r < 12].max() - 1, mark.rim_height_um, rtol=0.01)
    assert_allclose(z[r > 18].max(), z[r < 12].max(), rtol=1e-4)
    assert_allclose(mark.rim_height_um, 0.9 * mark.crater_um3 / (2 * math.pi * 15 * 4), rtol=1e-12)


@pytest.mark.parametrize("start", [0.0, 1.0, 7.6])
@pytest.mark.parametrize(("width", "rise"), [(0.4, 0.4), (0.4, -1.0), (2.0, 0.5), (4.0, 0.01)])
def test_chords_follow_a_curve_on_the_average_over_every_one(start, width, rise):
    r, z = np.array(chorded(((start, 3.0), (start + width, 3.0 + rise)))).T
    assert z[[0, -1]].tolist() == [3.0, 3.0 + rise]
    assert start < r[0] < r[1] and r[-2] < r[-1] < start + width
    x = np.linspace(0, width, 200_001)
    curve = 3.0 + rise * (1 - np.cos(math.pi * x / width)) / 2
    apart = np.interp(start + x, r, z) - curve
    assert np.abs(apart).max() < 0.4 / FEWEST**2 * abs(rise)
    slopes = np.arctan2(np.diff(z), np.diff(r))
    assert np.abs(np.diff([0.0, *slopes, 0.0])).max() < 1.1 * TURN
    for k in range(len(r)):
        hat = np.interp(start + x, r, np.eye(len(r))[k])
        moment = np.trapezoid(apart * hat * (start + x), x)
        assert abs(moment) < 1e-9 * abs(rise) * width * (start + width)


def test_where_two_half_periods_meet_a_chord_ends():
    r, z = np.array(chorded(((8.0, 1.0), (10.0, 1.3), (12.0, 1.0)))).T
    assert 10.0 in r
    assert_allclose(z.max(), 1.3, rtol=0.01)
    volume = 2 * math.pi * np.trapezoid(np.interp(x := np.linspace(8, 12, 100_001), r, z) * x, x)
    flat = math.pi * (12**2 - 8**2)
    assert_allclose(volume - flat, math.pi * 0.3 * 4.0 * 10.0, rtol=1e-8)


@pytest.mark.parametrize("relief", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("depth_ratio", [0.05, 0.25, 0.5, 0.75])
def test_no_surface_rises_in_the_etch_and_heights_shrink_to_the_relief(depth_ratio, relief):
    design = Design(pad_etch={"depth_ratio": depth_ratio, "relief": relief}, probe={})
    stacks = dict(recipes.run(design))
    radii = [1.0, 7.7, 7.8, 7.95, 8.5, 10.0, 11.5, 20.0]
    before = np.array(surface_of(stacks["pad probed"].film("pad").shape, radii))
    after = np.array(surface_of(stacks["pad etched, passivation as mask"].film("pad").shape, radii))
    assert (after <= before + 1e-9).all()
    survives = max(relief, 1 - depth_ratio / 0.4)
    expected = 1 - depth_ratio + survives * (before - 1)
    metal = expected > 0.1  # what is thinner may be a wedge that is left out
    assert_allclose(after[metal], expected[metal], atol=1e-8)
    assert_allclose(after[expected < 0.0], 0.0, atol=1e-8)
    notes = build_cross_section(design).notes()
    assert any("no surface rises" in note for note in notes) == (survives > relief)


def test_the_recess_outside_the_mark_is_the_unprobed_one():
    etch = {"depth_ratio": 0.5, "undercut_um": 0.5, "sidewall_angle_deg": 70.0}
    plain, probed = (
        build_cross_section(Design(pad_etch=etch, **more)) for more in ({}, {"probe": {}})
    )
    beyond = [
        shape.intersection(box_beyond(13.0))
        for shape in (s.regions["pad"] for s in (plain, probed))
    ]
    assert_allclose(beyond[0].symmetric_difference(beyond[1]).area, 0.0, atol=1e-9)
    assert set(probed.legs_of("ubm", "pad")) == {"scar", *plain.legs_of("ubm", "pad")}
    assert_allclose(
        probed.legs_of("ubm", "pad")["sidewall"], plain.legs_of("ubm", "pad")["sidewall"]
    )


def box_beyond(radius):
    from shapely import box

    return box(radius, -1.0, 200.0, 9.0)


SAME = {
    "depth 0": ({"variant": "no-recess"}, {"probe": {"depth_ratio": 0.0, **NO_FILM}}),
    "depth 0, half": ({}, {"probe": {"depth_ratio": 0.0, **NO_FILM}}),
    "relief 0": ({"pad_etch": {"depth_ratio": 0.5, "relief": 0.0}}, {"probe": NO_FILM}),
    "full depth": ({"variant": "full-depth"}, {"probe": {}}),
    "full depth, groove": ({"variant": "full-depth"}, {"probe": MARKS["groove"]}),
}


@pytest.mark.parametrize("name", SAME)
def test_where_nothing_is_left_of_the_mark_the_mesh_is_the_unprobed_one(name):
    base, probed = SAME[name]
    assert sha(Design(**base, mesh=COARSE)) == sha(Design(**base, **probed, mesh=COARSE))


def test_legs_and_notes_of_a_mark():
    whole = build_cross_section(Design(variant="no-recess", probe={}))
    legs = whole.legs_of("ubm", "pad")
    assert set(legs) == {"floor", "scar"}
    assert_allclose(legs["floor"], math.pi * (30**2 - 12**2), rtol=1e-9)  # mark and rim end at 12
    assert set(whole.legs_of("bump", "ubm")) == {"floor", "scar", "sidewall", "top"}
    through = build_cross_section(Design(variant="no-recess", probe={"depth_ratio": 1.0}))
    assert set(through.legs_of("ubm", "dielectric")) == {"scar"}
    assert any("broke through" in note for note in through.notes())
    local = build_cross_section(Design(probe={"depth_ratio": 0.5}))
    assert set(local.legs_of("ubm", "dielectric")) == {"scar"}
    assert local.derived()["pad_left_under_mark_um"] == 0.0
    assert any("locally full" in note for note in local.notes())


def test_a_film_alone_ends_at_the_mark_and_nowhere_else():
    section = build_cross_section(Design(variant="no-recess", probe={"depth_ratio": 0.0}))
    assert_allclose(section.legs_of("ubm", "pad")["scar"], math.pi * 8**2, rtol=1e-12)
    assert_allclose(section.derived()["scar_area_share_ubm_pad"], (8 / 30) ** 2, rtol=1e-9)
    off = build_cross_section(Design(probe={"depth_ratio": 0.0, "offset_um": 20.0}))
    assert "scar" not in off.legs_of("ubm", "pad")
    assert_allclose(off.derived()["mark_gap_um"], 2.0)


def test_full_depth_is_over_etched_until_the_rim_has_cleared():
    section = build_cross_section(Design(pad_etch={"depth_ratio": 1.0, "relief": 0.5}, probe={}))
    assert_allclose(section.derived()["over_etch_um"], 0.5 * mark_of(section.design).rim_height_um)


def test_a_shallow_etch_cannot_even_out_a_deep_mark():
    assert surviving_relief(0.0, 0.4, 0.1) == pytest.approx(0.75)
    assert surviving_relief(0.0, 0.4, 0.4) == 0.0
    assert relief_of(Design(pad_etch={"depth_ratio": 0.1, "relief": 0.0}, probe={})) == (
        pytest.approx(0.75)
    )


def test_an_etched_surface_ends_where_it_meets_the_dielectric():
    mark = Mark(1.0, 0.5, 0.0, 8.0, 2.0, 0.0, 4.0)
    line = etched(mark.surface_um, 1.0, 0.75, 1.0, 0.005)
    # halfway up the wall of 0.5: a quarter of the pad above the floor
    assert_allclose(line[line[:, 1] == 0.0][-1], [7.0, 0.0], atol=2e-3)
    assert (line[:, 1] >= 0.0).all()
    assert (np.diff(line[:, 0]) > 0).all()


def test_curves_have_no_corners_and_sharp_edges_have():
    """Edges within a leg are meshed less finely than where the UBM turns at the opening's foot."""

    def corners(**keys):
        found = corner_scales(build_cross_section(Design(**keys)))
        return {(round(r, 6), round(z, 6)): scale for r, z, scale in found}

    assert not [z for r, z in corners(variant="no-recess", probe={"wall_width_um": 2.0})
                if 0.1 < r < 12.5 and z < 1.9]  # fmt: skip
    sharp = corners(variant="partial-depth", probe={"wall_width_um": 0.0})
    assert [sharp[8.0, z] for z in (0.5, 0.1)] == [EVERYWHERE.scar_edge] * 2
    assert [sharp[30.0, z] for z in (1.0, 0.5)] == [EVERYWHERE.interface_end, EVERYWHERE.foot]


def meshed(variant, probe=None):
    return mesh_report(build_mesh(build_cross_section(Design(variant=variant, probe=probe))))


@cache
def unprobed(variant):
    return meshed(variant)


@pytest.mark.parametrize("name", MARKS)
@pytest.mark.parametrize("variant", ["no-recess", "partial-depth", "full-depth"])
def test_marks_are_meshed_well_and_cheaply(name, variant):
    plain, probed = unprobed(variant), meshed(variant, MARKS[name])
    assert probed["quality_min"] > 0.15
    if name != "before":  # whose rim a full-depth etch cuts under the passivation
        assert probed["displacement_unknowns"] < 1.3 * plain["displacement_unknowns"]
