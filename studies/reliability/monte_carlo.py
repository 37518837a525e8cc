"""Monte Carlo: independent points, counted; exact intervals, and nothing else is needed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studies.reliability import intervals
from studies.reliability.limit_state import LimitState

Array = NDArray[np.float64]
FIRST = 1000
FEW = 400  # failures from which a needed number of points is known within a tenth


@dataclass(frozen=True)
class Estimate:
    """A probability from a sample.

    Attributes
    ----------
    probability, interval
        See :class:`~studies.reliability.result.FailureProbability`.
    failed
        The failed point of standard space that is nearest to the origin, (1, d) or (0, d); where
        more than half fails, the nearest that survived, or none.
    """

    probability: float
    interval: tuple[float, float]
    failed: Array


def nearest(points: Array) -> Array:
    """The point that is nearest to the origin, (1, d) or (0, d)."""
    return points[np.argsort(np.linalg.norm(points, axis=1))[:1]]


def as_often(rate: float, unknown: float) -> float:
    """A rate among all points, where a share is unknown that fails as often as the others."""
    return rate / (1 - unknown) if unknown < 1 else 0.0


def precise(interval: tuple[float, float], probability: float, tolerance: float) -> bool:
    """Whether an interval is as short as was asked for."""
    smaller = min(probability, 1 - probability)
    return (interval[1] - interval[0]) / 2 <= tolerance * smaller


def monte_carlo(g: LimitState, rng: np.random.Generator, tolerance: float) -> Estimate:
    """Points until the interval is short enough, or the budget is spent.

    How many follows from the failures so far; with few of them the number doubles at most before
    it is looked at again, so that no chance ends it early.
    """
    failed = unknown = count = 0
    closest = {True: np.empty((0, g.dimension)), False: np.empty((0, g.dimension))}
    wanted = FIRST
    while True:
        batch = min(wanted - count, g.left, 200_000)
        points = rng.standard_normal((batch, g.dimension))
        values = g(points)
        for fails, chosen in ((True, values < 0), (False, values >= 0)):
            closest[fails] = nearest(np.vstack([closest[fails], points[chosen]]))
        failed += int((values < 0).sum())
        unknown += int(np.isnan(values).sum())
        count += batch
        if g.left == 0 or unknown == count:
            break
        if count < wanted:
            continue
        # what is unknown stays so however many points there are: not for that
        if precise(intervals.of_counts(failed, 0, count), failed / count, tolerance):
            break
        few = min(failed, count - failed)
        share = 1 - few / count
        needed = (intervals.NORMAL_QUANTILE / tolerance) ** 2 * share * 1.02 / max(few, 1) * count
        wanted = count + int(np.clip(needed - count, 0.02 * count, (1 if few < FEW else 9) * count))
    rate = as_often(failed / count, unknown / count)
    return Estimate(rate, intervals.of_counts(failed, unknown, count), closest[rate <= 0.5])
