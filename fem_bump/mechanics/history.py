"""Histories of bodies that yield and creep: temperatures and displacements over time.

Regions whose material has a law (:mod:`fem_bump.laws`) flow, the others are elastic. The equations
of one step and the estimate of its error: :mod:`fem_bump.mechanics.inelastic.step`; how steps
follow each other: :mod:`fem_bump.algebra.march`. A body without laws has at every given instant
what :func:`~fem_bump.mechanics.thermal_stress.thermal_stress` gives there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from fem_bump.algebra.march import Stuck, march
from fem_bump.algebra.newton import NotSolved
from fem_bump.body.material_state import DeltaT
from fem_bump.body.model import Model
from fem_bump.errors import AnalysisError, InputError, is_number
from fem_bump.mechanics.conditions import conditions
from fem_bump.mechanics.flowed_states import ANGULAR, AXISYMMETRIC, Kind
from fem_bump.mechanics.inelastic.angular_problem import AngularProblem
from fem_bump.mechanics.inelastic.checkpoint import (
    Checkpoint,
    checkpoint_of,
    restarted,
    stress_free_from,
)
from fem_bump.mechanics.inelastic.path import (
    Degc,
    Displacement,
    Field,
    Heat,
    heat,
    instants,
    moving,
    prescribed_at,
)
from fem_bump.mechanics.inelastic.problem import Instant, Problem
from fem_bump.mechanics.lateral_shift import HARMONICS, moving_shifts, shifted_problem
from fem_bump.mechanics.state import ThermalStress
from groundwork import printed
from groundwork.pictures import Pictured

FIRST_STEP = 0.01  # of the first interval, for a body with laws
TOLERANCE = 1e-3  # for a body of any kind: what relaxes at will is right to 3e-3
CHORD = 1e-3  # of a prescribed displacement's range, by which its chords may be off
LARGEST_INCREMENT = 0.01  # of equivalent inelastic strain in one step


@dataclass(frozen=True)
class StepRecord:
    """One accepted step.

    Attributes
    ----------
    time_s, dt_s
        Its end and its length.
    iterations
        Newton's, of its whole and its two halves together.
    residual
        Largest nodal force out of balance over the largest of an element.
    integration_error
        Estimated error of its inelastic strain, relative to the stress of the region where it is
        worst, that was allowed to be as large as the tolerance; or the largest increment in that
        measure.
    rejected
        Steps that were tried before it and were too long.
    convergence
        Relative residuals before each iteration of its whole, and after the last.
    """

    time_s: float
    dt_s: float
    iterations: int
    residual: float
    integration_error: float
    rejected: int
    convergence: tuple[float, ...]


@dataclass(frozen=True, repr=False)
class History(Pictured):
    """A body's path through time.

    Attributes
    ----------
    instants
        Accepted states, the first of them the start.
    steps
        A record per step, one less than states.
    kind
        Whether it varies around the axis.

    Examples
    --------
    >>> from fem_bump import Material, Model, stress_history
    >>> from fem_bump.laws import J2
    >>> from fem_bump.verification.grids import grid
    >>> metal = Material("metal", 70e3, 0.33, 23e-6, law=J2(yield_mpa=50.0))
    >>> model = Model(grid([0, 1, 2], [0, 1]), {"body": metal})
    >>> sides = {"right": "r", "bottom": "z"}
    >>> history = stress_history(model, [0, 60], [125, 25], stress_free_degc=125.0, fixed=sides)
    >>> round(100 * history.at(60.0).mean_inelastic_strain("body"), 3)  # per cent
    0.364

    ``history.plot()`` draws temperature and strain over time.
    """

    problem: Problem | AngularProblem
    instants: tuple[Instant, ...]
    steps: tuple[StepRecord, ...]
    kind: Kind = AXISYMMETRIC
    drawn_as: ClassVar[str] = "history"

    def __repr__(self) -> str:
        return printed.lines(
            f"History: {self.problem.model.summary}",
            time=printed.span(self.times_s, "s"),
            temperature=printed.span(
                np.concatenate([_ends(each.degc) for each in self.instants]), "degC"
            ),
            steps=f"{len(self.steps)}",
        )

    @property
    def times_s(self) -> np.ndarray:
        """Accepted instants."""
        return np.array([each.time_s for each in self.instants])

    def at(self, time_s: float) -> ThermalStress:
        """The state at a time; between accepted instants the step is split there.

        Raises
        ------
        InputError
            For a time outside the history.
        """
        return self.kind.state(self.problem, self._instant(time_s))

    def checkpoint(self, time_s: float) -> Checkpoint:
        """What ``stress_history`` takes as ``initial`` to go on from an accepted instant.

        Goes on as this history did: to the last digit, under a lateral shift to the residual of
        its iterative solver.
        """
        return checkpoint_of(self.problem, self._instant(time_s))

    def inelastic_work_pj(self, region: str, start_s: float, stop_s: float) -> float:
        """Work of the stress on the inelastic strain of a region or group, over the revolution."""
        first, last = (self.at(t).inelastic for t in (start_s, stop_s))
        if first is None or last is None:
            return 0.0
        return last.integral(last.work - first.work, region)

    def _instant(self, time_s: float) -> Instant:
        times = self.times_s
        if not is_number(time_s) or not times[0] <= time_s <= times[-1]:
            raise InputError(
                f"time_s = {time_s!r} must lie within the history, {times[0]:g} to {times[-1]:g} s"
            )
        before = int(np.searchsorted(times, time_s, side="right")) - 1
        if times[before] == time_s:
            return self.instants[before]
        try:
            return self.kind.advance(self.problem, self.instants[before], float(time_s)).state
        except NotSolved as error:
            raise AnalysisError(
                f"the step to t = {time_s:g} s cannot be solved: {error.reason}"
            ) from None


def stress_history(
    model: Model,
    times_s: ArrayLike,
    temperatures_degc: Sequence[DeltaT] | np.ndarray,
    stress_free_degc: float | Mapping[str, float] | None = None,
    fixed: Mapping[str, str] | None = None,
    tied: Mapping[str, str] | None = None,
    prescribed_um: Mapping[str, Mapping[str, Displacement]] | None = None,
    tolerance: float = TOLERANCE,
    *,
    initial: Checkpoint | None = None,
    largest_increment: float = LARGEST_INCREMENT,
    solver: str = "auto",
    on_step: Callable[[StepRecord], Any] | None = None,
    lateral_shift_um: Mapping[str, Displacement] | None = None,
    harmonics: int = HARMONICS,
    angles: int | None = None,
) -> History:
    """Follow a body through temperatures and displacements over time.

    Parameters
    ----------
    times_s, temperatures_degc
        Instants and the body's temperature then, linear in between: each a number, or a field as
        ``delta_t`` of ``thermal_stress`` is. At the first the body is brought from its stress-free
        state to what is given there, at once and before any creep.
    stress_free_degc
        Of the body or by region, degC; None is what ``initial`` was followed with, 25 without it.
    fixed, tied, solver
        As of :func:`~fem_bump.mechanics.thermal_stress.thermal_stress`.
    prescribed_um
        Boundary name to {component: value in um, or f(t)}. Where a body flows, steps follow a
        function's bends: its chords are off by ``tolerance`` of its range at most, or by 1e-3.
    tolerance
        Estimated integration error that a step may have, relative to the mean stress of a region.
    initial
        A checkpoint of another history of this model to go on from; its time must lie within
        ``times_s``.
    largest_increment
        Equivalent inelastic strain that a region may gain in a step, root mean square.
    on_step
        Called with the record of every step as it is accepted.
    lateral_shift_um
        Boundary name to the distance in um, or f(t), by which it moves in x, rigidly; as of
        ``thermal_stress``. What flows then varies around the axis, and couples harmonics.
    harmonics
        The highest that is followed under a lateral shift, 1 or more.
    angles
        Between 0 and 180 degrees, at which laws are asked then: more than ``harmonics``, by default
        twice as many.

    Returns
    -------
    History

    Raises
    ------
    InputError
        Instants that do not increase, or too few for a law that creeps; a path on which a region
        melts, or a law's parameter is out of its limits; a checkpoint of another mesh or of other
        stress-free temperatures; and what ``thermal_stress`` refuses.
    AnalysisError
        When it cannot go on: where, for which law, and at which time.

    Examples
    --------
    >>> from fem_bump import Material, Model, stress_history
    >>> from fem_bump.laws import Norton
    >>> from fem_bump.verification.grids import grid
    >>> solder = Material("solder", 40e3, 0.35, 22e-6, law=Norton(1e-14, 5.0))
    >>> model = Model(grid([0, 1, 2], [0, 1]), {"body": solder})
    >>> pulled = {"top": {"z": 1e-3}}  # held for an hour: stress relaxes
    >>> history = stress_history(
    ...     model, [0, 3600], [25, 25], fixed={"bottom": "z"}, prescribed_um=pulled
    ... )
    >>> stress = [history.at(t).stress([[1.0], [0.5]])[1, 0] for t in (0.0, 3600.0)]
    >>> [round(float(value)) for value in stress]
    [40, 20]
    """
    heated = heat(model, times_s, temperatures_degc)
    _check_solid(model, heated)
    times, free = heated.times_s, stress_free_from(model, stress_free_degc, initial)
    check_accuracy(tolerance, largest_increment)
    held = conditions(model, fixed, tied, prescribed_um)
    problem = Problem(
        model,
        held,
        heated,
        partial(prescribed_at, prescribed_um or {}),
        free,
        solver,
        tolerance,
        largest_increment,
    )
    for region in problem.flowing:
        owner = f"region '{region}'"
        model.materials[region].law.check_path(
            owner, np.append(heated.of_region(region), free[region])
        )
    body: Problem | AngularProblem = problem
    kind, bending = AXISYMMETRIC, moving(prescribed_um or {})
    if lateral_shift_um:
        body = shifted_problem(
            problem, lateral_shift_um, fixed or {}, tied or {}, harmonics, angles
        )
        kind, bending = ANGULAR, [*bending, *moving_shifts(lateral_shift_um)]
    try:
        if initial is None:
            start = _loaded(body, kind, times[0])
        else:
            start = restarted(body, initial, times)
        given = times.tolist()
        if problem.flowing:
            given = instants(times, bending, min(tolerance, CHORD))
        return marched(body, start, given, on_step, kind)
    except Stuck as error:
        raise AnalysisError(stuck(problem, error)) from None


def _check_solid(model: Model, heated: Heat) -> None:
    """Refuse a path on which something melts."""
    for region in model.regions:
        material, degc = model.materials[region], float(heated.of_region(region).max())
        if material.is_molten(degc):
            raise InputError(
                f"region '{region}' ({material.name}) reaches {degc:g} degC, above its solidus of "
                f"{material.solidus_degc:g} degC; a history follows solids only"
            )


def check_accuracy(tolerance: float, largest_increment: float) -> None:
    """Refuse what cannot steer steps."""
    if not (is_number(tolerance) and 0 < tolerance < 1):
        raise InputError(f"tolerance = {tolerance!r} must be a number between 0 and 1")
    if not (is_number(largest_increment) and largest_increment > 0):
        raise InputError(f"largest_increment = {largest_increment!r} must be a number above 0")


def _ends(degc: Degc) -> list[float]:
    if isinstance(degc, Field):
        return [float(degc.points.min()), float(degc.points.max())]
    return [degc]


def marched(
    problem: Problem | AngularProblem,
    start: Instant,
    times: list[float],
    on_step: Callable[[StepRecord], Any] | None,
    kind: Kind = AXISYMMETRIC,
) -> History:
    """From an instant through given times.

    Raises
    ------
    Stuck
        When it cannot go on.
    """
    instants, steps = [start], []
    first = start.next_dt_s
    if first is None and problem.flowing:
        first = FIRST_STEP * (times[1] - times[0])
    for accepted in march(start, times, first, partial(kind.advance, problem)):
        found = accepted.advance
        instants.append(replace(found.state, next_dt_s=accepted.next_dt_s))
        steps.append(
            StepRecord(
                found.state.time_s,
                accepted.dt_s,
                found.iterations,
                found.residual,
                found.error * problem.tolerance,
                accepted.rejected,
                found.convergence,
            )
        )
        if on_step is not None:
            on_step(steps[-1])
    return History(problem, tuple(instants), tuple(steps), kind)


def _loaded(problem: Problem | AngularProblem, kind: Kind, time_s: float) -> Instant:
    """The body at its first instant: from its stress-free state at once, without creep."""
    start = problem.start(time_s)
    try:
        found, _ = kind.solve(problem, start, time_s, start.at)
    except NotSolved as error:
        raise Stuck(time_s, error.reason) from None
    return found


def stuck(problem: Problem | AngularProblem, error: Stuck) -> str:
    """Where a history ends: time, temperature, laws."""
    laws = ", ".join(
        f"{problem.model.materials[region].law.name} in '{region}'" for region in problem.flowing
    )
    return (
        f"the history cannot go on from t = {error.time_s:g} s, "
        f"{problem.temperature(error.time_s):g} degC: {error.reason}"
        + (f" (laws: {laws})" if laws else "")
    )
