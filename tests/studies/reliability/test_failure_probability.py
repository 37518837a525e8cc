"""Probabilities of failure: known ones within their intervals by every method, traps, refusals.

How often the intervals hold is measured by benchmarks/reliability.py over many seeds; here it is
one seed a case.
"""

import sys
import warnings

import numpy as np
import pytest
from limit_states import known, normals
from numpy.testing import assert_allclose
from scipy.stats import chi2, norm

from fem_bump.errors import AnalysisError, InputError
from groundwork.extras import MissingExtra
from studies.reliability import ReliabilityWarning, failure_probability
from studies.reliability.standard_space import _quantiles, openturns

NAMES = [
    "R - S", "four branches", "parabola", "RP22", "RP31", "RP75", "RP89", "RP107", "axial beam",
]  # fmt: skip


def marginals(inputs):
    return [inputs.getMarginal(i) for i in range(inputs.getDimension())]


def plane(x):
    """Fails beyond 3 standard deviations of the first input; no other counts."""
    return 3 - x[:, 0]


PLANE = norm.cdf(-3)


@pytest.mark.parametrize("name", NAMES)
def test_a_known_probability_is_in_a_short_interval(name):
    problem = known()[name]
    found = failure_probability(problem.g, problem.inputs, seed=3)
    low, high = found.interval
    assert low <= problem.probability <= high
    assert (high - low) / 2 <= 0.05 * found.probability
    assert found.evaluations < 60_000


@pytest.mark.parametrize(
    "method, tolerance",
    [("monte carlo", 0.1), ("subset", 0.2), ("importance sampling", 0.1)],
)
def test_every_sampling_method_finds_four_branches(method, tolerance):
    problem = known()["four branches"]
    found = failure_probability(problem.g, problem.inputs, method, tolerance)
    low, high = found.interval
    assert found.method == method
    assert low <= problem.probability <= high
    assert (high - low) / 2 <= tolerance * found.probability


# relative errors that the methods have by their nature, on limit states that they can do
PLANES = [
    ("form", "R - S", 1, 1e-6),
    ("form", "RP107", 1, 1e-4),
    ("form", "RP89", 2, 0.02),
    ("sorm", "four branches", 4, 0.005),
    ("sorm", "parabola", 2, 0.005),
    ("sorm", "RP75", 2, 0.005),
    ("sorm", "axial beam", 1, 0.001),
]


@pytest.mark.parametrize("method, name, count, error", PLANES)
def test_planes_find_all_design_points(method, name, count, error):
    problem = known()[name]
    found = failure_probability(problem.g, problem.inputs, method)
    assert len(found.design_points) == count
    of_medians = np.array([[m.computeQuantile(0.5)[0] for m in marginals(problem.inputs)]])
    on_it = 2e-3 * float(abs(problem.g(of_medians)[0]))
    assert_allclose(problem.g(found.design_points), 0, atol=on_it)
    assert_allclose(found.probability, problem.probability, rtol=error)


@pytest.mark.parametrize("name", NAMES)
def test_planes_claim_no_more_than_the_nearest_point_says(name):
    problem = known()[name]
    for method in ("form", "sorm"):
        low, high = failure_probability(problem.g, problem.inputs, method).interval
        assert low <= problem.probability <= high
        assert high > 1.5 * problem.probability


@pytest.mark.parametrize("method", ["form", "sorm", "auto"])
def test_inputs_that_do_not_count_have_no_importance(method):
    found = failure_probability(plane, normals(6), method, 0.1)
    low, high = found.interval
    assert low <= PLANE <= high
    assert_allclose(found.design_point, [3, 0, 0, 0, 0, 0], atol=1e-3)
    assert_allclose(found.importance, [1, 0, 0, 0, 0, 0], atol=1e-6)


def test_planes_know_what_they_cannot_bound():
    ot = openturns()
    # everything as far away as the nearest point fails, and nothing else
    for sign in (1, -1):
        found = failure_probability(
            lambda x, sign=sign: sign * (20.0 - (x**2).sum(axis=1)), normals(5), "form"
        )
        low, high = found.interval
        beyond = chi2.sf(20.0, 5)
        assert low <= (beyond if sign > 0 else 1 - beyond) <= high
    # what fails most is a choice that the medians are not near
    steps = ot.JointDistribution(
        [ot.Normal(), ot.FiniteDiscreteDistribution([[0], [1]], [0.995, 0.005])]
    )
    with pytest.warns(ReliabilityWarning, match="inputs have steps"):
        found = failure_probability(lambda x: 4 - 2.5 * x[:, 1] - x[:, 0], steps, "form")
    assert found.interval == (0.0, 1.0)


def test_an_island_around_the_medians_is_counted():
    found = failure_probability(lambda x: (x**2).sum(axis=1) - 0.1, normals(3), tolerance=0.2)
    assert found.method == "monte carlo" and found.evaluations < 40_000
    assert found.interval[0] <= chi2.cdf(0.1, 3) <= found.interval[1]


def test_openturns_is_given_points_that_it_frees_again():
    given = []

    class Recording:
        def isContinuous(self):
            return True

        def computeQuantile(self, below, upper):
            given.append(below)
            return openturns().Normal().computeQuantile(below, upper)

    scores = np.array([[-1.0], [2.0]])
    assert_allclose(_quantiles([Recording()], scores), scores, rtol=1e-12)
    assert [type(each).__name__ for each in given] == ["Point", "Point"]


def test_constant_discrete_and_dependent_inputs():
    ot = openturns()
    some = ot.JointDistribution([ot.Normal(), ot.Dirac(3.0), ot.Poisson(0.5)])
    found = failure_probability(lambda x: x[:, 1] - x[:, 0], some, tolerance=0.1)
    low, high = found.interval
    assert low <= PLANE <= high
    assert_allclose(found.design_point, [3, 3, 0], atol=1e-3)
    rare = failure_probability(lambda x: 3.5 - x[:, 2], some, tolerance=0.2)
    low, high = rare.interval
    assert low <= 1 - ot.Poisson(0.5).computeCDF(3.5) <= high
    only = failure_probability(plane, ot.JointDistribution([ot.Dirac(4.0), ot.Dirac(0.0)]))
    assert (only.probability, only.interval, only.evaluations) == (1.0, (1.0, 1.0), 1)
    together = ot.Normal([0, 0], [1, 1], ot.CorrelationMatrix([[1, 0.5], [0.5, 1]]))
    found = failure_probability(lambda x: 5 - x.sum(axis=1), together, "form")
    assert_allclose(found.probability, norm.cdf(-5 / np.sqrt(3)), rtol=1e-5)
    assert_allclose(found.importance, [0.5, 0.5], rtol=1e-5)


def test_copulas_and_distributions_without_one_become_the_inputs_that_they_are():
    ot = openturns()
    shape = ot.CorrelationMatrix([[1, 0.5], [0.5, 1]])
    clayton = ot.JointDistribution([ot.Normal(), ot.Gumbel()], ot.ClaytonCopula(2.0))
    for inputs in (clayton, ot.Student(4, [0, 0], [1, 1], shape)):
        corner = inputs.computeCDF([-0.5, 0.0])
        below = failure_probability(
            lambda x: np.max([x[:, 0] + 0.5, x[:, 1]], axis=0), inputs, "monte carlo", 0.2
        )
        assert below.interval[0] <= corner <= below.interval[1]


@pytest.mark.parametrize("method", ["auto", "monte carlo", "importance sampling", "subset"])
@pytest.mark.parametrize("value", [1.0, -1.0])
def test_what_never_or_always_fails_has_a_one_sided_interval(method, value):
    with pytest.warns(ReliabilityWarning, match=r"evaluations leave"):
        found = failure_probability(
            lambda x: np.full(len(x), value), normals(2), method, most_evaluations=20_000
        )
    never = value > 0
    assert found.probability == (0.0 if never else 1.0)
    assert found.interval[0 if never else 1] == found.probability
    assert 0 < abs(found.interval[1 if never else 0] - found.probability) < 1e-3


@pytest.mark.parametrize("method", ["form", "sorm"])
def test_planes_without_a_design_point_know_nothing(method):
    with pytest.warns(ReliabilityWarning, match="no design point"):
        found = failure_probability(lambda x: 1 + x[:, 0] ** 2, normals(2), method)
    assert found.interval == (0.0, 1.0)
    assert found.design_point is None


@pytest.mark.parametrize("method", ["auto", "monte carlo", "subset"])
def test_points_without_a_number_widen_the_interval(method):
    def lost(x):
        return np.where(x[:, 1] > 1.5, np.nan, 2.0 - x[:, 0])

    with pytest.warns(ReliabilityWarning, match="had no number at"):
        found = failure_probability(lost, normals(2), method, 0.1)
    low, high = found.interval
    known_to_fail, lost_share = norm.cdf(-2) * norm.cdf(1.5), norm.cdf(-1.5)
    assert low <= known_to_fail
    assert high >= known_to_fail + lost_share
    assert_allclose(found.probability, norm.cdf(-2), rtol=0.2)
    with pytest.raises(AnalysisError, match="no number at any"):
        failure_probability(lambda x: np.nan * x[:, 0], normals(2), method, most_evaluations=3000)


@pytest.mark.parametrize("most", [10, 60, 500])
@pytest.mark.parametrize("method", ["auto", "monte carlo", "importance sampling", "subset"])
def test_a_budget_too_small_gives_what_it_gives(method, most):
    count = []

    def counted(x):
        count.append(len(x))
        return plane(x)

    with pytest.warns(ReliabilityWarning, match=f"most_evaluations = {most}"):
        found = failure_probability(counted, normals(2), method, most_evaluations=most)
    low, high = found.interval
    assert low <= PLANE <= high
    assert found.evaluations == sum(count) <= most


def test_a_search_cut_short_leaves_room_for_what_it_has_missed():
    problem = known()["four branches"]
    with pytest.warns(ReliabilityWarning):
        found = [
            failure_probability(problem.g, problem.inputs, seed=seed, most_evaluations=500)
            for seed in range(10)
        ]
    assert all(one.interval[0] <= problem.probability <= one.interval[1] for one in found)
    with pytest.warns(ReliabilityWarning, match="whole search"):
        cut = failure_probability(problem.g, problem.inputs, "form", most_evaluations=150)
    assert len(cut.design_points) and cut.interval == (0.0, 1.0)


def test_the_seed_decides_and_the_generator_of_others_stays():
    ot = openturns()
    ot.RandomGenerator.SetSeed(7)
    before = ot.RandomGenerator.GetState()
    one = failure_probability(plane, normals(2), tolerance=0.2, seed=3)
    assert ot.RandomGenerator.GetState() == before
    ot.RandomGenerator.SetSeed(8)
    again = failure_probability(plane, normals(2), tolerance=0.2, seed=3)
    assert (one.probability, one.interval) == (again.probability, again.interval)
    other = failure_probability(plane, normals(2), tolerance=0.2, seed=4)
    assert other.probability != one.probability


def takes_a_point(x):
    strength, load = x
    return strength - load


@pytest.mark.parametrize(
    "change, message",
    [
        ({"g": lambda x: 3 - x[0]}, r"g gave an array of shape \(2,\) for inputs \(3, 2\)"),
        ({"g": takes_a_point}, r"g takes no array of shape \(3, 2\) \(too many values"),
        ({"g": lambda x: 1.0}, r"of shape \(\)"),
        ({"g": lambda x: x[:, 0] < 3}, "of bool"),
        ({"inputs": [1.0, 2.0]}, "inputs = list must be a distribution of OpenTURNS"),
        ({"method": "guess"}, "method = 'guess' must be one of auto, form"),
        ({"tolerance": 0.0}, "tolerance = 0.0 must be a number between 0 and 1"),
        ({"seed": -1}, "seed = -1 must be a whole number"),
        ({"most_evaluations": 3}, "most_evaluations = 3 must be a whole number of at least 10"),
    ],
)
def test_mistakes_are_refused_in_a_sentence(change, message):
    given = {"g": plane, "inputs": normals(2)} | change
    with pytest.raises(InputError, match=message) as refused:
        failure_probability(**given)
    assert "\n" not in str(refused.value)


def test_without_openturns_it_says_what_to_install(monkeypatch):
    inputs = normals(2)
    monkeypatch.setitem(sys.modules, "openturns", None)
    with pytest.raises(MissingExtra, match=r'needs the package openturns: .*"\.\[reliability\]"'):
        failure_probability(plane, inputs)


def test_an_infinite_g_is_a_sign_like_another():
    def half(x):
        return np.where(x[:, 1] > 0, np.inf, 2 - x[:, 0])

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        low, high = failure_probability(half, normals(2), tolerance=0.1).interval
    assert low <= norm.cdf(-2) / 2 <= high
