"""How numbers are named and written for people: metric families, units, value with error.

A metric's column is ``<stem>[_L<averaging length>][_<unit>]``. All columns that share stem and
unit are one family, the same quantity at several averaging lengths.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from geometry.paths import keys_of
from studies.levels import NOT_AVAILABLE as NOT_AVAILABLE
from studies.levels import level as level
from studies.window_tags import window_tag

TIMES, PLUS_MINUS, MINUS = "×", "±", "−"

# suffix of a column: unit as shown, factor from the column's unit to that one
UNITS = {
    "mpa": ("MPa", 1.0),
    "a_per_cm2": ("kA/cm²", 1e-3),
    "mohm": ("mΩ", 1.0),
    "mw": ("mW", 1.0),
    "um": ("µm", 1.0),
    "um2": ("µm²", 1.0),
    "um3": ("µm³", 1.0),
    "degc": ("°C", 1.0),
    "deg": ("°", 1.0),
    "a": ("A", 1.0),
    "mn": ("mN", 1.0),
    "mn_um": ("mN µm", 1.0),
    "mn_per_um": ("mN/µm", 1.0),
}
COLUMN = re.compile(
    r"(?P<stem>.+?)(?:_L(?P<length>\d+(?:\.\d+)?))?"
    r"(?:_(?P<unit>mpa|a_per_cm2|mohm|mw|mn_per_um|mn_um|mn|um[23]?|deg))?"
)
TITLES = {
    "peel_max_ubm_pad": "Peel stress at UBM/pad",
    "peel_min_ubm_pad": "Compression at UBM/pad",
    "shear_max_ubm_pad": "Shear stress at UBM/pad",
    "peel_max_ubm_passivation": "Peel stress at UBM/passivation",
    "peel_max_ubm_dielectric": "Peel stress at UBM/dielectric",
    "principal_max_passivation": "First principal stress in the passivation",
    "principal_max_dielectric": "First principal stress in the dielectric",
    "current_density_max_ubm_pad": "Current density at UBM/pad",
    "current_density_max_bump_ubm": "Current density at bump/UBM",
    "pad_lateral_density": "Current density in the pad at the opening's edge",
    "resistance": "Resistance between the terminals",
    "peel_max_ubm_polyimide": "Peel stress at UBM/polyimide",
    "peel_max_ubm_via": "Peel stress at UBM/via",
    "principal_max_polyimide": "First principal stress in the polyimide",
    "current_density_max_ubm_via": "Current density at UBM/via",
    "peel_max_ubm_{mask}": "Peel stress at UBM/mask film",
    "shear_max_ubm_{mask}": "Shear stress at UBM/mask film",
    "principal_max_{mask}": "First principal stress in the mask film",
    "peel_max_by_cooldown_ubm_pad": "Peel stress at UBM/pad by the cool-down alone",
    "peel_max_by_shear_ubm_pad": "Peel stress at UBM/pad by the board's shear alone",
    "shear_max_by_cooldown_ubm_pad": "Shear stress at UBM/pad by the cool-down alone",
    "shear_max_by_shear_ubm_pad": "Shear stress at UBM/pad by the board's shear alone",
    "crowding_in_plane_ubm_pad": "Crowding in plane at UBM/pad, against an even feed",
    "crowding_in_plane_bump_ubm": "Crowding in plane at bump/UBM, against an even feed",
    "mode_mix_ubm_pad": "Mode mix at UBM/pad, 0° is peel only",
    "lateral_displacement": "Shift of the board, + away from the neutral point",
    "lateral_force": "Lateral force on the joint, + away from the neutral point",
    "lateral_moment": "Moment at the moved face",
    "lateral_stiffness": "Lateral stiffness of the joint",
    "lateral_shear_mean": "Lateral force over the UBM's area",
    "resistance_series": "Resistance in series, up to the pad",
    "power": "Power between the terminals",
}
SHORT = {
    "peel_max_ubm_pad": "peel at UBM/pad",
    "shear_max_ubm_pad": "shear at UBM/pad",
    "peel_max_ubm_passivation": "peel at UBM/passivation",
    "peel_max_ubm_polyimide": "peel at UBM/polyimide",
    "peel_max_ubm_via": "peel at UBM/via",
    "peel_max_by_cooldown_ubm_pad": "peel at UBM/pad by the cool-down alone",
    "peel_max_by_shear_ubm_pad": "peel at UBM/pad by the board's shear alone",
    "shear_max_by_cooldown_ubm_pad": "shear at UBM/pad by the cool-down alone",
    "shear_max_by_shear_ubm_pad": "shear at UBM/pad by the board's shear alone",
    "principal_max_passivation": "principal stress in the passivation",
    "principal_max_polyimide": "principal stress in the polyimide",
    "principal_max_dielectric": "principal stress in the dielectric",
    "current_density_max_ubm_pad": "current density at UBM/pad",
    "current_density_max_ubm_via": "current density at UBM/via",
    "current_density_max_bump_ubm": "current density at bump/UBM",
    "pad_lateral_density": "current density in the pad at the opening's edge",
    "resistance": "resistance",
    # whichever film masks the etch of the pad
    "peel_max_ubm_{mask}": "peel at UBM/mask film",
    "shear_max_ubm_{mask}": "shear at UBM/mask film",
    "principal_max_{mask}": "principal stress in the mask film",
}
OF_MASK = tuple(stem for stem in SHORT if "{mask}" in stem)
HEADLINE = tuple(stem for stem in SHORT if stem not in OF_MASK)
# what describes a design's answer to its load; less of it is not better, so nobody wins it
DESCRIBED = (
    "crowding_in_plane_ubm_pad", "crowding_in_plane_bump_ubm", "mode_mix_ubm_pad",
    "lateral_shear_mean", "lateral_displacement", "lateral_force", "lateral_stiffness",
    "lateral_moment", "resistance_series", "power",
)  # fmt: skip
AT_A_GLANCE = DESCRIBED[:4]  # of these, on the first screen
BY_LOAD = tuple(stem for stem in SHORT if "_by_" in stem)  # what one load does alone
FACTORS = {
    "pad_etch.depth_ratio": "recess ratio",
    "recess_ratio": "recess ratio",
    "opening_ratio": "opening ratio",
    "variant": "variant",
    "pad_etch.mask": "etch mask",
    "pad.material": "pad metal",
    "pad.feed": "feed of the pad",
    "part": "part",
    "load.shear.dnp_um": "distance to the neutral point (µm)",
    "load.shear.displacement_um": "shift of the board (µm)",
    "load.shear.mismatch_share": "share of the mismatch that reaches the joint",
    "load.shear.board_material": "board",
    "load.shear.counter_face": "counter face",
    "load.shear.counter_stiffness_mpa_per_um": "stiffness of the counter face (MPa/µm)",
    "load.current.electron_flow": "electron flow",
    "load.current.current_a": "current (A)",
    "via.count": "number of vias",
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


@dataclass(frozen=True)
class Family:
    """One quantity at all its averaging lengths.

    Attributes
    ----------
    stem, suffix
        First and last part of the columns' names.
    lengths
        Averaging lengths in um; none where the quantity is no window average.
    """

    stem: str
    suffix: str | None
    lengths: tuple[float, ...]

    @property
    def title(self) -> str:
        return TITLES.get(self.stem, self.stem.replace("_", " "))

    @property
    def short(self) -> str:
        return SHORT.get(self.stem, self.stem.replace("_", " "))

    @property
    def unit(self) -> str:
        return UNITS[self.suffix][0] if self.suffix else "-"

    @property
    def scale(self) -> float:
        return UNITS[self.suffix][1] if self.suffix else 1.0

    @property
    def is_stress(self) -> bool:
        return self.suffix == "mpa"

    def at(self, headline_um: float) -> float | None:
        """The headline length if the family has it, else its shortest; None without windows."""
        if not self.lengths:
            return None
        return headline_um if headline_um in self.lengths else self.lengths[0]

    def column(self, length_um: float | None) -> str:
        """Name of the column at an averaging length."""
        middle = "" if length_um is None else f"_{window_tag(length_um)}"
        return f"{self.stem}{middle}" + (f"_{self.suffix}" if self.suffix else "")

    def columns(self) -> dict[float | None, str]:
        return {length: self.column(length) for length in self.lengths or (None,)}

    def read(self, row: Mapping[str, Any], length_um: float | None) -> Measured | None:
        """Value and error from a row of the table in the unit shown; None where there is none."""
        name = self.column(length_um)
        value = number(row.get(name))
        if value is None:
            return None
        return scaled(Measured(value, number(row.get(f"error_{name}"))), self.scale)


def families(columns: Iterable[str]) -> dict[str, Family]:
    """Families by stem, in the order of their first column."""
    found: dict[tuple[str, str | None], list[float]] = {}
    for name in columns:
        match = COLUMN.fullmatch(name)
        if match is None or name.startswith("error_"):
            continue
        lengths = found.setdefault((match["stem"], match["unit"]), [])
        if match["length"]:
            lengths.append(float(match["length"]))
    return {
        stem: Family(stem, unit, tuple(sorted(lengths))) for (stem, unit), lengths in found.items()
    }


def number(value: Any) -> float | None:
    """A finite number, or None."""
    if isinstance(value, bool | str) or value is None:
        return None
    try:
        value = float(value)
    except (TypeError, ValueError):
        return None
    return value if math.isfinite(value) else None


def factor_title(path: str) -> str:
    """A dotted path in words, with its unit: ``pad.thickness_um`` is ``pad thickness (µm)``."""
    if path in FACTORS:
        return FACTORS[path]
    layer = LAYER.fullmatch(path)
    if layer is not None:
        plated = "plated " if layer["list"] == "enhanced" else ""
        return (
            f"{plated}UBM {METALS.get(layer['name'], layer['name'])} {factor_title(layer['key'])}"
        )
    words = " ".join(keys_of(path)).split("_")
    unit = UNITS.get(words[-1])
    return f"{' '.join(words[:-1])} ({unit[0]})" if unit and len(words) > 1 else " ".join(words)


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
    """Value and error to the digits that the error leaves, the error rounded up: 183.5 ± 0.1."""
    if measured is None:
        return NOT_AVAILABLE
    value, error = measured
    if error is None:
        return plain_number(value, digits)
    size = max(abs(value), error)
    if size == 0:
        return f"0 {PLUS_MINUS} 0"
    # no more than five digits of the value, whatever the error promises
    decimals = 4 - math.floor(math.log10(size))
    if error > 0:
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
