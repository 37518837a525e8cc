"""Histories: what bodies without laws have, steps, restart, states between, refusals."""

import dataclasses

import numpy as np
import outside_law
import pytest
from bonded_film import HELD, bonded
from numpy.testing import assert_allclose

from fem_bump import AnalysisError, InputError, Material, Model, stress_history, thermal_stress
from fem_bump.laws import J2, Anand, Chaboche, Norton
from fem_bump.verification.grids import grid
from fem_bump.verification.plasticity.convergence import newton_order

CREEP = Norton(1e-10, 3.0)


def cooled(law, times_s=(0.0, 60.0, 120.0), degc=(217.0, 25.0, 125.0), **more):
    return stress_history(bonded(law), times_s, degc, 217.0, **HELD | more)


def test_a_body_without_laws_has_what_thermal_stress_gives():
    history = stress_history(bonded(), [0, 60, 120], [217, 25, 125], 217.0, **HELD)
    assert_allclose(history.times_s, [0, 60, 120], rtol=0)
    for time_s, degc in ((60.0, 25.0), (30.0, 121.0), (120.0, 125.0)):
        found = history.at(time_s)
        exact = thermal_stress(bonded(), degc - 217.0, 217.0, **HELD)
        scale = np.abs(exact.u_um).max()
        assert_allclose(found.u_um, exact.u_um, rtol=0, atol=1e-13 * scale)
        pairs = [each.interface("metal", "plate").peel_mpa for each in (found, exact)]
        assert_allclose(*pairs, rtol=1e-9, atol=1e-9 * np.abs(pairs[1]).max())
        assert_allclose(found.strain_energy, exact.strain_energy, rtol=1e-12)
    assert history.inelastic_work_pj("metal", 0.0, 60.0) == 0.0
    assert found.mean_inelastic_strain("metal") == 0.0


def test_a_limit_that_is_not_reached_changes_nothing_but_the_space():
    """The elements of laws are richer: the same solution, of the same order."""
    exact = thermal_stress(bonded(cells=16), -192.0, 217.0, **HELD)
    model = bonded(J2(1e4), cells=16)
    found = stress_history(model, [0, 60], [217, 25], 217.0, **HELD).at(60.0)
    assert_allclose(found.strain_energy, exact.strain_energy, rtol=2e-2)
    window = [each.interface("metal", "plate").window(1.0).peel_max_mpa for each in (found, exact)]
    assert_allclose(*window, rtol=2e-2)


@pytest.mark.parametrize("law", [J2(50.0), CREEP], ids=lambda law: law.name)
def test_what_expands_freely_has_no_stress(law):
    """Out of balance is round-off alone, of which there is no share to be taken away."""
    body = Material("metal", 100e3, 0.3, 1e-5, law=law)
    model = Model(grid(np.linspace(0, 1, 4), np.linspace(0, 1, 4)), {"body": body})
    history = stress_history(
        model, [0, 1, 2, 3], [125.0, 25.0, 25.0, 225.0], 25.0, fixed={"bottom": "z"}
    )
    for time_s in (0.0, 0.5, 1.0, 2.0, 3.0):
        assert np.abs(history.at(time_s).stress(np.array([[0.5], [0.4]]))).max() < 1e-8
    assert sum(step.rejected for step in history.steps) == 0


def test_what_flows_balances():
    state = cooled(J2(100.0, kinematic_mpa=2000.0) + CREEP).at(60.0)
    peel = [state.interface("metal", "plate", side) for side in "ab"]
    scale = peel[0].mean_magnitude_mpa * peel[0].contact_area_um2
    for each in peel:
        assert abs(each.net_force_un) < 1e-7 * scale
    force = state.part(0).nodal_forces(np.arange(state.model.mesh.nelements))
    free = ~state.part(0).held.reshape(-1, 2)
    assert np.abs(force[free]).max() < 1e-7 * np.abs(force).max()


def test_inelastic_strain_is_where_the_law_is():
    history = cooled(J2(100.0))
    state = history.at(60.0)
    points = np.array([[1.0, 1.0], [2.5, 1.0]])
    film, plate = state.inelastic_strain(points)
    assert film > 1e-3 and plate == 0.0
    assert state.mean_inelastic_strain("plate") == 0.0
    assert_allclose(state.mean_inelastic_strain("metal"), film, rtol=0.5)
    # perfectly plastic: the work is the yield strength times the strain
    volume = np.pi * 9.0
    work = 100.0 * volume * state.mean_inelastic_strain("metal")
    assert_allclose(history.inelastic_work_pj("metal", 0.0, 60.0), work, rtol=1e-9)


def test_the_limit_is_kept_everywhere():
    state = cooled(J2(100.0), tolerance=1e-4).at(60.0)
    assert state.inelastic is not None
    s = state.inelastic.stress
    mean = s[..., :3].mean(axis=-1, keepdims=True)
    q = np.sqrt(1.5 * ((s[..., :3] - mean) ** 2).sum(axis=-1) + 3 * s[..., 3] ** 2)
    assert q.max() < 100.0 * (1 + 2e-3)


def test_steps_say_how_they_were_taken():
    history = cooled(CREEP)
    assert len(history.steps) == len(history.times_s) - 1
    assert sum(step.dt_s for step in history.steps) == pytest.approx(120.0)
    assert {60.0, 120.0} <= set(history.times_s)
    assert all(step.integration_error <= 1e-3 and step.residual < 1e-7 for step in history.steps)
    assert all(step.convergence[-1] <= 1e-7 and step.iterations >= 3 for step in history.steps)
    assert "steps" in repr(history)


@pytest.mark.parametrize(
    "law",
    [
        J2(60.0, 500.0, 2000.0),
        Chaboche(60.0, 8000.0, 200.0, saturation_mpa=30.0, rate=15.0),
        Chaboche(60.0, 8000.0, 200.0) + CREEP,
    ],
    ids=lambda law: law.name,
)
def test_iterations_converge_quadratically(law):
    """Recall's tangent is not symmetric; with the mean of its mirror images they do linearly."""
    assert newton_order(cooled(law, times_s=[0.0, 60.0], degc=[217.0, 25.0])) > 1.8


@pytest.mark.slow
def test_the_estimate_follows_the_error():
    """Against a fine history: well within the tolerance, and falling with it."""
    point = np.array([[1.0], [2.5]])
    fine = cooled(CREEP, tolerance=3e-5).at(60.0).stress(point)[0, 0]
    errors = []
    for tolerance in (1e-2, 1e-3):
        found = cooled(CREEP, tolerance=tolerance).at(60.0).stress(point)[0, 0]
        errors.append(abs(found / fine - 1))
    assert errors[0] < 1e-3 and errors[1] < 2e-4
    assert errors[1] < errors[0] / 3


def test_a_region_may_not_gain_too_much_in_a_step():
    history = cooled(J2(100.0), largest_increment=2e-4)
    assert len(history.steps) > 10 + len(cooled(J2(100.0)).steps)


def test_between_accepted_instants_the_step_is_split():
    history = cooled(CREEP)
    after = int(np.searchsorted(history.times_s, 30.0))
    assert history.times_s[after] != 30.0
    direct = stress_history(
        bonded(CREEP), [0.0, 30.0, 60.0], [217.0, 121.0, 25.0], 217.0, tolerance=1e-4, **HELD
    )
    point = np.array([[1.0], [2.5]])
    assert_allclose(history.at(30.0).stress(point), direct.at(30.0).stress(point), rtol=2e-3,
                    atol=0.1)  # fmt: skip


def numbers(state):
    """All that a state consists of, to the last bit."""
    if dataclasses.is_dataclass(state):
        state = [getattr(state, field.name) for field in dataclasses.fields(state)]
    if isinstance(state, list | tuple):
        return [numbers(each) for each in state]
    return state.tobytes() if isinstance(state, np.ndarray) else state


@pytest.mark.parametrize("law", [CREEP, J2(100.0, 0.0, 2000.0), Anand.of_set("SAC305, Chang 2006")])
def test_restart_is_bit_identical(law):
    whole = cooled(law)
    middle = whole.times_s[len(whole.times_s) // 2]
    again = cooled(law, initial=whole.checkpoint(middle))
    rest = [each for each in whole.instants if each.time_s >= middle]
    assert len(again.instants) == len(rest) > 2
    assert [numbers(each) for each in again.instants] == [numbers(each) for each in rest]
    assert again.steps == whole.steps[-len(again.steps) :]


def test_prescribed_values_are_numbers_or_functions_of_time():
    metal = Material("bar", 100e3, 0.3, 0.0, law=J2(50.0, 0.0, 1000.0))
    model = Model(grid(np.linspace(0, 1, 2), np.linspace(0, 1, 2)), {"body": metal})
    history = stress_history(
        model, [0, 10], [25, 25], 25.0, fixed={"bottom": "z"},
        prescribed_um={"top": {"z": lambda t: 1e-3 * t / 10}},
    )  # fmt: skip
    axial = history.at(10.0).stress(np.array([[0.5], [0.5]]))[1, 0]
    assert_allclose(axial, 50.0 + 1000.0 * (1e-3 - 5e-4) / (1 + 1000.0 / 100e3), rtol=1e-9)
    still = stress_history(
        model, [0, 10], [25, 25], 25.0, fixed={"bottom": "z"}, prescribed_um={"top": {"z": 1e-3}}
    )
    assert_allclose(still.at(0.0).stress(np.array([[0.5], [0.5]]))[1, 0], axial, rtol=1e-9)


def bar(law, times=(0.0, 10.0), strain=2e-3, **more):
    metal = Material("bar", 100e3, 0.3, 0.0, law=law)
    model = Model(grid(np.linspace(0, 1, 2), np.linspace(0, 1, 2)), {"body": metal})
    return stress_history(
        model, times, [25.0] * len(times), 25.0, fixed={"bottom": "z"},
        prescribed_um={"top": {"z": lambda t: strain * t / times[-1]}}, **more,
    )  # fmt: skip


def test_points_are_cut_before_the_step_is():
    """The law refuses strains that move by more than 1e-4; the steps are as long as without."""
    point = np.array([[0.5], [0.5]])
    plain = bar(outside_law.Maxwell(5e5), tolerance=1e-2)
    cut = bar(outside_law.Maxwell(5e5, longest=1e-4), tolerance=1e-2)
    assert min(step.dt_s for step in plain.steps) * 2e-4 > 1e-5
    assert max(step.dt_s for step in cut.steps) * 2e-4 > 1.5e-4
    assert sum(step.rejected for step in cut.steps) <= sum(s.rejected for s in plain.steps) + 1
    # tension at a constant rate: s = viscosity rate (1 - exp(-E t / viscosity))
    exact = 5e5 * 2e-4 * (1 - np.exp(-100e3 * 10 / 5e5))
    for each in (plain, cut):
        assert_allclose(each.at(10.0).stress(point)[1, 0], exact, rtol=1e-2)


def test_it_says_where_it_cannot_go_on():
    with pytest.raises(AnalysisError) as found:
        bar(outside_law.Maxwell(5e5, longest=1e-14))
    assert "cannot go on from t = 0 s" in str(found.value)
    assert "Maxwell of region 'body'" in str(found.value)


@pytest.mark.parametrize(
    "change, said",
    [
        ({"times_s": [0.0, 0.0, 5.0]}, "region 'metal' creeps .Norton., which takes time"),
        ({"times_s": [0.0, 5.0]}, "lists of the same length"),
        ({"times_s": [0.0, 5.0, np.nan]}, "must be finite"),
        ({"times_s": ["a", 5.0, 6.0]}, "times_s must be a list of numbers"),
        ({"temperatures_degc": [25.0, 300.0, 25.0], "law": J2([(25.0, 50.0), (250.0, 5.0)])},
         None),
        ({"temperatures_degc": [25.0, 300.0, 25.0], "law": J2(lambda t: 50.0 - 0.2 * t)},
         "region 'metal', law J2: yield_mpa = -.* MPa at .* degC must be above 0"),
        ({"temperatures_degc": [25.0, {"metal": 300.0, "plate": 25.0}, 25.0],
          "law": J2(lambda t: 50.0 - 0.2 * t)},
         "region 'metal', law J2: yield_mpa = -.* MPa at .* degC must be above 0"),
        ({"solidus_degc": 200.0},
         r"region 'metal' \(.*\) reaches 217 degC, above its solidus of 200 degC; a history"),
        ({"solidus_degc": 200.0,
          "temperatures_degc": [25.0, 25.0, {"metal": 201.0, "plate": 25.0}]},
         "region 'metal' .* reaches 201 degC"),
        ({"solidus_degc": 217.0}, None),
        ({"temperatures_degc": 25.0}, "temperatures_degc = 25.0 must be a list"),
        ({"temperatures_degc": [25.0, "hot", 25.0]}, "temperatures_degc.1. = 'hot' must be a num"),
        ({"temperatures_degc": [25.0, np.ones(3), 25.0]}, "one value per mesh vertex"),
        ({"temperatures_degc": [25.0, {"metal": 25.0}, 25.0]}, "no value for region 'plate'"),
        ({"temperatures_degc": [25.0, 25.0, lambda r, z: r + np.inf]}, "must be finite everywhere"),
        ({"temperatures_degc": [25.0, 25.0, np.inf]}, "must be finite"),
        ({"stress_free_degc": {"metal": 25.0}}, "no value for region 'plate'"),
        ({"tolerance": 0.0}, "tolerance = 0.0 must be a number between 0 and 1"),
        ({"largest_increment": -1}, "largest_increment = -1"),
        ({"initial": 5}, "must be a checkpoint"),
        ({"prescribed_um": {"top": {"z": lambda t: np.inf}}}, "must be a finite number, um"),
        ({"prescribed_um": {"top": {"z": lambda r, z: r}}}, "must map a time in s to um"),
    ],
)  # fmt: skip
def test_bad_input_is_one_sentence(change, said):
    given = {"times_s": [0.0, 60.0, 120.0], "temperatures_degc": [217.0, 25.0, 125.0],
             "stress_free_degc": 217.0} | HELD | change  # fmt: skip
    model = bonded(given.pop("law", CREEP), solidus_degc=given.pop("solidus_degc", None))
    if said is None:
        stress_history(model, **given)
        return
    with pytest.raises(InputError, match=said) as found:
        stress_history(model, **given)
    assert "\n" not in str(found.value)


def test_states_of_other_bodies_and_times_are_refused():
    history = cooled(CREEP)
    checkpoint = history.checkpoint(60.0)
    for model in (bonded(CREEP, cells=6), bonded(CREEP, film="other"), bonded(J2(5.0))):
        with pytest.raises(InputError, match="another mesh"):
            stress_history(model, [0, 120], [25, 25], **HELD, initial=checkpoint)
    with pytest.raises(InputError, match="must lie within times_s"):
        stress_history(bonded(CREEP), [0, 60], [25, 25], **HELD, initial=checkpoint)
    with pytest.raises(InputError, match="checkpoint of a history"):
        stress_history(bonded(CREEP), [0, 120], [25, 25], **HELD, initial=history)
    with pytest.raises(InputError, match="must lie within the history"):
        history.at(121.0)
