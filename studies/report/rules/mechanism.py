"""What the data show of the why: contact areas, paths of the current, where the pad pulls, life."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from studies.case.calibrated import stated_law
from studies.loads.shipped.heat import is_heated
from studies.metrics.names import window_tag
from studies.records.record import Circle, Curve
from studies.results.ranking import ratio, sign_of
from studies.results.results import Entry
from studies.wording.labels import Measured, number

PLACES = ("solder", "pad")  # where Black's law is taken
MEANS = ("peel_mpa", "jn_a_per_cm2")  # densities that are integrated over legs


@dataclass(frozen=True)
class ContactAreas:
    """Contact area of UBM and pad over the opening's area, by design."""

    ratios: Mapping[str, float]


@dataclass(frozen=True)
class SidewallOnly:
    """A design whose UBM meets the pad at the recess sidewall only.

    ``is_cylinder``: the ratio of areas is 4 t/d, pad thickness over opening.
    """

    label: str
    ratio: float
    is_cylinder: bool


@dataclass(frozen=True)
class Paths:
    """What each leg of a design's contact carries."""

    label: str
    legs: Mapping[str, LegShare]


@dataclass(frozen=True)
class Thinned:
    """How much denser the pad's current is just inside the opening than just outside.

    ``left`` is the share of the pad's thickness that the etch left.
    """

    label: str
    left: float
    times: Measured


Why = ContactAreas | SidewallOnly | Paths | Thinned


def mechanism(entries: Sequence[Entry]) -> list[Why]:
    """What the data show of the why: contact areas, paths of the current, where it is pulled."""
    out: list[Why] = []
    ratios = {e.label: number(e.result.derived.get("contact_area_ratio")) for e in entries}
    known = {label: ratio for label, ratio in ratios.items() if ratio is not None}
    if known and len(known) == len(ratios):
        out.append(ContactAreas(known))
    for entry in entries:
        out += filter(None, [_sidewall_only(entry), _paths(entry), _thinned(entry)])
    return out


def _sidewall_only(entry: Entry) -> SidewallOnly | None:
    ratio = number(entry.result.derived.get("contact_area_ratio"))
    if set(leg_shares(entry)) != {"sidewall"} or not ratio:
        return None
    design = entry.design
    cylinder = 4 * design.pad.thickness_um / design.passivation.opening_diameter_um
    return SidewallOnly(entry.label, ratio, math.isclose(ratio, cylinder, rel_tol=0.02))


def _paths(entry: Entry) -> Paths | None:
    legs = leg_shares(entry)
    return Paths(entry.label, legs) if len(legs) > 1 else None


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


def _thinned(entry: Entry) -> Thinned | None:
    """Only where the density inside is higher beyond the errors."""
    at = f"{window_tag(entry.design.metrics.headline_length_um)}_a_per_cm2"
    inside, outside = (
        _recorded(entry, f"pad_lateral_density_{side}_{at}") for side in ("inside", "outside")
    )
    if inside is None or outside is None or sign_of(inside, outside) != 1:
        return None
    times = ratio(inside, outside)
    return None if times is None else Thinned(entry.label, 1 - entry.design.depth_ratio, times)


@dataclass(frozen=True)
class LifeRatio:
    """Black's ratio of life with its error, and at the ends of the exponent's band."""

    value: Measured
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Life:
    """Black's ratios against no recess, per place (``solder`` or ``pad``) and recessed design.

    ``electron_flow`` is that of all designs; None where they differ. ``heated``: the current heats
    them, so that there are ratios at each one's own temperature too. ``calibrated``: places whose
    constants are those of the designs' own lives.
    """

    ratios: Mapping[str, Mapping[str, LifeRatio]]
    electron_flow: str | None
    heated: bool = False
    calibrated: frozenset[str] = frozenset()


def life_ratio(entry: Entry, place: str) -> LifeRatio | None:
    """Black's ratio at one place."""
    name = f"mttf_ratio_{place}"
    value, low, high = (number(entry.row.get(name + tail)) for tail in ("", "_low", "_high"))
    if value is None:
        return None
    return LifeRatio(Measured(value, number(entry.row.get(f"error_{name}"))), low, high)


def life(entries: Sequence[Entry]) -> Life:
    """Black's ratios of the designs side by side, with the band of the exponent."""
    recessed = [entry for entry in entries if entry.row.get("variant") != "no-recess"]
    found = {
        place: {e.label: r for e in recessed if (r := life_ratio(e, place)) is not None}
        for place in PLACES
    }
    flows = {entry.design.load.current.electron_flow for entry in entries}
    return Life(
        {place: ratios for place, ratios in found.items() if ratios},
        flows.pop() if len(flows) == 1 else None,
        any(is_heated(entry.design) for entry in entries),
        frozenset(p for p in PLACES if any(stated_law(e.design, p) for e in recessed)),
    )
