"""Cases whose current heats them and moves atoms: numbers, bars, notes, what is refused.

Plan: one coarse design with heat and migration, and the same without. What does not depend on heat
must not change; heat must balance, the steady stress be that of the potential, and a lower critical
stress turn an immortal metal into one with a void. Bad input is one sentence.
"""

import json
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from fem_bump import InputError, Material, Migration, Model, current_flow, electromigration
from fem_bump.verification.grids import grid
from geometry import Design
from studies.case.checks import check_design
from studies.loads.shipped.migration import critical_mpa, free_surface
from studies.loads.statements import heat as heat_words
from studies.loads.statements import migration as migration_words
from studies.metrics.catalogue import catalogue
from studies.metrics.names import Place
from studies.metrics.rough import LEAST_SMOOTH, Beside, twin_error
from studies.solution.solved import Solved
from studies.solving import currents_work
from studies.solving.evaluate import case_key, evaluate

CRITICAL = {"critical_mpa": 100.0, "critical_by_region_mpa": {"bump": 40.0}}


def design(**keys):
    return Design(mesh={"size_factor": 8.0}, load={"current": {"temperature_degc": 100.0}}).replace(
        **keys
    )


def working(**keys):
    return design(**{"load.heat": {}, "load.migration": CRITICAL, **keys})


@pytest.fixture(scope="module")
def record():
    return evaluate(working())


def test_what_does_not_depend_on_heat_stays(record):
    cold = evaluate(design())
    for name, value in cold["metrics"].items():
        assert value == record["metrics"][name], name
    assert "heat" not in cold["design"]["load"] and "courses" not in cold
    assert not any(name.startswith(("temperature", "migration")) for name in cold["metrics"])
    assert case_key(working()) != case_key(design())


def test_heat_balances_and_stands_above_its_sink(record):
    found = record["metrics"]
    power_mw = found["resistance_at_temperature_mohm"] * 0.3**2
    assert_allclose(found["heat_out_chip_bottom_mw"], power_mw, rtol=1e-6)
    assert found["resistance_at_temperature_mohm"] > found["resistance_mohm"]
    assert_allclose(found["temperature_max_degc"], 100 + found["temperature_rise_max_k"])
    assert found["temperature_max_in_bump_degc"] <= found["temperature_max_degc"]
    # nothing cools the bump's top: it is the hottest
    assert record["flags"]["hot_spot"] == "bump" and found["temperature_gradient_bump_k_per_cm"] < 0


def test_bars_are_known_wherever_a_number_is(record):
    metrics, bars = record["metrics"], record["errors"]
    assert all(bars[name] is not None for name, value in metrics.items() if value is not None)
    assert bars["temperature_max_degc"] == bars["temperature_rise_max_k"] < 0.01
    assert {"temperature_rise_max_k", "migration_load_pad"} <= set(record["headline"])
    json.dumps(record, allow_nan=False)


def test_a_trace_heats_the_pad_beside_the_current():
    keys = {"pad.feed": "trace", "trace.length_um": 50.0, "load.heat": {}}
    view = Solved(check_design(design(**keys))(), 10.0, when_asked=True).seen_from("a")
    every, at = catalogue(), Place()
    enters = every["trace_heat"].value(view, at)
    out = every["heat_out"].value(view, Place(region="chip_bottom"))
    assert_allclose(out, enters + 1e3 * view.heated.flow.power_w, rtol=1e-6)
    assert every["trace_temperature_max"].value(view, at) > view.heat.temperature_max_degc
    hot, cold = (
        every[name].value(view, at) for name in ("resistance_at_temperature", "resistance")
    )
    assert 1.0 < hot / cold < 1.2


@pytest.mark.slow
def test_the_side_of_the_trace_is_hotter_than_the_mean():
    keys = {"pad.feed": "trace", "trace.length_um": 50.0, "load.heat": {"angular": "coupled"}}
    view = Solved(check_design(design(**keys))(), 10.0, when_asked=True).seen_from("a")
    every, at, mean = catalogue(), Place(), view.heat.temperature_max_degc
    assert mean < every["temperature_max_around"].value(view, at) < mean + 5.0
    around, even = every["resistance_around"].value(view, at), 1e3 * view.heated.resistance_ohm
    assert_allclose(around, even, rtol=1e-2)


def test_a_current_beyond_the_solidus_is_refused_with_its_limits():
    section = check_design(design(**{"load.heat": {}, "load.current.current_a": 9.0}))()
    one = Solved(section, 10.0, when_asked=True)
    with pytest.raises(InputError, match="9 A is more than this body bears: region 'bump'"):
        _ = one.heated
    bears, (said,) = currents_work.borne(one)
    assert 0.3 < bears["current_at_solidus_a"] < 9.0 < bears["current_limit_a"]
    assert "reaches its solidus" in said


def test_a_metal_is_immortal_or_has_a_void_with_its_time(record):
    found = record["metrics"]
    assert found["migration_load_pad"] < 1 < found["migration_margin_pad"]
    assert_allclose(found["migration_load_pad"] * found["migration_margin_pad"], 1.0)
    assert found["time_to_nucleation_pad_s"] is None
    (note,) = (note for note in record["flags"]["notes"] if "the pad is immortal" in note)
    assert "at a critical stress of 100 MPa; the largest of all times is " in note
    assert f"MPa, a margin of {found['migration_margin_pad']:.3g}" in note
    assert found["migration_load_bump"] > 1 and found["time_to_nucleation_bump_s"] > 1.0
    assert found["migration_load_bump_free_surface"] < found["migration_load_bump"]
    # electrons enter the pad at its rim: tension there, and no more than of the potential's fall
    assert_allclose(found["void_r_pad_um"], 40.0)
    assert found["migration_load_pad"] < found["blech_load_pad"] < 1


def test_solder_has_a_critical_stress_of_its_own_unless_one_is_given():
    def both(**given):
        one = design(**{"load.migration": given})
        again = Design(**one.to_dict())
        assert again == one
        return critical_mpa(again, "pad"), critical_mpa(again, "bump")

    assert both() == (200.0, 30.0) and both(critical_mpa=90.0) == (90.0, 30.0)
    assert both(critical_by_region_mpa={"pad": 90.0}) == (90.0, 30.0)
    assert both(critical_by_region_mpa={"bump": 90.0}) == (200.0, 90.0)


def test_a_metal_whose_stress_overshoots_is_not_immortal():
    """Its void is found though the steady stress stays below the critical one."""
    mesh = grid(
        [0.0, 1.0], np.linspace(0.0, 60.0, 31), {"pad": (0, 1, 0, 60)},
        interiors={"from": (1, 1, 0, 2), "to": (1, 1, 10, 12)},
    )  # fmt: skip
    cu = Migration(7.8e-5, 0.9, -5.0, 1.18e-29, 1e5)
    model = Model(mesh, {"pad": Material("cu", 1e5, 0.3, 17e-6, 5e7, migration=cu)})
    flow = current_flow(model, 0.01, source="from", sink="to")
    moved = electromigration(model, flow, temperature_degc=100.0)
    critical, pad = 1.5 * moved.steady.largest(1.0).mean_mpa, Place(region="pad")
    names = ("migration_load", "migration_margin", "time_to_nucleation")

    def found(end_s):
        given = {"load.migration": {"critical_mpa": critical, "end_s": end_s}}
        view = SimpleNamespace(
            design=design(**given), migration=moved, once=lambda _, value: value()
        )
        return [catalogue()[name].value(view, pad) for name in names]

    load, margin, time_s = found(1e8)
    assert load > 1 > margin and time_s == moved.nucleation(critical, 1.0).time_s
    assert found(0.5 * time_s) == [load, margin, None]  # one begins, but later


def test_the_free_surface_is_shown_where_no_held_stress_meets_it():
    def side(mpa):
        given = {"load.migration": {"reservoirs": {"bump_top": mpa}}}
        return free_surface(check_design(design(**given))())

    assert side(0.0) == "bump_side" and side(10.0) is None


def test_courses_and_curves_go_with_the_record(record):
    course = record["courses"]["bump"]
    begins = record["metrics"]["time_to_nucleation_bump_s"]
    assert course["critical_mpa"] == 40.0 and len(course["times_s"]) == len(course["stress_mpa"])
    reached = np.interp(begins, course["times_s"], course["stress_mpa"])
    assert_allclose(reached, 40.0, rtol=0.05)
    assert len(record["curves"]["ubm/pad"]["migration_stress_mpa"]) == len(
        record["curves"]["ubm/pad"]["temperature_degc"]
    )


def test_atoms_move_without_heat_too():
    """At the temperature of the current, to the stress of its potential."""
    one = Solved(check_design(design(**{"load.migration": {}}))(), 10.0, when_asked=True)
    pad = one.model.regions["pad"]
    steady = one.migration.steady.local_stress_mpa()[pad]
    phi = one.current.local_potential_v()[pad]
    slope = one.model.materials["pad"].migration.stress_per_volt_mpa
    assert_allclose(steady - steady[0, 0], slope * (phi - phi[0, 0]), atol=1e-6 * np.ptp(steady))
    twin = one.twin(4.0)
    assert twin.model is one.model and twin.current is one.current and twin.stress is one.stress
    assert twin.migration is not one.migration


def test_bars_sum_what_meshes_and_tolerances_change():
    metric = catalogue()["temperature_rise_max"]

    class View:
        def __init__(self, value):
            self.heat = type("H", (), {"temperature_max_degc": value})()
            self.design = working()

    at, beside = Place(), Beside(View(103.0), View(103.2), View(103.05))
    assert_allclose(twin_error(metric, at, 3.0, beside, None), 0.2 + 0.05 + LEAST_SMOOTH * 3.0)
    warmest = catalogue()["temperature_max"]  # its size is the rise
    assert_allclose(
        twin_error(warmest, at, 103.0, beside, 0.1), 0.2 + 0.05 + LEAST_SMOOTH * 3.0 + 0.1
    )
    hot_trace = {"pad.feed": "trace", "trace.length_um": 50.0}
    on_a_hot_chip = {**hot_trace, "load.heat": {"trace": {"substrate_degc": 120.0}}}
    for keys, degc in ({"load.heat": {}}, 100.0), (on_a_hot_chip, 120.0):
        assert warmest.zero(SimpleNamespace(design=design(**keys)), at) == degc
    times = catalogue()["time_to_nucleation"]
    ends = type("M", (), {"rule": "twins", "value": lambda _, view, place: view, "zero": None})()
    assert twin_error(ends, at, 5.0, Beside(5.0, None, 5.0), None) is None  # immortal on a mesh
    assert times.rule == "twins"


@pytest.mark.slow
def test_a_history_is_where_atoms_start_from():
    """The stress that is left after cooling counts; a critical one below it is refused."""
    cooled = {"load.inelastic": True, "load.history": {"tolerance": 0.2, "rest_s": 0.0}}
    given = {"load.migration": {"critical_mpa": 5.0, "initial": "history"}}
    one = Solved(check_design(design(**cooled, **given))(), 10.0, when_asked=True)
    start = one.migration.at(0.0).mean("pad")
    *points, volume = one.model.quadrature_of(one.model.regions["pad"])
    hydrostatic = one.stress.stress_at(*points)[:3].mean(axis=0)
    assert_allclose(start, hydrostatic @ volume / volume.sum(), rtol=1e-6)
    time_to_nucleation = catalogue()["time_to_nucleation"].value
    with pytest.raises(InputError, match="critical_mpa = 5 must be above the initial stress"):
        time_to_nucleation(one.seen_from("a"), Place(region="pad"))


def test_loads_say_what_heats_and_moves():
    every = [working(), design()]
    tables = [d.load.heat for d in every]
    found = heat_words.find(every, tables)
    (said,) = heat_words.sentences(found)
    assert "In 1 of 2 designs" in said and "the chip's underside is held at 100 °C" in said
    assert dict(heat_words.left_out(found))["Joule heating"].startswith("In 1 of 2 designs")
    moved = migration_words.find(every, [d.load.migration for d in every])
    (said,) = migration_words.sentences(moved)
    assert "100 MPa and 40 MPa in the bump" in said and "for 10 years" in said
