"""A mark under every recipe: claims, feeds, evaporated and printed bumps, assemblies, polyimide."""

import pytest

from geometry import Design, build_cross_section, build_mesh
from geometry.claims.catalogue import all_recipes, design_for_claim
from geometry.meshing.report import mesh_report

COARSE = {"mesh.size_factor": 4.0}
RECIPES = {recipe.name: recipe.design for recipe in all_recipes()}


def is_meshed(design):
    section = build_cross_section(design)
    mesh = build_mesh(section)
    assert set(section.boundaries) <= set(mesh.boundaries)
    assert set(section.regions) == set(mesh.subdomains)
    assert not section.derived()["ubm_broken"]
    total = sum(film.shape.area for film in section.films.values())
    assert section.steps[-1][1].solid.area == pytest.approx(total, rel=1e-9)
    return section, mesh_report(mesh)


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_takes_a_mark(name):
    design = RECIPES[name].replace(
        **{"probe.depth_ratio": 0.4, "probe.diameter_um": 12.0, **COARSE}
    )
    section, report = is_meshed(design)
    assert "pad probed" in [label for label, _ in section.steps]
    assert report["quality_min"] > 0.001  # of elements four times as long as those of a solution


@pytest.mark.slow
@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_takes_a_mark_that_the_etch_meets(name):
    changes = {"probe.depth_ratio": 0.7, "probe.when": "before-passivation", **COARSE}
    for relief in (1.0, 0.3):
        is_meshed(RECIPES[name].replace(**changes, **{"pad_etch.relief": relief}))


OTHERS = {
    "assembly": {"assembly": {"standoff_um": 60.0}, "bump": {"shape": "reflowed"}},
    "via": {"pad": {"feed": "via"}, "via": {"kind": "central"}},
    "trace": {"pad": {"feed": "trace"}},
    "pillar": {"ubm": {"enhanced": [{"name": "post", "material": "Cu", "thickness_um": 20.0}]}},
    "polyimide over the mark": {
        "pad_etch": {"mask": "polyimide", "depth_ratio": 0.3},
        "probe": {"diameter_um": 49.0, "depth_ratio": 0.4},
    },
    "polyimide over the rim, full depth": {
        "pad_etch": {"mask": "polyimide", "depth_ratio": 1.0},
        "probe": {"diameter_um": 47.0},
    },
    "rim below the passivation": {
        "pad_etch": {"depth_ratio": 0.3, "undercut_um": 0.5, "sidewall_angle_deg": 70.0},
        "probe": {"when": "before-passivation", "diameter_um": 58.0},
    },
}


@pytest.mark.parametrize("name", OTHERS)
def test_marks_under_what_comes_later(name):
    is_meshed(Design(**{"probe": {}, "mesh": {"size_factor": 4.0}} | OTHERS[name]))


def test_a_claim_with_one_key_of_the_table_is_probed():
    design = design_for_claim(19, None, **{"probe.depth_ratio": 0.4})
    assert design.probe.depth_ratio == 0.4
