"""Surrogates: functions with known answers, and that they say how well they know.

How often the learned intervals hold is measured by benchmarks/reliability.py.
"""

import numpy as np
import pytest
from limit_states import known, normals
from numpy.testing import assert_allclose
from scipy.stats import norm

from studies.reliability import ReliabilityWarning, failure_probability
from studies.reliability.surrogate import choice
from studies.reliability.surrogate.kriging import Shape, _conditioned, fit


def bent(x):
    return np.sin(2 * x[:, 0]) + x[:, 1] ** 2 / 4


def points(count, d, seed=1):
    return np.random.default_rng(seed).standard_normal((count, d))


def test_leaving_out_by_the_formula_is_leaving_out():
    x, shape = points(20, 2), Shape("matern", 1)
    bars = np.full(20, 0.1)
    model = fit(shape, x, bent(x), bars)
    mean, deviation = model.left_out()
    bars[7] = 1e6  # says nothing
    there, error = _conditioned(shape, x, bent(x), bars, model.logs).predict(x[7:8])
    assert_allclose(mean[7], there[0], rtol=1e-4)
    assert_allclose(deviation[7], np.hypot(error[0], 0.1), rtol=1e-4)


@pytest.mark.parametrize("noise", [0.0, 0.2])
def test_errors_at_other_points_are_as_large_as_it_says(noise):
    x, other = points(60, 2), points(500, 2, seed=2)
    values = bent(x) + noise * points(60, 1, seed=3)[:, 0]
    model = choice.best(x, values, np.full(60, noise))
    found = choice.validated(bent(other), *model.predict(other))
    assert found.error < 0.15 + noise / 2
    assert found.widening < 2.0
    by_itself = choice.left_out(model)
    assert by_itself.explained > (0.95 if noise == 0 else 0.8)
    # values scatter about the function by their bars: a surrogate through them would not
    assert by_itself.error > 0.8 * noise


def test_what_is_a_polynomial_is_found_to_be_one():
    x = points(30, 3)
    model = choice.best(x, 2 + x @ [1.0, 2.0, 0.0] + x[:, 0] * x[:, 1])
    other = points(100, 3, seed=5)
    mean, error = model.predict(other)
    assert_allclose(mean, 2 + other @ [1.0, 2.0, 0.0] + other[:, 0] * other[:, 1], atol=1e-2)
    assert model.shape.degree == 2
    assert error.max() < 0.02


def test_drawn_functions_scatter_as_the_errors_say():
    x, other = points(15, 2), points(40, 2, seed=4)
    model = fit(Shape("matern", 0), x, bent(x))
    mean, error = model.predict(other)
    drawn = model.draws(other, 2000, np.random.default_rng(1))
    assert_allclose(drawn.mean(axis=0), mean, atol=0.1 * error.max())
    assert_allclose(drawn.std(axis=0), error, rtol=0.1)


@pytest.mark.slow
def test_a_learned_probability_takes_few_evaluations():
    problem = known()["RP89"]
    found = failure_probability(
        problem.g, problem.inputs, "surrogate", most_evaluations=100, tolerance=0.1
    )
    low, high = found.interval
    assert found.method == "surrogate" and found.evaluations <= 100
    assert low <= problem.probability <= high
    assert high - low < 0.2 * problem.probability


@pytest.mark.slow
@pytest.mark.parametrize("name", ["four branches", "axial beam"])
def test_known_probabilities_are_learned(name):
    problem = known()[name]
    found = failure_probability(problem.g, problem.inputs, "surrogate", most_evaluations=150)
    low, high = found.interval
    assert low <= problem.probability <= high
    assert high - low < 0.2 * problem.probability


@pytest.mark.slow
def test_a_surrogate_that_knows_little_says_so():
    problem = known()["RP31"]
    with pytest.warns(ReliabilityWarning, match="30 evaluations leave"):
        found = failure_probability(
            problem.g, problem.inputs, "surrogate", most_evaluations=30, seed=2
        )
    low, high = found.interval
    assert low <= problem.probability <= high and high > 5 * problem.probability
    with pytest.warns(ReliabilityWarning, match="evaluations leave 0 to 1"):
        few = failure_probability(problem.g, problem.inputs, "surrogate", most_evaluations=12)
    assert few.interval == (0.0, 1.0)


@pytest.mark.slow
def test_where_g_has_no_number_the_interval_is_open():
    def lost(x):
        return np.where(x[:, 1] > 1.5, np.nan, 2.0 - x[:, 0])

    with pytest.warns(ReliabilityWarning, match="had no number at"):
        found = failure_probability(lost, normals(2), "surrogate", most_evaluations=60)
    low, high = found.interval
    assert low <= norm.cdf(-2) * norm.cdf(1.5)
    assert high >= norm.cdf(-2) * norm.cdf(1.5) + norm.cdf(-1.5)
