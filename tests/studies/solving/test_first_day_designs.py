"""What users try on their first day: pillars, a UBM beyond the pad's rim, thick pads, balls.

Through both physics, with the balances, on coarse meshes; and that a headline's bar holds what a
finer mesh finds.
"""

import math

import pytest

from geometry import Design
from studies.solving.estimators import FIRST_DAY, HELD_SEED, first_day_designs, held_designs
from studies.solving.evaluate import evaluate

VARIANTS = ("no-recess", "partial-depth", "full-depth")
COARSE = {"size_factor": 4.0}
BALANCE = 1e-9


def layers(**thickness_um):
    made_of = {"ti": "Ti", "ni": "Ni"}
    return [
        {"name": name, "material": made_of.get(name, "Cu"), "thickness_um": thickness}
        for name, thickness in thickness_um.items()
    ]


PILLAR = {
    "cell": {"pitch_um": 80.0},
    "pad": {"diameter_um": 45.0},
    "passivation": {"opening_diameter_um": 20.0},
    "ubm": {
        "overhang_um": 10.0,
        "layers": layers(ti=0.1, seed=0.3),
        "enhanced": layers(cu=30.0),
    },
    "bump": {"material": "Sn96.5Ag3.5", "height_um": 15.0},
    "metrics": {"arc_length_um": 5.0},
}
CAP = {**PILLAR["bump"], "shape": "reflowed"}
WITH_POLYIMIDE = {
    "pad_etch": {"mask": "polyimide"},
    "polyimide": {"thickness_um": 3.0, "opening_diameter_um": 15.0},
}
ON_BOARD = {
    "standoff_um": 12.0,
    "pad": {"diameter_um": 44.0},
    "solder_mask": {"opening_diameter_um": 60.0, "thickness_um": 10.0},
}
BEYOND = {
    "pad": {"diameter_um": 80.0},
    "passivation": {"opening_diameter_um": 70.0},
    "ubm": {"overhang_um": 7.5},
}
THICK = {"pad": {"material": "Cu", "thickness_um": 10.0}}
BALL = {
    "cell": {"pitch_um": 400.0},
    "pad": {"material": "Cu", "diameter_um": 260.0, "thickness_um": 5.0},
    "passivation": {"opening_diameter_um": 230.0},
    "pad_etch": {"mask": "polyimide"},
    "polyimide": {"thickness_um": 7.5, "opening_diameter_um": 210.0},
    "ubm": {"overhang_um": 15.0, "enhanced": layers(pillar=8.0)},
    "bump": {"shape": "reflowed", "height_um": 150.0},
}
DESIGNS = {
    "pillar": PILLAR,
    "pillar, reflowed cap": {**PILLAR, "bump": CAP},
    "pillar with barrier": {
        **PILLAR,
        "bump": CAP,
        "ubm": {**PILLAR["ubm"], "enhanced": layers(cu=30.0, ni=3.0)},
    },
    "pillar on polyimide": {**PILLAR, **WITH_POLYIMIDE, "bump": CAP},
    "pillar fed by a trace": {**PILLAR, "pad": {"diameter_um": 45.0, "feed": "trace"}},
    "pillar fed by a via": {
        **PILLAR,
        "pad": {"diameter_um": 45.0, "feed": "via"},
        "via": {"kind": "ring", "inner_diameter_um": 32.0, "outer_diameter_um": 40.0},
    },
    "pillar, sheared": {
        **PILLAR,
        "load": {"shear": {"displacement_um": 0.1, "counter_face": "rigid"}},
    },
    "beyond the rim": BEYOND,
    "beyond the rim, at the step": {**BEYOND, "ubm": {"overhang_um": 6.0 + 1e-7}},
    "beyond the rim, reflowed": {**BEYOND, "bump": {"shape": "reflowed"}},
    "beyond the rim, plated": {
        **BEYOND,
        "ubm": {"overhang_um": 7.5, "enhanced": layers(ni=2.0)},
    },
    "beyond the rim, trace": {**BEYOND, "pad": {"diameter_um": 80.0, "feed": "trace"}},
    "thick pad": THICK,
    "thick pad under polyimide": {
        **THICK,
        "pad_etch": {"mask": "polyimide"},
        "polyimide": {"thickness_um": 8.0},
    },
    "ball on polyimide": BALL,
    "titanium of 20 nm": {"ubm": {"layers": layers(ti=0.02, cu=0.5)}},
    "dielectric of 20 nm": {"dielectric": {"thickness_um": 0.02}},
    "passivation of 20 nm": {"passivation": {"thickness_um": 0.02}},
}


def balanced(record):
    values = [record["metrics"][name] for name in record["headline"]]
    assert all(value is not None and math.isfinite(value) for value in values)
    assert record["metrics"]["resistance_mohm"] > 0
    assert record["solver"]["current_balance"] < BALANCE
    assert record["solver"]["thermal_stress"]["relative_residual"] < BALANCE
    if record["design"]["assembly"] is None:
        assert record["solver"]["force_balance"] < BALANCE
    assert record["mesh"]["quality_min"] > 0.005


def by_turns(names):
    """Every design in every variant; all but one of a design's, each in its turn, are slow."""
    return [
        pytest.param(name, variant, marks=() if k % len(VARIANTS) == j else pytest.mark.slow)
        for k, name in enumerate(names)
        for j, variant in enumerate(VARIANTS)
    ]


@pytest.mark.parametrize(("name", "variant"), by_turns(DESIGNS))
def test_both_physics_balance(name, variant):
    balanced(evaluate(Design(variant=variant, mesh=COARSE, **DESIGNS[name])))


@pytest.mark.parametrize("underfill", [{}, False])
def test_a_pillar_on_its_board(underfill):
    joint = {**ON_BOARD, "underfill": underfill}
    record = evaluate(Design(mesh=COARSE, assembly=joint, **{**PILLAR, "bump": CAP}))
    balanced(record)
    assert record["metrics"]["current_density_max_bump_substrate_pad_L1_a_per_cm2"] > 0


def test_a_pillar_spreads_the_current_before_it_meets_the_solder():
    """30 um of copper between opening and solder: nearly even at the cap, unlike a thin UBM."""
    thin = {**PILLAR, "ubm": {"overhang_um": 10.0, "layers": layers(ti=0.1, seed=0.3)}}
    crowding = []
    for data in (PILLAR, thin):
        record = evaluate(Design(variant="no-recess", mesh=COARSE, **data))
        crowding.append(record["metrics"]["crowding_contact_bump_ubm_L1"])
    assert 1.0 <= crowding[0] < 1.2 < 2.0 < crowding[1]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["pillar, reflowed cap", "beyond the rim", "titanium of 20 nm"])
def test_bars_hold_what_a_finer_mesh_finds(name):
    coarse, fine = (
        evaluate(Design(mesh={"size_factor": factor}, **DESIGNS[name])) for factor in (3.0, 1.0)
    )
    for metric in coarse["headline"]:
        value, bar = coarse["metrics"][metric], coarse["errors"][metric]
        found, left = fine["metrics"][metric], fine["errors"][metric]
        round_off = 1e-10 * abs(value)
        assert abs(value - found) <= bar + left + round_off, metric


def test_first_day_designs_are_reproducible_and_of_every_kind():
    first, again = (list(first_day_designs(HELD_SEED, 6)) for _ in range(2))
    assert [d.to_dict() for d in first] == [d.to_dict() for d in again]
    assert [d.name.rsplit("-", 1)[0] for d in first] == 2 * list(FIRST_DAY)
    rim, pillar, film = first[:3]
    assert rim.ubm_radius_um > rim.pad_radius_um
    assert sum(layer.thickness_um for layer in pillar.ubm.enhanced) >= 15.0
    assert min(layer.thickness_um for layer in film.ubm.layers) == 0.02
    assert first[0].to_dict() != next(first_day_designs(HELD_SEED + 1, 1)).to_dict()


def test_every_kind_is_met_at_every_accuracy():
    kinds = {(d.name.rsplit("-", 1)[0], accuracy) for d, accuracy in held_designs(0, 9, 0)}
    assert len(kinds) == 9
