"""The report's sentences, each made from the numbers and true of them.

"Better" is lower throughout. Errors are the discretization's: what materials and loads add is said
elsewhere in the report.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from studies.metrics.families import Family
from studies.report.group_findings import in_brief, over_groups, ranked_groups
from studies.results.ranking import SMALL_SPREAD, Ranking, difference, near, rank, ratio
from studies.results.results import Entry, Results, by_length
from studies.wording.labels import (
    TIMES,
    Measured,
    capitalized,
    interface_title,
    listing,
    percent,
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
    verdict
        One sentence.
    details
        More sentences: values, differences, other openings.
    close
        Those that lie behind a winner by less than material data are good for, and how far.
    """

    family: Family
    ranking: Ranking
    verdict: str
    details: list[str] = field(default_factory=list)
    close: Mapping[str, float] = field(default_factory=dict)

    @property
    def is_small(self) -> bool:
        """Whether there is a winner, but all lie too close to it to choose."""
        return 0 < self.ranking.count == len(self.close) + 1


def findings(results: Results) -> list[Finding]:
    """One finding per metric shown that the designs side by side have."""
    return [_finding(results, family) for family in results.shown_side_by_side]


def outcome(finding: Finding) -> str:
    """The ranking in two or three words."""
    word = in_brief(finding.ranking)
    word = {"by length": "depends on the averaging length"}.get(word, word)
    if finding.is_small:
        return f"{word} (by less than {percent(SMALL_SPREAD)})"
    return f"{word} ({_within(finding.close)})" if finding.close else word


def in_short(results: Results, found: list[Finding]) -> list[str]:
    """The findings in a few sentences: who is lowest for what, and whether that holds elsewhere."""
    groups: dict[tuple[str, str, bool, tuple[str, ...]], list[Finding]] = {}
    for f in found:
        who = f.ranking.winner or ""
        groups.setdefault((f.ranking.kind, who, f.is_small, tuple(f.close)), []).append(f)
    out = []
    for (kind, winner, small, close), members in sorted(
        groups.items(), key=lambda item: (item[0][2], bool(item[0][3]))
    ):
        who = listing(f.family.short for f in members)
        if close and not small:
            largest = {a: max(f.close[a] for f in members) for a in close}
            out.append(
                f"{capitalized(winner)} is lowest for {who}, but {_within(largest, 'is')}: "
                "do not choose between them by it."
            )
        elif kind == "winner" and small:
            out.append(
                f"{capitalized(winner)} is lowest for {who}, but all differ by less than "
                f"{100 * SMALL_SPREAD:g} %: no reason to choose it."
            )
        elif kind == "winner":
            out.append(f"{capitalized(winner)} is lowest for {who}.")
        elif kind == "lengths":
            out.append(f"For {who} the ranking depends on the averaging length.")
        elif kind == "errors":
            out.append(
                f"For {who} there is no winner: the differences are not beyond the errors at "
                "every averaging length."
            )
        else:
            out.append(f"Not ranked, because a value or an error is missing: {who}.")
    if results.compares_variants and len(results.groups) > 1:
        same = []
        for f in found:
            each = {r.winner for r in ranked_groups(results, f.family).values()}
            if len(each) == 1 and None not in each:
                same.append(f.family.short)
        rest = [f.family.short for f in found if f.family.short not in same]
        if same and rest:
            counts = {len(ranked_groups(results, f.family)) for f in found}
            some = " that have the metric" if len(counts) > 1 else ""
            out.append(
                f"The winner is the same in all {max(counts)} comparisons of the study{some} for "
                f"{listing(same)}; not for {listing(rest)}."
            )
        elif same:
            out.append("In every comparison of the study the winners are the same.")
    return out


def _finding(results: Results, family: Family) -> Finding:
    rows = {entry.label: entry.row for entry in results.compared}
    values = by_length(family, rows)
    ranking = rank(values)
    length = family.at(results.headline_um)
    details = [_values_sentence(family, values[length], length)]
    close = near(values[length], ranking.winner)
    details += filter(None, [_spread(ranking, values[length]), _clipped(results.compared, family)])
    if results.compares_variants:
        details += filter(None, [over_groups(results, family)])
    return Finding(family, ranking, verdict(family, ranking, close), details, close)


def verdict(family: Family, ranking: Ranking, close: Mapping[str, float] | None = None) -> str:
    """The ranking as a sentence; a winner is named only where there is one.

    ``close`` holds those too close behind it to choose by the difference.
    """
    lengths = family.lengths
    everywhere = f" at {_lengths(lengths)}" if len(lengths) > 1 else ""
    match ranking.kind:
        case "winner":
            text = f"{capitalized(ranking.leaders[0])} is lowest{everywhere}, beyond the errors"
            if close:
                text += f", but {_within(close, 'is')}: do not choose between them by it"
            return f"{text}."
        case "lengths":
            per = [f"{listing(who)} at {level(length)} µm" for length, who in ranking.unbeaten
                   if length is not None]  # fmt: skip
            return f"The ranking depends on the averaging length: lowest is {'; '.join(per)}."
        case "errors":
            if len(ranking.leaders) == ranking.count:
                return "No winner: the differences are within the errors."
            if len(ranking.leaders) > 1:
                return (
                    f"No winner: {listing(ranking.leaders)} are lowest and within the errors of "
                    "each other."
                )
            tied = [f"{level(length)} µm" for length, who in ranking.unbeaten
                    if length is not None and len(who) > 1]  # fmt: skip
            lowest = ranking.leaders[0]
            return f"No winner: {lowest} leads, but at {listing(tied)} only within the errors."
        case _:
            return "Not ranked: a value or its error is missing."


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


def _spread(ranking: Ranking, found: Mapping[str, Measured | None]) -> str | None:
    """Whether all of them lie too close to choose: the largest distance from the winner."""
    close = near(found, ranking.winner)
    if not close or len(close) + 1 < ranking.count:
        return None
    return (
        f"The whole spread is {percent(max(close.values()))}: more than the mesh's error, but "
        "less than what material data are good for. Do not choose by it."
    )


def _clipped(entries: list[Entry], family: Family) -> str | None:
    """Which interfaces are no longer than a window, so that they are averaged whole."""
    said = []
    for entry in entries:
        for interface in entry.result.curves:
            if not family.stem.endswith("_" + interface.replace("/", "_")):
                continue
            size = entry.length_um(interface)
            short = [x for x in family.lengths if size is not None and size <= x * (1 + 1e-6)]
            if short and size is not None:
                said.append(
                    f"{entry.label} has only {plain_number(size, 3)} µm of "
                    f"{interface_title(interface)}, averaged whole where {_lengths(short)} is "
                    "asked for"
                )
    return f"{capitalized('; '.join(said))}." if said else None


def _within(close: Mapping[str, float], verb: str = "") -> str:
    """Who is how near: ``full depth is within 0.84 %``."""
    verb = f" {verb}" if verb else ""
    return listing(f"{label}{verb} within {percent(share)}" for label, share in close.items())


def _lengths(lengths: Iterable[float]) -> str:
    lengths = list(lengths)
    text = f"{listing(level(x) for x in lengths)} µm"
    return f"all averaging lengths ({text})" if len(lengths) > 2 else text
