"""The largest value of a second-order field: inside of elements, not only at their nodes.

In reference coordinates a field on an element is c0 + c1 x + c2 y + c3 x^2 + c4 x y + c5 y^2. Its
largest value over the triangle is at the stationary point, if that lies inside, at one of a side,
or at a vertex.
"""

from __future__ import annotations

import numpy as np

from fem_bump.algebra.shape_functions import shape_functions

SIDES = np.array([[[0, 0], [1, 0]], [[1, 0], [0, 1]], [[0, 1], [0, 0]]], dtype=float)


def largest(local: np.ndarray) -> tuple[int, float, float, float]:
    """Element, reference x and y, and the largest value, of values (elements, 6) at its nodes."""
    # inside, a quadratic exceeds its nodal values by less than their spread
    near = np.nonzero(local.max(axis=1) >= local.max() - np.ptp(local, axis=1))[0]
    own = local[near]
    x, y = _candidates(own)
    shape, _, _ = shape_functions(np.array([x.ravel(), y.ravel()]))
    value = np.einsum("mci,mi->mc", shape.reshape(*x.shape, 6), own)
    e, c = np.unravel_index(int(value.argmax()), value.shape)
    return int(near[e]), float(x[e, c]), float(y[e, c]), float(value[e, c])


def _candidates(local: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(m, 7) reference points: three vertices, one per side, one inside, or a vertex again."""
    n = len(local)
    points = np.zeros((n, 7, 2))
    points[:, :3] = SIDES[:, 0]
    v, middle = local[:, :3], local[:, 3:]  # midpoints of sides 01, 12, 02
    for k, mid in enumerate(middle.T):
        a, b = v[:, k], v[:, (k + 1) % 3]
        bend = 2 * (a + b - 2 * mid)
        s = np.divide(3 * a + b - 4 * mid, 2 * bend, np.zeros(n), where=bend != 0)
        s = np.clip(s, 0.0, 1.0)[:, None]
        points[:, 3 + k] = SIDES[k, 0] * (1 - s) + SIDES[k, 1] * s
    c1 = 4 * middle[:, 0] - 3 * v[:, 0] - v[:, 1]
    c2 = 4 * middle[:, 2] - 3 * v[:, 0] - v[:, 2]
    c3 = 2 * (v[:, 0] + v[:, 1] - 2 * middle[:, 0])
    c5 = 2 * (v[:, 0] + v[:, 2] - 2 * middle[:, 2])
    c4 = 4 * (v[:, 0] + middle[:, 1] - middle[:, 0] - middle[:, 2])
    det = 4 * c3 * c5 - c4**2
    x = np.divide(c2 * c4 - 2 * c1 * c5, det, np.zeros(n), where=det != 0)
    y = np.divide(c1 * c4 - 2 * c2 * c3, det, np.zeros(n), where=det != 0)
    inside = (x >= 0) & (y >= 0) & (x + y <= 1)
    points[inside, 6] = np.array([x, y]).T[inside]
    return points[..., 0], points[..., 1]
