"""One design end to end: contracts of the record, mesh independence, balances, loads.

The mesh-independence claim is the one users lean on: halving every element of the default mesh
changes each headline metric of all three variants by at most 0.5 %, relative to the larger of the
metric and 5 % of the area mean of the absolute traction.
"""

import json
import math

import pytest
from numpy.testing import assert_allclose

from fem_bump import InputError
from geometry import Design, build_cross_section
from geometry.process.steps.via import pad_is_bypassed
from studies.metrics import measure
from studies.metrics.measure import headline_names
from studies.solution.solved import Solved
from studies.solving.evaluate import case_key, evaluate

VARIANTS = ("no-recess", "partial-depth", "full-depth")


def coarse(**data):
    return Design(mesh={"size_factor": 2.0}, **data)


@pytest.fixture(scope="module")
def record():
    return evaluate(coarse(), compare_with_no_recess=True)


def test_record_is_strict_json_with_an_error_for_every_metric(record):
    again = json.loads(json.dumps(record, allow_nan=False))
    assert set(again["metrics"]) == set(again["errors"])
    assert {"design", "derived", "mesh", "solver", "wall_s", "flags"} <= set(again)
    assert all(name in again["metrics"] for name in again["headline"])
    assert all(again["errors"][name] is not None for name in again["headline"])
    assert again["mesh"]["gmsh"] and len(again["mesh"]["sha256"]) == 64


def test_same_design_gives_the_same_numbers(record):
    again = evaluate(coarse(), compare_with_no_recess=True)
    assert again["metrics"] == record["metrics"]
    assert again["mesh"]["sha256"] == record["mesh"]["sha256"]


def test_black_ratio_is_that_of_the_densities(record):
    unetched = evaluate(coarse(variant="no-recess"))["metrics"]
    name = "current_density_max_bump_ubm_L1_a_per_cm2"
    fine_reference = record["metrics"]["mttf_ratio_solder"] ** 0.5 * record["metrics"][name]
    assert_allclose(fine_reference, unetched[name], rtol=1e-12)


def test_black_ratio_has_an_error_that_both_densities_leave(record):
    name = "pad_lateral_density_L1_a_per_cm2"
    own = record["errors"][name] / record["metrics"][name]
    for tail in ("", "_low", "_high"):
        ratio, error = (record[k][f"mttf_ratio_pad{tail}"] for k in ("metrics", "errors"))
        assert 1.1 * own * ratio < error < 0.5 * ratio


@pytest.mark.parametrize("variant", VARIANTS)
def test_forces_and_currents_balance(variant):
    solver = evaluate(coarse(variant=variant))["solver"]
    assert solver["force_balance"] < 1e-9
    assert solver["current_balance"] < 1e-9
    assert solver["thermal_stress"]["relative_residual"] < 1e-10


@pytest.mark.slow
@pytest.mark.parametrize("variant", VARIANTS)
def test_halving_the_mesh_changes_headlines_by_half_a_per_cent_at_most(variant):
    section = build_cross_section(Design(variant=variant))
    solved = {factor: Solved(section, factor) for factor in (1.0, 0.5)}
    base, fine = (measure.values(solved[factor].seen_from("a")) for factor in (1.0, 0.5))
    scale = {
        f"_{a}_{b}_": 0.05 * t.mean_magnitude_mpa
        for (a, b), t in solved[1.0].tractions("a").items()
    }
    for name in headline_names(section):
        floor = max([s for pair, s in scale.items() if pair in name and "mpa" in name], default=0.0)
        change = abs(fine[name] - base[name]) / max(abs(base[name]), floor)
        assert change <= 0.005, f"{name}: {change:.2%}"


def test_rim_current_feeds_the_whole_bump(record):
    metrics = record["metrics"]
    # everything crosses the mask edge through the pad's full thickness
    radial = 0.3 / (2 * math.pi * 30.0 * 1.0) * 1e8
    assert_allclose(metrics["pad_lateral_density_outside_L0.5_a_per_cm2"], radial, rtol=0.05)
    assert_allclose(metrics["power_mw"], metrics["resistance_mohm"] * 0.3**2, rtol=1e-9)


def test_contact_resistivity_adds_at_least_its_own_resistance(record):
    resistivity = 1e-11
    more = evaluate(
        coarse(load={"current": {"contact_resistivity_ohm_m2": {"ubm/pad": resistivity}}})
    )
    area = record["derived"]["contact_area_um2"] * 1e-12
    extra = more["metrics"]["resistance_mohm"] - record["metrics"]["resistance_mohm"]
    assert extra > 1e3 * resistivity / area
    crowding = "crowding_contact_ubm_pad_L1"
    assert more["metrics"][crowding] < record["metrics"][crowding], "resistance spreads current"


def test_loads_superpose():
    cool = {"stress_free_degc": 25.0, "temperature_degc": 25.0}
    part = {"stress_free_by_region_degc": {"passivation": 350.0}}
    name = "peel_max_ubm_passivation_L1_mpa"
    zero = evaluate(coarse(load={"thermal": cool}))["metrics"][name]
    assert abs(zero) < 1e-6
    once = evaluate(coarse(load={"thermal": {**cool, **part}}))["metrics"]
    part["stress_free_by_region_degc"] = {"passivation": 675.0}
    twice = evaluate(coarse(load={"thermal": {**cool, **part}}))["metrics"]
    assert_allclose(twice[name], 2 * once[name], rtol=1e-8)


def test_free_sides_and_underside_are_pinned_and_said():
    load = {"thermal": {"lateral": "free", "underside": "free"}}
    assert evaluate(coarse(load=load))["flags"]["auto_pinned"] is True


def test_margin_is_strength_over_window_mean(record):
    strong = evaluate(coarse(metrics={"strength": {"ubm/pad": {"peel_mpa": 200.0}}}))
    assert_allclose(
        strong["metrics"]["margin_peel_ubm_pad_L1"],
        200.0 / record["metrics"]["peel_max_ubm_pad_L1_mpa"],
        rtol=1e-12,
    )
    with pytest.raises(InputError, match=r"'ubm/gold'.*ubm/pad"):
        evaluate(coarse(metrics={"strength": {"ubm/gold": {"peel_mpa": 200.0}}}))


def test_users_material_and_what_a_physics_lacks():
    own = {"MyAu": {"based_on": "Au", "young_mpa": 70000.0}}
    layers = [{"name": "au", "material": "MyAu", "thickness_um": 0.3}]
    assert evaluate(coarse(materials=own, ubm={"layers": layers}))["metrics"]
    own = {"MySolder": {"based_on": "SAC305", "young_mpa": 44000.0}}
    solder = coarse(materials=own, bump={"material": "MySolder"})
    found = evaluate(solder, compare_with_no_recess=True)["metrics"]
    assert found["mttf_ratio_solder"] is None and found["mttf_ratio_pad"] is not None
    with pytest.raises(InputError, match="no current can cross"):
        evaluate(
            coarse(load={"current": {"contact_resistivity_ohm_m2": {"ubm/passivation": 1e-12}}})
        )
    with pytest.raises(InputError, match=r"ubm.layers.au.material = 'SiN' carries the current"):
        layers[0]["material"] = "SiN"
        evaluate(coarse(ubm={"layers": layers}))
    with pytest.raises(InputError, match="conductivity"):
        evaluate(coarse(pad={"material": "polyimide"}))
    with pytest.raises(InputError, match="Unobtainium"):
        evaluate(coarse(pad={"material": "Unobtainium"}))


def test_key_follows_what_determines_the_result():
    base = case_key(Design())
    assert case_key(Design(name="other")) == base
    assert case_key(Design(pad={"thickness_um": 1.1})) != base
    assert case_key(Design(bump={"diameter_um": 70.0})) == base, "the same bump said otherwise"
    own = {"SAC305": {"based_on": "SAC305", "young_mpa": 40000.0}}
    assert case_key(Design(materials=own)) != base


def test_a_bypassed_pad_has_no_life_ratio():
    via = {"kind": "central", "diameter_um": 40.0}
    full = coarse(variant="full-depth", pad={"feed": "via"}, via=via)
    bypassed = evaluate(full, compare_with_no_recess=True)
    assert bypassed["flags"]["pad_is_bypassed"] is True
    assert bypassed["metrics"]["mttf_ratio_pad"] is None
    assert bypassed["metrics"]["mttf_ratio_solder"] is not None
    assert not pad_is_bypassed(build_cross_section(full.replace(variant="partial-depth")))
