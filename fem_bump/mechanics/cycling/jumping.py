"""Cycles that are extrapolated over: how many, whether that was too many, and what it leaves open.

Where cycles hardly differ any more, what one adds to displacements and inner variables is added as
many times as are left out. Two cycles behind are solved; the first finds its balance again. Half of
what the work of the second differs by from that of the last before the jump is what a constant work
per cycle was off in the mean, if it changed evenly; half of what it differs by from the first says
how far the balance was. The larger is held below a given share, or the jump is taken again over
half as many. Jumps grow as long as they hold.

After the extrapolation of inner variables by J.-L. Chaboche and J. Lesne, Fatigue Fract. Eng.
Mater. Struct. 11, 1 (1988).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from fem_bump.mechanics.cycling.found import Jump, work_change, work_difference
from fem_bump.mechanics.cycling.trace import Trace
from fem_bump.mechanics.inelastic.checkpoint import Checkpoint
from fem_bump.mechanics.inelastic.problem import Instant

FIRST, LEAST = 3, 2  # cycles solved before the first jump, cycles of the shortest
BEHIND = 2  # cycles solved behind one
GROWTH = 4  # of the next jump over one that held


@dataclass(frozen=True)
class Trial:
    """A jump that has to show that it holds: from where, over how many."""

    before: Checkpoint
    at: Checkpoint
    solved: tuple[Trace, ...]
    cycles: int


@dataclass(frozen=True)
class Jumps:
    """Those that held, and where the next may begin.

    Attributes
    ----------
    before
        The end of the cycle before the last.
    longest
        Cycles that the next may be over.
    not_before
        Number of the cycle behind which the next may be.
    """

    taken: tuple[Jump, ...] = ()
    trial: Trial | None = None
    before: Checkpoint | None = None
    longest: int = 10**9
    not_before: int = FIRST


def considered(
    jumps: Jumps,
    at: Checkpoint,
    solved: tuple[Trace, ...],
    cycles: int,
    period_s: float,
    error: float,
) -> tuple[Jumps, Checkpoint, tuple[Trace, ...], int]:
    """After a cycle that was solved: where to go on from, and with which number.

    Parameters
    ----------
    at
        The end of that cycle.
    error
        Share of the work per cycle that a jump may leave open.
    """  # fmt: skip
    number = solved[-1].number
    trial = jumps.trial
    if trial is not None and number == trial.solved[-1].number + trial.cycles + BEHIND:
        off = max(work_difference(trial.solved[-1], solved[-1]), work_change(solved)) / 2
        if off > error:
            again = Jumps(
                jumps.taken, None, trial.before, max(trial.cycles // 2, LEAST),
                trial.solved[-1].number + (trial.cycles // 2 < LEAST),
            )  # fmt: skip
            return _next(again, trial.at, trial.solved, cycles, period_s, error)
        jump = Jump(trial.solved[-1].number, trial.cycles, off)
        jumps = replace(
            jumps, taken=(*jumps.taken, jump), trial=None, longest=GROWTH * trial.cycles
        )
    return _next(jumps, at, solved, cycles, period_s, error)


def _next(
    jumps: Jumps,
    at: Checkpoint,
    solved: tuple[Trace, ...],
    cycles: int,
    period_s: float,
    error: float,
) -> tuple[Jumps, Checkpoint, tuple[Trace, ...], int]:
    """A jump where one is due, else the next cycle."""  # fmt: skip
    number = solved[-1].number
    if jumps.trial is None and jumps.before is not None and number >= jumps.not_before:
        change = work_change(solved)
        size = min(cycles - number - BEHIND, jumps.longest)
        if np.isfinite(change):
            if change > 0:
                size = min(size, int(2 * error / change))
            if size >= LEAST:
                trial = Trial(jumps.before, at, solved, size)
                later = extrapolated(jumps.before.instant, at.instant, size, period_s)
                there = replace(at, instant=later)
                return replace(jumps, trial=trial, before=None), there, solved, number + size + 1
    return replace(jumps, before=at), at, solved, number + 1


def extrapolated(before: Instant, now: Instant, cycles: int, period_s: float) -> Instant:
    """A state that many cycles later, as the last has changed it."""
    moved = now.at.plus(float(cycles), now.at.plus(-1.0, before.at))
    points = tuple(
        last + cycles * (last - first)
        for first, last in zip(before.points, now.points, strict=True)
    )
    return replace(now, time_s=now.time_s + cycles * period_s, at=moved, points=points)
