"""What the scatter of designs alone says of a limit that is far from all of them.

Where designs hardly differ beyond their error bars no surrogate explains them, and none is needed
where the limit lies many times as far away as they scatter. Whatever distribution a sum T has of
mean m and standard deviation s, by Cantelli's inequality

    P(T >= m + k s) <= 1 / (1 + k^2) for k > 0,

so that at most 1 / (1 + k^2) and what fails at m + k s do fail: the k that makes this least says it
best. Downwards likewise. Mean and deviation are those of the designs at the ends of their own
intervals, all error bars against survival and then all in favour of it. What one design in a
hundred does for itself alone some tens of designs need not show: this rests on the scatter that
they show, as a surrogate does on what it makes of them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtri, stdtrit

from studies.records.stored_plan import StoredPart
from studies.reliability.intervals import TAIL, of_counts
from studies.reliability.study.limit_surrogates import Bound, SumSurrogate
from studies.reliability.study.surrogates import by_topology, matrix
from studies.results.results import Results

Array = NDArray[np.float64]
Interval = tuple[float, float]
AWAY = np.geomspace(0.1, 1e3, 400)  # standard deviations
BEYOND = 1 / (1 + AWAY**2)


def most_failing(bound: Bound, totals: Array) -> float:
    """Probability to fail at most, of sums like those of some designs (n,)."""
    mean, spread = _largest(totals)
    return float(np.min(np.minimum(BEYOND + bound.fails(mean + AWAY * spread), 1.0)))


def least_failing(bound: Bound, totals: Array) -> float:
    """Probability to fail at least, of sums like those of some designs (n,)."""
    mean, spread = _largest(-totals)
    return float(np.max(np.maximum(bound.fails(-mean - AWAY * spread) - BEYOND, 0.0)))


def _largest(totals: Array) -> tuple[float, float]:
    """Mean and deviation at the upper ends of their intervals, those of normal sums."""
    count = len(totals)
    spread = float(np.std(totals, ddof=1))
    mean = float(totals.mean()) + stdtrit(count - 1, 1 - TAIL) * spread / np.sqrt(count)
    return float(mean), spread * float(np.sqrt((count - 1) / chdtri(count - 1, 1 - TAIL)))


def interval(results: Results, part: StoredPart, known: SumSurrogate, bound: Bound) -> Interval:
    """What the designs of a part leave of its probability to fail, topology by topology.

    Parameters
    ----------
    known
        The surrogate that does not say enough, of designs that are all solved.
    """
    sampling = known.surrogate.sampling
    cases = [case for case in results.plan.cases if case.part == part.name]
    totals = np.array([known.totals[case.part, case.number] for case in cases])
    of_designs = by_topology(sampling, matrix(sampling, [case.factors for case in cases]))
    of_points = by_topology(sampling, matrix(sampling, known.points))
    low = high = 0.0
    for key, points in of_points.items():
        share = 1.0, 1.0
        if len(of_points) > 1:
            share = of_counts(len(points), 0, len(known.points))
        if key not in of_designs:
            high += share[1]
            continue
        values, bars = totals[of_designs[key]].T
        low += share[0] * least_failing(bound, values - bars)
        high += share[1] * most_failing(bound, values + bars)
    return low, min(high, 1.0)
