"""CrossSection: the finished bump as named polygons, edges, boundaries and interface legs.

The polygons of the last process step are noded into one planar graph, so that neighbours share
their vertices and edges exactly. Every edge knows the region on its left and right; from that
follow the named boundaries (``axis``, ``cell_side``, ...) and the interface legs
(``ubm/pad:floor``, ``ubm/pad:sidewall``, ...), which the mesher only has to copy.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import shapely
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from geometry.design.design import Design
from geometry.errors import DesignError
from geometry.liquid.meridian import Meridian
from geometry.process import recipes
from geometry.process.operations import ALIGNED_UM, GRID_UM, Film, Stack
from geometry.registry import pictures
from geometry.section.crack_path import CrackPath, find_crack_path
from geometry.section.planar_graph import MERGE_UM, Edge, planar_graph

# Upper side first: the normal of interface (a, b) points from b into a.
INTERFACES = (
    ("ubm", "pad"),
    ("ubm", "passivation"),
    ("ubm", "polyimide"),
    ("ubm", "dielectric"),
    ("ubm", "via"),
    ("pad", "via"),
    ("bump", "ubm"),
    ("bump", "substrate_pad"),
)


@dataclass(frozen=True)
class CrossSection:
    """Named polygons of one bump in the half-plane (r, z), um.

    Attributes
    ----------
    design
        What was asked for.
    steps
        The film strip: (label, stack) after every process step.
    films
        Region name to its film: material, polygon, exact curve and volume.
    groups
        Group name to region names; ``ubm`` is all UBM layers, plated ones included;
        ``bump_and_ubm`` is the body whose forces must balance.
    """

    design: Design
    steps: tuple[tuple[str, Stack], ...]
    films: Mapping[str, Film]
    groups: Mapping[str, tuple[str, ...]]

    @cached_property
    def regions(self) -> dict[str, BaseGeometry]:
        """Region name to polygon; a curved outline stands as chords."""
        return {name: film.shape for name, film in self.films.items()}

    @cached_property
    def region_materials(self) -> dict[str, str]:
        """Region name to material name."""
        return {name: film.material for name, film in self.films.items()}

    @property
    def cell_radius_um(self) -> float:
        return self.design.cell_radius_um

    @cached_property
    def uncracked(self) -> tuple[np.ndarray, tuple[Edge, ...]]:
        """Vertices and edges of the section without its crack."""
        return planar_graph(self.regions, self.feed_ends_um)[:2]

    @cached_property
    def crack(self) -> CrackPath | None:
        """Where the design's crack lies; None without one.

        The mesh is whole: boundary ``crack`` names the facets to open.
        """
        return find_crack_path(self)

    @cached_property
    def _graph(self) -> tuple[np.ndarray, tuple[Edge, ...], tuple[tuple[str, Polygon], ...]]:
        more = self.crack.nodes_um if self.crack else ()
        return planar_graph(self.regions, (*self.feed_ends_um, *more))

    @property
    def vertices_um(self) -> np.ndarray:
        """(n, 2) coordinates r, z."""
        return self._graph[0]

    @property
    def edges(self) -> tuple[Edge, ...]:
        return self._graph[1]

    @property
    def faces(self) -> tuple[tuple[str, Polygon], ...]:
        """(region, polygon) of every connected piece of every region."""
        return self._graph[2]

    @cached_property
    def feed_ends_um(self) -> tuple[tuple[float, float], ...]:
        """Points (r, z) where current stops entering, beside the corners of the films, um."""
        design = self.design
        if design.discrete_vias is not None:
            return tuple((r, 0.0) for r in design.discrete_vias.footprint_radii_um)
        if design.source_boundary == "trace_end":
            assert design.trace_thickness_um is not None
            return ((design.pad_radius_um, design.trace_thickness_um),)
        return ()

    @property
    def meridian(self) -> Meridian | None:
        """The bump's curved side, exactly; None for a straight one."""
        return self.films["bump"].meridian

    @cached_property
    def curves(self) -> tuple[tuple[int, ...], ...]:
        """Chains of edges that are chords of the meridian, each between two vertices that stay."""
        if self.meridian is None:
            return ()
        return _chord_chains(self)

    def members(self, name: str) -> tuple[str, ...]:
        """Regions of a group, or the region itself."""
        return self.groups.get(name, (name,))

    @cached_property
    def boundaries(self) -> dict[str, tuple[int, ...]]:
        """Boundary and interface-leg names to indices of :attr:`edges`."""
        named: dict[str, list[int]] = {}
        for index, edge in enumerate(self.edges):
            for name in self._names_of(edge):
                named.setdefault(name, []).append(index)
        return {name: tuple(found) for name, found in sorted(named.items())}

    def leg(self, name: str) -> LineString | BaseGeometry:
        """The line of a named boundary or interface leg."""
        pieces = [self._line(self.edges[k]) for k in self.boundaries[name]]
        return shapely.line_merge(shapely.union_all(pieces))

    def area_um2(self, name: str) -> float:
        """Revolved area of a named boundary or interface leg (2 pi integral of r ds), um^2."""
        return sum(self._revolved_area(self.edges[k]) for k in self.boundaries[name])

    def legs_of(self, upper: str, lower: str) -> dict[str, float]:
        """Leg names of an interface and their revolved areas, um^2."""
        prefix = f"{upper}/{lower}:"
        return {
            name.removeprefix(prefix): self.area_um2(name)
            for name in self.boundaries
            if name.startswith(prefix)
        }

    def derived(self) -> dict[str, float | None]:
        """Numbers every result carries."""
        design = self.design
        legs = self.legs_of("ubm", "pad")
        contact = sum(legs.values())
        return {
            "opening_ratio": design.opening_ratio,
            "recess_ratio": design.depth_ratio,
            "recess_depth_um": design.depth_um,
            "contact_area_um2": contact,
            "contact_area_ratio": contact / (math.pi * design.opening_radius_um**2),
            "bump_volume_um3": self.films["bump"].revolved_volume_um3,
            "bump_height_um": self._bump_height(),
            **self._curved(),
        }

    def notes(self) -> list[str]:
        """What an engineer should know before reading numbers of this design."""
        whole = ["the bump is whole: 'fem-bump crack' opens the crack of the design"]
        return (whole if self.design.crack and not self.crack else []) + self._via_notes()

    def _via_notes(self) -> list[str]:
        if self.design.via is None:
            return []
        vias = self.design.discrete_vias
        on_pad, on_ubm = self._fed
        if vias is None:
            name, feeds, off = "the via", "feeds", "the via"
            notes = []
        else:
            name, feeds, off = "the vias", "feed", "them"
            notes = [
                f"current enters through {vias.count} vias, each a sector of its own area; for the "
                "stress their metal is smeared into an annulus of the same area"
            ]
        if on_ubm and on_pad:
            they = "they feed" if vias else "it feeds"
            notes.append(f"the recess straddles {name}: {they} both the UBM and the pad")
        elif on_ubm:
            notes.append(f"the recess lands the UBM on {name} and cuts {off} off from the pad")
        else:
            notes.append(f"{name} {feeds} the pad; the UBM takes its current from the pad")
        return notes

    @property
    def pad_is_bypassed(self) -> bool:
        """Whether vias feed the UBM alone: no net current passes through the pad."""
        return self.design.via is not None and not self._fed[0]

    @cached_property
    def _fed(self) -> tuple[bool, bool]:
        """Whether vias reach the pad, and whether they reach the UBM."""
        if self.design.discrete_vias is None:
            return bool(self.legs_of("pad", "via")), bool(self.legs_of("ubm", "via"))
        fed = {
            side
            for k in self.boundaries["via_footprint"]
            for side in (self.edges[k].left, self.edges[k].right)
        }
        return "pad" in fed, bool(fed & set(self.members("ubm")))

    def _bump_height(self) -> float:
        """Height of the bump above the UBM's edge, um."""
        found = {k for name, edges in self.boundaries.items() for k in edges
                 if name.startswith("bump/ubm:")}  # fmt: skip
        ends = [(self.edges[k].start, self.edges[k].end) for k in found]
        r, z = self.vertices_um[np.ravel(ends)].T
        edge = z[r > r.max() - ALIGNED_UM].max()
        return float(self.regions["bump"].bounds[3] - edge)

    def _curved(self) -> dict[str, float | None]:
        meridian = self.meridian
        if meridian is None:
            return {}
        return {
            "bump_max_radius_um": meridian.max_radius_um,
            "bond_number": meridian.bond_number,
        }

    def plot(self, **kwargs):
        """The cross-section to scale, regions coloured by material, with a zoom on the recess.

        Returns
        -------
        matplotlib.figure.Figure
        """
        return pictures["section"](self, **kwargs)

    # ------------------------------------------------------------------ naming

    def _names_of(self, edge: Edge) -> Iterator[str]:
        p, q = self.vertices_um[edge.start], self.vertices_um[edge.end]
        sides = {edge.left, edge.right}
        if None in sides:
            (region,) = sides - {None}
            yield self._outer_name(region, p, q)
            joint = self.design.assembly
            if joint is not None and self._stands_at(joint.pad.diameter_um / 2, p, q):
                if region == "substrate_pad":  # bare where there is neither mask nor underfill
                    yield "substrate_pad_rim"
            return
        if "pad" in sides and self._stands_at(self.design.pad_radius_um, p, q):
            yield "pad_rim"
            trace = self.design.trace_thickness_um
            if trace is not None and max(p[1], q[1]) < trace + 2 * MERGE_UM:
                yield "trace_end"
        if sides == {"via", "chip"}:
            yield "via_bottom"
        if self._in_footprint(sides, p, q):
            yield "via_footprint"
        if self.crack is not None and self.crack.holds(p, q, 2 * MERGE_UM):
            yield "crack"
        joint = self.design.assembly
        if joint is not None:
            if "substrate_pad" in sides and self._stands_at(joint.pad.diameter_um / 2, p, q):
                yield "substrate_pad_rim"
            if sides == {"bump", "substrate_pad"}:
                yield "bump_top"
            elif "bump" in sides and "underfill" in sides:
                yield "bump_side"
        for upper, lower in INTERFACES:
            above, below = self.members(upper), self.members(lower)
            for a, b, (tail, head) in (
                (edge.left, edge.right, (p, q)),
                (edge.right, edge.left, (q, p)),
            ):
                if a in above and b in below:
                    yield f"{upper}/{lower}:{self._leg_name(upper, tail, head)}"

    def _outer_name(self, region: str | None, p: np.ndarray, q: np.ndarray) -> str:
        near = 4 * GRID_UM
        if max(p[0], q[0]) < near:
            return "axis"
        if abs(p[0] - self.cell_radius_um) + abs(q[0] - self.cell_radius_um) < near:
            return "cell_side"
        if region == "chip":
            return "chip_bottom"
        if region == "substrate" and min(p[1], q[1]) > self.regions["substrate"].bounds[3] - near:
            return "substrate_back"
        if region == "bump":
            return "bump_top" if self._on_top(p, q) else "bump_side"
        return "surface"

    def _stands_at(self, radius: float, p: np.ndarray, q: np.ndarray) -> bool:
        return bool(abs(p[0] - radius) + abs(q[0] - radius) < 4 * GRID_UM)

    def _in_footprint(self, sides: set[str | None], p: np.ndarray, q: np.ndarray) -> bool:
        """Underside of pad or UBM between the radii of the vias' sectors, whatever lies below."""
        vias = self.design.discrete_vias
        if vias is None or not sides & {"pad", *self.members("ubm")}:
            return False
        near = 2 * MERGE_UM  # an end may have become one with a film's corner
        inner, outer = vias.footprint_radii_um
        flat = max(abs(p[1]), abs(q[1])) < near
        return flat and inner - near < min(p[0], q[0]) and max(p[0], q[0]) < outer + near

    def _on_top(self, p: np.ndarray, q: np.ndarray) -> bool:
        """Flat top of a deposited bump; of a reflowed one the cap inside the contact's radius."""
        if self.design.assembly is not None:
            return False
        if self.meridian is None:
            return bool(min(p[1], q[1]) > self.regions["bump"].bounds[3] - 4 * GRID_UM)
        contact = self.design.bump.contact_diameter_ratio * self.design.ubm_radius_um
        above = self.meridian.at(np.array([0.0]))[1][0]
        return bool(max(p[0], q[0]) < contact + 1e-6 and min(p[1], q[1]) > above)

    def _leg_name(self, upper: str, tail: np.ndarray, head: np.ndarray) -> str:
        """Leg of an edge that has the upper side on its left."""
        dr, dz = head - tail
        if abs(dz) > 1e-6 * abs(dr):
            return "sidewall"
        if dr < 0:  # the upper side lies underneath: a film wrapped below an overhang
            return "underside"
        if upper == "pad":
            return "floor"
        z, reach = (float(tail[1]), float(head[0]))
        floor, rim = self._landing if upper == "bump" else self._recess_floor
        # what lies beyond the pad's rim may be as high as the floor
        near = 2 * MERGE_UM
        return "floor" if abs(z - floor) < near and reach < rim + near else "top"

    @property
    def _recess_floor(self) -> tuple[float, float]:
        """Height of what lies under the UBM inside the opening, and the opening's radius, um."""
        design = self.design
        return design.pad.thickness_um - design.depth_um, design.recess_top_radius_um

    @cached_property
    def _landing(self) -> tuple[float, float]:
        """Height and radius of the flat face on which the bump lands at the axis, um.

        The bottom of the dip that the opening leaves, or the whole top of a filled pillar.
        """
        ubm, flat = set(self.members("ubm")), []
        for edge in self.edges:
            sides = {edge.left, edge.right}
            if "bump" in sides and sides & ubm:
                (r0, z0), (r1, z1) = self.vertices_um[[edge.start, edge.end]]
                if abs(z1 - z0) <= 1e-6 * abs(r1 - r0):
                    flat.append((min(r0, r1), max(r0, r1), z0))
        _, reach, height = min(flat)
        for inner, outer, z in sorted(flat):
            if abs(z - height) < 2 * MERGE_UM and inner < reach + 2 * MERGE_UM:
                reach = max(reach, outer)
        return float(height), float(reach)

    def _line(self, edge: Edge) -> LineString:
        return LineString([self.vertices_um[edge.start], self.vertices_um[edge.end]])

    def _revolved_area(self, edge: Edge) -> float:
        p, q = self.vertices_um[edge.start], self.vertices_um[edge.end]
        return float(math.pi * (p[0] + q[0]) * math.dist(p, q))


def build_cross_section(design: Design) -> CrossSection:
    """Run a design's recipe and name what it made.

    Raises
    ------
    DesignError
        When a process step is impossible, or leaves the UBM without contact to the pad.
    """
    film_strip = recipes.run(design)
    films = film_strip[-1][1].films
    for film in films:
        if film.shape.is_empty:
            raise DesignError(f"nothing is left of region '{film.region}' after the last step")
    ubm = tuple(name for name in design.region_names if name.startswith(("ubm_", "enhanced_ubm_")))
    section = CrossSection(
        design=design,
        steps=tuple(film_strip),
        films={film.region: film for film in films},
        groups={"ubm": ubm, "bump_and_ubm": (*ubm, "bump")},
    )
    if not section.legs_of("ubm", "pad"):
        raise DesignError("the UBM does not touch the pad (step: UBM sputter)")
    return _with_its_crack(section)


def with_crack_length(section: CrossSection, length_um: float | None) -> CrossSection:
    """The same bump with its crack at another length, um; None: nothing is cut.

    The process steps are not run again: a crack changes no film.

    Raises
    ------
    DesignError
        When the design can have no such crack.
    """
    design = section.design
    crack = design.crack
    if crack is None:
        raise DesignError("the design has no [crack] that could have a length (step: crack)")
    cut = design.model_copy(update={"crack": crack.model_copy(update={"length_um": length_um})})
    return _with_its_crack(replace(section, design=cut))


def without_crack(section: CrossSection) -> CrossSection:
    """The whole bump, for what has no use for a crack."""
    return section if section.crack is None else with_crack_length(section, None)


def _with_its_crack(section: CrossSection) -> CrossSection:
    """The section, once its crack has been found possible."""
    if section.crack is not None and "crack" not in section.boundaries:
        raise DesignError("crack.length_um leaves no crack (step: crack)")
    return section


def _chord_chains(section: CrossSection) -> tuple[tuple[int, ...], ...]:
    """Follow chords along the meridian; a chain ends where another edge joins or names change."""
    assert section.meridian is not None
    vertices, edges = section.vertices_um, section.edges
    t = section.meridian.project(vertices.T)
    distance = np.hypot(*(section.meridian.at(t) - vertices.T))
    on_curve = distance < 1e-6
    degree = np.zeros(len(vertices), dtype=int)
    at: dict[int, list[int]] = {}
    names = {}
    for k, edge in enumerate(edges):
        degree[[edge.start, edge.end]] += 1
        if on_curve[edge.start] and on_curve[edge.end] and "bump" in (edge.left, edge.right):
            middle = (vertices[edge.start] + vertices[edge.end]) / 2
            half = section.meridian.at(np.array([(t[edge.start] + t[edge.end]) / 2]))[:, 0]
            # chords hug the curve; a straight edge between two of its points does not
            if np.hypot(*(middle - half)) < 0.25 * np.hypot(
                *(vertices[edge.start] - vertices[edge.end])
            ):
                names[k] = tuple(sorted(section._names_of(edge)))
                at.setdefault(edge.start, []).append(k)
                at.setdefault(edge.end, []).append(k)
    order = sorted(names, key=lambda k: (t[edges[k].start] + t[edges[k].end]) / 2)
    chains: list[list[int]] = []
    for k in order:
        if chains:
            previous = chains[-1][-1]
            shared = {edges[k].start, edges[k].end} & {edges[previous].start, edges[previous].end}
            if shared and degree[min(shared)] == 2 and names[k] == names[previous]:
                chains[-1].append(k)
                continue
        chains.append([k])
    return tuple(tuple(chain) for chain in chains)
