"""Loads that state themselves: which designs have them, and with which values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from geometry.design.design import Design
from studies.loads.load import loads
from studies.loads.statement import Statement


class Share(NamedTuple):
    """How many designs something is true of."""

    some: int
    every: int

    @property
    def is_mixed(self) -> bool:
        return 0 < self.some < self.every


@dataclass(frozen=True)
class Stated:
    """A load that states itself, the designs that have it, and the values of its keys in them."""

    statement: Statement
    share: Share
    values: Mapping[str, tuple[Any, ...]]


class LoadLeaves(NamedTuple):
    """What a load that states itself leaves out."""

    title: str
    text: str


def stated(designs: Sequence[Design]) -> tuple[Stated, ...]:
    """Loads that state themselves and that some of the designs have."""
    out = []
    for each in loads():
        given = [table for d in designs if (table := each.of(d)) is not None]
        if each.statement is not None and given:
            values = {
                key: tuple(dict.fromkeys(getattr(table, key) for table in given))
                for key in type(given[0]).model_fields
            }
            out.append(Stated(each.statement, Share(len(given), len(designs)), values))
    return tuple(out)
