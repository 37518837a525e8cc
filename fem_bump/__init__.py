"""Physics of a bump on an etched pad: materials, weak forms, solvers and interface metrics."""

import importlib
from typing import TYPE_CHECKING, Any

from fem_bump.errors import AnalysisError, InputError

# here and not on demand: the library stands in the place of the package of the same name
from fem_bump.materials import Material, MaterialLibrary, materials

if TYPE_CHECKING:
    from fem_bump.body.model import Model
    from fem_bump.conduction.arcs import AngularCurrentFlow
    from fem_bump.conduction.axisymmetric_flow import CurrentFlow
    from fem_bump.conduction.current_flow import current_flow
    from fem_bump.mechanics.angular_stress import AngularStress
    from fem_bump.mechanics.axisymmetric_stress import ThermalStress
    from fem_bump.mechanics.harmonic_elasticity import elastic_harmonic
    from fem_bump.mechanics.harmonic_stress import HarmonicStress
    from fem_bump.mechanics.history import History, stress_history
    from fem_bump.mechanics.thermal_stress import thermal_stress

__all__ = [
    "AnalysisError",
    "AngularCurrentFlow",
    "AngularStress",
    "CurrentFlow",
    "HarmonicStress",
    "History",
    "InputError",
    "Material",
    "MaterialLibrary",
    "Model",
    "ThermalStress",
    "current_flow",
    "elastic_harmonic",
    "materials",
    "stress_history",
    "thermal_stress",
]

# SciPy, scikit-fem and Numba take most of a second: bad input is refused before they load
_ON_DEMAND = {
    "AngularCurrentFlow": "conduction.arcs",
    "AngularStress": "mechanics.angular_stress",
    "CurrentFlow": "conduction.axisymmetric_flow",
    "HarmonicStress": "mechanics.harmonic_stress",
    "History": "mechanics.history",
    "Model": "body.model",
    "ThermalStress": "mechanics.axisymmetric_stress",
    "current_flow": "conduction.current_flow",
    "elastic_harmonic": "mechanics.harmonic_elasticity",
    "stress_history": "mechanics.history",
    "thermal_stress": "mechanics.thermal_stress",
}


def __getattr__(name: str) -> Any:
    if name in _ON_DEMAND:
        return getattr(importlib.import_module(f"fem_bump.{_ON_DEMAND[name]}"), name)
    raise AttributeError(f"module 'fem_bump' has no attribute '{name}'")
