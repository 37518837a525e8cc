"""Subset sampling: a rare failure as a chain of events that are not (Au and Beck, 2001).

Each level is the tenth of its points with the lowest g, from which chains go on within it: normal
proposals that keep the standard normal, u' = r u + (1 - r^2)^1/2 w, taken where g stays below the
level's value (Papaioannou and others, 2015). Points of a chain depend on each other, and formulas
for what that costs are too optimistic; here whole runs are repeated, and Student's interval is that
of their mean. Levels that follow from a run's own points make its estimate a little too high; the
interval's lower end takes that in. A run ends where failures are no longer rare, where levels no
longer sink (g constant there), or after so many levels that nothing is expected any more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from studies.reliability import intervals
from studies.reliability.limit_state import BudgetSpent, LimitState
from studies.reliability.monte_carlo import Estimate, as_often, nearest, precise

Array = NDArray[np.float64]
SHARE = 0.1
MOST_LEVELS = 20
POINTS = 1000
FEWEST_RUNS = 20
BIAS = 0.02  # share of an estimate of POINTS points a level by which it may be too high


@dataclass(frozen=True)
class Run:
    """One run.

    Attributes
    ----------
    probability
        0 where no level reached failure.
    failed
        Points of its last level that failed, (k, d).
    levels
        How many there were.
    first_failed, first_unknown
        Of the first level, whose points are independent.
    """

    probability: float
    failed: Array
    levels: int
    first_failed: int
    first_unknown: int


def subset_run(
    g: Callable[[Array], Array], dimension: int, rng: np.random.Generator, count: int
) -> Run:
    """One run with ``count`` points a level, over a standard space of some dimension.

    Raises
    ------
    studies.reliability.limit_state.BudgetSpent
        In the middle of a run: what it would have given is then unknown.
    """
    points = rng.standard_normal((count, dimension))
    values = g(points)
    unknown = np.isnan(values)
    first = int((values < 0).sum()), int(unknown.sum())
    values = np.where(unknown, np.inf, values)
    probability, step = 1.0, 0.6
    for levels in range(1, MOST_LEVELS + 1):
        level = np.partition(values, int(SHARE * count) - 1)[int(SHARE * count) - 1]
        if level <= 0:
            failed = values < 0
            return Run(probability * float(failed.mean()), points[failed], levels, *first)
        inside = values <= level
        if inside.mean() > 0.5 or not np.isfinite(level):
            break  # a plateau: no order by which to go on
        probability *= float(inside.mean())
        points, values, step = _chains(g, rng, points[inside], values[inside], level, count, step)
        values = np.where(np.isnan(values), np.inf, values)
    failed = values < 0
    return Run(probability * float(failed.mean()), points[failed], levels, *first)


def _chains(
    g: Callable[[Array], Array],
    rng: np.random.Generator,
    points: Array,
    values: Array,
    level: float,
    count: int,
    step: float,
) -> tuple[Array, Array, float]:
    """``count`` points below a level by chains from those that are there, and their last step."""
    seeds = len(points)
    all_points: list[Array] = []
    all_values: list[Array] = []
    while len(all_values) * seeds < count:
        kept = np.sqrt(1 - step**2)
        proposed = kept * points + step * rng.standard_normal(points.shape)
        found = g(proposed)
        accepted = found <= level
        points = np.where(accepted[:, None], proposed, points)
        values = np.where(accepted, found, values)
        all_points.append(points)
        all_values.append(values)
        step = float(np.clip(step * np.exp(accepted.mean() - 0.44), 0.05, 1.0))
    # every seed's chain is as long as the others', but for the last step
    last = rng.permutation(seeds)[: count - (len(all_values) - 1) * seeds]
    all_points[-1], all_values[-1] = all_points[-1][last], all_values[-1][last]
    return np.vstack(all_points), np.concatenate(all_values), step


def subset_sampling(g: LimitState, rng: np.random.Generator, tolerance: float) -> Estimate:
    """Runs until Student's interval of their mean is short enough, or the budget ends them.

    Where no run failed, and where failure is frequent, the first levels' points are counted.
    Where g has no number points count as surviving within runs; the interval's upper end takes in
    how many they may be.
    """
    count = int(np.clip(g.most_evaluations / (FEWEST_RUNS * 5), 50, POINTS))
    runs: list[Run] = []
    closest = np.empty((0, g.dimension))
    wanted, before = FEWEST_RUNS, g.evaluations
    while True:
        try:
            run = subset_run(g, g.dimension, rng, count)
        except BudgetSpent:
            break
        closest = nearest(np.vstack([closest, run.failed]))
        runs.append(replace(run, failed=closest[:0]))  # of a million points it would be their size
        if len(runs) < wanted:
            continue
        mean, interval = _mean(runs), _interval(runs, count)
        if precise(interval, mean, tolerance):
            break
        half = (interval[1] - interval[0]) / 2
        needed = len(runs) * (half / max(tolerance * min(mean, 1 - mean), 1e-100)) ** 2
        within = len(runs) + g.left * len(runs) / (g.evaluations - before)
        wanted = int(np.clip(min(1.02 * needed, within), len(runs) + 1, 4 * len(runs)))
    mean = _mean(runs)
    low, high = _interval(runs, count)
    if g.unknown and runs:
        unknown = sum(run.first_unknown for run in runs)
        high = min(high + intervals.of_counts(unknown, 0, count * len(runs))[1], 1.0)
        mean = min(as_often(mean, unknown / (count * len(runs))), high)
    return Estimate(mean, (low, high), closest if mean <= 0.5 else closest[:0])


def _mean(runs: list[Run]) -> float:
    return float(np.mean([run.probability for run in runs])) if runs else 0.0


def _interval(runs: list[Run], count: int) -> tuple[float, float]:
    if not runs:
        return 0.0, 1.0
    if all(run.levels == 1 for run in runs) or not any(run.probability for run in runs):
        failed = sum(run.first_failed for run in runs)
        return intervals.of_counts(failed, 0, count * len(runs))
    if len(runs) == 1:
        return 0.0, 1.0
    low, high = intervals.of_repeats(np.array([run.probability for run in runs]))
    return max(low - BIAS * _mean(runs) * POINTS / count, 0.0), high
