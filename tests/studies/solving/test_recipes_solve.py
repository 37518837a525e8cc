"""Every recipe of the claims, in every variant it allows, through both physics."""

import math

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from leg_windows import assert_legs_stay_within

from geometry import DesignError
from geometry.claims.catalogue import all_recipes, design_for_claim
from studies.solving.evaluate import evaluate
from tests.geometry.process.test_recipes import designs

VARIANTS = ("no-recess", "partial-depth", "full-depth")


def combinations():
    for recipe in all_recipes():
        for variant in VARIANTS:
            try:
                design = design_for_claim(recipe.name, variant=variant, **{"mesh.size_factor": 3.0})
            except DesignError:
                continue  # the claim fixes another depth
            yield pytest.param(design, id=f"{recipe.name}-{variant}")


@pytest.mark.slow
@pytest.mark.parametrize("design", list(combinations()))
def test_recipe_solves_both_physics(design):
    record = evaluate(design)
    values = [record["metrics"][name] for name in record["headline"]]
    assert all(value is not None and math.isfinite(value) for value in values)
    assert record["metrics"]["resistance_mohm"] > 0
    assert record["solver"]["force_balance"] < 1e-9
    assert record["solver"]["current_balance"] < 1e-9
    assert record["mesh"]["quality_min"] > 0.005
    assert_legs_stay_within(record)


@pytest.mark.slow
@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("underfill", [{}, False])
def test_joint_solves_both_physics(variant, underfill):
    overrides = {"assembly": {"standoff_um": 60.0, "underfill": underfill}, "mesh.size_factor": 3.0}
    record = evaluate(design_for_claim(1, variant=variant, **overrides))
    assert record["solver"]["current_balance"] < 1e-9
    assert record["metrics"]["current_density_max_bump_substrate_pad_L1_a_per_cm2"] > 0
    assert record["solver"]["thermal_stress"]["relative_residual"] < 1e-10


@pytest.mark.slow
@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(designs())
def test_random_designs_solve_both_physics(design):
    try:
        record = evaluate(design.replace(**{"mesh.size_factor": 3.0}))
    except DesignError as refusal:
        assert "step:" in str(refusal)
        assume(False)
    assert record["metrics"]["resistance_mohm"] > 0
    assert record["solver"]["force_balance"] < 1e-9
    assert record["solver"]["current_balance"] < 1e-9
    assert record["solver"]["thermal_stress"]["relative_residual"] < 1e-9
    assert_legs_stay_within(record)
