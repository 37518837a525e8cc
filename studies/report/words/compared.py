"""Findings on the designs side by side in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from studies.metrics.families import Family
from studies.report.rules.compared import Clipped, Everywhere, Finding
from studies.report.words import groups
from studies.report.words.verdicts import lengths_text, near_by, phrase, sentence
from studies.results.ranking import difference, ratio
from studies.results.results import Results
from studies.wording.labels import (
    TIMES,
    Measured,
    capitalized,
    interface_title,
    listing,
    plain_number,
    with_error,
)
from studies.wording.levels import level


def verdict(found: Finding) -> str:
    """Who is lowest, in a sentence."""
    if found.lacking and len(found.values) > 1:
        verb = "has" if len(found.lacking) == 1 else "have"
        return f"Not ranked: {listing(found.lacking)} {verb} none."
    return sentence(found.family, found.ranking, found.close)


def details(results: Results, found: Finding) -> list[str]:
    """Values, differences, other openings."""
    said = [_values(found), _clipped(found.clipped)]
    if found.over is not None:
        said.append(groups.sentence(results, found.over))
    return [text for text in said if text]


def winners_in_short(found: Iterable[Finding]) -> str:
    """One sentence on all metrics that have a winner."""
    each: dict[str, list[str]] = {}
    for f in found:
        if f.ranking.winner is not None:
            near = f" (but {near_by(f.close)})" if f.close else ""
            each.setdefault(f.ranking.winner, []).append(f"{f.family.short}{near}")
    said = [f"{winner} for {listing(metrics)}" for winner, metrics in each.items()]
    return f"Lowest, beyond the errors: {'; '.join(said)}." if said else ""


def others_in_short(found: Iterable[Finding]) -> str:
    """One sentence on all metrics that have none."""
    each: dict[str, list[str]] = {}
    for f in found:
        if f.ranking.winner is None:
            each.setdefault(phrase(f.ranking.call), []).append(f.family.short)
    said = [f"{words}: {listing(metrics)}" for words, metrics in each.items()]
    return f"{capitalized('; '.join(said))}." if said else ""


def everywhere(found: Everywhere | None) -> str:
    """Whether outcomes hold in every comparison of a study."""
    if found is None or not found.same:
        return ""
    if not found.rest:
        return "In every comparison of the study the outcomes are the same."
    having = " that have the metric" if found.some_lack else ""
    return (
        f"The outcome is the same in all {found.groups} comparisons of the study{having} for "
        f"{listing(f.short for f in found.same)}; not for {listing(f.short for f in found.rest)}."
    )


def _values(found: Finding) -> str:
    """Values at one length, each after the first with its difference or ratio to the first."""
    window = "" if found.length_um is None else f"Averaged over {level(found.length_um)} µm: "
    labels = list(found.values)
    first = found.values[labels[0]]
    said = []
    for label, value in found.values.items():
        shown = with_error(value)
        text = f"{label} {shown if value is None else found.family.united(shown)}"
        if label != labels[0] and value is not None and first is not None:
            text += f" ({_relation(value, first, found.family)})"
        said.append(text)
    reference = f" In brackets: against {labels[0]}." if len(said) > 1 else ""
    text = capitalized(f"{window}{listing(said)}.{reference}")
    if found.pressed:
        text += f" A negative maximum means compression everywhere: {listing(found.pressed)}."
    return text


def _relation(value: Measured, first: Measured, family: Family) -> str:
    """Ratio with its error where both are clearly positive, else the difference."""
    found = ratio(value, first)
    if found is not None:
        return f"{TIMES} {with_error(found, 3)}"
    apart = difference(value, first)
    sign = "+" if apart.value > 0 else ""
    return family.united(f"{sign}{with_error(apart)}")


def _clipped(found: Sequence[Clipped]) -> str:
    said = [
        f"{c.label} has only {plain_number(c.size_um, 3)} µm of {interface_title(c.interface)}, "
        f"averaged whole where {lengths_text(c.lengths_um)} is asked for"
        for c in found
    ]
    return f"{capitalized('; '.join(said))}." if said else ""
