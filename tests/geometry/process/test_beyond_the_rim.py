"""A UBM that ends beyond the pad's rim steps down there, as published stacks have it.

Its edge may end before, at and behind every step, and within a nanometre of one; legs keep their
names; the bump is measured from the UBM's edge; solder covers what stands above that edge or is
refused. Thick pads of a redistribution layer and balls on polyimide are of the same kind.
"""

import math

import numpy as np
import pytest
import shapely
from numpy.testing import assert_allclose

from geometry import Design, DesignError, build_cross_section, build_mesh
from geometry.claims.catalogue import all_recipes, design_for_claim
from geometry.meshing.report import mesh_report
from geometry.process.operations import revolved_volume

VARIANTS = ("no-recess", "partial-depth", "full-depth")
PAD, PASSIVATION, UBM = 40.0, 1.0, 0.9
STEPS = (PAD, PAD + PASSIVATION, *(PAD + PASSIVATION + t for t in (0.1, 0.4, UBM)))


def beyond(edge_um=42.5, **more):
    """Pad 80, opening 70: the UBM steps down at 41 um, by the pad's thickness of 1 um."""
    data = {
        "variant": "no-recess",
        "pad": {"diameter_um": 2 * PAD},
        "passivation": {"opening_diameter_um": 70.0},
        "ubm": {"overhang_um": edge_um - 35.0},
    }
    return Design(**{**data, **more})


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("off", [0.0, 1e-12, 1e-9, 1e-7, 1e-5, 9e-4, -1e-9, -1e-7, -1e-5, -9e-4])
def test_an_edge_may_end_at_a_step_or_all_but_there(step, off):
    section = build_cross_section(beyond(step + off))
    report = mesh_report(build_mesh(section, 4.0))
    assert report["quality_min"] > 0.01
    assert report["smallest_edge_um"] > 1e-4
    assert_allclose(section.derived()["bump_height_um"], 75.0, rtol=1e-9)
    assert set(section.legs_of("ubm", "passivation")) == {"sidewall", "top"}


@pytest.mark.parametrize("off", [0.0, 1e-9, 1e-7, 1e-5, 9e-4])
def test_an_edge_at_the_masks_own_edge(off):
    section = build_cross_section(Design(ubm={"overhang_um": off}))
    assert mesh_report(build_mesh(section, 4.0))["quality_min"] > 0.01
    assert "top" not in section.legs_of("ubm", "passivation")


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("thickness", [0.5, 1.0, 2.0])
def test_legs_beyond_the_rim_are_no_floor(variant, thickness):
    """Of 1 um the passivation is as high there as the pad's top is in the opening."""
    pad = {"diameter_um": 80.0, "thickness_um": 1.0}
    mask = {"opening_diameter_um": 70.0, "thickness_um": thickness}
    section = build_cross_section(beyond(44.5, variant=variant, pad=pad, passivation=mask))
    assert set(section.legs_of("ubm", "passivation")) == {"sidewall", "top"}
    flat = math.pi * 44.5**2 - math.pi * 35.0**2
    assert_allclose(section.legs_of("ubm", "passivation")["top"], flat, rtol=1e-9)
    floor = section.legs_of("bump", "ubm")["floor"]
    assert_allclose(floor, math.pi * (35.0 - UBM) ** 2, rtol=1e-9)


def test_the_bump_is_measured_from_the_ubms_edge():
    section = build_cross_section(beyond())
    edge = PASSIVATION + UBM
    assert_allclose(section.regions["bump"].bounds[3], edge + 75.0, rtol=1e-12)
    assert_allclose(section.derived()["bump_height_um"], 75.0, rtol=1e-12)


def test_the_resist_is_higher_than_what_is_plated_in_it():
    """Plated metal grows over the step, so that the bump starts higher than its seed's edge."""
    plated = [{"name": "ni", "material": "Ni", "thickness_um": 4.0}]
    for thickness in (1.0, 8.0):
        pad = {"diameter_um": 80.0, "thickness_um": thickness}
        section = build_cross_section(beyond(pad=pad, ubm={"overhang_um": 7.5, "enhanced": plated}))
        for _, stack in section.steps:
            films = {film.region: film.shape for film in stack.films}
            if {"photoresist", "bump"} <= set(films):
                assert films["photoresist"].bounds[3] > films["bump"].bounds[3]


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("joint", [None, {}, {"underfill": False}])
@pytest.mark.parametrize("thickness", [1.0, 8.0])
def test_solder_covers_what_stands_above_its_edge(variant, joint, thickness):
    more = {"pad": {"diameter_um": 80.0, "thickness_um": thickness}}
    if joint is not None:
        mask = {"opening_diameter_um": 100.0}
        more["assembly"] = {"standoff_um": 65.0, "pad": {"diameter_um": 80.0},
                            "solder_mask": mask, **joint}  # fmt: skip
    section = build_cross_section(beyond(variant=variant, bump={"shape": "reflowed"}, **more))
    plated = dict(section.steps)["bump electroplated"].film("bump")
    bump = section.films["bump"]
    assert_allclose(bump.revolved_volume_um3, revolved_volume(plated.shape), rtol=1e-12)
    # the curve's volume is that above the edge: the metal there, and the UBM's mound in it
    edge = float(bump.meridian.at(np.array([0.0]))[1, 0])
    assert_allclose(edge, PASSIVATION + UBM, rtol=1e-9)
    above = shapely.box(0.0, edge, 42.5, 20.0)
    ubm_side = [shape for name, shape in section.regions.items()
                if name.startswith(("pad", "passivation", "ubm_"))]  # fmt: skip
    mound = revolved_volume(shapely.union_all(ubm_side).intersection(above))
    below = revolved_volume(bump.shape.intersection(shapely.box(0.0, -1.0, 43.0, edge)))
    metal = bump.meridian.volume_um3 - mound + below
    assert_allclose(metal, bump.revolved_volume_um3, rtol=1e-9)
    assert mesh_report(build_mesh(section, 4.0))["quality_min"] > 0.01


@pytest.mark.parametrize(
    ("match", "more"),
    [
        (
            r"does not cover the seed, which reaches 21.9 um.*\(step: electroplate bump\)$",
            {"bump": {"height_um": 15.0}},
        ),
        (
            r"does not cover the UBM, which stands 20 um above its own edge.*\(step: reflow\)$",
            {"bump": {"height_um": 21.0, "shape": "reflowed"}},
        ),
    ],
)
def test_too_little_metal_over_a_thick_pad_is_refused(match, more):
    pad = {"diameter_um": 80.0, "thickness_um": 20.0}
    with pytest.raises(DesignError, match=match) as refused:
        build_cross_section(beyond(44.0, pad=pad, **more))
    assert "\n" not in str(refused.value)


# evaporated and printed metal has the first diameter, inside the pad
PLATED = [recipe for recipe in all_recipes() if recipe.design.bump.method == "electroplate"]


@pytest.mark.parametrize(
    ("recipe", "turn"), [pytest.param(r, k, id=r.name) for k, r in enumerate(PLATED)]
)
def test_every_plated_recipe_reaches_beyond_the_rim(recipe, turn):
    wide = {"ubm.overhang_um": 43.5 - recipe.design.opening_radius_um}
    if recipe.design.polyimide:
        wide = {"ubm.overhang_um": 49.0 - recipe.design.opening_radius_um}
    sections = [
        build_cross_section(design_for_claim(recipe.name, variant=variant, **wide))
        for variant in recipe.variants
    ]
    for section in sections:
        assert section.design.ubm_radius_um > section.design.pad_radius_um
    section = sections[turn % len(sections)]  # each variant's in its turn
    mesh = build_mesh(section, 4.0)
    assert set(mesh.boundaries) == set(section.boundaries)
    assert mesh_report(mesh)["quality_min"] > 0.01


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("thickness", [5.0, 20.0])
@pytest.mark.parametrize("mask", ["passivation", "polyimide"])
def test_thick_pads(variant, thickness, mask):
    more = {"polyimide": {"thickness_um": 8.0, "opening_diameter_um": 40.0}}
    section = build_cross_section(
        Design(
            variant=variant,
            pad={"material": "Cu", "thickness_um": thickness},
            pad_etch={"mask": mask},
            **(more if mask == "polyimide" else {}),
        )
    )
    assert_allclose(section.area_um2("pad_rim"), 2 * math.pi * 40.0 * thickness, rtol=1e-9)
    assert mesh_report(build_mesh(section, 4.0))["quality_min"] > 0.01


@pytest.mark.parametrize("pitch", [400.0, 500.0])
@pytest.mark.parametrize("variant", VARIANTS)
def test_a_ball_on_polyimide(variant, pitch):
    """A ball of 250 um on a redistribution pad; its mesh is not much larger than a small bump's."""
    section = build_cross_section(
        Design(
            variant=variant,
            cell={"pitch_um": pitch},
            pad={"material": "Cu", "diameter_um": 260.0, "thickness_um": 5.0},
            passivation={"opening_diameter_um": 230.0},
            pad_etch={"mask": "polyimide"},
            polyimide={"thickness_um": 7.5, "opening_diameter_um": 210.0},
            ubm={
                "overhang_um": 15.0,
                "layers": [
                    {"name": "ti", "material": "Ti", "thickness_um": 0.1},
                    {"name": "seed", "material": "Cu", "thickness_um": 0.3},
                ],
                "enhanced": [{"name": "cu", "material": "Cu", "thickness_um": 8.0}],
            },
            bump={"shape": "reflowed", "height_um": 150.0},
        )
    )
    assert 240.0 < 2 * section.derived()["bump_max_radius_um"] < 280.0
    report = mesh_report(build_mesh(section, 1.0))
    assert report["triangles"] < 15_000
    assert report["quality_min"] > 0.1
