"""Where the crack of a design lies: from a named end along an interface to its tip.

An interface is followed from its inner end, the one nearest the axis (else the lowest), to its
outer end. A crack starts at one of them. Its tip must keep a distance from corners and ends, where
there is no one direction in which it would grow.

A probe that presses on the pad may crack the dielectric below, around its tip. That crack is taken
as upright and all around, under the outer edge of the mark: a cylinder from the dielectric's top
downwards. It stays whatever is etched of the pad above.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import shapely
from shapely import LineString
from shapely.geometry.base import BaseGeometry

from geometry.design.schema import Crack
from geometry.design.values import DesignValues
from geometry.errors import DesignError
from geometry.process.probed import mark_of, probe_of
from geometry.section.planar_graph import Edge

NEAREST_CORNER_UM = 0.01  # of a tip; closer, neither the mesh nor the crack means anything
PER_FREE_RADIUS = 30.0  # elements at the tip over the distance to the next other interface
EQUAL_FACETS = 4  # on either side of the tip
STEP = "(step: crack)"
FILM = "dielectric"  # that a probe cracks

Point = tuple[float, float]


class Uncracked(Protocol):
    """What a crack is looked for in: a cross-section, of which only the whole is read."""

    @property
    def design(self) -> DesignValues: ...

    @property
    def regions(self) -> Mapping[str, BaseGeometry]: ...

    @property
    def uncracked(self) -> tuple[np.ndarray, tuple[Edge, ...]]: ...

    def members(self, name: str) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class CrackPath:
    """A crack along an interface, um.

    Attributes
    ----------
    points_um
        (n, 2) from the start to the tip, r and z.
    interface_length_um
        Of the unbroken interface, or of the line, it lies on.
    tip_size_um
        Length of the facets at the tip.
    nodes_um
        The tip, and points at whole multiples of that length on either side of it.
    """

    points_um: np.ndarray
    interface_length_um: float
    tip_size_um: float
    nodes_um: tuple[Point, ...]

    @property
    def tip_um(self) -> Point:
        r, z = self.points_um[-1]
        return float(r), float(z)

    def holds(self, p: np.ndarray, q: np.ndarray, slack: float) -> bool:
        """Whether the straight piece from p to q lies on the crack."""
        return all(self._distance(point) < slack for point in (p, q, (p + q) / 2))

    def _distance(self, point: np.ndarray) -> float:
        return min(_to_piece(point, *piece) for piece in itertools.pairwise(self.points_um))


def interface_ends(section: Uncracked, upper: str, lower: str) -> list[np.ndarray]:
    """Unbroken pieces of an interface as (n, 2) points from the inner to the outer end, um."""
    vertices, edges = section.uncracked
    above, below = set(section.members(upper)), set(section.members(lower))
    found = [
        edge
        for edge in edges
        if (edge.left in above and edge.right in below)
        or (edge.right in above and edge.left in below)
    ]
    return [vertices[chain] for chain in _chains(vertices, found)]


def crack_walk(section: Uncracked, crack: Crack) -> np.ndarray:
    """(n, 2) points of the line on which a crack grows, from the end where it starts, um.

    Raises
    ------
    DesignError
        When the design has no such interface, or no such mark.
    """
    if crack.from_scar:
        return _scar_walk(section)
    pieces = interface_ends(section, *crack.sides)
    if not pieces:
        raise DesignError(
            f"crack.interface = '{crack.interface}' does not exist in the variant "
            f"{section.design.variant} of this design: the two do not touch {STEP}"
        )
    return pieces[0] if crack.start == "inner" else pieces[-1][::-1]


def _scar_walk(section: Uncracked) -> np.ndarray:
    """From the dielectric's top straight down under the outer edge of the mark."""
    probe, said = probe_of(section.design), "crack.start = 'scar'"
    if probe is None or mark_of(section.design) is None:
        raise DesignError(
            f"{said} goes down from the mark of a probe, and this design has no [probe] that "
            f"leaves one of some depth {STEP}"
        )
    r = probe.edges_um[1]
    region = section.regions[FILM]
    _, low, _, high = region.bounds
    upright = LineString([(r, high + 1.0), (r, low - 1.0)]).intersection(region)
    pieces = [part for part in shapely.get_parts(upright) if part.length > NEAREST_CORNER_UM]
    if not pieces:
        raise DesignError(
            f"{said}: there is no dielectric under the mark's edge at r = {r:g} um {STEP}"
        )
    if upright.intersection(region.boundary).length > NEAREST_CORNER_UM:
        raise DesignError(
            f"{said}: the mark's edge at r = {r:g} um lies over a wall of the dielectric, where "
            f"the crack would be one of an interface {STEP}"
        )
    _, low, _, high = max(pieces, key=lambda part: part.bounds[3]).bounds
    return np.array([[r, high], [r, low]])


def crack_lines(section: Uncracked) -> list[LineString]:
    """Lines on which a crack lies that no outline has; none without a length."""
    crack = section.design.crack
    if crack is None or crack.length_um is None or not crack.from_scar:
        return []
    return [LineString(_scar_walk(section))]


def walk_length_um(walk: np.ndarray) -> float:
    """Length of a line of points, um."""
    return float(np.hypot(*np.diff(walk, axis=0).T).sum())


def find_crack_path(section: Uncracked) -> CrackPath | None:
    """The crack of a section's design; None without one, or without a length.

    Raises
    ------
    DesignError
        When the interface does not exist, is shorter than the crack, or the tip lies at a corner.
    """
    crack = section.design.crack
    if crack is None:
        return None
    walk = crack_walk(section, crack)
    return None if crack.length_um is None else crack_path(section, crack, walk, crack.length_um)


def crack_path(section: Uncracked, crack: Crack, walk: np.ndarray, length_um: float) -> CrackPath:
    """A crack of a length along a :func:`crack_walk`; raises like :func:`find_crack_path`."""
    steps = np.hypot(*np.diff(walk, axis=0).T)
    total = float(steps.sum())
    if not length_um < total:
        raise DesignError(
            f"crack.length_um = {length_um:g} must be less than the {total:g} um of the "
            f"{crack.line} in the variant {section.design.variant} {STEP}"
        )
    ends = np.concatenate([[0.0], np.cumsum(steps)])
    k = int(np.searchsorted(ends, length_um, side="right")) - 1
    along = (walk[k + 1] - walk[k]) / steps[k]
    tip = walk[k] + (length_um - ends[k]) * along
    near, corner = _free_radius(section, tip, along)
    if near < NEAREST_CORNER_UM:
        r, z = corner
        raise DesignError(
            f"crack.length_um = {length_um:g} puts the tip {near:.2g} um from the corner or "
            f"interface at (r, z) = ({r:g}, {z:g}); at least {NEAREST_CORNER_UM:g} um is needed "
            f"{STEP}"
        )
    size = min(section.design.mesh.corner_size_um, near / PER_FREE_RADIUS)
    nodes = [tip + k * size * along for k in range(-EQUAL_FACETS, EQUAL_FACETS + 1)]
    return CrackPath(
        np.vstack([walk[: k + 1], tip]),
        total,
        size,
        tuple((float(r), float(z)) for r, z in nodes),
    )


def _free_radius(section: Uncracked, tip: np.ndarray, along: np.ndarray) -> tuple[float, Point]:
    """Distance from a tip to the next line that is not its own, and the nearest point there."""
    vertices, edges = section.uncracked
    across = np.array([-along[1], along[0]])
    best, where = math.inf, (0.0, 0.0)
    for edge in edges:
        p, q = vertices[edge.start], vertices[edge.end]
        slack = 1e-6 * max(1.0, float(np.abs(q - p).max()))
        if abs((p - tip) @ across) < slack and abs((q - tip) @ across) < slack:
            continue
        distance = _to_piece(tip, p, q)
        if distance < best:
            near = _nearest(tip, p, q)
            best, where = distance, (float(near[0]), float(near[1]))
    return best, where


def _nearest(point: np.ndarray, p: np.ndarray, q: np.ndarray) -> np.ndarray:
    d = q - p
    return p + np.clip((point - p) @ d / (d @ d), 0.0, 1.0) * d


def _to_piece(point: np.ndarray, p: np.ndarray, q: np.ndarray) -> float:
    return float(np.hypot(*(point - _nearest(point, p, q))))


def _chains(vertices: np.ndarray, edges: Iterable[Edge]) -> list[list[int]]:
    """Vertex numbers along each unbroken chain of edges, the first chain innermost."""
    at: dict[int, list[int]] = {}
    for edge in edges:
        at.setdefault(edge.start, []).append(edge.end)
        at.setdefault(edge.end, []).append(edge.start)

    def key(vertex: int) -> Point:
        return float(vertices[vertex, 0]), float(vertices[vertex, 1])

    chains, left = [], set(at)
    for end in sorted((v for v in at if len(at[v]) == 1), key=key):
        if end not in left:
            continue
        walk = [end]
        while True:
            ahead = [v for v in at[walk[-1]] if len(walk) < 2 or v != walk[-2]]
            if not ahead:
                break
            walk.append(ahead[0])
        left -= set(walk)
        chains.append(walk)
    return chains
