"""A step of a body that yields and creeps with the estimate of its error.

Whether the body's state varies around the axis or not: ``Body`` is what either is asked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol

import numpy as np

from fem_bump.algebra.march import Advance
from fem_bump.algebra.newton import Solved
from fem_bump.mechanics.inelastic.path import Degc
from fem_bump.mechanics.inelastic.problem import Displacement, Instant

BALANCED = 1e-9  # largest nodal force out of balance over the largest of an element
MIDDLE = 1e-4  # of the tolerance: the same where a step's first half ends, of which nothing is kept
ELASTIC_STRAIN = 1e-5  # stresses below this times E are no scale, of errors or of forces


class Body(Protocol):
    """What steps and their errors need of a body with laws.

    Attributes
    ----------
    flowing
        Regions with a law.
    components
        Of strain at a point.
    """

    @property
    def flowing(self) -> tuple[str, ...]: ...
    @property
    def components(self) -> int: ...
    @property
    def tolerance(self) -> float: ...
    @property
    def largest_increment(self) -> float: ...

    def constants(self, region: str, degc: Degc) -> np.ndarray: ...
    def volumes(self, k: int) -> np.ndarray:
        """Shares of points, shaped as their states, of the region that is number k."""

    def stress(self, k: int, instant: Instant) -> np.ndarray:
        """Stress, MPa, at those points."""


Solve = Callable[[Any, Instant, float, Displacement, float], tuple[Instant, Solved]]


def extrapolated(problem: Body, before: Instant, time_s: float, solve: Solve) -> Advance[Instant]:
    """A step with its error: taken whole, in two halves, and extrapolated.

    ``solve`` is the implicit step of such a body.
    """
    dt = time_s - before.time_s
    whole, first = solve(problem, before, time_s, before.at.plus(dt, before.change), BALANCED)
    path = tuple(first.relative)
    if not problem.flowing:
        found = replace(whole, change=_change(before, whole.at, dt))
        return Advance(found, 0.0, first.iterations, path[-1], path)
    between = before.at.plus(0.5, whole.at.plus(-1.0, before.at))
    middle_s = before.time_s + 0.5 * dt
    middle = max(BALANCED, MIDDLE * problem.tolerance)
    half, second = solve(problem, before, middle_s, between, middle)
    halves, third = solve(problem, half, time_s, whole.at, BALANCED)
    error, scale = _error(problem, before, whole, halves)
    at = halves.at.plus(1.0, halves.at.plus(-1.0, whole.at))
    points = (2 * fine - coarse for coarse, fine in zip(whole.points, halves.points, strict=True))
    found = replace(
        halves, at=at, points=tuple(points), change=_change(before, at, dt), scale=scale
    )
    return Advance(
        found,
        error,
        sum(each.iterations for each in (first, second, third)),
        max(each.relative[-1] for each in (first, third)),
        path,
    )


def _change(before: Instant, at: Displacement, dt: float) -> Displacement:
    """Change per second since ``before``."""
    moved = at.plus(-1.0, before.at)
    return Displacement(moved.u / dt, tuple(each / dt for each in moved.bubbles))


def _error(
    problem: Body, before: Instant, whole: Instant, halves: Instant
) -> tuple[float, tuple[float, ...]]:
    """Estimated error over what is allowed, and the new scales of stress.

    The difference in inelastic strain as the stress 3 mu that it would relax, its root mean
    square over a region, over that of the region's stress; and the same mean of the increment. The
    largest of all points would be that of a corner, and the mesh's.
    """
    n = problem.components
    worst, scales = 0.0, []
    for k, region in enumerate(problem.flowing):
        gained = halves.points[k][..., n] - before.points[k][..., n]
        volume = problem.volumes(k)
        constants = problem.constants(region, halves.degc)
        shear = constants[:, 1]
        if len(shear) > 1:  # a value per quadrature point, the same at all angles
            shear = shear.reshape(*gained.shape[:2], *(1,) * (gained.ndim - 2))
        stress = _equivalent_stress(problem.stress(k, halves))
        scale = max(before.scale[k], _mean_square(stress, volume))
        scales.append(scale)
        apart = (halves.points[k] - whole.points[k])[..., :n]
        size = 3 * shear * _equivalent_strain(apart)
        error = _mean_square(size, volume) / max(scale, ELASTIC_STRAIN * mean_young(constants))
        increment = _mean_square(gained, volume) / problem.largest_increment
        worst = max(worst, error / problem.tolerance, increment)
    return worst, tuple(scales)


def mean_young(constants: np.ndarray) -> float:
    """Mean of E, MPa, over constants (P, k)."""
    bulk, shear = constants[:, 0], constants[:, 1]
    return float(np.mean(9 * bulk * shear / (3 * bulk + shear)))


def _equivalent_strain(strain: np.ndarray) -> np.ndarray:
    """Equivalent of deviatoric strains (..., n): sqrt(2/3 e : e)."""
    normal, shear = (strain[..., part] ** 2 for part in (slice(3), slice(3, None)))
    return np.sqrt(2 / 3 * (normal.sum(axis=-1) + 0.5 * shear.sum(axis=-1)))


def _equivalent_stress(stress: np.ndarray) -> np.ndarray:
    """Von Mises stress of (..., n)."""
    deviator = stress[..., :3] - stress[..., :3].mean(axis=-1, keepdims=True)
    shear = (stress[..., 3:] ** 2).sum(axis=-1)
    return np.sqrt(1.5 * (deviator**2).sum(axis=-1) + 3 * shear)


def _mean_square(values: np.ndarray, volume: np.ndarray) -> float:
    return float(np.sqrt((values**2 * volume).sum() / volume.sum()))
