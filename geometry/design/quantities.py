"""Quantities of a design: what a key may hold, what it credibly holds, and which units slip.

Each kind of key is a type. Its bounds are what is possible at all, and what lies outside is
refused; its `Usual` is what a bump credibly has, and what lies outside that is noted. Both name the
unit in which the number would be an ordinary one, where there is such a unit: 1000 as a pad's
thickness is 1000 nm. The ranges are wide on purpose: films of 5 nm, pillars of 100 um and balls of
500 um at a pitch of 1 mm are ordinary.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any

from pydantic import Field

# other units of a key, the most usual first, each with its factor or conversion
Slips = tuple[tuple[str, float | Callable[[float], float]], ...]

LENGTH: Slips = (("nm", 1e-3), ("mm", 1e3), ("m", 1e6), ("angstrom", 1e-4))
DEGREES: Slips = (("rad", 57.29577951308232),)
PERCENT: Slips = (("%", 0.01),)


@dataclass(frozen=True)
class Usual:
    """Range of what a key credibly holds, in its unit, and the units it may be mistaken for.

    Attributes
    ----------
    low, high
        The range; 0 is always in it.
    unit
        The key's unit.
    slips
        Other units, the most usual first.
    signed
        Whether `low` and `high` are those of the magnitude.
    none
        Whether 0, which means none, is possible beside a range that starts above it.
    above
        Whether `low` itself is not possible.
    """

    low: float
    high: float
    unit: str
    slips: Slips
    signed: bool = False
    none: bool = False
    above: bool = False

    def within(self, possible: Mapping[str, Any]) -> Usual:
        """What of the range is possible; the bounds are those of pydantic: `ge`, `gt`, `le`."""
        least = possible.get("ge", possible.get("gt", -math.inf))
        most = possible.get("le", math.inf)
        zero = least < 0.0 < most or possible.get("ge") == 0.0
        if self.signed:
            low, high = self.low, min(self.high, max(-least, most))
        else:
            low, high = max(self.low, least), min(self.high, most)
        above = not self.signed and possible.get("gt") == low
        return replace(self, low=low, high=high, none=zero and low > 0.0, above=above)

    def holds(self, value: float) -> bool:
        """Whether a value is an ordinary one."""
        size = abs(value) if self.signed else value
        return value == 0.0 or self.low <= size <= self.high

    def likely(self, value: float) -> str:
        """``1000 nm would be 1 um``, or empty where no other unit explains the value."""
        if self.holds(value):
            return ""
        found = []
        for other, to in self.slips:
            meant = to(value) if callable(to) else to * value
            if self.holds(meant):
                said = f"{float(f'{meant:.6g}'):g} {self.unit}".rstrip()
                found.append(f"{value:g} {other} would be {said}")
        return " or ".join(found[:2])

    def note(self, key: str, value: float) -> str | None:
        """What is noted of a value; None for an ordinary one."""
        if self.holds(value):
            return None
        likely = self.likely(value)
        return f"check the unit of {key} = {value:g}: credible is {self.text}" + (
            likely and f" ({likely})"
        )

    @property
    def text(self) -> str:
        """The range with its unit: ``0.05 to 50 um``, ``0 or 0.02 to 150 um``."""
        unit, size = self.unit and f" {self.unit}", " in size" if self.signed else ""
        before = "0 or " if self.none else "above " if self.above else ""
        return f"{before}{self.low:g} to {self.high:g}{unit}{size}"


def um(low: float, high: float, signed: bool = False) -> Usual:
    """A credible length in um."""
    return Usual(low, high, "um", LENGTH, signed)


def share() -> Usual:
    """A share of 1: what is refused above it may be a percentage."""
    return Usual(0.0, 1.0, "", PERCENT)


def likely_share(value: object) -> str:
    """``: 75 % would be 0.75`` for a refused share that is one, else empty."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    likely = share().likely(value)
    return likely and f": {likely}"


# ------------------------------------------------------------------------------- lengths, um

Pitch = Annotated[float, Field(strict=True, ge=0.1, le=1e5, allow_inf_nan=False), um(4, 3e3)]
# of a pad, an opening, a via, a trace: along the chip
Width = Annotated[float, Field(strict=True, ge=0.1, le=1e5, allow_inf_nan=False), um(0.5, 2e3)]
# of a bump, a chip, a board, a gap: across the chip
Height = Annotated[float, Field(strict=True, ge=0.1, le=1e5, allow_inf_nan=False), um(1, 2e3)]
# in um a board of 1.6 mm is 1600
BoardThickness = Annotated[
    float, Field(strict=True, ge=0.1, le=1e5, allow_inf_nan=False), um(20, 2e3)
]
# thinner films cost more elements than any answer is worth, and are not continua any more
FilmThickness = Annotated[
    float, Field(strict=True, ge=0.005, le=1e4, allow_inf_nan=False), um(0.005, 50)
]
PadThickness = Annotated[
    float, Field(strict=True, ge=0.005, le=1e4, allow_inf_nan=False), um(0.05, 50)
]
LayerThickness = Annotated[
    float, Field(strict=True, ge=0.005, le=1e4, allow_inf_nan=False), um(0.005, 20)
]
# least thickness of a film that is one, and no islands
Continuous = Annotated[
    float, Field(strict=True, ge=0.0, le=10.0, allow_inf_nan=False), um(0.001, 0.1)
]
CoatingThickness = Annotated[
    float, Field(strict=True, ge=0.005, le=1e4, allow_inf_nan=False), um(0.1, 100)
]
Overlap = Annotated[float, Field(strict=True, ge=0.0, le=1e5, allow_inf_nan=False), um(0.02, 150)]
Bias = Annotated[
    float, Field(strict=True, ge=-1e5, le=1e5, allow_inf_nan=False), um(0.001, 20, signed=True)
]
TraceLength = Annotated[
    float, Field(strict=True, ge=0.0, le=1e7, allow_inf_nan=False), um(0.5, 2e4)
]
# of a surface before the metal, of a film on it
Preclean = Annotated[float, Field(strict=True, ge=0.0, le=10, allow_inf_nan=False), um(0.001, 0.5)]
# of a mark, its seam, a crack under it; 0 is none
MarkDepth = Annotated[float, Field(strict=True, ge=0.0, le=1e4, allow_inf_nan=False), um(0.01, 20)]
MarkWidth = Annotated[float, Field(strict=True, ge=0.0, le=1e5, allow_inf_nan=False), um(0.1, 300)]
CRACK_LENGTH = um(0.005, 100)
CrackLength = Annotated[
    float, Field(strict=True, gt=0.0, le=1e5, allow_inf_nan=False), CRACK_LENGTH
]
ElementSize = Annotated[
    float, Field(strict=True, ge=1e-5, le=100.0, allow_inf_nan=False), um(1e-4, 2)
]

# ------------------------------------------------------------------------------- matter

SurfaceTension = Annotated[
    float,
    Field(strict=True, gt=0.0, le=10, allow_inf_nan=False),
    Usual(0.1, 2.5, "N/m", (("mN/m", 1e-3),)),
]
ContactResistivity = Annotated[
    float,
    Field(strict=True, ge=0.0, le=1e-3, allow_inf_nan=False),
    Usual(1e-18, 5e-9, "ohm m2", (("ohm cm2", 1e-4), ("ohm um2", 1e-12), ("ohm mm2", 1e-6))),
]
# what a probe leaves on a pad
MarkResistivity = Annotated[
    float,
    Field(strict=True, ge=0.0, le=1e-3, allow_inf_nan=False),
    Usual(1e-14, 5e-9, "ohm m2", (("ohm cm2", 1e-4), ("ohm um2", 1e-12), ("ohm mm2", 1e-6))),
]
# what cleaning leaves, from a sputtered floor to a native oxide
CleanResistivity = Annotated[
    float,
    Field(strict=True, ge=0.0, le=1e-3, allow_inf_nan=False),
    Usual(1e-18, 1e-10, "ohm m2", (("ohm cm2", 1e-4), ("ohm um2", 1e-12), ("ohm mm2", 1e-6))),
]
Density = Annotated[
    float,
    Field(strict=True, ge=100, le=25e3, allow_inf_nan=False),
    Usual(1e3, 22.6e3, "kg/m3", (("g/cm3", 1e3),)),
]

# ------------------------------------------------------------------------------- angles, shares

WallAngle = Annotated[
    float,
    Field(strict=True, ge=30.0, le=90.0, allow_inf_nan=False),
    Usual(30, 90, "deg", DEGREES),
]
# against a trace; a full turn either way
Azimuth = Annotated[
    float,
    Field(strict=True, ge=-360.0, le=360.0, allow_inf_nan=False),
    Usual(0.0, 360, "deg", (), signed=True),  # radians are ordinary degrees too
]
ConeAngle = Annotated[
    float,
    Field(strict=True, ge=45.0, le=90.0, allow_inf_nan=False),
    Usual(45, 90, "deg", DEGREES),
]
Share = Annotated[float, Field(strict=True, ge=0.0, le=1.0, allow_inf_nan=False), share()]
StepCoverage = Annotated[float, Field(strict=True, ge=0.1, le=1.0, allow_inf_nan=False), share()]
VolumeFraction = Annotated[float, Field(strict=True, gt=0.0, le=1.0, allow_inf_nan=False), share()]
ContactRatio = Annotated[float, Field(strict=True, gt=0.0, le=0.9, allow_inf_nan=False), share()]
