"""Quantities of a case, as :mod:`geometry.design.quantities` has those of a bump."""

from __future__ import annotations

import math
from typing import Annotated

from pydantic import Field

from geometry.design.quantities import PERCENT, Slips, Usual, um

ABSOLUTE_ZERO_DEGC = -273.15
STRESS: Slips = (("GPa", 1e3), ("Pa", 1e-6))
TEMPERATURE: Slips = (("K", lambda value: value + ABSOLUTE_ZERO_DEGC),)


class UsualTemperature(Usual):
    """A range of temperatures in degC; 298.15 is one in kelvin wherever it lies."""

    def holds(self, value: float) -> bool:
        from_celsius = value > 173.15 and math.isclose(value % 1.0, 0.15, abs_tol=1e-6)
        return super().holds(value) and not from_celsius

    def note(self, key: str, value: float) -> str | None:
        """As of any key; a value in the range is odd by its decimals."""
        if self.holds(value) or not super().holds(value):
            return super().note(key, value)
        return (
            f"check the unit of {key} = {value:g}: it ends in .15, as a whole number of degC does "
            f"in kelvin ({self.likely(value)})"
        )


def degc(high: float) -> Usual:
    """A credible temperature in degC."""
    return UsualTemperature(ABSOLUTE_ZERO_DEGC, high, "degC", TEMPERATURE)


# ------------------------------------------------------------------------------- loads

# dies reach 40 mm from corner to corner, panels somewhat more
NeutralDistance = Annotated[
    float, Field(strict=True, ge=0.0, le=1e7, allow_inf_nan=False), um(30, 5e4)
]
Shift = Annotated[
    float, Field(strict=True, ge=-1e7, le=1e7, allow_inf_nan=False), um(1e-3, 50, signed=True)
]
# silicon melts at 1414 degC
Temperature = Annotated[
    float,
    Field(strict=True, ge=ABSOLUTE_ZERO_DEGC, le=1414, allow_inf_nan=False),
    degc(210),
]
# solders melt, and metals and films over them are made, below 450 degC
StressFree = Annotated[
    float,
    Field(strict=True, ge=ABSOLUTE_ZERO_DEGC, le=1414, allow_inf_nan=False),
    degc(450),
]
Current = Annotated[
    float,
    Field(strict=True, gt=0.0, le=100, allow_inf_nan=False),
    Usual(1e-6, 10, "A", (("mA", 1e-3), ("uA", 1e-6))),
]
Stiffness = Annotated[
    float,
    Field(strict=True, gt=0.0, le=1e7, allow_inf_nan=False),
    Usual(0.1, 2e4, "MPa/um", (("MPa/mm", 1e-3), ("MPa/m", 1e-6), ("GPa/um", 1e3))),
]

# ------------------------------------------------------------------------------- metrics

Window = Annotated[float, Field(strict=True, gt=0.0, le=1e7, allow_inf_nan=False), um(0.01, 50)]
Arc = Annotated[float, Field(strict=True, gt=0.0, le=1e7, allow_inf_nan=False), um(0.05, 3e3)]
Stress = Annotated[
    float,
    Field(strict=True, gt=0.0, le=1e5, allow_inf_nan=False),
    Usual(0.5, 5e3, "MPa", STRESS),
]
# Coulomb's; of rough films that have come apart below 1
Friction = Annotated[
    float, Field(strict=True, ge=0.0, le=2.0, allow_inf_nan=False), Usual(0.0, 1.0, "", PERCENT)
]
Toughness = Annotated[
    float,
    Field(strict=True, gt=0.0, le=1e6, allow_inf_nan=False),
    Usual(0.02, 500, "J/m2", (("mJ/m2", 1e-3), ("kJ/m2", 1e3), ("J/cm2", 1e4))),
]
Accuracy = Annotated[
    float, Field(strict=True, ge=1e-4, le=0.5, allow_inf_nan=False), Usual(1e-4, 0.5, "", PERCENT)
]
