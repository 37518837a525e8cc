"""What a mesh may come in: scikit-fem triangles; others are named with how to convert them."""

from __future__ import annotations

from os import PathLike
from typing import Any

from skfem import ElementTriP1, ElementTriP2, MeshTri, MeshTri2
from skfem.mesh import Mesh as AnyMesh

from fem_bump.errors import InputError

GUIDE = "docs/own-meshes.md"

_CONVERSIONS = {
    "meshio": "skfem.io.from_meshio(mesh) makes one of it",
    "pyvista": "skfem.io.from_meshio(pyvista.to_meshio(mesh)) makes one of it",
    "matplotlib": "MeshTri(np.array([mesh.x, mesh.y]), mesh.triangles.T) makes one of it",
    "scipy": "MeshTri(mesh.points.T, mesh.simplices.T) makes one of it",
}


def check_carrier(mesh: Any) -> None:
    """Refuse what is no mesh of triangles in scikit-fem, with the way to make one of it.

    Raises
    ------
    InputError
        For anything else.
    """
    if isinstance(mesh, MeshTri2) and mesh.elem is ElementTriP2:
        return
    if isinstance(mesh, MeshTri) and mesh.elem is ElementTriP1:
        return
    name, package = type(mesh).__name__, type(mesh).__module__.partition(".")[0]
    hint = _CONVERSIONS.get(package, f"see {GUIDE}")
    if isinstance(mesh, str | PathLike):
        name, hint = f"file name ({mesh})", "skfem.MeshTri.load(name) reads it"
    elif isinstance(mesh, tuple | list) and any(isinstance(part, AnyMesh) for part in mesh):
        hint = "it holds several meshes; join them as triangles first"
    elif isinstance(mesh, tuple | list | dict):
        hint = f"MeshTri(points.T, triangles.T) makes one of arrays; see {GUIDE}"
    elif isinstance(mesh, AnyMesh):
        hint = _how_to_triangles(mesh)
    raise InputError(f"mesh is a {name}; a MeshTri or MeshTri2 of scikit-fem is needed: {hint}")


def _how_to_triangles(mesh: AnyMesh) -> str:
    name = type(mesh).__name__
    if type(mesh) in (MeshTri, MeshTri2):
        return f"its elem is {getattr(mesh.elem, '__name__', mesh.elem)}"
    if mesh.dim() == 3:
        return "the section of the body in the half-plane r, z is meshed, not the body"
    if mesh.dim() == 1:
        return "the section of the body in the half-plane r, z has an area"
    if name in ("MeshQuad1", "MeshQuad2"):
        return "mesh.to_meshtri() makes one of it"
    return "its elements share no vertices; MeshTri(...).remove_duplicate_nodes() merges them"
