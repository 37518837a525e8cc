"""Ratios of life by Black's law: what they are called, from which density, and their band.

One rule for a design against its own unetched pad and for a study's cases against each other.
"""

from __future__ import annotations

from fem_bump.life.black import Exponent, mttf_ratios
from studies.metrics.names import Place, format_name

STEM = "mttf_ratio"
ENDS = ("", "low", "high")  # the exponent's own ratio, and the ends of its band
TO_BASE = "to_base"  # against a study's base, not against no recess
DENSITIES = {
    "solder": ("current_density_max", Place(("bump", "ubm"))),
    "pad": ("pad_lateral_density", Place()),
}

Density = tuple[float, float | None]  # with its relative error
Ratio = tuple[float, float | None]  # with its error


def density_name(part: str, length_um: float) -> str:
    """The density, A/cm2, that a part's life goes by."""
    stem, place = DENSITIES[part]
    return format_name(stem, place.at(length_um), "a_per_cm2")


def ratio_place(part: str, against: str, end: str) -> Place:
    """Where a ratio stands: ``pad``, ``pad_low``, ``pad_to_base_high``."""
    return Place(region=part, spot="_".join(filter(None, [against, end])) or None)


def ratio_band(exponent: Exponent, reference: Density | None, now: Density) -> list[Ratio]:
    """MTTF over the reference's for the exponent's value, then the lowest and the highest.

    Without a reference, for a design against itself: one, whatever its density's error.
    """
    if reference is None:
        return mttf_ratios(exponent, now[0], now[0])
    errors = [None if share is None else share * value for value, share in (reference, now)]
    return mttf_ratios(exponent, reference[0], now[0], *errors)
