"""Size, quality and hash of a mesh."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
from skfem import MeshTri


def mesh_report(mesh: MeshTri) -> dict[str, Any]:
    """Size, quality and hash of a mesh.

    Quality of a triangle is 2 * inradius / circumradius: 1 for equilateral, 0 for degenerate.
    """
    p, t = mesh.p, mesh.t
    a, b, c = (np.hypot(*(p[:, t[i]] - p[:, t[j]])) for i, j in ((1, 2), (2, 0), (0, 1)))
    u, v = p[:, t[1]] - p[:, t[0]], p[:, t[2]] - p[:, t[0]]
    area = np.abs(u[0] * v[1] - u[1] * v[0]) / 2
    quality = 16 * area**2 / (a * b * c * (a + b + c))
    largest = np.maximum(np.maximum(a, b), c)
    product = a * b * c / largest
    opposite = (a**2 + b**2 + c**2 - 2 * largest**2) / (2 * product)
    digest = hashlib.sha256(np.ascontiguousarray(p).tobytes() + np.ascontiguousarray(t).tobytes())
    return {
        "vertices": int(mesh.nvertices),
        "triangles": int(mesh.nelements),
        "displacement_unknowns": int(2 * (mesh.nvertices + mesh.nfacets)),
        "quality_min": float(quality.min()),
        "quality_mean": float(quality.mean()),
        "largest_angle_deg": float(np.degrees(np.arccos(np.clip(opposite, -1, 1))).max()),
        "smallest_edge_um": float(min(a.min(), b.min(), c.min())),
        "sha256": digest.hexdigest(),
    }
