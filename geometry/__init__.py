"""A bump built the way a fab builds it: process steps, cross-section, mesh."""

from typing import TYPE_CHECKING, Any

from geometry.design.case_keys import case_keys
from geometry.design.design import Design
from geometry.design.flow import process_steps
from geometry.errors import DesignError, MeshingError
from groundwork.pictures import pictures

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

# what stands above in the layers and is asked for from below: what draws a section, the steps whose
# tables and rules a design has, and what is done with the bump
process_steps.refer("geometry.process.steps")
case_keys.refer("studies.loads.shipped")
case_keys.refer("studies.case.settings")
case_keys.refer("studies.case.calibrated")
case_keys.refer("studies.case.condition")
case_keys.refer("studies.case.fatigue")
case_keys.refer("studies.case.intermetallic")
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
