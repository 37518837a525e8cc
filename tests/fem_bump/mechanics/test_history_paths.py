"""What drives histories: fields of temperature, displacements that bend, limits that move."""

import pickle
from itertools import pairwise

import numpy as np
import pytest
from bonded_film import HELD, bonded
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import brentq

from fem_bump import Material, Model, stress_history, thermal_stress
from fem_bump.laws import J2, Anand, Norton
from fem_bump.laws.shipped.anand import anand_sets
from fem_bump.verification.grids import grid

CREEP = Norton(1e-10, 3.0)


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


@pytest.mark.slow
@pytest.mark.parametrize("law", [J2([(0.0, 100.0), (200.0, 30.0)]), Anand.of_set(anand_sets()[0])])
def test_a_field_that_is_the_same_everywhere_does_what_a_number_does(law):
    model = bonded(law)
    times, point = [0, 60, 120], np.array([[1.0, 2.9], [2.5, 2.1]])
    one = stress_history(model, times, [125.0, 25.0, 80.0], 125.0, **HELD)
    fields = [125.0, np.full(model.mesh.nvertices, 25.0), {"plate": 80.0, "metal": 80.0}]
    other = stress_history(model, times, fields, 125.0, **HELD)
    assert_allclose(other.times_s, one.times_s, rtol=1e-6)
    assert_allclose(other.at(120.0).stress(point), one.at(120.0).stress(point), rtol=1e-6)


@pytest.mark.slow
def test_a_checkpoint_under_a_field_can_be_stored():
    model = bonded(CREEP)
    fields = [125.0, np.linspace(25.0, 60.0, model.mesh.nvertices), {"plate": 30.0, "metal": 40.0}]
    whole = stress_history(model, [0, 60, 120], fields, 125.0, **HELD)
    middle = whole.times_s[len(whole.times_s) // 2]
    stored = pickle.loads(pickle.dumps(whole.checkpoint(middle)))
    rest = stress_history(model, [0, 60, 120], fields, 125.0, initial=stored, **HELD)
    assert_array_equal(rest.at(120.0).u_um, whole.at(120.0).u_um)
    assert_array_equal(rest.at(middle).u_um, whole.at(middle).u_um)


def test_a_limit_that_falls_under_load_lets_go():
    """Held at a strain and heated: the stress follows the limit down, and stays there when cold."""
    falling = J2([(25.0, 150.0), (125.0, 50.0)])
    metal = Material("bar", 100e3, 0.3, 0.0, law=falling)
    model = Model(grid(np.linspace(0, 1, 2), np.linspace(0, 1, 2)), {"body": metal})
    history = stress_history(
        model, [0, 1, 2, 3], [25, 25, 125, 25], 25.0, fixed={"bottom": "z"},
        prescribed_um={"top": {"z": lambda t: 1.2e-3 * min(t, 1.0)}},
    )  # fmt: skip
    for time_s, stress in ((1.0, 120.0), (1.5, 100.0), (2.0, 50.0), (3.0, 50.0)):
        found = history.at(time_s).stress(np.array([[0.5], [0.5]]))[1, 0]
        assert_allclose(found, stress, rtol=1e-12)


@pytest.mark.slow
def test_two_metals_bonded_hold_each_other():
    """One yields and creeps, the other yields by its temperature: against a path by hand.

    Equibiaxial in both, with the strain that balances their forces; plastic flow of linear
    kinematic (uniaxial modulus h of the equivalent, twice the strain in plane) or isotropic kind.
    """
    soft = Material("soft", 70e3, 0.33, 23e-6, law=J2(80.0, 0.0, 3e3) + Norton(1e-11, 3.5, 500.0))
    limits = [(25.0, 400.0), (125.0, 150.0)]
    hard = Material("hard", 120e3, 0.3, 5e-6, law=J2(limits, isotropic_mpa=5e3))
    thick = (1.0, 0.4)
    mesh = grid(
        np.linspace(0, 2, 3), np.array([0.0, 1.0, 1.4]),
        regions={"soft": (0, 2, 0, 1.0), "hard": (0, 2, 1.0, 1.4)},
    )  # fmt: skip
    model = Model(mesh, {"soft": soft, "hard": hard}, groups={"metal": ["soft", "hard"]})
    times, degc = [0.0, 60.0, 600.0, 660.0], [25.0, 225.0, 225.0, 25.0]
    history = stress_history(model, times, degc, 25.0, fixed={"bottom": "z"}, tied={"right": "r"})

    stiff = 70e3 / 0.67, 120e3 / 0.7
    back = crept = flowed = passed = stress = last = 0.0
    points = np.array([[0.7, 0.7], [0.5, 1.2]])
    for t in np.unique(np.concatenate([np.linspace(a, b, 1501) for a, b in pairwise(times)])):
        warm = float(np.interp(t, times, degc))
        rate = 1e-11 * np.exp(-500.0 / (warm + 273.15)) * abs(stress) ** 3.5
        crept += 0.5 * rate * np.sign(stress) * (t - last)
        last = t

        def tried(strain, warm=warm, state=(back, crept, flowed, passed)):
            back, crept, flowed, passed = state
            s = stiff[0] * (strain - 23e-6 * (warm - 25.0) - back - crept)
            over = abs(s - 6e3 * back) - 80.0
            d = max(over, 0.0) * np.sign(s - 6e3 * back) / (stiff[0] + 6e3)
            r = stiff[1] * (strain - 5e-6 * (warm - 25.0) - flowed)
            limit = np.interp(warm, *zip(*limits, strict=True)) + 5e3 * passed
            e = max(abs(r) - limit, 0.0) * np.sign(r) / (stiff[1] + 10e3)
            return s - stiff[0] * d, r - stiff[1] * e, d, e

        strain = brentq(lambda x: np.dot(tried(x)[:2], thick), -0.05, 0.05, xtol=1e-15)
        stress, other, d, e = tried(strain)
        back, flowed, passed = back + d, flowed + e, passed + 2 * abs(e)
        if t in times[1:]:
            state = history.at(t)
            assert_allclose(state.stress(points)[0], [stress, other], rtol=2e-3)
            assert_allclose(state.mean_inelastic_strain("hard"), passed, rtol=2e-3)
    parts = [history.inelastic_work_pj(name, 0.0, 660.0) for name in ("soft", "hard", "metal")]
    assert_allclose(parts[0] + parts[1], parts[2], rtol=1e-12)
    mean = state.mean_inelastic_strain
    assert_allclose(mean("metal"), (mean("soft") + 0.4 * mean("hard")) / 1.4, rtol=1e-9)


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


@pytest.mark.slow
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
