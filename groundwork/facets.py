"""Facets of triangle meshes, numbered as scikit-fem numbers them, in a tenth of its time.

scikit-fem sorts pairs of vertices as records, and sorts again for the elements at each facet; it
does so anew for every copy of a mesh, and a mesh that gets names is a copy. One sort of whole
numbers gives the same: facets in the order of their lower and then of their higher vertex.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def number_facets(mesh: Any) -> None:
    """Fill in ``facets``, ``t2f`` and ``f2t`` of a mesh where it has not made them yet.

    Parameters
    ----------
    mesh
        A scikit-fem ``MeshTri`` or ``MeshTri2`` whose ``t`` holds vertex numbers from 0 on.
    """
    if not (hasattr(mesh, "_facets") and hasattr(mesh, "_t2f")):
        mesh._facets, mesh._t2f = _facets(mesh.t)
    if not hasattr(mesh, "_f2t"):
        mesh._f2t = _elements(mesh._t2f)


def _facets(t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(2, facets) vertices, the lower one first, and (3, elements) facets of their sides."""
    one, two = t[[0, 1, 0]], t[[1, 2, 2]]  # the sides (0, 1), (1, 2), (0, 2)
    low, high = np.minimum(one, two), np.maximum(one, two)
    radix = int(t.max()) + 1
    keys, number = np.unique(low.astype(np.int64) * radix + high, return_inverse=True)
    facets = np.empty((2, len(keys)), dtype=t.dtype)
    facets[0], facets[1] = np.divmod(keys, radix)
    return facets, number.reshape(t.shape)


def _elements(t2f: np.ndarray) -> np.ndarray:
    """(2, facets) first and last element of a facet, -1 for the last where there is one only."""
    facet = t2f.ravel()
    element = np.tile(np.arange(t2f.shape[1], dtype=np.int32), len(t2f))
    out = np.empty((2, int(facet.max()) + 1), dtype=np.int32)
    # what is assigned last stays
    out[0, facet[::-1]] = element[::-1]
    out[1, facet] = element
    out[1, out[0] == out[1]] = -1
    return out
