"""Ratios of life by Black's law and by nucleation: their names, from what, and their band.

One rule for a design against its own unetched pad and for a study's cases against each other.
"""

from __future__ import annotations

from fem_bump.life.black import (
    Energy,
    Exponent,
    Ratios,
    Stressed,
    heated_mttf_ratios,
    mttf_ratios,
)
from studies.metrics.names import Place, format_name
from studies.wording.labels import Measured

STEM = "mttf_ratio"
NUCLEATION_STEM = "nucleation_ratio"
VOID_STEM = "void_life_ratio"
ENDS = ("", "low", "high")  # the exponent's own ratio, and the ends of its band
TO_BASE = "to_base"  # against a study's base, not against no recess
HEATED = "at_temperature"  # each at its own
DENSITIES = {
    "solder": ("current_density_max", Place(("bump", "ubm"))),
    "pad": ("pad_lateral_density", Place()),
}
TEMPERATURES = {
    "solder": ("temperature_max_in", Place(region="bump")),
    "pad": ("temperature_max_in", Place(region="pad")),
}
PARTS = tuple(DENSITIES)
REGIONS = {"solder": "bump", "pad": "pad"}

Density = tuple[float, float | None]  # with its relative error
Ratio = tuple[float | None, float | None]  # with its error
Heated = tuple[Density, Measured]  # with the temperature, degC


def density_name(part: str, length_um: float) -> str:
    """The density, A/cm2, that a part's life goes by."""
    stem, place = DENSITIES[part]
    return format_name(stem, place.at(length_um), "a_per_cm2")


def temperature_name(part: str) -> str:
    """The temperature, degC, that a part's life goes by."""
    return format_name(*TEMPERATURES[part], "degc")


def nucleation_name(part: str) -> str:
    """The time, s, after which a void begins in a part."""
    return format_name("time_to_nucleation", Place(region=REGIONS[part]), "s")


def void_life_name(part: str, end: str) -> str:
    """The time, s, until a void in a part has raised the resistance by 20 %."""
    return format_name(f"void_life_20_{end}", Place(region=REGIONS[part]), "s")


def ratio_place(part: str, against: str, end: str, heated: bool = False) -> Place:
    """Where a ratio stands: ``pad``, ``pad_low``, ``pad_to_base_at_temperature_high``."""
    spot = "_".join(filter(None, [against, HEATED if heated else "", end]))
    return Place(region=part, spot=spot or None)


def ratio_band(exponent: Exponent, reference: Density | None, now: Density) -> Ratios:
    """MTTF over the reference's for the exponent's value, then the lowest and the highest.

    Without a reference, for a design against itself: one, whatever its density's error.
    """
    if reference is None:
        return mttf_ratios(exponent, now[0], now[0])
    errors = [None if share is None else share * value for value, share in (reference, now)]
    return mttf_ratios(exponent, reference[0], now[0], *errors)


def heated_band(
    exponent: Exponent, energy: Energy, reference: Heated | None, now: Heated
) -> Ratios:
    """The same, each at its own temperature, over the bands of exponent and energy."""
    if reference is None:
        itself = Stressed(now[0][0], now[1].value)
        return heated_mttf_ratios(exponent, energy, itself, itself)
    return heated_mttf_ratios(exponent, energy, _stressed(reference), _stressed(now))


def _stressed(heated: Heated) -> Stressed:
    (density, share), temperature = heated
    error = None if share is None else share * density
    return Stressed(density, temperature.value, error, temperature.error)


def time_ratio(reference: Measured | None, now: Measured | None) -> Ratio:
    """A time over the reference's, and its error; none where either is immortal."""
    if reference is None or now is None:
        return None, None
    value = now.value / reference.value
    if reference.error is None or now.error is None:
        return value, None
    return value, value * (reference.error / reference.value + now.error / now.value)


def void_life_band(short: Ratio, long: Ratio) -> tuple[Ratio, Ratio, Ratio]:
    """Of the shortest lives, and the least and the largest over the shapes of the void."""
    if short[0] is None or long[0] is None:
        return short, short, short
    low, high = sorted((short, long), key=lambda ratio: ratio[0] or 0.0)
    return short, low, high
