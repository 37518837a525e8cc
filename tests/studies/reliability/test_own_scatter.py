"""What designs say of a limit far away, by their scatter alone: it holds for any distribution."""

import numpy as np
import pytest
from fabricated_run import run_folder

from studies.plan import shapes
from studies.plan.comparisons import comparison
from studies.reliability.intervals import of_counts
from studies.reliability.study.limit_surrogates import Bound, sum_surrogate
from studies.reliability.study.limits import limit_probabilities
from studies.reliability.study.own_scatter import least_failing, most_failing
from studies.results.results import Results

DRAWS = {
    "normal": lambda rng, n: rng.normal(size=n),
    "uniform": lambda rng, n: rng.random(n),
    "exponential": lambda rng, n: rng.exponential(size=n),
    "student": lambda rng, n: rng.standard_t(3, size=n),
    "squares": lambda rng, n: rng.normal(size=n) ** 2,
    "cubes": lambda rng, n: rng.normal(size=n) ** 3,
}


def below(limit):
    return Bound(comparison("", f"x - {limit:.9g} < 0".replace("- -", "+ ")), np.zeros(1))


@pytest.mark.parametrize("name", DRAWS)
def test_the_truth_is_within_whatever_the_distribution(name):
    rng = np.random.default_rng(5)
    every = DRAWS[name](rng, 10**6)
    for p in (1e-3, 0.01, 0.97, 0.999):
        bound = below(np.quantile(every, 1 - p))
        held = []
        for _ in range(200):
            totals = DRAWS[name](rng, 32)
            held.append(least_failing(bound, totals) <= p <= most_failing(bound, totals))
        assert np.mean(held) >= 0.95, p


def test_the_further_the_limit_the_surer():
    totals = np.random.default_rng(1).normal(10.0, 0.2, 64)
    ends = [most_failing(below(limit), totals) for limit in (10.2, 12.0, 14.0, 20.0)]
    assert ends[0] > 0.5 and np.all(np.diff(ends) < 0)
    away = (20.0 - totals.mean()) / totals.std(ddof=1)
    assert 1.0 < ends[-1] * (1 + away**2) < 1.8  # both moments at the ends of their intervals
    assert ends[1] > of_counts(0, 0, 10**4)[1]
    assert [least_failing(below(limit), totals) for limit in (10.0, 20.0)] == [0.0, 0.0]
    assert 0.99 < least_failing(below(0.0), totals) < 1.0


def test_strengths_have_a_part_in_it():
    """Sums of 0, all alike, and a strength that a tenth of lie below."""
    said = comparison("", "x < s")
    strengths = -np.linspace(-1.0, 9.0, 1001)[::-1]
    bound = Bound(said, np.sort(strengths))
    totals = np.full(40, 0.0)
    assert most_failing(bound, totals) == pytest.approx(0.1, abs=2e-3)
    assert least_failing(bound, totals) == pytest.approx(0.1, abs=2e-3)


STUDY = """
[[part]]
name = "line"
[part.sampling]
n = 32
seed = 2
[part.sampling.ranges]
pad_etch.depth_ratio = { distribution = "normal", mean = 0.9, sd = 0.05 }
[[limit]]
name = "film"
survives = "principal_max_passivation_L1_mpa < 140"
[[limit]]
name = "near"
survives = "principal_max_passivation_L1_mpa < 112.3"
"""


def test_a_metric_that_hardly_scatters_needs_no_surrogate(tmp_path, monkeypatch):
    """112.5 (1 - 0.01 depth) +- 0.5 MPa, etched partly or through: 140 MPa are out of reach."""
    monkeypatch.setattr(shapes, "MOST_BUILT", 0)
    monkeypatch.setattr(shapes, "SAMPLE", 0)
    shallow = STUDY.replace("0.9, sd", "0.5, sd")
    results = Results.read(run_folder(tmp_path / "run", shallow)[0])
    known = sum_surrogate(results, results.study.part[0], results.study.limit[0])
    assert not known.says_something
    far, near = limit_probabilities(results)[0]
    assert far.probability == 0.0 and far.counted == of_counts(0, 0, 32)
    assert far.interval[0] == 0.0 and far.interval[1] < 1e-3 < far.counted[1]
    assert near.interval == near.counted  # within the bars
    # where the etch may end at the dielectric too few designs tell what that does
    both = Results.read(run_folder(tmp_path / "both", STUDY)[0])
    assert isinstance(sum_surrogate(both, both.study.part[0], both.study.limit[0]), str)
    found = limit_probabilities(both)[0][0]
    assert found.interval == found.counted
