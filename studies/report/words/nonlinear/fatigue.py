"""Lives in thermal cycles, in words: which variant lives longer, how sure, and how far it goes."""

from __future__ import annotations

from collections.abc import Iterator

from studies.results.lives.cycled import Away, Cycled, Fatigue, Group
from studies.results.ranking import SMALL_SPREAD
from studies.wording.labels import (
    Measured,
    capitalized,
    listing,
    percent,
    plain_number,
    uncapitalized,
    with_error,
)
from studies.wording.levels import level

NONE = "–"
HEADINGS = (
    "Life over no recess", "Life over the base", "Cycles, by a factor of two", "Cycles to a crack",
    "Growth (µm/cycle)",
)  # fmt: skip
IN_USE = "Cycles in use over these"
Row = tuple[str, list[str]]


def sentences(found: Fatigue) -> Iterator[str]:
    """Who lives longest under each condition, and what it rests on."""
    for group in found.groups:
        said = _longest(group)
        yield (
            f"{capitalized(group.title)}: {uncapitalized(said)}" if len(found.groups) > 1 else said
        )
    yield from _errors_apart(found)
    yield from (_distance(one) for one in found.away)
    law = listing(found.laws)
    yield (
        f"Cycles are by {law}, from the work or the strain that a cycle adds in the layer of "
        "solder beside the UBM. Such a law is good for a factor of two: ratios rank designs, "
        "cycles do not predict."
    )
    for outside in found.outside:
        yield f"{capitalized(outside)}."


def _longest(group: Group) -> str:
    """One sentence of a group."""
    best = group.longest
    if len(group.cases) == 1:
        (one,) = group.cases
        return f"{capitalized(one.variant)} stands alone: nothing is compared."
    if len(best) == 1:
        (one,) = best
        ratio = _over_the_rest(group, one)
        return f"{capitalized(one.variant)} lives longest in the cycles{ratio}."
    names = listing(_named(one) for one in best)
    if group.alike:
        return f"All lives in the cycles are equal within {percent(SMALL_SPREAD)}."
    return f"Which lives longest in the cycles is open within the errors between {names}."


def _errors_apart(found: Fatigue) -> Iterator[str]:
    """Who has the most cycles by the values alone, where errors leave that open."""
    groups = [group for group in found.groups if len(group.cases) > 1]
    if len(groups) < 2 or all(len(group.longest) == 1 for group in groups):
        return
    counts: dict[str, int] = {}
    for group in groups:
        best = max(group.cases, key=lambda one: one.cycles.value).variant
        counts[best] = counts.get(best, 0) + 1
    every = len(groups)
    said = listing(
        f"{variant} under {'all' if count == every else f'{count} of'} {every} conditions"
        for variant, count in counts.items()
    )
    yield f"Errors apart, the most cycles are those of {said}."


def _distance(away: Away) -> str:
    """What a distance to the neutral point leaves of the cycles."""
    low, high = (f(away.ratios, key=lambda each: each.value) for f in (min, max))
    span = with_error(low, 2) if low is high else f"{with_error(low, 2)} to {with_error(high, 2)}"
    every = len(away.ratios)
    sure = f"{'all' if away.apart == every else f'{away.apart} of'} {every} otherwise equal pairs"
    if every == 1:
        sure = f"{'the' if away.apart else 'not the'} one pair that is otherwise equal"
    part = f"Part {away.part}: " if away.part else ""
    return (
        f"{part}{level(away.far_um)} µm from the chip’s neutral point cycles are {span} times "
        f"those at {level(away.near_um)} µm, beyond the errors in {sure}."
    )


def _over_the_rest(group: Group, one: Cycled) -> str:
    if one.to_flat is not None and one.to_flat.value != 1.0:
        return f", {with_error(one.to_flat, 3)} times no recess"
    others = [each.to_flat for each in group.cases if each is not one and each.to_flat is not None]
    if not others:
        return ""
    low, high = (f(others, key=lambda each: each.value) for f in (min, max))
    span = with_error(low, 3) if low is high else f"{with_error(low, 3)} to {with_error(high, 3)}"
    return f"; the others {span} times as long"


def _named(one: Cycled) -> str:
    ratio = one.to_flat
    return f"{one.variant} ({with_error(ratio, 3)})" if ratio is not None else one.variant


def table(found: Fatigue) -> tuple[list[str], list[Row]]:
    """Headings, and a row per design."""
    used = any(case.acceleration is not None for group in found.groups for case in group.cases)
    cracks = any(case.initiation is not None for group in found.groups for case in group.cases)
    heads = [*(HEADINGS if cracks else HEADINGS[:3]), *([IN_USE] if used else [])]
    rows = []
    for group in found.groups:
        for case in group.cases:
            named = f"{group.title}, {case.variant}" if len(found.groups) > 1 else case.variant
            cells = [_ratio(case.to_flat), _ratio(case.to_base), _cycles(case)]
            if cracks:
                cells += [_number(case.initiation), _number(case.growth_um)]
            if used:
                cells.append(
                    NONE if case.acceleration is None else plain_number(case.acceleration, 3)
                )
            rows.append((capitalized(named), cells))
    return heads, rows


def _ratio(found: Measured | None) -> str:
    if found is None:
        return NONE
    return "1" if found == (1.0, 0.0) else with_error(found, 3)


def _number(found: Measured | None) -> str:
    return NONE if found is None else with_error(found, 3)


def _cycles(case: Cycled) -> str:
    """Two digits: more would be none."""
    low, high = (f"{float(f'{end:.1e}'):.12g}" for end in (case.low, case.high))
    return f"{low} to {high}"


def in_short(found: Fatigue | None) -> str:
    """For the first page: who lives longest, and what a distance to the neutral point leaves."""
    if found is None:
        return ""
    said = [_longest(found.first)] if len(found.first.cases) > 1 else []
    return " ".join([*said, *map(_distance, found.away)])
