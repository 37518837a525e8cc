"""A viscoelastic solid: its shifts, its limits, where its work goes, what it refuses."""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose

from fem_bump import InputError
from fem_bump.laws import J2, Viscoelastic
from fem_bump.laws.tangent import updated

YOUNG, POISSON = 5000.0, 0.34
BULK, SHEAR = YOUNG / (3 * (1 - 2 * POISSON)), YOUNG / (2 * (1 + POISSON))
ONE = {"share1": 0.6, "time1_s": 10.0}
TWO = {**ONE, "share2": 0.2, "time2_s": 1e3}
STRAIN = np.array([1e-3, -4e-4, 2e-4, 6e-4])


def after(law, dt, strain=STRAIN, before=None, old=None, degc=25.0):
    """Stress and state of a point after a step, from rest unless said."""
    constants = law.constants("", YOUNG, POISSON, degc)
    if old is None:
        before, old = np.zeros(4), law.initial_state("", 4, degc)
    stress, _, new = updated(law, constants, before, strain, dt, old)
    return stress, new


def held(law, dt, degc=25.0):
    """Strained at once, then held."""
    _, new = after(law, 0.0, degc=degc)
    return after(law, dt, before=STRAIN, old=new, degc=degc)


def elastic(shear, bulk, strain=STRAIN):
    trace = strain[:3].sum()
    return np.append(bulk * trace + 2 * shear * (strain[:3] - trace / 3), shear * strain[3])


@pytest.mark.parametrize(("bulk", "kept"), [(0.0, 1.0), (1.0, 0.2), (0.5, 0.6)])
def test_at_once_it_is_glass_and_at_last_what_stays(bulk, kept):
    law = Viscoelastic(**TWO, bulk=bulk)
    assert_allclose(after(law, 1e-12)[0], elastic(SHEAR, BULK), rtol=1e-9)
    assert_allclose(held(law, 0.0)[0], elastic(SHEAR, BULK), rtol=1e-12)
    assert_allclose(held(law, 1e9)[0], elastic(0.2 * SHEAR, kept * BULK), rtol=1e-12)
    assert_allclose(after(law, 1e9)[0], elastic(0.2 * SHEAR, kept * BULK), rtol=1e-5)


def test_one_step_is_many():
    """A strain that is linear in time: the update is exact, heat included."""
    law = Viscoelastic(**TWO, bulk=0.4)
    stress, new = after(law, 30.0)
    state, before = after(law, 0.0, np.zeros(4))[1], np.zeros(4)
    for share in np.linspace(0, 1, 8)[1:]:
        many, state = after(law, 30.0 / 7, share * STRAIN, before, state)
        before = share * STRAIN
    assert_allclose(many, stress, rtol=1e-12)
    assert_allclose(state[5], new[5], rtol=1e-12)


def test_work_is_what_no_spring_keeps():
    """Strained, held and brought back: work done, less the energy of springs, is the heat."""
    law = Viscoelastic(**TWO)
    path = [(20.0, STRAIN), (50.0, STRAIN), (5.0, 0.3 * STRAIN)]
    state, before, last, done = after(law, 0.0, np.zeros(4))[1], np.zeros(4), np.zeros(4), 0.0
    for length, to in path:
        for share in np.linspace(0, 1, 401)[1:]:
            now = before + share * (to - before)
            was = before + (share - 1 / 400) * (to - before)
            stress, state = after(law, length / 400, now, was, state)
            done += 0.5 * (stress + last) @ (now - was)
            last = stress
        before = to
    springs = [(0.6, state[6:10]), (0.2, state[10:14]), (0.2, np.zeros(4))]
    stored = sum(0.5 * g * elastic(SHEAR, 0.0, before - q) @ (before - q) for g, q in springs)
    stored += 0.5 * BULK * before[:3].sum() ** 2
    assert_allclose(state[5], done - stored, rtol=1e-5)
    assert 0.1 < state[5] / done < 1.0


def test_temperature_shifts_time():
    """Arrhenius, Williams, Landel and Ferry, and a table: held as long as their a(T) makes it."""
    plain = held(Viscoelastic(**TWO), 25.0)[0]
    shifts = [
        ({"activation_k": 15e3}, math.exp(15e3 * (1 / 333.15 - 1 / 298.15))),
        ({"wlf_c1": 17.44, "wlf_c2_k": 51.6}, 10 ** (-17.44 * 35 / (51.6 + 35))),
        ({"log10_shift": [(25.0, 0.0), (95.0, -4.0)]}, 1e-2),
    ]
    for given, a in shifts:
        law = Viscoelastic(**TWO, **given)
        assert_allclose(held(law, 25.0 * a, degc=60.0)[0], plain, 1e-9)
        # a body's first step may have a length
        assert_allclose(after(law, 25.0 * a, degc=60.0)[0], after(Viscoelastic(**TWO), 25.0)[0])


def test_a_step_over_temperatures_takes_the_mean_rate():
    """Log a linear in time, -4 to 0: reduced time is exact in one step."""
    law = Viscoelastic(**ONE, bulk=1.0, log10_shift=[(25.0, 0.0), (65.0, 4.0)])
    _, new = after(law, 0.0, degc=65.0)
    stress, _ = after(law, 40.0, before=STRAIN, old=new)
    reduced = 40.0 * (1 - 1e-4) / (4 * math.log(10))
    kept = 1 - 0.6 * -math.expm1(-reduced / 10.0)
    assert_allclose(stress, kept * elastic(SHEAR, BULK), rtol=1e-12)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "relaxes by nothing"),
        ({"share1": 0.5}, "time1_s = 0 must be above 0"),
        ({**ONE, "share2": 0.4, "time2_s": 1.0}, "add up to 1 and must stay below 1"),
        ({"share1": [(25, 0.1), (50, 0.2)], "time1_s": 1.0}, "share1 must be a number"),
        ({**ONE, "activation_k": 1e4, "log10_shift": -1.0}, "both shift; give one"),
        ({**ONE, "wlf_c1": 17.0}, "belong together"),
        ({**ONE, "bulk": 2.0}, "bulk = 2 must be at least 0 and at most 1"),
    ],
    ids=["none", "time", "shares", "table", "shifts", "half", "bulk"],
)
def test_what_is_no_series_is_refused(given, said):
    with pytest.raises(InputError, match=said):
        Viscoelastic(**given)


def test_a_shift_that_ends_is_refused_where_a_path_begins():
    law = Viscoelastic(**ONE, wlf_c1=17.44, wlf_c2_k=51.6, reference_degc=100.0)
    law.check_path("x", np.array([60.0, 150.0]))
    with pytest.raises(
        InputError,
        match=r"^x: law Viscoelastic: wlf_c2_k = 51.6 K ends the law at 48\.4 degC, and it",
    ):
        law.check_path("x", np.array([25.0, 150.0]))


def test_it_goes_back_and_does_not_add_to_what_flows():
    law = Viscoelastic(**ONE)
    assert law.recovers and law.creeps and not J2(yield_mpa=20.0).recovers
    with pytest.raises(InputError, match="cannot be added"):
        law + J2(yield_mpa=20.0)
