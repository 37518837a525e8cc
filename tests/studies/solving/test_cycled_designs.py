"""Designs that go through thermal cycles: what they ask for, their numbers, what they cannot be.

Plan: one coarse design of a pad that yields, through two cycles; numbers per cycle must be those of
the cycles, ring and pad apart, and the record must say that two do not show what more change.
Behind the process a cycle must begin in the state that the process leaves, and end in another than
behind the cool-down.
"""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from fem_bump import InputError
from geometry import Design, DesignError, build_cross_section
from studies.case.checks import check_design
from studies.case.input_notes import input_notes
from studies.loads.shipped.cycling import cycle_of
from studies.loads.shipped.shear import lateral_displacement_um
from studies.metrics.catalogue import catalogue
from studies.metrics.measure import other_error, tails, taken, values
from studies.metrics.rough import Beside
from studies.solution.solved import Solved
from studies.solving import cycles_work

FREE = {"low_degc": -40.0, "high_degc": 125.0, "ramp_s": 600.0, "dwell_low_s": 60.0,
        "dwell_high_s": 60.0}  # fmt: skip
G = {"standard": "JESD22-A104", "condition": "G"}
LAWLESS = {"young_mpa": 40e3, "poisson": 0.35, "cte_per_k": 22e-6, "conductivity_s_per_m": 8e6}
YIELDS = {"kind": "J2", "yield_mpa": 100.0, "kinematic_mpa": 2000.0}


def cycled(kind="cycles", **given):
    return {"inelastic": True, "history": {"kind": kind, "rest_s": 0.0}, "cycling": given}


def design(kind="cycles", **given):
    load = cycled(kind, **{**FREE, "cycles": 2, **given})
    load["history"]["tolerance"] = 0.2
    return Design(
        pad={"material": "al"},
        bump={"material": "idle"},
        load=load,
        materials={"al": {"based_on": "Al-0.5Cu", "law": YIELDS}, "idle": LAWLESS},
        mesh={"size_factor": 8.0},
    )


def solution(**given):
    return Solved(build_cross_section(design(**given)), 8.0, when_asked=True)


@pytest.fixture(scope="module")
def solved():
    return solution()


@pytest.mark.slow
def test_numbers_of_the_last_cycle(solved):
    found, view = solved.cycles, solved.seen_from("a")
    metrics = values(view)
    work, strain = (
        metrics[f"inelastic_{what}_per_cycle_pad_ring{unit}"]
        for what, unit in (("work", "_mj_per_m3"), ("strain", ""))
    )
    assert work == found.work_per_cycle("pad_ring")[-1] > 0
    assert 100.0 * strain < work < 150.0 * strain
    assert metrics["ratchet_shear_per_cycle_pad"] == found.ratchet_per_cycle("pad")[-1, 3]
    name = "inelastic_work_per_cycle_pad_ring_mj_per_m3"
    known = next(each for each in taken(view) if each.metric.name(each.place) == name)
    assert tails(view)[name] == np.inf  # two cycles do not show it, of ranges neither
    assert all(tails(view)[f"{what}_range_ubm_pad_L1_mpa"] == np.inf for what in ("peel", "shear"))
    assert other_error(known, view, Beside(view, view), work, np.inf, {}) is None
    assert catalogue().parse(name).place.text == "pad_ring"
    # what a window goes through lies between what its worst states say
    lower, upper = metrics["shear_range_ubm_pad_L1_mpa"], metrics["shear_range_ubm_pad_L0.5_mpa"]
    assert 0 < lower < 2 * upper and metrics["peel_range_ubm_pad_L1_mpa"] > 0
    # the end is back at the temperature of the cool-down's
    assert found.last.instants[-1].degc == 25.0
    assert cycles_work.flags(solved) == {"cycles_settled": found.is_settled}
    assert cycles_work.solvers(solved)["cycles"]["solved"] == 2
    (said,) = cycles_work.notes(solved)
    assert said.startswith("2 cycles do not show") and said.endswith("cycles of at least 4")
    more = replace(found, solved=(*found.solved, *(replace(found.solved[-1], number=n)
                                                   for n in (3, 4))))  # fmt: skip
    assert more.is_settled and not replace(more, solved=more.solved[1:]).is_settled


@pytest.mark.slow
def test_behind_a_process_the_first_cycle_begins_where_it_ended(solved):
    made = solution(kind="process", cycles=1)
    found, left = made.cycles, made.process.final
    # a history of the model that is left: its films' strains are none of the materials' own
    assert found.model is made.process.model and len(found.states) == 5
    begun = found.states[0]
    place = np.array([[20.0, 29.5, 20.0], [0.25, 0.5, 1.5]])
    assert_allclose(begun.displacement(place), left.displacement(place), rtol=1e-12)
    for region, at in (("pad", [[20.0], [0.25]]), ("chip", [[20.0], [-1.5]])):
        assert_allclose(begun.stress(at, region), left.stress(at, region), rtol=1e-12)
    one, other = (state.interface("ubm", "pad") for state in (begun, left))
    assert_allclose(one.peel_mpa, other.peel_mpa, rtol=1e-9, atol=1e-9)
    # it ends at the temperature at which it began, and behind a cool-down works less
    assert made.stress.model is found.model and found.last.instants[-1].degc == 25.0
    works = [each.cycles.work_per_cycle("pad_ring")[0] for each in (made, solved)]
    assert works[0] > 1.03 * works[1] > 0
    assert values(made.seen_from("a"))["inelastic_work_per_cycle_pad_ring_mj_per_m3"] == works[0]


def test_a_factor_takes_cycles_from_behind_a_cool_down_behind_the_process():
    made = design().replace(**{"load.history.kind": "process"})
    assert made == design("process") and made.load.cycling.cycles == 2
    assert made.replace(**{"load.history.kind": "cycles"}) == design()
    elastic = made.replace(**{"load.inelastic": False})
    assert elastic.load.cycling is None and elastic.load.history.kind == "process"


@pytest.mark.slow
def test_a_sheared_pad_works_more():
    coarse = design(cycles=1).replace(**{"mesh.size_factor": 10.0})
    shear = {"load.shear.displacement_um": 0.5, "load.shear.counter_face": "rigid"}
    plain, sheared = (
        Solved(build_cross_section(one), 10.0, when_asked=True)
        for one in (coarse, coarse.replace(**shear))
    )
    alone, found = (values(each.seen_from("a")) for each in (plain, sheared))
    work = "inelastic_work_per_cycle_pad_ring_mj_per_m3"
    assert found[work] == sheared.cycles.work_per_cycle("pad_ring")[-1] > 1.05 * alone[work]
    # back at 25 degC the board is where it was at the end of the cool-down
    assert_allclose(found["lateral_displacement_um"], 0.5, rtol=1e-12)
    assert found["lateral_force_mn"] > 0
    # the worst window around the circle goes through more than that of a joint at the neutral point
    assert found["shear_range_ubm_pad_L1_mpa"] > alone["shear_range_ubm_pad_L1_mpa"]


def test_a_design_by_its_standard():
    cycle = cycle_of(Design(load=cycled(**G)).load.cycling)
    assert (cycle.low_degc, cycle.high_degc, cycle.ramp_up_s) == (-40.0, 125.0, 900.0)
    assert cycle.dwell_low_s == cycle.dwell_high_s == 300.0  # soak mode 2
    given = Design(load=cycled(**G, soak_mode=4, ramp_k_per_min=15.0))
    assert cycle_of(given.load.cycling).dwell_high_s == 900.0
    assert cycle_of(given.load.cycling).ramp_down_s == 660.0
    held = cycled(standard="IPC-9701", condition="TC3", dwell_low_s=600.0, dwell_high_s=600.0)
    assert cycle_of(Design(load=held).load.cycling).dwell_high_s == 600.0
    assert any("read in a test house" in note for note in input_notes(given))
    elastic = given.replace(**{"load.inelastic": False})
    assert elastic.load.cycling is None and elastic.load.history is None


@pytest.mark.parametrize(
    ("load", "said"),
    [
        (cycled(**{**FREE, "dwell_low_s": 0.0}), "load.cycling.dwell_low_s = 0 must be"),
        (cycled(**{**FREE, "high_degc": -50.0}), "low_degc = -40 must be below high_degc = -50"),
        (cycled(low_degc=-40.0), "load.cycling.high_degc is missing"),
        (cycled(standard="JESD22-A014", condition="G"), "the nearest are 'JESD22-A104'"),
        (cycled(**{**G, "condition": "Z"}), "'JESD22-A104 Z' is no known condition; the nearest"),
        (cycled(condition="G"), "load.cycling.standard is missing"),
        (cycled(**G, low_degc=-40.0), "low_degc is the condition's"),
        (cycled(**G, soak_mode=9), "soak_mode = 9 of JESD22-A104 must be 1 to 4"),
        (cycled(**G, dwell_low_s=60.0), "give both dwell_low_s and dwell_high_s"),
        (cycled(**FREE, soak_mode=1), "needs a standard and a condition"),
        (cycled(**FREE, ring_um=11.0), "ring_um = 11 must be at most 10"),
        ({"inelastic": True, "cycling": FREE}, 'give load.history.kind = "cycles"'),
        ({"history": {"kind": "process"}, "cycling": FREE}, "needs load.inelastic = true: what"),
        (
            {**cycled("process", **FREE), "shear": {"dnp_um": 5e3}},
            "and [load.shear] cannot be together",
        ),
    ],
    ids=["dwell", "ends", "missing", "standard", "condition", "half", "twice", "mode", "one-dwell",
         "free-mode", "ring", "kind", "elastic-process", "sheared-process"],
)  # fmt: skip
def test_what_cycles_cannot_be(load, said):
    with pytest.raises(DesignError) as caught:
        Design(load=load)
    assert said in str(caught.value) and "\n" not in str(caught.value)


def test_a_layer_thicker_than_the_solder():
    thick = Design(load=cycled(**FREE, layer_um=90.0))
    with pytest.raises(InputError, match=r"layer_um = 90 must be below 76.5: so far the solder"):
        check_design(thick)


def test_a_shift_that_is_small_at_the_end_only():
    """The cold end of a cycle is 257 K from the stress-free 217 degC, the analysed one 192 K."""
    height = Design().joint_height_um
    held = {"counter_face": "rigid"}
    given = {"displacement_um": 0.9 * height, **held}
    Design(load={"shear": given})
    said = rf"from {-height * 192 / 257:.4g} to {height * 192 / 257:.4g}: at -40 degC it becomes"
    with pytest.raises(DesignError, match=said):
        Design(load={**cycled(**G), "shear": given})
    with pytest.raises(DesignError, match="condition; the nearest"):  # the cycle's rule, alone
        Design(load={**cycled(**{**G, "condition": "Z"}), "shear": given})
    largest = abs(lateral_displacement_um(Design(load={"shear": {"dnp_um": 1.0, **held}})))
    far = {"dnp_um": 0.9 * height / largest, **held}
    check_design(Design(load={"shear": far}))
    with pytest.raises(InputError, match=r"um at -40 degC, more than the joint's height"):
        check_design(Design(load={**cycled(**G), "shear": far}))
