"""Cross-section to triangles with Gmsh, and nothing else.

``h = size_factor * min over corners (size_k + growth * distance to corner k)``, limited along thin
films to a multiple of their thickness; around a crack's tip it grows only beyond a few elements.
Gmsh is process-global: every mesh opens and closes its own session, single-threaded, without
configuration files, so that the same design and Gmsh version give the same mesh to the last bit.
First order and straight through memory: named boundaries are attached to scikit-fem facets here and
checked, because a lost boundary would be a lost clamp.
"""

from __future__ import annotations

import ctypes
import functools
import hashlib
import itertools
import math
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import carray, types
from skfem import MeshTri, MeshTri2

from geometry.compiled import callback, kernel
from geometry.errors import MeshingError
from geometry.section.crack_path import EQUAL_FACETS
from geometry.section.cross_section import CrossSection
from geometry.section.planar_graph import MERGE_UM

# Gmsh offers no other way to get these libraries with its wheel
SYSTEM_LIBRARIES = "libglu1-mesa libgl1 libxcursor1 libxft2 libxinerama1 libgomp1"

# Corner sizes over mesh.corner_size_um: where headline tractions live, where films meet behind
# them, where only discs of 0.5 um and more are averaged, and far from the pad. FEED_END: where an
# imposed flux stops on a smooth face, a logarithm and no power.
INTERFACE_END, FILM_CORNER, FAR_CORNER, REMOTE_CORNER = 1.0, 8.0, 8.0, 60.0
FEED_END = 8.0
# Harmonic n of the current dies out over R/n from where it enters. Elements along the pad's rim are
# at most 0.75 R/60, and 1/40 of the trace, which needs as many more harmonics as it is narrower;
# those below a via 1/10 of its sector's side.
RIM_PER_PAD, RIM_PER_TRACE, FOOTPRINT_PER_SECTOR = 160.0, 40.0, 10.0
FILM_ASPECT = 4.0  # element length over film thickness away from corners
FILM_GROWTH = 0.5


def _gmsh() -> Any:
    try:
        import gmsh
    except OSError as error:
        raise MeshingError(
            f"Gmsh needs system libraries that this machine lacks ({error}); on Debian or Ubuntu: "
            f"apt-get install -y --no-install-recommends {SYSTEM_LIBRARIES}"
        ) from None
    return gmsh


def gmsh_version() -> str:
    """Version of the Gmsh that makes the meshes."""
    return str(_gmsh().__version__)


@dataclass(frozen=True)
class SizeField:
    """Element sizes wanted, on a mesh of the same section: between its vertices they are linear.

    Attributes
    ----------
    mesh
        Whose vertices carry the sizes.
    size_um
        (vertices,) wanted length of the sides of elements.
    """

    mesh: MeshTri
    size_um: np.ndarray


def build_mesh(
    section: CrossSection, size_factor: float | None = None, sizes: SizeField | None = None
) -> MeshTri:
    """Triangulate a cross-section.

    Parameters
    ----------
    section
        From :func:`~geometry.section.cross_section.build_cross_section`.
    size_factor
        Overrides ``mesh.size_factor`` of the design; 0.5 halves every element size.
    sizes
        Takes the place of the sizes graded into the corners; ``size_factor`` has no effect then.

    Returns
    -------
    skfem.MeshTri
        Straight-sided, um, with ``subdomains`` (regions) and ``boundaries`` (outer boundaries,
        ``pad_rim``, interface legs, and where a trace or vias feed the pad).

    Raises
    ------
    MeshingError
        When Gmsh fails, or a named region or boundary is missing from what it made.
    """
    gmsh = _gmsh()
    factor = section.design.mesh.size_factor if size_factor is None else size_factor
    table = size_table(section, factor) if sizes is None else None
    gmsh.initialize([], readConfigFiles=False, interruptible=False)
    try:
        for option, value in (
            ("General.Terminal", 0),
            ("General.Verbosity", 1),
            ("General.NumThreads", 1),
            ("Mesh.MaxNumThreads1D", 1),
            ("Mesh.MaxNumThreads2D", 1),
            ("Mesh.Algorithm", 6),
            ("Mesh.RandomSeed", 1),
            ("Mesh.ElementOrder", 1),
            ("Mesh.MeshSizeExtendFromBoundary", 0),
            ("Mesh.MeshSizeFromPoints", 0),
            ("Mesh.MeshSizeFromCurvature", 0),
            ("Mesh.LcIntegrationPrecision", 1e-6),
            ("Geometry.Tolerance", 1e-10),
        ):
            gmsh.option.setNumber(option, value)
        gmsh.model.add("bump")
        lines, surfaces = _add_geometry(gmsh.model.geo, section)
        gmsh.model.geo.synchronize()
        if table is not None:
            _set_size_callback(gmsh, table)
        else:
            assert sizes is not None
            _set_background(gmsh, sizes)
        gmsh.model.mesh.generate(2)
        return _to_skfem(gmsh.model.mesh, section, lines, surfaces)
    except MeshingError:
        raise
    except Exception as error:  # Gmsh raises bare Exception for everything it cannot do
        if type(error) is not Exception:
            raise
        raise MeshingError(f"Gmsh could not mesh the cross-section: {error}") from error
    finally:
        gmsh.finalize()


def _set_background(gmsh: Any, sizes: SizeField) -> None:
    """Let Gmsh interpolate sizes between the vertices of another mesh."""
    triangles = sizes.mesh.t
    r, z = sizes.mesh.p[:, triangles]
    data = np.vstack([r, z, np.zeros_like(r), sizes.size_um[triangles]])
    view = gmsh.view.add("sizes")
    gmsh.view.addListData(view, "ST", triangles.shape[1], data.T.ravel())
    field = gmsh.model.mesh.field.add("PostView")
    gmsh.model.mesh.field.setNumber(field, "ViewTag", view)
    gmsh.model.mesh.field.setAsBackgroundMesh(field)


def _set_size_callback(gmsh: Any, table: np.ndarray) -> None:
    """Let Gmsh ask for the size of a table, which must outlive the mesh generation."""
    # gmsh.model.mesh.setSizeCallback puts two Python frames around each of tens of thousands of
    # calls, half the time of a mesh; Gmsh's own entry takes a compiled function and its data
    ierr = ctypes.c_int()
    gmsh.lib.gmshModelMeshSetSizeCallback(
        ctypes.c_void_p(_size_callback().address),
        ctypes.c_void_p(table.ctypes.data),
        ctypes.byref(ierr),
    )
    if ierr.value != 0:
        raise MeshingError(f"Gmsh takes no sizes: {gmsh.logger.getLastError()}")


def size_table(section: CrossSection, size_factor: float) -> np.ndarray:
    """What :func:`size_at` reads, um: how many corners and films, size factor, growth, largest,
    then corners (r, z, size, radius of equal size) and films (r, z, r, z, size)."""
    spec = section.design.mesh
    growth = spec.growth
    corners = [
        (float(r), float(z), scale * spec.corner_size_um, 0.0)
        for r, z, scale in corner_scales(section)
    ]
    if section.crack is not None:
        size = section.crack.tip_size_um
        corners.append((*section.crack.tip_um, size, EQUAL_FACETS * size))
        start = section.crack.points_um[0]
        if start[0] > 0.0:  # where a third film holds both sides, the start is a tip too
            corners.append(
                (float(start[0]), float(start[1]), INTERFACE_END * spec.corner_size_um, 0.0)
            )
    films = []
    for region, face in section.faces:
        thickness = _film_thickness(section, region)
        if thickness is None:
            continue
        coverage = section.design.ubm.step_coverage if region.startswith("ubm_") else 1.0
        for p, q in itertools.pairwise(face.exterior.coords):
            steep = (q[1] - p[1]) / math.dist(p, q)
            local = thickness * math.hypot(coverage * steep, math.sqrt(max(1 - steep**2, 0.0)))
            films.append((*p, *q, FILM_ASPECT * local))
    feed = _feed_size(section)
    if feed is not None:
        for k in section.boundaries[section.design.source_boundary]:
            edge = section.edges[k]
            start, end = section.vertices_um[edge.start], section.vertices_um[edge.end]
            films.append((*start, *end, feed))
    largest = 0.12 * section.cell_radius_um
    head = [len(corners), len(films), size_factor, growth, largest]
    return np.concatenate([head, np.ravel(corners), np.ravel(films)])


@kernel
def _may_lie_within(dr, dz, distance):
    """Whether (dr, dz) is at most that long, up to round-off: spares most calls of hypot."""
    return distance >= 0 and dr * dr + dz * dz <= distance * distance * (1 + 1e-9)


@kernel
def size_at(r, z, table):
    """Element size wanted at a point, um; ``table`` as :func:`size_table` makes it."""
    corner_count, film_count = int(table[0]), int(table[1])
    size_factor, growth, h = table[2], table[3], table[4]
    k = 5
    for _ in range(corner_count):
        dr, dz = r - table[k], z - table[k + 1]
        if _may_lie_within(dr, dz, (h - table[k + 2]) / growth + table[k + 3]):
            distance = max(math.hypot(dr, dz) - table[k + 3], 0.0)
            h = min(h, table[k + 2] + growth * distance)
        k += 4
    for _ in range(film_count):
        dr, dz = table[k + 2] - table[k], table[k + 3] - table[k + 1]
        along = ((r - table[k]) * dr + (z - table[k + 1]) * dz) / (dr * dr + dz * dz)
        along = min(max(along, 0.0), 1.0)
        dr, dz = r - table[k] - along * dr, z - table[k + 1] - along * dz
        if _may_lie_within(dr, dz, (h - table[k + 4]) / FILM_GROWTH):
            h = min(h, table[k + 4] + FILM_GROWTH * math.hypot(dr, dz))
        k += 5
    return size_factor * h


@functools.cache
def _size_callback() -> Any:
    """:func:`size_at` as a C function of Gmsh's signature; compiled when first needed."""

    def size(dim, tag, x, y, z, lc, data):
        head = carray(data, (5,), types.float64)
        length = 5 + 4 * int(head[0]) + 5 * int(head[1])
        return size_at(x, y, carray(data, (length,), types.float64))

    signature = types.float64(
        types.int32,
        types.int32,
        types.float64,
        types.float64,
        types.float64,
        types.float64,
        types.voidptr,
    )
    return callback(size, signature)


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


def corner_scales(section: CrossSection) -> list[tuple[float, float, float]]:
    """(r, z, size over ``corner_size_um``) of every vertex where the fields may be singular."""
    near_interface: set[int] = set()
    for name, found in section.boundaries.items():
        if name.startswith("ubm/"):
            for k in found:
                near_interface |= {section.edges[k].start, section.edges[k].end}
    smooth = {vertex for chain in section.curves for vertex in _walk(section, chain)[1:-1]}
    fans: dict[int, set[str | None]] = {}
    degree: Counter[int] = Counter()
    for edge in section.edges:
        degree.update((edge.start, edge.end))
        for vertex in (edge.start, edge.end):
            fans.setdefault(vertex, set()).update((edge.left, edge.right))
    out = []
    ubm = set(section.groups["ubm"])
    at_crack_tip = section.crack.nodes_um if section.crack is not None else ()
    for vertex, regions in fans.items():
        r, z = section.vertices_um[vertex]
        on_frame = r < 1e-8 or abs(r - section.cell_radius_um) < 1e-8
        if on_frame or vertex in smooth:
            continue  # a straight cut through the cell, the end of a chord
        if degree[vertex] == 2 and any(math.dist((r, z), p) < MERGE_UM for p in at_crack_tip):
            continue  # the tip has a size of its own
        at_feed_end = any(math.dist((r, z), end) < MERGE_UM for end in section.feed_ends_um)
        if at_feed_end and degree[vertex] == 2:
            scale = FEED_END
        elif regions == {"bump", None}:
            if not section.curves:
                continue  # the free top edge of a straight bump
            scale = REMOTE_CORNER  # where the contact on a rounded bump ends
        elif regions & {"substrate", "substrate_pad", "solder_mask"}:
            scale = REMOTE_CORNER
        elif vertex in near_interface:
            scale = INTERFACE_END
        elif regions & ubm:
            scale = FILM_CORNER
        else:
            scale = FAR_CORNER
        out.append((r, z, scale))
    return out


def _film_thickness(section: CrossSection, region: str) -> float | None:
    """Thickness of a thin film that bounds elements across it, um; None for bulky regions."""
    design = section.design
    for layer in design.ubm.layers:
        if region == f"ubm_{layer.name}":
            return layer.thickness_um
    if region == "pad":
        under_recess = design.pad.thickness_um - design.depth_um
        return under_recess if under_recess > 0 else design.pad.thickness_um
    return {
        "passivation": design.passivation.thickness_um,
        "dielectric": design.dielectric.thickness_um,
        "via": design.dielectric.thickness_um,
        "polyimide": design.polyimide.thickness_um if design.polyimide else None,
    }.get(region)


def _add_geometry(geo: Any, section: CrossSection) -> tuple[dict[int, int], list[tuple[int, str]]]:
    points = [geo.addPoint(r, z, 0.0) for r, z in section.vertices_um]
    lines: dict[int, int] = {}
    by_ends: dict[tuple[int, int], int] = {}
    for chain in section.curves:
        walk = _walk(section, chain)
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


def _walk(section: CrossSection, chain: tuple[int, ...]) -> list[int]:
    """Vertices along a chain of edges."""
    ends = [(section.edges[k].start, section.edges[k].end) for k in chain]
    if len(ends) == 1:
        return list(ends[0])
    first = ends[0][0] if ends[0][1] in ends[1] else ends[0][1]
    walk = [first]
    for i, j in ends:
        walk.append(j if walk[-1] == i else i)
    return walk


def _to_skfem(
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
    pair_key = mesh.nvertices
    order = np.sort(mesh.facets, axis=0).astype(np.int64)
    facet_keys = order[0] * pair_key + order[1]
    sorter = np.argsort(facet_keys)
    facets_of_edge = {}
    for k, tag in lines.items():
        _, _, nodes = gmsh_mesh.getElements(1, tag)
        ends = np.sort(renumber[position[nodes[0].astype(np.int64)]].reshape(-1, 2), axis=1)
        keys = ends[:, 0] * pair_key + ends[:, 1]
        found = sorter[np.searchsorted(facet_keys, keys, sorter=sorter) % len(sorter)]
        if not np.array_equal(facet_keys[found], keys):
            raise MeshingError("a boundary line of the cross-section is missing from the mesh")
        facets_of_edge[k] = found
    boundaries = {
        name: np.unique(np.concatenate([facets_of_edge[k] for k in found]))
        for name, found in section.boundaries.items()
    }
    curved = [facets_of_edge[k] for chain in section.curves for k in chain]
    if curved:
        mesh = _bend(mesh, section, np.unique(np.concatenate(curved)))
    return mesh.with_subdomains(subdomains).with_boundaries(boundaries)


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


def mesh_report(mesh: MeshTri) -> dict[str, Any]:
    """Size, quality and hash of a mesh.

    Quality of a triangle is 2 * inradius / circumradius: 1 for equilateral, 0 for degenerate.
    """
    p, t = mesh.p, mesh.t
    a, b, c = (np.hypot(*(p[:, t[i]] - p[:, t[j]])) for i, j in ((1, 2), (2, 0), (0, 1)))
    u, v = p[:, t[1]] - p[:, t[0]], p[:, t[2]] - p[:, t[0]]
    area = np.abs(u[0] * v[1] - u[1] * v[0]) / 2
    quality = 16 * area**2 / (a * b * c * (a + b + c))
    largest = np.maximum(np.maximum(a, b), c)
    product = a * b * c / largest
    opposite = (a**2 + b**2 + c**2 - 2 * largest**2) / (2 * product)
    digest = hashlib.sha256(np.ascontiguousarray(p).tobytes() + np.ascontiguousarray(t).tobytes())
    return {
        "vertices": int(mesh.nvertices),
        "triangles": int(mesh.nelements),
        "displacement_unknowns": int(2 * (mesh.nvertices + mesh.nfacets)),
        "quality_min": float(quality.min()),
        "quality_mean": float(quality.mean()),
        "largest_angle_deg": float(np.degrees(np.arccos(np.clip(opposite, -1, 1))).max()),
        "smallest_edge_um": float(min(a.min(), b.min(), c.min())),
        "sha256": digest.hexdigest(),
    }
