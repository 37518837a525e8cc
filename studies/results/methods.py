"""Methods compared: the levels of every factor that has names, not numbers, otherwise equal.

Such a factor is the mask of the pad etch, a pad metal, or the study's parts where they run through
the same factors. Its levels are compared in every set of cases that differ in nothing else. One is
said to be lower only if it is so in every set, at every averaging length, by more than the sum of
the errors; else the report says where which one is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from studies.metrics.families import Family, of_mask
from studies.results.ranking import SMALL_SPREAD, Call, Verdict, difference, ratio
from studies.results.results import Results, Row, rank_rows
from studies.wording.labels import MASK, Measured, factor_title, level

Set = Mapping[str, Row]  # cases by level, otherwise equal


@dataclass(frozen=True)
class OfMask(Family):
    """A metric of the film that masks the etch, whichever that is in a case."""

    def read(self, row: Row, length_um: float | None) -> Measured | None:
        stem = self.stem.format(mask=row[MASK])
        return Family(stem, self.suffix, self.lengths).read(row, length_um)


@dataclass(frozen=True)
class Choice:
    """A factor of names.

    Attributes
    ----------
    path, levels
        The factor, and its levels as they are written, in the study's order.
    sets
        Cases by level that differ in nothing else, two levels at least.
    others
        The other factors that vary over the sets.
    same
        How many more sets hold one and the same design at every level.
    """

    path: str
    levels: tuple[str, ...]
    sets: tuple[Set, ...]
    others: tuple[str, ...]
    same: int = 0

    @property
    def title(self) -> str:
        return factor_title(self.path)

    def rows(self, sets: Iterable[Set]) -> list[Row]:
        """One case for each set: they share all but the level."""
        return [next(iter(found.values())) for found in sets]


@dataclass(frozen=True)
class Contrast:
    """One metric at the levels of a choice that have it, over the sets where all of these do."""

    choice: Choice
    family: Family
    levels: tuple[str, ...]
    sets: tuple[Set, ...]
    headline_um: float

    @cached_property
    def length(self) -> float | None:
        return self.family.at(self.headline_um)

    @cached_property
    def calls(self) -> list[Call]:
        """Of each set what is decided, and for whom."""
        return [rank_rows(self.family, {a: s[a] for a in self.levels}).call for s in self.sets]

    @property
    def outcome(self) -> Call | None:
        """What is decided in every set alike; None where that changes."""
        return self.calls[0] if len(set(self.calls)) == 1 else None

    @property
    def winner(self) -> str | None:
        """The level that is lowest in every set."""
        found = self.outcome
        return found.who[0] if found is not None and found.verdict is Verdict.WINNER else None

    def values(self, at: str) -> list[Measured]:
        """Values at a level over the sets, at the headline length."""
        return [v for found in self.sets if (v := self.family.read(found[at], self.length))]

    @cached_property
    def is_ratio(self) -> bool:
        """Whether all values are clearly positive, so that ratios mean something."""
        return all(ratio(v, v) is not None for a in self.levels for v in self.values(a))

    def relations(self, at: str) -> list[Measured]:
        """Ratio to the first level, or the difference from it, in each set."""
        out = []
        for value, first in zip(self.values(at), self.values(self.levels[0]), strict=True):
            found = ratio(value, first) if self.is_ratio else None
            out.append(difference(value, first) if found is None else found)
        return out

    @cached_property
    def is_small(self) -> bool:
        """Whether no level is further off than material data are good for."""
        return self.is_ratio and all(
            abs(r.value - 1) < SMALL_SPREAD for a in self.levels[1:] for r in self.relations(a)
        )


@dataclass(frozen=True)
class Alone:
    """A metric that exists at one level only."""

    family: Family
    level: str
    values: tuple[Measured, ...]


@dataclass(frozen=True)
class Comparison:
    """A choice with every metric that its levels have."""

    choice: Choice
    contrasts: list[Contrast]
    alone: list[Alone]


def choices(results: Results) -> list[Choice]:
    """Every factor of names whose levels can be compared in at least one set."""
    out = []
    for path in results.categorical_factors:
        out.append(_choice(results, path, ["part", *(p for p in results.factors if p != path)]))
    if sharing_parts(results):
        out.append(_choice(results, "part", results.factors))
    return [choice for choice in out if choice.sets]


def _choice(results: Results, path: str, rest: Sequence[str]) -> Choice:
    # a part that does not vary the factor, or runs through other cases, has nothing to compare
    sharing = sharing_parts(results)
    mine = [
        r for r in results.rows
        if (r["part"] in sharing if path == "part" else path in results.varied[r["part"]])
    ]  # fmt: skip
    levels = tuple(dict.fromkeys(level(r[path]) for r in mine if _is_said(r[path])))
    found: dict[tuple[str, ...], dict[str, Row]] = {}
    for row in results.whole_rows:
        found.setdefault(tuple(level(row[p]) for p in rest), {}).setdefault(level(row[path]), row)
    several = [{a: rows[a] for a in levels if a in rows} for rows in found.values()]
    several = [rows for rows in several if len(rows) > 1]
    sets = [rows for rows in several if len({r["key"] for r in rows.values()}) > 1]
    firsts = [next(iter(rows.values())) for rows in sets]
    others = tuple(p for p in rest if len({level(row[p]) for row in firsts}) > 1)
    return Choice(path, levels, tuple(sets), others, len(several) - len(sets))


def _is_said(value: Any) -> bool:
    return value is not None and value == value  # the table has NaN for nothing


def sharing_parts(results: Results) -> tuple[str, ...]:
    """Parts that run through the same cases as another, one to one."""
    grids: dict[frozenset[tuple[str, ...]], list[str]] = {}
    for part in results.parts:
        cases = [tuple(level(r[p]) for p in results.factors) for r in results.rows_of(part)]
        if len(set(cases)) == len(cases):
            grids.setdefault(frozenset(cases), []).append(part)
    most = max(grids.values(), key=len, default=[])
    return tuple(most) if len(most) > 1 else ()


def compare(results: Results) -> list[Comparison]:
    """All methods compared, metric by metric."""
    out = []
    for choice in choices(results):
        contrasts, alone = [], []
        for family in _families(results, choice):
            length = family.at(results.headline_um)
            having = {
                a: [v for s in choice.sets if a in s and (v := family.read(s[a], length))]
                for a in choice.levels
            }
            levels = tuple(a for a, values in having.items() if values)
            sets = tuple(
                s for s in choice.sets
                if all(a in s and family.read(s[a], length) is not None for a in levels)
            )  # fmt: skip
            if len(levels) > 1 and sets:
                contrasts.append(Contrast(choice, family, levels, sets, results.headline_um))
            elif len(levels) == 1:
                alone.append(Alone(family, levels[0], tuple(having[levels[0]])))
        out.append(Comparison(choice, contrasts, alone))
    return out


def _families(results: Results, choice: Choice) -> list[Family]:
    out = list(results.shown)
    for stem in of_mask() if choice.path == MASK else ():
        each = [results.families.get(stem.format(mask=a)) for a in choice.levels]
        found = [family for family in each if family is not None]
        asked = not results.study.metrics or all(family in out for family in found)
        if len(found) > 1 and asked:
            out.append(OfMask(stem, found[0].suffix, found[0].lengths))
    return out
