"""Second-order triangles in the half-plane (r, z): shape functions, their map, quadrature.

Elements are mapped by their own shape functions: a facet on a curved outline has its midpoint on
the curve. Nodes of an element: its three vertices, then the midpoints of the facets (0,1), (1,2),
(0,2), which is scikit-fem's order for ``ElementTriP2``.
"""

from __future__ import annotations

import functools

import numpy as np
from skfem.quadrature import get_quadrature
from skfem.refdom import RefTri

from groundwork.compiled import kernel

# reference x, y of an element's nodes, in their order
NODES = np.array([[0.0, 1.0, 0.0, 0.5, 0.5, 0.0], [0.0, 0.0, 1.0, 0.0, 0.5, 0.5]])
QUADRATURE_ORDER = 5  # 7 points, all inside the element, so that 1/r is never taken on the axis


@functools.cache
def triangle_rule(order: int = QUADRATURE_ORDER) -> tuple[np.ndarray, np.ndarray]:
    """Points (2, q) and weights (q,) on the unit triangle, exact up to ``order``."""
    points, weights = get_quadrature(RefTri, order)
    points, weights = np.ascontiguousarray(points), np.ascontiguousarray(weights)
    points.flags.writeable = weights.flags.writeable = False
    return points, weights


def shape_functions(points: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """P2 shape functions and their reference gradients at (2, q) points: three (q, 6) arrays."""
    x, y = np.asarray(points, dtype=float)
    w = 1.0 - x - y
    zero = np.zeros_like(x)
    n = [w * (2 * w - 1), x * (2 * x - 1), y * (2 * y - 1), 4 * w * x, 4 * x * y, 4 * w * y]
    dx = [1 - 4 * w, 4 * x - 1, zero, 4 * (w - x), 4 * y, -4 * y]
    dy = [1 - 4 * w, zero, 4 * y - 1, -4 * x, 4 * x, 4 * (w - y)]
    return np.array(n).T.copy(), np.array(dx).T.copy(), np.array(dy).T.copy()


def bubble(points: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """27 x y (1 - x - y) and its reference gradient at (2, q) points: three (q, 1) arrays."""
    x, y = np.asarray(points, dtype=float)
    w = 1.0 - x - y
    value, dx, dy = 27 * x * y * w, 27 * y * (w - x), 27 * x * (w - y)
    return value[:, None], dx[:, None], dy[:, None]


Functions = tuple[np.ndarray, np.ndarray, np.ndarray]
Table = tuple[np.ndarray, np.ndarray, np.ndarray, tuple[int, ...]]


def shape_table(*functions: Functions) -> Table:
    """Functions side by side as element kernels take them: values, gradients and numbers.

    The numbers are there for their count, which the compiler knows from the type and unrolls loops
    by: with a count that is known at run time only, conduction assembles 15 % slower.
    """
    value, dx, dy = (np.hstack(parts) for parts in zip(*functions, strict=True))
    return value, dx, dy, tuple(range(value.shape[1]))


@kernel
def shape_at(x, y):
    """Shape functions and reference gradients at one point."""
    w = 1.0 - x - y
    shape = (w * (2 * w - 1), x * (2 * x - 1), y * (2 * y - 1), 4 * w * x, 4 * x * y, 4 * w * y)
    dx = (1 - 4 * w, 4 * x - 1, 0.0, 4 * (w - x), 4 * y, -4 * y)
    dy = (1 - 4 * w, 0.0, 4 * y - 1, -4 * x, 4 * x, 4 * (w - y))
    return shape, dx, dy


@kernel
def element_map(x, nodes, e, shape, dx, dy):
    """Second-order map of element e: r, z, |det| and the Jacobian's inverse transpose."""
    r = z = a = b = c = d = 0.0
    for i in range(6):
        node = nodes[i, e]
        ri, zi = x[0, node], x[1, node]
        r += shape[i] * ri
        z += shape[i] * zi
        a += dx[i] * ri
        b += dy[i] * ri
        c += dx[i] * zi
        d += dy[i] * zi
    det = a * d - b * c
    return r, z, abs(det), d / det, -c / det, -b / det, a / det


@kernel
def quadrature_map(x, nodes, shape, dx, dy, weights, points, volumes):
    """Positions (2, elements, q) and revolved volumes (elements, q) of quadrature points."""
    for e in range(nodes.shape[1]):
        for q in range(len(weights)):
            r, z, det, _, _, _, _ = element_map(x, nodes, e, shape[q], dx[q], dy[q])
            points[0, e, q] = r
            points[1, e, q] = z
            volumes[e, q] = 2 * np.pi * r * det * weights[q]
