"""What a mesh must be before anything is computed on it: the checks at the door of ``Model``.

In this order:

1. carrier: a scikit-fem ``MeshTri`` or ``MeshTri2`` (:mod:`fem_bump.body.mesh_carriers`);
2. arrays: two rows of coordinates (a constant third one is dropped), vertex numbers that exist,
   finite coordinates; a few vertices that no element uses are dropped, which changes no element's
   and no facet's number, many are what lost elements leave;
3. elements: no repeated vertex, no flat one, none twice;
4. facets: at most two elements at each, and those on its two sides;
5. vertices: the elements around an inner one fill 360 degrees, around an outer one no more;
6. outline: no two vertices in one place and none in the middle of another's facet (a slit that
   nobody asked for; the faces ``crack_a`` and ``crack_b`` are asked for), no crossing;
7. axis: no r < 0, nor a vertex that misses r = 0 by round-off of what wrote the mesh;
8. curved elements: not folded.

Elements may stand in any order and turn either way round. Every refusal says how many there are and
where the first is, in the mesh's own unit.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NoReturn

import numpy as np
import shapely
from skfem import MeshTri, MeshTri2

from fem_bump.algebra.shape_functions import NODES, shape_functions, triangle_rule
from fem_bump.body.mesh_carriers import check_carrier
from fem_bump.errors import InputError
from groundwork.facets import number_facets

LENGTH_UNITS_UM = {"um": 1.0, "mm": 1e3, "m": 1e6}
# a hundred atoms across, below which nothing is a continuum; benchmarks are vessels of metres
BODY_UM = (0.01, 1e7)
BUMP_UM = (1.0, 2e4)
FLAT = 1e-10  # height over longest side
TOUCHING = 1e-4  # distance over the shortest facet at a vertex that is none
FEW, FEW_PER_VERTEX = 10, 0.1  # unused nodes that mesh generators leave, such as centres of arcs
AXIS = 1e-9  # |r| over the mesh's extent that is r = 0
FULL_TURN = 1e-6  # rad that the angles around a vertex may miss or exceed 2 pi by


def prepared_mesh(mesh: Any) -> tuple[MeshTri | MeshTri2, np.ndarray]:
    """The mesh with two rows of coordinates and no unused vertex, and the vertices that it kept.

    The mesh itself, when it is so already. Checks 1 and 2.

    Raises
    ------
    InputError
        For anything but a scikit-fem triangle mesh, and arrays that are not one.
    """
    check_carrier(mesh)
    p, t = mesh.doflocs, mesh.t
    if t.ndim != 2 or t.shape[0] != 3 or t.shape[1] == 0:
        raise InputError(f"mesh.t has shape {t.shape}; (3, elements) is needed, elements >= 1")
    if p.ndim != 2 or p.shape[0] not in (2, 3):
        raise InputError(
            f"mesh.p has shape {p.shape}; one row of r and one of z are needed, (2, vertices)"
        )
    wrong = np.nonzero(((t < 0) | (t >= p.shape[1])).any(axis=0))[0]
    if len(wrong):
        raise InputError(
            f"the mesh has {_counted(len(wrong), 'element')} with vertices that do not exist, the "
            f"first is number {wrong[0]} with {t[:, wrong[0]].tolist()}; "
            f"allowed is 0 to {p.shape[1] - 1}"
        )
    number_facets(mesh)
    used = np.zeros(mesh.nvertices, dtype=bool)
    used[t] = True
    kept = np.nonzero(used)[0]
    nodes = kept
    if isinstance(mesh, MeshTri2):
        # files with unused nodes leave more behind the midpoints, which mean nothing
        nodes = np.concatenate([kept, np.arange(len(used), len(used) + mesh.nfacets)])
        if p.shape[1] <= nodes[-1]:
            raise InputError(
                f"the MeshTri2 has {p.shape[1]} nodes; {len(used)} vertices and then the midpoints "
                f"of {mesh.nfacets} facets are needed"
            )
    wrong = nodes[~np.isfinite(p[:, nodes]).all(axis=0)]
    if len(wrong):
        raise InputError(
            f"the mesh has {_counted(len(wrong), 'node')} with coordinates that are not finite, "
            f"the first is number {wrong[0]} at {p[:, wrong[0]].tolist()}"
        )
    if p.shape[0] == 3:
        third = p[2, nodes]
        if np.ptp(third) > AXIS * np.ptp(p[:, nodes], axis=1).max():
            raise InputError(
                f"mesh.p has three coordinates and the third varies from {third.min():g} to "
                f"{third.max():g}; a section r, z is needed (of a mesh in the x, z plane: "
                "MeshTri(mesh.p[[0, 2]], mesh.t))"
            )
    if p.shape[0] == 2 and p.shape[1] == len(nodes):
        return mesh, kept
    unused = np.setdiff1d(np.arange(p.shape[1]), nodes)
    if len(unused) > FEW + FEW_PER_VERTEX * len(kept):
        raise InputError(
            f"{len(unused)} of the mesh's {p.shape[1]} nodes belong to no triangle, the first is "
            f"number {unused[0]} at {p[:, unused[0]].tolist()}: elements were lost on the way, as "
            "quadrilaterals are beside triangles (mesh.remove_unused_nodes() if none were)"
        )
    number = np.cumsum(used) - 1
    # facets are numbered in the order of their vertices, which stays
    mesh = replace(mesh, doflocs=np.ascontiguousarray(p[:2, nodes]), t=number[t])
    number_facets(mesh)
    return mesh, kept


def check_size(mesh: MeshTri | MeshTri2, length_unit: str, unit_um: float) -> None:
    """Refuse a body smaller than what is a continuum, or larger than a vessel.

    Raises
    ------
    InputError
        With the unit in which it would be an ordinary one.
    """
    extent = float(np.ptp(mesh.p[:, : mesh.nvertices], axis=1).max())
    low, high = BODY_UM
    # no size at all is what the checks of elements name
    if extent == 0 or low <= extent * unit_um <= high:
        return
    ordinary = [
        unit
        for unit, factor in LENGTH_UNITS_UM.items()
        if BUMP_UM[0] <= extent * factor <= BUMP_UM[1]
    ]
    hint = f": length_unit = '{ordinary[0]}' would make it {extent:g} {ordinary[0]}"
    raise InputError(
        f"the mesh is {extent:g} {length_unit} large, which length_unit = '{length_unit}' says; "
        f"allowed is {low:g} to {high:g} um" + (hint if ordinary else "")
    )


def check_mesh(mesh: MeshTri | MeshTri2, length_unit: str, slits: np.ndarray) -> None:
    """Refuse what would give wrong numbers. Checks 3 to 7 of a prepared mesh.

    Parameters
    ----------
    slits
        Facets on the faces of a crack that was opened on purpose: these may lie on each other.

    Raises
    ------
    InputError
        For the first kind of defect, with how many there are and where.
    """
    _Checks(mesh, length_unit, slits).run()


class _Checks:
    """One pass over a mesh; arrays that several checks need are made once."""

    def __init__(self, mesh: MeshTri | MeshTri2, length_unit: str, slits: np.ndarray) -> None:
        self.mesh, self.unit, self.slits = mesh, length_unit, slits
        self.p, self.t = mesh.p[:, : mesh.nvertices], mesh.t
        self.extent = float(np.ptp(self.p, axis=1).max())
        self.corners = self.p[:, self.t]  # (2, 3, elements)
        # sides opposite of vertex 2, 0 and 1: facets (0, 1), (1, 2), (0, 2) of scikit-fem
        self.sides = self.corners[:, [1, 2, 0]] - self.corners
        self.lengths = np.hypot(*self.sides)
        u, v = self.sides[:, 0], self.sides[:, 2]
        self.det = v[0] * u[1] - v[1] * u[0]  # twice the area, negative if clockwise

    def run(self) -> None:
        self.elements()
        self.facets()
        self.vertices()
        self.axis()
        self.outline()

    def refuse(self, count: int, noun: str, trait: str, at: np.ndarray, remedy: str) -> NoReturn:
        raise InputError(
            f"the mesh has {_counted(count, noun)} {trait}, the first at (r, z) = "
            f"({at[0]:g}, {at[1]:g}) {self.unit}: {remedy}"
        )

    def elements(self) -> None:
        t = self.t
        twice = np.nonzero((t[0] == t[1]) | (t[1] == t[2]) | (t[0] == t[2]))[0]
        if len(twice):
            self.refuse(
                len(twice),
                "element",
                "with a repeated vertex",
                self.p[:, t[0, twice[0]]],
                "such an element is a line; remove it",
            )
        longest = self.lengths.max(axis=0)
        round_off = 4 * np.finfo(float).eps * np.abs(self.p).max()
        flat = np.nonzero(np.abs(self.det) <= longest * (FLAT * longest + round_off))[0]
        if len(flat):
            self.refuse(
                len(flat),
                "flat element",
                "without area",
                self.corners[:, :, flat[0]].mean(axis=1),
                "merge or move its vertices",
            )

    def facets(self) -> None:
        t, t2f = self.t, self.mesh.t2f
        count = np.bincount(t2f.ravel())
        # whether the element lies to the left of its facet, walked from the lower vertex number on
        ahead = np.array([t[0] < t[1], t[1] < t[2], t[2] < t[0]])
        left = np.where(ahead == (self.det > 0), 1.0, -1.0)
        folded = (np.bincount(t2f.ravel(), left.ravel()) != 0) & (count == 2)
        if (count <= 2).all() and not folded.any():
            return
        _, first = np.unique(np.sort(t, axis=0), axis=1, return_index=True)
        doubled = np.setdiff1d(np.arange(t.shape[1]), first)
        if len(doubled):
            self.refuse(
                len(doubled),
                "doubled element",
                "with the same three vertices as another one",
                self.corners[:, :, doubled[0]].mean(axis=1),
                "remove the copies",
            )
        shared = np.nonzero(count > 2)[0]
        if len(shared):
            self.refuse(
                len(shared),
                "facet",
                "of more than two elements",
                self.middle(shared[0]),
                "elements overlap there; remove those that are too many",
            )
        found = np.nonzero(folded)[0]
        self.refuse(
            len(found),
            "facet",
            "with both elements on the same side",
            self.middle(found[0]),
            "the mesh is folded there; move the vertex that was pulled over",
        )

    def vertices(self) -> None:
        angles = np.empty_like(self.lengths)
        for k in range(3):
            u, v = self.sides[:, k], -self.sides[:, k - 1]
            angles[k] = np.arctan2(np.abs(u[0] * v[1] - u[1] * v[0]), u[0] * v[0] + u[1] * v[1])
        total = np.bincount(self.t.ravel(), angles.ravel())
        outer = np.zeros(len(total), dtype=bool)
        outer[self.mesh.facets[:, self.mesh.f2t[1] < 0]] = True
        excess = total - 2 * np.pi
        wrong = np.nonzero(np.where(outer, excess, np.abs(excess)) > FULL_TURN)[0]
        if len(wrong):
            self.refuse(
                len(wrong),
                "vertex",
                "with elements around that cover each other",
                self.p[:, wrong[0]],
                f"their angles add up to {np.degrees(total[wrong[0]]):.4g} degrees of at most 360",
            )

    def outline(self) -> None:
        outer = np.nonzero(self.mesh.f2t[1] < 0)[0]
        ends = self.mesh.facets[:, outer]
        segments = self.p[:, ends]  # (2, 2, facets)
        length = np.hypot(*(segments[:, 1] - segments[:, 0]))
        every = self.mesh.facets
        shortest = np.full(self.p.shape[1], np.inf)
        between = np.hypot(*(self.p[:, every[1]] - self.p[:, every[0]]))
        np.minimum.at(shortest, every.ravel(), np.tile(between, 2))
        vertices = np.unique(ends)
        self.off_axis(vertices, shortest)

        lines = shapely.linestrings(segments.transpose(2, 1, 0))
        tree = shapely.STRtree(lines)
        reach = TOUCHING * shortest[vertices]
        points = shapely.points(self.p[:, vertices].T)
        at, facet = tree.query(points, predicate="dwithin", distance=reach)
        vertex = vertices[at]
        own = (self.t[:, self.mesh.f2t[0, outer[facet]]] == vertex).any(axis=0)
        at, facet, vertex = at[~own], facet[~own], vertex[~own]
        if len(at):
            self.touching(vertex, ends[:, facet], outer[facet], length[facet], shortest)
        if shapely.is_simple(shapely.multilinestrings(lines)):  # seen sooner than which cross
            return
        one, two = tree.query(lines, predicate="crosses")
        if len(one):
            pairs = int((one < two).sum())
            place = shapely.intersection(lines[one[0]], lines[two[0]])
            self.refuse(
                pairs,
                "pair",
                "of outer facets that cross",
                shapely.get_coordinates(place)[0],
                "parts of the mesh overlap there",
            )

    def touching(
        self,
        vertex: np.ndarray,
        ends: np.ndarray,
        facet: np.ndarray,
        length: np.ndarray,
        shortest: np.ndarray,
    ) -> None:
        """Refuse vertices on facets of the outline that are not their own."""
        away = np.hypot(*(self.p[:, ends] - self.p[:, vertex][:, None]))  # (2, found)
        reach = TOUCHING * np.minimum(shortest[vertex], length)
        near = ends[away.argmin(axis=0), np.arange(len(vertex))]
        same = away.min(axis=0) <= reach
        a, b = self.p[:, ends[0]], self.p[:, ends[1]]
        along, offset = b - a, self.p[:, vertex] - a
        height = np.abs(along[0] * offset[1] - along[1] * offset[0]) / length
        on_face = np.zeros(self.p.shape[1], dtype=bool)
        on_face[self.mesh.facets[:, self.slits]] = True
        asked_for = on_face[vertex] & np.where(same, on_face[near], np.isin(facet, self.slits))
        doubled = np.unique(vertex[same & ~asked_for])
        if len(doubled):
            self.refuse(
                len(doubled),
                "doubled vertex",
                "in the place of another one",
                self.p[:, doubled[0]],
                "that leaves a slit; merge them (mesh.remove_duplicate_nodes() where they agree to "
                "the last digit), or name the two faces crack_a and crack_b if a crack is meant",
            )
        hanging = np.unique(vertex[~same & (height <= reach) & ~asked_for])
        if len(hanging):
            self.refuse(
                len(hanging),
                "hanging vertex",
                "on the facet of an element of other vertices",
                self.p[:, hanging[0]],
                "that leaves a slit; mesh the parts together, or split that element",
            )

    def axis(self) -> None:
        wrong = np.nonzero(self.p[0] < -AXIS * self.extent)[0]
        if len(wrong):
            first = wrong[self.p[0, wrong].argmin()]
            raise InputError(
                f"the mesh reaches r = {self.p[0, first]:g} {self.unit}, "
                f"{_counted(len(wrong), 'vertex')}, the farthest at z = {self.p[1, first]:g} "
                f"{self.unit}; r must not be negative"
            )

    def off_axis(self, vertices: np.ndarray, shortest: np.ndarray) -> None:
        r = self.p[0, vertices]
        wrong = vertices[(r > AXIS * self.extent) & (r < TOUCHING * shortest[vertices])]
        if len(wrong):
            self.refuse(
                len(wrong),
                "vertex",
                "next to the axis and not on it",
                self.p[:, wrong[0]],
                "set r to 0, or the body has a hole along its axis",
            )

    def middle(self, facet: int) -> np.ndarray:
        return self.p[:, self.mesh.facets[:, facet]].mean(axis=1)


def check_curved(nodes: np.ndarray, length_unit: str) -> None:
    """Refuse curved elements that are folded: check 8.

    Parameters
    ----------
    nodes
        (2, 6, elements) nodes of the curved elements, in the mesh's unit.

    Raises
    ------
    InputError
        With how many there are and where the first is.
    """
    inside = triangle_rule()[0]
    _, dx, dy = shape_functions(np.hstack([inside, NODES]))
    a, b = np.einsum("cie,qi->ceq", nodes, dx), np.einsum("cie,qi->ceq", nodes, dy)
    det = a[0] * b[1] - a[1] * b[0]
    u, v = nodes[:, 1] - nodes[:, 0], nodes[:, 2] - nodes[:, 0]
    ratio = det / (u[0] * v[1] - u[1] * v[0])[:, None]
    # at a node it may vanish: a midpoint a quarter along its facet
    q = inside.shape[1]
    wrong = np.nonzero((ratio[:, :q] <= 0).any(axis=1) | (ratio[:, q:] < -AXIS).any(axis=1))[0]
    if len(wrong):
        r, z = nodes[:, :3, wrong[0]].mean(axis=1)
        raise InputError(
            f"the mesh has {_counted(len(wrong), 'curved element')} folded over, the first at "
            f"(r, z) = ({r:g}, {z:g}) {length_unit}: a midpoint is numbered wrongly or lies too "
            "far from its facet"
        )


def _counted(count: int, noun: str) -> str:
    if count == 1:
        return f"1 {noun}"
    return f"{count} {noun.replace('vertex', 'vertices') if 'vertex' in noun else noun + 's'}"
