"""A probed pad in the solve: its films by leg and beside the axis, heat and voltage in the contact.

Contact resistivity rc makes J.n = [phi] / rc, and its heat is what the current loses there: on one
leg a film's voltage is rc times the density, and films of equal resistivity are one film.
"""

import json

import numpy as np
import pytest
from numpy.testing import assert_allclose

from fem_bump.conduction.contact_jumps import ContactJumps
from fem_bump.errors import InputError
from geometry import Design, DesignError, build_cross_section
from studies.case.checks import check_design
from studies.loads.shipped.current import resistive_interfaces
from studies.metrics import measure
from studies.records.record import Circle
from studies.results.circles import around
from studies.solution.solved import Solved
from studies.solving.evaluate import evaluate

MESH = {"size_factor": 4.0}
OFF = {"depth_ratio": 0.0, "offset_um": 18.0, "film_resistivity_ohm_m2": 1e-9}


def design(**keys):
    return Design(**{"variant": "no-recess", "mesh": MESH, **keys})


def of_contact(resistivity, **keys):
    given = {"contact_resistivity_ohm_m2": {"ubm/pad": resistivity}}
    return design(load={"current": given}, **keys)


def solved(**keys):
    return Solved(build_cross_section(design(**keys)), 4.0, True)


def some(values, *stems):
    return {name: v for name, v in values.items() if name.startswith(stems)}


FLOW = ("contact_heat", "film_voltage", "current_density_max_ubm_pad_L", "resistance", "power")


def test_no_mark_and_one_of_no_depth_without_film_are_one_design():
    nothing = {"depth_ratio": 0.0, "film_resistivity_ohm_m2": 0.0}
    plain, marked = (evaluate(design(**keys)) for keys in ({}, {"probe": nothing}))
    assert marked["metrics"] == plain["metrics"]
    assert marked["mesh"]["sha256"] == plain["mesh"]["sha256"]


def test_a_film_s_voltage_is_its_resistivity_times_the_density():
    found = evaluate(of_contact(1e-12))["metrics"]
    ohm_um2 = 1.0
    for length in ("0.5", "1", "2"):
        density = found[f"current_density_max_ubm_pad_L{length}_a_per_cm2"] * 1e-8
        voltage = found[f"film_voltage_max_ubm_pad_L{length}_mv"]
        assert_allclose(voltage, 1e3 * ohm_um2 * density, rtol=1e-5)


def test_heat_in_the_contact_is_what_the_film_adds_to_the_power_of_a_stiff_contact():
    """A resistance that is all in the film: heat tends to the whole power."""
    found = evaluate(of_contact(1e-8))["metrics"]
    area = np.pi * 30.0**2
    assert_allclose(found["contact_heat_ubm_pad_mw"], 1e3 * 0.3**2 * 1e4 / area, rtol=2e-3)
    assert found["contact_heat_ubm_pad_mw"] < found["power_mw"]


@pytest.mark.parametrize("feed", [{}, {"pad": {"feed": "trace"}}], ids=["rim", "trace"])
def test_a_mark_s_film_that_is_nothing_changes_nothing(feed):
    none = {**OFF, "film_resistivity_ohm_m2": 1e-20}
    plain, marked = (
        measure.values(Solved(build_cross_section(one), 4.0, True).seen_from("a"))
        for one in (of_contact(1e-12, **feed), design(probe=none, **feed))
    )
    alike = some(plain, *FLOW)
    assert len(alike) >= 8
    assert_allclose([marked[name] for name in alike], list(alike.values()), rtol=1e-5)


def test_legs_of_a_mark_have_the_resistivities_that_the_etch_leaves():
    bare = build_cross_section(design(probe={}))
    found = resistive_interfaces(bare)
    assert set(found) == {"ubm/pad:floor", "ubm/pad:scar"}
    assert_allclose([found["ubm/pad:floor"], found["ubm/pad:scar"]], [1e-12, 1.1e-11])
    etched = build_cross_section(design(variant="partial-depth", probe={}))
    assert set(resistive_interfaces(etched).values()) == {1e-13}


def test_a_perfect_contact_under_a_film_is_refused_before_anything_is_meshed():
    with pytest.raises(DesignError, match=r"must be above 0 on a probed pad"):
        check_design(of_contact(0.0, probe={}))


def test_nothing_jumps_where_contact_is_perfect():
    with pytest.raises(InputError, match="no contact resistance"):
        ContactJumps(solved().current, "ubm", "pad")


@pytest.mark.slow
def test_an_odd_film_beside_a_trace_is_in_every_number_of_the_record():
    """At azimuth 90 there are sines: phases in the record, a whole circle in maps."""
    odd = {**OFF, "offset_um": 22.0, "azimuth_deg": 90.0}
    found = evaluate(design(probe=odd))
    even = evaluate(design(probe={**odd, "azimuth_deg": 0.0}))
    names = list(some(even["metrics"], *FLOW))
    turned = [found["metrics"][name] for name in names]
    assert_allclose(turned, [even["metrics"][name] for name in names], rtol=1e-3)
    assert all(found["errors"][name] is not None for name in names)
    theta = "current_density_max_theta_ubm_pad_L1_deg"
    apart = [abs(abs(found["metrics"][theta] - 90.0)), even["metrics"][theta]]
    assert_allclose(apart[0], apart[1], atol=2.0)  # on either side of the disc
    circle = Circle.from_json(json.loads(json.dumps(found["circle"]["ubm/pad"])))
    straight = Circle.from_json(even["circle"]["ubm/pad"])
    assert set(circle.flux_phases_deg) == {0.0, 90.0} and not len(straight.flux_phases_deg)
    angles = np.array([0.0, 40.0, 117.0, 250.0])
    there = around(circle, "jn_a_per_cm2", angles + 90.0)
    here = around(straight, "jn_a_per_cm2", angles)
    assert_allclose(there, here, atol=1e-3 * abs(here).max())


@pytest.mark.slow
def test_the_current_through_a_mark_vanishes_with_its_film():
    shares = [
        evaluate(design(probe={"film_resistivity_ohm_m2": film}))["metrics"]
        for film in (1e-13, 1e-11, 1e-9)
    ]
    through = [found["scar_current_share_ubm_pad"] for found in shares]
    resistance = [found["resistance_mohm"] for found in shares]
    assert through[0] > through[1] > 10 * through[2] > 0.0
    assert resistance[0] < resistance[1] < resistance[2]
