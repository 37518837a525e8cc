"""Quantities of a material: what a value can be, what it credibly is, and which units slip.

One row per property. Outside `Quantity.physical` no matter has the value, and it is refused; inside
it, but outside `Quantity.credible`, it is noted. Both sentences name the unit in which the number
would be an ordinary one, where there is such a unit: 21 as an expansion coefficient is 21 ppm/K.
The limits are wide on purpose: silicones of 1 MPa, gels of 300 ppm/K and nitrides of 250 uohm cm
are ordinary.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

ABSOLUTE_ZERO_DEGC = -273.15


class Slip(NamedTuple):
    """Another unit in which a value may have been written, and how it is converted."""

    unit: str
    convert: Callable[[float], float]


class Quantity(NamedTuple):
    """A property's unit with its limits.

    Attributes
    ----------
    unit
        Unit of everything here.
    physical
        Lowest and highest value that any matter has.
    credible
        Lowest and highest value of what bumps are made of and stand on.
    slips
        Other units in which it is written, the most usual first.
    least
        Smallest magnitude above 0 that is credible, for what may have either sign.
    otherwise
        What to do where no other unit explains a value.
    """

    unit: str
    physical: tuple[float, float]
    credible: tuple[float, float]
    slips: tuple[Slip, ...]
    least: float = 0.0
    otherwise: str = ""

    def is_credible(self, value: float) -> bool:
        """Whether a value is an ordinary one."""
        low, high = self.credible
        return low <= value <= high and (value == 0.0 or abs(value) >= self.least)

    @property
    def after(self) -> str:
        """The unit as it stands after a number; a share of 1 has none."""
        return "" if self.unit == "1" else f" {self.unit}"

    def credible_text(self, value: float) -> str:
        """What is credible where a value is not: the range, or how small is too small."""
        low, high = self.credible
        if low <= value <= high:
            return f"credible is 0, or at least {self.least:g}{self.after} in size"
        return f"credible is {low:.4g} to {high:g}{self.after}"

    def likely(self, value: float) -> str:
        """``21 ppm/K would be 2.1e-05 1/K``, or empty where no other unit explains the value."""
        if self.is_credible(value):
            return ""
        meant = [(slip.unit, slip.convert(value)) for slip in self.slips]
        found = [
            f"{value:g} {other} would be {float(f'{converted:.6g}'):g}{self.after}"
            for other, converted in meant
            if self.is_credible(converted)
        ]
        return " or ".join(found[:2])


def by(factor: float) -> Callable[[float], float]:
    """Conversion by a factor."""
    return lambda value: value * factor


def from_kelvin(value: float) -> float:
    """Conversion of a temperature."""
    return value + ABSOLUTE_ZERO_DEGC


def reciprocal(value: float) -> float:
    """Conversion of a resistivity to a conductivity, and back."""
    return 1.0 / value if value else 0.0


_MPA = (Slip("GPa", by(1e3)), Slip("Pa", by(1e-6)), Slip("kPa", by(1e-3)))

QUANTITIES = {
    # from gels to several times the stiffness of diamond
    "young_mpa": Quantity("MPa", (1e-3, 1e7), (0.1, 1.3e6), _MPA),
    "poisson": Quantity("1", (-1.0, 0.5), (0.0, 0.5), (Slip("%", by(0.01)),)),
    # glass ceramics are the least, gels and silicones the most
    "cte_per_k": Quantity(
        "1/K", (-1e-3, 1e-3), (-2e-5, 3.5e-4),
        (Slip("ppm/K", by(1e-6)), Slip("x 1e-3/K", by(1e-3))), least=1e-7,
    ),
    # down to strongly doped silicon, up to pure copper near 4 K
    "conductivity_s_per_m": Quantity(
        "S/m", (1e2, 1e11), (1e5, 2e8),
        (
            Slip("MS/m", by(1e6)), Slip("S/cm", by(1e2)), Slip("% IACS", by(5.8e5)),
            Slip("ohm m", reciprocal),
        ),
        otherwise="leave it out of an insulator",
    ),
    "thermal_conductivity_w_per_mk": Quantity(
        "W/(m K)", (1e-3, 2e4), (0.02, 5e3),
        (Slip("W/(cm K)", by(1e2)), Slip("W/(mm K)", by(1e3)), Slip("mW/(m K)", by(1e-3))),
    ),
    "yield_mpa": Quantity("MPa", (0.05, 1e5), (0.5, 5e3), _MPA[:2]),
    "resistivity_ohm_m": Quantity(
        "ohm m", (1e-11, 1e-2), (5e-9, 1e-5),
        (
            Slip("uohm cm", by(1e-8)), Slip("uohm m", by(1e-6)), Slip("nohm m", by(1e-9)),
            Slip("ohm cm", by(1e-2)), Slip("S/m", reciprocal),
        ),
        otherwise="leave it out of an insulator",
    ),
    "resistivity_tcr_per_k": Quantity(
        "1/K", (-0.1, 0.1), (-2e-3, 1e-2),
        (Slip("%/K", by(1e-2)), Slip("x 1e-3/K", by(1e-3)), Slip("ppm/K", by(1e-6))), least=1e-6,
    ),
    # from helium's to tungsten carbide's
    "solidus_degc": Quantity(
        "degC", (ABSOLUTE_ZERO_DEGC, 4500.0), (100.0, 3500.0), (Slip("K", from_kelvin),)
    ),
    "deposition_degc": Quantity(
        "degC", (ABSOLUTE_ZERO_DEGC, 4500.0), (-60.0, 1200.0), (Slip("K", from_kelvin),)
    ),
    "intrinsic_mpa": Quantity(
        "MPa", (-1e5, 1e5), (-3e3, 3e3), (Slip("Pa", by(1e-6)), Slip("GPa", by(1e3))), least=0.1
    ),
}  # fmt: skip

CONTACT_RESISTIVITY = Quantity(
    "ohm m2", (0.0, 1e-3), (1e-18, 5e-9),
    (Slip("ohm cm2", by(1e-4)), Slip("ohm um2", by(1e-12)), Slip("ohm mm2", by(1e-6))),
)  # fmt: skip

# where a property's table begins, or a resistivity holds: published tables know room temperature
START_DEGC = Quantity(
    "degC", (ABSOLUTE_ZERO_DEGC, math.inf), (ABSOLUTE_ZERO_DEGC, 190.0), (Slip("K", from_kelvin),)
)
