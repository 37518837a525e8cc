"""Importance sampling around all design points that can be found, weighted back.

Points are drawn from a mixture q of normals: one of unit scatter around each design point, and a
wide one around the origin which reaches as far as the nearest of them, so that failure elsewhere is
met too, and no weight is without bound. With the standard normal f

    P = E_q[ f(u) / q(u) 1(g(u) < 0) ]

Where the origin itself fails all this is about what survives. Design points come from the search of
:mod:`~studies.reliability.design_points`, with starts that a run of subset sampling found, which
looks for failure without gradients. First samples show where the mixture has gaps: failures that
only the wide normal meets become centres as well. The sample that is counted is drawn from a
mixture that stays as it is. Where the budget cuts the search short, the interval's upper end takes
in what the wide normal may have missed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp, ndtr

from studies.reliability import intervals
from studies.reliability.design_points import DesignPoints, find_design_points, origin_fails
from studies.reliability.limit_state import BudgetSpent, LimitState
from studies.reliability.monte_carlo import Estimate, as_often, monte_carlo, nearest, precise
from studies.reliability.subset import subset_run

Array = NDArray[np.float64]
WIDE = 0.15  # share of the wide normal
TRIAL = 1000
TRIALS = 5
GAP = 0.1  # of the probability met by the wide normal alone: filled
MOST_CENTRES = 40
APART = 1.0  # standard deviations between centres
FEW = 200  # failures from which a needed number of points is known well enough


@dataclass(frozen=True)
class Mixture:
    """Where points are drawn from.

    Attributes
    ----------
    centres
        Of the normals of unit scatter, (m, d).
    shares
        Of these, (m,); with WIDE they sum to 1.
    wide
        Scatter of the normal around the origin.
    """

    centres: Array
    shares: Array
    wide: float

    def draw(self, rng: np.random.Generator, count: int) -> Array:
        """Points (count, d)."""
        shares = np.append(self.shares, WIDE)
        which = rng.choice(len(shares), size=count, p=shares / shares.sum())
        noise = rng.standard_normal((count, self.centres.shape[1]))
        wide = which == len(self.centres)
        around = np.vstack([self.centres, np.zeros((1, self.centres.shape[1]))])[which]
        return around + np.where(wide, self.wide, 1.0)[:, None] * noise

    def log_parts(self, points: Array) -> Array:
        """Logarithm of each normal's share of q over f, (n, m + 1)."""
        r2 = (points**2).sum(axis=1)
        d = points.shape[1]
        near = points @ self.centres.T - (self.centres**2).sum(axis=1) / 2 + np.log(self.shares)
        wide = np.log(WIDE) - d * np.log(self.wide) + r2 / 2 * (1 - self.wide**-2)
        return np.column_stack([near, wide])

    @property
    def largest_weight(self) -> float:
        """What no weight f / q exceeds."""
        return float(self.wide ** self.centres.shape[1] / WIDE)


def search(g: LimitState, rng: np.random.Generator) -> tuple[DesignPoints, Array]:
    """Design points with the help of a subset run, and failed points that it met, (k, d)."""
    count = int(np.clip(g.left / 30, 50, 1000))
    fails = origin_fails(g)
    sign = -1.0 if fails else 1.0
    try:
        met = spread(subset_run(lambda points: sign * g(points), g.dimension, rng, count).failed, 8)
    except BudgetSpent:
        met = np.empty((0, g.dimension))
    return find_design_points(g, rng, fails, met), met


def spread(points: Array, most: int) -> Array:
    """Points near the origin in different directions: 30 degrees apart or more, (k, d)."""
    lengths = np.linalg.norm(points, axis=1)
    order = np.argsort(lengths)
    units = points[order] / np.maximum(lengths[order], 1e-300)[:, None]
    chosen: list[int] = []
    for k, unit in enumerate(units):
        if len(chosen) == most:
            break
        if not (units[chosen] @ unit > np.cos(np.pi / 6)).any():
            chosen.append(k)
    return points[order][chosen]


def importance_sampling(
    g: LimitState, rng: np.random.Generator, tolerance: float, found: DesignPoints, met: Array
) -> Estimate:
    """Points until the interval is short enough, or the budget is spent."""
    centres = np.vstack([found.points[:MOST_CENTRES], met])
    if not len(centres):
        return monte_carlo(g, rng, tolerance)
    sign = -1.0 if found.origin_fails else 1.0
    mixture = _first(centres)
    trial = int(np.clip(g.left / 10, 20, TRIAL))
    for _ in range(TRIALS):
        if trial * 4 > g.left:
            break
        mixture, whole = _improved(mixture, *_drawn(g, rng, mixture, trial, sign))
        if whole:
            break
    sample = _Sample(mixture, g.dimension)
    wanted = trial
    while True:
        batch = min(wanted - sample.count, g.left, 100_000)
        sample.add(*_drawn(g, rng, mixture, batch, sign))
        if g.left == 0:
            break
        if sample.count < wanted:
            continue
        q = sample.probability
        interval = sample.interval(np.empty(0))
        # what is unknown stays so however many points there are: not for that
        if precise(interval, q, tolerance) and len(sample.weights) >= FEW / 2:
            break
        half = (interval[1] - interval[0]) / 2
        needed = 1.05 * sample.count * (half / max(tolerance * min(q, 1 - q), 1e-100)) ** 2
        most = 2 if len(sample.weights) < FEW else 10
        wanted = int(np.clip(needed, 1.05 * sample.count + 1, most * sample.count))
    low, high = sample.interval(sample.unknown)
    q = min(as_often(sample.probability, min(float(sample.unknown.sum()) / sample.count, 1)), high)
    if not found.complete:
        high = min(high + sample.missed(), 1.0)
    if found.origin_fails:
        return Estimate(1 - q, (1 - high, 1 - low), nearest(sample.closest))
    return Estimate(q, (low, high), nearest(sample.closest))


def _first(centres: Array) -> Mixture:
    kept: list[int] = []
    order = np.argsort(np.linalg.norm(centres, axis=1))
    for k in order:
        if not (np.linalg.norm(centres[kept] - centres[k], axis=1) < APART / 2).any():
            kept.append(int(k))
    centres = centres[kept]
    lengths = np.linalg.norm(centres, axis=1)
    shares = np.maximum(ndtr(-lengths), 0.02 * ndtr(-lengths[0]))
    wide = max(1.0, 1.2 * lengths[0] / np.sqrt(centres.shape[1]))
    return Mixture(centres, (1 - WIDE) * shares / shares.sum(), wide)


def _drawn(
    g: LimitState, rng: np.random.Generator, mixture: Mixture, count: int, sign: float
) -> tuple[Array, Array]:
    points = mixture.draw(rng, count)
    return points, sign * g(points)


def _improved(mixture: Mixture, points: Array, values: Array) -> tuple[Mixture, bool]:
    """A mixture with shares as its normals deserve and centres in its gaps; whether it had none."""
    failed = points[values < 0]
    if not len(failed):
        return mixture, False
    parts = mixture.log_parts(failed)
    total = logsumexp(parts, axis=1)
    weights = np.exp(-total)
    of_each = np.exp(parts - total[:, None])
    deserved = (weights[:, None] * of_each).sum(axis=0) / weights.sum()
    gap = deserved[-1] / WIDE
    near = np.maximum(deserved[:-1], 0.02 / len(deserved))
    mixture = replace(mixture, shares=(1 - WIDE) * near / near.sum())
    lonely = weights * of_each[:, -1]
    if deserved[-1] < GAP or len(mixture.centres) >= MOST_CENTRES or gap <= 0:
        return mixture, True
    added = np.empty((0, points.shape[1]))
    for k in np.argsort(-lonely):
        others = np.vstack([mixture.centres, added])
        if len(added) == 8 or lonely[k] < lonely.max() / 100:
            break
        if (np.linalg.norm(others - failed[k], axis=1) >= APART).all():
            added = np.vstack([added, failed[k]])
    if not len(added):
        return mixture, True
    share = deserved[-1] * (1 - WIDE)
    shares = np.append(mixture.shares * (1 - deserved[-1]), np.full(len(added), share / len(added)))
    return replace(mixture, centres=np.vstack([mixture.centres, added]), shares=shares), False


class _Sample:
    """Weights of what failed, of what is unknown, and how many points there are."""

    def __init__(self, mixture: Mixture, d: int) -> None:
        self._mixture = mixture
        self.count = 0
        self.weights = np.empty(0)
        self.unknown = np.empty(0)
        self.closest = np.empty((0, d))

    def add(self, points: Array, values: Array) -> None:
        self.count += len(points)
        for name, chosen in (("weights", values < 0), ("unknown", np.isnan(values))):
            new = np.exp(-logsumexp(self._mixture.log_parts(points[chosen]), axis=1))
            setattr(self, name, np.concatenate([getattr(self, name), new]))
        self.closest = nearest(np.vstack([self.closest, points[values < 0]]))

    @property
    def probability(self) -> float:
        return min(float(self.weights.sum()) / self.count, 1.0)

    def missed(self) -> float:
        """Probability that may lie where no point was drawn, no nearer than the nearest centre.

        A set of weight w that has probability p is met by the wide normal with p / w or more; w is
        largest where it is nearest.
        """
        nearest = np.linalg.norm(self._mixture.centres, axis=1).min()
        s = self._mixture.wide
        weight = s ** self._mixture.centres.shape[1] * np.exp(-(nearest**2) / 2 * (1 - s**-2))
        unseen = intervals.of_counts(0, 0, max(int(WIDE * self.count), 1))[1]
        return min(float(weight * unseen), 1.0)

    def interval(self, unknown: Array) -> tuple[float, float]:
        met = np.concatenate([self.weights, unknown])
        largest = float(met.max()) if len(met) else self._mixture.largest_weight
        return intervals.of_weights(self.weights, unknown, self.count, largest)
