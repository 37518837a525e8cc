"""Physics of a bump on an etched pad: materials, weak forms, solvers and interface metrics."""

import importlib
import warnings
from typing import TYPE_CHECKING, Any

from fem_bump.errors import AnalysisError, InputError

# here and not on demand: the library stands in the place of the package of the same name
from fem_bump.materials import Material, MaterialLibrary, Migration, materials
from groundwork.pictures import pictures, views

if TYPE_CHECKING:
    from fem_bump.body.model import Model
    from fem_bump.conduction.current_flow import current_flow
    from fem_bump.conduction.flow import CurrentFlow
    from fem_bump.conduction.off_centre_films import OffCentreFilm
    from fem_bump.coupling.electromigration import electromigration
    from fem_bump.coupling.electrothermal import current_limits, electrothermal
    from fem_bump.coupling.limits import CurrentLimits
    from fem_bump.coupling.state import ElectroThermal
    from fem_bump.coupling.trace_heater import TraceHeater
    from fem_bump.heat.flow import HeatFlow
    from fem_bump.heat.heat_flow import heat_flow
    from fem_bump.mechanics.cycling.cycle import Cycle
    from fem_bump.mechanics.cycling.found import ThermalCycles
    from fem_bump.mechanics.cycling.run import thermal_cycles
    from fem_bump.mechanics.harmonic_elasticity import elastic_harmonic
    from fem_bump.mechanics.harmonic_stress import HarmonicStress
    from fem_bump.mechanics.history import History, stress_history
    from fem_bump.mechanics.process.history import ProcessHistory, process_history
    from fem_bump.mechanics.process.stages import ProcessStage
    from fem_bump.mechanics.state import ThermalStress
    from fem_bump.mechanics.thermal_stress import thermal_stress
    from fem_bump.migration.electromigration import Electromigration
    from fem_bump.migration.state import MigrationState
    from fem_bump.voids.growth import void_growth
    from fem_bump.voids.state import VoidGrowth, VoidHistory

__all__ = [
    "AnalysisError",
    "CurrentFlow",
    "CurrentLimits",
    "Cycle",
    "ElectroThermal",
    "Electromigration",
    "HarmonicStress",
    "HeatFlow",
    "History",
    "InputError",
    "Material",
    "MaterialLibrary",
    "Migration",
    "MigrationState",
    "Model",
    "OffCentreFilm",
    "ProcessHistory",
    "ProcessStage",
    "ThermalCycles",
    "ThermalStress",
    "TraceHeater",
    "VoidGrowth",
    "VoidHistory",
    "current_flow",
    "current_limits",
    "elastic_harmonic",
    "electromigration",
    "electrothermal",
    "heat_flow",
    "materials",
    "process_history",
    "stress_history",
    "thermal_cycles",
    "thermal_stress",
    "void_growth",
]

# what draws stands above all that is drawn
pictures.refer("fem_bump.drawing.body")
pictures.refer("fem_bump.drawing.states")
pictures.refer("fem_bump.drawing.curves")
pictures.refer("fem_bump.drawing.loops")
pictures.refer("fem_bump.drawing.voids")
views.refer("fem_bump.drawing.grids")
views.refer("studies.fields.views")

# SciPy, scikit-fem and Numba take most of a second: bad input is refused before they load
_ON_DEMAND = {
    "CurrentFlow": "conduction.flow",
    "CurrentLimits": "coupling.limits",
    "Cycle": "mechanics.cycling.cycle",
    "Electromigration": "migration.electromigration",
    "ElectroThermal": "coupling.state",
    "HarmonicStress": "mechanics.harmonic_stress",
    "HeatFlow": "heat.flow",
    "History": "mechanics.history",
    "MigrationState": "migration.state",
    "Model": "body.model",
    "OffCentreFilm": "conduction.off_centre_films",
    "ProcessHistory": "mechanics.process.history",
    "ProcessStage": "mechanics.process.stages",
    "ThermalCycles": "mechanics.cycling.found",
    "ThermalStress": "mechanics.state",
    "TraceHeater": "coupling.trace_heater",
    "VoidGrowth": "voids.state",
    "VoidHistory": "voids.state",
    "current_flow": "conduction.current_flow",
    "elastic_harmonic": "mechanics.harmonic_elasticity",
    "current_limits": "coupling.electrothermal",
    "electromigration": "coupling.electromigration",
    "electrothermal": "coupling.electrothermal",
    "heat_flow": "heat.heat_flow",
    "process_history": "mechanics.process.history",
    "stress_history": "mechanics.history",
    "thermal_cycles": "mechanics.cycling.run",
    "thermal_stress": "mechanics.thermal_stress",
    "void_growth": "voids.growth",
}


# earlier names, and what they are today
_EARLIER = {"AngularCurrentFlow": "CurrentFlow", "AngularStress": "ThermalStress"}


def __getattr__(name: str) -> Any:
    if name in _EARLIER:
        today = _EARLIER[name]
        warnings.warn(f"fem_bump.{name} is fem_bump.{today}", DeprecationWarning, stacklevel=2)
        name = today
    if name in _ON_DEMAND:
        return getattr(importlib.import_module(f"fem_bump.{_ON_DEMAND[name]}"), name)
    raise AttributeError(f"module 'fem_bump' has no attribute '{name}'")
