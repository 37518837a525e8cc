"""Intensity of the current density at a corner, by a domain integral with the complementary mode.

With F = phi* J - phi J* and div J = - J_R / R + source the intensity of one mode is that of

    I(0) = - int F q' dA + int q phi* (J_R / R - source) dA,

q the weight of :mod:`fem_bump.corners.intensity`. Units: K in A um^(-1 - lambda).
"""

from __future__ import annotations

import numpy as np

from fem_bump.body.corner_site import CornerSite, corner_sites
from fem_bump.conduction.flow import CurrentFlow
from fem_bump.corners.intensity import (
    RE_MAX,
    Intensity,
    Points,
    intensities,
    points_around,
    vertex_of,
    weight_at,
)
from fem_bump.corners.modes import ConductionCorner, Mode
from fem_bump.corners.wedges import ConductingWedge
from fem_bump.errors import InputError


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
    sites, out = _conduction_sites(current, point), []
    local = current.local_potential_v()
    for site in sites:
        corner = _conducting(current, site)
        here = site.elements_within(1e-9 * site.reach_um)
        at = np.nonzero(current.model.triangles[:, here].T == vertex_of(site))
        phi0 = float(local[here[at[0][0]], at[1][0]])

        def exchange(
            duals: list[Mode],
            outer: float,
            site: CornerSite = site,
            corner: ConductionCorner = corner,
            phi0: float = phi0,
        ) -> list[complex]:
            points = points_around(site, corner, outer, current.conducting_elements)
            return _conduction_exchange(current, points, duals, outer, phi0)

        out.append(intensities(corner, site, exchange, re_max, 0.1))
    return tuple(out)


def _conduction_sites(
    current: CurrentFlow, point: np.ndarray | tuple[float, float]
) -> tuple[CornerSite, ...]:
    if current.varies_around:
        raise InputError(
            "a corner's intensity is that of a flow which is the same all around: give "
            "flow.axisymmetric"
        )
    model, local = current.model, current.local_potential_v()
    part = model.mask(current.conducting_elements)
    cuts = np.concatenate([model.facets(current.source), model.facets(current.sink)])
    sites = corner_sites(model, point, part, cuts)
    for site in sites:
        vertex = vertex_of(site)
        found = np.nonzero((model.triangles == vertex) & part)
        values = local[found[1], found[0]]
        scale = np.abs(local).max()
        if len(sites) == 1 and np.ptp(values) > 1e-9 * scale:
            raise InputError(
                f"{site.name}: the potential jumps there; with a contact resistance the corner has "
                "no power law"
            )
    return sites


def _conducting(current: CurrentFlow, site: CornerSite) -> ConductionCorner:
    vertex = vertex_of(site)
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
    at = [int(np.nonzero(model.nodes[:, element] == node)[0][0]) for node in nodes]
    local = current.local_potential_v()
    if np.ptp(local[element, at]) > 1e-12 * np.abs(local).max():
        raise InputError(f"{site.name} lies on a terminal of uniform flux, which is no power law")
    return "equipotential"


def _conduction_exchange(
    current: CurrentFlow, points: Points, duals: list[Mode], outer: float, phi0: float
) -> list[complex]:
    j = current.current_density_at(points.element, points.x, points.y)
    phi = current.potential_at(points.element, points.x, points.y) - phi0
    lost = j[0] / points.axis_distance
    source = current.plane.current_source
    if source is not None:
        model = current.model
        position = model.position_um(points.element, points.x, points.y) / model.unit_um
        lost = lost - np.asarray(source(*position), dtype=float)
    q, slope = weight_at(points.radius, outer)
    outwards = points.cosine * j[0] + points.sine * j[1]
    out = []
    for dual in duals:
        angular, density = dual.conduction(points.theta, points.wedge)
        power = points.radius.astype(complex) ** dual.value
        potential, radial = angular * power, density[0] * power / points.radius
        ring = potential * outwards - radial * phi
        out.append(complex(((q * potential * lost - slope * ring) * points.area).sum()))
    return out
