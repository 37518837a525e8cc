"""Probabilities from design points alone: planes (FORM) and paraboloids (SORM) that touch there.

One point at distance beta leaves Phi(-beta) beyond its plane. Of several points the planes' union
counts, 1 - Phi_m(beta; R) with R the cosines between their normals. SORM corrects each plane for
the main curvatures k of the limit state (Breitung, 1984, with the factor of Hohenbichler and
Rackwitz, 1988):

    Phi(-beta) prod (1 + psi k_j)^-1/2,   psi = phi(beta) / Phi(-beta)

Neither says how far it is from the truth. What follows from the nearest point is only that nothing
fails within its distance (if the search has missed no nearer one): the probability lies between 0
and that of all points beyond, chi2_d(> beta^2). That is the interval; where the origin itself
fails, all this is about what survives. Across the steps of discrete inputs there are no slopes by
which a nearest point could be found, and nothing follows from one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, log_ndtr, ndtr

from studies.reliability.design_points import CLOSE, DesignPoints
from studies.reliability.limit_state import BudgetSpent, LimitState

Array = NDArray[np.float64]
CURVATURE_STEP = 0.1  # standard deviations: second differences amplify what noise g has
MOST_PLANES = 10


def first_order(points: DesignPoints) -> float:
    """Probability beyond the planes that touch at the design points."""
    if not len(points.points):
        return float(points.origin_fails)
    beta = points.distances[:MOST_PLANES]
    normals = points.normals[: len(beta)]
    beyond = _union(beta, normals)
    return 1 - beyond if points.origin_fails else beyond


def second_order(g: LimitState, points: DesignPoints) -> tuple[float, tuple[str, ...]]:
    """First order with every plane corrected for its curvatures, and what could not be."""
    if not len(points.points):
        return first_order(points), ()
    beta = points.distances[:MOST_PLANES]
    planes, curved, notes = ndtr(-beta), [], []
    for index, plane in enumerate(planes):
        try:
            bends = 1 + _psi(beta[index]) * curvatures(g, points, index)
        except BudgetSpent:
            bends = np.array([np.nan])
        if np.all(bends > 0):
            curved.append(plane / np.sqrt(np.prod(bends)))
        else:
            curved.append(plane)
            notes.append(
                f"the design point at {beta[index]:.3g} standard deviations has no curvatures that "
                "SORM can use; its plane counts"
            )
    shared = _union(beta, points.normals[: len(beta)]) / planes.sum()
    beyond = min(float(np.sum(curved)) * shared, 1.0)
    return (1 - beyond if points.origin_fails else beyond), tuple(notes)


def bounds(points: DesignPoints) -> tuple[float, float]:
    """What the nearest point of failure leaves open, by the distance that it surely has."""
    if not len(points.points) or not points.complete:
        return 0.0, 1.0
    nearest = points.distances[0]
    nearest = max(nearest - CLOSE * max(nearest, 1.0), 0.0)
    beyond = float(chdtrc(points.points.shape[1], nearest**2))
    return (1 - beyond, 1.0) if points.origin_fails else (0.0, beyond)


def curvatures(g: LimitState, points: DesignPoints, index: int) -> Array:
    """Main curvatures (d - 1,) of the limit state at a design point, positive away from the origin.

    Second differences of g across its normal, over |grad g|.
    """
    at, normal = points.points[index], points.normals[index]
    d = len(at)
    if d == 1:
        return np.empty(0)
    axes = np.linalg.qr(np.column_stack([normal, np.eye(d)]))[0][:, 1:d].T
    first, second = np.triu_indices(d - 1)
    h = CURVATURE_STEP
    corners = [
        at + h * (a * axes[first] + b * axes[second]) for a in (1.0, -1.0) for b in (1.0, -1.0)
    ]
    pp, pm, mp, mm = g(np.vstack(corners)).reshape(4, -1)
    bent = np.zeros((d - 1, d - 1))
    # towards one's own axis pp and mm are two steps away, and pm and mp are the point itself
    bent[first, second] = (pp - pm - mp + mm) / (4 * h**2)
    bent[second, first] = bent[first, second]
    sign = -1.0 if points.origin_fails else 1.0
    return np.linalg.eigvalsh(sign * bent / points.slopes[index])


def _psi(beta: float) -> float:
    log_density = -0.5 * (beta**2 + np.log(2 * np.pi))
    return float(np.exp(log_density - log_ndtr(-beta)))


def _union(beta: Array, normals: Array) -> float:
    """Probability beyond any of some planes."""
    if len(beta) == 1:
        return float(ndtr(-beta[0]))
    from scipy.stats import multivariate_normal  # takes 0.4 s to load

    below = multivariate_normal(cov=normals @ normals.T, allow_singular=True)
    within = below.cdf(beta, rng=np.random.default_rng(0))
    sum_of_all = float(ndtr(-beta).sum())
    # beyond far planes 1 - cdf has no digits left, and they share next to nothing
    return float(min(1 - within, sum_of_all)) if sum_of_all > 1e-3 else sum_of_all
