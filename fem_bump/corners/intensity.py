"""Generalized stress intensity of a corner, by a domain integral with the complementary mode.

Near a corner the field is a sum of modes, u = sum of K r^lambda U (:mod:`fem_bump.corners.wedges`).
For every exponent lambda there is one of -lambda, whose field u*, s* solves the same plane problem
away from the corner. By Betti's theorem the exchange

    I(r) = integral over a circle of (s n . u* - s* n . u)

picks K alone, K = I / pairing. What the axisymmetric body adds to the plane problem,

    div s + f = 0,   f = ((s_RR - s_tt) / R, s_RZ / R) + body force,
    s = C0 e + s0,   s0 = L e_tt - (3 L + 2 G) eps_th  (in the plane, plus a change of C with T),

makes I depend on the radius; with a weight q that is 1 near the corner and 0 at the outer radius

    I(0) = - int (s n . u* - s* n . u) q' dA + int q (f . u* + s* : e - s : e*) dA

does not. s0 at the corner, constant in each wedge, meets e* ~ r^(-lambda - 1): that part is
integrated in closed form over r, the rest by Gauss points of the elements. The first integral lives
on a ring away from the corner, so that the poor finite-element solution of the innermost elements
does not enter: the error is of the order of the energy's, not of the stress's. u is taken relative
to the corner, so that a moving plane of symmetry does no work.

Conduction: F = phi* J - phi J*, div J = - J_R / R + source, hence I(0) = - int F q' dA + int q
phi* (J_R / R - source) dA.

M. Stern, E. B. Becker, R. S. Dunham, Int. J. Fracture 12 (1976) 359; I. Babuska and A. Miller, Int.
J. Numer. Meth. Eng. 20 (1984) 1111. Units: K in MPa um^(1 - lambda) and A um^(-1 - lambda).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from fem_bump.algebra import kernels
from fem_bump.algebra.quadrature import unit_gauss
from fem_bump.body.corner_site import CornerSite, corner_sites
from fem_bump.conduction.axisymmetric_flow import CurrentFlow
from fem_bump.corners.wedges import (
    IM_MAX,
    ConductingWedge,
    ConductionCorner,
    ElasticCorner,
    ElasticWedge,
    Exponent,
    Mode,
    pairing,
)
from fem_bump.errors import InputError
from fem_bump.mechanics.axisymmetric_stress import ThermalStress

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
class _Points:
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


def elastic_corner(
    stress: ThermalStress,
    point: np.ndarray | tuple[float, float],
    reference_deg: float | None = None,
) -> ElasticCorner:
    """The corner at a mesh vertex, with the elastic constants there and the faces as loaded.

    Raises
    ------
    InputError
        No vertex there, or on the axis; bodies that touch in a point; a face held obliquely.
    """
    return _elastic(stress, _elastic_site(stress, point), reference_deg)


def stress_intensities(
    stress: ThermalStress,
    point: np.ndarray | tuple[float, float],
    reference_deg: float | None = None,
    re_max: float = RE_MAX,
    im_max: float = IM_MAX,
) -> tuple[Intensity, ...]:
    """Intensities of all singular modes of the corner at a mesh vertex, by exponent.

    Parameters
    ----------
    stress
        An axisymmetric state.
    point
        r, z in the model's length unit, off the axis.
    reference_deg
        Direction in which modes are normalized, see :class:`fem_bump.corners.wedges.Corner`.
    re_max
        Largest real part of the exponents, below 1.

    Raises
    ------
    InputError
        See :func:`elastic_corner`; a prescribed displacement that varies along a face.
    AnalysisError
        When the exponents cannot be counted.
    """
    if not 0 < re_max < 1:
        raise InputError(f"re_max = {re_max} must lie between 0 and 1")
    site = _elastic_site(stress, point)
    corner = _elastic(stress, site, reference_deg)
    _check_faces(stress, site, corner)
    vertex = _vertex(site)
    u0 = stress.u_um[vertex]
    young, poisson, eps = _corner_state(stress, site)
    shear = young / (2 * (1 + poisson))
    lame = 2 * shear * poisson / (1 - 2 * poisson)
    hoop = u0[0] / site.point_um[0]
    constant = lame * hoop - (3 * lame + 2 * shear) * eps  # MPa per wedge

    def exchange(duals: list[Mode], outer: float) -> list[complex]:
        points = _points(site, corner, outer)
        return _elastic_exchange(stress, points, duals, outer, u0, constant)

    return _intensities(corner, site, exchange, re_max, im_max)


def conduction_corners(
    current: CurrentFlow, point: np.ndarray | tuple[float, float]
) -> tuple[ConductionCorner, ...]:
    """The conducting corners at a mesh vertex; insulators between conductors separate them.

    Raises
    ------
    InputError
        No vertex there, or on the axis; a contact resistance, or a terminal of uniform flux, at it.
    """
    return tuple(_conducting(current, site) for site in _conduction_sites(current, point))


def current_intensities(
    current: CurrentFlow,
    point: np.ndarray | tuple[float, float],
    re_max: float = RE_MAX,
) -> tuple[tuple[Intensity, ...], ...]:
    """Intensities of the singular modes, for every conducting corner at a mesh vertex.

    The largest |J| over the angle is K r^(lambda - 1), A/um^2 with r in um.
    """
    if not 0 < re_max < 1:
        raise InputError(f"re_max = {re_max} must lie between 0 and 1")
    out = []
    for site in _conduction_sites(current, point):
        corner = _conducting(current, site)
        here = site.elements_within(1e-9 * site.reach_um)
        at = np.nonzero(current.model.triangles[:, here].T == _vertex(site))
        phi0 = float(current.local_phi_v[here[at[0][0]], at[1][0]])

        def exchange(
            duals: list[Mode],
            outer: float,
            site: CornerSite = site,
            corner: ConductionCorner = corner,
            phi0: float = phi0,
        ) -> list[complex]:
            points = _points(site, corner, outer, current.conducting_elements)
            return _conduction_exchange(current, points, duals, outer, phi0)

        out.append(_intensities(corner, site, exchange, re_max, 0.1))
    return tuple(out)


# ---------------------------------------------------------------------- common to both physics


def _intensities(
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


def _vertex(site: CornerSite) -> int:
    return int(np.hypot(*(site.model.points_um - site.point_um[:, None])).argmin())


def _points(
    site: CornerSite,
    corner: ElasticCorner | ConductionCorner,
    outer_um: float,
    among: np.ndarray | None = None,
) -> _Points:
    model = site.model
    elements = site.elements_within(outer_um)
    if among is not None:
        elements = np.intersect1d(elements, among)
    rule, weights = kernels.triangle_rule(RULE_ORDER)
    shape, dx, dy = kernels.shape_functions(rule)
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
    return _Points(
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


def _weight(radius: np.ndarray, outer: float) -> tuple[np.ndarray, np.ndarray]:
    """q and dq/dr: 1 up to INNER * outer, then a step of continuous curvature down to 0."""
    inner = INNER * outer
    t = np.clip((radius - inner) / (outer - inner), 0.0, 1.0)
    return 1 - t**3 * (10 - 15 * t + 6 * t * t), -30 * (t * (1 - t)) ** 2 / (outer - inner)


def _radial_moment(lam: complex, outer: float) -> complex:
    """Integral of q r^lam from 0 to the outer radius, Re lam > -1."""
    inner = INNER * outer
    x, w = unit_gauss(20)
    r = inner + (outer - inner) * x
    ring = (_weight(r, outer)[0] * r**lam * w).sum() * (outer - inner)
    return complex(inner ** (lam + 1) / (lam + 1) + ring)


# ---------------------------------------------------------------------- elasticity


def _elastic_site(stress: ThermalStress, point: np.ndarray | tuple[float, float]) -> CornerSite:
    model = stress.model
    held = stress.held.reshape(-1, 2).any(axis=1) if stress.held.size else np.zeros(0, dtype=bool)
    obstacles = model.node_points_um[:, np.nonzero(held)[0]] if held.size else None
    sites = corner_sites(model, point, obstacles=obstacles)
    if len(sites) > 1:
        raise InputError(f"{sites[0].name}: the parts of the body there touch in a point only")
    return sites[0]


def _corner_state(
    stress: ThermalStress, site: CornerSite
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """E, nu, thermal strain per wedge, at the corner."""
    vertex = _vertex(site)
    columns = []
    for region in site.regions:
        found = stress.model.regions[region]
        element = found[(stress.model.triangles[:, found] == vertex).any(axis=0)][:1]
        local = int(np.nonzero(stress.model.triangles[:, element[0]] == vertex)[0][0])
        x, y = (np.array([v]) for v in ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0))[local])
        columns.append([v[0] for v in stress.state.at(element, x, y)])
    young, poisson, eps = np.array(columns).T
    return young, poisson, eps


def _elastic(stress: ThermalStress, site: CornerSite, reference_deg: float | None) -> ElasticCorner:
    young, poisson, _ = _corner_state(stress, site)
    wedges = [
        ElasticWedge(angle, float(e), float(nu))
        for angle, e, nu in zip(site.angles_deg, young, poisson, strict=True)
    ]
    faces = None
    if site.face_facets is not None:
        first, last = (_elastic_face(stress, site, f) for f in site.face_facets)
        faces = (first, last)
    return ElasticCorner(wedges, faces, site.start_deg, reference_deg)


def _held_at(stress: ThermalStress, nodes: np.ndarray) -> np.ndarray:
    if not stress.held.size:
        return np.zeros((len(nodes), 2), dtype=bool)
    return stress.held.reshape(-1, 2)[nodes]


def _elastic_face(stress: ThermalStress, site: CornerSite, facet: int) -> str:
    """ "free", "fixed" or "roller", from what is held in the middle of a face's first facet."""
    model = stress.model
    held_r, held_z = _held_at(stress, np.array([model.mesh.nvertices + facet]))[0]
    if not held_r and not held_z:
        return "free"
    if held_r and held_z:
        return "fixed"
    a, b = model.points_um[:, model.mesh.facets[:, facet]].T
    tangent = (b - a) / np.hypot(*(b - a))
    if abs(tangent[0] if held_r else tangent[1]) > 1e-6:
        raise InputError(
            f"{site.name}: a face is held in '{'r' if held_r else 'z'}', which is not across it"
        )
    return "roller"


def _check_faces(stress: ThermalStress, site: CornerSite, corner: ElasticCorner) -> None:
    """Held faces must move like the corner, or they do work on the complementary mode."""
    if site.face_facets is None or corner.faces is None:
        return
    model = stress.model
    near = np.hypot(*(model.node_points_um - site.point_um[:, None])) < OUTER * site.reach_um
    limits = np.radians(site.start_deg) + corner.limits[[0, -1]]
    spread = np.abs(stress.u_um).max()
    for face, direction in zip(corner.faces, limits, strict=True):
        if face == "free":
            continue
        away = model.node_points_um - site.point_um[:, None]
        across = np.abs(-np.sin(direction) * away[0] + np.cos(direction) * away[1])
        along = np.cos(direction) * away[0] + np.sin(direction) * away[1]
        nodes = np.nonzero(near & (across < 1e-9 + 1e-2 * along) & (along > 0))[0]
        held = _held_at(stress, nodes)
        moved = np.abs(stress.u_um[nodes] - stress.u_um[_vertex(site)])
        if (moved[held] > 1e-9 * spread).any():
            raise InputError(f"{site.name}: the displacement prescribed on a face varies along it")


def _elastic_exchange(
    stress: ThermalStress,
    points: _Points,
    duals: list[Mode],
    outer: float,
    u0: np.ndarray,
    constant: np.ndarray,
) -> list[complex]:
    model, axis = stress.model, points.axis_distance
    rr, zz, tt, rz = stress.stress_at(points.element, points.x, points.y)
    young, poisson, eps = stress.state.at(points.element, points.x, points.y)
    shape, _, _ = kernels.shape_functions(np.array([points.x, points.y]))
    u = np.einsum("mi,mic->cm", shape, stress.u_um[model.nodes[:, points.element].T])
    moved = u - u0[:, None]
    total = rr + zz + tt
    err, ezz = (((1 + poisson) * s - poisson * total) / young + eps for s in (rr, zz))
    erz = (1 + poisson) * rz / young
    force = np.array([(rr - tt) / axis, rz / axis])
    if stress.body_force is not None:
        position = model.position_um(points.element, points.x, points.y) / model.unit_um
        force = force + np.asarray(stress.body_force(*position), dtype=float)
    q, slope = _weight(points.radius, outer)
    n = np.array([points.cosine, points.sine])
    out = []
    for dual in duals:
        v, s, e = _fields(dual, points)
        pull = (rr * n[0] + rz * n[1]) * v[0] + (rz * n[0] + zz * n[1]) * v[1]
        back = (s[0] * n[0] + s[2] * n[1]) * moved[0] + (s[2] * n[0] + s[1] * n[1]) * moved[1]
        inside = force[0] * v[0] + force[1] * v[1]
        inside = inside + s[0] * err + s[1] * ezz + 2 * s[2] * erz
        inside = inside - rr * e[0] - zz * e[1] - 2 * rz * e[2]
        inside = inside + constant[points.wedge] * (e[0] + e[1])
        numeric = ((q * inside - slope * (pull - back)) * points.area).sum()
        out.append(complex(numeric - _constant_part(dual, constant, outer)))
    return out


def _fields(mode: Mode, points: _Points) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Displacement (R, Z), stress and strain (RR, ZZ, RZ) of a mode at points."""
    angular_u, angular_s = mode.elastic(points.theta, points.wedge)
    power = points.radius.astype(complex) ** mode.value
    u = points.turned(angular_u * power)
    polar = angular_s * (power / points.radius)
    stress = points.rotated(*polar)
    strain = points.rotated(*_plane_strain(mode, polar, points.wedge))
    return u, stress, strain


def _plane_strain(mode: Mode, polar: np.ndarray, wedge: np.ndarray) -> np.ndarray:
    wedges = mode.corner.wedges
    young = np.array([w.young_mpa for w in wedges])[wedge]
    nu = np.array([w.poisson for w in wedges])[wedge]
    rr, tt, rt = polar
    out_of_plane = nu * (rr + tt)
    return (1 + nu) / young * np.array([rr - out_of_plane, tt - out_of_plane, rt])


def _constant_part(mode: Mode, constant: np.ndarray, outer: float) -> complex:
    """Integral of q s0 : e* for the s0 of each wedge at the corner."""
    theta, wedge, weight = mode.corner.gauss
    _, polar = mode.elastic(theta, wedge)
    strain = _plane_strain(mode, polar, wedge)
    angular = ((strain[0] + strain[1]) * constant[wedge] * weight).sum()
    # e* = r^(mode - 1) times its angular function, dA = r dr dtheta
    return complex(angular) * _radial_moment(mode.value, outer)


# ---------------------------------------------------------------------- conduction


def _conduction_sites(
    current: CurrentFlow, point: np.ndarray | tuple[float, float]
) -> tuple[CornerSite, ...]:
    model = current.model
    part = model.mask(current.conducting_elements)
    cuts = np.concatenate([model.facets(current.source), model.facets(current.sink)])
    sites = corner_sites(model, point, part, cuts)
    for site in sites:
        vertex = _vertex(site)
        found = np.nonzero((model.triangles == vertex) & part)
        values = current.local_phi_v[found[1], found[0]]
        scale = np.abs(current.local_phi_v).max()
        if len(sites) == 1 and np.ptp(values) > 1e-9 * scale:
            raise InputError(
                f"{site.name}: the potential jumps there; with a contact resistance the corner has "
                "no power law"
            )
    return sites


def _conducting(current: CurrentFlow, site: CornerSite) -> ConductionCorner:
    vertex = _vertex(site)
    wedges = []
    for region, angle in zip(site.regions, site.angles_deg, strict=True):
        found = current.model.regions[region]
        element = found[(current.model.triangles[:, found] == vertex).any(axis=0)][0]
        wedges.append(ConductingWedge(angle, float(current.conductivity_s_per_m[element, 0])))
    faces = None
    if site.face_facets is not None:
        first, last = (_conduction_face(current, site, f) for f in site.face_facets)
        faces = (first, last)
    return ConductionCorner(wedges, faces, site.start_deg)


def _conduction_face(current: CurrentFlow, site: CornerSite, facet: int) -> str:
    model = current.model
    if not any(facet in model.facets(name) for name in (current.source, current.sink)):
        return "insulated"
    pair = model.mesh.f2t[:, facet]
    element = int(next(e for e in pair if e >= 0 and e in current.conducting_elements))
    nodes = model.facet_nodes(np.array([facet]))[:, 0]
    local = [int(np.nonzero(model.nodes[:, element] == node)[0][0]) for node in nodes]
    values = current.local_phi_v[element, local]
    if np.ptp(values) > 1e-12 * np.abs(current.local_phi_v).max():
        raise InputError(f"{site.name} lies on a terminal of uniform flux, which is no power law")
    return "equipotential"


def _conduction_exchange(
    current: CurrentFlow, points: _Points, duals: list[Mode], outer: float, phi0: float
) -> list[complex]:
    j = current.current_density_at(points.element, points.x, points.y)
    shape, _, _ = kernels.shape_functions(np.array([points.x, points.y]))
    phi = (shape * current.local_phi_v[points.element]).sum(axis=1) - phi0
    lost = j[0] / points.axis_distance
    if current.current_source is not None:
        model = current.model
        position = model.position_um(points.element, points.x, points.y) / model.unit_um
        lost = lost - np.asarray(current.current_source(*position), dtype=float)
    q, slope = _weight(points.radius, outer)
    outwards = points.cosine * j[0] + points.sine * j[1]
    out = []
    for dual in duals:
        angular, density = dual.conduction(points.theta, points.wedge)
        power = points.radius.astype(complex) ** dual.value
        potential, radial = angular * power, density[0] * power / points.radius
        ring = potential * outwards - radial * phi
        out.append(complex(((q * potential * lost - slope * ring) * points.area).sum()))
    return out
