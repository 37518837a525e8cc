"""What is said of a load beside its statement, and what shear and feeds say alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from studies.report.rules.compared import Finding
from studies.report.rules.loads import Places, Side
from studies.report.words.verdicts import phrase
from studies.results.case_sets import level_of, where
from studies.results.results import Results, Row
from studies.wording.labels import factor_text, plain_number, with_error
from studies.wording.units import in_brackets


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
        For the first page, the most important first.
    place
        Among those of other loads.
    angular
        Whether means of it run around the axis as well.
    """

    title: str
    sentences: list[str]
    table: LoadTable | None = None
    summary: list[str] = field(default_factory=list)
    place: float = 50.0
    angular: bool = False


def places_text(
    results: Results, found: Places | None, head: str, side: Callable[[Side], str]
) -> str:
    """Sides in words with the cases they hold for."""
    if found is None:
        return ""
    every = found.every
    if len(found.sides) == 1:
        which = f"all {len(every)} cases" if len(every) > 1 else "the one case"
        return f"{head} {side(next(iter(found.sides)))} in {which} with this load."
    said = []
    for place, some in found.sides.items():
        at = where(some, every, ["part", *results.factors])
        cases = f"at {at}" if at else f"in {len(some)} of {len(every)} cases"
        said.append(f"{side(place)} {cases}")
    return f"{head} {'; '.join(said)}."


def table_row(title: str, found: Finding) -> tuple[str, list[tuple[str, bool]], str]:
    """One row of a section's table: values at the headline length, and who is lowest."""
    ranking = found.ranking
    cells = [(with_error(v), label == ranking.winner) for label, v in found.values.items()]
    return in_brackets(title, found.family.unit), cells, phrase(ranking.call)


def levels_at(row: Row, results: Results, without: Sequence[str] = ()) -> str:
    """The levels, the recess apart, at which a case stands."""
    paths = [p for p in results.other_factors if p not in without]
    levels = {p: level_of(results, row, p) for p in paths}
    return ", ".join(factor_text(p, value) for p, value in levels.items() if value is not None)


def extent(values: Sequence[float]) -> str:
    """Least to largest: ``13.9`` or ``64.5 to 66.2``."""
    low, high = plain_number(min(values), 3), plain_number(max(values), 3)
    return low if low == high else f"{low} to {high}"


def window_text(results: Results) -> str:
    """What means are taken over where a load is not axisymmetric."""
    arc = results.base.metrics.arc_length_um
    return (
        "Where a load is not axisymmetric, a mean runs over the averaging length along the "
        f"interface and {arc:g} µm around it, at the place on the circle where it is worst."
    )
