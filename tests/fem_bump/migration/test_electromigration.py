"""Migration by its parts: blocks, discs, decay, initial stress, nucleation, harmonics, refusals."""

import dataclasses

import numpy as np
import pytest
import scipy.sparse as sp
from numpy.testing import assert_allclose
from scipy.linalg import expm

from fem_bump import (
    InputError,
    Material,
    Migration,
    Model,
    OffCentreFilm,
    current_flow,
    electromigration,
    electrothermal,
    thermal_stress,
)
from fem_bump.algebra.linear_solver import Factorization
from fem_bump.interfaces.averages import disc, sample_region
from fem_bump.interfaces.discs import disc_centres, disc_means
from fem_bump.migration.blocks import blocks
from fem_bump.migration.decay import decay
from fem_bump.verification.grids import grid

SLOW = Migration(7.8e-5, 0.9, -5.0, 1.18e-29, 1e5)
FAST = Migration(1e-3, 0.9, -10.0, 1.66e-29, 5e4)
SAME = Migration(7.8e-5, 0.9, -5.0, 1.18e-29, 1e5)  # equal, another object


def metal(name, migration, s=2e7):
    return Material(name, 1e5, 0.3, 1e-5, s, migration=migration)


def stack(lower, upper, n=4):
    """A wire of radius 2 um and height 10 um of two materials."""
    mesh = grid(
        np.linspace(0.0, 2.0, n + 1),
        np.linspace(0.0, 10.0, 2 * n + 1),
        {"low": (0, 2, 0, 5), "up": (0, 2, 5, 10)},
    )
    return Model(
        mesh, {"low": metal("low", lower), "up": metal("up", upper)}, {"all": ["low", "up"]}
    )


def flow(model, current_a=0.05):
    return current_flow(model, current_a, source="top", sink="bottom")


@pytest.fixture(scope="module")
def wire():
    model = stack(SLOW, SAME)
    return model, flow(model)


@pytest.fixture(scope="module")
def moved(wire):
    return electromigration(*wire, temperature_degc=100.0)


# ------------------------------------------------------------------ blocks


def test_blocks_are_parted_by_data_and_by_nothing_else(wire):
    model, current = wire
    (whole,) = blocks(model, current.conducting_elements)
    assert whole.regions == ("low", "up") and whole.count == model.node_count
    parted = stack(SLOW, FAST)
    low, up = blocks(parted, np.arange(parted.mesh.nelements))
    assert (low.name, up.name) == ("low", "up")
    shared = len(parted.boundary_nodes("top"))  # as many nodes at the joint as on top
    assert low.count + up.count == parted.node_count + shared
    (joined,) = blocks(parted, np.arange(parted.mesh.nelements), ["low/up"])
    assert joined.count == parted.node_count
    (alone,) = blocks(stack("immobile", FAST), np.arange(parted.mesh.nelements))
    assert alone.regions == ("up",)


def test_an_interface_open_along_one_leg_only_has_two_sides_along_the_other():
    mesh = grid(
        np.linspace(0, 4, 5), np.linspace(0, 4, 5),
        {"out": (0, 4, 0, 4), "in": (0, 2, 2, 4)},
        interiors={"in/out:floor": (0, 2, 2, 2), "in/out:wall": (2, 2, 2, 4)},
    )  # fmt: skip
    model = Model(mesh, {"out": metal("out", SLOW), "in": metal("in", FAST)})
    (one,) = blocks(model, np.arange(mesh.nelements), ["in/out:floor"])
    assert one.count == model.node_count + 4  # of the wall's 5 nodes the kink is on the floor too


# ------------------------------------------------------------------ refusals


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"temperature_degc": None}, "temperature_degc is missing"),
        ({"temperature_degc": -300.0}, "above -273.15"),
        ({"temperature_degc": -270.0}, "vanishes at -270 degC"),
        ({"temperature_degc": np.zeros(3)}, "one value per second-order node"),
        ({"temperature_degc": "hot"}, "must be a number, an array"),
        ({"end_s": 0.0}, "end_s = 0.0 must be a positive number"),
        ({"tolerance": 2.0}, "between 0 and 1"),
        ({"reservoirs": {"nowhere": 0.0}}, "unknown boundary 'nowhere'"),
        ({"reservoirs": {"top": np.inf}}, "must be a finite number, MPa"),
        ({"reservoirs": ["top"]}, "reservoirs = ['top'] is a list; a dictionary from"),
        ({"reservoirs": {"top": 5.0, "right": 0.0}}, "5 MPa to 'top' and 0 MPa to 'right', which"),
        ({"open_interfaces": "low/up"}, "is a text"),
        ({"open_interfaces": ["low/side"]}, "unknown region or group 'side'"),
        ({"initial": {"low": "much"}}, "initial['low'] = 'much' must be"),
        ({"initial": {"side": 1.0}}, "unknown region or group 'side'"),
    ],
)
def test_bad_input_is_refused_in_a_sentence(wire, change, said):
    with pytest.raises(InputError) as caught:
        electromigration(*wire, **{"temperature_degc": 100.0, **change})
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("upper", "more", "said"),
    [
        (None, {}, "region 'up' carries current and its material 'up' has no migration data"),
        ("immobile", {"open_interfaces": ["low/up"]}, "no moving atoms on one of its sides"),
        ("immobile", {"reservoirs": {"top": 0.0}}, "which no region with moving atoms reaches"),
    ],
)
def test_conductors_without_data_are_refused_by_name(upper, more, said):
    model = stack(SLOW, upper)
    with pytest.raises(InputError) as caught:
        electromigration(model, flow(model), temperature_degc=100.0, **more)
    assert said in str(caught.value)
    with pytest.raises(InputError, match="nothing can migrate"):
        model = stack("immobile", "immobile")
        electromigration(model, flow(model), temperature_degc=100.0)


def test_what_has_begun_to_melt_is_refused_by_name():
    model = stack(SLOW, "immobile")
    soft = dataclasses.replace(model.materials["up"], solidus_degc=217.0)
    model.materials["up"] = soft
    current = flow(model)
    assert electromigration(model, current, temperature_degc=217.0).block_names == ("low",)
    with pytest.raises(InputError) as caught:
        electromigration(model, current, temperature_degc=lambda r, z: 100.0 + 20.0 * z)
    assert "region 'up' (up) reaches 300 degC, above its solidus of 217 degC" in str(caught.value)


def test_a_heated_flow_brings_its_temperature():
    model = stack(SLOW, SAME)
    for region in ("low", "up"):
        warm = dataclasses.replace(model.materials[region], thermal_conductivity_w_per_mk=200.0)
        model.materials[region] = warm
    hot = electrothermal(model, 0.05, source="top", sink="bottom", held_degc={"bottom": 100.0})
    found = electromigration(model, hot)
    same = electromigration(model, hot.flow, temperature_degc=hot.node_temperature_degc)
    points = np.array([[0.5, 1.5], [1.0, 9.0]])
    assert_allclose(found.stress(points, 1e3), same.stress(points, 1e3), rtol=1e-12)
    with pytest.raises(InputError, match="its own temperature"):
        electromigration(model, hot, temperature_degc=100.0)


def test_another_models_flow_and_no_flow_are_refused(wire):
    other = stack(SLOW, FAST)
    with pytest.raises(InputError, match="another model"):
        electromigration(other, wire[1], temperature_degc=100.0)
    with pytest.raises(InputError, match="must be a CurrentFlow"):
        electromigration(other, 0.3, temperature_degc=100.0)


# ------------------------------------------------------------------ decay


def test_decay_is_the_exponential_of_a_matrix():
    n = 30
    line = sp.diags([np.full(n, 2.0), np.full(n - 1, -1.0)], [0, -1]).tolil()
    line[0, 0] = line[-1, -1] = 1.0
    storing = sp.diags([np.linspace(1.0, 3.0, n), np.zeros(n - 1)], [0, -1])
    pattern = sp.csc_matrix(line)
    pattern.sort_indices()
    mass = pattern.copy()
    mass.data = np.asarray(storing.tocsc()[pattern.nonzero()]).ravel()
    start = np.where(np.arange(n) < 7, 1.0, 0.0)
    weights = np.linspace(1.0, 3.0, n)
    start -= weights @ start / weights.sum()
    found = decay(pattern, sp.csc_matrix(mass), start, 1e-9, Factorization, np.ones(n))
    whole = (pattern + sp.tril(pattern, -1).T).toarray()
    for t in (0.0, 0.3, 4.0, 200.0):
        exact = expm(-t * whole / weights[:, None]) @ start
        assert_allclose(found.at(t), exact, atol=1e-9)
        assert abs(weights @ found.at(t)) < 1e-13


# ------------------------------------------------------------------ discs


def test_discs_are_those_of_the_averages(wire):
    model, _ = wire
    elements = model.elements("low")
    centres = disc_centres(model, elements, 1.0)
    assert {(0.0, 0.0), (2.0, 0.0), (0.0, 5.0), (2.0, 5.0)} <= set(map(tuple, centres.T.tolist()))
    means = disc_means(model, elements, centres, 1.0)
    r, z = model.node_points_um
    field = r**2 - 0.3 * r * z + 1.7
    nodal = field[model.nodes[:, elements].T].ravel()
    for k in range(0, centres.shape[1], 7):
        sample = sample_region(model, elements, disc(*centres[:, k], 1.0), False)
        at = model.position_um(sample.element, sample.x, sample.y)
        exact = sample.mean(at[0] ** 2 - 0.3 * at[0] * at[1] + 1.7)
        assert_allclose((means @ nodal)[k], exact, rtol=5e-4)
    assert_allclose(np.asarray(means.sum(axis=1)), 1.0, rtol=1e-12)


def test_a_disc_larger_than_the_region_is_the_region(wire, moved):
    model, _ = wire
    elements = model.elements("low")
    one = disc_means(model, elements, np.array([[0.0], [2.0]]), 50.0)
    assert_allclose(one.sum(), 1.0, rtol=1e-12)
    largest = moved.steady.largest(50.0)
    assert largest.region == "low"  # where electrons enter


# ------------------------------------------------------------------ stress


def test_stress_follows_the_potential_and_keeps_its_content(wire, moved):
    _, current = wire
    points = np.array([[0.3, 1.1, 1.9], [0.5, 5.0, 9.7]])
    drop = SLOW.stress_per_volt_mpa * current.potential(points)
    middle = SLOW.stress_per_volt_mpa * current.source_potential_v / 2
    assert_allclose(moved.steady.stress(points), drop - middle, rtol=1e-9, atol=1e-9)
    assert moved.steady.stress([[1.0], [0.0]]) > 0  # tension where electrons enter
    for t in (0.0, 1e3, 1e5):
        state = moved.at(t)
        assert abs(state.mean("all")) < 1e-11 * abs(middle)
        assert_allclose(state.mean("low"), -state.mean("up"), atol=1e-9)
    assert_allclose(moved.stress(points, 0.0), 0.0, atol=1e-10)
    last = moved.stress(points, float(moved.times_s[-1]))
    assert_allclose(last, drop - middle, atol=2e-3 * abs(middle))
    assert moved.times_s[0] == 0.0 and np.all(np.diff(moved.times_s) > 0)
    assert moved.integration_error_mpa < 1e-4 * abs(middle)


def test_reservoirs_hold_their_stress(wire):
    found = electromigration(
        *wire, temperature_degc=100.0, reservoirs={"bottom": 0.0}, initial=3.0, end_s=1e4
    )
    drop = SLOW.stress_per_volt_mpa * wire[1].source_potential_v
    assert_allclose(found.steady.stress([[1.0, 1.0], [0.0, 10.0]]), [0.0, drop], atol=1e-9)
    assert_allclose(found.stress([[1.0, 1.0], [0.0, 6.0]], 1.0), [0.0, 3.0], atol=0.05)
    assert found.times_s[-1] == 1e4
    closed = electromigration(*wire, temperature_degc=100.0, initial=3.0, end_s=1e4)
    freed = closed.holding({"bottom": 0.0})
    points = np.array([[1.0, 1.0], [2.0, 8.0]])
    assert_allclose(freed.stress(points, 50.0), found.stress(points, 50.0), rtol=1e-12)
    with pytest.raises(InputError, match="unknown boundary"):
        closed.holding({"side": 0.0})
    with pytest.raises(InputError, match="which touch"):
        freed.holding({"right": 4.0})
    with pytest.raises(InputError, match="must lie between 0 and 10000 s"):
        found.at(1e4 + 1)


def test_initial_stress_by_region_evens_out_with_its_content():
    model = stack(FAST, FAST)
    still = electromigration(
        model, flow(model, 1e-9), temperature_degc=150.0, initial={"low": 100.0}, tolerance=1e-6
    )
    assert_allclose(still.at(0.0).mean("low"), 100.0, rtol=0.02)
    assert_allclose(still.steady.stress([[0.5, 0.5], [1.0, 9.0]]), 50.0, rtol=1e-5)
    assert_allclose(still.at(1e3).mean("all"), 50.0, rtol=1e-10)
    everywhere = electromigration(model, flow(model, 1e-9), temperature_degc=150.0, initial=20.0)
    assert_allclose(everywhere.stress([[0.5], [1.0]], 100.0), 20.0, rtol=1e-6)


def test_initial_state_of_a_thermal_stress():
    mesh = grid(np.linspace(0, 2, 5), np.linspace(0, 10, 9))
    model = Model(mesh, {"body": metal("m", SLOW)})
    pressed = thermal_stress(
        model, -100.0, 125.0, fixed={"bottom": "z", "top": "z", "right": "r"}
    )  # all around: a uniform hydrostatic stress
    found = electromigration(model, flow(model), temperature_degc=25.0, initial=pressed)
    bulk = 1e5 / (1 - 2 * 0.3) * 1e-5 * 100.0
    assert_allclose(found.at(0.0).mean("body"), bulk, rtol=1e-9)
    assert_allclose(found.steady.mean("body"), bulk, rtol=1e-9)
    with pytest.raises(InputError, match="critical_mpa = 100 must be above the initial stress"):
        found.nucleation(100.0, 1.0)
    other = thermal_stress(stack(SLOW, SLOW), -100.0, 125.0, fixed={"bottom": "z"})
    with pytest.raises(InputError, match="another model"):
        electromigration(model, flow(model), temperature_degc=25.0, initial=other)


# ------------------------------------------------------------------ nucleation


def test_nucleation_is_the_first_crossing(moved):
    largest = moved.steady.largest(1.0)
    assert largest.point_um[1] == 0.0 and largest.region == "low"
    assert moved.largest(1.0) == largest
    critical = 0.6 * largest.mean_mpa
    time_s, point, region = found = moved.nucleation(critical, 1.0)
    assert (region, found.theta_deg) == ("low", 0.0) and point[1] == 0.0
    assert_allclose(moved.at(time_s).largest(1.0).mean_mpa, critical, rtol=1e-9)
    assert moved.at(0.99 * time_s).largest(1.0).mean_mpa < critical
    assert_allclose(moved.margin(critical, 1.0), 0.6, rtol=1e-12)
    assert moved.nucleation(1.001 * largest.mean_mpa, 1.0) is None
    assert moved.steady.smallest(1.0, "up").mean_mpa < 0 < moved.steady.largest(1.0, "low").mean_mpa
    for wrong in (0.0, -3.0, np.nan, "high"):
        with pytest.raises(InputError, match="critical_mpa"):
            moved.nucleation(wrong, 1.0)
    with pytest.raises(InputError, match="over_um"):
        moved.nucleation(50.0, 0.0)


def dead_end():
    """One metal, closed: electrons enter at z = 10 um and leave below; above lie 50 um at rest."""
    mesh = grid(
        [0.0, 1.0], np.linspace(0.0, 60.0, 31), {"wire": (0, 1, 0, 60)},
        interiors={"from": (1, 1, 0, 2), "to": (1, 1, 10, 12)},
    )  # fmt: skip
    model = Model(mesh, {"wire": metal("wire", SLOW)})
    return model, current_flow(model, 0.01, source="from", sink="to")


def open_joint():
    """A fast metal below a slow one that does not feel the current: electrons enter above."""
    slow = Migration(7.8e-5, 1.0, 0.0, 1.18e-29, 1e5)
    model = stack(FAST, slow)
    return model, current_flow(model, 0.1, source="bottom", sink="top")


@pytest.mark.parametrize(("body", "opened"), [(dead_end, []), (open_joint, ["low/up"])])
def test_the_largest_stress_may_come_before_the_steady_one(body, opened):
    found = electromigration(*body(), temperature_degc=100.0, open_interfaces=opened)
    steady, largest = found.steady.largest(1.0), found.largest(1.0)
    assert largest.mean_mpa > 1.1 * steady.mean_mpa > 0
    seen = [found.at(t).largest(1.0).mean_mpa for t in np.geomspace(1e1, 1e8, 141)]
    assert_allclose(largest.mean_mpa, max(seen), rtol=2e-3)
    assert largest.mean_mpa > (1 - 1e-9) * max(seen)
    assert found.largest(1.0, largest.region) == largest
    just, above = 0.99999 * largest.mean_mpa, 1.00001 * largest.mean_mpa
    assert found.margin(just, 1.0) < 1 < found.margin(above, 1.0)
    begins = found.nucleation(just, 1.0)
    assert begins.point_um == largest.point_um and found.nucleation(above, 1.0) is None
    assert found.blech(largest.mean_mpa)[0].load > 1


def test_blech_products(wire, moved):
    low, up = moved.blech(50.0)
    assert (low.region, up.region) == ("low", "up")
    density = 0.05 / (np.pi * 2.0**2) * 1e8  # A/cm2
    assert_allclose(low.jl_a_per_cm, density * 5e-4, rtol=1e-9)
    assert_allclose(low.load * low.critical_jl_a_per_cm, low.jl_a_per_cm, rtol=1e-12)
    assert_allclose(low.stress_difference_mpa, 50.0 * low.load, rtol=1e-12)
    whole = moved.steady.stress([[1.0, 1.0], [0.0, 5.0]])
    assert_allclose(low.stress_difference_mpa, whole[0] - whole[1], rtol=1e-9)


# ------------------------------------------------------------------ around the axis


def test_films_off_centre_turn_the_stress():
    mesh = grid(
        np.linspace(0, 10, 11), np.linspace(0, 2, 5), {"low": (0, 10, 0, 1), "up": (0, 10, 1, 2)}
    )
    model = Model(mesh, {"low": metal("low", SLOW), "up": metal("up", "immobile")})
    fed = current_flow(
        model, 0.2, source="top", sink="bottom", accuracy=0.1,
        contact_resistivity_ohm_m2={"up/low": 1e-13},
        off_centre_films=[OffCentreFilm("up/low", 3.0, 5.0, 1e-10, 40.0)],
    )  # fmt: skip
    found = electromigration(model, fed, temperature_degc=100.0)
    points, theta = np.full((2, 4), 0.9), np.array([40.0, 130.0, 220.0, 310.0])
    points[0] = 5.0
    drop = SLOW.stress_per_volt_mpa * fed.potential(points, "low", theta_deg=theta)
    stress = found.steady.stress(points, "low", theta_deg=theta)
    assert_allclose(stress - stress[0], drop - drop[0], atol=1e-6 * np.ptp(drop))
    assert np.ptp(drop) > 1.0


def test_a_flow_that_varies_has_its_harmonics():
    mesh = grid(np.linspace(0, 10, 11), np.linspace(0, 1, 3), interiors={"rim": (10, 10, 0, 1)})
    model = Model(mesh, {"body": metal("m", SLOW)})
    fed = current_flow(
        model, 0.01, source="rim", sink="bottom", source_kind="flux", sink_kind="flux",
        source_half_angle_deg=30.0, accuracy=1e-2,
    )  # fmt: skip
    found = electromigration(model, fed, temperature_degc=100.0)
    assert found.varies_around
    points, theta = np.array([[9.5, 9.5, 3.0], [0.5, 0.5, 0.2]]), np.array([0.0, 180.0, 90.0])
    plane = electromigration(model, fed.axisymmetric, temperature_degc=100.0)
    numbers = found.drive.numbers
    assert len(numbers) > len(fed.numbers)  # at the arc's rim the potential needs more of them
    for turn in (0.0, 40.0, 180.0):
        sides = sum(fed.term(k).local_phi_v * np.cos(np.radians(k * turn)) for k in numbers[1:])
        varying = found.steady.local_stress_mpa(turn) - plane.steady.local_stress_mpa()
        assert_allclose(varying, SLOW.stress_per_volt_mpa * sides, atol=1e-7)
    assert_allclose(found.stress(points, 0.0, theta_deg=theta), 0.0, atol=1e-9)
    worst = found.steady.largest(1.0)
    assert worst.theta_deg == 180.0 and found.steady.smallest(1.0).theta_deg == 0.0
    begun = found.nucleation(0.5 * worst.mean_mpa, 1.0)
    assert begun.region == "body" and begun.time_s > 0
    at = found.at(begun.time_s)
    assert_allclose(at.largest(1.0).mean_mpa, 0.5 * worst.mean_mpa, rtol=1e-9)
    local = at.local_stress_mpa(theta_deg=180.0)
    assert local.max() >= at.stress([[9.5], [0.5]], theta_deg=180.0)
    assert "harmonics" in repr(found) and "MPa" in repr(at)
