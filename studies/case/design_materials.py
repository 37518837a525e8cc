"""The materials of a design: by name, and how far their mismatch shifts the board."""

from __future__ import annotations

from fem_bump import MaterialLibrary, materials
from geometry import Design


def design_library(design: Design) -> MaterialLibrary:
    """The shipped materials and the design's own."""
    return materials.extended(design.materials) if design.materials else materials


def other_materials(design: Design) -> set[str]:
    """Materials that a result depends on although no region is made of them."""
    return {name for name in (design.trace_material, design.board_material) if name is not None}


def lateral_displacement_um(design: Design) -> float:
    """Shift of the board's face in x, um, against the chip; x points away from the neutral point.

    (strain of the board - strain of the chip) * DNP * share that reaches the joint, strains from
    the stress-free temperature to the temperature.
    """
    load = design.load.shear
    if load is None:
        return 0.0
    if load.displacement_um is not None:
        return load.displacement_um
    thermal, library = design.load.thermal, design_library(design)
    assert design.board_material is not None and load.dnp_um is not None
    board, chip = (
        float(library[name].thermal_strain(thermal.temperature_degc, thermal.stress_free_degc))
        for name in (design.board_material, design.chip.material)
    )
    return (board - chip) * load.dnp_um * load.mismatch_share
