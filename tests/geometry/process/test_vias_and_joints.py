"""Where current enters and leaves: vias below a recess, and the substrate pad's rim."""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose

from geometry import Design, build_cross_section
from geometry.process.operations import revolved_volume


def test_via_under_a_recess_is_said():
    central = {"pad": {"feed": "via"}, "via": {"kind": "central", "diameter_um": 12.0}}
    whole = build_cross_section(Design(variant="full-depth", **central))
    assert "cuts the via off from the pad" in " ".join(whole.notes())
    assert set(whole.legs_of("ubm", "via")) == {"floor"}
    part = build_cross_section(Design(variant="partial-depth", **central))
    assert "takes its current from the pad" in " ".join(part.notes())
    wide = {"pad": {"feed": "via"}, "via": {"kind": "central", "diameter_um": 64.0}}
    both = build_cross_section(Design(variant="full-depth", **wide))
    assert "straddles" in " ".join(both.notes())


@pytest.mark.parametrize(
    ("variant", "circle", "said", "fed"),
    [
        ("no-recess", 50.0, "the vias feed the pad", {"pad"}),
        ("full-depth", 50.0, "cuts them off from the pad", {"ubm_ti"}),
        ("full-depth", 60.0, "they feed both the UBM and the pad", {"pad", "ubm_ti"}),
    ],
)
def test_discrete_vias_enter_whatever_conducts_above_their_band(variant, circle, said, fed):
    design = Design(
        variant=variant,
        pad={"feed": "via"},
        via={"kind": "discrete", "circle_diameter_um": circle, "diameter_um": 5.0},
    )
    section = build_cross_section(design)
    notes = section.notes()
    assert "smeared into an annulus of the same area" in notes[0] and "16 vias" in notes[0]
    assert said in notes[1]
    edges = [section.edges[k] for k in section.boundaries["via_footprint"]]
    sides = {side for edge in edges for side in (edge.left, edge.right)}
    assert sides == {*fed, "via", "dielectric"}
    inner, outer = design.via.footprint_radii_um
    radii = {float(section.vertices_um[v][0]) for edge in edges for v in (edge.start, edge.end)}
    assert_allclose([min(radii), max(radii)], [inner, outer], rtol=1e-12)


@pytest.mark.parametrize("away", [0.0, 5e-8, -5e-8])
def test_an_end_of_the_vias_band_may_fall_on_a_corner_of_the_recess(away):
    feed = {"pad": {"feed": "via"}, "via": {"kind": "discrete", "circle_diameter_um": 60.0}}
    inner, outer = Design(**feed).via.footprint_radii_um
    opening = {"opening_diameter_um": 2 * (inner + away)}
    section = build_cross_section(Design(variant="full-depth", passivation=opening, **feed))
    whole = math.pi * (outer**2 - inner**2)
    assert_allclose(section.area_um2("via_footprint"), whole, rtol=1e-7)


def test_discrete_vias_keep_their_area():
    design = Design(pad={"feed": "via"}, via={"kind": "discrete", "count": 12, "diameter_um": 5.0})
    section = build_cross_section(design)
    volume = revolved_volume(section.regions["via"])
    assert_allclose(volume, 12 * math.pi * 2.5**2 * design.dielectric.thickness_um, rtol=1e-9)
    inner, outer = design.via.footprint_radii_um
    sector = math.radians(design.source_half_angle_deg) * (outer**2 - inner**2)
    assert_allclose(sector, math.pi * 2.5**2, rtol=1e-12)
    assert_allclose(outer - inner, 35.0 * 2 * math.radians(design.source_half_angle_deg))
    assert design.source_count == 12


@pytest.mark.parametrize("underfill", [True, False])
@pytest.mark.parametrize("mask_opening", [60.0, 90.0])
def test_current_leaves_a_joint_through_the_rim_of_its_pad_only(underfill, mask_opening):
    """Not through the axis or the bare face: there the equipotential sink would short the pad."""
    joint = {"solder_mask": {"opening_diameter_um": mask_opening}}
    joint |= {} if underfill else {"underfill": False}
    section = build_cross_section(Design(bump={"shape": "reflowed"}, assembly=joint))
    pad = section.design.assembly.pad
    for k in section.boundaries["substrate_pad_rim"]:
        edge = section.edges[k]
        ends = section.vertices_um[[edge.start, edge.end], 0]
        assert_allclose(ends, pad.diameter_um / 2, rtol=0, atol=1e-9)
    expected = np.pi * pad.diameter_um * pad.thickness_um
    assert_allclose(section.area_um2("substrate_pad_rim"), expected, rtol=1e-9)
