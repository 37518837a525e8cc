"""Most probable points of failure: the all points of the limit state nearest to the origin.

From several starts at once, g and its gradient in one batch for all. Each step goes towards the
nearest point of the plane that touches g (Hasofer, Lind, Rackwitz and Fiessler), shortened until a
merit function falls (Zhang and Der Kiureghian, 1995):

    u -> u + s (a (grad g . u - g) / |grad g|^2 - u),  a = grad g,      m = |u|^2 / 2 + c |g|

A point counts when g vanishes there, to a thousandth of the distance, and when no direction along
the sphere through it leads into failure: else it is a saddle, and the search goes on from there. An
input that changes nothing has no gradient and stays at its median.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studies.reliability.limit_state import BudgetSpent, LimitState

Array = NDArray[np.float64]
STEP = 1e-2  # of central differences, standard deviations: third derivatives leave 1e-4 of them
ITERATIONS = 40
SHORTENED = 0.5 ** np.arange(7)
FARTHEST = 12.0  # standard deviations: nothing is beyond
CLOSE = 1e-3  # standard deviations
SAME = 0.05
TURN = 0.15  # radians along the sphere


@dataclass(frozen=True)
class DesignPoints:
    """Points of the limit state at which the origin is locally nearest, the nearest first.

    Attributes
    ----------
    points
        (m, d), standard space.
    normals
        Unit vectors from the side of the origin to the other, (m, d).
    slopes
        |grad g| there, (m,).
    origin_fails
        Whether the origin is on the failed side: then they bound what survives.
    complete
        Whether the budget reached for the whole search.
    """

    points: Array
    normals: Array
    slopes: Array
    origin_fails: bool
    complete: bool

    @property
    def distances(self) -> Array:
        """From the origin, (m,)."""
        return np.linalg.norm(self.points, axis=1)


def find_design_points(
    g: LimitState, rng: np.random.Generator, fails: bool, starts: Array
) -> DesignPoints:
    """Search from the origin, directions all around, and given starts (k, d).

    Without budget for more, what was found so far. ``fails`` says whether the origin does.
    """
    d = g.dimension
    found = _Found(g, -1.0 if fails else 1.0)
    complete = True
    try:
        found.search(np.vstack([np.zeros((1, d)), _around(d, rng), starts]))
        if len(beyond := found.drop_saddles(rng)):
            found.search(beyond)
            found.drop_saddles(rng)
    except BudgetSpent:
        complete = False
    order = np.argsort(np.linalg.norm(found.points, axis=1))
    normals = -found.gradients[order]
    slopes = np.linalg.norm(normals, axis=1)
    return DesignPoints(
        found.points[order],
        normals / slopes[:, None],
        slopes,
        fails,
        complete,
    )


def origin_fails(g: LimitState) -> bool:
    """Whether the medians of all inputs fail."""
    return bool(g(np.zeros((1, g.dimension)))[0] < 0)


def _around(d: int, rng: np.random.Generator) -> Array:
    """Starts in opposite directions, two random crosses of at most three axes each, (n, d)."""
    crosses = []
    for _ in range(2):
        axes = np.linalg.qr(rng.standard_normal((d, d)))[0][:, : min(d, 3)].T
        crosses += [3 * axes, -3 * axes]
    return np.vstack(crosses)


class _Found:
    def __init__(self, g: LimitState, sign: float) -> None:
        d = g.dimension
        self.g = lambda points: sign * g(points)
        self.points = np.empty((0, d))
        self.gradients = np.empty((0, d))

    def search(self, starts: Array) -> None:
        """Follow all starts to the limit state and keep what is new there."""
        u = starts
        weight = np.zeros(len(u))
        for _ in range(ITERATIONS):
            if not len(u):
                return
            u, keep = _different(u)
            weight = weight[keep]
            value, gradient = self._with_gradient(u)
            slope = np.linalg.norm(gradient, axis=1)
            usable = np.isfinite(value) & np.isfinite(slope) & (slope > 0)
            u, value, gradient, slope, weight = (
                each[usable] for each in (u, value, gradient, slope, weight)
            )
            if not len(u):
                return
            target = gradient * (((gradient * u).sum(axis=1) - value) / slope**2)[:, None]
            step = target - u
            length = np.linalg.norm(step, axis=1)
            done = (length < CLOSE * np.maximum(1, np.linalg.norm(u, axis=1))) & (
                np.abs(value) < CLOSE * slope
            )
            self._keep(u[done] + step[done], gradient[done])
            u, value, slope, weight, step, length = (
                each[~done] for each in (u, value, slope, weight, step, length)
            )
            if not len(u):
                return
            u, weight = self._shortened(u, value, slope, weight, step, length)

    def _shortened(
        self, u: Array, value: Array, slope: Array, weight: Array, step: Array, length: Array
    ) -> tuple[Array, Array]:
        """The next points, and the weights of their merit."""
        step = step * np.minimum(1, FARTHEST / 2 / length)[:, None]
        weight = np.maximum(weight, 2 * (np.linalg.norm(u, axis=1) + 1) / slope)
        tried = u[:, None, :] + SHORTENED[None, :, None] * step[:, None, :]
        values = self.g(tried.reshape(-1, u.shape[1])).reshape(len(u), -1)
        merit = (tried**2).sum(axis=2) / 2 + weight[:, None] * np.abs(values)
        merit = np.where(np.isfinite(merit), merit, np.inf)
        now = (u**2).sum(axis=1) / 2 + weight * np.abs(value)
        falls = merit < now[:, None]
        first = np.where(falls.any(axis=1), falls.argmax(axis=1), merit.argmin(axis=1))
        rows = np.arange(len(u))
        after, value_after = tried[rows, first], values[rows, first]
        lost = ~np.isfinite(value_after) | (np.linalg.norm(after, axis=1) > FARTHEST)
        return after[~lost], weight[~lost]

    def _with_gradient(self, u: Array) -> tuple[Array, Array]:
        n, d = u.shape
        steps = STEP * np.vstack([np.zeros((1, d)), np.eye(d), -np.eye(d)])
        values = self.g((u[:, None, :] + steps[None]).reshape(-1, d)).reshape(n, -1)
        with np.errstate(invalid="ignore"):  # two infinite values: no gradient
            return values[:, 0], (values[:, 1 : d + 1] - values[:, d + 1 :]) / (2 * STEP)

    def _keep(self, points: Array, gradients: Array) -> None:
        for point, gradient in zip(points, gradients, strict=True):
            apart = np.linalg.norm(self.points - point, axis=1)
            if np.linalg.norm(point) <= FARTHEST and not (apart < SAME).any():
                self.points = np.vstack([self.points, point])
                self.gradients = np.vstack([self.gradients, gradient])

    def drop_saddles(self, rng: np.random.Generator) -> Array:
        """Leave out points that are not nearest around them; where they are undercut, (k, d)."""
        if not len(self.points) or self.points.shape[1] == 1:
            return np.empty((0, self.points.shape[1]))
        beyond, stays = [], []
        for point, gradient in zip(self.points, self.gradients, strict=True):
            radius = np.linalg.norm(point)
            if radius < CLOSE:
                stays.append(True)
                continue
            tangents = _tangents(point / radius, rng)
            turned = np.cos(TURN) * point + np.sin(TURN) * radius * tangents
            values = self.g(turned)
            undercut = values < -CLOSE * radius * np.linalg.norm(gradient)
            stays.append(not undercut.any())
            if undercut.any():
                beyond.append(turned[np.nanargmin(np.where(undercut, values, np.nan))])
        self.points, self.gradients = self.points[stays], self.gradients[stays]
        return np.array(beyond).reshape(-1, self.points.shape[1])


def _tangents(direction: Array, rng: np.random.Generator) -> Array:
    """Unit vectors across a direction, up to eight axes both ways, (n, d)."""
    d = len(direction)
    basis = np.linalg.qr(np.column_stack([direction, rng.standard_normal((d, d - 1))]))[0][:, 1:].T
    return np.vstack([basis[:8], -basis[:8]])


def _different(points: Array) -> tuple[Array, Array]:
    """Points without those that are close to an earlier one, and which these are."""
    keep: list[int] = []
    for k, point in enumerate(points):
        if not (np.linalg.norm(points[keep] - point, axis=1) < 2 * SAME).any():
            keep.append(k)
    return points[keep], np.array(keep, dtype=int)
