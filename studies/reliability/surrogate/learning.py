"""A probability of failure from few evaluations: a surrogate that learns where g vanishes.

After points spread evenly, each further one is where being wrong about the sign costs most: where
the density f of standard space times the probability of a wrong sign is largest (the U function of
Echard and others, Structural Safety 33, 2011, 145, weighted with the density, so that rare failures
need no population that contains them):

    max over u of  f(u) Phi(-|m(u)| / s(u)),     m, s the surrogate's mean and standard error

The sign of g is that of arsinh(g / c), which flattens steep flanks; whether the surrogate is one of
g or of that, its kind and degree, is decided by leaving out one value at a time. The interval runs
from the probability of m + k s < 0 to that of m - k s < 0, each with its sampling interval. The
factor k is 2 times what errors at points before they were learned say of s. An interval counts as
short enough when it is so twice in a row, with more points; it begins at 0 as long as no point has
failed, and ends at 1 as long as none survived. Near points without a number nothing is known.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr, ndtri

from studies.reliability.limit_state import LimitState
from studies.reliability.monte_carlo import Estimate, precise
from studies.reliability.standard_space import identity_space
from studies.reliability.surrogate import choice
from studies.reliability.surrogate.kriging import Kriging, fit

Array = NDArray[np.float64]
MOST_POINTS = 200  # of a surrogate: its cost rises with their cube
FIRST = 12  # points, and twice as many as inputs
SPREAD = 2.0  # standard deviations of the first points
FARTHEST = 7.0
CANDIDATES = 3000
REFIT = 8  # points between two fits
LOOK = 16  # points between two looks at the interval
LOST = 2.0  # how much nearer a point with a number must be than one without
ERRORS = 30  # last errors ahead from which k follows
ON_SURROGATE = 200_000  # evaluations of it at most for each end of the interval

Sampling = Callable[[LimitState, np.random.Generator, float], Estimate]


@dataclass
class _Learned:
    """Points in standard space and g there, with the surrogate of a monotone function of g."""

    points: Array
    values: Array
    flatten: float | None = None
    model: Kriging | None = None
    ahead: list[float] = field(default_factory=list)

    @property
    def known(self) -> NDArray[np.bool_]:
        return ~np.isnan(self.values)

    def flat(self, values: Array, by: float | None) -> Array:
        largest = np.abs(values[np.isfinite(values)]).max(initial=1.0)
        values = np.clip(values, -largest, largest)
        return values if by is None else np.arcsinh(values / by)

    def choose(self) -> None:
        """The best surrogate, of g or of what flattens it."""
        u, g = self.points[self.known], self.values[self.known]
        score = -np.inf
        finite = self.flat(g, None)
        for by in (None, max(float(np.quantile(np.abs(finite), 0.25)), 1e-300)):
            model = choice.best(u, self.flat(g, by))
            slope = 0.0 if by is None else float(np.mean(np.log(np.hypot(finite, by))))
            if (found := choice.log_density(model) - slope) > score:
                score, self.flatten, self.model = found, by, model

    def refit(self) -> None:
        """The same kind of surrogate with its most likely lengths."""
        assert self.model is not None
        u, g = self.points[self.known], self.values[self.known]
        self.model = fit(self.model.shape, u, self.flat(g, self.flatten), start=self.model.logs)

    def add(self, point: Array, value: float) -> None:
        assert self.model is not None
        self.points = np.vstack([self.points, point[None, :]])
        self.values = np.append(self.values, value)
        if np.isnan(value):
            return
        mean, error = self.model.predict(point[None, :])
        flat = float(self.flat(self.values[self.known], self.flatten)[-1])
        self.ahead.append(float(abs(flat - mean[0]) / error[0]))
        self.model = self.model.with_value(point, flat)

    @property
    def factor(self) -> float:
        """k: how many standard errors the interval is wide."""
        assert self.model is not None
        ratios = np.array(self.ahead[-ERRORS:])
        of_ahead = float(np.sqrt((ratios**2).mean())) if len(ratios) else 1.0
        return 2 * max(1.0, of_ahead, choice.left_out(self.model).widening)

    def end(self, side: float) -> Callable[[Array], Array]:
        """The surrogate's mean with ``side`` standard errors added, as a function of points."""
        model, lost = self.model, self.points[~self.known]
        assert model is not None

        def at(points: Array) -> Array:
            mean, error = model.predict(points)
            found = mean + side * error
            if len(lost):
                to_known = _apart(points, model.x).min(axis=1)
                found[_apart(points, lost).min(axis=1) < LOST**2 * to_known] = side or np.nan
            return found

        return at


def _apart(a: Array, b: Array) -> Array:
    return np.asarray((a**2).sum(axis=1)[:, None] + (b**2).sum(axis=1) - 2 * a @ b.T)


def learned_probability(
    g: LimitState, rng: np.random.Generator, tolerance: float, sampling: Sampling
) -> Estimate:
    """Points until the interval is short enough, or the budget is spent.

    ``sampling`` estimates probabilities of the surrogate, whose evaluations cost nothing.
    """
    from scipy.stats import qmc

    most = min(g.left, MOST_POINTS)
    count = max(FIRST, 2 * g.dimension + 2)
    if most < count:
        return Estimate(0.5, (0.0, 1.0), np.empty((0, g.dimension)))
    first = SPREAD * ndtri(qmc.LatinHypercube(g.dimension, rng=rng).random(count))
    learned = _Learned(first, g(first))
    if learned.known.sum() < count / 2:
        return Estimate(0.5, (0.0, 1.0), np.empty((0, g.dimension)))
    learned.choose()
    near = np.zeros((1, g.dimension))
    short = 0
    while True:
        for _ in range(min(LOOK, most - len(learned.points))):
            point = _costliest(learned, rng, near)
            learned.add(point, float(g(point[None, :])[0]))
            if len(learned.points) % REFIT == 0:
                learned.refit()
        learned.choose()
        estimate, near = _estimate(learned, g.dimension, rng, tolerance, sampling)
        enough = precise(estimate.interval, estimate.probability, tolerance)
        short = short + 1 if enough else 0
        if len(learned.points) >= most or short == 2:
            return estimate


def _costliest(learned: _Learned, rng: np.random.Generator, near: Array) -> Array:
    """The point at which a wrong sign costs most, among random ones and then around the best."""
    d = learned.points.shape[1]
    directions = rng.standard_normal((CANDIDATES, d))
    directions /= np.linalg.norm(directions, axis=1)[:, None]
    radii = FARTHEST * rng.random((CANDIDATES, 1)) ** (1 / min(d, 3))
    around = near[rng.integers(len(near), size=CANDIDATES // 3)]
    points = np.vstack([directions * radii, around + 0.5 * rng.standard_normal(around.shape)])
    best, cost = points[:0], np.empty(0)
    for reach in (0.3, 0.1, 0.0):
        points, costs = np.vstack([best, points]), np.append(cost, _cost(learned, points))
        order = np.argsort(-costs)[:20]
        best, cost = points[order], costs[order]
        points = np.repeat(best, 15, axis=0) + reach * rng.standard_normal((15 * len(best), d))
    return np.asarray(best[0])


def _cost(learned: _Learned, points: Array) -> Array:
    """Logarithm of the density times the probability of a wrong sign, (n,)."""
    assert learned.model is not None
    mean, error = learned.model.predict(points)
    cost = log_ndtr(-np.abs(mean) / error) - (points**2).sum(axis=1) / 2
    taken = _apart(points, learned.points).min(axis=1) < 1e-6
    return np.where(taken, -np.inf, cost)


def _estimate(
    learned: _Learned, d: int, rng: np.random.Generator, tolerance: float, sampling: Sampling
) -> tuple[Estimate, Array]:
    """The probability with its interval, and failed points near which it is worth to look."""
    k = learned.factor
    found = [
        sampling(LimitState(learned.end(side), identity_space(d), ON_SURROGATE), rng, tolerance / 3)
        for side in (k, 0.0, -k)
    ]
    # each run has its own sampling error: where s is next to nothing, two that agree count
    low = min(one.interval[0] for one in found) if (learned.values < 0).any() else 0.0
    high = max(one.interval[1] for one in found) if (learned.values >= 0).any() else 1.0
    probability = float(np.clip(found[1].probability, low, high))
    near = np.vstack([one.failed for one in found] + [np.zeros((1, d))])
    return Estimate(probability, (low, high), found[1].failed), near
