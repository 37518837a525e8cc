"""Histories: what bodies without laws have, steps, restart, states between, refusals."""

import dataclasses

import numpy as np
import outside_law
import pytest
from numpy.testing import assert_allclose

from fem_bump import AnalysisError, InputError, Material, Model, stress_history, thermal_stress
from fem_bump.laws import J2, Anand, Chaboche, Norton
from fem_bump.laws.shipped.anand import anand_sets
from fem_bump.verification.grids import grid
from fem_bump.verification.plasticity.convergence import newton_order

HELD = {"fixed": {"bottom": "z"}, "tied": {"right": "r"}}
CREEP = Norton(1e-10, 3.0)


def bonded(law=None, film="metal", cells=4):
    """A film on a thick plate; its corner at the rim is singular."""
    mesh = grid(
        np.linspace(0, 4, cells + 1), np.linspace(0, 3, cells),
        regions={"plate": (0, 4, 0, 2), film: (0, 3, 2, 3)},
    )  # fmt: skip
    return Model(
        mesh,
        {
            "plate": Material("Si", [(0.0, 130e3), (200.0, 120e3)], 0.28, 3e-6),
            film: Material("metal", 70e3, 0.345, 23e-6, law=law),
        },
    )


def cooled(law, times_s=(0.0, 60.0, 120.0), degc=(217.0, 25.0, 125.0), **more):
    return stress_history(bonded(law), times_s, degc, 217.0, **{"tolerance": 1e-3} | HELD | more)


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


def hot(r, z):
    return 25.0 + 100.0 * z - 5.0 * r**2


FIELDS = {
    "vertices": lambda model: model.mesh.p[0] * 20.0 + model.mesh.p[1] * 10.0,
    "function": lambda model: hot,
    "regions": lambda model: {"plate": 30.0, "metal": 90.0},
}


@pytest.mark.parametrize("kind", FIELDS)
def test_a_field_of_temperature_is_linear_in_time(kind):
    """A body without laws has what thermal_stress gives, at the instant and on the way to it."""
    model = bonded()
    field = FIELDS[kind](model)
    history = stress_history(model, [0, 60, 120], [25.0, field, 125.0], 25.0, **HELD)
    for time_s, share in ((60.0, 1.0), (15.0, 0.25)):
        if callable(field):
            rise = lambda r, z, s=share: s * (field(r, z) - 25.0)  # noqa: E731
        elif isinstance(field, dict):
            rise = {name: share * (value - 25.0) for name, value in field.items()}
        else:
            rise = share * (field - 25.0)
        exact = thermal_stress(model, rise, 25.0, **HELD)
        found = history.at(time_s)
        assert_allclose(found.u_um, exact.u_um, rtol=0, atol=1e-12 * np.abs(exact.u_um).max())
        assert_allclose(found.strain_energy, exact.strain_energy, rtol=1e-11)


def test_a_history_says_between_which_temperatures_its_fields_lie():
    cold = {"plate": 25.0, "metal": -55.0}
    said = repr(stress_history(bonded(), [0, 60], [125.0, cold], 25.0, **HELD))
    assert "temperature: -55 to 125 degC" in said


@pytest.mark.parametrize("law", [J2([(0.0, 100.0), (200.0, 30.0)]), Anand.of_set(anand_sets()[0])])
def test_a_field_that_is_the_same_everywhere_does_what_a_number_does(law):
    model = bonded(law)
    times, point = [0, 60, 120], np.array([[1.0, 2.9], [2.5, 2.1]])
    one = stress_history(model, times, [125.0, 25.0, 80.0], 125.0, **HELD)
    fields = [125.0, np.full(model.mesh.nvertices, 25.0), {"plate": 80.0, "metal": 80.0}]
    other = stress_history(model, times, fields, 125.0, **HELD)
    assert_allclose(other.times_s, one.times_s, rtol=1e-6)
    assert_allclose(other.at(120.0).stress(point), one.at(120.0).stress(point), rtol=1e-6)


def test_a_law_takes_its_parameters_at_the_place_s_temperature():
    """Half of a bar is hotter, and creeps alone; both halves carry the same force."""
    law = Norton(1e-6, 3.0, 4000.0)
    mesh = grid(
        np.linspace(0, 1, 2), np.linspace(0, 2, 3), regions={"a": (0, 1, 0, 1), "b": (0, 1, 1, 2)}
    )
    bar = Material("bar", 50e3, 0.0, 0.0, law=law)  # no lateral strain, that halves could differ in
    history = stress_history(
        Model(mesh, {"a": bar, "b": bar}), [0, 100], [{"a": 125.0, "b": 25.0}] * 2, 25.0,
        fixed={"bottom": "z"}, prescribed_um={"top": {"z": 1e-3}},
    )  # fmt: skip
    state = history.at(100.0)
    hot, cold = (state.mean_inelastic_strain(name) for name in "ab")
    ratio = np.exp(-4000.0 / 398.15) / np.exp(-4000.0 / 298.15)
    assert_allclose(hot / cold, ratio, rtol=0.05)  # flow keeps the volume: halves do differ a bit


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


def test_turns_and_pulses_between_given_instants_are_followed():
    """A metal that remembers every turn, and a pulse that a step could pass over."""
    law = J2(50.0, kinematic_mpa=2000.0)

    def gained(path):
        metal = Material("bar", 100e3, 0.3, 0.0, law=law)
        model = Model(grid(np.linspace(0, 1, 2), np.linspace(0, 1, 2)), {"body": metal})
        history = stress_history(
            model, [0, 3], [25, 25], 25.0, fixed={"bottom": "z"}, prescribed_um={"top": {"z": path}}
        )
        return history.at(3.0).mean_inelastic_strain("body")

    slope = 1 / (1 + 2000.0 / 100e3)  # plastic over total strain
    first, turn = (2e-3 - 5e-4) * slope, (4e-3 - 1e-3) * slope  # yields at 5e-4, and 1e-3 later
    assert_allclose(gained(lambda t: 2e-3 * np.sin(2 * np.pi * t)), first + 5 * turn + (2e-3 - 1e-3)
                    * slope, rtol=3e-3)  # fmt: skip
    pulse = gained(lambda t: 2e-3 * np.exp(-(((t - 2.2) / 0.02) ** 2)))
    assert_allclose(pulse, first + (2e-3 - 1e-3) * slope, rtol=5e-3)


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
    model = bonded(given.pop("law", CREEP))
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
            stress_history(model, [0, 120], [25, 25], 25.0, **HELD, initial=checkpoint)
    with pytest.raises(InputError, match="must lie within times_s"):
        stress_history(bonded(CREEP), [0, 60], [25, 25], 25.0, **HELD, initial=checkpoint)
    with pytest.raises(InputError, match="must lie within the history"):
        history.at(121.0)
