"""Findings on a probe's mark in words: go or no-go first."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from studies.report.rules.probed import (
    Cleaning,
    Deciding,
    GoNoGo,
    MarkFindings,
    Placing,
    Reach,
    Unrepaired,
    Wall,
)
from studies.results.probed import Change, Size
from studies.wording.labels import (
    Measured,
    listing,
    plain_number,
    scaled,
    uncapitalized,
    with_error,
)

MOST_LISTED = 4
RULE = (
    "the assumed rule of coverage, by which a wall gets the share of the film that the cosine of "
    "its angle and the step coverage give it"
)
UNPROBED_ELSEWHERE = (
    "The pad that is not etched has no probe's mark here, so that this compares what a recess "
    "costs; for what it takes away of a mark see recess-probed."
)


def in_short(found: MarkFindings) -> list[str]:
    """For the first page: whether the UBM holds, and where a mark must not lie."""
    out = [go_in_short(found.go)] if found.go is not None else []
    if found.placings:
        out.append(placings_in_short(found.placings))
    elif found.deciding.largest_centred is not None:
        out.append(_centred(found.deciding.largest_centred))
    return out


def answers(found: MarkFindings) -> list[tuple[str, list[str]]]:
    """Question by question."""
    out: list[tuple[str, list[str]]] = []
    if found.go is not None:
        out.append(("Go or no-go", go(found.go)))
    if found.placings:
        out.append(("Where a mark must not lie", [placing(one) for one in found.placings]))
    if found.cleaning is not None:
        out.append(("How deep the etch must be", cleaning(found.cleaning)))
    out.append(("Which metric decides", deciding(found.deciding)))
    if found.wall is not None:
        out.append(("What peel does not say", [wall(found.wall)]))
    out.append(("What nothing repairs", unrepaired(found.unrepaired, found.cleaning)))
    return out


# ------------------------------------------------------------------------------ no-go


def go_in_short(found: GoNoGo) -> str:
    """Whether the UBM holds, in one sentence."""
    if found.is_go:
        return (
            f"Go: the UBM covers the mark in all {found.cases} cases with a relief, down to marks "
            f"of {_whole_percent(found.deepest_share)} of the pad's thickness{_least(found)}, on "
            f"the assumed rule of coverage{_bare(found)}."
        )
    from_depth = min(depth for _, depth in found.breaks_from)
    return (
        f"No-go in {len(found.broken)} of {found.cases} cases with a relief: the UBM breaks over "
        f"marks from {_whole_percent(from_depth)} of the pad's thickness on, and solder touches "
        "what lies below; there no other number counts."
    )


def _coverages(holds: Sequence[float]) -> str:
    """Each, or from which to which where there are too many to read."""
    if len(holds) > MOST_LISTED:
        return f"{min(holds):.3g} to {max(holds):.3g} ({len(holds)} values)"
    return listing(f"{c:g}" for c in holds)


def go(found: GoNoGo) -> list[str]:
    """Whether the UBM holds, from which depth it does not, and where pad metal is gone."""
    out = [go_in_short(found)]
    if found.broken_on_mask:
        out.append(
            f"In {found.broken_on_mask} cases the UBM breaks on the wall of the opening and not "
            "over the mark."
        )
    broken = dict(found.breaks_from)
    for coverage in found.coverages:
        if coverage in broken:
            out.append(
                f"With a step coverage of {coverage:g} the UBM breaks over marks from "
                f"{_whole_percent(broken[coverage])} of the pad's thickness on."
            )
    holds = [coverage for coverage in found.coverages if coverage not in broken]
    if holds:
        out.append(
            f"With a step coverage of {_coverages(holds)} it does not break at any "
            f"depth studied. This rests on {RULE}; overhangs, pores and debris are not in it."
        )
    if not found.is_go and found.least is not None:
        out.append(f"Where it holds it is{_least(found).removeprefix(', and is')}.")
    if found.bare:
        out.append(
            f"In {len(found.bare)} cases no pad metal is left under the mark, because the probe or "
            "the etch below it reached the dielectric: the UBM lands on it there. House rules that "
            "allow half of the metal to be gone refuse such pads."
        )
    return out


def _bare(found: GoNoGo) -> str:
    if not found.bare:
        return ""
    return f"; but in {len(found.bare)} of them no pad metal is left under the mark"


def _least(found: GoNoGo) -> str:
    if found.least is None or found.least_um is None or found.least_radius_um is None:
        return ""
    share = "" if found.least_share is None else f", {_whole_percent(found.least_share)} of flat"
    at = "on the mark" if found.is_on_mark else "on the wall of the opening, not on the mark"
    return (
        f", and is at least {plain_number(found.least_um, 3)} µm thick ({at}, r = "
        f"{plain_number(found.least_radius_um, 3)} µm{share})"
    )


# ------------------------------------------------------------------------------ where


def placings_in_short(found: Sequence[Placing]) -> str:
    """How near to the opening's edge a mark's film counts, over the feeds."""
    said = [
        _reach_in_short("a current density", [one.currents for one in found]),
        _reach_in_short("heat or voltage of the contact", [one.film for one in found]),
    ]
    return f"A mark's film changes {'; '.join(said)}."


def _reach_in_short(what: str, reaches: Sequence[Reach]) -> str:
    bad = [one for one in reaches if one.bad_gap_um is not None]
    centred = max((one.centred for one in reaches if one.centred), key=_size, default=None)
    tail = "" if centred is None else f", in the centre {change(centred)}"
    if centred is not None and centred.size is Size.LARGE:
        tail += ", which counts too"
    if not bad:
        return f"{what} nowhere by what counts{tail}"
    widest = max(one.bad_gap_um or 0.0 for one in bad)
    worst = max((one.worst for one in bad if one.worst), key=_size)
    return (
        f"{what} by what counts where its edge is within {widest:g} µm of the opening's: by up to "
        f"{change(worst)}{tail}"
    )


def placing(found: Placing) -> str:
    """One feed: how near a mark must not come."""
    said = [
        _reach("a current density", found.currents, found.least_gap_um),
        _reach("resistance, heat or voltage of the contact", found.film, found.least_gap_um),
    ]
    return f"{found.feed[:1].upper()}{found.feed[1:]}: {'; '.join(said)}."


def _reach(what: str, found: Reach, least_gap_um: float) -> str:
    if found.bad_gap_um is None or found.worst is None:
        said = f"no place studied changes {what} by what counts"
        if found.at_edge is not None:
            said += f" ({change(found.at_edge)} at a gap of {least_gap_um:g} µm)"
    else:
        less = " or less" if found.bad_gap_um > least_gap_um else ""
        said = (
            f"a gap of {found.bad_gap_um:g} µm{less} between mark and opening changes {what} by "
            f"what counts, by up to {change(found.worst)}"
        )
    if found.clear_gap_um is not None:
        at = "everywhere"
        if found.clear_gap_um > least_gap_um:
            at = f"from {found.clear_gap_um:g} µm on"
        said += f"; {at} all is below 5 %, errors included"
    if found.centred is not None:
        also = ", which counts too" if found.centred.size is Size.LARGE else ""
        said += f"; in the centre {change(found.centred)}{also}"
    return said


def _centred(found: Change) -> str:
    text = f"With a centred mark, relief and film, the largest change is {change(found)}"
    if found.size is not Size.SMALL:
        return f"{text}."
    return f"{text}: a mark within the rules of probing changes little, before any etch."


# ------------------------------------------------------------------------------ etch


def cleaning(found: Cleaning) -> list[str]:
    """From which depth on the film is gone, and the relief."""
    out = [
        _turn("The film", "is gone", "stays on some mark", found.stays_at_um, found.cleans_from_um)
    ]
    if found.evens_at_full_depth and found.evens_from_um is not None:
        full = _depth(found.evens_from_um, ROUND_CEILING)
        out.append(
            f"The relief is gone only at full depth ({full} µm), where no pad "
            "metal is left in the opening at all."
        )
    else:
        out.append(_turn("The relief", "is gone", "stays", found.relief_at_um, found.evens_from_um))
    out.append(
        f"pad_etch.relief is {listing(f'{r:g}' for r in found.reliefs)} here: the share of a "
        "relief that survives, 1 for a dry etch that lowers every point alike, about 0.3 for a "
        "wet one."
    )
    return out


def _turn(what: str, done: str, undone: str, last_um: float | None, first_um: float | None) -> str:
    if first_um is None:
        assert last_um is not None
        return f"{what} {undone} at every depth studied, up to {_depth(last_um, ROUND_CEILING)} µm."
    first = _depth(first_um, ROUND_CEILING)
    if last_um is None:
        return f"{what} {done} at every depth studied, from {first} µm on."
    last = _depth(last_um, ROUND_FLOOR)
    return f"{what} {undone} at {last} µm of etch and {done} from {first} µm on."


def _depth(um: float, rounding: str) -> str:
    """To three digits, to the side on which it is still so: drawn depths have six."""
    given = Decimal(f"{um:.9g}")
    step = Decimal(1).scaleb(given.adjusted() - 2)
    return f"{given.quantize(step, rounding).normalize():f}"


# ------------------------------------------------------------------------------ which


def deciding(found: Deciding) -> list[str]:
    """What changes by what counts, and how often."""
    if not found.counts:
        out = ["No current, resistance, heat or voltage changes by more than 5 % and its error."]
    else:
        out = [
            f"{one.title}: beyond 5 % and its error in {n} of {found.cases} cases, at most "
            f"{_percent(largest.share)}."
            for one, n, largest in found.counts
        ]
    if found.largest_centred is not None:
        out.append(_centred(found.largest_centred))
    if found.undecided:
        out.append(f"In {found.undecided} cases errors that reach beyond 5 % leave it open.")
    out.append(
        "A film spreads the current: between unequal films a lower largest density is no longer "
        "life. Heat and voltage of the contact are what compares them."
    )
    return out


def wall(found: Wall) -> str:
    """That the assumed wall decides the peel over a mark."""
    values = listing(f"{with_error(value)} MPa at {width:g} µm" for width, value in found.by_width)
    text = (
        f"Without etch, over a mark {_whole_percent(found.depth_share)} of the pad deep (opening "
        f"ratio {found.opening}), the largest peel at UBM/pad is {values} of wall width"
    )
    if found.unmarked is not None:
        text += f", and {with_error(found.unmarked)} MPa without a relief"
    if found.is_decided_by_width:
        elastic = "" if found.flows else ", stress is elastic, and a metal would yield"
        text += (
            f". That width is assumed{elastic}: so no etch is said to pay by the peel that it "
            "takes away"
        )
    return f"{text}."


def unrepaired(found: Unrepaired, etch: Cleaning | None) -> list[str]:
    """Cracks, and the relief of a dry etch."""
    out = [
        "A crack in the dielectric below the mark stays in every variant, and at full depth the "
        "UBM lands on it"
        + (
            f"; {found.cracks} cases have one, left closed here: 'fem-bump crack --start scar'."
            if found.cracks
            else "; none is in these cases."
        )
    ]
    if found.dry:
        out.append(
            "A dry etch lowers every point alike: it repeats the relief at the bottom of the "
            "recess until no metal is left."
        )
    out.append("An over-etched or thinned pad does not come back: the etch takes metal everywhere.")
    return out


# ------------------------------------------------------------------------------ numbers


def change(found: Change) -> str:
    """``+31 ± 1 % (current density at UBM/pad)``."""
    return f"{_percent(found.share)} ({metric(found)})"


def metric(found: Change) -> str:
    """The metric of which it is a change, in few words."""
    return uncapitalized(found.family.short)


def _percent(share: Measured) -> str:
    text = with_error(scaled(share, 100.0), 3)
    return f"{'+' if share.value > 0 else ''}{text} %"


def _whole_percent(share: float) -> str:
    return f"{100 * share:.3g} %"


def _size(found: Change) -> float:
    return abs(found.share.value)
