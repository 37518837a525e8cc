"""Structured triangle meshes with named regions and boundaries."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from skfem import MeshTri

Box = tuple[float, float, float, float]
SIDES = ("left", "right", "bottom", "top")


def grid(
    r: Sequence[float] | np.ndarray,
    z: Sequence[float] | np.ndarray,
    regions: Mapping[str, Box] | None = None,
    map_points: Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]] | None = None,
    interiors: Mapping[str, Box] | None = None,
) -> MeshTri:
    """Triangles over the tensor grid of two coordinate lists.

    Parameters
    ----------
    r, z
        Grid lines, ascending.
    regions
        Region name to (r0, r1, z0, z1); a later one overwrites, cells in none are removed.
        By default all is one region ``"body"``.
    map_points
        Applied to the grid's points at the end; names stay.
    interiors
        Further boundary names to degenerate boxes: all facets inside, outer or not.

    Returns
    -------
    MeshTri
        With boundaries ``left right bottom top`` on the grid's sides where those exist.
    """
    mesh = MeshTri.init_tensor(np.asarray(r, float), np.asarray(z, float))
    boxes = regions or {"body": (r[0], r[-1], z[0], z[-1])}
    middle = mesh.p[:, mesh.t].mean(axis=1)
    owner = np.full(mesh.nelements, -1)
    for k, box in enumerate(boxes.values()):
        owner[_inside(middle, box, 0.0)] = k
    if (owner < 0).any():
        mesh = mesh.remove_elements(np.nonzero(owner < 0)[0])
        owner = owner[owner >= 0]
    slack = 1e-9 * max(np.ptp(r), np.ptp(z))
    sides = dict(
        zip(
            SIDES,
            [
                (r[0], r[0], z[0], z[-1]),
                (r[-1], r[-1], z[0], z[-1]),
                (r[0], r[-1], z[0], z[0]),
                (r[0], r[-1], z[-1], z[-1]),
            ],
            strict=True,
        )
    ) | dict(interiors or {})
    ends = mesh.p[:, mesh.facets]
    boundaries = {}
    for name, box in sides.items():
        found = np.nonzero(_inside(ends, box, slack).all(axis=0))[0]
        if len(found):
            boundaries[name] = found
    p, t = mesh.p, mesh.t
    if map_points is not None:
        p = np.array(map_points(*p))
    # facets are numbered by connectivity alone, so the names survive the mapping
    named = {name: np.nonzero(owner == k)[0] for k, name in enumerate(boxes)}
    return MeshTri(p, t).with_boundaries(boundaries).with_subdomains(named)


def graded(start: float, stop: float, smallest: float, ratio: float, at: str) -> np.ndarray:
    """Grid lines whose spacing grows by ``ratio`` away from one end (``at`` start or stop)."""
    size = [smallest]
    while sum(size) < stop - start:
        size.append(size[-1] * ratio)
    steps = np.concatenate([[0.0], np.cumsum(size)])
    steps *= (stop - start) / steps[-1]
    return start + steps if at == "start" else stop - steps[::-1]


def _inside(points: np.ndarray, box: Box, slack: float) -> np.ndarray:
    r0, r1, z0, z1 = box
    x, y = points
    return (x >= r0 - slack) & (x <= r1 + slack) & (y >= z0 - slack) & (y <= z1 + slack)
