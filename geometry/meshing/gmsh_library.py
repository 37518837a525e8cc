"""Gmsh, and which one: known without what meshes with it."""

from __future__ import annotations

from typing import Any

from geometry.errors import MeshingError

# Gmsh offers no other way to get these libraries with its wheel
SYSTEM_LIBRARIES = "libglu1-mesa libgl1 libxcursor1 libxft2 libxinerama1 libgomp1"


def gmsh_library() -> Any:
    """Gmsh's module.

    Raises
    ------
    MeshingError
        It cannot be loaded here.
    """
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
    return str(gmsh_library().__version__)
