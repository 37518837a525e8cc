"""What a study ranks, which of it is still open, and how well a metric must be known to settle it.

Ranked are the variants of the recess in every group, the levels of every factor of names where all
else is equal, and the designs side by side: all that a report names a winner of. Two values a and b
with errors are settled when their order is, e_a + e_b < |a - b|, or when they are equal within 5 %,
|a - b| + e_a + e_b < 5 % of the larger. The easier of the two leaves the sum of the errors

    max(|a - b|, 5 % of the larger - |a - b|)

and never less than 2.5 % of the larger, so that 1 % of each value settles two of them.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from studies.metrics.families import Family
from studies.metrics.names import split
from studies.results.methods import choices, compare
from studies.results.ranking import SMALL_SPREAD, Ranking, Verdict, are_equal, sign_of
from studies.results.results import Results, Row, by_length, rank_rows, variant_label, variants
from studies.wording.labels import Measured, number

AIM = 0.8  # share of what settles two values: they move when they are taken again
SHARPEST = 0.01  # accuracy beyond which nothing is asked


@dataclass(frozen=True)
class Need:
    """A metric of a case that has to be known better.

    Attributes
    ----------
    key
        Of the case's record.
    metric
        Its column.
    accuracy
        Error over the metric that settles it.
    """

    key: str
    metric: str
    accuracy: float


@dataclass(frozen=True, eq=False)
class Decision:
    """Some cases that are ranked by a metric."""

    family: Family
    rows: Mapping[str, Row]

    @cached_property
    def ranking(self) -> Ranking:
        return rank_rows(self.family, self.rows)

    @property
    def is_open(self) -> bool:
        """Whether better known values could still name a winner, or equals."""
        return self.ranking.verdict is Verdict.UNDECIDED

    def needs(self) -> Iterator[Need]:
        """What is not known well enough between those that lead at a length."""
        values = by_length(self.family, self.rows)
        for at in self.ranking.at if self.is_open else ():
            if at.verdict is not Verdict.UNDECIDED:
                continue
            column = self.family.column(at.length_um)
            for labels in itertools.combinations(at.leaders, 2):
                a, b = (values[at.length_um][label] for label in labels)
                if a is None or b is None or are_equal(a, b):
                    continue
                each = AIM * _settling(a, b) / 2
                if each <= 0.0:  # their order is known, and they are not equal
                    continue
                for label, value in zip(labels, (a, b), strict=True):
                    if (value.error or 0.0) > each:
                        size = abs(value.value)
                        accuracy = each / size if size > 0.0 else SHARPEST
                        yield Need(self.rows[label]["key"], column, accuracy)


def _settling(a: Measured, b: Measured) -> float:
    """The sum of the errors below which two values are settled.

    Of two whose order is known, below which they are equal: each may be equal to a third.
    """
    apart, larger = abs(a.value - b.value), max(abs(a.value), abs(b.value))
    to_be_equal = SMALL_SPREAD * larger - apart
    return max(apart, to_be_equal) if sign_of(a, b) == 0 else to_be_equal


def of_group(results: Results, group: tuple[object, ...]) -> dict[str, Row]:
    """The variants of a group by label."""
    chosen = variants(results.groups[group], number(results.base.depth_ratio))
    return {variant_label(row): row for row in chosen.values()}


def decisions(results: Results) -> list[Decision]:
    """All that a study ranks, by metrics that have an error of their own to bring down."""
    out = []
    for family in filter(_can_be_sharpened, results.shown):
        groups = (of_group(results, key) for key in results.groups)
        out += [Decision(family, rows) for rows in groups if len(rows) > 1]
        if not results.compares_variants and len(results.compared) > 1:
            out.append(Decision(family, {entry.label: entry.row for entry in results.compared}))
    if choices(results):
        for contrast in (one for found in compare(results) for one in found.contrasts):
            if _can_be_sharpened(contrast.family):
                levels = contrast.levels
                out += [
                    Decision(contrast.family, {level: rows[level] for level in levels})
                    for rows in contrast.sets
                ]
    return out


def needs(results: Results) -> dict[str, dict[str, float]]:
    """Accuracy by metric and by key of the case's record, of all that leaves a ranking open."""
    out: dict[str, dict[str, float]] = {}
    for decision in decisions(results):
        for need in decision.needs():
            mine = out.setdefault(need.key, {})
            mine[need.metric] = min(need.accuracy, mine.get(need.metric, need.accuracy))
    return out


@dataclass(frozen=True)
class Sharpened:
    """What became of a study in which accuracy stands where decisions need it.

    Attributes
    ----------
    designs, again
        How many there are, and how many of them were solved again.
    asked
        Metrics with an accuracy of their own: of how many designs, and the sharpest.
    open
        Metrics with rankings that stay open, and how many.
    """

    designs: int
    again: int
    asked: tuple[tuple[Family, int, float], ...]
    open: tuple[tuple[Family, int], ...]


def sharpened(results: Results) -> Sharpened:
    """How many designs were solved again, for what, and what stays open."""
    meshes = {row["key"]: results.result(row).design["mesh"] for row in results.solved}
    asked: dict[Family, dict[str, float]] = {}
    for key, mesh in meshes.items():
        for name, accuracy in mesh.get("accuracy_of", {}).items():
            family = results.families[split(name).stem]
            mine = asked.setdefault(family, {})
            mine[key] = min(accuracy, mine.get(key, accuracy))
    still = Counter(found.family for found in decisions(results) if found.is_open)
    return Sharpened(
        designs=len(meshes),
        again=sum(bool(mesh.get("accuracy_of")) for mesh in meshes.values()),
        asked=tuple(
            (family, len(mine), min(mine.values())) for family, mine in _in_order(results, asked)
        ),
        open=tuple(_in_order(results, still)),
    )


def _in_order(results: Results, found: Mapping[Family, Any]) -> list[tuple[Family, Any]]:
    """By rank of the metrics."""
    order = list(results.shown)
    return sorted(
        found.items(), key=lambda one: order.index(one[0]) if one[0] in order else len(order)
    )


def _can_be_sharpened(family: Family) -> bool:
    """Whether meshes adapt to a metric."""
    return family.known is not None and family.known.metric.headline is not None
