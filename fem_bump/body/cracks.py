"""Cracks along interfaces: open a mesh along facets, and find the tip again.

A crack is a set of facets along which the mesh is cut: its vertices are duplicated, so that its two
faces ``crack_a`` and ``crack_b`` are free and everything else works on the cut mesh unmodified. A
vertex is duplicated where the crack parts the elements around it: at the tip it does not; at a free
surface and on the axis it does; where a crack starts at a corner at which a third region is bonded
to both sides it does not, so that such a start is a second tip.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from skfem import MeshTri, MeshTri2

from fem_bump.body.mesh_checks import prepared_mesh
from fem_bump.body.mesh_marks import named_elements, named_facets
from fem_bump.body.model import FACE_A, FACE_B, Model
from fem_bump.body.region_lists import region_list
from fem_bump.errors import InputError
from groundwork.facets import number_facets

COLLINEAR = 1e-6  # sine of the angle, or distance over length, below which a facet is on a line


def open_crack(
    mesh: MeshTri | MeshTri2, side_a: str | Iterable[str] | np.ndarray, boundary: str = "crack"
) -> MeshTri | MeshTri2:
    """Cut a mesh along the facets of a named boundary.

    Parameters
    ----------
    side_a
        Region or regions on side a of the crack, or a mask over elements, as a crack inside one
        region needs; the other side is b.
    boundary
        The facets to cut; all inside the body.

    Returns
    -------
    MeshTri or MeshTri2
        The same triangles in the same order, with boundaries ``crack_a`` and ``crack_b`` in place
        of ``boundary``. Interface legs (names with a slash) lose the facets that are cut; any other
        boundary keeps their copy on side a.

    Raises
    ------
    InputError
        When the boundary is unknown or empty, a facet of it has not exactly one side in a, or a
        crack is open already.
    """
    mesh, _ = prepared_mesh(mesh)
    known, regions = named_facets(mesh), named_elements(mesh)
    if boundary not in known:
        raise InputError(f"the mesh has no boundary '{boundary}' to open a crack along")
    if len(known[boundary]) == 0:
        raise InputError(
            f"boundary '{boundary}' of the mesh marks no facet; a crack needs at least one (a "
            "function in with_boundaries finds outer facets only, unless boundaries_only=False)"
        )
    if FACE_A in known or FACE_B in known:
        raise InputError("the mesh has an open crack already; exactly one is allowed")
    cut = np.unique(known[boundary])
    in_a, said = _side(mesh, side_a)
    pair = mesh.f2t[:, cut]
    if (pair[1] < 0).any() or (in_a[pair].sum(axis=0) != 1).any():
        raise InputError(f"boundary '{boundary}' must lie between {said}")
    t, source = _split_vertices(mesh, cut)
    n = mesh.nvertices
    vertices = np.hstack([mesh.p[:, :n], mesh.p[:, source]])
    plain = MeshTri(np.ascontiguousarray(vertices), np.ascontiguousarray(t))
    number_facets(plain)
    came_from = _facets_before(mesh, plain, np.concatenate([np.arange(n), source]))
    old_of_new = np.empty(plain.nfacets, dtype=np.int64)
    old_of_new[plain.t2f.ravel()] = came_from.ravel()
    new_of_old = np.full((2, mesh.nfacets), -1)  # the copy on side a, the copy on side b
    for copy, chosen in ((1, ~in_a), (0, in_a)):
        new_of_old[copy, came_from[:, chosen].ravel()] = plain.t2f[:, chosen].ravel()
    either = np.where(new_of_old[0] >= 0, new_of_old[0], new_of_old[1])
    boundaries = {FACE_A: new_of_old[0, cut], FACE_B: new_of_old[1, cut]}
    for name, found in known.items():
        if name == boundary:
            continue
        kept = np.setdiff1d(found, cut) if "/" in name else found
        if len(kept):
            boundaries[name] = np.unique(either[kept])
    out: MeshTri | MeshTri2 = plain
    if isinstance(mesh, MeshTri2):
        middles = mesh.doflocs[:, n:][:, old_of_new]
        out = MeshTri2(np.ascontiguousarray(np.hstack([vertices, middles])), plain.t)
    return out.with_subdomains(regions).with_boundaries(boundaries)


def _side(mesh: MeshTri, side_a: str | Iterable[str] | np.ndarray) -> tuple[np.ndarray, str]:
    """Mask of the elements on side a, and between what a crack must lie then."""
    if isinstance(side_a, np.ndarray):
        if side_a.dtype != bool or side_a.shape != (mesh.nelements,):
            raise InputError(
                f"side_a is an array {side_a.shape} of {side_a.dtype}; as an array it must be a "
                f"mask over the {mesh.nelements} elements"
            )
        return side_a, "elements of side_a and others"
    regions = named_elements(mesh)
    names = [side_a] if isinstance(side_a, str) else region_list("side_a", side_a)
    if not names:
        raise InputError("side_a is empty; it needs at least one region")
    missing = [name for name in names if name not in regions]
    if missing:
        raise InputError(f"side a of a crack names the unknown region '{missing[0]}'")
    in_a = np.zeros(mesh.nelements, dtype=bool)
    for name in names:
        in_a[regions[name]] = True
    return in_a, f"{', '.join(names)} and other regions"


def _facets_before(mesh: MeshTri, after: MeshTri, old_vertex: np.ndarray) -> np.ndarray:
    """(3, elements) facet of the uncut mesh that each facet of an element of the cut one was.

    The cut renumbers vertices, and scikit-fem orders an element's facets by its vertices.
    """
    ends = np.sort(old_vertex[after.facets[:, after.t2f]], axis=0)  # (2, 3, elements)
    before = np.sort(mesh.facets[:, mesh.t2f], axis=0)
    out = np.empty_like(after.t2f)
    for k in range(3):
        for j in range(3):
            same = (ends[:, k] == before[:, j]).all(axis=0)
            out[k, same] = mesh.t2f[j, same]
    return out


def _split_vertices(mesh: MeshTri, cut: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Triangles after the cut, and the old vertex of each vertex that it adds.

    Around each vertex of the cut, elements that share an uncut facet at it stay together. All
    vertices are looked at at once: a node of the graph is an element at a vertex.
    """
    t = mesh.t.astype(np.int64).copy()
    vertices = np.unique(mesh.facets[:, cut])
    number = np.full(mesh.nvertices, -1)
    number[vertices] = np.arange(len(vertices))
    corner, element = np.nonzero(number[t] >= 0)
    at = number[t[corner, element]]
    order = np.lexsort((element, at))
    corner, element, at = corner[order], element[order], at[order]
    key = at * mesh.nelements + element  # ascending

    inner = np.ones(mesh.nfacets, dtype=bool)
    inner[cut] = False
    inner &= mesh.f2t[1] >= 0
    end, facet = np.nonzero((number[mesh.facets] >= 0) & inner)
    where = number[mesh.facets[end, facet]] * mesh.nelements
    i, j = (np.searchsorted(key, where + side[facet]) for side in mesh.f2t)
    graph = coo_matrix((np.ones(len(i)), (i, j)), shape=(len(key),) * 2)
    _, part = connected_components(graph, directed=False)

    # the part of a vertex's first element keeps the vertex, each other part gets a copy
    first = part[np.searchsorted(at, np.arange(len(vertices)))]
    moved = np.nonzero(part != first[at])[0]
    _, start, which = np.unique(part[moved], return_index=True, return_inverse=True)
    t[corner[moved], element[moved]] = mesh.nvertices + which
    return t, vertices[at[moved[start]]].astype(np.int64)


@dataclass(frozen=True)
class CrackTip:
    """One tip of an open crack, in um.

    Attributes
    ----------
    vertex
        Of the mesh.
    point_um
        (2,) r, z.
    direction
        (2,) unit vector along which the crack would grow.
    normal
        (2,) unit vector from side b into side a.
    faces
        (2, 3, m) nodes of the crack's facets on side a and b, from the tip outwards: the end
        nearer the tip, the far end, the midpoint.
    ahead
        (3,) nodes of the facet that the crack would open next, or None where there is none.
    """

    model: Model
    vertex: int
    point_um: np.ndarray
    direction: np.ndarray
    normal: np.ndarray
    faces: np.ndarray
    ahead: np.ndarray | None

    @cached_property
    def distance_um(self) -> np.ndarray:
        """(m, 2) arc length from the tip to the midpoint and to the far end of each facet."""
        p = self.model.node_points_um[:, self.faces[0]]
        length = np.hypot(*(p[:, 1] - p[:, 0]))
        end = np.cumsum(length)
        return np.array([end - length / 2, end]).T

    @cached_property
    def facet_axes(self) -> tuple[np.ndarray, np.ndarray]:
        """(m, 2) each: along the crack towards the tip, and from side b into side a."""
        p = self.model.node_points_um
        along = p[:, self.faces[0, 0]] - p[:, self.faces[0, 1]]
        along = along / np.hypot(*along)
        turned = np.array([-along[1], along[0]])
        handed = np.sign(self.normal @ np.array([-self.direction[1], self.direction[0]]))
        return along.T, (turned * handed).T

    @property
    def length_um(self) -> float:
        """Length of the crack, um."""
        return float(self.distance_um[-1, 1])

    @property
    def radius_um(self) -> float:
        return float(self.point_um[0])

    def local(self, points: np.ndarray) -> np.ndarray:
        """(2, ...) coordinates along the direction of growth and the normal, from the tip."""
        offset = np.moveaxis(points, 0, -1) - self.point_um
        return np.array([offset @ self.direction, offset @ self.normal])

    def turn(self) -> np.ndarray:
        """(2, 2) rows: direction and normal in r, z."""
        return np.array([self.direction, self.normal])


def crack_tip(model: Model, near: tuple[float, float] | None = None) -> CrackTip:
    """The tip of the crack of an opened mesh.

    Parameters
    ----------
    near
        A point (r, z) in the model's unit, for a crack with two tips: the nearer one is meant.

    Raises
    ------
    InputError
        When there is no crack, it has no tip, or it has two and ``near`` is missing.
    """
    facets = [model.facets(name) for name in (FACE_A, FACE_B)]
    p = model.points_um
    shared = np.intersect1d(model.mesh.facets[:, facets[0]], model.mesh.facets[:, facets[1]])
    ends = model.mesh.facets[:, facets[0]]
    shared = shared[[int((ends == v).sum()) == 1 for v in shared]]
    if len(shared) == 0:
        raise InputError("the crack has no tip: it parts the body or runs along all its interface")
    if len(shared) > 1 and near is None:
        at = " and ".join(f"({p[0, v]:g}, {p[1, v]:g})" for v in shared)
        raise InputError(f"the crack has {len(shared)} tips, {at} um; name the point near one")
    vertex = int(shared[0])
    if near is not None:
        miss = p[:, shared] - model.unit_um * np.array(near)[:, None]
        vertex = int(shared[np.hypot(*miss).argmin()])
    side_a, side_b = (_walk(model, found, vertex) for found in facets)
    if side_a.shape != side_b.shape:
        raise InputError("the two faces of the crack do not match")
    first = p[:, side_a[0, 0]] - p[:, side_a[1, 0]]
    direction = first / np.hypot(*first)
    element = model.mesh.f2t[0, side_a[2, 0] - model.mesh.nvertices]
    normal = np.array([-direction[1], direction[0]])
    inside = p[:, model.triangles[:, element]].mean(axis=1) - p[:, vertex]
    normal *= np.sign(normal @ inside)
    return CrackTip(
        model,
        vertex,
        p[:, vertex],
        direction,
        normal,
        np.array([side_a, side_b]),
        _ahead(model, vertex, direction),
    )


def _walk(model: Model, facets: np.ndarray, start: int) -> np.ndarray:
    """(3, m) nodes of facets in order from a vertex."""
    ends = model.mesh.facets[:, facets]
    left = list(range(len(facets)))
    here, walk = start, []
    while left:
        following = [k for k in left if here in ends[:, k]]
        if not following:
            raise InputError("the crack falls into several pieces; exactly one is allowed")
        k = following[0]
        left.remove(k)
        far = int(ends[:, k].sum()) - here
        walk.append((here, far, model.mesh.nvertices + int(facets[k])))
        here = far
    return np.array(walk).T


def _ahead(model: Model, vertex: int, direction: np.ndarray) -> np.ndarray | None:
    """Nodes of the facet at the tip that continues the crack in its direction."""
    found = _continuing(model.points_um, model.mesh.facets, vertex, direction)
    if found is None:
        return None
    far = int(model.mesh.facets[:, found].sum()) - vertex
    return np.array([vertex, far, model.mesh.nvertices + found])


def _continuing(
    points: np.ndarray, facets: np.ndarray, vertex: int, direction: np.ndarray
) -> int | None:
    """The facet that leaves a vertex in a direction."""
    for facet in np.nonzero((facets == vertex).any(axis=0))[0]:
        far = int(facets[:, facet].sum()) - vertex
        along = points[:, far] - points[:, vertex]
        along = along / np.hypot(*along)
        if along @ direction > 0 and abs(along @ [-direction[1], direction[0]]) < COLLINEAR:
            return int(facet)
    return None
