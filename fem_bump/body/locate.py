"""Where points lie in an element: its reference coordinates, from straight and from curved maps."""

from __future__ import annotations

import numpy as np

from fem_bump.algebra.shape_functions import shape_functions


def straight_coordinates(corners: np.ndarray, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Reference coordinates x, y of points (2, N) in triangles of corners (2, 3, N)."""
    p0, p1, p2 = (corners[:, k] for k in range(3))
    a, b, d = p1 - p0, p2 - p0, points - p0
    det = a[0] * b[1] - a[1] * b[0]
    return (d[0] * b[1] - d[1] * b[0]) / det, (a[0] * d[1] - a[1] * d[0]) / det


def curved_coordinates(
    nodes: np.ndarray, points: np.ndarray, x: np.ndarray, y: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The same in elements of second-order nodes (2, 6, N), from those of the straight map.

    By Newton's method; curved facets bend little, so it converges at once.
    """
    for _ in range(8):
        shape, dx, dy = shape_functions(np.array([x, y]))
        miss = points - np.einsum("mi,cim->cm", shape, nodes)
        a, b = (np.einsum("mi,cim->cm", slope, nodes) for slope in (dx, dy))
        det = a[0] * b[1] - a[1] * b[0]
        x = x + (miss[0] * b[1] - miss[1] * b[0]) / det
        y = y + (a[0] * miss[1] - a[1] * miss[0]) / det
    return x, y
