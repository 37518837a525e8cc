"""What the sentences on shear and on feeds share: a section of the page, who is lowest, where."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from studies.metrics.families import Family
from studies.plan.cases import value_of
from studies.results.case_sets import where
from studies.results.ranking import Ranking, rank
from studies.results.results import Entry, Results, Row, by_length
from studies.wording.labels import Measured, factor_text, listing, plain_number, with_error

NEAR_DEG = 15.0  # of the middle of a side


@dataclass(frozen=True)
class LoadTable:
    """Rows of a title and (text, wins) per design; the last text says who is lowest."""

    caption: str
    heads: list[str]
    rows: list[tuple[str, list[tuple[str, bool]], str]]


@dataclass(frozen=True)
class LoadSection:
    """What the page says of one load.

    Attributes
    ----------
    title, sentences
        For the section.
    table
        The designs side by side, if there are any to compare.
    summary
        For the first screen.
    """

    title: str
    sentences: list[str]
    table: LoadTable | None
    summary: list[str] = field(default_factory=list)


def tie(ranking: Ranking) -> str:
    """Why nobody is lowest."""
    match ranking.kind:
        case "lengths":
            return f"who is lowest depends on the averaging length ({_per_length(ranking)})"
        case "errors":
            if len(ranking.leaders) == ranking.count:
                return "no difference beyond the errors"
            if len(ranking.leaders) > 1:
                return f"{listing(ranking.leaders)} are lowest, within each other's errors"
            return f"{ranking.leaders[0]} leads, not beyond the errors at every averaging length"
        case _:
            return "not ranked, as a value or an error is missing"


def _per_length(ranking: Ranking) -> str:
    """Who is lowest at which length: ``no recess at 0.5 and 1 µm, full depth at 2 µm``."""
    found: dict[str, list[str]] = {}
    for length, who in ranking.unbeaten:
        if length is not None:
            found.setdefault(listing(who, "or"), []).append(f"{length:g}")
    return ", ".join(f"{who} at {listing(lengths)} µm" for who, lengths in found.items())


def in_words(ranking: Ranking) -> str:
    """The ranking in a few words."""
    if ranking.winner is not None:
        return ranking.winner
    return tie(ranking).split(" (")[0].replace("who is lowest ", "")


def places(
    results: Results,
    rows: Sequence[Row],
    family: Family,
    head: str,
    side: Callable[[float], str],
) -> str:
    """Sides in words with the cases they hold for, at the headline length."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        value = family.read(row, family.at(results.headline_um))
        if value is not None:
            found.setdefault(side(value.value), []).append(row)
    every = [row for some in found.values() for row in some]
    if not every:
        return ""
    if len(found) == 1:
        which = f"all {len(every)} cases" if len(every) > 1 else "the one case"
        return f"{head} {next(iter(found))} in {which} with this load."
    said = []
    for words, some in sorted(found.items(), key=lambda item: -len(item[1])):
        at = where(some, every, ["part", *results.factors])
        said.append(f"{words} " + (f"at {at}" if at else f"in {len(some)} of {len(every)} cases"))
    return f"{head} {'; '.join(said)}."


def table_row(
    results: Results, title: str, family: Family, entries: Sequence[Entry]
) -> tuple[str, list[tuple[str, bool]], str]:
    """One row of a section's table: values at the headline length, and who is lowest."""
    values = by_length(family, {e.label: e.row for e in entries})
    ranking = rank(values)
    found = values[family.at(results.headline_um)]
    cells = [(with_error(found[e.label]), e.label == ranking.winner) for e in entries]
    return title, cells, in_words(ranking)


def of_entries(results: Results, entries: Sequence[Entry], stem: str) -> dict[str, Measured]:
    """Values of a metric at the headline length, of the designs side by side that have it."""
    family = results.families.get(stem)
    if family is None:
        return {}
    length = family.at(results.headline_um)
    return {e.label: v for e in entries if (v := family.read(e.row, length)) is not None}


def levels_at(row: Row, results: Results, without: Sequence[str] = ()) -> str:
    """The levels, the recess apart, at which a case stands."""
    paths = [p for p in results.other_factors if p not in without]
    levels = {p: level_of(results, row, p) for p in paths}
    return ", ".join(factor_text(p, value) for p, value in levels.items() if value is not None)


def level_of(results: Results, row: Row, path: str) -> Any:
    """A factor's level, also where it is no factor of the row's own part."""
    value = row[path]
    missing = value is None or (isinstance(value, float) and math.isnan(value))
    return value_of(results.entry(row).design, path) if missing else value


def extent(values: Sequence[float]) -> str:
    """Least to largest: ``13.9`` or ``64.5 to 66.2``."""
    low, high = plain_number(min(values), 3), plain_number(max(values), 3)
    return low if low == high else f"{low} to {high}"
