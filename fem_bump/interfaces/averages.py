"""Averages over a disc or a band in the section: the regularised value of a singular field.

Elements are clipped exactly against the averaging shape, so the result depends on the mesh only
through the field.
"""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from fem_bump.algebra.shape_functions import triangle_rule
from fem_bump.body.model import Model

FLAT = 1e-12  # area over the largest piece's below which a piece is none
CIRCLE_SEGMENTS = 64  # per quarter; the polygon's area is within 1e-4 of the disc's


def disc(r_um: float, z_um: float, radius_um: float) -> BaseGeometry:
    """Disc in the section, cut at the axis."""
    circle = shapely.Point(r_um, z_um).buffer(radius_um, quad_segs=CIRCLE_SEGMENTS)
    return shapely.intersection(
        circle, shapely.box(0.0, z_um - radius_um, r_um + radius_um, z_um + radius_um)
    )


@dataclass(frozen=True)
class Sample:
    """Quadrature points of an average: elements, reference coordinates, weights that sum to 1."""

    element: np.ndarray
    x: np.ndarray
    y: np.ndarray
    weight: np.ndarray

    def mean(self, values: np.ndarray) -> float:
        """Mean of (N,) values at the points."""
        return float(values @ self.weight)


_KEPT: WeakKeyDictionary[Model, dict[tuple[bytes, bool, bytes], Sample | None]] = (
    WeakKeyDictionary()
)


def sample_region(
    model: Model, elements: np.ndarray, shape: BaseGeometry, revolve: bool
) -> Sample | None:
    """Quadrature points over the part of some elements inside a convex shape (um).

    None without any.

    They are kept as long as the model lives: many numbers are means over the same few shapes.
    """
    kept = _KEPT.setdefault(model, {})
    key = shape.wkb, revolve, elements.tobytes()
    if key not in kept:
        kept[key] = _sample(model, elements, shape, revolve)
    return kept[key]


def _sample(
    model: Model, elements: np.ndarray, shape: BaseGeometry, revolve: bool
) -> Sample | None:
    corner = model.points_um[:, model.triangles[:, elements]]
    r0, z0, r1, z1 = shape.bounds
    near = (
        (corner[0].max(axis=0) > r0)
        & (corner[0].min(axis=0) < r1)
        & (corner[1].max(axis=0) > z0)
        & (corner[1].min(axis=0) < z1)
    )
    elements, corner = elements[near], corner[:, :, near]
    if len(elements) == 0:
        return None
    shapely.prepare(shape)
    # the shape is convex: an element with its vertices inside is there as a whole
    inside = shapely.contains_xy(shape, corner[0], corner[1]).all(axis=0)
    across = np.nonzero(~inside)[0]
    triangles = shapely.polygons(corner[:, :, across].transpose(2, 1, 0))
    touching = shapely.intersects(shape, triangles)
    across, triangles = across[touching], triangles[touching]
    points, weight, owner = fan_points(shapely.intersection(triangles, shape))
    whole_points, whole_weight = _triangle_points(*corner[:, :, inside].swapaxes(0, 1))
    points = np.concatenate([whole_points, points], axis=1)
    weight = np.concatenate([whole_weight, weight])
    owner = np.concatenate([np.nonzero(inside)[0], across[owner]])
    if len(owner) == 0:
        return None
    if revolve:
        weight = weight * 2 * np.pi * points[0]
    element = np.repeat(elements[owner], weight.shape[1])
    local = model.reference_coordinates(element, points.reshape(2, -1))
    total = weight.sum()
    return Sample(element, *local, weight.ravel() / total) if total > 0 else None


def fan_points(pieces: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Quadrature points (2, p, q) over (n,) convex pieces, weights (p, q), whose piece each is.

    A piece that is empty, or flat, has none.
    """
    parts, owner = shapely.get_parts(pieces, return_index=True)
    solid = (shapely.get_type_id(parts) == 3) & ~shapely.is_empty(parts)
    parts, owner = parts[solid], owner[solid]
    if len(parts) == 0:
        return *_triangle_points(*np.zeros((3, 2, 0))), owner
    rings = shapely.get_exterior_ring(parts)
    xy, ring_of = shapely.get_coordinates(rings, return_index=True)
    # a triangle clipped by a convex shape is convex: a fan from its first vertex covers it
    first = np.concatenate([[0], np.nonzero(np.diff(ring_of))[0] + 1])
    hub = first[ring_of]
    k = np.nonzero((np.arange(len(xy)) > hub) & (np.append(ring_of[1:], -1) == ring_of))[0]
    points, weight = _triangle_points(xy[hub[k]].T, xy[k].T, xy[k + 1].T)
    # a shape that is cut at the axis leaves flat pieces on it, where nothing can be evaluated
    solid = weight[:, 0] > FLAT * weight[:, 0].max()
    return points[:, solid], weight[solid], owner[ring_of[k[solid]]]


def _triangle_points(
    p0: np.ndarray, p1: np.ndarray, p2: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Quadrature points (2, n, q) of triangles with corners (2, n), and weights (n, q)."""
    (x, y), weights = triangle_rule()
    area = np.abs((p1[0] - p0[0]) * (p2[1] - p0[1]) - (p1[1] - p0[1]) * (p2[0] - p0[0]))
    points = p0[:, :, None] * (1 - x - y) + p1[:, :, None] * x + p2[:, :, None] * y
    return points, area[:, None] * weights


def principal_max(stress: np.ndarray) -> np.ndarray:
    """First principal stress of (4, N) rr, zz, tt, rz, or of (6, N) with rt, tz."""
    rr, zz, tt, rz = stress[:4]
    if len(stress) == 4:
        return np.maximum((rr + zz) / 2 + np.hypot((rr - zz) / 2, rz), tt)
    rt, tz = stress[4:]
    # the three roots lie on a circle around the mean (Smith, Commun. ACM 4, 168, 1961)
    mean = (rr + zz + tt) / 3
    a, b, c = rr - mean, tt - mean, zz - mean
    size = np.sqrt((a * a + b * b + c * c + 2 * (rt * rt + rz * rz + tz * tz)) / 6)
    det = a * (b * c - tz * tz) - rt * (rt * c - tz * rz) + rz * (rt * tz - b * rz)
    share = np.divide(det, 2 * size**3, out=np.ones_like(det), where=size > 0)
    return mean + 2 * size * np.cos(np.arccos(np.clip(share, -1.0, 1.0)) / 3)


def principal_gradient(stress: np.ndarray) -> np.ndarray:
    """Derivative of the first principal stress by rr, zz, tt, rz, and by rt, tz where given.

    Shape as the stress has it. Where two principal stresses are equal, that of one of them.
    """
    if len(stress) == 6:
        rr, zz, tt, rz, rt, tz = stress
        tensor = np.array([[rr, rt, rz], [rt, tt, tz], [rz, tz, zz]])
        r, t, z = np.linalg.eigh(np.moveaxis(tensor, -1, 0))[1][:, :, -1].T
        return np.array([r * r, z * z, t * t, 2 * r * z, 2 * r * t, 2 * t * z])
    rr, zz, tt, rz = stress
    half = (rr - zz) / 2
    radius = np.hypot(half, rz)
    lean, tilt = (
        np.divide(part, radius, out=np.zeros_like(part), where=radius > 0) for part in (half, rz)
    )
    zero = np.zeros_like(rr)
    in_section = np.array([(1 + lean) / 2, (1 - lean) / 2, zero, tilt])
    around = np.array([zero, zero, zero + 1.0, zero])
    return np.where((rr + zz) / 2 + radius >= tt, in_section, around)


def von_mises(stress: np.ndarray) -> np.ndarray:
    """Von Mises stress of (4, N) rr, zz, tt, rz, or of (6, N) with rt, tz."""
    rr, zz, tt = stress[:3]
    shear = (stress[3:] ** 2).sum(axis=0)
    return np.sqrt(((rr - zz) ** 2 + (zz - tt) ** 2 + (tt - rr) ** 2) / 2 + 3 * shear)
