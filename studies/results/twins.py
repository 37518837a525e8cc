"""Designs that were solved both ways: elastic, and with metals that yield and creep.

Twins are equal but for ``load.inelastic`` and the history that belongs to it. Rows of inelastic
cases carry a flag; see :func:`flows`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from studies.results.results import Entry, Results, Row
from studies.wording.labels import factor_text
from studies.wording.levels import NOT_AVAILABLE, level

ELASTIC, FLOWED = "elastic", "after yield and creep"
HISTORY = "load.history."


class Twins(NamedTuple):
    """One design, solved both ways."""

    elastic: Row
    flowed: Row


def flows(row: Row) -> bool:
    """Whether a case's metals yield and creep."""
    return row.get("flag_inelastic") in (True, "True", 1.0)


def state_of(rows: Iterable[Row]) -> str:
    """How the stress of those cases that are solved is, in the words that figures have for it."""
    solved = (row for row in rows if row.get("status", "solved") == "solved")
    found = dict.fromkeys(FLOWED if flows(row) else ELASTIC for row in solved)
    return f"{ELASTIC}, or {FLOWED}" if len(found) > 1 else next(iter(found), ELASTIC)


def twins(results: Results) -> list[Twins]:
    """Every design of a study that was solved both ways, once per history, in the plan's order."""
    elastic: dict[str, Row] = {}
    flowed: dict[tuple[str, str], Row] = {}
    for row in results.solved:
        same = _same(results.result(row).design)
        if flows(row):
            flowed.setdefault((same, row["key"]), row)
        else:
            elastic.setdefault(same, row)
    return [Twins(elastic[same], row) for (same, _), row in flowed.items() if same in elastic]


def compared_twins(results: Results) -> tuple[list[Entry], list[Entry]]:
    """The designs side by side, elastic and flowed; empty where not all were solved both ways.

    Each design stands there once, also where both of its cases, or several of its histories, are
    among those side by side: then what else varies is its label.
    """
    by_key: dict[str, Twins] = {}
    for pair in twins(results):
        for row in pair:
            by_key.setdefault(row["key"], pair)
    if not results.compared or any(e.row["key"] not in by_key for e in results.compared):
        return [], []
    found: dict[str, tuple[str, Twins]] = {}
    for entry in results.compared:
        pair = by_key[entry.row["key"]]
        found.setdefault(pair.elastic["key"], (entry.label, pair))
    pairs = list(found.values())
    if len(pairs) < len(results.compared):
        labels = [_label(results, pair.elastic) for _, pair in pairs]
        if len(set(labels)) == len(pairs):
            pairs = [(label, pair) for label, (_, pair) in zip(labels, pairs, strict=True)]
    elastic, flowed = ([results.entry(pair[k], label) for label, pair in pairs] for k in (0, 1))
    return elastic, flowed


def _label(results: Results, row: Row) -> str:
    """A design by the factors that twins share."""
    apart = [p for p in results.factors if p != "load.inelastic" and not p.startswith(HISTORY)]
    rest = [p for p in apart if row[p] is not None]
    said = [factor_text(p, row[p]) for p in rest if level(row[p]) != NOT_AVAILABLE]
    return ", ".join(said) or "the design"


def _same(design: Mapping[str, Any]) -> str:
    """What twins have in common."""
    load = {k: v for k, v in design["load"].items() if k not in ("inelastic", "history", "cycling")}
    metrics = {k: v for k, v in design["metrics"].items() if k != "fatigue"}
    same = {**design, "load": load, "metrics": metrics, "name": ""}
    return json.dumps(same, sort_keys=True)
