"""The report's sentences, each made from the numbers and true of them.

"Better" is lower throughout. Errors are the discretization's: what materials and loads add is said
elsewhere in the report.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from studies.report.group_findings import over_groups, ranked_groups
from studies.report.load_sentences import LoadSection
from studies.report.method_sentences import Section
from studies.report.words.verdicts import (
    everywhere,
    lengths_text,
    others_in_short,
    winners_in_short,
)
from studies.results.ranking import Ranking, Verdict, difference, near, rank, ratio
from studies.results.results import Entry, Results, by_length
from studies.wording.labels import (
    BY_LOAD,
    TIMES,
    Family,
    Measured,
    capitalized,
    interface_title,
    listing,
    plain_number,
    with_error,
)
from studies.wording.levels import level

MOST_SENTENCES = 5  # on the first page


@dataclass(frozen=True)
class Finding:
    """What the numbers say about one metric.

    Attributes
    ----------
    family
        The metric.
    ranking
        Of the designs side by side.
    details
        More sentences: values, differences, other openings.
    close
        Those that lie behind a winner by less than material data are good for, and how far.
    """

    family: Family
    ranking: Ranking
    details: list[str] = field(default_factory=list)
    close: Mapping[str, float] = field(default_factory=dict)


def findings(results: Results) -> list[Finding]:
    """One finding per metric shown that the designs side by side have."""
    return [_finding(results, family) for family in results.shown_side_by_side]


def in_short(
    results: Results,
    found: Sequence[Finding],
    loads: Sequence[LoadSection],
    methods: Sequence[Section],
) -> list[str]:
    """The findings in five sentences at most: who is lowest, what is not told apart, and where.

    Loads and methods take turns for what sentences are left; their sections say all of it.
    """
    # what one load does alone is left to the sentences about that load
    found = [f for f in found if f.family.stem not in BY_LOAD]
    ranked = [(f.family, f.ranking, f.close) for f in found]
    out = [winners_in_short(ranked), others_in_short(ranked), _everywhere(results, found)]
    each = [*(load.summary for load in loads), [m.summary for m in methods]]
    turns = itertools.chain.from_iterable(itertools.zip_longest(*each))
    return [text for text in [*out, *turns] if text][:MOST_SENTENCES]


def _everywhere(results: Results, found: Sequence[Finding]) -> str:
    """For which metrics the outcome is the same in every comparison of the study."""
    if not results.compares_variants or len(results.groups) < 2:
        return ""
    same: list[Family] = []
    rest: list[Family] = []
    counts: set[int] = set()
    for f in found:
        each = ranked_groups(results, f.family).values()
        counts.add(len(each))
        calls = {ranking.call for ranking in each}
        decided = len(calls) == 1 and calls.pop().verdict in (Verdict.WINNER, Verdict.EQUAL)
        (same if decided else rest).append(f.family)
    return everywhere(same, rest, max(counts, default=0), len(counts) > 1)


def _finding(results: Results, family: Family) -> Finding:
    rows = {entry.label: entry.row for entry in results.compared}
    values = by_length(family, rows)
    ranking = rank(values)
    length = family.at(results.headline_um)
    details = [_values_sentence(family, values[length], length)]
    close = near(values[length], ranking.winner)
    details += filter(None, [_clipped(results.compared, family)])
    if results.compares_variants:
        details += filter(None, [over_groups(results, family)])
    return Finding(family, ranking, details, close)


def _values_sentence(
    family: Family, found: Mapping[str, Measured | None], length: float | None
) -> str:
    """Values at one length, each after the first with its difference or ratio to the first."""
    window = "" if length is None else f"Averaged over {level(length)} µm: "
    labels = list(found)
    first = found[labels[0]]
    said = []
    for label in labels:
        value = found[label]
        text = f"{label} {with_error(value)}"
        text += f" {family.unit}" if value is not None else ""
        if label != labels[0] and value is not None and first is not None:
            text += f" ({_relation(value, first, family.unit)})"
        said.append(text)
    reference = f" In brackets: against {labels[0]}." if len(said) > 1 else ""
    sentence = capitalized(f"{window}{listing(said)}.{reference}")
    if family.stem.startswith("peel_max") and all(v is not None for v in found.values()):
        pressed = [a for a, v in found.items() if v is not None and v.value < -(v.error or 0)]
        if pressed:
            sentence += f" A negative maximum means compression everywhere: {listing(pressed)}."
    return sentence


def _relation(value: Measured, first: Measured, unit: str) -> str:
    """Ratio with its error where both are clearly positive, else the difference."""
    found = ratio(value, first)
    if found is not None:
        return f"{TIMES} {with_error(found, 3)}"
    apart = difference(value, first)
    sign = "+" if apart.value > 0 else ""
    return f"{sign}{with_error(apart)} {unit}"


def _clipped(entries: list[Entry], family: Family) -> str | None:
    """Which interfaces are no longer than a window, so that they are averaged whole."""
    said = []
    for entry in entries:
        for interface in entry.result.get("curves", {}):
            if not family.stem.endswith("_" + interface.replace("/", "_")):
                continue
            size = entry.length_um(interface)
            short = [x for x in family.lengths if size is not None and size <= x * (1 + 1e-6)]
            if short and size is not None:
                said.append(
                    f"{entry.label} has only {plain_number(size, 3)} µm of "
                    f"{interface_title(interface)}, averaged whole where {lengths_text(short)} is "
                    "asked for"
                )
    return f"{capitalized('; '.join(said))}." if said else None
