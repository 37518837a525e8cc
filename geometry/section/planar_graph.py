"""Outlines of regions as one planar graph: vertices, edges with a region on either side, faces.

Neighbours share vertices and edges exactly, so that nothing is left for the mesher to match.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from geometry.process.operations import GRID_UM, MERGE_UM


@dataclass(frozen=True)
class Edge:
    """A straight piece of a region's outline, from vertex ``start`` to ``end``."""

    start: int
    end: int
    left: str | None
    right: str | None


def planar_graph(
    regions: Mapping[str, BaseGeometry],
    nodes: tuple[tuple[float, float], ...] = (),
    lines: Sequence[LineString] = (),
) -> tuple[np.ndarray, tuple[Edge, ...], tuple[tuple[str, Polygon], ...]]:
    """Node all outlines against each other; return vertices, edges with sides, and faces.

    ``nodes`` are points on outlines that become vertices too; ``lines`` part a region in two faces,
    and are edges with that region on both sides.
    """
    drawn = [*(shape.boundary for shape in regions.values()), *lines]
    outlines = shapely.union_all(drawn, grid_size=GRID_UM)
    faces: list[tuple[str, Polygon]] = []
    for face in shapely.get_parts(shapely.polygonize(shapely.get_parts(outlines))):
        inside = face.representative_point()
        owners = [name for name, shape in regions.items() if shape.covers(inside)]
        if owners:  # a face without an owner is an enclosed void
            faces.append((owners[0], _with_nodes(face, nodes)))
    names = list(regions)
    faces.sort(key=lambda item: (names.index(item[0]), item[1].bounds))

    index, points = _merged_vertices(faces)
    renamed = [(region, _renamed(face, index, points)) for region, face in faces]
    # a sliver that is thinner than what is merged has no face left: its neighbours share its side
    faces = [(region, face) for region, face in renamed if face is not None]
    left_of: dict[tuple[int, int], str] = {}
    for region, face in faces:
        for ring in _rings(face):
            for p, q in itertools.pairwise(ring):
                left_of[index[p], index[q]] = region
    edges = []
    for (i, j), region in sorted(left_of.items()):
        twin = left_of.get((j, i))
        if twin is None or i < j:
            edges.append(Edge(i, j, region, twin))
    return np.array(points), tuple(edges), tuple(faces)


def chain_vertices(edges: Sequence[Edge], chain: Sequence[int]) -> list[int]:
    """Vertices along a chain of edges, given by their indices."""
    ends = [(edges[k].start, edges[k].end) for k in chain]
    if len(ends) == 1:
        return list(ends[0])
    first = ends[0][0] if ends[0][1] in ends[1] else ends[0][1]
    walk = [first]
    for i, j in ends:
        walk.append(j if walk[-1] == i else i)
    return walk


def _with_nodes(face: Polygon, nodes: tuple[tuple[float, float], ...]) -> Polygon:
    """Split the sides of a face at the points that lie on them, unless a vertex is there."""
    if not nodes:
        return face
    rings = []
    for ring in _rings(face):
        walk = [ring[0]]
        for start, end in itertools.pairwise(ring):
            side = LineString([start, end])
            at = sorted(
                side.project(shapely.Point(node))
                for node in nodes
                if side.distance(shapely.Point(node)) < MERGE_UM
            )
            inside = [s for s in at if MERGE_UM < s < side.length - MERGE_UM]
            walk += [side.interpolate(s).coords[0] for s in inside]
            walk.append(end)
        rings.append(walk)
    return Polygon(rings[0], rings[1:])


def _merged_vertices(
    faces: list[tuple[str, Polygon]],
) -> tuple[dict[tuple[float, float], int], list[tuple[float, float]]]:
    """Number the faces' vertices; those closer than MERGE_UM are one.

    A film that ends where another one bends leaves two vertices a grid step apart; meshed apart
    they would cost a fan of needles.
    """
    raw = sorted({xy for _, face in faces for ring in _rings(face) for xy in ring})
    keep = np.arange(len(raw))
    for i, j in _pairs_within(np.array(raw), MERGE_UM):
        keep[j] = min(keep[j], keep[i])
    kept = sorted(set(keep.tolist()))
    number = {old: new for new, old in enumerate(kept)}
    return {xy: number[int(keep[k])] for k, xy in enumerate(raw)}, [raw[k] for k in kept]


def _pairs_within(points: np.ndarray, distance: float) -> list[tuple[int, int]]:
    """Pairs of points (n, 2), sorted by their first coordinate, that are no farther apart."""
    found: list[tuple[int, int]] = []
    for behind in range(1, len(points)):
        apart = points[behind:] - points[:-behind]
        reached = apart[:, 0] <= distance
        if not reached.any():
            break
        near = reached & (apart[:, 0] ** 2 + apart[:, 1] ** 2 <= distance**2)
        found += [(k, k + behind) for k in np.flatnonzero(near).tolist()]
    return sorted(found)


def _renamed(
    face: Polygon, index: dict[tuple[float, float], int], points: list[tuple[float, float]]
) -> Polygon | None:
    """The face on merged vertices; None where they leave it no area."""
    rings = []
    for ring in _rings(face):
        walk = [points[index[xy]] for xy in ring[:-1]]
        rings.append([xy for k, xy in enumerate(walk) if xy != walk[k - 1]])
    if len(rings[0]) < 3:
        return None
    return Polygon(rings[0], [ring for ring in rings[1:] if len(ring) > 2])


def _rings(face: Polygon) -> list[list[tuple[float, float]]]:
    """Closed rings with the face on their left."""
    oriented = shapely.geometry.polygon.orient(face)
    rings = (oriented.exterior, *oriented.interiors)
    return [list(map(tuple, shapely.get_coordinates(ring).tolist())) for ring in rings]
