"""What is decided in every group of a study: the variants at each combination of other levels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from studies.metrics.families import Family
from studies.results.decisions import of_group
from studies.results.ranking import Call, Ranking, Verdict, near, order
from studies.results.results import Results, by_length, rank_rows, variants
from studies.wording.labels import number

Group = tuple[Any, ...]  # part and levels, the recess apart


@dataclass(frozen=True)
class Cell:
    """The verdict for one metric in one group, and all designs in order at each length.

    ``is_close``: another lies within 5 % of the winner.
    """

    ranking: Ranking
    is_close: bool
    order: Mapping[float | None, str]


def ranked_groups(results: Results, family: Family) -> dict[Group, Ranking]:
    """The ranking of the variants in every group that has more than one."""
    asked = ("ranked groups", family)
    if asked not in results.known:
        results.known[asked] = _ranked_groups(results, family)
    found: dict[Group, Ranking] = results.known[asked]
    return found


def _ranked_groups(results: Results, family: Family) -> dict[Group, Ranking]:
    out = {}
    for key, rows in results.groups.items():
        if len(variants(rows)) > 1:
            chosen = of_group(results, key)
            values = by_length(family, chosen)
            if any(v is not None for found in values.values() for v in found.values()):
                out[key] = rank_rows(family, chosen)
    return out


@dataclass(frozen=True)
class OverGroups:
    """What is decided for one metric in every group of a study.

    Attributes
    ----------
    calls
        By group, in the order of the groups' levels, part by part.
    """

    calls: Mapping[Group, Call]

    @property
    def same(self) -> Call | None:
        """What is decided everywhere alike; None where that changes."""
        found = set(self.calls.values())
        return found.pop() if len(found) == 1 else None


def over_groups(results: Results, family: Family) -> OverGroups | None:
    """The verdict in every group; None where there are no two to compare."""
    found = ranked_groups(results, family)
    if len(found) < 2:
        return None
    parts = dict.fromkeys(key[0] for key in found)
    keys = [key for part in parts for key in sorted_groups(results, part) if key in found]
    return OverGroups({key: found[key].call for key in keys})


def winners(results: Results, part: str) -> tuple[list[Group], list[tuple[Family, list[Cell]]]]:
    """Table of who is lowest: a column per group of a part, a row per metric that the part has."""
    keys = sorted_groups(results, part)
    table = []
    for family in results.shown:
        found = ranked_groups(results, family)
        if not any(key in found for key in keys):
            continue
        cells = []
        for key in keys:
            ranking = found.get(key, Ranking(Verdict.MISSING))
            values = by_length(family, of_group(results, key))
            close = near(values[family.at(results.headline_um)], ranking.winner)
            ordered = {} if ranking.verdict is Verdict.FILMS else values
            orders = {x: text for x, v in ordered.items() if (text := order(v)) is not None}
            cells.append(Cell(ranking, bool(close), orders))
        table.append((family, cells))
    return keys, table


def sorted_groups(results: Results, part: str) -> list[Group]:
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
