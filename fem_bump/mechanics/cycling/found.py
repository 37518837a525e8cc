"""What cycles have done to a body: per cycle, by zone; loops; states at the extremes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fem_bump.errors import InputError
from fem_bump.mechanics.cycling.cycle import Cycle
from fem_bump.mechanics.cycling.tail import LEAST_CYCLES, left_by_jump, still_to_come
from fem_bump.mechanics.cycling.trace import EQUIVALENT, STRAIN, STRESS, WORK, Trace
from fem_bump.mechanics.cycling.zones import Zone
from fem_bump.mechanics.history import History, stress_history
from fem_bump.mechanics.inelastic.checkpoint import Checkpoint
from fem_bump.mechanics.inelastic.path import Displacement
from fem_bump.mechanics.state import ThermalStress
from groundwork import printed
from groundwork.pictures import Pictured

LEAST_SHARE = 0.01  # of the largest work density of a zone: what does less is not judged

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Loop:
    """Mean stress and inelastic strain of a zone over one cycle; at its start and every step.

    Attributes
    ----------
    times_s, degc
        (k,)
    stress_mpa, strain
        (4, k) rr, zz, tt, rz, the last of the strain engineering shear.
    """

    zone: str
    number: int
    times_s: Floats
    degc: Floats
    stress_mpa: Floats
    strain: Floats


@dataclass(frozen=True, eq=False)
class Jump:
    """Cycles that were extrapolated over: how many behind which, and what that leaves open.

    Attributes
    ----------
    error
        Of the work per cycle, the mean stress and the inelastic strain of the zone where it is
        worst, as a share (:mod:`fem_bump.mechanics.cycling.jumping`).
    shown_by
        Number of the last cycle solved behind it that shows what it leaves open.
    """

    after: int
    cycles: int
    error: float
    shown_by: int


@dataclass(frozen=True, eq=False, repr=False)
class ThermalCycles(Pictured):
    """A body that has gone through cycles.

    Attributes
    ----------
    zones
        The parts of the body of which means were taken: its regions with laws, and those asked for.
    solved
        A trace per cycle that was solved, in order.
    turns
        The last cycle's start, and the ends of its ramps and dwells.
    jumps
        Where cycles were extrapolated over.
    settled_below
        Share of its work per cycle that more cycles may still change where these count as settled.

    Examples
    --------
    >>> from fem_bump import Material, Model, thermal_cycles
    >>> from fem_bump.laws import J2
    >>> from fem_bump.mechanics.cycling.cycle import Cycle
    >>> from fem_bump.verification.grids import grid
    >>> metal = Material("metal", 70e3, 0.33, 23e-6, law=J2(yield_mpa=50.0))
    >>> model = Model(grid([0, 1, 2], [0, 1]), {"body": metal})
    >>> cycle = Cycle(-40.0, 125.0, 60.0, 60.0, 60.0, 60.0)
    >>> found = thermal_cycles(model, cycle, 2, stress_free_degc=25.0, fixed={"right": "r"})
    >>> [round(each, 2) for each in found.work_per_cycle("body").tolist()]  # MJ/m3
    [0.47, 0.57]
    >>> found.is_settled
    False

    ``found.plot()`` draws loops of stress over strain, and the work of every cycle.
    """

    model: Any
    cycle: Cycle
    zones: tuple[Zone, ...]
    solved: tuple[Trace, ...]
    turns: tuple[Checkpoint, ...]
    last: History
    jumps: tuple[Jump, ...]
    settled_below: float
    given: Mapping[str, Any]
    drawn_as: ClassVar[str] = "cycles"

    def __repr__(self) -> str:
        work = {
            f"work per cycle of {zone.name}": printed.span(self.work_per_cycle(zone.name), "MJ/m3")
            for zone in self.zones
        }
        return printed.lines(
            f"ThermalCycles: {self.model.summary}",
            cycles=f"{self.numbers[-1]}, of which {len(self.solved)} were solved",
            ends=f"{self.cycle.low_degc:g} to {self.cycle.high_degc:g} degC",
            steps=f"{sum(each.steps for each in self.solved)}",
            settled=f"{self.is_settled} (the last changed by {self.change:.2g}, "
            f"more may by {self.left:.2g})",
            **work,
        )

    # ------------------------------------------------------------------ per cycle

    @property
    def numbers(self) -> NDArray[np.int64]:
        """(k,) numbers of the cycles that were solved, from 1."""
        return np.array([each.number for each in self.solved])

    def strain_per_cycle(self, zone: str) -> Floats:
        """(k,) equivalent inelastic strain that each solved cycle added, mean over a zone."""
        return self._gained(zone)[:, EQUIVALENT]

    def work_per_cycle(self, zone: str) -> Floats:
        """(k,) inelastic work of each solved cycle, MJ/m3, mean over a zone."""
        return self._gained(zone)[:, WORK]

    def ratchet_per_cycle(self, zone: str) -> Floats:
        """(k, 4) inelastic strain rr, zz, tt, rz of a zone that a cycle left behind."""
        return self._gained(zone)[:, STRAIN]

    def loop(self, zone: str, cycle: int | None = None) -> Loop:
        """Stress over inelastic strain of a zone in one solved cycle, by default the last."""
        k = self._number(zone)
        if cycle is None:
            cycle = int(self.numbers[-1])
        if cycle not in self.numbers:
            raise InputError(
                f"cycle = {cycle!r} is none that was solved: {', '.join(map(str, self.numbers))}"
            )
        trace = self.solved[int(np.nonzero(self.numbers == cycle)[0][0])]
        means = trace.means[:, k].T
        return Loop(zone, cycle, trace.times_s, trace.degc, means[STRESS], means[STRAIN])

    def open_strain_per_cycle(self, zone: str) -> float:
        """What is open of the last cycle's: by more cycles, and by those extrapolated over."""
        return float(self._open(zone, slice(EQUIVALENT, EQUIVALENT + 1))[0])

    def open_work_per_cycle(self, zone: str) -> float:
        """The same of the work, MJ/m3."""
        return float(self._open(zone, slice(WORK, WORK + 1))[0])

    def open_ratchet_per_cycle(self, zone: str) -> Floats:
        """(4,) the same of what a cycle left behind; told from none by what a cycle flows."""
        return self._open(zone, STRAIN, self.strain_per_cycle(zone)[-1])

    def open_of(
        self, number: Callable[[Trace], ArrayLike], size: ArrayLike | None = None
    ) -> Floats:
        """What is open of any number of the last cycle: by more cycles, and by jumps.

        Parameters
        ----------
        number
            It, or an array of such, of one cycle.
        size
            What changes are measured by, by default the last cycle's.
        """
        some = self.solved[-LEAST_CYCLES:]
        numbers = [trace.number for trace in some]
        to_come = still_to_come(numbers, np.array([number(trace) for trace in some]), size)
        return np.asarray(to_come + self.jumped_over(number))

    def jumped_over(self, number: Callable[[Trace], ArrayLike]) -> Floats:
        """What cycles that were extrapolated over leave open of it."""
        by_number = {trace.number: trace for trace in self.solved}
        return np.asarray(sum(
            left_by_jump(*(
                number(by_number[k]) for k in (jump.after, jump.shown_by - 1, jump.shown_by)
            ))
            for jump in self.jumps
        ))  # fmt: skip

    def _open(self, zone: str, columns: slice, size: float | None = None) -> Floats:
        k = self._number(zone)
        return self.open_of(lambda trace: trace.gained[k, columns], size)

    def _gained(self, zone: str) -> Floats:
        k = self._number(zone)
        return np.array([trace.gained[k] for trace in self.solved])

    def _number(self, zone: str) -> int:
        names = [each.name for each in self.zones]
        if zone not in names:
            raise InputError(f"'{zone}' is no zone; there are {', '.join(names) or 'none'}")
        return names.index(zone)

    # ------------------------------------------------------------------ whether it is settled

    @property
    def change(self) -> float:
        """Share of its work by which the last cycle's differs from the one before, at the worst.

        Of zones that do at least a hundredth of the largest work; infinite of one cycle alone.
        """
        return work_change(self.solved)

    @property
    def left(self) -> float:
        """Share of the work per cycle that more cycles may still change, at the worst.

        Of the same zones, by :func:`~fem_bump.mechanics.cycling.tail.still_to_come`, and what jumps
        leave open; infinite where the cycles do not show it.
        """
        work = self.solved[-1].gained[:, WORK]
        some = judged(work)
        if not some.any():
            return 0.0
        return float((self.open_of(lambda trace: trace.gained[some, WORK]) / work[some]).max())

    @property
    def is_settled(self) -> bool:
        """Whether more cycles change the work per cycle by no more than ``settled_below``."""
        return self.left <= self.settled_below

    # ------------------------------------------------------------------ states

    @property
    def end(self) -> ThermalStress:
        """The state at the end, back at the temperature of the start."""
        return self.last.at(float(self.last.times_s[-1]))

    @property
    def states(self) -> tuple[ThermalStress, ...]:
        """States at the start of the last cycle, and at the ends of its ramps and dwells."""
        return states_at(self.last, self.turns)

    def history(self) -> History:
        """The last cycle once more, with all of its instants."""
        times = [each.instant.time_s for each in self.turns]
        degc = [float(each.instant.degc) for each in self.turns]  # type: ignore[arg-type]
        return stress_history(
            self.model, times, degc, initial=self.turns[0], **shifted(self.given, times, degc)
        )


def states_at(history: History, turns: Sequence[Checkpoint]) -> tuple[ThermalStress, ...]:
    """States of a history's body at checkpoints."""
    instants = tuple(each.instant for each in turns)
    held = replace(history, instants=instants, steps=())
    return tuple(held.at(each.time_s) for each in instants)


def shifted(
    given: Mapping[str, Any], times_s: Sequence[float], degc: Sequence[float]
) -> dict[str, Any]:
    """What a history is given; shifts over temperature become such over time."""
    by_degc = given.get("lateral_shift_um") or {}

    def over_time(shift: Displacement) -> Displacement:
        if not callable(shift):
            return shift
        return lambda t: shift(float(np.interp(t, times_s, degc)))

    moved = {boundary: over_time(shift) for boundary, shift in by_degc.items()}
    return {**given, "lateral_shift_um": moved or None}


def work_change(solved: tuple[Trace, ...]) -> float:
    """Largest relative change of the work per cycle between the last two cycles that were solved.

    Infinite where there are no two that follow each other.
    """
    if len(solved) < 2 or solved[-1].number != solved[-2].number + 1:
        return float("inf")
    return work_difference(*solved[-2:])


def work_difference(before: Trace, now: Trace) -> float:
    """Largest share by which the works of two cycles differ, of zones that do some of it."""
    one, other = (each.gained[:, WORK] for each in (before, now))
    some = judged(other)
    return float((np.abs(other - one)[some] / other[some]).max(initial=0.0))


def judged(work: Floats) -> NDArray[np.bool_]:
    """Zones that do enough of the work; none where none is done."""
    return (work > 0) & (work >= LEAST_SHARE * work.max(initial=0.0))
