"""Units: how they end a name, how people read them, and how a plain terminal shows them."""

from __future__ import annotations

from typing import NamedTuple


class Unit(NamedTuple):
    """A unit as shown, the factor from the name's unit to that one, and the name's in ASCII."""

    shown: str
    factor: float = 1.0
    plain: str = ""

    @property
    def ascii(self) -> str:
        """The name's unit as any terminal shows it."""
        return self.plain or self.shown


# by suffix of a name
UNITS = {
    "mpa": Unit("MPa"),
    "a_per_cm2": Unit("kA/cm²", 1e-3, "A/cm2"),
    "a_per_um2": Unit("A/µm²", 1.0, "A/um2"),
    "w_per_cm2": Unit("W/cm²", 1.0, "W/cm2"),
    "mohm": Unit("mΩ", 1.0, "mohm"),
    "mw": Unit("mW"),
    "um": Unit("µm", 1.0, "um"),
    "um2": Unit("µm²", 1.0, "um2"),
    "um3": Unit("µm³", 1.0, "um3"),
    "gpa": Unit("GPa"),
    "degc": Unit("°C", 1.0, "degC"),
    "deg": Unit("°", 1.0, "deg"),
    "a": Unit("A"),
    "mn": Unit("mN"),
    "un": Unit("µN", 1.0, "uN"),
    "mn_um": Unit("mN µm", 1.0, "mN um"),
    "mn_per_um": Unit("mN/µm", 1.0, "mN/um"),
    "pj": Unit("pJ"),
    "w": Unit("W"),
    "v": Unit("V"),
    "mv": Unit("mV"),
    "k": Unit("K"),
    "s": Unit("s"),
}


def in_brackets(title: str, unit: str) -> str:
    """A title with its unit, if there is one: ``Resistance (mΩ)``."""
    return f"{title} ({unit})" if unit else title


def add_unit(suffix: str, unit: Unit) -> None:
    """Make a unit known that is not yet.

    Raises
    ------
    ValueError
        The suffix is another unit's.
    """
    if UNITS.setdefault(suffix, unit) != unit:
        raise ValueError(f"the unit '{suffix}' is {UNITS[suffix].shown} already, not {unit.shown}")


def split_unit(name: str) -> tuple[str, str]:
    """``peel_max_ubm_pad_L1_mpa`` as its name and its unit."""
    for suffix in sorted(UNITS, key=len, reverse=True):
        if name.endswith("_" + suffix):
            return name.removesuffix("_" + suffix), UNITS[suffix].ascii
    return name, ""
