"""How numbers and factors are written for people: names of factors, units, value with error."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from geometry.design.case_keys import declared
from geometry.design.paths import keys_of
from studies.wording.levels import NOT_AVAILABLE as NOT_AVAILABLE
from studies.wording.levels import level as level
from studies.wording.units import UNITS

TIMES, PLUS_MINUS, MINUS = "×", "±", "−"
SMALL = 1e-4  # numbers below are written with an exponent

FACTORS = {
    "pad_etch.depth_ratio": "recess ratio",
    "recess_ratio": "recess ratio",
    "opening_ratio": "opening ratio",
    "variant": "variant",
    "pad_etch.mask": "etch mask",
    "pad.material": "pad metal",
    "pad.feed": "feed of the pad",
    "part": "part",
    "via.count": "number of vias",
    "ubm.step_coverage": "UBM step coverage",
    "passivation.cd_bias_um": "CD bias of the opening (µm)",
}
LAYER = re.compile(r"ubm\.(?P<list>layers|enhanced)\.(?P<name>[^.]+)\.(?P<key>.+)")
METALS = {
    "al": "aluminium", "au": "gold", "cr": "chromium", "cu": "copper", "ni": "nickel",
    "niv": "NiV", "sn": "tin", "ti": "titanium", "tiw": "TiW",
}  # fmt: skip

VARIANTS = {"no-recess": "no recess", "partial-depth": "partial depth", "full-depth": "full depth"}
DEPTH = "pad_etch.depth_ratio"
MASK = "pad_etch.mask"
# what the variants differ in; without an etch its undercut and angle mean nothing
RECESS = ("variant", DEPTH, "pad_etch.undercut_um", "pad_etch.sidewall_angle_deg")


class Measured(NamedTuple):
    """A value with the half-width of its error bar; the error may be unknown."""

    value: float
    error: float | None


def scaled(measured: Measured, factor: float) -> Measured:
    """A value and its error times a positive factor."""
    error = measured.error
    return Measured(factor * measured.value, None if error is None else factor * error)


def number(value: Any) -> float | None:
    """A finite number, or None."""
    if type(value) is float:  # what nearly all are
        return value if math.isfinite(value) else None
    if isinstance(value, bool | str) or value is None:
        return None
    try:
        value = float(value)
    except (TypeError, ValueError):
        return None
    return value if math.isfinite(value) else None


def factor_title(path: str) -> str:
    """A dotted path in words, with its unit: ``pad.thickness_um`` is ``pad thickness (µm)``."""
    titles = FACTORS | {key: title for keys in declared() for key, title in keys.titles.items()}
    if path in titles:
        return titles[path]
    layer = LAYER.fullmatch(path)
    if layer is not None:
        plated = "plated " if layer["list"] == "enhanced" else ""
        return (
            f"{plated}UBM {METALS.get(layer['name'], layer['name'])} {factor_title(layer['key'])}"
        )
    words = " ".join(keys_of(path)).split("_")
    unit = UNITS.get(words[-1])
    return f"{' '.join(words[:-1])} ({unit.shown})" if unit and len(words) > 1 else " ".join(words)


def factor_name(path: str) -> str:
    """A dotted path in words, without its unit."""
    return factor_title(path).split(" (")[0]


def factor_at(path: str, text: str) -> str:
    """A factor at levels that are already written: ``pad thickness 0.8 to 2 µm``."""
    return f"{factor_name(path)} {with_unit(path, text)}"


def with_unit(path: str, text: str) -> str:
    """Levels that are already written, with the factor's unit if it has one: ``0.8 to 2 µm``."""
    title = factor_title(path)
    return f"{text} {title[:-1].rsplit(' (', 1)[1]}" if title.endswith(")") else text


def factor_text(path: str, value: Any) -> str:
    """A factor at a level: ``pad thickness 0.8 µm``."""
    return factor_at(path, level(value))


def plain_number(value: float | None, digits: int = 4) -> str:
    """A number to so many significant digits, without an exponent as far as that is readable."""
    if value is None or not math.isfinite(value):
        return NOT_AVAILABLE
    if value == 0:
        return "0"
    power = math.floor(math.log10(abs(value)))
    if not -4 <= power < 7:
        return f"{value:.{digits - 1}e}".replace("-", MINUS)
    text = f"{value:.{max(digits - 1 - power, 0)}f}"
    return text.replace("-", MINUS)


def percent(share: float) -> str:
    """A share in per cent to two digits: ``0.84 %``."""
    return f"{100 * share:.2g} %"


def with_error(measured: Measured | None, digits: int = 4) -> str:
    """Value and error to the digits that the error leaves, the error rounded up: 183.5 ± 0.1.

    A value that is exact, and one whose error nobody knows, stand alone. Small ones share a
    power of ten: (1 ± 6)e−6.
    """
    if measured is None:
        return NOT_AVAILABLE
    value, error = measured
    if not error:
        return plain_number(value, digits)
    size = max(abs(value), error)
    if size < SMALL:
        power = -math.floor(math.log10(size))
        shared = Measured(value * 10.0**power, error * 10.0**power)
        return f"({with_error(shared, digits)})e{MINUS}{power}"
    # no more than five digits of the value, whatever the error promises
    decimals = 4 - math.floor(math.log10(size))
    decimals = min(decimals, -math.floor(math.log10(error)) + (error < 2 * _power(error)))
    decimals = max(decimals, 0)
    step = 10.0**-decimals
    rounded = math.ceil(error / step * (1 - 1e-9)) * step
    text = f"{value:.{decimals}f} {PLUS_MINUS} {rounded:.{decimals}f}"
    if text.startswith("-"):
        text = MINUS + text[1:] if float(f"{value:.{decimals}f}") else text[1:]
    return text


def _power(value: float) -> float:
    return 10.0 ** math.floor(math.log10(value))


def interface_title(name: str) -> str:
    """``ubm/pad`` as it is written: UBM/pad."""
    return name.replace("ubm", "UBM")


def capitalized(text: str) -> str:
    """With a capital letter first, the rest as it is."""
    return text[:1].upper() + text[1:]


def uncapitalized(text: str) -> str:
    """With a small letter first, the rest as it is."""
    return text[:1].lower() + text[1:]


def listing(items: Iterable[str], joint: str = "and") -> str:
    """``a, b and c``."""
    items = list(items)
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {joint} {items[-1]}"
