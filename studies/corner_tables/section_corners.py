"""Corners of a cross-section: wedges, faces, names and singular exponents, without any solving.

A corner is a vertex off the axis where materials of different stiffness meet other than along a
smooth line, or where a free surface or a conductor's outline turns re-entrant. Exponents follow
from angles and materials alone (:mod:`fem_bump.corners.wedges`).
"""

from __future__ import annotations

import cmath
import itertools
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from fem_bump import Material
from fem_bump.corners.wedges import (
    ConductingWedge,
    ConductionCorner,
    ElasticCorner,
    ElasticWedge,
    Exponent,
)
from geometry import CrossSection, Design
from geometry.process.step import interfaces
from studies.solution.solved import region_materials

NEAR_UM = 1e-6


@dataclass(frozen=True)
class Wedge:
    """One region at a corner."""

    region: str
    material: str
    from_deg: float
    angle_deg: float


@dataclass(frozen=True)
class Singularity:
    """One exponent below 1, for stress or for current density, with the intensities of its modes.

    Attributes
    ----------
    regions
        Wedges of the corner that it belongs to: all, or the conductors that hang together.
    intensities, errors
        Per mode, MPa um^(1 - lambda) or A um^(-1 - lambda); empty before solving, or where ``note``
        says why there is none.
    mode_mix_deg
        Of the traction in the reference direction, per mode of the stress.
    """

    physics: str
    regions: tuple[str, ...]
    exponent: Exponent
    intensities: tuple[complex, ...] = ()
    errors: tuple[float, ...] = ()
    mode_mix_deg: tuple[float, ...] = ()
    note: str = ""

    @property
    def unit(self) -> str:
        lam = self.exponent.value.real
        if self.physics == "stress":
            return f"MPa um^{1 - lam:.3g}"
        return f"A um^-{1 + lam:.3g}"


@dataclass(frozen=True)
class DesignCorner:
    """A corner of a design.

    Attributes
    ----------
    name
        Its regions, the upper one first, and its place.
    point_um
        r, z.
    faces
        What holds at the first and the last face; None where wedges fill the circle.
    reference_deg
        Direction of the interface on which stress modes are normalized; None: the bisector.
    singularities
        By physics, then by exponent; empty where both fields stay bounded.
    """

    name: str
    point_um: tuple[float, float]
    wedges: tuple[Wedge, ...]
    faces: tuple[str, str] | None
    reference_deg: float | None
    singularities: tuple[Singularity, ...]
    conductors: tuple[tuple[str, ...], ...] = ()
    note: str = ""

    def record(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "name": self.name,
            "r_um": self.point_um[0],
            "z_um": self.point_um[1],
            "wedges": [vars(wedge) for wedge in self.wedges],
            "faces": None if self.faces is None else list(self.faces),
            "reference_deg": self.reference_deg,
            "note": self.note,
            "singularities": [_record(one) for one in self.singularities],
        }


def section_corners(section: CrossSection) -> tuple[DesignCorner, ...]:
    """Corners of a cross-section with their exponents, without any solving."""
    materials = region_materials(section)
    around = _edges_around(section)
    found = []
    for vertex, (r, z) in enumerate(section.vertices_um):
        if r < NEAR_UM:
            continue  # on the axis the section is not in plane strain
        for wedges, faces, edges in _runs(section, around[vertex]):
            corner = _corner(section, materials, (float(r), float(z)), wedges, faces, edges)
            if corner is not None:
                found.append(corner)
    found.sort(key=lambda corner: corner.point_um)
    return tuple(_distinct(found))


def _record(one: Singularity) -> dict[str, Any]:
    lam = one.exponent.value
    modes = [
        {
            "intensity": abs(k) if lam.imag else k.real,
            "phase_deg": math.degrees(cmath.phase(k)) if lam.imag else None,
            "error": error,
        }
        for k, error in zip(one.intensities, one.errors, strict=True)
    ]
    for mode, mix in zip(modes, one.mode_mix_deg, strict=False):
        mode["mode_mix_deg"] = mix
    return {
        "physics": one.physics,
        "regions": list(one.regions),
        "exponent": lam.real,
        "exponent_imaginary": lam.imag,
        "multiplicity": one.exponent.multiplicity,
        "unit": one.unit,
        "modes": modes,
        "note": one.note,
    }


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
    for run in _conductors(conducts, outer, edges, names, _terminals(section.design)):
        regions = tuple(wedges[i].region for i in run[0])
        at_terminal |= run[1] is not None and set(run[1]) != {"insulated"}
        refused = _no_power_law(section.design, run, edges, names)
        if refused:
            note = refused
            continue
        conduction = _conduction(section.design, materials, wedges, run)
        conductors.append(regions)
        singular += [
            Singularity("current", regions, exponent)
            for exponent in _listed(conduction.exponents())
        ]
    if not singular and _is_smooth(elastic):
        return None
    return DesignCorner(
        _name(section, point, wedges, at_terminal),
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


@dataclass(frozen=True)
class _Terminals:
    equipotential: frozenset[str]
    flux: frozenset[str]


def _terminals(design: Design) -> _Terminals:
    load = design.load.current
    flux = {load.source} if load.source_kind == "flux" else set()
    return _Terminals(frozenset({load.source, load.sink} - flux), frozenset(flux))


# wedges, and the indices into the run's edges of the first and last face; None: all round
_Conductor = tuple[tuple[int, ...], tuple[str, str] | None]


def _conductors(
    conducts: Sequence[bool],
    outer: tuple[int, int] | None,
    edges: tuple[int, ...],
    names: list[set[str]],
    terminals: _Terminals,
) -> Iterator[_Conductor]:
    """Neighbouring conductors that no terminal separates."""
    n = len(conducts)

    def face(k: int) -> str | None:
        """What a wedge's first edge is, or the last one's second: a face, or None inside."""
        here = names[edges[k % len(edges)]]
        if here & terminals.equipotential:
            return "equipotential"
        if here & terminals.flux:
            return "flux"
        before, after = k - 1, k
        if outer is None:
            before, after = before % n, after % n
        inside = 0 <= before < n and 0 <= after < n and conducts[before] and conducts[after]
        return None if inside else "insulated"

    starts = [i for i in range(n) if conducts[i] and face(i) is not None]
    if not starts:
        if outer is None and all(conducts):
            yield tuple(range(n)), None
        return
    for first in starts:
        run = [first]
        while face(run[-1] + 1) is None:
            run.append((run[-1] + 1) % n)
        begin, end = face(first), face(run[-1] + 1)
        assert begin is not None and end is not None
        yield tuple(run), (begin, end)


def _no_power_law(
    design: Design, run: _Conductor, edges: tuple[int, ...], names: list[set[str]]
) -> str:
    """Why the current has no power law at a corner, or nothing."""
    if run[1] is not None and "flux" in run[1]:
        return "current: at a terminal of uniform flux the current has no power law"
    resistive = {
        name for name, rc in design.load.current.contact_resistivity_ohm_m2.items() if rc > 0
    }
    inner = run[0] if run[1] is None else run[0][1:]
    for i in inner:
        for name in names[edges[i]]:
            if name in resistive or name.partition(":")[0] in resistive:
                return f"current: with a contact resistance at {name} there is no power law"
    return ""


def _conduction(
    design: Design,
    materials: dict[str, Material],
    wedges: tuple[Wedge, ...],
    run: _Conductor,
) -> ConductionCorner:
    temperature = design.load.current.temperature_degc
    parts = [
        ConductingWedge(
            wedges[i].angle_deg,
            float(materials[wedges[i].region].at("conductivity_s_per_m", temperature)),
        )
        for i in run[0]
    ]
    return ConductionCorner(parts, run[1], wedges[run[0][0]].from_deg)


# ---------------------------------------------------------------------- names


def _name(
    section: CrossSection,
    point: tuple[float, float],
    wedges: tuple[Wedge, ...],
    at_terminal: bool,
) -> str:
    order = section.design.region_names
    regions = sorted({wedge.region for wedge in wedges}, key=order.index, reverse=True)
    return "/".join(regions) + ", " + _place(section, point, set(regions), at_terminal)


def _place(
    section: CrossSection, point: tuple[float, float], regions: set[str], at_terminal: bool
) -> str:
    """Where a corner lies, in the words of the process."""
    design = section.design
    r = point[0]
    recessed = design.depth_um > 0
    lower = {"pad", "dielectric", "via"}
    ubm = regions & set(section.members("ubm"))
    places = [
        (design.ubm_radius_um, "UBM edge", "bump" in regions or bool(ubm)),
        (design.recess_floor_radius_um, "recess foot", recessed and len(regions & lower) > 0
         and "passivation" not in regions and "polyimide" not in regions),
        (design.recess_top_radius_um, "recess edge", recessed and "pad" in regions),
        (design.opening_radius_um, "mask edge", True),
        (design.passivation.opening_radius_um, "passivation opening", True),
        (design.pad_radius_um, "pad rim", True),
        (section.cell_radius_um, "cell side", True),
    ]  # fmt: skip
    if design.assembly is not None and "substrate_pad" in regions:
        places.insert(0, (design.assembly.pad.diameter_um / 2, "substrate pad rim", True))
    for radius, place, applies in places:
        if applies and abs(r - radius) < 1e-3:
            return place
    if at_terminal:
        return "terminal edge"
    return "UBM step" if ubm else "step"


def _distinct(corners: list[DesignCorner]) -> list[DesignCorner]:
    """Names made unique: by height, then by radius."""
    for tell in (
        lambda p: f" at z = {p[1]:.4g} um",
        lambda p: f" and r = {p[0]:.4g} um",
    ):
        count = Counter(corner.name for corner in corners)
        corners = [
            replace(c, name=c.name + tell(c.point_um)) if count[c.name] > 1 else c for c in corners
        ]
    return corners


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
