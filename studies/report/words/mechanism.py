"""The why, and life under electromigration, in words."""

from __future__ import annotations

from studies.report.rules.mechanism import (
    ContactAreas,
    Life,
    LifeRatio,
    Paths,
    SidewallOnly,
    Thinned,
    Why,
)
from studies.wording.labels import Measured, capitalized, listing, plain_number, with_error

COLD, HEATED = ": no Joule heating", "; with each at its own, see Heat and migration"
BANDS = (
    "the band of Black's exponent n",
    "the 95 % interval of Black's n from the design's own lives",
)
BASIS = {
    "solder": "solder, by the density at bump/UBM",
    "pad": "pad, by the density at the opening's edge",
}


def sentence(found: Why) -> str:
    """One finding on the why."""
    match found:
        case ContactAreas(ratios):
            said = [f"{label} {plain_number(ratio, 3)}" for label, ratio in ratios.items()]
            return f"Contact area of UBM and pad over the opening's area: {listing(said)}."
        case SidewallOnly(label, ratio, is_cylinder):
            formula = " = 4 t/d, pad thickness t over opening d" if is_cylinder else ""
            return (
                f"{capitalized(label)}: the UBM meets the pad at the recess sidewall only, so all "
                f"current enters there, through {plain_number(100 * ratio, 2)} % of the opening's "
                f"area (ratio {plain_number(ratio, 3)}{formula}); its mean density is "
                f"{plain_number(1 / ratio, 3)} times the nominal I/(πa²)."
            )
        case Paths():
            return _paths(found)
        case Thinned(label, left, times):
            thinner = f", where {left:g} of its thickness is left," if left < 1 else ""
            why = ": the thinned pad carries the current inwards" if left < 1 else ""
            return (
                f"{capitalized(label)}: the pad's current density just inside the opening{thinner} "
                f"is {with_error(times)} times that just outside{why}."
            )


def _paths(found: Paths) -> str:
    said = []
    for leg, share in found.legs.items():
        parts = [f"{plain_number(100 * share.area, 2)} % of the contact area"]
        if share.current is not None:
            parts.append(f"{plain_number(100 * share.current, 2)} % of the current")
        if share.peel_mpa is not None:
            parts.append(f"mean peel {_mean(share.peel_mpa)} MPa")
        said.append(f"the {leg} has {', '.join(parts)}")
    return f"{capitalized(found.label)}: {'; '.join(said)}."


def _mean(value: Measured) -> str:
    """A mean with its error; without one in so few digits that none is suggested."""
    return f"about {plain_number(value.value, 2)}" if value.error is None else with_error(value)


def life_ratio(found: LifeRatio) -> str:
    """Black's ratio with its error and, in brackets, the band of the exponent."""
    value = found.value
    shown = with_error(value) if value.error else plain_number(value.value, 3)
    return f"{shown} ({plain_number(found.low, 2)} to {plain_number(found.high, 2)})"


def life(found: Life) -> list[str]:
    """Black's ratios, and what the electrons' direction means for the solder's."""
    out = []
    for place, ratios in found.ratios.items():
        said = listing(f"{label} {life_ratio(ratio)}" for label, ratio in ratios.items())
        out.append(
            f"Life under electromigration against no recess at the same opening and equal "
            f"current, {BASIS[place]}: {said} times; in brackets "
            f"{BANDS[place in found.calibrated]}. "
            f"Temperatures are taken as equal{HEATED if found.heated else COLD}."
        )
    if "solder" in found.ratios and found.electron_flow == "into-bump":
        out.append(
            "Electrons flow from the pad into the bump: bump/UBM is the cathode end of the solder, "
            "the one that electromigration depletes and where the ratio for the solder is taken."
        )
    elif "solder" in found.ratios and found.electron_flow == "into-pad":
        out.append(
            "Electrons flow from the bump into the pad: electromigration depletes the solder at "
            "the board's end, not at bump/UBM, so the ratio for the solder is not the critical one "
            "for this direction."
        )
    return out
