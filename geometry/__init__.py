"""A bump built the way a fab builds it: process steps, cross-section, mesh."""

from typing import TYPE_CHECKING, Any

from geometry.design.design import Design
from geometry.errors import DesignError, MeshingError
from geometry.registry import pictures

if TYPE_CHECKING:
    from geometry.meshing.triangles import build_mesh
    from geometry.section.cross_section import CrossSection, build_cross_section

__all__ = [
    "CrossSection",
    "Design",
    "DesignError",
    "MeshingError",
    "build_cross_section",
    "build_mesh",
]

# a section draws itself by what stands above it in the layers
pictures.refer("geometry.drawing.pictures")


def __getattr__(name: str) -> Any:
    # shapely, scikit-fem and gmsh load only when a section or a mesh is asked for
    if name in ("CrossSection", "build_cross_section"):
        from geometry.section import cross_section as section

        return getattr(section, name)
    if name == "build_mesh":
        from geometry.meshing.triangles import build_mesh

        return build_mesh
    raise AttributeError(f"module 'geometry' has no attribute '{name}'")
