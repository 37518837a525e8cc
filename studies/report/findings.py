"""The report's sentences, each made from the numbers and true of them.

"Better" is lower throughout. Errors are the discretization's: what materials and loads add is said
elsewhere in the report.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from studies.report.group_findings import over_groups, ranked_groups
from studies.report.words.verdicts import in_common, lengths_text
from studies.results.ranking import Call, Ranking, Verdict, difference, near, rank, ratio
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


def in_short(results: Results, found: list[Finding]) -> list[str]:
    """The findings in a few sentences: who is lowest for what, and whether that holds elsewhere.

    What one load does alone is left to the sentences about that load.
    """
    found = [f for f in found if f.family.stem not in BY_LOAD]
    groups: dict[tuple[Call, tuple[str, ...]], list[Finding]] = {}
    for f in found:
        groups.setdefault((f.ranking.call, tuple(f.close)), []).append(f)
    out = []
    for (call, close), members in sorted(groups.items(), key=lambda item: bool(item[0][1])):
        largest = {a: max(f.close[a] for f in members) for a in close}
        out.append(in_common(call, [f.family for f in members], largest))
    if results.compares_variants and len(results.groups) > 1:
        same = []
        for f in found:
            each = {r.call for r in ranked_groups(results, f.family).values()}
            if len(each) == 1 and each.pop().verdict in (Verdict.WINNER, Verdict.EQUAL):
                same.append(f.family.short)
        rest = [f.family.short for f in found if f.family.short not in same]
        if same and rest:
            counts = {len(ranked_groups(results, f.family)) for f in found}
            some = " that have the metric" if len(counts) > 1 else ""
            out.append(
                f"The outcome is the same in all {max(counts)} comparisons of the study{some} for "
                f"{listing(same)}; not for {listing(rest)}."
            )
        elif same:
            out.append("In every comparison of the study the outcomes are the same.")
    return out


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
