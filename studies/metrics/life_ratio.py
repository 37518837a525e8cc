"""Ratios of life, by Black's law, to nucleation, in cycles: names, from what, and their band.

One rule for a design against its own unetched pad and for a study's cases against each other. The
constants are the library's, with the bands of published tests, or a design's own calibration.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fem_bump.life.black import (
    Energy,
    Exponent,
    Ratios,
    Stressed,
    activation_energy,
    black_exponent,
    heated_mttf_ratios,
    mttf_ratios,
)
from studies.metrics.names import Place, format_name
from studies.wording.labels import Measured

if TYPE_CHECKING:
    from fem_bump.life.calibration import Calibration

STEM = "mttf_ratio"
NUCLEATION_STEM = "nucleation_ratio"
VOID_STEM = "void_life_ratio"
FATIGUE_STEM = "fatigue_ratio"
FATIGUE_CYCLES = "fatigue_cycles_bump"
ENDS = ("", "low", "high")  # the ratio of the constants themselves, and the ends of their band
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


@dataclass(frozen=True)
class Published:
    """Constants of the library, with the bands that published tests span."""

    exponent: Exponent
    energy: Energy

    def ratios(self, reference: Stressed, now: Stressed) -> Ratios:
        """Life over the reference's, over both bands together."""
        return heated_mttf_ratios(self.exponent, self.energy, reference, now)


def published(material: str) -> Published | None:
    """Constants of a material of the library; None where none are known."""
    exponent, energy = black_exponent(material), activation_energy(material)
    return None if exponent is None or energy is None else Published(exponent, energy)


def ratio_band(law: Published | Calibration, reference: Density | None, now: Density) -> Ratios:
    """MTTF over the reference's at one temperature: of the constants, the lowest, the highest.

    Without a reference, for a design against itself: one, whatever its density's error.
    """
    itself = reference is None
    before = (now[0], 0.0) if reference is None else reference
    errors = [0.0 if itself else None if s is None else s * v for v, s in (before, now)]
    if isinstance(law, Published):
        return mttf_ratios(law.exponent, before[0], now[0], *errors)
    cold = [Stressed(one[0], 0.0, e) for one, e in zip((before, now), errors, strict=True)]
    return law.ratios(*cold)


def heated_band(law: Published | Calibration, reference: Heated | None, now: Heated) -> Ratios:
    """The same, each at its own temperature."""
    if reference is None:
        itself = Stressed(now[0][0], now[1].value)
        return law.ratios(itself, itself)
    return law.ratios(stressed(reference), stressed(now))


def stressed(heated: Heated) -> Stressed:
    """What a part bears, with both errors."""
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
    """Of the shortest lives, and the least and the largest over the shapes of the void.

    Where one shape never fails, no end of the band is known but the ratio of the shortest.
    """
    if short[0] is None or long[0] is None:
        return short, (None, None), (None, None)
    low, high = sorted((short, long), key=lambda ratio: ratio[0] or 0.0)
    return short, low, high
