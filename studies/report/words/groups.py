"""Verdicts over the groups of a study in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from studies.report.rules.groups import Cell, OverGroups, sorted_groups, varied
from studies.report.words.verdicts import cell, phrase
from studies.results.case_sets import where
from studies.results.ranking import SMALL_SPREAD, Call
from studies.results.results import Results
from studies.wording.labels import (
    factor_at,
    factor_name,
    factor_text,
    level,
    listing,
    number,
    percent,
    with_unit,
)


def sentence(results: Results, found: OverGroups) -> str:
    """Whether the outcome is the same in all groups, and where it is not."""
    same = found.same
    if same is not None:
        return f"The same everywhere ({_span(results, found.calls)}): {phrase(same)}."
    said = []
    for part in dict.fromkeys(key[0] for key in found.calls):
        keys = sorted_groups(results, part)
        runs: dict[Call, list[int]] = {}
        for k, key in enumerate(keys):
            if key in found.calls:
                runs.setdefault(found.calls[key], []).append(k)
        texts = [f"{phrase(call)} {_places(results, keys, at)}" for call, at in runs.items()]
        whole = f"{phrase(next(iter(runs)))} throughout" if len(runs) == 1 else "; ".join(texts)
        said.append(f"part {part}: {whole}" if len(results.parts) > 1 else whole)
    what = listing([factor_name(p) for p in results.other_factors]) or "the part"
    lowest = f"Lowest in {'. In '.join(said)}" if len(results.parts) > 1 else f"Lowest: {said[0]}"
    return f"The outcome changes with {what}. {lowest}."


@dataclass(frozen=True)
class ShownCell:
    """A cell of the table over all groups: its text, colour, and what a pointer shows."""

    text: str
    kind: str
    title: str


def shown(found: Cell) -> ShownCell:
    """A verdict as the table over all groups shows it."""
    ranking = found.ranking
    close = f" (< {percent(SMALL_SPREAD)})" if found.is_close else ""
    kind = str(ranking.verdict) if ranking.winner is None else ranking.winner.split()[0]
    orders = (
        f"{'' if length is None else f'{level(length)} µm: '}{text}"
        for length, text in found.order.items()
    )
    return ShownCell(cell(ranking) + close, kind, "; ".join(orders))


def group_text(key: tuple[Any, ...]) -> str:
    """A group by its levels."""
    return ", ".join(level(value) for value in key[1:] if value is not None)


def _places(results: Results, keys: list[tuple[Any, ...]], some: list[int]) -> str:
    """Which of a part's groups these are."""
    paths = varied(results, str(keys[0][0]))
    every = [results.groups[key][0] for key in keys]
    if len(paths) < 2:
        in_order = not any(isinstance(value, str) for key in keys for value in key[1:])
        texts = [level(row[paths[0]]) if paths else group_text(key)
                 for key, row in zip(keys, every, strict=True)]  # fmt: skip
        ranges = _ranges(texts, some, in_order)
        return f"at {with_unit(paths[0], ranges) if paths else ranges}"
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


def _span(results: Results, found: Iterable[tuple[Any, ...]]) -> str:
    found, said = list(found), []
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
