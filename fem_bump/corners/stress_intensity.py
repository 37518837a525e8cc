"""Stress intensity of a corner, by a domain integral with the complementary mode u*, s*, e*.

By Betti's theorem

    I(r) = integral over a circle of (s n . u* - s* n . u)

picks the intensity of one mode alone (:mod:`fem_bump.corners.intensity`). What the
axisymmetric body adds to the plane problem,

    div s + f = 0,   f = ((s_RR - s_tt) / R, s_RZ / R) + body force,
    s = C0 e + s0,   s0 = L e_tt - (3 L + 2 G) eps_th  (in the plane, plus a change of C with T),

makes I depend on the radius; with a weight q that is 1 near the corner and 0 at the outer radius

    I(0) = - int (s n . u* - s* n . u) q' dA + int q (f . u* + s* : e - s : e*) dA

does not. s0 at the corner, constant in each wedge, meets e* ~ r^(-lambda - 1): that part is
integrated in closed form over r, the rest by Gauss points of the elements. The first integral lives
on a ring away from the corner, so that the poor finite-element solution of the innermost elements
does not enter: the error is of the order of the energy's, not of the stress's. u is taken relative
to the corner, so that a moving plane of symmetry does no work.

Units: K in MPa um^(1 - lambda).
"""

from __future__ import annotations

import numpy as np

from fem_bump.algebra.shape_functions import shape_functions
from fem_bump.body.corner_site import CornerSite, corner_sites
from fem_bump.corners.intensity import (
    OUTER,
    RE_MAX,
    Intensity,
    Points,
    intensities,
    points_around,
    radial_moment,
    vertex_of,
    weight_at,
)
from fem_bump.corners.modes import IM_MAX, ElasticCorner, Mode
from fem_bump.corners.wedges import ElasticWedge
from fem_bump.errors import InputError
from fem_bump.mechanics.harmonic_stress import HarmonicStress
from fem_bump.mechanics.state import ThermalStress


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
    plane = _axisymmetric(stress)
    return _elastic(plane, _elastic_site(plane, point), reference_deg)


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
        Direction in which modes are normalized, see :class:`fem_bump.corners.modes.Corner`.
    re_max
        Largest real part of the exponents, below 1.

    Raises
    ------
    InputError
        See :func:`elastic_corner`; a state that varies around the axis; a prescribed
        displacement that varies along a face.
    AnalysisError
        When the exponents cannot be counted.
    """
    if not 0 < re_max < 1:
        raise InputError(f"re_max = {re_max} must lie between 0 and 1")
    plane = _axisymmetric(stress)
    site = _elastic_site(plane, point)
    corner = _elastic(plane, site, reference_deg)
    _check_faces(plane, site, corner)
    vertex = vertex_of(site)
    u0 = plane.u_um[vertex]
    young, poisson, eps = _corner_state(plane, site)
    shear = young / (2 * (1 + poisson))
    lame = 2 * shear * poisson / (1 - 2 * poisson)
    hoop = u0[0] / site.point_um[0]
    constant = lame * hoop - (3 * lame + 2 * shear) * eps  # MPa per wedge

    def exchange(duals: list[Mode], outer: float) -> list[complex]:
        points = points_around(site, corner, outer)
        return _elastic_exchange(plane, points, duals, outer, u0, constant)

    return intensities(corner, site, exchange, re_max, im_max)


def _axisymmetric(stress: ThermalStress) -> HarmonicStress:
    """Harmonic 0 of a state that has no other."""
    if stress.varies_around:
        raise InputError(
            "the state varies around the axis: ask its axisymmetric part for the intensities"
        )
    return stress.part(0)


def _elastic_site(stress: HarmonicStress, point: np.ndarray | tuple[float, float]) -> CornerSite:
    model = stress.model
    obstacles = model.node_points_um[:, stress.held.any(axis=1)]
    sites = corner_sites(model, point, obstacles=obstacles)
    if len(sites) > 1:
        raise InputError(f"{sites[0].name}: the parts of the body there touch in a point only")
    return sites[0]


def _corner_state(
    stress: HarmonicStress, site: CornerSite
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """E, nu, thermal strain per wedge, at the corner."""
    vertex = vertex_of(site)
    columns = []
    for region in site.regions:
        found = stress.model.regions[region]
        element = found[(stress.model.triangles[:, found] == vertex).any(axis=0)][:1]
        local = int(np.nonzero(stress.model.triangles[:, element[0]] == vertex)[0][0])
        x, y = (np.array([v]) for v in ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0))[local])
        columns.append([v[0] for v in stress.state.at(element, x, y)])
    young, poisson, eps = np.array(columns).T
    return young, poisson, eps


def _elastic(
    stress: HarmonicStress, site: CornerSite, reference_deg: float | None
) -> ElasticCorner:
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


def _elastic_face(stress: HarmonicStress, site: CornerSite, facet: int) -> str:
    """ "free", "fixed" or "roller", from what is held in the middle of a face's first facet."""
    model = stress.model
    held_r, held_z = stress.held[model.mesh.nvertices + facet]
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


def _check_faces(stress: HarmonicStress, site: CornerSite, corner: ElasticCorner) -> None:
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
        held = stress.held[nodes]
        moved = np.abs(stress.u_um[nodes] - stress.u_um[vertex_of(site)])
        if (moved[held] > 1e-9 * spread).any():
            raise InputError(f"{site.name}: the displacement prescribed on a face varies along it")


def _elastic_exchange(
    stress: HarmonicStress,
    points: Points,
    duals: list[Mode],
    outer: float,
    u0: np.ndarray,
    constant: np.ndarray,
) -> list[complex]:
    model, axis = stress.model, points.axis_distance
    rr, zz, tt, rz = stress.stress_at(points.element, points.x, points.y)
    young, poisson, eps = stress.state.at(points.element, points.x, points.y)
    shape, _, _ = shape_functions(np.array([points.x, points.y]))
    u = np.einsum("mi,mic->cm", shape, stress.u_um[model.nodes[:, points.element].T])
    moved = u - u0[:, None]
    total = rr + zz + tt
    err, ezz = (((1 + poisson) * s - poisson * total) / young + eps for s in (rr, zz))
    erz = (1 + poisson) * rz / young
    force = np.array([(rr - tt) / axis, rz / axis])
    if stress.body_force is not None:
        position = model.position_um(points.element, points.x, points.y) / model.unit_um
        force = force + np.asarray(stress.body_force(*position), dtype=float)
    q, slope = weight_at(points.radius, outer)
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


def _fields(mode: Mode, points: Points) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
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
    return complex(angular) * radial_moment(mode.value, outer)
