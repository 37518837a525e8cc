"""Sobol indices: closed forms within intervals, and no sensitivity where only errors scatter."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.special import ndtri
from scipy.stats import qmc

from studies.reliability.surrogate import choice
from studies.reliability.surrogate.indices import sobol_indices


def linear(x):
    return x @ [3.0, 2.0, 1.0, 0.0]


def ishigami(u):
    x = (2 * u - 1) * np.pi
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def normal(u):
    return ndtri(np.clip(u, 1e-9, 1 - 1e-9))


def designs(count, d):
    return qmc.Sobol(d, rng=3).random(count)


def inside(index, share):
    return index.interval[0] <= share <= index.interval[1]


class Exact:
    """A surrogate that knows everything."""

    def __init__(self, f):
        self.f = f

    def predict(self, x):
        return self.f(x), np.zeros(len(x))

    def draws(self, x, count, rng):
        return np.tile(self.f(x), (count, 1))


# a = 7, b = 0.1: V = 1/2 + a^2/8 + b pi^4/5 + b^2 pi^8/18
FIRST, TOTAL = [0.31390, 0.44241, 0.0], [0.55759, 0.44241, 0.24368]


def test_of_a_known_function_they_are_the_closed_form():
    found = sobol_indices(Exact(ishigami), lambda u: u, 3)
    assert_allclose([one.share for one in found.first], FIRST, atol=0.01)
    assert_allclose([one.share for one in found.total], TOTAL, atol=0.01)
    assert all(map(inside, found.first, FIRST)) and all(map(inside, found.total, TOTAL))
    assert [one.shown for one in found.first] == [True, True, False]


def test_of_a_linear_function_they_are_squares_of_slopes():
    x = normal((designs(32, 4) + 1e-4) / (1 + 2e-4))
    model = choice.best(x, linear(x))
    found = sobol_indices(model, normal, 4)
    shares = np.array([9, 4, 1, 0]) / 14
    for each in (found.first, found.total):
        assert_allclose([one.share for one in each], shares, atol=0.01)
        assert [one.shown for one in each] == [True, True, True, False]
        assert all(map(inside, each, shares))


@pytest.mark.slow
@pytest.mark.parametrize("count", [64, 128])
def test_intervals_hold_what_few_designs_leave_open(count):
    u = designs(count, 3)
    found = sobol_indices(choice.best(u, ishigami(u)), lambda u: u, 3)
    assert all(map(inside, found.first, FIRST)) and all(map(inside, found.total, TOTAL))


def test_errors_of_values_are_no_sensitivity():
    x = normal((designs(32, 2) + 1e-4) / (1 + 2e-4))
    bar = 0.3
    # errors of meshes may go with an input, as here: the surrogate sees a slope
    model = choice.best(x, x[:, 0] + bar * np.sign(x[:, 1]), np.full(32, bar))
    found = sobol_indices(model, normal, 2, noise_variance=bar**2)
    assert [one.shown for one in found.first] == [True, False]
    assert [one.shown for one in found.total] == [True, False]
