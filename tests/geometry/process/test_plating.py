"""What is plated in the resist: conformal while its dips are open, flat once they have closed.

Volumes against closed forms before, at and after the opening closes; several layers; slivers beside
the resist and needles on the axis; voids under an undercut; which key a refusal names.
"""

import math

import pytest
import shapely
from numpy.testing import assert_allclose

from geometry import Design, DesignError, build_cross_section, build_mesh
from geometry.meshing.report import mesh_report
from geometry.process.operations import ALIGNED_UM, revolved_volume

MASKS = ("passivation", "polyimide")
VARIANTS = ("no-recess", "partial-depth", "full-depth")


def layers(**thickness_um):
    made_of = {"ti": "Ti", "ni": "Ni"}
    return [
        {"name": name, "material": made_of.get(name, "Cu"), "thickness_um": thickness}
        for name, thickness in thickness_um.items()
    ]


def pillar(thickness_um=30.0, **more):
    """Copper on an opening of 20 um and a rim of 10 um, with a cap of 15 um."""
    plated = layers(cu=thickness_um) if isinstance(thickness_um, float) else thickness_um
    data = {
        "variant": "no-recess",
        "cell": {"pitch_um": 80.0},
        "pad": {"diameter_um": 45.0},
        "passivation": {"opening_diameter_um": 20.0},
        "ubm": {"overhang_um": 10.0, "layers": layers(ti=0.1, seed=0.3), "enhanced": plated},
        "bump": {"material": "Sn96.5Ag3.5", "height_um": 15.0},
    }
    return Design(**{**data, **more})


def height(section, region):
    low, high = section.regions[region].bounds[1::2]
    return high - low


def legs(section):
    return set(section.legs_of("bump", "ubm"))


def test_a_pillar_over_a_narrow_opening_has_a_flat_top_and_vertical_walls():
    section = build_cross_section(pillar())
    shape = section.regions["enhanced_ubm_cu"]
    # 30 um above the seed on the mask, and the hole of 9.6 um radius and 1 um depth is filled
    assert_allclose(revolved_volume(shape), math.pi * (20.0**2 * 30.0 + 9.6**2 * 1.0), rtol=1e-9)
    assert_allclose(shape.bounds[2:], [20.0, 1.0 + 1.0 + 0.4 + 30.0], rtol=1e-9)
    assert legs(section) == {"floor"}, "one flat top"
    assert_allclose(section.legs_of("bump", "ubm")["floor"], math.pi * 20.0**2, rtol=1e-9)
    bump = section.regions["bump"]
    assert_allclose(revolved_volume(bump), math.pi * 20.0**2 * 15.0, rtol=1e-9)
    assert_allclose(section.derived()["bump_height_um"], 15.0, rtol=1e-9)


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("thickness", [0.5, 2.0, 5.0, 8.5])
def test_a_thinner_layer_than_the_opening_is_conformal(variant, thickness):
    section = build_cross_section(pillar(thickness, variant=variant))
    depth = section.design.depth_um + 1.0
    dip = 10.0 - 0.4 - thickness
    expected = math.pi * (20.0**2 * thickness + (9.6**2 - dip**2) * depth)
    assert_allclose(revolved_volume(section.regions["enhanced_ubm_cu"]), expected, rtol=1e-9)
    assert legs(section) == {"floor", "sidewall", "top"}
    assert_allclose(section.legs_of("bump", "ubm")["floor"], math.pi * dip**2, rtol=1e-9)


def test_a_dip_closes_where_a_tenth_of_the_opening_is_left():
    """Its volume is continuous but for that of the needle, 1 % of the opening's."""

    def metal(thickness):
        return revolved_volume(build_cross_section(pillar(thickness)).regions["enhanced_ubm_cu"])

    opening = math.pi * 10.0**2 * 1.0
    for closing in (8.6, 9.6):
        before, after = metal(closing - 1e-4), metal(closing + 1e-4)
        assert 0 < after - before < 0.0101 * opening + math.pi * 20.0**2 * 2e-4
    for thickness in (8.59, 8.5999, 8.6, 8.6001, 9.0, 9.59, 9.5999999, 9.6, 9.6000001, 9.61, 12.0):
        section = build_cross_section(pillar(thickness))
        mesh = build_mesh(section, 4.0)
        assert mesh_report(mesh)["quality_min"] > 0.01, thickness


@pytest.mark.parametrize("mask", MASKS)
@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("angle", [90.0, 75.0])
@pytest.mark.parametrize("shape", ["cylinder", "reflowed"])
def test_pillars_of_every_opening_fill_it(mask, variant, angle, shape):
    more = {"pad_etch": {"mask": mask}, "bump": {"height_um": 15.0, "shape": shape}}
    if mask == "polyimide":
        more["polyimide"] = {
            "opening_diameter_um": 14.0,
            "thickness_um": 3.0,
            "sidewall_angle_deg": angle,
        }
        # what steps up on the polyimide near the passivation's edge does not count here
        more["ubm"] = {
            "overhang_um": 10.0,
            "layers": layers(ti=0.1, seed=0.3),
            "enhanced": layers(cu=30.0, ni=3.0),
        }
    else:
        more["pad_etch"]["sidewall_angle_deg"] = angle
    section = build_cross_section(pillar(variant=variant, **more))
    assert "floor" in legs(section)
    total = sum(film.shape.area for film in section.films.values())
    assert_allclose(section.steps[-1][1].solid.area, total, rtol=1e-9)
    assert all(shape.geom_type == "Polygon" for shape in section.regions.values())
    mesh = build_mesh(section, 4.0)
    assert set(mesh.boundaries) == set(section.boundaries)
    assert mesh_report(mesh)["quality_min"] > 0.01


def test_layers_stand_on_one_another():
    section = build_cross_section(pillar(layers(cu=30.0, ni=3.0)))
    assert_allclose(height(section, "enhanced_ubm_ni"), 3.0, rtol=1e-9)
    assert (
        section.regions["enhanced_ubm_ni"].bounds[1] == section.regions["enhanced_ubm_cu"].bounds[3]
    )
    conformal = build_cross_section(pillar(layers(ni=1.0, cu=2.0)))
    assert_allclose(conformal.legs_of("bump", "ubm")["floor"], math.pi * 6.6**2, rtol=1e-9)
    closed_by_the_second = build_cross_section(pillar(layers(ni=1.0, cu=12.0)))
    assert legs(closed_by_the_second) == {"floor"}


def test_walls_that_meet_above_an_undercut_leave_no_void():
    section = build_cross_section(
        pillar(
            variant="partial-depth",
            pad={"diameter_um": 45.0, "thickness_um": 20.0},
            passivation={"opening_diameter_um": 6.0},
            pad_etch={"undercut_um": 2.0, "depth_ratio": 0.8},
            ubm={"overhang_um": 10.0, "layers": layers(ti=0.1), "enhanced": layers(cu=3.0)},
        )
    )
    below = section.steps[-1][1].solid.intersection(shapely.box(0.0, 0.0, 10.0, 20.0))
    assert_allclose(below.area, 10.0 * 20.0, rtol=1e-9)
    assert legs(section) == {"floor"}


@pytest.mark.parametrize("off", [0.0, 1e-9, 1e-7, 1e-5, 9e-4, -1e-7, -1e-5])
def test_no_splinter_between_a_plated_step_and_the_resist(off):
    """A UBM beyond the pad's rim: the plated layer steps down where the resist all but stands."""
    wall = 40.0 + 1.0 + 0.9 + 3.0
    section = build_cross_section(
        Design(
            variant="no-recess",
            ubm={"overhang_um": wall + off - 30.0, "enhanced": layers(ni=3.0)},
        )
    )
    assert ALIGNED_UM == 1e-3
    assert mesh_report(build_mesh(section, 4.0))["quality_min"] > 0.01


@pytest.mark.parametrize(
    ("match", "data"),
    [
        (
            r"ubm.layers are 9.1 um thick in total and pinch off .*10 um.*step: UBM sputter",
            {"ubm": {"layers": layers(ti=0.1, cu=9.0), "enhanced": layers(ni=30.0)}},
        ),
        (
            r"ubm.enhanced is electroplated in the photoresist opening",
            {"bump": {"method": "evaporate", "shape": "reflowed"}},
        ),
        (
            r"ubm.enhanced is electroplated in the photoresist opening",
            {"bump": {"method": "screen-print", "shape": "reflowed"}},
        ),
    ],
)
def test_refusals_name_the_layers_that_are_too_thick(match, data):
    with pytest.raises(DesignError, match=match) as refused:
        pillar(**data)
    assert "\n" not in str(refused.value)
