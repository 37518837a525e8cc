"""The states of a design under its loads: stress, and current."""

from __future__ import annotations

# they register themselves; named here, their sources count among those that decide a number
import studies.loads.shipped  # noqa: F401
from fem_bump import (
    CurrentFlow,
    InputError,
    Model,
    ThermalStress,
    current_flow,
    thermal_stress,
)
from fem_bump.body.cracks import FACE_A
from geometry import CrossSection
from studies.loads.load import arguments


def thermal_state(section: CrossSection, model: Model, keep_factors: bool = False) -> ThermalStress:
    """The stress under the loads that the design asks for."""
    if section.crack is not None and FACE_A not in model.boundaries:
        raise InputError(
            "the design has a [crack], which this analysis would leave closed; 'fem-bump crack' "
            "opens it"
        )
    given = arguments("thermal_stress", section, model)
    return thermal_stress(model, **given, keep_factors=keep_factors)


def current_state(section: CrossSection, model: Model, keep_factors: bool = False) -> CurrentFlow:
    """The current under the loads that the design asks for."""
    given = arguments("current_flow", section, model)
    return current_flow(model, **given, keep_factors=keep_factors)
