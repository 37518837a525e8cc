"""Surfaces of a cut body as triangles in space."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from studies.fields.cutaway import Scene
from studies.loads.marks import LoadMark


@dataclass(frozen=True)
class Soup:
    """Triangles in space: corners, normals, values, and what they belong to.

    ``group`` is the region, ``flat`` marks cut faces, on which colours are not shaded.
    """

    points: np.ndarray  # (3, n)
    normals: np.ndarray  # (3, n)
    values: np.ndarray  # (n,)
    triangles: np.ndarray  # (m, 3)
    group: np.ndarray  # (m,)
    flat: np.ndarray  # (m,)


def joined(soups: Sequence[Soup]) -> Soup:
    start = np.cumsum([0] + [soup.points.shape[1] for soup in soups])
    return Soup(
        np.concatenate([s.points for s in soups], axis=1),
        np.concatenate([s.normals for s in soups], axis=1),
        np.concatenate([s.values for s in soups]),
        np.concatenate([s.triangles + k for s, k in zip(soups, start, strict=False)]),
        np.concatenate([s.group for s in soups]),
        np.concatenate([s.flat for s in soups]),
    )


def faces(scene: Scene, stretch: float, exaggeration: float) -> list[Soup]:
    soups = []
    for k, (angle, values) in enumerate(zip(scene.face_deg, scene.face_values, strict=True)):
        side = 1 if k else -1
        c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
        (r, z), t = scene.points_um, np.zeros(scene.points_um.shape[1])
        if scene.face_shift_um is not None:
            ur, ut, uz = exaggeration * scene.face_shift_um[k]
            r, t, z = r + ur, t + ut, z + uz
        points = np.array([r * c - t * s, r * s + t * c, stretch * z])
        normals = np.tile(np.array([[-s], [c], [0.0]]) * side, (1, len(r)))
        soups.append(
            Soup(points, normals, values, scene.triangles, scene.region,
                  np.ones(len(scene.triangles), dtype=bool))
        )  # fmt: skip
    return soups


def skin(scene: Scene, stretch: float, exaggeration: float) -> Soup:
    k, q = len(scene.theta_deg), scene.skin.shape[1]
    r, z = scene.points_um[:, scene.skin]  # (2, q) each
    along = np.array([r[1] - r[0], stretch * (z[1] - z[0])])
    normal = np.array([along[1], -along[0]]) / np.maximum(np.hypot(*along), 1e-30)
    angle = np.radians(scene.theta_deg)[:, None, None]
    c, s = np.cos(angle), np.sin(angle)
    t = np.zeros((k, 2, q))
    normals = np.array(
        [normal[0] * c + 0 * r, normal[0] * s + 0 * r, np.broadcast_to(normal[1], (k, 2, q))]
    )
    if scene.skin_shift_um is not None:
        ur, ut, uz = exaggeration * scene.skin_shift_um.transpose(1, 0, 2, 3)
        r, t, z = r + ur, t + ut, z + uz
    points = np.array([r * c - t * s, r * s + t * c, stretch * z + 0 * t])
    number = np.arange(k * 2 * q).reshape(k, 2, q)
    a, b, d, e = number[:-1, 0], number[:-1, 1], number[1:, 0], number[1:, 1]
    triangles = np.concatenate(
        [np.stack([a, b, e], axis=-1).reshape(-1, 3), np.stack([a, e, d], axis=-1).reshape(-1, 3)]
    )
    owner = np.empty(scene.points_um.shape[1], dtype=np.int64)
    owner[scene.triangles] = scene.region[:, None]
    group = np.tile(np.tile(owner[scene.skin[0]], k - 1), 2)
    return Soup(
        points.reshape(3, -1), normals.reshape(3, -1), scene.skin_values.ravel(), triangles,
        group, np.zeros(len(triangles), dtype=bool),
    )  # fmt: skip


def _box(low: Sequence[float], high: Sequence[float], group: int) -> Soup:
    """A block with its edges along x, y, z and no values."""
    points, normals, triangles = [], [], []
    for axis in range(3):
        for side, level in ((-1.0, low[axis]), (1.0, high[axis])):
            u, v = (axis + 1) % 3, (axis + 2) % 3
            for first, second in ((low[u], low[v]), (high[u], low[v]), (high[u], high[v]),
                                  (low[u], high[v])):  # fmt: skip
                point = [0.0, 0.0, 0.0]
                point[axis], point[u], point[v] = level, first, second
                points.append(point)
                normals.append([side if k == axis else 0.0 for k in range(3)])
            n = len(points) - 4
            triangles += [[n, n + 1, n + 2], [n, n + 2, n + 3]]
    return Soup(
        np.array(points).T, np.array(normals).T, np.full(24, np.nan), np.array(triangles),
        np.full(12, group), np.zeros(12, dtype=bool),
    )  # fmt: skip


def strip_block(scene: Scene, stretch: float, load: LoadMark | None) -> Soup | None:
    """The strip of a load that meets the pad's rim, as far as it is not cut away."""
    strip = None if load is None else load.strip()
    if load is None or strip is None or not load.pad_radius_um:
        return None
    if "pad" not in scene.region_names:
        return None
    number = scene.region_names.index("pad")
    pad = scene.triangles[scene.region == number]
    if len(pad) == 0:
        return None
    z = stretch * scene.points_um[1][pad]
    half = strip.width_um / 2
    beyond = 1.22 * float(scene.points_um[0].max())
    start, end = scene.face_deg
    thin = 2e-3 * beyond  # in front of the cut face, not in it
    low = -thin if start % 360.0 == 0.0 else -half
    high = thin if end % 360.0 == 0.0 else half
    inner = load.pad_radius_um * (1 + 1e-6)
    # a little lower than the pad, so that its top is not in the plane of what covers it
    top = float(z.max()) - 0.01 * float(np.ptp(z))
    return _box((inner, low, float(z.min())), (beyond, high, top), number)
