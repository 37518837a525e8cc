"""Cycles that are extrapolated over: how many, whether that was too many, and what it leaves open.

Where cycles hardly differ any more, what one adds to displacements and inner variables is added as
many times as are left out. That is a straight line, and x, which a cycle changes by d and the one
before it by d', bends away from it: over N cycles by N^2 |d - d'| / 2. This is held below a given
share of its size for the mean stress and inelastic strain of every zone at the ends of a cycle's
ramps and dwells, of the range of stress and of the strain that flows in the last cycle, and for the
law's own variables over a region, of their mean squares: a slow recall of back stress moves the
mean stress long after the work per cycle stands still. The work itself may change over N cycles by
that share.

BEHIND cycles are solved behind a jump, the first of which finds its balance again. What a cycle
adds to stress and strain there may differ from what the last before the jump added by no more than
that share, taken N / 2 times, as it changed on the way; so may the works, once, and those of the
cycles behind from one to the next. Else the jump is taken again over half as many. Jumps grow as
long as they hold. What numbers per cycle differ by behind each and before it is what it leaves open
of them, in full, and adds up.

After the extrapolation of inner variables by J.-L. Chaboche and J. Lesne, Fatigue Fract. Eng.
Mater. Struct. 11, 1 (1988).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fem_bump.laws.kind import OWN
from fem_bump.mechanics.cycling.found import Jump, judged, work_change
from fem_bump.mechanics.cycling.tail import left_by_jump
from fem_bump.mechanics.cycling.trace import EQUIVALENT, STRAIN, STRESS, WORK, Trace
from fem_bump.mechanics.inelastic.angular_problem import AngularProblem
from fem_bump.mechanics.inelastic.checkpoint import Checkpoint
from fem_bump.mechanics.inelastic.problem import COMPONENTS, Instant

FIRST, LEAST = 4, 2  # cycles solved before the first jump, cycles of the shortest
BEHIND = 3  # cycles solved behind one
GROWTH = 4  # of the next jump over one that held

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Aim:
    """What jumps are for.

    Attributes
    ----------
    cycles
        How many in all.
    error
        Share of work, stress and strain that a jump may leave open.
    """

    cycles: int
    period_s: float
    error: float


@dataclass(frozen=True)
class Trial:
    """A jump that has to show that it holds: from where, over how many."""

    before: tuple[Checkpoint, ...]
    at: Checkpoint
    solved: tuple[Trace, ...]
    cycles: int


@dataclass(frozen=True)
class Jumps:
    """Those that held, and where the next may begin.

    Attributes
    ----------
    before
        The ends of up to two cycles before the last, the earlier first.
    longest
        Cycles that the next may be over.
    not_before
        Number of the cycle behind which the next may be.
    """

    taken: tuple[Jump, ...] = ()
    trial: Trial | None = None
    before: tuple[Checkpoint, ...] = ()
    longest: int = 10**9
    not_before: int = FIRST


def considered(
    jumps: Jumps, at: Checkpoint, solved: tuple[Trace, ...], aim: Aim
) -> tuple[Jumps, Checkpoint, tuple[Trace, ...], int]:
    """After a cycle that was solved: where to go on from, and with which number.

    Parameters
    ----------
    at
        The end of that cycle.
    """
    number, trial = solved[-1].number, jumps.trial
    if trial is not None and number == trial.solved[-1].number + trial.cycles + BEHIND:
        before, behind = trial.solved[-1], solved[-BEHIND:]
        left = left_by_jump(before.gained, behind[-2].gained, behind[-1].gained)
        off = max(_of_work(left, behind[-1]), _bent(trial, behind))
        if off > aim.error:
            again = Jumps(
                jumps.taken, None, trial.before, max(trial.cycles // 2, LEAST),
                before.number + (trial.cycles // 2 < LEAST),
            )  # fmt: skip
            return _next(again, trial.at, trial.solved, aim)
        jump = Jump(before.number, trial.cycles, off, number)
        jumps = replace(
            jumps, taken=(*jumps.taken, jump), trial=None, longest=GROWTH * trial.cycles
        )
    return _next(jumps, at, solved, aim)


def _next(
    jumps: Jumps, at: Checkpoint, solved: tuple[Trace, ...], aim: Aim
) -> tuple[Jumps, Checkpoint, tuple[Trace, ...], int]:
    """A jump where one is due, else the next cycle."""
    number = solved[-1].number
    if jumps.trial is None and len(jumps.before) == 2 and number >= jumps.not_before:
        size = min(aim.cycles - number - BEHIND, jumps.longest)
        if size >= LEAST:
            size = min(size, _longest(jumps.before, at, solved, aim))
        if size >= LEAST:
            trial = Trial(jumps.before, at, solved, size)
            later = extrapolated(jumps.before[-1].instant, at.instant, size, aim.period_s)
            there = replace(at, instant=later)
            return replace(jumps, trial=trial, before=()), there, solved, number + size + 1
    return replace(jumps, before=(*jumps.before, at)[-2:]), at, solved, number + 1


def _longest(
    before: tuple[Checkpoint, ...], at: Checkpoint, solved: tuple[Trace, ...], aim: Aim
) -> int:
    """Cycles over which neither work nor state leave more open than they may."""
    one, two, three = (_at_turns(trace) for trace in solved[-3:])
    bends = [
        float((np.abs(three[k] - 2 * two[k] + one[k]).max(axis=(0, 2)) / size).max(initial=0.0))
        for k, size in enumerate(_sizes(solved[-1]))
    ]
    # regions with laws are the first of the zones
    work = judged(solved[-1].gained[:, WORK])
    states = zip(*(each.instant.points for each in (*before, at)), strict=True)
    for points in (each for each, counts in zip(states, work, strict=False) if counts):
        strains = AngularProblem.components if points[-1].ndim == 4 else COMPONENTS
        first, second, third = (each[..., strains + OWN :] for each in points)
        size = _spread(third).max(initial=0.0)
        if size > 0:
            bends.append(float(_spread(third - 2 * second + first).max() / size))
    bend, change = max(bends), work_change(solved)
    longest = 10**9 if bend == 0 else int(np.sqrt(2 * aim.error / bend))
    return longest if change == 0 else min(longest, int(aim.error / change))


def _bent(trial: Trial, behind: tuple[Trace, ...]) -> float:
    """What a jump leaves open of stress and strain, as a share, in the zone at the worst."""
    then = [_at_turns(trace) for trace in trial.solved[-2:]]
    now = [_at_turns(trace) for trace in behind[-2:]]
    found = 0.0
    for k, size in enumerate(_sizes(behind[-1])):
        differs = np.abs((now[1][k] - now[0][k]) - (then[1][k] - then[0][k])).max(axis=(0, 2))
        found = max(found, float((trial.cycles / 2 * differs / size).max(initial=0.0)))
    return found


def _of_work(left: Floats, last: Trace) -> float:
    work = last.gained[:, WORK]
    some = judged(work)
    return float((left[some, WORK] / work[some]).max(initial=0.0))


def _at_turns(trace: Trace) -> tuple[Floats, Floats]:
    """(turns, zones, 4) mean stress and strain where ramps and dwells end, of zones that count."""
    at = trace.means[list(trace.turns)]
    return at[..., STRESS], at[..., STRAIN]


def _sizes(trace: Trace) -> tuple[Floats, Floats]:
    """(zones,) largest range of stress, and what flows, in a cycle; infinite where little works."""
    counts = judged(trace.gained[:, WORK])
    ranges = np.ptp(trace.means, axis=0)
    stress = ranges[:, STRESS].max(axis=1)
    strain = np.maximum(ranges[:, STRAIN].max(axis=1), trace.gained[:, EQUIVALENT])
    return np.where(counts, stress, np.inf), np.where(counts, strain, np.inf)


def _spread(values: Floats) -> Floats:
    """Root mean square of each column."""
    rows = values.reshape(-1, values.shape[-1])
    return np.asarray(np.sqrt((rows**2).mean(axis=0)))


def extrapolated(before: Instant, now: Instant, cycles: int, period_s: float) -> Instant:
    """A state that many cycles later, as the last has changed it."""
    moved = now.at.plus(float(cycles), now.at.plus(-1.0, before.at))
    points = tuple(
        last + cycles * (last - first)
        for first, last in zip(before.points, now.points, strict=True)
    )
    return replace(now, time_s=now.time_s + cycles * period_s, at=moved, points=points)
