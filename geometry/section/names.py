"""Names of the edges of a cross-section: boundaries of the body, and legs of its interfaces.

Which boundaries and interfaces there are the process steps say; an interface is divided into legs
by the direction of its edges, and its flat ones by height.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Protocol

import numpy as np

from geometry.design.values import DesignValues
from geometry.process.operations import GRID_UM, MERGE_UM, Film
from geometry.process.step import Interface, Line, Point, ProcessStep, flow, interfaces
from geometry.section.crack_path import CrackPath
from geometry.section.planar_graph import Edge

SCAR = "scar"


class Outlined(Protocol):
    """What names are given in: a cross-section before its names."""

    @property
    def design(self) -> DesignValues: ...

    @property
    def films(self) -> Mapping[str, Film]: ...

    @property
    def cell_radius_um(self) -> float: ...

    @property
    def vertices_um(self) -> np.ndarray: ...

    @property
    def edges(self) -> tuple[Edge, ...]: ...

    @property
    def scar_um(self) -> Point | None: ...

    @property
    def crack(self) -> CrackPath | None: ...

    def members(self, name: str) -> tuple[str, ...]: ...


def names_of(section: Outlined) -> Callable[[Edge], Iterator[str]]:
    """What gives every name of an edge."""
    naming = [step.boundaries for step in flow() if step.boundaries is not ProcessStep.boundaries]
    vertices, films, crack = section.vertices_um, section.films, section.crack
    pairs = [
        (pair, frozenset(section.members(pair.upper)), frozenset(section.members(pair.lower)))
        for pair in interfaces()
    ]

    @functools.cache  # the chords of a curve have the same regions beside them
    def between(left: str | None, right: str | None) -> list[tuple[Interface, bool]]:
        """Interfaces of an edge, and whether their upper side is on its left."""
        found = []
        for pair, above, below in pairs:
            found += [(pair, True)] * (left in above and right in below)
            found += [(pair, False)] * (right in above and left in below)
        return found

    def names(edge: Edge) -> Iterator[str]:
        p, q = vertices[edge.start], vertices[edge.end]
        sides = frozenset(side for side in (edge.left, edge.right) if side is not None)
        line = Line(p, q, sides, None in (edge.left, edge.right), films)
        if line.outer:
            yield _outer_name(section, line)
        for boundaries in naming:
            yield from boundaries(line, section.design)
        if line.outer:
            return
        if crack is not None and crack.holds(p, q, 2 * MERGE_UM):
            yield "crack"
        for pair, upper_on_left in between(edge.left, edge.right):
            tail, head = (p, q) if upper_on_left else (q, p)
            yield f"{pair.upper}/{pair.lower}:{_leg_name(section, pair, tail, head)}"

    return names


def _outer_name(section: Outlined, line: Line) -> str:
    near, cell = 4 * GRID_UM, section.cell_radius_um
    if max(line.p[0], line.q[0]) < near:
        return "axis"
    if line.stands_at(cell):
        return "cell_side"
    names = (step.outer_name(line, section.design) for step in flow())
    return next((name for name in names if name is not None), "surface")


def _leg_name(section: Outlined, pair: Interface, tail: np.ndarray, head: np.ndarray) -> str:
    """Leg of an edge that has the upper side on its left."""
    dr, dz = (head - tail).tolist()
    if pair.scarred and _in_scar(section, (tail, head)):
        return SCAR
    if abs(dz) > 1e-6 * abs(dr):
        return "sidewall"
    if dr < 0:  # the upper side lies underneath: a film wrapped below an overhang
        return "underside"
    z, reach = float(tail[1]), float(head[0])
    floor, rim = pair.floor(section.design) if pair.floor else _landing(section, pair)
    # what lies beyond the pad's rim may be as high as the floor
    near = 2 * MERGE_UM
    return "floor" if abs(z - floor) < near and reach < rim + near else "top"


def _in_scar(section: Outlined, ends: Iterable[Iterable[float]]) -> bool:
    """Whether a piece lies where a step has marked the pad."""
    if section.scar_um is None:
        return False
    inner, outer = section.scar_um
    return all(inner - 2 * MERGE_UM < r < outer + 2 * MERGE_UM for r, _ in ends)


def _landing(section: Outlined, pair: Interface) -> Point:
    """Height and radius of the flat face on which the upper side lands at the axis, um.

    For a bump the bottom of the dip that the opening leaves, or the whole top of a filled pillar;
    beside a scar where there is one.
    """
    above, below = set(section.members(pair.upper)), set(section.members(pair.lower))
    vertices = section.vertices_um
    flat = []
    for edge in section.edges:
        sides = {edge.left, edge.right}
        if sides & above and sides & below:
            ends = vertices[[edge.start, edge.end]].tolist()
            (r0, z0), (r1, z1) = ends
            if abs(z1 - z0) <= 1e-6 * abs(r1 - r0) and not _in_scar(section, ends):
                flat.append((min(r0, r1), max(r0, r1), z0))
    if not flat:
        return np.nan, np.nan
    _, reach, height = min(flat)
    for inner, outer, z in sorted(flat):
        if abs(z - height) < 2 * MERGE_UM and inner < reach + 2 * MERGE_UM:
            reach = max(reach, outer)
    return float(height), float(reach)
