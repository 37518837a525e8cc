"""CrossSection: named regions, boundaries and legs, with closed-form areas."""

import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from geometry import Design, build_cross_section
from geometry.claims.catalogue import design_for_claim
from geometry.process.operations import revolved_volume

OUTER = {"axis", "chip_bottom", "cell_side", "surface", "pad_rim", "bump_side", "bump_top"}


@pytest.mark.parametrize(
    ("variant", "pad_legs", "dielectric_legs"),
    [
        ("no-recess", {"floor"}, set()),
        ("partial-depth", {"floor", "sidewall"}, set()),
        ("full-depth", {"sidewall"}, {"floor"}),
    ],
)
def test_legs_of_the_variants(variant, pad_legs, dielectric_legs):
    section = build_cross_section(Design(variant=variant))
    assert set(section.legs_of("ubm", "pad")) == pad_legs
    assert set(section.legs_of("ubm", "dielectric")) == dielectric_legs
    assert set(section.legs_of("ubm", "passivation")) == {"sidewall", "top"}
    assert set(section.legs_of("bump", "ubm")) == {"floor", "sidewall", "top"}
    assert set(section.boundaries) >= OUTER


def test_contact_of_a_full_depth_recess_is_the_ring_only():
    derived = build_cross_section(Design(variant="full-depth")).derived()
    assert_allclose(derived["contact_area_um2"], 2 * math.pi * 30.0 * 1.0, rtol=1e-12)
    assert_allclose(derived["contact_area_ratio"], 4 * 1.0 / 60.0, rtol=1e-12)


def test_a_sliver_below_what_is_merged_is_no_face():
    design = design_for_claim(
        "polyimide-mask-via-fed",
        **{
            "pad.thickness_um": 1.1330079667896276,
            "pad_etch.depth_ratio": 0.5,
            "passivation.thickness_um": 0.999,
            "passivation.opening_diameter_um": 61.88995291311352,
            "polyimide.thickness_um": 7.172132271661456,
            "polyimide.opening_diameter_um": 30.402382657306827,
            "polyimide.sidewall_angle_deg": 50.0,
            "ubm.step_coverage": 0.5,
        },
    )
    section = build_cross_section(design)
    assert all(face.area > 0 and face.is_valid for _, face in section.faces)


def test_zero_overhang_leaves_no_ubm_on_the_mask():
    section = build_cross_section(Design(ubm={"overhang_um": 0.0}))
    assert "top" not in section.legs_of("ubm", "passivation")


def test_bump_stands_on_the_flat_outer_face():
    section = build_cross_section(Design())
    flat = 1.0 + 1.0 + 0.9
    assert_allclose(section.regions["bump"].bounds[3], flat + 75.0, rtol=1e-12)


DESIGNS = st.builds(
    lambda depth, opening, pad, mask, over, layer, coverage, angle, undercut: Design(
        passivation={"opening_diameter_um": 80.0 * opening, "thickness_um": mask},
        pad={"thickness_um": pad},
        pad_etch={
            "depth_ratio": depth,
            "sidewall_angle_deg": angle,
            "undercut_um": undercut if depth > 0 else 0.0,
        },
        ubm={
            "overhang_um": over,
            "step_coverage": coverage,
            "layers": [
                {"name": "a", "material": "Ti", "thickness_um": layer},
                {"name": "b", "material": "Cu", "thickness_um": 3 * layer},
            ],
        },
    ),
    st.sampled_from([0.0, 0.2, 0.5, 0.9, 1.0]),
    st.floats(0.3, 0.9),
    st.floats(0.4, 3.0),
    st.floats(0.3, 2.0),
    st.floats(0.0, 10.0),
    st.floats(0.05, 0.4),
    st.sampled_from([1.0, 0.6, 0.3]),
    st.sampled_from([90.0, 75.0, 50.0]),
    st.sampled_from([0.0, 0.1]),
)


@settings(
    max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
@given(DESIGNS)
def test_any_valid_design_is_gapless_and_has_its_closed_form_contact(design):
    section = build_cross_section(design)
    assert set(section.boundaries) >= OUTER
    solid = section.steps[-1][1].solid
    faces = sum(face.area for _, face in section.faces)
    assert_allclose(faces, solid.area, rtol=1e-9)
    assert_allclose(sum(s.area for s in section.regions.values()), solid.area, rtol=1e-9)
    legs = section.legs_of("ubm", "pad")
    r_floor, r_top, depth = (
        design.recess_floor_radius_um,
        design.recess_top_radius_um,
        design.depth_um,
    )
    if depth < design.pad.thickness_um:
        assert_allclose(legs["floor"], math.pi * r_floor**2, rtol=1e-9)
    if depth > 0:
        slant = math.hypot(depth, r_top - r_floor)
        assert_allclose(legs["sidewall"], math.pi * (r_floor + r_top) * slant, rtol=1e-7)
    pad = section.regions["pad"]
    whole = math.pi * design.pad_radius_um**2 * design.pad.thickness_um
    frustum = math.pi * depth * (r_floor**2 + r_floor * r_top + r_top**2) / 3
    assert_allclose(revolved_volume(pad), whole - frustum, rtol=1e-8)
