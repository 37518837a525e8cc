"""A model's section as linear triangles, cut at a window, for pictures and 3-D files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from fem_bump import Model

SAME_POINT = 1e-7  # of the section's extent
NO_AREA = 1e-6  # of the longest side squared

Window = tuple[float, float, float, float]


@dataclass(frozen=True)
class SectionMesh:
    """Linear triangles of a section; every second-order element has vertices of its own.

    Attributes
    ----------
    points_um
        (2, n) vertices r, z.
    triangles
        (m, 3) vertices, counter-clockwise in (r, z).
    region
        (m,) index into ``region_names``.
    element, x, y
        (n,) where the vertices lie: element of the model and reference coordinates in it.
    """

    points_um: np.ndarray
    triangles: np.ndarray
    region: np.ndarray
    region_names: tuple[str, ...]
    element: np.ndarray
    x: np.ndarray
    y: np.ndarray


def section_mesh(
    model: Model,
    window: Window | None = None,
    hidden: Iterable[str] = (),
    pieces: int = 2,
) -> SectionMesh:
    """Cut a model's section into linear triangles.

    Parameters
    ----------
    window
        (r0, r1, z0, z1), um: elements are cut exactly at its sides. The whole section without it.
    hidden
        Regions or groups to leave out.
    pieces
        Linear triangles along a side of a second-order one.
    """
    shown = model.mask(slice(None))
    for name in hidden:
        shown[model.elements(name)] = False
    x, y, parts = _lattice(pieces)
    element = np.nonzero(shown)[0]
    corner = np.arange(len(element))[:, None, None] * len(x) + parts
    place = np.array(
        [np.repeat(element, len(x)), np.tile(x, len(element)), np.tile(y, len(element))]
    )
    soup = place[:, corner.reshape(-1, 3)]  # (3, m, 3): element, x, y of every corner
    if window is not None:
        for axis, level, side in ((0, window[0], 1), (0, window[1], -1),
                                  (1, window[2], 1), (1, window[3], -1)):  # fmt: skip
            soup = _clip(model, soup, axis, level, side)
    key = np.round(soup.reshape(3, -1), 9).T
    place, number = np.unique(key, axis=0, return_inverse=True)
    owner = place[:, 0].astype(np.int64)
    points = model.position_um(owner, place[:, 1], place[:, 2])
    triangles = number.reshape(-1, 3)
    a, b, c = (points[:, triangles[:, k]] for k in range(3))
    area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    triangles[area < 0] = triangles[area < 0, ::-1]
    # a corner that a side of the window just touches leaves a triangle of no size
    size = np.max([np.hypot(*(p - q)) for p, q in ((a, b), (b, c), (c, a))], axis=0)
    triangles = triangles[np.abs(area) > NO_AREA * size**2]
    used, triangles = np.unique(triangles, return_inverse=True)
    triangles = triangles.reshape(-1, 3)
    points, place, owner = points[:, used], place[used], owner[used]
    return SectionMesh(
        points, triangles, model.region_index[owner[triangles[:, 0]]], model.region_names,
        owner, place[:, 1], place[:, 2],
    )  # fmt: skip


def _lattice(pieces: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Reference points x, y of a triangle cut into pieces^2 alike ones, and those as (pieces^2, 3).

    Counter-clockwise like the triangle itself.
    """
    index: dict[tuple[int, int], int] = {}
    for j in range(pieces + 1):
        for i in range(pieces + 1 - j):
            index[i, j] = len(index)
    parts = []
    for i, j in index:
        if i + j < pieces:
            parts.append((index[i, j], index[i + 1, j], index[i, j + 1]))
        if i + j < pieces - 1:
            parts.append((index[i + 1, j], index[i + 1, j + 1], index[i, j + 1]))
    x, y = np.array(list(index), dtype=float).T / pieces
    return x, y, np.array(parts)


def _clip(model: Model, soup: np.ndarray, axis: int, level: float, side: int) -> np.ndarray:
    """The parts of a soup of triangles (3, m, 3) on one side of r or z = level."""
    if soup.shape[1] == 0:
        return soup
    flat = soup.reshape(3, -1)
    points = model.position_um(flat[0].astype(np.int64), flat[1], flat[2])
    ahead = side * (points[axis] - level).reshape(-1, 3)
    inside = ahead > 0
    count = inside.sum(axis=1)
    pieces = [soup[:, count == 3]]
    for alone, wanted in ((True, 1), (False, 2)):  # the corner that stands alone comes first
        k = np.nonzero(count == wanted)[0]
        first = (inside[k] == alone).argmax(axis=1)
        turn = (first[:, None] + np.arange(3)) % 3
        part = np.take_along_axis(soup[:, k], turn[None], axis=2)
        h = np.take_along_axis(ahead[k], turn, axis=1)
        p, q, s = part[:, :, 0], part[:, :, 1], part[:, :, 2]
        pq = p + (q - p) * (h[:, 0] / (h[:, 0] - h[:, 1]))
        ps = p + (s - p) * (h[:, 0] / (h[:, 0] - h[:, 2]))
        if alone:
            pieces.append(np.stack([p, pq, ps], axis=2))
        else:
            pieces += [np.stack([pq, q, s], axis=2), np.stack([pq, s, ps], axis=2)]
    return np.concatenate(pieces, axis=1)


def welded(mesh: SectionMesh) -> np.ndarray:
    """(n,) number of each vertex when those at one place and in one region are one."""
    region = np.empty(mesh.points_um.shape[1], dtype=np.int64)
    region[mesh.triangles] = mesh.region[:, None]
    return _weld(mesh.points_um, region)


def _weld(points_um: np.ndarray, region: np.ndarray) -> np.ndarray:
    step = SAME_POINT * float(np.ptp(points_um, axis=1).max())
    grid = np.round(points_um / step).astype(np.int64)
    return np.unique(np.vstack([grid, region]), axis=1, return_inverse=True)[1].ravel()
