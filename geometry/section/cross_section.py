"""CrossSection: the finished bump as named polygons, edges, boundaries and interface legs.

The polygons of the last process step are noded into one planar graph, so that neighbours share
their vertices and edges exactly. Every edge knows the region on its left and right; from that
follow the named boundaries (``axis``, ``cell_side``, ...) and the interface legs
(``ubm/pad:floor``, ``ubm/pad:sidewall``, ...), which the mesher only has to copy.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
import shapely
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from geometry.design.design import Design
from geometry.errors import DesignError
from geometry.liquid.meridian import Meridian
from geometry.process import recipes
from geometry.process.operations import MERGE_UM, Film, Stack
from geometry.process.step import Point, flow, scar_um
from geometry.section.crack_path import CrackPath, crack_lines, find_crack_path
from geometry.section.names import SCAR, names_of
from geometry.section.planar_graph import Edge, chain_vertices, planar_graph
from groundwork import printed
from groundwork.pictures import Pictured

SMOOTH_DEG = 25.0  # chords of a curve turn by less, films and walls meet at more


@dataclass(frozen=True, repr=False)
class CrossSection(Pictured):
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
        Group name to region names, as the steps say; ``ubm`` is all UBM layers, plated ones
        included; ``bump_and_ubm`` is the body whose forces must balance.

    Examples
    --------
    >>> from geometry import Design, build_cross_section
    >>> section = build_cross_section(Design())
    >>> section.region_materials["pad"], sorted(section.legs_of("ubm", "pad"))
    ('Al-0.5Cu', ['floor', 'sidewall'])
    >>> round(section.derived()["contact_area_ratio"], 4)
    1.0333

    ``section.plot()`` draws it, ``section.plot(view="process")`` how it was made.
    """

    design: Design
    steps: tuple[tuple[str, Stack], ...]
    films: Mapping[str, Film]
    groups: Mapping[str, tuple[str, ...]]
    drawn_as: ClassVar[str] = "section"

    def __repr__(self) -> str:
        interfaces = dict.fromkeys(n.partition(":")[0] for n in self.boundaries if "/" in n)
        return printed.lines(
            f"CrossSection of {self.design.name}: {self.design.variant}",
            extent=f"r 0 to {self.cell_radius_um:.4g} um",
            regions=printed.some([f"{n} ({m})" for n, m in self.region_materials.items()], 12),
            interfaces=printed.some(tuple(interfaces), 12),
            boundaries=printed.some([n for n in self.boundaries if "/" not in n], 12),
            steps=printed.some([label for label, _ in self.steps], 4),
            note="; ".join(self.notes()),
        )

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
        """Vertices and edges of the section without its crack's tip."""
        return planar_graph(self.regions, self.feed_ends_um, crack_lines(self))[:2]

    @cached_property
    def crack(self) -> CrackPath | None:
        """Where the design's crack lies; None without one.

        The mesh is whole: boundary ``crack`` names the facets to open.
        """
        return find_crack_path(self)

    @cached_property
    def size_tables(self) -> dict[Any, np.ndarray]:
        """What is known of element sizes, by how they are graded: kept by who makes meshes."""
        return {}

    @cached_property
    def _graph(self) -> tuple[np.ndarray, tuple[Edge, ...], tuple[tuple[str, Polygon], ...]]:
        more = self.crack.nodes_um if self.crack else ()
        return planar_graph(self.regions, (*self.feed_ends_um, *more), crack_lines(self))

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
    def feed_ends_um(self) -> tuple[Point, ...]:
        """Points (r, z) where current stops entering, beside the corners of the films, um."""
        return tuple(node for step in flow() for node in step.nodes(self.design))

    @cached_property
    def scar_um(self) -> Point | None:
        """Radii between which the pad is marked, um; None on an unmarked one."""
        return scar_um(self.design)

    @cached_property
    def is_scarred(self) -> bool:
        """Whether a mark has left the pad's surface uneven."""
        scars = [found for name, found in self.boundaries.items() if name.endswith(f":{SCAR}")]
        ends = [(self.edges[k].start, self.edges[k].end) for found in scars for k in found]
        heights = self.vertices_um[np.ravel(ends).astype(int), 1]
        return bool(len(heights)) and bool(np.ptp(heights) > MERGE_UM)

    @cached_property
    def smooth_vertices(self) -> frozenset[int]:
        """Vertices that are no corners: ends of chords of the bump's side, and on a scar.

        On a scar two edges meet there, of the same two regions, and turn by less than
        :data:`SMOOTH_DEG`.
        """
        of_bump = {v for chain in self.curves for v in chain_vertices(self.edges, chain)[1:-1]}
        return frozenset(of_bump | self._chord_ends)

    @cached_property
    def fans(self) -> dict[int, tuple[int, frozenset[str | None]]]:
        """Vertices on no curve: how many edges meet there, and between which regions."""
        found: dict[int, tuple[int, frozenset[str | None]]] = {}
        for edge in self.edges:
            for vertex in {edge.start, edge.end} - self.smooth_vertices:
                degree, regions = found.get(vertex, (0, frozenset()))
                found[vertex] = degree + 1, regions | {edge.left, edge.right}
        return found

    @cached_property
    def chords_um(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Ends of the chords of curves on a scar, um."""
        vertices, ends = self.vertices_um, self._chord_ends
        found = (edge for edge in self.edges if edge.start in ends or edge.end in ends)
        return [(vertices[edge.start], vertices[edge.end]) for edge in found]

    @cached_property
    def _chord_ends(self) -> frozenset[int]:
        """Where two edges meet on a scar, and turn by less than :data:`SMOOTH_DEG`."""
        if self.scar_um is None:
            return frozenset()
        over = self.design.ubm.thickness_um  # a film's outer side is as much further along
        inner, outer = self.scar_um[0] - over, self.scar_um[1] + over
        ends = np.array([(edge.start, edge.end) for edge in self.edges])
        # the far ends of the edges at each vertex, vertex by vertex
        near, far = np.concatenate([ends, ends[:, ::-1]]).T
        order = np.argsort(near, kind="stable")
        vertices, first, degree = np.unique(near[order], return_index=True, return_counts=True)
        radius = self.vertices_um[vertices, 0]
        between = (degree == 2) & (inner < radius) & (radius < outer)
        here = self.vertices_um[vertices[between]]
        one, other = ((self.vertices_um[far[order][first[between] + k]] - here).T for k in (0, 1))
        cross, along = one[0] * other[1] - one[1] * other[0], (one * other).sum(axis=0)
        smooth = np.degrees(np.arctan2(np.abs(cross), -along)) < SMOOTH_DEG
        for r, z in self._ends:
            smooth &= np.hypot(here[:, 0] - r, here[:, 1] - z) > MERGE_UM
        return frozenset(vertices[between][smooth].tolist())

    @cached_property
    def _ends(self) -> tuple[Point, ...]:
        """Vertices on a straight line that mean something: of a feed, of a crack."""
        nodes = self.crack.nodes_um if self.crack else ()
        return (*self.feed_ends_um, *nodes)

    @cached_property
    def _curved(self) -> Film | None:
        """The film with a curved side."""
        return next((film for film in self.films.values() if film.meridian is not None), None)

    @property
    def meridian(self) -> Meridian | None:
        """The bump's curved side, exactly; None for a straight one."""
        return None if self._curved is None else self._curved.meridian

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
        names = names_of(self)
        for index, edge in enumerate(self.edges):
            for name in names(edge):
                named.setdefault(name, []).append(index)
        return {name: tuple(found) for name, found in sorted(named.items())}

    def leg(self, name: str) -> LineString | BaseGeometry:
        """The line of a named boundary or interface leg."""
        pieces = [self._line(self.edges[k]) for k in self.boundaries[name]]
        return shapely.line_merge(shapely.union_all(pieces))

    def area_um2(self, name: str) -> float:
        """Revolved area of a named boundary or interface leg (2 pi integral of r ds), um^2."""
        return self._areas_um2[name]

    @cached_property
    def _areas_um2(self) -> dict[str, float]:
        return {
            name: sum(self._revolved_area(self.edges[k]) for k in edges)
            for name, edges in self.boundaries.items()
        }

    def legs_of(self, upper: str, lower: str) -> dict[str, float]:
        """Leg names of an interface and their revolved areas, um^2."""
        return self._legs.get(f"{upper}/{lower}", {})

    @cached_property
    def _legs(self) -> dict[str, dict[str, float]]:
        legs: dict[str, dict[str, float]] = {}
        for name in self.boundaries:
            interface, colon, leg = name.partition(":")
            if colon:
                legs.setdefault(interface, {})[leg] = self.area_um2(name)
        return legs

    def beside(self, boundary: str) -> set[str]:
        """Regions on either side of a named boundary."""
        edges = [self.edges[k] for k in self.boundaries[boundary]]
        return {side for edge in edges for side in (edge.left, edge.right) if side is not None}

    def interface_points_um(self, upper: str, lower: str) -> np.ndarray:
        """(n, 2) ends of the edges of an interface, r and z."""
        prefix = f"{upper}/{lower}:"
        found = {k for name, edges in self.boundaries.items() for k in edges
                 if name.startswith(prefix)}  # fmt: skip
        ends = [(self.edges[k].start, self.edges[k].end) for k in found]
        return self.vertices_um[np.ravel(ends).astype(int)]

    def derived(self) -> dict[str, float | None]:
        """Numbers every result carries."""
        return {name: value for step in flow() for name, value in step.derived(self).items()}

    def notes(self) -> list[str]:
        """What an engineer should know before reading numbers of this design."""
        whole = ["the bump is whole: 'fem-bump crack' opens the crack of the design"]
        said = whole if self.design.crack and not self.crack else []
        return [*said, *(note for step in flow() for note in step.notes(self))]

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

    Examples
    --------
    >>> from geometry import Design, build_cross_section
    >>> section = build_cross_section(Design(variant="full-depth"))
    >>> [label for label, stack in section.steps][-1]
    'UBM etched, bump as mask'
    """
    film_strip = recipes.run(design)
    films = film_strip[-1][1].films
    for film in films:
        if film.shape.is_empty:
            raise DesignError(f"nothing is left of region '{film.region}' after the last step")
    groups: dict[str, list[str]] = {}
    for region in design.regions:
        for group in region.groups:
            groups.setdefault(group, []).append(region.name)
    section = CrossSection(
        design=design,
        steps=tuple(film_strip),
        films={film.region: film for film in films},
        groups={group: tuple(members) for group, members in groups.items()},
    )
    for step in flow():
        refusal = step.refusal(section)
        if refusal is not None:
            raise DesignError(refusal)
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
    curved = section._curved
    assert curved is not None and curved.meridian is not None
    vertices, edges = section.vertices_um, section.edges
    t = curved.meridian.project(vertices.T)
    distance = np.hypot(*(curved.meridian.at(t) - vertices.T))
    on_curve = distance < 1e-6
    degree = np.zeros(len(vertices), dtype=int)
    at: dict[int, list[int]] = {}
    names, names_of_edge = {}, names_of(section)
    for k, edge in enumerate(edges):
        degree[[edge.start, edge.end]] += 1
        if on_curve[edge.start] and on_curve[edge.end] and curved.region in (edge.left, edge.right):
            middle = (vertices[edge.start] + vertices[edge.end]) / 2
            half = curved.meridian.at(np.array([(t[edge.start] + t[edge.end]) / 2]))[:, 0]
            # chords hug the curve; a straight edge between two of its points does not
            if np.hypot(*(middle - half)) < 0.25 * np.hypot(
                *(vertices[edge.start] - vertices[edge.end])
            ):
                names[k] = tuple(sorted(names_of_edge(edge)))
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
