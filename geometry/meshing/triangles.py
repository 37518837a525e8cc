"""Cross-section to triangles with Gmsh, and nothing else.

Gmsh is process-global: every mesh opens and closes its own session, single-threaded, without
configuration files, so that the same design and Gmsh version give the same mesh to the last bit.
First order and straight through memory: named boundaries are attached to scikit-fem facets here and
checked, because a lost boundary would be a lost clamp.
"""

from __future__ import annotations

import ctypes
import functools
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numba import carray, types
from skfem import MeshTri

from geometry.errors import MeshingError
from geometry.meshing.convert import add_geometry, to_skfem
from geometry.meshing.gmsh_library import begin_session, gmsh_library
from geometry.meshing.sizes import (
    EVERYWHERE,
    Grading,
    least_sizes,
    size_at,
    size_table,
    table_length,
)
from geometry.section.cross_section import CrossSection
from groundwork.compiled import callback

# Length over least size up to which Gmsh leaves a line whole: told so, it need not integrate there.
UNDIVIDED = 1.0
# How closely sizes are integrated along lines; those of adapted meshes are estimates, and a tenth
# of a mesh's time is saved.
CLOSELY, ROUGHLY = 1e-6, 1e-4


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

    def times(self, factor: float) -> SizeField:
        """All elements so many times as large."""
        return replace(self, size_um=factor * self.size_um)


@dataclass(frozen=True)
class Graded:
    """Elements graded into the corners.

    Attributes
    ----------
    size_factor
        Of all elements; 0.5 halves every size.
    corner_factor
        Of those at corners, besides.
    grading
        How much smaller they are at which corners.
    """

    size_factor: float
    corner_factor: float = 1.0
    grading: Grading = EVERYWHERE

    def times(self, factor: float) -> Graded:
        """All elements so many times as large."""
        return replace(self, size_factor=factor * self.size_factor)


def build_mesh(
    section: CrossSection,
    size_factor: float | Graded | None = None,
    sizes: SizeField | None = None,
) -> MeshTri:
    """Triangulate a cross-section.

    Parameters
    ----------
    section
        From :func:`~geometry.section.cross_section.build_cross_section`.
    size_factor
        Overrides ``mesh.size_factor`` of the design; 0.5 halves every element size. Or how elements
        are graded besides.
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

    Examples
    --------
    >>> from geometry import Design, build_cross_section, build_mesh
    >>> mesh = build_mesh(build_cross_section(Design()), size_factor=8.0)
    >>> "ubm_cu" in mesh.subdomains, "ubm/pad:floor" in mesh.boundaries
    (True, True)
    """
    gmsh = gmsh_library()
    graded = section.design.mesh.size_factor if size_factor is None else size_factor
    if not isinstance(graded, Graded):
        graded = Graded(graded)
    table, precision = None, ROUGHLY
    if sizes is None:
        precision = CLOSELY if graded.grading is EVERYWHERE else ROUGHLY
        table = size_table(section, graded.size_factor, graded.corner_factor, graded.grading)
    begin_session(gmsh)
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
            ("Mesh.LcIntegrationPrecision", precision),
            ("Geometry.Tolerance", 1e-10),
        ):
            gmsh.option.setNumber(option, value)
        gmsh.model.add("bump")
        lines, surfaces = add_geometry(gmsh.model.geo, section)
        gmsh.model.geo.synchronize()
        if table is not None:
            _set_size_callback(gmsh, table)
            least = _least_graded_um(section, table)
        else:
            assert sizes is not None
            _set_background(gmsh, sizes)
            least = _least_between_um(section, sizes)
        for k in np.nonzero(_lengths_um(section) < UNDIVIDED * least)[0].tolist():
            gmsh.model.mesh.setTransfiniteCurve(lines[k], 2)
        gmsh.model.mesh.generate(2)
        return to_skfem(gmsh.model.mesh, section, lines, surfaces)
    except MeshingError:
        raise
    except Exception as error:  # Gmsh raises bare Exception for everything it cannot do
        if type(error) is not Exception:
            raise
        raise MeshingError(f"Gmsh could not mesh the cross-section: {error}") from error
    finally:
        gmsh.finalize()


def _ends_um(section: CrossSection) -> np.ndarray:
    """(edges, 4) r, z of the start of each edge, and of its end."""
    ends = [(edge.start, edge.end) for edge in section.edges]
    return section.vertices_um[ends].reshape(-1, 4)


def _lengths_um(section: CrossSection) -> np.ndarray:
    """(edges,) of straight ones; infinite for the chords of a curved side, which Gmsh bends."""
    r0, z0, r1, z1 = _ends_um(section).T
    out = np.hypot(r1 - r0, z1 - z0)
    out[[k for chain in section.curves for k in chain]] = np.inf
    return out


def _least_graded_um(section: CrossSection, table: np.ndarray) -> np.ndarray:
    """(edges,) what no size of a table along them is below."""
    return least_sizes(_ends_um(section), table)


def _least_between_um(section: CrossSection, sizes: SizeField) -> np.ndarray:
    """(edges,) least size along those that are one side of the other mesh; 0 along others."""
    number = {point: k for k, point in enumerate(map(tuple, sizes.mesh.p.T.tolist()))}
    at = np.array([number.get(point, -1) for point in map(tuple, section.vertices_um.tolist())])
    ends = np.sort([(at[edge.start], at[edge.end]) for edge in section.edges], axis=1)
    sides = np.sort(sizes.mesh.facets, axis=0)
    known = ends[:, 0] * sizes.mesh.nvertices + ends[:, 1]
    one = np.isin(known, sides[0].astype(np.int64) * sizes.mesh.nvertices + sides[1])
    one &= ends[:, 0] >= 0
    return np.where(one, sizes.size_um[ends].min(axis=1), 0.0)


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


@functools.cache
def _size_callback() -> Any:
    """:func:`size_at` as a C function of Gmsh's signature; compiled when first needed."""

    def size(dim, tag, x, y, z, lc, data):
        head = carray(data, (5,), types.float64)
        length = table_length(head)
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
