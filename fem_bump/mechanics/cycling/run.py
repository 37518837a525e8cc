"""Thermal cycles solved one after the other, or extrapolated over, and gone on with when stopped.

A cycle is four legs, ramps and dwells, each a history of its own that starts from the state at the
end of the one before. What a run has come to, its `Progress`, is whole at the end of each leg: kept
in a file it lets a run that was killed go on to the last digit as it would have.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from fem_bump.body.model import Model
from fem_bump.errors import InputError, is_number
from fem_bump.interfaces.line import trace_interface
from fem_bump.mechanics.cycling.cycle import MOST_CYCLES, Cycle
from fem_bump.mechanics.cycling.found import ThermalCycles, shifted, states_at
from fem_bump.mechanics.cycling.jumping import Aim, Jumps, considered
from fem_bump.mechanics.cycling.kept import Conditions, Place
from fem_bump.mechanics.cycling.trace import Trace, zone_means
from fem_bump.mechanics.cycling.zones import Zone, whole
from fem_bump.mechanics.history import LARGEST_INCREMENT, TOLERANCE, History
from fem_bump.mechanics.history import stress_history as followed
from fem_bump.mechanics.inelastic.checkpoint import (
    STRESS_FREE_DEGC,
    Checkpoint,
    stress_free_from,
)
from fem_bump.mechanics.inelastic.path import Displacement
from fem_bump.mechanics.lateral_shift import HARMONICS

SETTLED = 0.02  # of the work per cycle, which more cycles may still change


@dataclass(frozen=True)
class Progress:
    """How far a run has come.

    Attributes
    ----------
    number
        Of the cycle that is under way or comes next.
    at
        Where it is; None at the start of a body that nothing has happened to.
    trace
        The cycle that is under way.
    solved
        Those that are done.
    turns
        Of the cycle that is under way, or of the last that is done.
    """

    degc: float
    at: Checkpoint | None
    number: int = 1
    trace: Trace | None = None
    solved: tuple[Trace, ...] = ()
    turns: tuple[Checkpoint, ...] = ()
    jumps: Jumps = field(default_factory=Jumps)

    @property
    def time_s(self) -> float:
        return 0.0 if self.at is None else self.at.instant.time_s


def thermal_cycles(
    model: Model,
    cycle: Cycle,
    cycles: int,
    stress_free_degc: float | Mapping[str, float] | None = None,
    fixed: Mapping[str, str] | None = None,
    tied: Mapping[str, str] | None = None,
    prescribed_um: Mapping[str, Mapping[str, Displacement]] | None = None,
    tolerance: float = TOLERANCE,
    *,
    initial: Checkpoint | None = None,
    start_degc: float | None = None,
    zones: Sequence[Zone] = (),
    interfaces: Sequence[tuple[str, str]] = (),
    settled_below: float = SETTLED,
    jump_error: float | None = None,
    largest_increment: float = LARGEST_INCREMENT,
    solver: str = "auto",
    folder: str | Path | None = None,
    on_cycle: Callable[[Trace], Any] | None = None,
    lateral_shift_um: Mapping[str, Displacement] | None = None,
    harmonics: int = HARMONICS,
    angles: int | None = None,
) -> ThermalCycles:
    """Take a body through thermal cycles.

    From the temperature at the start to the high end at that ramp's rate, held there, to the low
    end, held there: a cycle ends with that dwell. After the last the body returns to the
    temperature at the start.

    Parameters
    ----------
    cycle, cycles
        Ends, ramps and dwells, and how many.
    stress_free_degc, fixed, tied, prescribed_um, tolerance, largest_increment, solver
        As of :func:`~fem_bump.mechanics.history.stress_history`.
    initial
        A checkpoint of a history of this model that comes before, at one temperature.
    start_degc
        Without it the temperature at the start, by default the stress-free one.
    zones
        Of which means are taken besides the regions with laws: see
        :mod:`fem_bump.mechanics.cycling.zones`.
    interfaces
        Regions or groups (a, b), of whose interfaces every cycle's trace has the tractions at its
        start and where ramps and dwells end.
    settled_below
        Share of the work per cycle that more cycles may still change where these count as settled.
    jump_error
        Share of the work per cycle, of the range of mean stress and of the strain that flows, that
        cycles which are extrapolated over may leave open, each time; None solves all. Inner
        variables and displacements grow as in the cycle before; three cycles behind are solved, and
        where they say that more was left open, the jump is taken again over half as many.
    folder
        Where the run keeps how far it is, and goes on from; what it keeps there is of this model
        and these conditions, else it starts anew.
    on_cycle
        Called with the trace of every cycle as it is solved.
    lateral_shift_um
        Boundary name to the distance in um by which it moves in x, rigidly, or f(degC) of it: as
        a board does that expands otherwise than the chip.
    harmonics, angles
        As of ``stress_history``.

    Returns
    -------
    ThermalCycles

    Raises
    ------
    InputError
        Numbers that cannot be, cycles that start at a field of temperatures, and what
        ``stress_history`` refuses.
    AnalysisError
        When a history cannot go on.

    Examples
    --------
    >>> from fem_bump import Material, Model, thermal_cycles
    >>> from fem_bump.laws import Norton
    >>> from fem_bump.mechanics.cycling.cycle import Cycle
    >>> from fem_bump.verification.grids import grid
    >>> solder = Material("solder", 40e3, 0.35, 22e-6, law=Norton(1e-11, 3.0))
    >>> model = Model(grid([0, 1, 2], [0, 1]), {"body": solder})
    >>> daily = Cycle(0.0, 100.0, 600.0, 600.0, 600.0, 600.0)
    >>> found = thermal_cycles(model, daily, 3, fixed={"right": "r"}, tolerance=0.05)
    >>> [round(100 * each, 3) for each in found.strain_per_cycle("body").tolist()]  # per cent
    [0.346, 0.321, 0.321]
    """
    if not (isinstance(cycles, int) and 1 <= cycles <= MOST_CYCLES):
        raise InputError(f"cycles = {cycles!r} must be a whole number, 1 to {MOST_CYCLES}")
    for name, share in (("settled_below", settled_below), ("jump_error", jump_error)):
        if share is not None and not (is_number(share) and 0 < share < 1):
            raise InputError(f"{name} = {share!r} must be a number between 0 and 1")
    given = {
        "stress_free_degc": stress_free_from(model, stress_free_degc, initial),
        "fixed": fixed, "tied": tied, "prescribed_um": prescribed_um,
        "tolerance": tolerance, "largest_increment": largest_increment, "solver": solver,
        "lateral_shift_um": lateral_shift_um, "harmonics": harmonics, "angles": angles,
    }  # fmt: skip
    for a, b in interfaces:
        trace_interface(model, a, b)  # refuses what is none
    free = STRESS_FREE_DEGC if stress_free_degc is None else stress_free_degc
    began = _start(free, initial, start_degc)
    flowing = [name for name in model.regions if model.materials[name].law is not None]
    every = (*(whole(model, name) for name in flowing), *zones)
    place = None
    if folder is not None:
        more = (jump_error, cycles if jump_error else None, _said(zones), tuple(interfaces))
        place = Place(folder, Conditions(model, cycle, cycles, began.degc, initial, given, more))
    run = _Run(model, cycle, cycles, every, interfaces, given, jump_error, on_cycle)
    now = began
    if place is not None:
        now = place.read(Progress) or began
    while (after := run.next_leg(now)) is not None:
        now = after
        if place is not None:
            place.write(now)
    last = run.back(now, began.degc)
    return ThermalCycles(
        model, cycle, every, now.solved, now.turns, last, now.jumps.taken, settled_below, given
    )


def _said(zones: Sequence[Zone]) -> list[tuple[str, str, float]]:
    return [(zone.name, zone.region, zone.volume_um3) for zone in zones]


def _start(
    free: float | Mapping[str, float], initial: Checkpoint | None, start_degc: float | None
) -> Progress:
    if initial is not None:
        degc = initial.instant.degc
        if start_degc is not None:
            raise InputError("start_degc is that of initial; leave out one of them")
        if not is_number(degc):
            raise InputError("initial is a state at a field of temperatures; cycles begin at one")
        return Progress(float(degc), initial)  # type: ignore[arg-type]
    begins = free if start_degc is None else start_degc
    if not isinstance(begins, int | float) or not np.isfinite(begins):
        raise InputError(f"start_degc = {start_degc!r} must be a number: cycles begin at one")
    return Progress(float(begins), None)


@dataclass(frozen=True)
class _Run:
    """What a run does next."""

    model: Model
    cycle: Cycle
    cycles: int
    zones: tuple[Zone, ...]
    interfaces: Sequence[tuple[str, str]]
    given: Mapping[str, Any]
    jump_error: float | None
    on_cycle: Callable[[Trace], Any] | None

    def ramp_s(self, start: float, end: float) -> float:
        """At the rate of that ramp."""
        cycle = self.cycle
        ramp = cycle.ramp_up_s if end > start else cycle.ramp_down_s
        return ramp * abs(end - start) / (cycle.high_degc - cycle.low_degc)

    def legs(self, start: float) -> list[tuple[float, float]]:
        """Temperature and duration of each leg of a cycle that begins at a temperature."""
        cycle = self.cycle
        first = self.ramp_s(start, cycle.high_degc)
        dwell, down = cycle.dwell_high_s, (cycle.low_degc, cycle.ramp_down_s)
        return [
            *([(cycle.high_degc, first)] if first > 0 else []),
            (cycle.high_degc, dwell), down, (cycle.low_degc, cycle.dwell_low_s),
        ]  # fmt: skip

    def leg(self, now: Progress, degc: float, seconds: float) -> History:
        """To a temperature in that time."""
        times = [now.time_s, now.time_s + seconds]
        ends = [now.degc, degc]
        given = shifted(self.given, times, ends)
        return followed(self.model, times, ends, initial=now.at, **given)

    def next_leg(self, now: Progress) -> Progress | None:
        """One ramp or dwell further; None when all cycles are done."""
        if now.number > self.cycles:
            return None
        trace = now.trace
        legs = self.legs(now.degc if trace is None else float(trace.degc[0]))
        degc, seconds = legs[0 if trace is None else len(trace.turns)]
        found = self.leg(now, degc, seconds)
        turns = now.turns
        if trace is None:
            began = float(found.times_s[0])
            start = zone_means(found, began, self.zones)
            trace = Trace(now.number, np.array([began]), np.array([now.degc]), start[None])
            turns = (found.checkpoint(began),)
        trace = trace.followed_by(found, self.zones)
        at = found.checkpoint(float(found.times_s[-1]))
        after = replace(now, degc=degc, at=at, trace=trace, turns=(*turns, at))
        return self.closed(after, found) if len(trace.turns) == len(legs) else after

    def closed(self, now: Progress, leg: History) -> Progress:
        """After the last leg of a cycle."""
        assert now.trace is not None and now.at is not None
        trace = now.trace
        if self.interfaces:
            trace = trace.with_tractions(states_at(leg, now.turns), self.interfaces)
        if self.on_cycle is not None:
            self.on_cycle(trace)
        solved, number = (*now.solved, trace), now.number + 1
        jumps, at = now.jumps, now.at
        if self.jump_error is not None:
            aim = Aim(self.cycles, self.cycle.period_s, self.jump_error)
            jumps, at, solved, number = considered(jumps, at, solved, aim)
        return replace(now, number=number, at=at, trace=None, solved=solved, jumps=jumps)

    def back(self, now: Progress, degc: float) -> History:
        """To the temperature of the start; where that is the low end, the last dwell again."""
        if degc != now.degc:
            return self.leg(now, degc, self.ramp_s(now.degc, degc))
        before = now.turns[-2]
        return self.leg(replace(now, at=before), degc, self.cycle.dwell_low_s)
