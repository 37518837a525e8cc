"""Corners of a cross-section: wedges, faces, names and singular exponents, without any solving.

A corner is a vertex off the axis where materials of different stiffness meet other than along a
smooth line, or where a free surface or a conductor's outline turns re-entrant. Exponents follow
from angles and materials alone (:mod:`fem_bump.corners.modes`).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence

import numpy as np

from fem_bump import Material
from fem_bump.corners.modes import ElasticCorner, Exponent
from fem_bump.corners.wedges import ElasticWedge
from geometry import CrossSection
from geometry.process.step import interfaces
from studies.corner_tables.conductors import (
    conduction_corner,
    conductors_at,
    no_power_law,
    terminals_of,
)
from studies.corner_tables.corner import DesignCorner, Singularity, Wedge
from studies.corner_tables.corner_names import corner_name, with_distinct_names
from studies.loads.shipped.current import resistive_interfaces
from studies.solution.solved import region_materials

NEAR_UM = 1e-6


def section_corners(section: CrossSection) -> tuple[DesignCorner, ...]:
    """Corners of a cross-section with their exponents, without any solving."""
    materials = region_materials(section)
    around = _edges_around(section)
    found = []
    for vertex, (r, z) in enumerate(section.vertices_um):
        if r < NEAR_UM or vertex in section.smooth_vertices:
            continue  # on the axis the section is not in plane strain; curves have no corners
        for wedges, faces, edges in _runs(section, around[vertex]):
            corner = _corner(section, materials, (float(r), float(z)), wedges, faces, edges)
            if corner is not None:
                found.append(corner)
    found.sort(key=lambda corner: corner.point_um)
    return tuple(with_distinct_names(found))


# ---------------------------------------------------------------------- wedges of the section

_Ray = tuple[float, int, str | None]  # direction (deg), edge, region on its counter-clockwise side
_Run = tuple[tuple[Wedge, ...], tuple[int, int] | None, tuple[int, ...]]


def _edges_around(section: CrossSection) -> list[list[_Ray]]:
    """Rays of every vertex, counter-clockwise."""
    vertices = section.vertices_um
    curved = {k for chain in section.curves for k in chain}
    out: list[list[_Ray]] = [[] for _ in vertices]
    for k, edge in enumerate(section.edges):
        for here, there, region in (
            (edge.start, edge.end, edge.left),
            (edge.end, edge.start, edge.right),
        ):
            direction = vertices[there] - vertices[here]
            if k in curved and section.meridian is not None:
                t = section.meridian.project(vertices[here][:, None])
                tangent = section.meridian.tangent(t)[:, 0]
                direction = tangent * np.sign(tangent @ direction)
            out[here].append((math.degrees(math.atan2(direction[1], direction[0])), k, region))
    return [sorted(rays) for rays in out]


def _runs(section: CrossSection, rays: list[_Ray]) -> Iterator[_Run]:
    """Bonded wedges around a vertex: (wedges, outer edges or None, all edges in order)."""
    n = len(rays)
    starts = [i for i in range(n) if rays[i - 1][2] is None and rays[i][2] is not None]
    if not starts:
        if rays[0][2] is None:
            return
        order = list(range(n))
        yield _wedges(section, rays, order), None, tuple(rays[i][1] for i in order)
        return
    for first in starts:
        order = []
        i = first
        while rays[i][2] is not None:
            order.append(i)
            i = (i + 1) % n
        edges = (*(rays[j][1] for j in order), rays[i][1])
        yield _wedges(section, rays, order), (edges[0], edges[-1]), edges


def _wedges(section: CrossSection, rays: list[_Ray], order: Sequence[int]) -> tuple[Wedge, ...]:
    out = []
    for i in order:
        start, _, region = rays[i]
        assert region is not None
        turn = (rays[(i + 1) % len(rays)][0] - start) % 360.0 or 360.0
        out.append(Wedge(region, section.region_materials[region], start, turn))
    return tuple(out)


def _corner(
    section: CrossSection,
    materials: dict[str, Material],
    point: tuple[float, float],
    wedges: tuple[Wedge, ...],
    outer: tuple[int, int] | None,
    edges: tuple[int, ...],
) -> DesignCorner | None:
    """The corner, or None for a smooth point."""
    names = _names_of_edges(section)
    faces = None
    if outer is not None:
        first, last = (_elastic_face(section, names[k]) for k in outer)
        faces = (first, last)
    temperature = section.design.load.thermal.temperature_degc
    elastic = ElasticCorner(
        [
            ElasticWedge(
                wedge.angle_deg,
                float(materials[wedge.region].at("young_mpa", temperature)),
                float(materials[wedge.region].at("poisson", temperature)),
            )
            for wedge in wedges
        ],
        faces,
        wedges[0].from_deg,
    )
    singular = [
        Singularity("stress", tuple(w.region for w in wedges), exponent)
        for exponent in _listed(elastic.exponents())
    ]
    conductors = []
    note, at_terminal = "", False
    # the vias of a ring stay out of the conduction: they are a resistance in series
    insulated = {"via"} if section.design.discrete_vias else set()
    conducts = [materials[w.region].is_conductor and w.region not in insulated for w in wedges]
    for run in conductors_at(conducts, outer, edges, names, terminals_of(section.design)):
        regions = tuple(wedges[i].region for i in run[0])
        at_terminal |= run[1] is not None and set(run[1]) != {"insulated"}
        refused = no_power_law(resistive_interfaces(section), run, edges, names)
        if refused:
            note = refused
            continue
        conduction = conduction_corner(section.design, materials, wedges, run)
        conductors.append(regions)
        singular += [
            Singularity("current", regions, exponent)
            for exponent in _listed(conduction.exponents())
        ]
    if not singular and _is_smooth(elastic):
        return None
    return DesignCorner(
        corner_name(section, point, wedges, at_terminal),
        point,
        wedges,
        faces,
        _reference(section, wedges, outer is None),
        tuple(singular),
        tuple(conductors),
        note,
    )


def _listed(exponents: Sequence[Exponent]) -> list[Exponent]:
    """Singular ones, of complex pairs the one with Im > 0."""
    return [e for e in exponents if e.singular and e.value.imag >= 0]


def _is_smooth(corner: ElasticCorner) -> bool:
    """One material all round or on a flat or convex outline, or two along a straight line."""
    parts: list[tuple[float, float, float]] = []
    for wedge in corner.wedges:
        if parts and parts[-1][1:] == (wedge.young_mpa, wedge.poisson):
            parts[-1] = (parts[-1][0] + wedge.angle_deg, *parts[-1][1:])
        else:
            parts.append((wedge.angle_deg, wedge.young_mpa, wedge.poisson))
    if corner.faces is None and len(parts) > 1 and parts[0][1:] == parts[-1][1:]:
        parts[0] = (parts[0][0] + parts.pop()[0], *parts[0][1:])
    angles = [part[0] for part in parts]
    if len(parts) == 1:
        return True  # its exponents are above or at 1, else it would not be asked
    if corner.faces is None:
        return len(parts) == 2 and abs(angles[0] - 180) < 1e-6
    # a plane of symmetry mirrors the section: an interface that meets it squarely goes straight on
    mirrored = corner.faces == ("roller", "roller") and len(parts) == 2
    return mirrored and all(abs(angle - 90) < 1e-6 for angle in angles)


# ---------------------------------------------------------------------- faces


def _names_of_edges(section: CrossSection) -> list[set[str]]:
    out: list[set[str]] = [set() for _ in section.edges]
    for name, found in section.boundaries.items():
        for k in found:
            out[k].add(name)
    return out


def _elastic_face(section: CrossSection, names: set[str]) -> str:
    thermal = section.design.load.thermal
    held = {"cell_side"} if thermal.lateral == "periodic" else set()
    if thermal.underside == "held-flat":
        held.add("chip_bottom")
    return "roller" if names & held else "free"


def _reference(section: CrossSection, wedges: tuple[Wedge, ...], closed: bool) -> float | None:
    """Direction of the interface that matters most."""
    pairs = list(itertools.pairwise(wedges))
    if closed:
        pairs.append((wedges[-1], wedges[0]))
    rank, ranked = [], interfaces()
    for below, above in pairs:
        if below.material == above.material:
            continue
        sides = {below.region, above.region}
        which = next(
            (
                k
                for k, i in enumerate(ranked)
                if any(
                    {x, y} == sides
                    for x in section.members(i.upper)
                    for y in section.members(i.lower)
                )
            ),
            len(ranked),
        )
        rank.append((which, above.from_deg))
    return min(rank)[1] if rank else None
