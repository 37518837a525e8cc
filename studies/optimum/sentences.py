"""What a front says, in sentences and in a table; the report and the command line show the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from studies.optimum.question import Goal, Question
from studies.optimum.stored import Front, Fronts, Point, Valued
from studies.results.lives.fronts import Stand
from studies.wording.labels import (
    Measured,
    capitalized,
    factor_at,
    factor_name,
    level,
    listing,
    number,
    plain_number,
    uncapitalized,
    with_error,
)

AT_END = 0.02  # of what a factor spans
SAID = {Stand.FRONT: "told apart", Stand.OPEN: "not told apart", Stand.BEHIND: "behind"}


def rows_of(question: Question, front: Front) -> tuple[list[str], list[list[Any]]]:
    """The front's points, by the first objective: case, factors, values, and how sure it is."""
    paths = list(dict.fromkeys(path for point in front.points for path in point.factors))
    heads = ["part", "case", *paths, *(goal.metric for goal in question.goals), "front"]
    rows = [
        [p.part, p.number, *(p.factors.get(path) for path in paths), *map(ends, p.values), said(p)]
        for p in front.shown
    ]
    return heads, rows


def said(point: Point) -> str:
    """How sure a point's place is."""
    notes = [SAID[point.stand]]
    if not point.is_sure_of_bounds:
        notes.append("constraint within bars")
    if not point.confirmed:
        notes.append("percentile not confirmed")
    return ", ".join(notes)


def ends(one: Valued) -> str:
    """A value with its bar."""
    below, above = one.value - one.low, one.high - one.value
    if abs(above - below) <= 0.05 * max(above, below):
        return with_error(Measured(one.value, max(above, below)))
    value, low, high = map(plain_number, (one.value, one.low, one.high))
    return f"{value} ({low} to {high})"


def short(value: Any) -> str:
    """A level as it is read; as it is solved stands in the case."""
    return plain_number(value) if isinstance(value, float) else level(value)


def scaled(one: Valued, factor: float) -> Valued:
    """A value in another unit."""
    return Valued(one.value * factor, one.low * factor, one.high * factor)


def sentences(found: Fronts) -> list[str]:
    """What was found in every part, and between them."""
    out = [sentence for front in found.fronts for sentence in _of(found, front)]
    whole = [front for front in found.fronts if front.shown]
    if len(whole) > 1:
        out += _between(found.question, whole)
    return out


def in_short(found: Fronts, titles: Mapping[str, str]) -> str:
    """Every front from its one end to the other, of two objectives."""
    goals = found.question.goals
    whole = [front for front in found.fronts if front.shown]
    if not whole or len(goals) != 2:
        return ""
    said = []
    for front in whole:
        first, last = (
            " and ".join(_united(goal, one) for goal, one in zip(goals, p.values, strict=True))
            for p in (front.shown[0], front.shown[-1])
        )
        count = _count(len(front.shown), "design")
        reach = f"{count}, at {first}" if first == last else f"{count}, from {first} to {last}"
        said.append(f"{uncapitalized(titles[front.part])}: {reach}")
    names = listing(uncapitalized(goal.family.short) for goal in goals)
    return f"Front of {names}. {capitalized('; '.join(said))}."


def _of(found: Fronts, front: Front) -> Iterator[str]:
    if front.why_not:
        yield f"{front.part}: no front, since {front.why_not}."
        return
    shown, goals = front.shown, found.question.goals
    if not shown:
        yield f"{front.part}: no solved design keeps the constraints."
    else:
        reach = listing(
            f"{_name(goal)} {_reach(goal, [p.values[k] for p in shown])}"
            for k, goal in enumerate(goals)
        )
        p = found.question.percentile
        over = "" if p is None else f" at the {p:g}th percentile over {_over(found.question)}"
        yield f"{front.part}: {_count(len(shown), 'design')} on the front{over}, {reach}."
        for k, goal in enumerate(goals):
            best = min(shown, key=lambda p: goal.sign * p.values[k].value)
            extreme = "smallest" if goal.sense == "min" else "largest"
            at = ", ".join(factor_at(path, short(value)) for path, value in best.factors.items())
            case = f"case {best.number} of {best.part}"
            yield f"{front.part}: {_name(goal)} is {extreme} at {at} ({case})."
    if found.question.percentile is None:
        yield from _at_ends(front)
    sure = sum(point.stand is Stand.FRONT for point in shown)
    if shown and sure < len(shown):
        some = "None" if not sure else f"{sure} of them"
        yield (
            f"{front.part}: {some} {'is' if sure == 1 else 'are'} told apart from all others "
            f"beyond the bars; {len(front.close)} more designs are not told apart from the front."
        )
    if front.broken:
        count = _count(front.broken, "solved design")
        yield f"{front.part}: {count} left out, which a constraint rules out for certain."
    yield _confirmed(found, front)
    if found.question.percentile is not None and shown:
        yield _solved_around(found.question, front)


def _confirmed(found: Fronts, front: Front) -> str:
    asked = front.spent
    if not asked:
        return f"{front.part}: the search proposed no design that was not solved before."
    agreed, solved = (sum(getattr(r, at) for r in front.rounds) for at in ("agreed", "solved"))
    text = (
        f"{front.part}: {_count(asked, 'case')} solved in {_count(len(front.rounds), 'round')} to "
        f"confirm what the surrogate proposed; {agreed} of {solved} with numbers were as predicted"
    )
    last = front.rounds[-1]
    if front.agreed:
        return f"{text}, those of the last round all." if last.agreed == last.asked else f"{text}."
    return (
        f"{text}; the budget of {found.budget} cases ended it, so that the front may reach further."
    )


def _at_ends(front: Front) -> Iterator[str]:
    """Factors that all proposed designs have at an end of what the part's designs span."""
    proposed = [point for point in front.shown if point.part != front.part]
    for path in proposed[0].factors if proposed else ():
        every = [number(point.factors.get(path)) for point in front.points]
        known = [value for value in every if value is not None]
        mine = [number(point.factors.get(path)) or 0.0 for point in proposed]
        if len(known) < len(every) or not (extent := max(known) - min(known)):
            continue
        for end, where in ((min(known), "lowest"), (max(known), "highest")):
            if all(abs(value - end) <= AT_END * extent for value in mine):
                yield (
                    f"{front.part}: {factor_name(path)} is at the {where} that the part's designs "
                    f"have, {short(end)}, in all that the search found: beyond it may be "
                    "better still."
                )


def _over(question: Question) -> str:
    return listing(factor_name(path) for path in question.scatter)


def _solved_around(question: Question, front: Front) -> str:
    """What exactly is confirmed of a percentile."""
    ranks = sorted({c.rank for p in front.shown for c in p.checks if c.goal is not None})
    held = sum(point.confirmed for point in front.shown)
    return (
        f"{front.part}: percentiles are the surrogate's, with its error and the largest bar of "
        "the solves; solved are each design with what scatters at its medians and, for each "
        "objective, with "
        f"the scatter that it ranks at {listing(f'{rank:.3g}' for rank in ranks)} %; the solve "
        f"at the percentile lies in the interval, bar included, for {held} of "
        f"{_count(len(front.shown), 'design')}."
    )


def _between(question: Question, fronts: Sequence[Front]) -> Iterator[str]:
    """Which part's front has the best of each objective, and which beats which everywhere."""
    for k, goal in enumerate(question.goals):
        best = {
            front.part: min((p.values[k] for p in front.shown), key=lambda v: goal.sign * v.value)
            for front in fronts
        }
        order = sorted(best, key=lambda name: goal.sign * best[name].value)
        first, second = (best[name] for name in order[:2])
        apart = first.high < second.low if goal.sense == "min" else first.low > second.high
        extreme = "smallest" if goal.sense == "min" else "largest"
        yield (
            f"Between the parts {_name(goal)} is {extreme} in {order[0]}, {_united(goal, first)}; "
            f"{order[1]} reaches {_united(goal, second)}"
            + ("." if apart else ", which is not told apart from it.")
        )


def _name(goal: Goal) -> str:
    return uncapitalized(goal.family.short)


def _united(goal: Goal, one: Valued) -> str:
    return goal.family.united(ends(scaled(one, goal.family.scale)))


def _reach(goal: Goal, values: Sequence[Valued]) -> str:
    low, high = (
        plain_number(goal.family.scale * end(one.value for one in values)) for end in (min, max)
    )
    return goal.family.united(low if low == high else f"{low} to {high}")


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
