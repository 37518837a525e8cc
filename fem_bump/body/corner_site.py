"""A corner of a mesh: which wedges meet at a vertex, and how far they reach."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fem_bump.body.model import Model
from fem_bump.errors import InputError

STRAIGHT = 1e-2  # a curved face counts as its tangent while it strays less than this share of r


@dataclass(frozen=True)
class CornerSite:
    """Wedges of elements around a mesh vertex, counter-clockwise.

    Attributes
    ----------
    point_um
        (2,) r, z.
    regions, angles_deg
        Per wedge; neighbours of the same region are one wedge.
    start_deg
        Direction of the first face, from +r towards +z.
    face_facets
        Mesh facets of the first and the last face at the vertex; None where wedges fill the circle.
    reach_um
        Radius within which the body consists of exactly these wedges, at most half the distance
        to the axis.
    """

    model: Model
    point_um: np.ndarray
    regions: tuple[str, ...]
    angles_deg: tuple[float, ...]
    start_deg: float
    face_facets: tuple[int, int] | None
    reach_um: float

    @property
    def name(self) -> str:
        r, z = self.point_um / self.model.unit_um
        return f"corner at (r, z) = ({r:g}, {z:g}) {self.model.length_unit}"

    def elements_within(self, radius_um: float) -> np.ndarray:
        """Elements of the wedges that a disc around the vertex can touch."""
        corners = self.model.points_um[:, self.model.triangles]
        centre = corners.mean(axis=1)
        size = np.hypot(*(corners - centre[:, None])).max(axis=0)
        near = np.hypot(*(centre - self.point_um[:, None])) < radius_um + 1.1 * size
        known = [k for k, name in enumerate(self.model.region_names) if name in self.regions]
        near &= np.isin(self.model.region_index, known)
        found = np.nonzero(near)[0]
        total = np.radians(sum(self.angles_deg))
        return found[self.angles(centre[:, found]) < total] if self.face_facets else found

    def angles(self, points_um: np.ndarray) -> np.ndarray:
        """Angles (N,) of points (2, N), rad from the first face, in [0, 2 pi)."""
        dr, dz = points_um - self.point_um[:, None]
        return np.mod(np.arctan2(dz, dr) - np.radians(self.start_deg), 2 * np.pi)


def corner_sites(
    model: Model,
    point: np.ndarray | tuple[float, float],
    takes_part: np.ndarray | None = None,
    cuts: np.ndarray | None = None,
    obstacles: np.ndarray | None = None,
) -> tuple[CornerSite, ...]:
    """The corners at a mesh vertex: one, or several where parts of the body touch only there.

    Parameters
    ----------
    point
        r, z in the model's length unit; a vertex of the mesh lies there.
    takes_part
        (elements,) mask of the elements that count; all by default.
    cuts
        Facets that end a wedge even in the middle of a body, such as a terminal.
    obstacles
        (2, N) further points, um, that a reach stays clear of unless they lie on a face.

    Raises
    ------
    InputError
        No vertex there, or one on the axis.
    """
    given = np.asarray(point, dtype=float) * model.unit_um
    if given.shape != (2,) or not np.isfinite(given).all():
        raise InputError(f"corner = {point!r} must be two finite coordinates r, z")
    distance = np.hypot(*(model.points_um - given[:, None]))
    vertex = int(distance.argmin())
    r, z = given / model.unit_um
    if distance[vertex] > 1e-6 * float(np.ptp(model.points_um, axis=1).max()):
        raise InputError(f"corner (r, z) = ({r:g}, {z:g}) {model.length_unit} is no vertex")
    apex = model.points_um[:, vertex]
    if apex[0] == 0.0:
        raise InputError(
            f"corner (r, z) = ({r:g}, {z:g}) {model.length_unit} lies on the axis, where the "
            "section is not in plane strain"
        )
    part = model.mask(slice(None)) if takes_part is None else takes_part
    around = np.nonzero((model.triangles == vertex).any(axis=0))[0]
    sides = {int(e): _sides(model, vertex, int(e)) for e in around[part[around]]}
    if not sides:
        return ()
    cut = set() if cuts is None else {int(f) for f in cuts}
    borders = _borders(model, part, cuts)
    out = []
    # faces of all that meet here, of other parts that touch in this point too
    border = set(borders.tolist())
    directions = np.array(
        [angle for pair in sides.values() for facet, angle in pair if facet in border]
    )
    reach = _reach(model, apex, directions, borders, obstacles)
    for chain, closed in _chains(sides, cut):
        regions, angles, start = _wedges(model, chain, sides, closed)
        faces = None if closed else (sides[chain[0]][0][0], sides[chain[-1]][1][0])
        out.append(CornerSite(model, apex, regions, angles, start, faces, reach))
    return tuple(out)


_Side = tuple[tuple[int, float], tuple[int, float]]


def _sides(model: Model, vertex: int, element: int) -> _Side:
    """(facet, direction in rad) of an element's two facets at a vertex, the clockwise one first."""
    found = []
    for facet in model.mesh.t2f[:, element]:
        a, b = model.mesh.facets[:, facet]
        if vertex not in (a, b):
            continue
        far = b if a == vertex else a
        apex, end = model.points_um[:, vertex], model.points_um[:, far]
        middle = model.node_points_um[:, model.mesh.nvertices + facet]
        tangent = 4 * middle - 3 * apex - end
        found.append((int(facet), float(np.arctan2(tangent[1], tangent[0]))))
    first, second = found
    turn = np.mod(second[1] - first[1], 2 * np.pi)
    return (first, second) if turn < np.pi else (second, first)


def _chains(sides: dict[int, _Side], cut: set[int]) -> list[tuple[list[int], bool]]:
    """Elements in counter-clockwise runs, and whether a run goes all the way round."""
    begins = {side[0][0]: e for e, side in sides.items() if side[0][0] not in cut}
    ends = {side[1][0] for side in sides.values()} - cut
    left, out = set(sides), []
    starts = [e for e in sides if sides[e][0][0] not in ends]
    for first in [*starts, *sides]:
        if first not in left:
            continue
        chain, e = [], first
        while e in left:
            left.remove(e)
            chain.append(e)
            e = begins.get(sides[e][1][0], -1)
        out.append((chain, first not in starts))
    return out


def _wedges(
    model: Model, chain: list[int], sides: dict[int, _Side], closed: bool
) -> tuple[tuple[str, ...], tuple[float, ...], float]:
    owner = [int(model.region_index[e]) for e in chain]
    if closed and len(set(owner)) > 1:
        # start at an interface
        shift = next(k for k in range(len(chain)) if owner[k] != owner[k - 1])
        chain, owner = chain[shift:] + chain[:shift], owner[shift:] + owner[:shift]
    regions: list[str] = []
    angles: list[float] = []
    for k, e in enumerate(chain):
        (_, low), (_, high) = sides[e]
        turn = float(np.degrees(np.mod(high - low, 2 * np.pi)))
        if k and owner[k] == owner[k - 1]:
            angles[-1] += turn
        else:
            regions.append(model.region_names[owner[k]])
            angles.append(turn)
    if closed:
        angles[-1] += 360.0 - sum(angles)
    return tuple(regions), tuple(angles), float(np.degrees(sides[chain[0]][0][1]))


def _borders(model: Model, part: np.ndarray, cuts: np.ndarray | None) -> np.ndarray:
    """Facets where material, or what takes part, ends."""
    pair = model.mesh.f2t
    inner = pair[1] >= 0
    counts = part[pair[0]] | (inner & part[pair[1]])
    differs = ~inner
    differs[inner] = (model.region_index[pair[0, inner]] != model.region_index[pair[1, inner]]) | (
        part[pair[0, inner]] != part[pair[1, inner]]
    )
    if cuts is not None:
        differs[cuts] = True
    return np.nonzero(differs & counts)[0]


def _reach(
    model: Model,
    apex: np.ndarray,
    directions: np.ndarray,
    borders: np.ndarray,
    obstacles: np.ndarray | None,
) -> float:
    # what coordinates far from the origin lose to rounding is no bend
    rounding = 1e-10 * np.ptp(model.points_um) + 1e-15 * np.abs(model.points_um).max()
    rays = np.array([np.cos(directions), np.sin(directions)])

    def on_ray(points: np.ndarray, slack: np.ndarray | float) -> np.ndarray:
        away = points - apex.reshape(2, *[1] * (points.ndim - 1))
        along = np.tensordot(rays.T, away, 1)
        across = np.abs(np.tensordot(np.array([-rays[1], rays[0]]).T, away, 1))
        allowed = rounding + slack * np.hypot(*away)
        return ((along >= -allowed) & (across <= allowed)).any(axis=0)

    nodes = model.node_points_um[:, model.facet_nodes(borders)]
    slack = np.where(model.curved_facets[borders], STRAIGHT, 0.0)
    foreign = ~on_ray(nodes, slack).all(axis=0)
    a, b = nodes[:, 0, foreign], nodes[:, 1, foreign]
    step = b - a
    t = np.clip(((apex[:, None] - a) * step).sum(axis=0) / (step**2).sum(axis=0), 0, 1)
    far = [apex[0] / 2, *np.hypot(*(a + t * step - apex[:, None]))]
    if obstacles is not None and obstacles.size:
        beside = obstacles[:, ~on_ray(obstacles, STRAIGHT)]
        far.extend(np.hypot(*(beside - apex[:, None])))
    return float(min(far))
