"""Generalized stress intensity of a corner: what its domain integrals have in common.

Near a corner the field is a sum of modes, u = sum of K r^lambda U (:mod:`fem_bump.corners.modes`).
For every exponent lambda there is one of -lambda, whose field u*, s* solves the same plane problem
away from the corner. By Betti's theorem the exchange of the two over a circle around the corner
picks K alone, K = I / pairing. The axisymmetric body adds terms that make it depend on the radius;
a domain integral with a weight q that is 1 near the corner and 0 at the outer radius does not
(:mod:`fem_bump.corners.stress_intensity`, :mod:`fem_bump.corners.current_intensity`).

M. Stern, E. B. Becker, R. S. Dunham, Int. J. Fracture 12 (1976) 359; I. Babuska and A. Miller, Int.
J. Numer. Meth. Eng. 20 (1984) 1111. Units: K in MPa um^(1 - lambda) and A um^(-1 - lambda).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from fem_bump.algebra.quadrature import unit_gauss
from fem_bump.algebra.shape_functions import shape_functions, triangle_rule
from fem_bump.body.corner_site import CornerSite
from fem_bump.corners.modes import (
    ConductionCorner,
    ElasticCorner,
    Exponent,
    Mode,
    pairing,
)

RULE_ORDER = 12
OUTER, INNER = 0.8, 0.3  # outer radius over the reach; radius to which q = 1 over the outer one
RE_MAX = 0.999  # beyond, a mode cannot be told from the uniform stress that cooling adds


@dataclass(frozen=True)
class Intensity:
    """Intensity K of one mode of one corner.

    Attributes
    ----------
    value
        K; the traction in the reference direction has the length K r^(lambda - 1), r in um. Of a
        complex pair only the member with Im lambda > 0 is listed; the field is Re(K r^lambda U).
    repeated
        The same from a domain of half the radius; in an exact field they agree.
    outer_um
        Radius of the larger domain.
    """

    exponent: Exponent
    mode: Mode
    value: complex
    repeated: complex
    outer_um: float

    @property
    def scatter(self) -> float:
        """How far the two domains disagree, in the unit of K."""
        return abs(self.value - self.repeated)


@dataclass(frozen=True)
class Points:
    """Gauss points of the elements around a corner, in its polar coordinates."""

    element: np.ndarray
    x: np.ndarray
    y: np.ndarray
    area: np.ndarray
    radius: np.ndarray
    theta: np.ndarray
    wedge: np.ndarray
    axis_distance: np.ndarray
    cosine: np.ndarray  # of the direction away from the corner, in (R, Z)
    sine: np.ndarray

    def rotated(self, rr: np.ndarray, tt: np.ndarray, rt: np.ndarray) -> np.ndarray:
        """Polar tensor components to RR, ZZ, RZ."""
        c, s = self.cosine, self.sine
        return np.array([
            c * c * rr + s * s * tt - 2 * c * s * rt,
            s * s * rr + c * c * tt + 2 * c * s * rt,
            c * s * (rr - tt) + (c * c - s * s) * rt,
        ])  # fmt: skip

    def turned(self, v: np.ndarray) -> np.ndarray:
        """Polar vector components to R, Z."""
        return np.array([
            self.cosine * v[0] - self.sine * v[1],
            self.sine * v[0] + self.cosine * v[1],
        ])  # fmt: skip


def intensities(
    corner: ElasticCorner | ConductionCorner,
    site: CornerSite,
    exchange: Callable[[list[Mode], float], list[complex]],
    re_max: float,
    im_max: float,
) -> tuple[Intensity, ...]:
    wanted = [
        e
        for e in corner.exponents(re_max, im_max)
        if e.value.imag >= 0 and e.value.real <= re_max and not e.logarithmic
    ]
    duals = [list(corner.modes(-e.value, multiplicity=e.multiplicity)) for e in wanted]
    flat = [dual for group in duals for dual in group]
    if not flat:
        return ()
    outer = OUTER * site.reach_um
    found = {radius: exchange(flat, radius) for radius in (outer, outer / 2)}
    out, first = [], 0
    for exponent, group in zip(wanted, duals, strict=True):
        table = np.array([[pairing(mode, dual) for mode in exponent.modes] for dual in group])
        part = slice(first, first + len(group))
        first += len(group)
        values = [
            np.linalg.lstsq(table, np.array(got[part]), rcond=None)[0]
            * (2 if exponent.value.imag else 1)
            for got in found.values()
        ]
        if not exponent.value.imag:
            values = [value.real for value in values]
        out += [
            Intensity(exponent, mode, complex(values[0][k]), complex(values[1][k]), outer)
            for k, mode in enumerate(exponent.modes)
        ]
    return tuple(out)


def vertex_of(site: CornerSite) -> int:
    return int(np.hypot(*(site.model.points_um - site.point_um[:, None])).argmin())


def points_around(
    site: CornerSite,
    corner: ElasticCorner | ConductionCorner,
    outer_um: float,
    among: np.ndarray | None = None,
) -> Points:
    model = site.model
    elements = site.elements_within(outer_um)
    if among is not None:
        elements = np.intersect1d(elements, among)
    rule, weights = triangle_rule(RULE_ORDER)
    shape, dx, dy = shape_functions(rule)
    nodes = model.node_points_um[:, model.nodes[:, elements]]
    position = np.einsum("qi,cie->ceq", shape, nodes)
    along_x, along_y = (np.einsum("qi,cie->ceq", slope, nodes) for slope in (dx, dy))
    area = np.abs(along_x[0] * along_y[1] - along_x[1] * along_y[0]) * weights
    # the middle of an element decides its wedge; points follow it, across 0 and 360 too
    middle = site.angles(model.points_um[:, model.triangles[:, elements]].mean(axis=1))
    wedge = np.repeat(corner.wedge_of(middle), len(weights))
    middle = np.repeat(middle, len(weights))
    position = position.reshape(2, -1)
    turn = site.angles(position) - middle
    theta = middle + np.mod(turn + np.pi, 2 * np.pi) - np.pi
    radius = np.hypot(*(position - site.point_um[:, None]))
    direction = (position - site.point_um[:, None]) / radius
    keep = radius < outer_um
    x, y = (np.tile(v, len(elements))[keep] for v in rule)
    return Points(
        np.repeat(elements, len(weights))[keep],
        x,
        y,
        area.ravel()[keep],
        radius[keep],
        np.clip(theta, corner.limits[wedge], corner.limits[wedge + 1])[keep],
        wedge[keep],
        position[0, keep],
        direction[0, keep],
        direction[1, keep],
    )


def weight_at(radius: np.ndarray, outer: float) -> tuple[np.ndarray, np.ndarray]:
    """q and dq/dr: 1 up to INNER * outer, then a step of continuous curvature down to 0."""
    inner = INNER * outer
    t = np.clip((radius - inner) / (outer - inner), 0.0, 1.0)
    return 1 - t**3 * (10 - 15 * t + 6 * t * t), -30 * (t * (1 - t)) ** 2 / (outer - inner)


def radial_moment(lam: complex, outer: float) -> complex:
    """Integral of q r^lam from 0 to the outer radius, Re lam > -1."""
    inner = INNER * outer
    x, w = unit_gauss(20)
    r = inner + (outer - inner) * x
    ring = (weight_at(r, outer)[0] * r**lam * w).sum() * (outer - inner)
    return complex(inner ** (lam + 1) / (lam + 1) + ring)
