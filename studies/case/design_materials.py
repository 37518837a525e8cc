"""The materials of a design by name, and those that count though no region is made of them."""

from __future__ import annotations

from fem_bump import MaterialLibrary, materials
from geometry import Design
from studies.case.part import parts


def design_library(design: Design) -> MaterialLibrary:
    """The shipped materials and the design's own."""
    return materials.extended(design.materials) if design.materials else materials


def other_materials(design: Design) -> set[str]:
    """Materials that a result depends on although no region is made of them."""
    named = {name for part in parts() for name in part.other_materials(design)}
    return {name for name in named if name is not None}
