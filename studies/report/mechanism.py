"""What the data show of the why: contact areas, paths of the current, where the pad pulls, life."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from studies.metrics.names import window_tag
from studies.records.record import Circle, Curve
from studies.results.ranking import ratio, sign_of
from studies.results.results import Entry
from studies.wording.labels import Measured, capitalized, listing, number, plain_number, with_error

MEANS = ("peel_mpa", "jn_a_per_cm2")  # densities that are integrated over legs


def mechanism(entries: list[Entry]) -> list[str]:
    """What the data show of the why: contact areas, paths of the current, where it is pulled."""
    out = []
    ratios = [(e, number(e.result.derived.get("contact_area_ratio"))) for e in entries]
    if ratios and all(ratio is not None for _, ratio in ratios):
        said = [f"{e.label} {plain_number(ratio, 3)}" for e, ratio in ratios]
        out.append(f"Contact area of UBM and pad over the opening's area: {listing(said)}.")
    for entry in entries:
        out += filter(None, [_sidewall_only(entry), _paths(entry), _thinned(entry)])
    return out


def _sidewall_only(entry: Entry) -> str | None:
    legs = leg_shares(entry)
    ratio = number(entry.result.derived.get("contact_area_ratio"))
    if set(legs) != {"sidewall"} or not ratio:
        return None
    design = entry.design
    expected = 4 * design.pad.thickness_um / design.passivation.opening_diameter_um
    formula = ""
    if math.isclose(ratio, expected, rel_tol=0.02):
        formula = " = 4 t/d, pad thickness t over opening d"
    return (
        f"{capitalized(entry.label)}: the UBM meets the pad at the recess sidewall only, so all "
        f"current enters there, through {plain_number(100 * ratio, 2)} % of the opening's area"
        f" (ratio {plain_number(ratio, 3)}{formula}); its mean density is "
        f"{plain_number(1 / ratio, 3)} times the nominal I/(πa²)."
    )


def _paths(entry: Entry) -> str | None:
    legs = leg_shares(entry)
    if len(legs) < 2:
        return None
    said = []
    for leg, share in legs.items():
        parts = [f"{plain_number(100 * share.area, 2)} % of the contact area"]
        if share.current is not None:
            parts.append(f"{plain_number(100 * share.current, 2)} % of the current")
        if share.peel_mpa is not None:
            parts.append(f"mean peel {_mean(share.peel_mpa)} MPa")
        said.append(f"the {leg} has {', '.join(parts)}")
    return f"{capitalized(entry.label)}: {'; '.join(said)}."


@dataclass(frozen=True)
class LegShare:
    """What one leg of UBM/pad has of the area and the current, and its mean peel."""

    area: float
    current: float | None
    peel_mpa: Measured | None


def leg_shares(entry: Entry) -> dict[str, LegShare]:
    """Integrals over UBM/pad per leg, weight r, densities quadratic on each facet.

    Where densities vary around the circle the curve is one side of it, so that their mean around
    it, the amplitude of harmonic 0, takes its place.
    """
    curve = entry.result.curves.get("ubm/pad")
    if curve is None:
        return {}
    around = entry.result.circle.get("ubm/pad", Circle()).amplitudes
    means = {name: around[name][0] for name in MEANS if name in around}
    curve = replace(curve, densities={**curve.densities, **means})
    legs = list(dict.fromkeys(curve.leg))
    area = {leg: _integral(curve, leg, None) for leg in legs}
    total = sum(area.values())
    if not total > 0:
        return {}
    current: dict[str, float] = {}
    if "jn_a_per_cm2" in curve.densities:
        current = {leg: _integral(curve, leg, "jn_a_per_cm2") for leg in legs}
    whole = sum(current.values())
    uncertain = {} if "peel_mpa" in around else _peel_errors(entry, area)
    return {
        leg: LegShare(
            area[leg] / total,
            current[leg] / whole if whole else None,
            Measured(_integral(curve, leg, "peel_mpa") / area[leg], uncertain.get(leg))
            if "peel_mpa" in curve.densities
            else None,
        )
        for leg in legs
        if area[leg] > 0
    }


def _peel_errors(entry: Entry, area: Mapping[str, float]) -> dict[str, float]:
    """Errors of legs' mean peel, as far as the record's metrics have them.

    A leg that is shorter than a window was averaged whole; and what the mean over all legs leaves
    open is left to the one leg that was not.
    """
    length = window_tag(entry.design.metrics.headline_length_um)
    curve = entry.result.curves["ubm/pad"]
    found: dict[str, float] = {}
    for leg in area:
        along = _integral(replace(curve, r_um=[1.0] * len(curve.leg)), leg, None)
        window = number(entry.result.metrics.get(f"window_ubm_pad_{leg}_{length}_um"))
        mean = _recorded(entry, f"peel_max_ubm_pad_{leg}_{length}_mpa")
        whole = window is not None and math.isclose(window, along, rel_tol=1e-6)
        if whole and mean is not None and mean.error is not None:
            found[leg] = mean.error
    rest = [leg for leg in area if leg not in found]
    every = _recorded(entry, "peel_mean_ubm_pad_mpa")
    if len(rest) == 1 and every is not None and every.error is not None:
        known = sum(found[leg] * area[leg] for leg in found)
        found[rest[0]] = (every.error * sum(area.values()) + known) / area[rest[0]]
    return found


def _recorded(entry: Entry, name: str) -> Measured | None:
    """A metric of the record with its error."""
    value = number(entry.result.metrics.get(name))
    return None if value is None else Measured(value, number(entry.result.errors.get(name)))


def _mean(value: Measured) -> str:
    """A mean with its error; without one in so few digits that none is suggested."""
    return f"about {plain_number(value.value, 2)}" if value.error is None else with_error(value)


def _integral(curve: Curve, leg: str, column: str | None) -> float:
    points = [
        (s, r * (1.0 if column is None else curve.densities[column][k]))
        for k, (s, r, name) in enumerate(
            zip(curve.arc_length_um, curve.r_um, curve.leg, strict=True)
        )
        if name == leg
    ]
    if len(points) % 3 == 0:  # start, midpoint and end of facets
        triples = zip(points[::3], points[1::3], points[2::3], strict=True)
        return sum((c[0] - a[0]) * (a[1] + 4 * b[1] + c[1]) / 6 for a, b, c in triples)
    return sum((b[0] - a[0]) * (a[1] + b[1]) / 2 for a, b in itertools.pairwise(points))


def _thinned(entry: Entry) -> str | None:
    """Whether the pad's density is higher inside the opening than outside, beyond the errors."""
    at = f"{window_tag(entry.design.metrics.headline_length_um)}_a_per_cm2"
    inside, outside = (
        _recorded(entry, f"pad_lateral_density_{side}_{at}") for side in ("inside", "outside")
    )
    if inside is None or outside is None or sign_of(inside, outside) != 1:
        return None
    times = ratio(inside, outside)
    if times is None:
        return None
    left = 1 - entry.design.depth_ratio
    thinner = f", where {left:g} of its thickness is left," if left < 1 else ""
    why = ": the thinned pad carries the current inwards" if left < 1 else ""
    return (
        f"{capitalized(entry.label)}: the pad's current density just inside the opening{thinner} "
        f"is {with_error(times)} times that just outside{why}."
    )


def life_ratio(entry: Entry, place: str) -> str | None:
    """Black's ratio with its error and, in brackets, the band of the exponent."""
    name = f"mttf_ratio_{place}"
    ratio, low, high = (number(entry.row.get(name + tail)) for tail in ("", "_low", "_high"))
    if ratio is None:
        return None
    value = Measured(ratio, number(entry.row.get(f"error_{name}")))
    shown = plain_number(ratio, 3) if not value.error else with_error(value)
    return f"{shown} ({plain_number(low, 2)} to {plain_number(high, 2)})"


def life(entries: list[Entry]) -> list[str]:
    """Black's ratios of the designs side by side, with the band of the exponent."""
    out = []
    solder = False
    for place, where in (
        ("solder", "solder, by the density at bump/UBM"),
        ("pad", "pad, by the density at the opening's edge"),
    ):
        said = []
        for entry in entries:
            ratio = life_ratio(entry, place)
            if ratio is not None and entry.row.get("variant") != "no-recess":
                said.append(f"{entry.label} {ratio}")
        if said:
            out.append(
                f"Life under electromigration against no recess at the same opening and equal "
                f"current, {where}: {listing(said)} times; in brackets the band of Black's "
                "exponent n. Temperatures are taken as equal: no Joule heating."
            )
            solder |= place == "solder"
    flows = {entry.design.load.current.electron_flow for entry in entries}
    if solder and flows == {"into-bump"}:
        out.append(
            "Electrons flow from the pad into the bump: bump/UBM is the cathode end of the solder, "
            "the one that electromigration depletes and where the ratio for the solder is taken."
        )
    elif solder and flows == {"into-pad"}:
        out.append(
            "Electrons flow from the bump into the pad: electromigration depletes the solder at "
            "the board's end, not at bump/UBM, so the ratio for the solder is not the critical one "
            "for this direction."
        )
    return out
