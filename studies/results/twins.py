"""Designs that were solved both ways: elastic, and with metals that yield and creep.

Twins are equal but for ``load.inelastic`` and the history that belongs to it. Rows of inelastic
cases carry a flag; see :func:`flows`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from studies.results.results import Entry, Results, Row

ELASTIC, FLOWED = "elastic", "after yield and creep"


class Twins(NamedTuple):
    """One design, solved both ways."""

    elastic: Row
    flowed: Row


def flows(row: Row) -> bool:
    """Whether a case's metals yield and creep."""
    return row.get("flag_inelastic") in (True, "True", 1.0)


def state_of(rows: Iterable[Row]) -> str:
    """How the stress of some cases was solved, in the words that figures have for it."""
    found = dict.fromkeys(FLOWED if flows(row) else ELASTIC for row in rows)
    return f"{ELASTIC}, or {FLOWED}" if len(found) > 1 else next(iter(found), ELASTIC)


def twins(results: Results) -> list[Twins]:
    """Every design of a study that was solved both ways, in the plan's order."""
    elastic: dict[str, Row] = {}
    flowed: dict[str, Row] = {}
    for row in results.solved:
        (flowed if flows(row) else elastic).setdefault(_same(results.result(row).design), row)
    return [Twins(elastic[key], flowed[key]) for key in flowed if key in elastic]


def compared_twins(results: Results) -> tuple[list[Entry], list[Entry]]:
    """The designs side by side, elastic and flowed; empty where not all were solved both ways."""
    by_key = {}
    for pair in twins(results):
        by_key[pair.elastic["key"]] = by_key[pair.flowed["key"]] = pair
    if not results.compared or any(e.row["key"] not in by_key for e in results.compared):
        return [], []
    pairs = [(entry.label, by_key[entry.row["key"]]) for entry in results.compared]
    elastic, flowed = ([results.entry(pair[k], label) for label, pair in pairs] for k in (0, 1))
    return elastic, flowed


def _same(design: Mapping[str, Any]) -> str:
    """What twins have in common."""
    load = {k: v for k, v in design["load"].items() if k not in ("inelastic", "history")}
    return json.dumps({**design, "load": load, "name": ""}, sort_keys=True)
