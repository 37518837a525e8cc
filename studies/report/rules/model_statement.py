"""What a study's designs are and what acts on them: bumps, and what each load finds.

Read from the designs, each kind once and in their order. What a load finds is the load's own
(:class:`studies.loads.statement.Statement`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from geometry.design.design import Design
from studies.case.inelastic import is_inelastic
from studies.loads.load import Physics, loads
from studies.loads.phrases import each
from studies.loads.statement import Share, Statement
from studies.results.results import Results, Row


@dataclass(frozen=True)
class Stated:
    """A load with its findings on a study's designs."""

    kind: str
    acts_on: Physics
    statement: Statement[Any]
    found: Any


class Bump(NamedTuple):
    """How a bump is made and what it ends as."""

    method: str
    shape: str


@dataclass(frozen=True)
class State:
    """What was analysed.

    Attributes
    ----------
    assembled
        Whether the designs are joints, or wafers, or both.
    flowing
        In how many of them metals yield and creep.
    """

    assembled: tuple[bool, ...]
    flowing: Share
    loads: tuple[Stated, ...]


@dataclass(frozen=True)
class Acting:
    """All that acts on the designs, and the bump's shape; ``varied``: paths of loads that vary."""

    loads: tuple[Stated, ...]
    bumps: tuple[Bump, ...]
    varied: tuple[str, ...]


@dataclass(frozen=True)
class Noted:
    """What an engineer should know of some designs."""

    note: str
    rows: Sequence[Row]


def stated(designs: Sequence[Design]) -> tuple[Stated, ...]:
    """Every load that has a statement, with its findings."""
    return tuple(
        Stated(load.kind, load.acts_on, says, says.find(designs, [load.of(d) for d in designs]))
        for load in loads()
        if (says := load.says) is not None
    )


def by_physics(found: Sequence[Stated]) -> tuple[Stated, ...]:
    """Loads on the stress first, then those on the current and on what it does."""
    mechanical = ("thermal_stress", "stress_history", "process_history", "thermal_cycles")
    return tuple(sorted(found, key=lambda load: load.acts_on not in mechanical))


def state(results: Results) -> State:
    """What was analysed and what must not be read into it."""
    designs = results.designs
    assembled = each(designs, lambda d: d.assembly is not None)
    flowing = Share(sum(map(is_inelastic, designs)), len(designs))
    return State(assembled, flowing, by_physics(stated(designs)))


def acting(results: Results) -> Acting:
    """The loads, and the bump's shape."""
    return Acting(
        stated(results.designs),
        each(results.designs, lambda d: Bump(d.bump.method, d.bump.shape)),
        tuple(path for path in results.factors if path.startswith("load.")),
    )


def noted(results: Results) -> list[Noted]:
    """What an engineer should know of the designs, and which cases it is true of."""
    found: dict[str, list[Row]] = {}
    for row in results.solved:
        for note in dict.fromkeys(results.result(row).flags.get("notes", ())):
            found.setdefault(note, []).append(row)
    return [Noted(note, rows) for note, rows in found.items()]
