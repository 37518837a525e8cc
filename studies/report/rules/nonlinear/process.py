"""How far one stress-free temperature is from what the process leaves, per design and metric.

Each design is one whose stress is that of its process beside the one that differs in that alone. A
difference within the sum of both errors is none.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from studies.loads.shipped.process import ProcessLoad
from studies.metrics.families import Family
from studies.report.rules.nonlinear.yielding import DECIDED
from studies.results.ranking import Ranking, Values, sign_of
from studies.results.results import Results, Row, by_length, rank_rows, variant_label
from studies.results.twins import flows

USUAL = ProcessLoad().model_dump()


@dataclass(frozen=True)
class Pair:
    """One design both ways; ``usual`` where the process is the library's."""

    label: str
    at_once: Row
    made: Row
    usual: bool

    @property
    def flows(self) -> bool:
        return flows(self.made)


@dataclass(frozen=True)
class Off:
    """One metric of stress of the designs that follow the library's process, and of all.

    Attributes
    ----------
    at_once, made
        Values by the design's label, at one temperature and after the process.
    before, after
        Who is lowest.
    apart, known
        In how many designs of all both differ beyond their errors, and of how many both are known.
    spread
        Least and largest value after all processes that differ from each other, by label.
    """

    family: Family
    at_once: Values
    made: Values
    before: Ranking
    after: Ranking
    apart: int
    known: int
    spread: Mapping[str, tuple[float, float]]

    @property
    def changes(self) -> bool:
        """Whether who is lowest is decided both ways, and not alike."""
        both = self.before.verdict in DECIDED and self.after.verdict in DECIDED
        return both and self.before.call != self.after.call

    @property
    def stays(self) -> bool:
        """Whether who is lowest is decided both ways, and alike."""
        return self.before.verdict in DECIDED and self.before.call == self.after.call


@dataclass(frozen=True)
class Processed:
    """All that is found of one kind of material, elastic or with laws."""

    flows: bool
    labels: tuple[str, ...]
    pairs: int
    metrics: tuple[Off, ...]


def processed(results: Results) -> tuple[Processed, ...]:
    """What is found of elastic designs, and of those with laws; nothing where none has both."""
    every = pairs(results)
    found = (_found(results, [p for p in every if p.flows == flowing]) for flowing in (False, True))
    return tuple(each for each in found if each is not None)


def pairs(results: Results) -> list[Pair]:
    """Designs that are solved both ways, in the plan's order."""
    at_once: dict[str, Row] = {}
    made: list[tuple[str, Row, Any]] = []
    for row in results.solved:
        design = results.result(row).design
        history = design["load"].get("history") or {}
        if history.get("kind") == "process":
            made.append((_rest(design), row, design["load"].get("process")))
        elif history.get("kind", "cooldown") == "cooldown":
            at_once.setdefault(_rest(design), row)
    return [
        Pair(variant_label(row), at_once[rest], row, process == USUAL)
        for rest, row, process in made
        if rest in at_once
    ]


def _rest(design: Mapping[str, Any]) -> str:
    """What both ways have in common; a history of what flows has its rate and rest in both."""
    load = {k: v for k, v in design["load"].items() if k != "process"}
    history = {k: v for k, v in (load.pop("history", None) or {}).items() if k != "kind"}
    flowing = bool(load.get("inelastic"))
    load["inelastic"] = flowing
    rest = {**design, "load": load, "name": "", "history": history if flowing else {}}
    return json.dumps(rest, sort_keys=True)


def _found(results: Results, every: Sequence[Pair]) -> Processed | None:
    usual: dict[str, Pair] = {}
    for pair in every:
        if pair.usual:
            usual.setdefault(pair.label, pair)
    if not usual:
        return None
    out = []
    for family in results.shown:
        if not family.is_stress:
            continue
        length = family.at(results.headline_um)
        before = {label: pair.at_once for label, pair in usual.items()}
        after = {label: pair.made for label, pair in usual.items()}
        one, other = by_length(family, before)[length], by_length(family, after)[length]
        if not any(one[label] and other[label] for label in usual):
            continue
        signs = [
            sign_of(family.read(pair.made, length), family.read(pair.at_once, length))
            for pair in every
        ]
        known = [sign for sign in signs if sign is not None]
        spread = {}
        for label in usual:
            values = [family.read(p.made, length) for p in every if p.label == label]
            there = [value.value for value in values if value is not None]
            if len(there) > 1:
                spread[label] = (min(there), max(there))
        out.append(
            Off(family, one, other, rank_rows(family, before), rank_rows(family, after),
                sum(sign != 0 for sign in known), len(known), spread)
        )  # fmt: skip
    return Processed(every[0].flows, tuple(usual), len(every), tuple(out))
