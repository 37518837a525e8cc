"""Lives in the words of a design review."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from studies.report.rules.lives import Line, Lives, Reversal, Review, Way, Why
from studies.results.lives.fates import Band, End, Life
from studies.results.lives.fronts import Case, Condition, Stand
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

METALS = {"pad": "pad", "solder": "solder"}
NONE = "–"
MOST_NAMED = 3
STANDS = {Stand.FRONT: "front", Stand.OPEN: "open", Stand.BEHIND: "behind"}
WAYS = {Way.BLACK: "Black’s law", Way.NUCLEATION: "nucleation"}


def fate(life: Life) -> str:
    """``immortal, margin 1.7``, ``fails``, ``void settles, margin 9.2``."""
    margin = life.margin
    said = "" if margin is None else f", margin {with_error(margin, 3)}"
    match life.end:
        case End.NEVER:
            return f"immortal{said or ', no tension'}"
        case End.SETTLES:
            return f"immortal: void settles{said}"
        case End.LATER:
            return "void after the time looked at"
        case End.UNDECIDED:
            return "undecided: at the limit"
        case End.UNKNOWN:
            return "void meets no conductor"
        case _:
            return "fails" if life.long_s is not None else "fails, with one shape only"


def band(found: Band | None) -> str:
    """``0.98 to 1.32``, bars included."""
    if found is None:
        return NONE
    low = plain_number(found.low.value - (found.low.error or 0.0), 3)
    known = found.low.error is not None
    if found.high is None:
        text = f"at least {low}"
    else:
        high = plain_number(found.high.value + (found.high.error or 0.0), 3)
        text = low if low == high else f"{low} to {high}"
        known = known and found.high.error is not None
    return text if known else f"{text}, error not known"


HEADINGS = (
    "Void", "Nucleation over no recess", "Life over no recess", "Black’s over no recess (band)",
    "Life over the reference", "Stands",
)  # fmt: skip
Row = tuple[str, list[str]]


def table(found: Review) -> tuple[str, list[str], list[Row]]:
    """Of a condition: its title, headings, and a row per design."""
    one = found.condition
    hours = any(line.hours is not None for line in found.lines)
    heads = [one.cost.title_with_unit, *HEADINGS, *(["Black’s median (h)"] if hours else [])]
    rows = []
    for line in found.lines:
        own = line.case is one.reference
        is_base = line.case.variant == "no recess"
        cells = [
            with_error(line.case.at_headline),
            fate(line.case.life),
            "1" if is_base and line.nucleation else _number(line.nucleation),
            "1" if is_base and line.life else band(line.life),
            "1" if is_base and line.black else _black(line),
            "reference" if own else band(line.to_reference),
            STANDS[line.stand],
        ]
        rows.append(
            (capitalized(line.case.label), [*cells, *([_number(line.hours)] if hours else [])])
        )
    return one.title, heads, rows


def _number(found: Measured | None) -> str:
    return NONE if found is None else with_error(found, 3)


def _black(line: Line) -> str:
    if line.black is None:
        return NONE
    value, low, high = line.black
    return f"{with_error(value, 3)} ({plain_number(low, 3)} to {plain_number(high, 3)})"


def review(found: Review) -> Iterator[str]:
    """The sentences of a design review under one condition."""
    one = found.condition
    yield from _longest(found)
    front, open_ = one.at(Stand.FRONT), one.at(Stand.OPEN)
    on = "; ".join(_point(found, case) for case in front[:MOST_NAMED])
    more = f"; and {len(front) - MOST_NAMED} more" if len(front) > MOST_NAMED else ""
    price = _cost(one)
    if front:
        yield f"On the front of life and {price} for certain: {on}{more}."
    if open_:
        names = "; ".join(case.label for case in open_[:MOST_NAMED])
        rest = f"; and {len(open_) - MOST_NAMED} more" if len(open_) > MOST_NAMED else ""
        yield (
            f"Open within shapes and errors, on the front or behind, {len(open_)} of "
            f"{len(one.cases)} designs: {names}{rest}."
        )
    mortal, immortal = found.count(End.FAILS), found.count(End.NEVER, End.SETTLES)
    if immortal and mortal:
        yield (
            f"{_count(immortal, 'design')} of {len(one.cases)} {_is(immortal)} immortal, and "
            "longer-lived than all that fail; among themselves the margin ranks."
        )


def _is(count: int) -> str:
    return "is" if count == 1 else "are"


def _count(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _longest(found: Review) -> Iterator[str]:
    one = found.condition
    best = one.longest
    ref = one.reference
    if not best or best[0].life.end in (End.UNKNOWN, End.UNDECIDED):
        return
    if len(best) == 1:
        (case,) = best
        cost = f"at {_value(one, case)} of {_cost(one)}"
        if case is ref:
            yield f"{capitalized(case.label)}, the reference, lives longest, {cost}."
        else:
            yield (
                f"{capitalized(case.label)} lives longest ({_life(found, case)}), {cost}; the "
                f"reference, {ref.label}, has {_value(one, ref)}."
            )
        return
    cheap = min(best, key=lambda case: case.at_headline.value)
    least = "the reference" if cheap is ref else cheap.label
    tail = "" if cheap is ref else f"; the reference, {ref.label}, has {_value(one, ref)}"
    yield (
        f"Which lives longest is open between {_count(len(best), 'design')}: "
        f"{_named(found, best)}. The least {_cost(one)} among them is that of {least}, "
        f"{_value(one, cheap)}{tail}."
    )


def _named(found: Review, cases: Sequence[Case]) -> str:
    said = [f"{case.label} ({_life(found, case)})" for case in cases[:MOST_NAMED]]
    rest = [f"and {len(cases) - MOST_NAMED} more"] if len(cases) > MOST_NAMED else []
    return "; ".join([*said, *rest])


def _life(found: Review, case: Case) -> str:
    """How long a design lives: over the reference, or its fate."""
    if case is found.condition.reference and case.life.end is End.FAILS:
        return "1 by definition"
    ratio = found.line(case).to_reference
    if case.life.end is End.FAILS and ratio is not None:
        return f"{band(ratio)} times the reference"
    return fate(case.life)


def _point(found: Review, case: Case) -> str:
    return f"{case.label}: {_life(found, case)}, {_value(found.condition, case)}"


def _cost(one: Condition) -> str:
    return uncapitalized(one.cost.title)


def _value(one: Condition, case: Case) -> str:
    return one.cost.united(with_error(case.at_headline, 3))


# ------------------------------------------------------------------------- where ways disagree


def orders(found: Lives) -> Iterator[str]:
    """Where Black's law, nucleation and life rank the recess against each other, and why."""
    for part, reviews in found.reviews.items():
        for way in Way:
            every = sum(review.compared[way] for review in reviews)
            against = [one for review in reviews for one in review.reversals[way]]
            if not every:
                continue
            if not against:
                yield (
                    f"{capitalized(METALS[part])}: {WAYS[way]} and life rank the recess alike in "
                    f"all {every} pairs of otherwise equal designs that both tell apart, or less "
                    f"than {percent(SMALL_SPREAD)} apart."
                )
                continue
            titles = {
                review.condition.title: len(review.reversals[way])
                for review in reviews if review.reversals[way]
            }  # fmt: skip
            where = listing(f"{count} at {title}" for title, count in titles.items())
            yield (
                f"{capitalized(METALS[part])}: {WAYS[way]} and life rank the recess differently in "
                f"{len(against)} of {every} pairs of otherwise equal designs ({where}). "
                f"{capitalized(_example(against[0]))}"
            )
            counts: dict[Why, int] = {}
            for one in against:
                for why in one.why:
                    counts[why] = counts.get(why, 0) + 1
            if len(against) > 1 and counts:
                said = listing(f"{SHORT[why]} ({count})" for why, count in counts.items())
                yield f"Reasons, with the number of pairs: {said}."


SHORT = {
    Why.IMMORTAL: "no void ends the life of one of the two",
    Why.ROOM: "more of the interface may go before the resistance is 20 % up",
    Why.SUPPLY: "the same share of the interface takes longer to go",
    Why.BRIEF: "nucleation is a small share of the life",
}


def _example(one: Reversal) -> str:
    a, b = one.longer, one.other
    said = f"{WAYS[one.way]} prefers {b.label}, but {a.label} lives longer"
    reasons = [_because(one, why) for why in one.why]
    if one.way is Way.BLACK and one.densities is not None:
        times = plain_number(one.densities[0] / one.densities[1], 3)
        reasons.insert(
            0, f"Black’s law goes by the largest density, {times} times that of the other"
        )
    return f"{said}: {'; '.join(reasons)}." if reasons else f"{said}."


def _because(one: Reversal, why: Why) -> str:
    a, b = one.longer.life, one.other.life
    match why:
        case Why.IMMORTAL:
            return f"it is {fate(a)}"
        case Why.ROOM:
            assert a.covered is not None and b.covered is not None
            return (
                f"the void has to cover {percent(a.covered[0])} of the interface against "
                f"{percent(b.covered[0])}, with the shape that fails first"
            )
        case Why.SUPPLY:
            return "atoms take longer to leave as much of the interface"
        case _:
            share = one.brief
            small = "" if share is None else f", {percent(share)} at most,"
            return f"nucleation is a small share{small} of the life"


# ------------------------------------------------------------------------- what it rests on


def rests_on(found: Lives) -> Iterator[str]:
    """The assumptions behind every sentence above."""
    given = found.assumed
    if given.idealizations:
        shapes = f"{listing(given.idealizations)}, as the study gives them"
    else:
        own = []
        if "rim" in given.feeds:
            own.append("a ring and a disc where the feed is the same all around")
        if any(feed != "rim" for feed in given.feeds):
            own.append("a lens and a ring where it is not")
        shapes = listing(own)
    yield (
        f"Lives lie between two shapes of the void: {shapes}. Designs of one feed are compared "
        "shape by shape; of two feeds one is said to live longer only where the intervals do not "
        "overlap."
    )
    thick = listing((level(x) for x in given.thick_um), "or")
    yield (
        f"The void’s gap is {thick} µm thick, and lives go with it: ratios hold as far as it is "
        "the same in all designs. A void begins in the solder at "
        f"{listing((level(x) for x in given.critical_mpa), 'or')} MPa."
    )
    sides: dict[tuple[bool, ...], str] = {
        (True,): "Once a void has begun atoms leave through the solder’s free side; a skin that "
        "holds them would have it settle.",
        (False,): "No atom leaves through the solder’s side: voids settle.",
    }  # fmt: skip
    yield sides.get(
        given.free,
        "Whether atoms leave through the solder’s side decides whether a void settles: the study "
        "has both.",
    )
    hours = (
        "Hours are those of Black’s law with the calibration given"
        if given.calibrated else
        "Constants of diffusion are known to a factor: hours compare designs, as these ratios do, "
        "and are no hours of service, which need a calibration with one’s own lives"
    )  # fmt: skip
    yield (
        f"{hours}. The solder is one metal with one diffusivity; neither intermetallics nor a UBM "
        "that is used up are in it."
    )


def in_short(found: Lives | None) -> str:
    """One sentence for the first page: who lives longest at the first condition."""
    if found is None:
        return ""
    reviews = next(iter(found.reviews.values()))
    (first, *_) = reviews
    said = next(_longest(first), "")
    return f"Life ({uncapitalized(first.condition.title)}). {said}" if said else ""
