"""A cross-section handed to Gmsh, and its triangles taken back under the section's names."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from skfem import MeshTri, MeshTri2

from geometry.errors import MeshingError
from geometry.section.cross_section import CrossSection
from geometry.section.planar_graph import chain_vertices
from groundwork.facets import number_facets


def add_geometry(geo: Any, section: CrossSection) -> tuple[dict[int, int], list[tuple[int, str]]]:
    points = [geo.addPoint(r, z, 0.0) for r, z in section.vertices_um]
    lines: dict[int, int] = {}
    by_ends: dict[tuple[int, int], int] = {}
    for chain in section.curves:
        walk = chain_vertices(section.edges, chain)
        tag = geo.addSpline([points[vertex] for vertex in walk])
        lines.update(dict.fromkeys(chain, tag))
        for i, j in itertools.pairwise(walk):
            by_ends[i, j], by_ends[j, i] = tag, -tag
    for k, edge in enumerate(section.edges):
        if k not in lines:
            lines[k] = geo.addLine(points[edge.start], points[edge.end])
            by_ends[edge.start, edge.end] = lines[k]
            by_ends[edge.end, edge.start] = -lines[k]
    index = {tuple(xy): k for k, xy in enumerate(section.vertices_um.tolist())}
    surfaces = []
    for region, face in section.faces:
        loops = []
        for ring in (face.exterior, *face.interiors):
            ids = [index[xy] for xy in ring.coords]
            sides = [by_ends[pair] for pair in itertools.pairwise(ids)]
            # the chords of one curve are one side; a ring may start in the middle of it
            sides = [tag for tag, _ in itertools.groupby(sides)]
            if len(sides) > 1 and sides[0] == sides[-1]:
                sides.pop()
            loops.append(geo.addCurveLoop(sides))
        surfaces.append((geo.addPlaneSurface(loops), region))
    return lines, surfaces


def to_skfem(
    gmsh_mesh: Any, section: CrossSection, lines: dict[int, int], surfaces: list[tuple[int, str]]
) -> MeshTri:
    tags, coordinates, _ = gmsh_mesh.getNodes()
    if len(tags) == 0:
        raise MeshingError("Gmsh returned an empty mesh")
    position = np.zeros(int(tags.max()) + 1, dtype=np.int64)
    position[tags] = np.arange(len(tags))
    points = coordinates.reshape(-1, 3)[:, :2].T

    triangles: list[np.ndarray] = []
    owners: list[int] = []
    names: list[str] = []
    for tag, region in surfaces:
        _, _, nodes = gmsh_mesh.getElements(2, tag)
        if not nodes:
            raise MeshingError(f"region '{region}' is missing from the mesh")
        triangles.append(position[nodes[0].astype(np.int64)].reshape(-1, 3))
        owners += [len(names)] * len(triangles[-1])
        names.append(region)
    t = np.vstack(triangles).T
    used, t = np.unique(t, return_inverse=True)
    t = t.reshape(3, -1)
    renumber = np.full(points.shape[1], -1)
    renumber[used] = np.arange(len(used))
    points = points[:, used]
    # nodes on the axis are set to r = 0 exactly: the axis is recognized by it
    points[0, np.abs(points[0]) < 1e-12 * section.cell_radius_um] = 0.0

    owner = np.array(owners)
    subdomains = {
        region: np.nonzero(np.isin(owner, [k for k, n in enumerate(names) if n == region]))[0]
        for region in section.regions
    }
    mesh = MeshTri(np.ascontiguousarray(points), np.ascontiguousarray(t))
    number_facets(mesh)
    pair_key = mesh.nvertices
    order = np.sort(mesh.facets, axis=0).astype(np.int64)
    facet_keys = order[0] * pair_key + order[1]
    sorter = np.argsort(facet_keys)
    sides, first = _sides(gmsh_mesh)
    ends = np.sort(renumber[position[sides]], axis=1)
    keys = ends[:, 0] * pair_key + ends[:, 1]
    found = sorter[np.searchsorted(facet_keys, keys, sorter=sorter) % len(sorter)]
    tags = sorted(set(lines.values()))
    if not np.array_equal(facet_keys[found], keys) or len(first) != len(tags):
        raise MeshingError("a boundary line of the cross-section is missing from the mesh")
    facets_of_line = dict(zip(tags, np.split(found, first[1:]), strict=True))
    facets_of_edge = {k: facets_of_line[tag] for k, tag in lines.items()}
    boundaries = {
        name: np.unique(np.concatenate([facets_of_edge[k] for k in found]))
        for name, found in section.boundaries.items()
    }
    curved = [facets_of_edge[k] for chain in section.curves for k in chain]
    if curved:
        mesh = _bend(mesh, section, np.unique(np.concatenate(curved)))
    named = mesh.with_subdomains(subdomains).with_boundaries(boundaries)
    number_facets(named)
    return named


def _sides(gmsh_mesh: Any) -> tuple[np.ndarray, np.ndarray]:
    """(sides, 2) node tags of the sides of triangles on all lines, in the order of the lines' tags,
    and where each line begins: at one of the section's vertices.

    Gmsh asked once: it takes a while to answer, and a curve is many lines.
    """
    sides = np.reshape(gmsh_mesh.getElements(1)[2], (-1, 2)).astype(np.int64)
    corners, _, _ = gmsh_mesh.getNodes(0)
    return sides, np.nonzero(np.isin(sides[:, 0], corners))[0]


def _bend(mesh: MeshTri, section: CrossSection, facets: np.ndarray) -> MeshTri2:
    """Second-order mesh whose vertices and facet midpoints lie on the exact meridian.

    A facet's midpoint is put halfway in arc length, so that the mapping converges at the order of
    second-order elements.
    """
    meridian = section.meridian
    assert meridian is not None
    points = mesh.p.copy()
    vertices = np.unique(mesh.facets[:, facets])
    t = np.zeros(mesh.nvertices)
    t[vertices] = meridian.project(points[:, vertices])
    exact = meridian.at(t[vertices])
    points[:, vertices] = exact
    points[0, np.abs(points[0]) < 1e-9] = 0.0
    middle = points[:, mesh.facets].mean(axis=1)
    middle[:, facets] = meridian.at(t[mesh.facets[:, facets]].mean(axis=0))
    bent = MeshTri2(np.ascontiguousarray(np.hstack([points, middle])), mesh.t)
    number_facets(bent)
    if _smallest_jacobian(bent) <= 0:
        raise MeshingError("a curved element is folded; a smaller mesh.size_factor helps")
    return bent


def _smallest_jacobian(mesh: MeshTri2) -> float:
    """Least ratio of the Jacobian at a node to the element's mean."""
    nodes = np.vstack([mesh.t, mesh.t2f + mesh.nvertices])
    x, y = np.array([[0, 1, 0, 0.5, 0.5, 0], [0, 0, 1, 0, 0.5, 0.5]])
    w = 1 - x - y
    dx = np.array([1 - 4 * w, 4 * x - 1, 0 * x, 4 * (w - x), 4 * y, -4 * y])
    dy = np.array([1 - 4 * w, 0 * x, 4 * y - 1, -4 * x, 4 * x, 4 * (w - y)])
    p = mesh.doflocs[:, nodes]
    a, b = np.einsum("cie,iq->ceq", p, dx), np.einsum("cie,iq->ceq", p, dy)
    det = a[0] * b[1] - a[1] * b[0]
    return float((det / det.mean(axis=1, keepdims=True)).min())
