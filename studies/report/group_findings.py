"""Who is lowest in every group of a study: the variants at each combination of other levels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from studies.report.words.verdicts import cell, phrase
from studies.results.case_sets import where
from studies.results.ranking import SMALL_SPREAD, Ranking, Verdict, near, order, rank
from studies.results.results import Results, by_length, variant_label, variants
from studies.wording.labels import (
    Family,
    Measured,
    factor_at,
    factor_name,
    factor_text,
    level,
    listing,
    number,
    percent,
    with_unit,
)


@dataclass(frozen=True)
class Cell:
    """Who is lowest for one metric in one group: for the table over all openings."""

    text: str
    kind: str
    title: str


def ranked_groups(results: Results, family: Family) -> dict[tuple[Any, ...], Ranking]:
    """The ranking of the variants in every group that has more than one."""
    out = {}
    for key, rows in results.groups.items():
        if len(variants(rows)) > 1:
            values = _of_group(results, family, key)
            if any(v is not None for found in values.values() for v in found.values()):
                out[key] = rank(values)
    return out


def over_groups(results: Results, family: Family) -> str | None:
    """Whether the winner is the same in all groups, and where it is not."""
    found = ranked_groups(results, family)
    if len(found) < 2:
        return None
    words = {key: phrase(ranking.call) for key, ranking in found.items()}
    different = set(words.values())
    span = _span(results, found)
    if len(different) == 1:
        word = different.pop()
        return f"The same everywhere ({span}): {word}."
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
            ranking = found.get(key, Ranking(Verdict.MISSING))
            text = cell(ranking)
            if ranking.winner is not None and near(_at_headline(results, family, key), text):
                text += f" (< {percent(SMALL_SPREAD)})"
            cells.append(Cell(text, _kind(ranking), _order_title(results, family, key)))
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
    every = [results.groups[key][0] for key in keys]
    if len(paths) < 2:
        in_order = not any(isinstance(value, str) for key in keys for value in key[1:])
        texts = [level(row[paths[0]]) if paths else _group_text(key)
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


def _of_group(
    results: Results, family: Family, key: tuple[Any, ...]
) -> dict[float | None, dict[str, Measured | None]]:
    chosen = variants(results.groups[key], number(results.base.depth_ratio))
    return by_length(family, {variant_label(row): row for row in chosen.values()})


def _at_headline(
    results: Results, family: Family, key: tuple[Any, ...]
) -> dict[str, Measured | None]:
    return _of_group(results, family, key)[family.at(results.headline_um)]


def _order_title(results: Results, family: Family, key: tuple[Any, ...]) -> str:
    values = _of_group(results, family, key)
    said = [
        f"{'' if length is None else f'{level(length)} µm: '}{text}"
        for length, found in values.items()
        if (text := order(found)) is not None
    ]
    return "; ".join(said)


def _kind(ranking: Ranking) -> str:
    if ranking.winner is None:
        return str(ranking.verdict)
    return ranking.winner.split()[0]


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
