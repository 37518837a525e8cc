"""The report's sentences, each made from the numbers and true of them.

"Better" is lower throughout. Errors are the discretization's: what materials and loads add is said
elsewhere in the report.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from studies.labels import (
    BY_LOAD,
    TIMES,
    Family,
    Measured,
    capitalized,
    factor_at,
    factor_name,
    factor_text,
    interface_title,
    level,
    listing,
    number,
    plain_number,
    with_error,
)
from studies.ranking import Ranking, difference, order, rank, ratio
from studies.results import Entry, Results, by_length, variant_label, variants
from studies.where import where

SMALL_SPREAD = 0.05  # what is nearer than this is smaller than what material data are good for


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
    is_small
        Whether there is a winner, but by less than material data are good for.
    """

    family: Family
    ranking: Ranking
    verdict: str
    details: list[str] = field(default_factory=list)
    is_small: bool = False


@dataclass(frozen=True)
class Cell:
    """Who is lowest for one metric in one group: for the table over all openings."""

    text: str
    kind: str
    title: str


def findings(results: Results) -> list[Finding]:
    """One finding per metric shown that the designs side by side have."""
    return [_finding(results, family) for family in results.shown_side_by_side]


def outcome(finding: Finding) -> str:
    """The ranking in two or three words."""
    word = _short(finding.ranking)
    return {"by length": "depends on the averaging length"}.get(word, word) + (
        " (by less than 5 %)" if finding.is_small else ""
    )


def in_short(results: Results, found: list[Finding]) -> list[str]:
    """The findings in a few sentences: who is lowest for what, and whether that holds elsewhere.

    What one load does alone is left to the sentences about that load.
    """
    found = [f for f in found if f.family.stem not in BY_LOAD]
    groups: dict[tuple[str, str, bool], list[Finding]] = {}
    for f in found:
        groups.setdefault((f.ranking.kind, f.ranking.winner or "", f.is_small), []).append(f)
    out = []
    for (kind, winner, small), members in sorted(groups.items(), key=lambda item: item[0][2]):
        who = listing(f.family.short for f in members)
        if kind == "winner" and small:
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
    others = values[length]
    spread = _spread(ranking, others)
    details += filter(None, [spread, _clipped(results.compared, family)])
    if results.compares_variants:
        details += filter(None, [over_groups(results, family)])
    said = verdict(family, ranking)
    return Finding(family, ranking, said, details, spread is not None)


def verdict(family: Family, ranking: Ranking) -> str:
    """The ranking as a sentence; a winner is named only where there is one."""
    lengths = family.lengths
    everywhere = f" at {_lengths(lengths)}" if len(lengths) > 1 else ""
    match ranking.kind:
        case "winner":
            return f"{capitalized(ranking.leaders[0])} is lowest{everywhere}, beyond the errors."
        case "lengths":
            per = [f"{listing(who)} at {length:g} µm" for length, who in ranking.unbeaten
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
            tied = [f"{length:g} µm" for length, who in ranking.unbeaten
                    if length is not None and len(who) > 1]  # fmt: skip
            lowest = ranking.leaders[0]
            return f"No winner: {lowest} leads, but at {listing(tied)} only within the errors."
        case _:
            return "Not ranked: a value or its error is missing."


def _values_sentence(
    family: Family, found: Mapping[str, Measured | None], length: float | None
) -> str:
    """Values at one length, each after the first with its difference or ratio to the first."""
    window = "" if length is None else f"Averaged over {length:g} µm: "
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
    known = [v.value for v in found.values() if v is not None]
    largest = max((abs(v) for v in known), default=0.0)
    if ranking.kind != "winner" or largest == 0.0:
        return None
    spread = (max(known) - min(known)) / largest
    if spread >= SMALL_SPREAD:
        return None
    return (
        f"The whole spread is {plain_number(100 * spread, 2)} %: more than the mesh's error, but "
        "less than what material data are good for. Do not choose by it."
    )


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
                    f"{interface_title(interface)}, averaged whole where {_lengths(short)} is "
                    "asked for"
                )
    return f"{capitalized('; '.join(said))}." if said else None


# ------------------------------------------------------------------------- across the openings


def ranked_groups(results: Results, family: Family) -> dict[tuple[Any, ...], Ranking]:
    """The ranking of the variants in every group that has more than one."""
    out = {}
    for key, rows in results.groups.items():
        chosen = variants(rows, number(results.base.depth_ratio))
        if len(chosen) > 1:
            labelled = {variant_label(row): row for row in chosen.values()}
            values = by_length(family, labelled)
            if any(v is not None for found in values.values() for v in found.values()):
                out[key] = rank(values)
    return out


def over_groups(results: Results, family: Family) -> str | None:
    """Whether the winner is the same in all groups, and where it is not."""
    found = ranked_groups(results, family)
    if len(found) < 2:
        return None
    words = {key: _word(ranking) for key, ranking in found.items()}
    different = set(words.values())
    span = _span(results, found)
    if len(different) == 1:
        word = different.pop()
        if next(iter(found.values())).winner is None:
            return f"The same everywhere ({span}): {word}."
        return f"The same wins everywhere: {word} ({span})."
    said = []
    for part in dict.fromkeys(key[0] for key in found):
        keys = sorted_groups(results, part)
        runs: dict[str, list[int]] = {}
        for k, key in enumerate(keys):
            if key in words:
                runs.setdefault(words[key], []).append(k)
        texts = [f"{word} {_places(results, keys, places)}" for word, places in runs.items()]
        whole = f"{next(iter(runs))} throughout" if len(runs) == 1 else "; ".join(texts)
        said.append(f"part {part}: {whole}" if len(results.parts) > 1 else whole)
    what = listing([factor_name(p) for p in results.other_factors]) or "the part"
    lowest = f"Lowest in {'. In '.join(said)}" if len(results.parts) > 1 else f"Lowest: {said[0]}"
    return f"The outcome changes with {what}. {lowest}."


def winners(results: Results, part: str) -> tuple[list[str], list[tuple[Family, list[Cell]]]]:
    """Table of who is lowest: a column per group of a part, a row per metric shown."""
    keys = sorted_groups(results, part)
    table = []
    for family in results.shown:
        found = ranked_groups(results, family)
        cells = []
        for key in keys:
            ranking = found.get(key, Ranking("missing"))
            cells.append(Cell(_short(ranking), _kind(ranking), _order_title(results, family, key)))
        table.append((family, cells))
    return [_group_text(key) for key in keys], table


def sorted_groups(results: Results, part: str) -> list[tuple[Any, ...]]:
    """Groups of a part in the order of their levels."""
    keys = [key for key in results.groups if key[0] == part]
    keys.sort(key=lambda key: tuple((number(v) is None, number(v) or 0.0) for v in key[1:]))
    return keys


def varied(results: Results, part: str) -> list[str]:
    """Factors, the recess apart, that differ between the groups of a part."""
    keys = [key for key in results.groups if key[0] == part]
    return [
        path for k, path in enumerate(results.other_factors, 1) if len({key[k] for key in keys}) > 1
    ]


def _places(results: Results, keys: list[tuple[Any, ...]], some: list[int]) -> str:
    """Which of a part's groups these are."""
    paths = varied(results, str(keys[0][0]))
    if len(paths) < 2:
        in_order = not any(isinstance(value, str) for key in keys for value in key[1:])
        return f"at {_ranges([_group_text(key) for key in keys], some, in_order)}"
    every = [results.groups[key][0] for key in keys]
    mine = [every[k] for k in some]
    at = where(mine, every, paths)
    if at is not None:
        return f"at {at}"
    if len(some) <= 3:
        each = (", ".join(factor_text(p, row[p]) for p in paths) for row in mine)
        return f"at {'; at '.join(each)}"
    return f"in {len(some)} of {len(every)} comparisons"


def _ranges(texts: list[str], places: list[int], in_order: bool) -> str:
    """Names of some of the groups, three or more neighbours in short: ``0.5 to 0.8``."""
    said, k = [], 0
    while k < len(places):
        end = k
        while end + 1 < len(places) and places[end + 1] == places[end] + 1:
            end += 1
        if end - k >= 2 and in_order:
            said.append(f"{texts[places[k]]} to {texts[places[end]]}")
        else:
            said += [texts[i] for i in places[k : end + 1]]
        k = end + 1
    return listing(said)


def _order_title(results: Results, family: Family, key: tuple[Any, ...]) -> str:
    chosen = variants(results.groups[key], number(results.base.depth_ratio))
    values = by_length(family, {variant_label(row): row for row in chosen.values()})
    said = [
        f"{'' if length is None else f'{length:g} µm: '}{text}"
        for length, found in values.items()
        if (text := order(found)) is not None
    ]
    return "; ".join(said)


def _word(ranking: Ranking) -> str:
    match ranking.kind:
        case "winner":
            return ranking.leaders[0]
        case "lengths":
            return "depends on the averaging length"
        case "errors":
            if len(ranking.leaders) == ranking.count:
                return "no difference beyond the errors"
            if len(ranking.leaders) == 1:
                return f"{ranking.leaders[0]}, but not beyond the errors"
            return f"{' or '.join(ranking.leaders)}, within the errors of each other"
        case _:
            return "not known"


def _short(ranking: Ranking) -> str:
    match ranking.kind:
        case "winner":
            return ranking.leaders[0]
        case "lengths":
            return "by length"
        case "errors":
            if len(ranking.leaders) == ranking.count:
                return "no difference"
            return "≈ " + " / ".join(ranking.leaders)
        case _:
            return "–"


def _kind(ranking: Ranking) -> str:
    if ranking.winner is None:
        return ranking.kind
    return ranking.winner.split()[0]


# ------------------------------------------------------------------------------- helpers


def _lengths(lengths: Iterable[float]) -> str:
    lengths = list(lengths)
    text = f"{listing(f'{x:g}' for x in lengths)} µm"
    return f"all averaging lengths ({text})" if len(lengths) > 2 else text


def _group_text(key: tuple[Any, ...]) -> str:
    return ", ".join(level(value) for value in key[1:] if value is not None)


def _span(results: Results, found: Mapping[tuple[Any, ...], Ranking]) -> str:
    said = []
    for k, path in enumerate(results.other_factors, 1):
        levels = sorted({key[k] for key in found if number(key[k]) is not None})
        names = dict.fromkeys(level(key[k]) for key in found if isinstance(key[k], str))
        if len(levels) > 1:
            said.append(factor_at(path, f"{level(levels[0])} to {level(levels[-1])}"))
        elif len(names) > 1:
            said.append(factor_at(path, listing(names)))
    parts = {key[0] for key in found}
    if len(parts) > 1:
        said.append("both parts" if len(parts) == 2 else f"all {len(parts)} parts")
    return ", ".join(said) or f"{len(found)} groups"
