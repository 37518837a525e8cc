"""The loads of a design: its cool-down and shear, its current, and what is in series with them."""

from __future__ import annotations

import math

from fem_bump import (
    AngularCurrentFlow,
    CurrentFlow,
    InputError,
    Model,
    ThermalStress,
    current_flow,
    thermal_stress,
)
from fem_bump.body.cracks import FACE_A
from geometry import CrossSection, Design
from studies.case.design_materials import design_library, lateral_displacement_um

HARMONIC_ACCURACY = 1e-3  # share of a value that harmonics left out may add to it, at most
OHM_UM_PER_M = 1e6  # from 1 / (S/m) to ohm um

AnyCurrent = CurrentFlow | AngularCurrentFlow


def counter_face(design: Design) -> str:
    """The boundary that the board moves: an assembly's back, or a lone bump's own top."""
    return "substrate_back" if design.assembly else "bump_top"


def thermal_state(section: CrossSection, model: Model, keep_factors: bool = False) -> ThermalStress:
    """The cool-down that the design asks for, and its shear."""
    design = section.design
    if section.crack is not None and FACE_A not in model.boundaries:
        raise InputError(
            "the design has a [crack], which this analysis would leave closed; 'fem-bump crack' "
            "opens it"
        )
    load, shear = design.load.thermal, design.load.shear
    free = {
        region: load.stress_free_by_region_degc.get(region, load.stress_free_degc)
        for region in model.regions
    }
    shift = stiffness = None
    if shear is not None:
        shift = {"chip_bottom": 0.0, counter_face(design): lateral_displacement_um(design)}
        if shear.counter_stiffness_mpa_per_um is not None:
            stiffness = {counter_face(design): shear.counter_stiffness_mpa_per_um}
    return thermal_stress(
        model,
        delta_t={region: load.temperature_degc - start for region, start in free.items()},
        stress_free_degc=free,
        fixed={"chip_bottom": "z"} if load.underside == "held-flat" else None,
        tied={"cell_side": "r"} if load.lateral == "periodic" else None,
        lateral_shift_um=shift,
        counter_stiffness_mpa_per_um=stiffness,
        keep_factors=keep_factors,
    )


def current_state(section: CrossSection, model: Model, keep_factors: bool = False) -> AnyCurrent:
    """The current that the design asks for.

    It is positive from the feed into the bump; electrons flow the other way.
    """
    design = section.design
    load = design.load.current
    sign = -1.0 if load.electron_flow == "into-bump" else 1.0
    return current_flow(
        model,
        sign * load.current_a,
        load.source,
        load.sink,
        load.source_kind,
        contact_resistivity_ohm_m2=load.contact_resistivity_ohm_m2,
        temperature_degc=load.temperature_degc,
        insulated_regions=("via",) if design.discrete_vias else (),
        source_half_angle_deg=design.source_half_angle_deg,
        source_count=design.source_count,
        accuracy=harmonic_accuracy(design) or HARMONIC_ACCURACY,
        keep_factors=keep_factors,
    )


def harmonic_accuracy(design: Design) -> float:
    """Share of a value that harmonics left out may add to it: a tenth of what is asked for."""
    if design.source_half_angle_deg is None:
        return 0.0
    asked = design.mesh.accuracy
    return HARMONIC_ACCURACY if asked is None else min(HARMONIC_ACCURACY, asked / 10)


def series_resistance_ohm(design: Design) -> float:
    """Resistance between the feed and where the mesh begins: the trace, or the vias in parallel."""
    library, load = design_library(design), design.load.current

    def resistivity(name: str) -> float:
        material = library[name]
        if not material.is_conductor:
            raise InputError(
                f"'{name}' carries the current into the pad, but has no conductivity_s_per_m"
            )
        return OHM_UM_PER_M / float(material.at("conductivity_s_per_m", load.temperature_degc))

    if design.trace is not None:
        assert design.trace_material is not None and design.trace_thickness_um is not None
        area = design.trace.width_um * design.trace_thickness_um
        return resistivity(design.trace_material) * design.trace.length_um / area
    vias = design.discrete_vias
    if vias is not None:
        area = vias.count * math.pi * vias.diameter_um**2 / 4
        return resistivity(vias.material) * design.dielectric.thickness_um / area
    return 0.0
