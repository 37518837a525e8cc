"""What yield and creep change, in words."""

from __future__ import annotations

from studies.report.rules.nonlinear.yielding import Change, Moves, Yielding
from studies.report.words.verdicts import cell, phrase
from studies.results.ranking import Measured
from studies.wording.labels import TIMES, capitalized, listing, plain_number, with_error

Row = tuple[str, list[tuple[str, str]], str, str, str]


def table(found: Yielding) -> list[Row]:
    """Per metric: its title, values of each design both ways, who is lowest both ways, moves."""
    return [
        (
            change.family.title_with_unit,
            [
                (_value(change.elastic_values[at]), _value(change.flowed_values[at]))
                for at in found.labels
            ],
            cell(change.elastic),
            cell(change.flowed),
            _moves(change.moves),
        )
        for change in found.changes
    ]


def _value(measured: Measured | None) -> str:
    return "–" if measured is None else with_error(measured)


def sentences(found: Yielding) -> list[str]:
    """Which rankings change, and where an elastic stress is an upper bound."""
    out = [_ranking(change) for change in found.changes if change.changes]
    kept = [c.family.short for c in found.changes if c.stays]
    if kept:
        out.append(f"Who is lowest stays for {listing(kept)}.")
    bounds = [c.family.short for c in found.changes if c.is_bound]
    if bounds:
        out.append(
            f"Within the errors the elastic stress is an upper bound, in {_all(found)} and at "
            f"every averaging length, for {listing(bounds)}."
        )
    risen = [_risen(c) for c in found.changes if c.moves.higher]
    if risen:
        out.append(f"It is none for {listing(risen)}: what a metal sheds, another place takes.")
    return out


def in_short(found: Yielding | None) -> str:
    """The first page's sentence."""
    if found is None or not found.changes:
        return ""
    changed = [c.family.short for c in found.changes if c.changes]
    said = (
        f"who is lowest changes for {listing(changed)}"
        if changed
        else "no decided ranking of a stress changes"
    )
    risen = [c.family.short for c in found.changes if c.moves.higher]
    bound = f"; the elastic stress is no upper bound for {listing(risen)}" if risen else ""
    return capitalized(f"once metals yield and creep {said}{bound}.")


def _ranking(change: Change) -> str:
    return (
        f"{capitalized(change.family.short)}, lowest: elastic “{phrase(change.elastic.call)}”, "
        f"after yield and creep “{phrase(change.flowed.call)}”."
    )


def _all(found: Yielding) -> str:
    if found.pairs == 1:
        return "the one design that was solved both ways"
    return f"all designs that have it, of {found.pairs} that were solved both ways,"


def _risen(change: Change) -> str:
    moves = change.moves
    most = "" if moves.most is None else f", by up to {TIMES} {plain_number(moves.most, 2)}"
    return f"{change.family.short} (higher in {moves.higher} of {moves.count}{most})"


def _moves(moves: Moves) -> str:
    said = [
        f"{n} {word}"
        for n, word in ((moves.lower, "down"), (moves.higher, "up"), (moves.same, "same"))
        if n
    ]
    return ", ".join(said) or "–"
