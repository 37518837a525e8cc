"""Tractions on the faces of a crack that touch, and what they take of the energy released.

The midpoint of a facet is a node of that facet alone, so the force on it is the traction there
times the integral of its shape function. Where a crack grows by xi, faces that slide against a
traction t on side a take

    integral of t . d_xi(u_a - u_b)   over the crack,

and the energy released at the tip is less by that: friction's share. Free faces have no traction
and these terms vanish to round-off.

Units: um, MPa.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from fem_bump.algebra.quadrature import unit_gauss
from fem_bump.body.cracks import CrackTip
from fem_bump.fracture.tip_domain import Amplitudes, TipDomain
from fem_bump.mechanics.amplitudes import whole
from fem_bump.mechanics.harmonic_stress import HarmonicStress

RULE = 6
Parts = Sequence[HarmonicStress]


@dataclass(frozen=True)
class FaceTractions:
    """What side b exerts on side a, at the midpoint of each facet; of harmonic 0.

    Attributes
    ----------
    pressure_mpa, shear_mpa
        (m,) along the normal from b into a, and along the crack towards the tip.
    """

    pressure_mpa: np.ndarray
    shear_mpa: np.ndarray


def face_tractions(tip: CrackTip, parts: Parts) -> FaceTractions:
    """Tractions of the axisymmetric part of a state."""
    p = tip.model.node_points_um
    near, far, middle = tip.faces[0]
    force = face_forces(tip, parts, middle)[:, [0, 2]]
    area = 2 * np.pi * p[0, middle] * np.hypot(*(p[:, near] - p[:, far])) * 2 / 3
    along, normal = tip.facet_axes
    return FaceTractions((force * normal).sum(axis=1) / area, (force * along).sum(axis=1) / area)


def face_forces(tip: CrackTip, parts: Parts, nodes: np.ndarray) -> np.ndarray:
    """(k, 3) forces r, t, z, uN, of side b on nodes of side a behind the tip; of harmonic 0."""
    for part in parts:
        if part.harmonic == 0:
            touching = np.nonzero(np.isin(tip.model.nodes, nodes).any(axis=0))[0]
            return whole(part.nodal_forces(touching)[nodes])
    return np.zeros((len(nodes), 3))


def work_on_growth(
    domain: TipDomain, fields: Sequence[Amplitudes], tractions: FaceTractions
) -> float:
    """Integral of t . d_xi(u_a - u_b) over the revolved crack, uN."""
    points = _face_points(domain)
    return points.integral(
        (points.of(tractions) * _jump_slope(domain.tip, fields, points.s)).sum(axis=0)
    )


def interaction_on_growth(
    domain: TipDomain,
    fields: Sequence[Amplitudes],
    tractions: FaceTractions,
    unit_faces: Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]],
) -> float:
    """The same for the sum of a solution and a plane field: what each does on the other's slope.

    ``unit_faces`` gives, at distances behind the tip, (2, ...) r and z of the plane field's
    d(u_a - u_b) / dx and of its traction on side a.
    """
    points = _face_points(domain)
    unit_slope, unit_traction = unit_faces(points.distance)
    slope = _jump_slope(domain.tip, fields, points.s)
    work = points.of(tractions) * unit_slope + unit_traction * slope
    return points.integral(work.sum(axis=0))


@dataclass(frozen=True)
class _FacePoints:
    """Points of the facets of a crack, denser towards the tip, where slopes are singular.

    Attributes
    ----------
    distance
        (m, q) behind the tip.
    s
        (m, q) share of the facet's length, from its nearer end.
    weight
        (m, q) revolved area times q.
    """

    tip: CrackTip
    distance: np.ndarray
    s: np.ndarray
    weight: np.ndarray

    def of(self, tractions: FaceTractions) -> np.ndarray:
        """(2, m, q) traction on side a, r and z: linear between the midpoints of facets."""
        middle = self.tip.distance_um[:, 0]
        along, normal = (v.T[:, :, None] for v in self.tip.facet_axes)
        pressure, shear = (
            np.interp(self.distance, middle, v)
            for v in (tractions.pressure_mpa, tractions.shear_mpa)
        )
        return pressure * normal + shear * along

    def integral(self, values: np.ndarray) -> float:
        return float((values * self.weight).sum())


def _face_points(domain: TipDomain) -> _FacePoints:
    tip = domain.tip
    near, far = tip.faces[0, :2]
    r, q = tip.model.node_points_um[0], domain.vertex_q
    end = tip.distance_um[:, 1:]
    start = np.concatenate([[[0.0]], end[:-1]])
    root, weight = unit_gauss(RULE)
    low, wide = np.sqrt(start), np.sqrt(end) - np.sqrt(start)
    at = low + wide * root
    s = (at**2 - start) / (end - start)
    inside, radius = (v[near][:, None] * (1 - s) + v[far][:, None] * s for v in (q, r))
    return _FacePoints(tip, at**2, s, 2 * np.pi * radius * inside * 2 * at * wide * weight)


def _jump_slope(tip: CrackTip, fields: Sequence[Amplitudes], s: np.ndarray) -> np.ndarray:
    """(2, m, q) derivative of the jump's harmonic 0 along the growth, r and z."""
    field = next((field for field in fields if field.harmonic == 0), None)
    if field is None:
        return np.zeros((2, *s.shape))
    near_far_middle = field.u_um[tip.faces[0]] - field.u_um[tip.faces[1]]  # (3, m, 3)
    shape = np.array([4 * s - 3, 4 * s - 1, 4 - 8 * s])
    distance = tip.distance_um[:, 1]
    length = np.diff(distance, prepend=0.0)
    return -np.einsum("imc,imq->cmq", near_far_middle[..., [0, 2]], shape) / length[:, None]
