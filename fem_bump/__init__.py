"""Physics of a bump on an etched pad: materials, weak forms, solvers and interface metrics."""

from fem_bump.angular_conduction import AngularCurrentFlow
from fem_bump.angular_stress import AngularStress
from fem_bump.conduction import CurrentFlow, current_flow
from fem_bump.errors import AnalysisError, InputError
from fem_bump.harmonic_elasticity import elastic_harmonic
from fem_bump.harmonic_stress import HarmonicStress
from fem_bump.materials import Material, MaterialLibrary, materials
from fem_bump.model import Model
from fem_bump.thermal_stress import ThermalStress, thermal_stress

__all__ = [
    "AnalysisError",
    "AngularCurrentFlow",
    "AngularStress",
    "CurrentFlow",
    "HarmonicStress",
    "InputError",
    "Material",
    "MaterialLibrary",
    "Model",
    "ThermalStress",
    "current_flow",
    "elastic_harmonic",
    "materials",
    "thermal_stress",
]
