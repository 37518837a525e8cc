"""Black's constants from lives: linear regression where it is exact, recovery, and refusals."""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.stats import chi2, nct, norm
from scipy.stats import t as student

from fem_bump.errors import InputError
from fem_bump.life.black import BOLTZMANN_EV_PER_K, KELVIN, Stressed
from fem_bump.life.calibration import (
    Calibration,
    Lives,
    calibrate,
    plotting_positions,
    unbounded,
)
from fem_bump.life.regression import allowed_deviance, deviance, standard_quantile

N, EA, SCALE = 1.8, 0.9, 0.4
CELLS = [(1e4, 150.0), (1.5e4, 150.0), (2.2e4, 150.0), (1.5e4, 130.0), (1.5e4, 170.0)]


def drawn(rng, distribution="lognormal", per_cell=8, alive=0.0):
    """Lives of the cells; of each, tests end when a share is expected to be alive."""
    j, degc = np.repeat(np.array(CELLS), per_cell, axis=0).T
    middle = math.log(500.0) - N * np.log(j / 1.5e4)
    middle += EA / BOLTZMANN_EV_PER_K * (1 / (degc + KELVIN) - 1 / (150 + KELVIN))
    if distribution == "lognormal":
        z = rng.standard_normal(len(j))
    else:
        z = np.log(-np.log(rng.random(len(j))))
    life = np.exp(middle + SCALE * z)
    if not alive:
        return Lives(life, j, degc, np.ones(len(j), bool))
    end = np.exp(middle + SCALE * standard_quantile(distribution, 1 - alive))
    return Lives(np.minimum(life, end), j, degc, life <= end)


def test_lognormal_lives_that_all_failed_are_a_linear_regression():
    """Constants, their intervals and the band of a ratio have closed forms then."""
    lives = drawn(np.random.default_rng(3), per_cell=3)
    found = calibrate(lives)
    x = 1 / (BOLTZMANN_EV_PER_K * (lives.temperature_degc + KELVIN))
    rows = np.column_stack([np.ones(len(lives)), -np.log(lives.density), x])
    b, (squares,), *_ = np.linalg.lstsq(rows, np.log(lives.time_h), rcond=None)
    left = len(lives) - 3
    spread = np.linalg.inv(rows.T @ rows) * squares / left
    quantile = student.ppf(0.975, left)
    for constant, k in ((found.exponent, 1), (found.activation_ev, 2)):
        reach = quantile * math.sqrt(spread[k, k])
        assert_allclose(constant, [b[k], b[k] - reach, b[k] + reach], rtol=1e-7)
    ends = chi2.ppf([0.5, 0.975, 0.025], left)
    expected = np.sqrt(squares / [left, *ends[1:]])
    assert_allclose(found.scale, expected, rtol=1e-7)
    before, now = Stressed(3e4, 120.0), Stressed(1e4, 90.0)
    c = np.array([0.0, math.log(3.0), 0.0])
    c[2] = (1 / (90 + KELVIN) - 1 / (120 + KELVIN)) / BOLTZMANN_EV_PER_K
    reach = quantile * math.sqrt(c @ spread @ c)
    expected = np.exp([c @ b, c @ b - reach, c @ b + reach])
    assert_allclose([one for one, _ in found.law.ratios(before, now)], expected, rtol=1e-7)
    at = np.array([1.0, -math.log(1e4), 1 / (BOLTZMANN_EV_PER_K * (90 + KELVIN))])
    reach = quantile * math.sqrt(at @ spread @ at)
    expected = np.exp([at @ b, at @ b - reach, at @ b + reach])
    assert_allclose([one for one, _ in found.law.lives_h(now)], expected, rtol=1e-7)


def test_the_band_of_an_early_share_holds_as_students_noncentral_distribution_says():
    lives = drawn(np.random.default_rng(3), per_cell=3)
    law = calibrate(lives).law
    x = 1 / (BOLTZMANN_EV_PER_K * (lives.temperature_degc + KELVIN))
    rows = np.column_stack([np.ones(len(lives)), -np.log(lives.density), x])
    now = law.reference
    at = rows.mean(axis=0)
    d = math.sqrt(at @ np.linalg.inv(rows.T @ rows) @ at)
    z = norm.ppf(0.01)  # at the middle of the test
    low, high = -law.scale * d * nct.ppf([0.975, 0.025], len(lives) - 3, -z / d)
    median = law.lives_h(now)[0][0]
    life, *ends = (one for one, _ in law.lives_h(now, 0.01))
    assert_allclose(life, median * math.exp(law.scale * z), rtol=1e-12)
    below, above = (math.log(end / median) for end in ends)
    assert_allclose(below, low, atol=0.02 * (high - low))  # these are exact
    assert high < above < high + 0.1 * (high - low)


def test_a_scatter_that_is_taken_as_exact_leaves_only_the_place_open():
    still = np.diag([0.01, 0.0, 0.0, 0.0])
    law = Calibration("lognormal", Stressed(1.0, 100.0), 1000.0, 2.0, 0.9, 0.5,
                      tuple(map(tuple, still.tolist())), 10)  # fmt: skip
    assert law.scale_interval == (0.5, 0.5, 0.5)
    life, low, high = (one for one, _ in law.lives_h(Stressed(1.0, 100.0), 0.01))
    reach = 0.1 * student.ppf(0.975, 10)
    assert_allclose([low, high], [life * math.exp(-reach), life * math.exp(reach)], rtol=1e-9)


@pytest.mark.parametrize("alive", [0.0, 0.4])
@pytest.mark.parametrize("distribution", ["lognormal", "weibull"])
def test_intervals_hold_the_constants_in_95_of_100_draws(distribution, alive):
    """Of 200 draws of 40 samples 181 to 199 is what chance leaves of 95 %, with 1 in 1000 out."""
    rng = np.random.default_rng(7)
    held = np.zeros(4, int)
    early = 500 * math.exp(SCALE * standard_quantile(distribution, 0.01))
    for _ in range(200):
        calibrated = calibrate(drawn(rng, distribution, alive=alive), distribution)
        found, s = calibrated.fit, calibrated.scale
        held[2] += s.low <= SCALE <= s.high
        _, (low, _), (high, _) = calibrated.law.lives_h(Stressed(1.5e4, 150.0), 0.01)
        held[3] += low <= early <= high
        for k, (c, true) in enumerate((([0, 1, 0], N), ([0, 0, 1], EA))):
            held[k] += deviance(found, np.array(c), true) <= allowed_deviance(found)
    assert (held >= 181).all() and (held <= 199).all(), held


@pytest.mark.parametrize("distribution", ["lognormal", "weibull"])
def test_the_likelihood_is_largest_at_the_fit_and_lower_by_the_allowed_at_its_ends(distribution):
    """Against scipy's distributions, survivors counted."""
    from scipy import stats

    lives = drawn(np.random.default_rng(5), distribution, alive=0.3)
    assert 0 < lives.failed.sum() < len(lives)
    found = calibrate(lives, distribution)

    def likelihood(tau, n, energy, s):
        middle = tau - n * np.log(lives.density / found.law.reference.density)
        kelvin = lives.temperature_degc + KELVIN
        zero = found.law.reference.temperature_degc + KELVIN
        middle = middle + energy / BOLTZMANN_EV_PER_K * (1 / kelvin - 1 / zero)
        kind = (
            stats.lognorm(s, scale=np.exp(middle))
            if distribution == "lognormal"
            else stats.weibull_min(1 / s, scale=np.exp(middle))
        )
        terms = np.where(lives.failed, kind.logpdf(lives.time_h), kind.logsf(lives.time_h))
        return terms.sum()

    best = np.array(
        [math.log(found.law.location_h), found.law.exponent, found.law.activation_ev,
         found.fit.scale]
    )  # fmt: skip
    assert_allclose(likelihood(*best), found.log_likelihood, rtol=1e-10)
    step = np.diag([1e-3, 1e-3, 1e-4, 1e-4])
    for one in step:
        assert likelihood(*(best + one)) < found.log_likelihood
        assert likelihood(*(best - one)) < found.log_likelihood
    for end in found.exponent[1:]:
        lost = deviance(found.fit, np.array([0.0, 1.0, 0.0]), end)
        assert_allclose(lost, allowed_deviance(found.fit), rtol=1e-6)


def test_a_survivor_counts_as_one_that_lasts_longer():
    lives = drawn(np.random.default_rng(2))
    some = lives.failed.copy()
    some[::4] = False
    law = calibrate(Lives(lives.time_h, lives.density, lives.temperature_degc, some)).law
    assert law.location_h > calibrate(lives).law.location_h


def test_a_given_constant_is_held_and_leaves_the_other():
    lives = drawn(np.random.default_rng(4))
    one = lives.temperature_degc == 150.0
    cold = Lives(*(getattr(lives, k)[one] for k in ("time_h", "density", "temperature_degc",
                                                    "failed")))  # fmt: skip
    assert set(unbounded(cold)) == {"activation_ev"}
    with pytest.raises(InputError, match="activation_ev cannot be found: all failures are at one"):
        calibrate(cold)
    found = calibrate(cold, activation_ev=0.9)
    assert found.activation_ev == (0.9, 0.9, 0.9)
    assert found.exponent.low < N < found.exponent.high
    assert found.law.covariance[2] == (0.0, 0.0, 0.0, 0.0)
    narrow, wide = found.law.ratios(Stressed(1.0, 100.0), Stressed(1.0, 90.0))[1:]
    assert_allclose(narrow[0], wide[0], rtol=1e-12)  # nothing of Ea is left open


def test_density_and_temperature_that_change_together_tell_neither():
    time = np.array([100.0, 120.0, 300.0, 360.0, 310.0])
    lives = Lives(time, np.array([2.0, 2, 1, 1, 1]), np.array([170.0, 170, 150, 150, 150]),
                  np.ones(5, bool))  # fmt: skip
    with pytest.raises(InputError, match="change together"):
        calibrate(lives)
    assert calibrate(lives, exponent=2.0).exponent == (2.0, 2.0, 2.0)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"failed": np.zeros(40, bool)}, "no sample failed"),
        ({"time_h": np.full(40, -1.0)}, "time_h = -1 must be above 0"),
        ({"temperature_degc": np.full(40, -300.0)}, "must be above -273.15"),
        ({"failed": np.arange(40) % 16 == 0}, "3 failures are too few for 3 constants"),
    ],
)
def test_what_cannot_be_fitted_is_refused(change, said):
    lives = drawn(np.random.default_rng(1))
    data = {k: getattr(lives, k) for k in ("time_h", "density", "temperature_degc", "failed")}
    with pytest.raises(InputError, match=said):
        calibrate(Lives(**{**data, **change}))


def test_lives_that_do_not_scatter_are_refused():
    lives = drawn(np.random.default_rng(1), per_cell=2)
    middle = (1.5e4 / lives.density) ** 2 * 500.0
    flat = Lives(middle, lives.density, lives.temperature_degc, lives.failed)
    with pytest.raises(InputError, match="do not scatter"):
        calibrate(flat)


def test_medians_of_weibull_lives_are_below_their_characteristic_life():
    law = Calibration("weibull", Stressed(1.0, 100.0), 1000.0, 2.0, 0.9, 0.5,
                      ((0.0,) * 4,) * 4, 10)  # fmt: skip
    assert_allclose(law.lives_h(Stressed(1.0, 100.0))[0][0], 1000 * math.log(2) ** 0.5, rtol=1e-12)
    assert_allclose(law.lives_h(Stressed(2.0, 100.0), 1 - math.exp(-1))[0][0], 250.0, rtol=1e-12)
    assert law.shape == 2.0


def test_a_covariance_that_is_none_is_refused():
    for bad in (((0.0,) * 4,) * 3, ((1.0, 2, 0, 0), (2, 1, 0, 0), (0,) * 4, (0,) * 4)):
        with pytest.raises(InputError, match="covariance must"):
            Calibration("lognormal", Stressed(1.0, 100.0), 1.0, 2.0, 0.9, 0.5, bad, 10)


def test_plotting_positions_move_on_by_survivors():
    """Johnson's ranks of 10 h, 20 h alive, 30 h: 1 and 1 + (4 - 1) / (4 - 2)."""
    found = plotting_positions([20.0, 10.0, 30.0], [False, True, True])
    assert_allclose(found, [(10.0, 0.7 / 3.4), (30.0, (2.5 - 0.3) / 3.4)], rtol=1e-12)
