"""Designs that ask for the solder's life in thermal cycles: numbers, bars, ratios, refusals.

Plan: one coarse design whose solder creeps, through two cycles: its cycles must be those of the law
at its own work in the layer, the bar that of the work carried through. Ratios are columns of a
table; what is refused is so before anything is solved.
"""

import pandas as pd
import pytest
from numpy.testing import assert_allclose

from fem_bump import InputError
from fem_bump.life.fatigue import Condition, acceleration
from geometry import Design, DesignError
from geometry.design.parameters import override
from studies.case.checks import check_design
from studies.case.input_notes import input_notes
from studies.metrics.shipped.cycled.fatigue import law_of
from studies.results.life_columns import add_life_ratios
from studies.solving.evaluate import evaluate

LOAD = {
    "inelastic": True,
    "history": {"kind": "cycles", "rest_s": 0.0, "tolerance": 0.2},
    "cycling": {"standard": "JESD22-A104", "condition": "G", "cycles": 4},
}
MOTALAB = {"law": "Darveaux", "set": "SAC305, Motalab"}
CYCLES = "fatigue_cycles_bump"


def design(fatigue=MOTALAB, **changes):
    data = {"load": LOAD, "metrics": {"fatigue": fatigue}, "mesh": {"size_factor": 8.0}}
    return Design(**data, **changes)


@pytest.mark.slow
def test_cycles_are_those_of_the_law_at_the_work_of_the_layer():
    given = design({**MOTALAB, "use": {"low_degc": 20.0, "high_degc": 60.0}})
    record = evaluate(given)
    metrics, errors, law = record["metrics"], record["errors"], law_of(given)
    name = "inelastic_work_per_cycle_bump_layer_mj_per_m3"
    work, bar = metrics[name], errors[name]
    assert metrics[CYCLES] == law.cycles(work).value
    assert metrics[f"{CYCLES}_low"] == metrics[CYCLES] / 2
    assert_allclose(errors[CYCLES], law.error(work, bar), rtol=1e-12)
    assert_allclose(errors[f"{CYCLES}_high"], 2 * errors[CYCLES], rtol=1e-12)
    path = 2 * given.ubm_radius_um
    begun, grown = (
        metrics["crack_initiation_cycles_bump"],
        metrics["crack_growth_per_cycle_bump_um"],
    )
    assert_allclose(begun + path / grown, metrics[CYCLES], rtol=1e-12)
    assert 0 < errors["crack_growth_per_cycle_bump_um"] < errors[CYCLES]
    period_s = 2 * (60 * 165 / 11 + 300)
    test, use = Condition(165.0, 125.0, 86400 / period_s), Condition(40.0, 60.0, 1.0)
    expected = acceleration("SAC305", test, use)
    assert_allclose(metrics["fatigue_acceleration_bump"], expected, rtol=1e-12)


def test_ratios_are_against_no_recess_and_the_base():
    rows = [("a", "no-recess", 0.7, 1000.0, 50.0), ("b", "full-depth", 0.7, 800.0, 20.0),
            ("c", "no-recess", 0.8, 500.0, 10.0)]  # fmt: skip
    same = {"part": "p", "status": "solved", "headline_length_um": 1.0, "bump_material": "SAC305",
            "pad_material": "Al"}  # fmt: skip
    table = pd.DataFrame(
        [{**same, "key": key, "variant": variant, "opening_ratio": ratio, CYCLES: cycles,
          f"error_{CYCLES}": error} for key, variant, ratio, cycles, error in rows]
    )  # fmt: skip
    stated = {key: {"metrics": {"fatigue": dict(MOTALAB)}} for key in "abc"}
    found = add_life_ratios(table, ["opening_ratio", "variant"], "b", stated)
    assert_allclose(found["fatigue_ratio_solder"], [1.0, 0.8, 1.0], rtol=1e-12)
    assert_allclose(found["error_fatigue_ratio_solder"], [0.0, 0.8 * (0.05 + 0.025), 0.0])
    assert_allclose(found["fatigue_ratio_solder_to_base"], [1.25, 1.0, 0.625], rtol=1e-12)
    stated["c"]["load"] = {"cycling": {"layer_um": 2.0}}  # a mean over another layer
    found = add_life_ratios(table, ["opening_ratio", "variant"], "b", stated)
    assert found["fatigue_ratio_solder_to_base"].isna().tolist() == [False, False, True]
    stated["b"]["metrics"]["fatigue"]["set"] = "quarter, 0.5 mil"
    found = add_life_ratios(table, ["opening_ratio", "variant"], "a", stated)
    assert found["fatigue_ratio_solder"].isna().tolist() == [False, True, False]


def test_a_joint_outside_of_the_constants_range_is_noted():
    said = [note for note in input_notes(design()) if "metrics.fatigue" in note]
    assert len(said) == 1 and "they rank designs, their cycles predict nothing" in said[0]
    wide = design({**MOTALAB, "crack_um": 460.0})
    (said,) = (note for note in input_notes(wide) if "metrics.fatigue" in note)
    assert "crosses" not in said and "over which layer of solder" in said


def test_the_table_goes_with_the_cycles():
    data = design().to_dict()
    assert Design(**override(data, {"load.inelastic": False})).metrics.fatigue is None
    with_it = Design(**override(data, {"load.cycling.cycles": 3}))
    assert with_it.metrics.fatigue.set == "SAC305, Motalab"


@pytest.mark.parametrize(
    ("fatigue", "said"),
    [
        ({"law": "Basquin"}, r"metrics.fatigue: 'Basquin' is no life law of solder; there are"),
        ({}, r"metrics.fatigue: the law Darveaux needs set: 'slice, 1.0 mil'"),
        ({"set": "quarter, 0.5 mil"}, r"metrics.fatigue: 'quarter, 0.5 mil' holds with Anand of"),
        (
            {"law": "Syed", "set": "SAC387, double power"},
            r"holds with the creep law DoublePower only, not with Anand",
        ),
        ({"law": "Engelmaier"}, r"of eutectic tin-lead, Sn63Pb37, not of SAC305"),
    ],
    ids=["law", "set", "constants", "creep", "solder"],
)
def test_a_law_that_is_not_for_the_solder_is_refused(fatigue, said):
    with pytest.raises(InputError, match=said):
        check_design(design(fatigue))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"load": {"inelastic": True}}, r"\[metrics.fatigue\] is a life in thermal cycles; give"),
        (
            {"metrics": {"fatigue": {**MOTALAB, "use": {"low_degc": 60.0, "high_degc": 20.0}}}},
            r"use.low_degc = 60 must be below high_degc = 20",
        ),
        (
            {"metrics": {"fatigue": {**MOTALAB, "use": {"low_degc": 0.0, "high_degc": 20.0,
                                                        "set": "Au"}}}},
            r"metrics.fatigue.use.set: 'Au' is no solder",
        ),
        ({"metrics": {"fatigue": {"shape": 0.0}}}, r"metrics.fatigue.shape = 0"),
    ],
    ids=["cycles", "use", "set", "shape"],
)  # fmt: skip
def test_a_table_that_cannot_be_is_refused(changed, said):
    data = {"load": LOAD, "metrics": {"fatigue": MOTALAB}}
    with pytest.raises(DesignError, match=said):
        Design(**{**data, **changed})
