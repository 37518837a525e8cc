"""Gauss points on the unit interval and along facets."""

from __future__ import annotations

import functools

import numpy as np


@functools.cache
def unit_gauss(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Points and weights on 0 to 1 that integrate polynomials of order 2 count - 1 exactly."""
    x, w = np.polynomial.legendre.leggauss(count)
    points, weights = (x + 1) / 2, w / 2
    points.flags.writeable = weights.flags.writeable = False
    return points, weights


FACET_POINTS = 4


@functools.cache
def facet_functions() -> tuple[np.ndarray, np.ndarray]:
    """(4, q) functions of a facet at its Gauss points, (3, q) slopes of the quadratic ones.

    Those of start, end, midpoint, and x (1 - x) (1 - 2 x), x from 0 to 1 along it.
    """
    x, _ = unit_gauss(FACET_POINTS)
    shape = np.array(
        [(1 - x) * (1 - 2 * x), x * (2 * x - 1), 4 * x * (1 - x), x * (1 - x) * (1 - 2 * x)]
    )
    return shape, np.array([4 * x - 3, 4 * x - 1, 4 - 8 * x])


def facet_points(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(2, m, q) Gauss points of facets and (m, q) weights 2 pi r ds.

    ``points`` is (2, 3, m): start, end, midpoint of each facet, which may be curved.
    """
    shape, slope = facet_functions()
    at = np.tensordot(points, shape[:3], (1, 0))
    stretch = np.hypot(*np.tensordot(points, slope, (1, 0)))
    return at, 2 * np.pi * at[0] * stretch * unit_gauss(FACET_POINTS)[1]


def facet_mass(points: np.ndarray, cubic: bool = False) -> np.ndarray:
    """(m, 3, 3) mass matrices of facets, weight 2 pi r; exact for straight ones.

    ``points`` as for :func:`facet_points`. With ``cubic``, (m, 4, 4): the last function is
    x (1 - x) (1 - 2 x).
    """
    shape = facet_functions()[0][: 4 if cubic else 3]
    n, q = shape.shape
    products = (shape[:, None] * shape).reshape(n * n, q)
    return (facet_points(points)[1] @ products.T).reshape(-1, n, n)
