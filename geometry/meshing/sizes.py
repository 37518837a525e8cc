"""How large elements are wanted where, by distance from corners and along thin films.

``h = size_factor * min over corners (size_k + growth * distance to corner k)``, limited along thin
films to a multiple of their thickness; around a crack's tip it grows only beyond a few elements.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from shapely import Polygon

from geometry.design.rules import THINNEST_PAD_UM
from geometry.process.operations import MERGE_UM
from geometry.section.crack_path import EQUAL_FACETS
from geometry.section.cross_section import CrossSection
from groundwork.compiled import kernel

# Harmonic n of the current dies out over R/n from where it enters. Elements along the pad's rim are
# at most 0.75 R/60, and 1/40 of the trace, which needs as many more harmonics as it is narrower;
# those below a via 1/10 of its sector's side.
RIM_PER_PAD, RIM_PER_TRACE, FOOTPRINT_PER_SECTOR = 160.0, 40.0, 10.0
FILM_GROWTH = 0.5
PROBES = 4  # pieces of a line between which its least size is looked for
PER_WINDOW, WINDOWS = 0.14, 2.0  # element size, and how far from a corner, over a window's length
# Both at chords of a curve, of which a window meets many, and at the edges of a mark's sharp wall,
# over those.
ON_CURVES, AT_EDGES = (1.4, 0.25), (1.4, 0.5)
SIZE_FACTOR = 2  # where it stands in a table
BLOCK = 8  # sides of films that are looked at together


@dataclass(frozen=True)
class Grading:
    """Corner sizes over ``mesh.corner_size_um``, and lengths along films.

    Attributes
    ----------
    interface_end
        Where headline tractions live.
    foot
        Of these, where the UBM turns on the pad.
    film_corner
        Where films meet behind them.
    wetted_corner
        Of these, on the solder's side.
    scar_corner
        Of these, where films bend over the wall of a mark, one metal on another.
    scar_edge
        Edges of a mark's sharp wall, pad under UBM: within one leg, between metals.
    far_corner
        Where only discs of 0.5 um and more are averaged.
    remote_corner
        Far from the pad.
    feed_end
        Where an imposed flux stops on a smooth face, a logarithm and no power.
    film_aspect
        Element length over film thickness away from corners.
    chord_aspect
        The same over the length of a chord beside which they lie.
    window_um
        Length over which tractions are averaged, where elements beside the ends of the UBM on the
        pad, or a mark's curve runs on it, are to be as small as windows there want them.
    """

    interface_end: float = 1.0
    foot: float = 1.0
    film_corner: float = 8.0
    wetted_corner: float = 8.0
    scar_corner: float = 60.0
    scar_edge: float = 2.0
    far_corner: float = 8.0
    remote_corner: float = 60.0
    feed_end: float = 8.0
    film_aspect: float = 4.0
    chord_aspect: float = 6.0
    window_um: float | None = None


EVERYWHERE = Grading()
FEED_END = EVERYWHERE.feed_end  # also of the largest element where current enters


def where_asked(window_um: float) -> Grading:
    """Fine where duals of headline metrics ask for small elements, for size factors of 2 to 3.

    That is where a window of peel or of current, ``window_um`` long, ends at a corner of two legs,
    and beside the corners of the pad, where most others lie; hardly behind films.
    """
    return Grading(
        interface_end=0.4,
        foot=0.04,
        film_corner=20.0,
        wetted_corner=2.0,
        scar_corner=30.0,
        scar_edge=0.2,
        far_corner=20.0,
        remote_corner=100.0,
        feed_end=20.0,
        film_aspect=3.2,
        chord_aspect=3.2,
        window_um=window_um,
    )


def size_table(
    section: CrossSection,
    size_factor: float,
    corner_factor: float = 1.0,
    grading: Grading = EVERYWHERE,
) -> np.ndarray:
    """What :func:`size_at` reads of a section; ``corner_factor`` multiplies sizes at corners."""
    kept = section.size_tables
    if (corner_factor, grading) not in kept:
        kept[corner_factor, grading] = _table(section, corner_factor, grading)
    table = kept[corner_factor, grading].copy()
    table[SIZE_FACTOR] = size_factor
    return table


def _table(section: CrossSection, corner_factor: float, grading: Grading) -> np.ndarray:
    """That of size factor 1."""
    spec = section.design.mesh
    growth = spec.growth
    corners = [
        (float(r), float(z), scale * spec.corner_size_um, 0.0)
        for r, z, scale in corner_scales(section, grading)
    ]
    if (window := grading.window_um) is not None:
        edges = _scar_edges(section)
        for vertex in sorted(_ends_of(section, "ubm/pad")):
            r, z = section.vertices_um[vertex].tolist()
            size, reach = AT_EDGES if vertex in edges else (1.0, 1.0)
            if vertex in section.smooth_vertices:
                size, reach = ON_CURVES
            if r > 1e-8:
                size, reach = size * PER_WINDOW * window, reach * WINDOWS * window
                corners.append((r, z, size, reach))
    if section.crack is not None:
        size = section.crack.tip_size_um
        corners.append((*section.crack.tip_um, size, EQUAL_FACETS * size))
        start = section.crack.points_um[0]
        if start[0] > 0.0:  # where a third film holds both sides, the start is a tip too
            corners.append(
                (float(start[0]), float(start[1]), grading.interface_end * spec.corner_size_um, 0.0)
            )
    corners = [(r, z, corner_factor * size, radius) for r, z, size, radius in corners]
    films = []
    largest = 0.12 * section.cell_radius_um
    described = {region.name: region for region in section.design.regions}
    for name, face in section.faces:
        if name not in described:  # nothing is there in the end
            continue
        thickness, coverage = described[name].element_um, described[name].step_coverage
        if thickness is None:
            continue
        left = _left_in_scar_um(section, face)
        for (p, q), in_scar in zip(itertools.pairwise(face.exterior.coords), left, strict=True):
            steep = (q[1] - p[1]) / math.dist(p, q)
            local = thickness * math.hypot(coverage * steep, math.sqrt(max(1 - steep**2, 0.0)))
            local = min(local, float(in_scar))
            films.append((*p, *q, grading.film_aspect * local))
    for p, q in section.chords_um:
        films.append((*p, *q, min(grading.chord_aspect * math.dist(p, q), largest)))
    if section.scar_um is not None:
        films = _once(films)
    feed = _feed_size(section)
    if feed is not None:
        for k in section.boundaries[section.design.source_boundary]:
            edge = section.edges[k]
            start, end = section.vertices_um[edge.start], section.vertices_um[edge.end]
            films.append((*start, *end, feed))
    return as_table(corners, films, 1.0, growth, largest)


def as_table(
    corners: Sequence[tuple[float, ...]],
    films: Sequence[tuple[float, ...]],
    size_factor: float,
    growth: float,
    largest: float,
) -> np.ndarray:
    """What :func:`size_at` reads, um: how many corners and blocks, size factor, growth, largest,
    then corners (r, z, size, radius of equal size) and blocks of films. A block is the least and
    largest r, the least and largest z, the least size, and its sides (r, z, r, z, size).
    """
    sides = np.reshape(films, (-1, 5))
    ends = sides[:, :4].reshape(-1, 2, 2)
    reach = np.ptp(ends, axis=1).max(axis=1, initial=0.0)
    # neighbours together, and apart from those that would make their block wide
    sides = sides[np.lexsort((ends[:, :, 0].sum(axis=1), reach > largest / BLOCK))]
    if len(sides) % BLOCK:
        sides = np.vstack([sides, np.repeat(sides[-1:], BLOCK - len(sides) % BLOCK, axis=0)])
    blocks = sides.reshape(-1, BLOCK, 5)
    r, z = blocks[:, :, [0, 2]], blocks[:, :, [1, 3]]
    bounds = [f(at, axis=(1, 2)) for at in (r, z) for f in (np.min, np.max)]
    heads = np.column_stack([*bounds, blocks[:, :, 4].min(axis=1)])
    rows = np.hstack([heads, blocks.reshape(len(blocks), -1)])
    head = [len(corners), len(blocks), size_factor, growth, largest]
    return np.concatenate([head, np.ravel(corners), np.ravel(rows)])


def _once(films: list[tuple[float, ...]]) -> list[tuple[float, ...]]:
    """Sides that several films share once, with the least size: Gmsh asks often."""
    least: dict[frozenset[tuple[float, ...]], tuple[float, ...]] = {}
    for row in films:
        ends = frozenset((row[:2], row[2:4]))
        if ends not in least or row[4] < least[ends][4]:
            least[ends] = row
    return list(least.values())


def _left_in_scar_um(section: CrossSection, face: Polygon) -> np.ndarray:
    """Height of a film over or under the middle of each side, where it is thinner in a scar, um."""
    rings = [np.asarray(ring.coords) for ring in (face.exterior, *face.interiors)]
    start, end = (np.concatenate([ring[cut] for ring in rings]) for cut in (np.s_[:-1], np.s_[1:]))
    out = np.full(len(rings[0]) - 1, math.inf)
    middles = (rings[0][:-1] + rings[0][1:]) / 2
    scar = section.scar_um
    if scar is None:
        return out
    inside = np.nonzero((scar[0] <= middles[:, 0]) & (middles[:, 0] <= scar[1]))[0]
    if not len(inside):
        return out
    r, z = middles[inside, :, None].transpose(1, 0, 2)
    (r0, z0), (r1, z1) = start.T, end.T
    with np.errstate(divide="ignore", invalid="ignore"):  # upright sides cut nothing
        height = z0 + (z1 - z0) * (r - r0) / (r1 - r0)
    left = np.full(len(inside), math.inf)
    for beyond in (np.less, np.less_equal):  # just inside and just outside an upright side
        cut = beyond(r0, r) != beyond(r1, r)
        here = np.nonzero(cut.any(axis=1))[0]
        if not len(here):
            continue
        outline = np.sort(np.where(cut[here], height[here], math.inf), axis=1)
        outline = outline[:, : cut.sum(axis=1).max()]
        low, high = outline[:, ::2], outline[:, 1::2]
        near = np.maximum(np.maximum(low - z[here], z[here] - high), 0.0).argmin(axis=1)
        row = np.arange(len(here))
        left[here] = np.minimum(left[here], high[row, near] - low[row, near])
    out[inside] = np.maximum(left, THINNEST_PAD_UM)
    return out


@kernel
def table_length(head):
    """Length of a table, from its first five numbers."""
    return 5 + 4 * int(head[0]) + (5 + 5 * BLOCK) * int(head[1])


@kernel
def _may_lie_within(dr, dz, distance):
    """Whether (dr, dz) is at most that long, up to round-off: spares most calls of hypot."""
    return distance >= 0 and dr * dr + dz * dz <= distance * distance * (1 + 1e-9)


@kernel
def size_at(r, z, table):
    """Element size wanted at a point, um; ``table`` as :func:`as_table` makes it."""
    corner_count, block_count = int(table[0]), int(table[1])
    size_factor, growth, h = table[2], table[3], table[4]
    k = 5
    for _ in range(corner_count):
        dr, dz = r - table[k], z - table[k + 1]
        if _may_lie_within(dr, dz, (h - table[k + 2]) / growth + table[k + 3]):
            distance = max(math.hypot(dr, dz) - table[k + 3], 0.0)
            h = min(h, table[k + 2] + growth * distance)
        k += 4
    for _ in range(block_count):
        dr = max(table[k] - r, r - table[k + 1], 0.0)
        dz = max(table[k + 2] - z, z - table[k + 3], 0.0)
        near = _may_lie_within(dr, dz, (h - table[k + 4]) / FILM_GROWTH)
        k += 5
        for _ in range(BLOCK if near else 0):
            dr, dz = table[k + 2] - table[k], table[k + 3] - table[k + 1]
            along = ((r - table[k]) * dr + (z - table[k + 1]) * dz) / (dr * dr + dz * dz)
            along = min(max(along, 0.0), 1.0)
            dr, dz = r - table[k] - along * dr, z - table[k + 1] - along * dz
            if _may_lie_within(dr, dz, (h - table[k + 4]) / FILM_GROWTH):
                h = min(h, table[k + 4] + FILM_GROWTH * math.hypot(dr, dz))
            k += 5
        if not near:
            k += 5 * BLOCK
    return size_factor * h


@kernel
def least_sizes(ends, table):
    """(n,) what no size wanted along straight lines (n, 4), from (r, z) to (r, z), is below."""
    out = np.empty(len(ends))
    steepest = table[2] * max(table[3], FILM_GROWTH)
    for k in range(len(ends)):
        r, z = ends[k, 0], ends[k, 1]
        dr, dz = ends[k, 2] - r, ends[k, 3] - z
        least = size_at(r, z, table)
        for j in range(1, PROBES + 1):
            least = min(least, size_at(r + dr * j / PROBES, z + dz * j / PROBES, table))
        out[k] = least - steepest * math.hypot(dr, dz) / (2 * PROBES)
    return out


def _feed_size(section: CrossSection) -> float | None:
    """Largest element where current enters through arcs, um; None where it enters all around."""
    design = section.design
    if design.trace is not None:
        size = min(design.pad.diameter_um / RIM_PER_PAD, design.trace.width_um / RIM_PER_TRACE)
    elif design.discrete_vias is not None:
        inner, outer = design.discrete_vias.footprint_radii_um
        size = (outer - inner) / FOOTPRINT_PER_SECTOR
    else:
        return None
    return max(size, FEED_END * design.mesh.corner_size_um)


def _ends_of(section: CrossSection, name: str) -> set[int]:
    """Vertices of the boundaries whose names begin so."""
    sides = [
        k for known, found in section.boundaries.items() if known.startswith(name) for k in found
    ]
    return {v for k in sides for v in (section.edges[k].start, section.edges[k].end)}


def _scar_edges(section: CrossSection) -> set[int]:
    """Vertices at which nothing but pad and UBM turn on the sharp wall of a mark."""
    if section.scar_um is None:
        return set()
    inner, outer = section.scar_um
    metals, vertices = {"pad", *section.groups["ubm"]}, section.vertices_um
    return {
        vertex
        for vertex, (_, regions) in section.fans.items()
        if {"pad"} < regions <= metals and inner - MERGE_UM < vertices[vertex, 0] < outer + MERGE_UM
    }


def corner_scales(
    section: CrossSection, grading: Grading = EVERYWHERE
) -> list[tuple[float, float, float]]:
    """(r, z, size over ``corner_size_um``) of every vertex where the fields may be singular."""
    near_interface = _ends_of(section, "ubm/")
    scar_edges = _scar_edges(section)
    vertices, cell_um = section.vertices_um.tolist(), section.cell_radius_um
    out = []
    ubm = set(section.groups["ubm"])
    board = {region.name for region in section.design.regions if region.board}
    at_crack_tip = section.crack.nodes_um if section.crack is not None else ()
    inner, outer = section.scar_um or (math.inf, -math.inf)
    for vertex, (degree, regions) in section.fans.items():
        r, z = vertices[vertex]
        if r < 1e-8 or abs(r - cell_um) < 1e-8:
            continue  # a straight cut through the cell
        if degree == 2 and any(math.dist((r, z), p) < MERGE_UM for p in at_crack_tip):
            continue  # the tip has a size of its own
        at_feed_end = any(math.dist((r, z), end) < MERGE_UM for end in section.feed_ends_um)
        if at_feed_end and degree == 2:
            scale = grading.feed_end
        elif regions == {"bump", None}:
            if not section.curves:
                continue  # the free top edge of a straight bump
            scale = grading.remote_corner  # where the contact on a rounded bump ends
        elif regions & board:
            scale = grading.remote_corner
        elif vertex in scar_edges:
            scale = grading.scar_edge
        elif vertex in near_interface:
            on_pad = "pad" in regions and "passivation" not in regions
            scale = grading.foot if on_pad else grading.interface_end
        elif regions & ubm and inner <= r <= outer:
            scale = grading.scar_corner
        elif regions & ubm:
            scale = grading.wetted_corner if "bump" in regions else grading.film_corner
        else:
            scale = grading.far_corner
        out.append((r, z, scale))
    return out
