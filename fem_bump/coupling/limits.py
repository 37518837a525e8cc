"""How much current a body bears: where it begins to melt, and where no steady temperature is left.

A current that grows steadily cannot be followed past the largest one: there the steady states turn
back (a fold), or the temperature tends to infinity. So the temperature is prescribed and the
current follows. At a given conductivity the temperature is

    T = b + I^2 w,    div(k grad b) = 0 with the sinks' temperatures,
                      div(k grad w) + s |grad phi|^2 = 0 per square of the current, with 0 at them,

and I^2 is what brings the first node to its solidus, or the hottest to a given level;
conductivities follow until it settles. It converges on either side of a fold.

The largest current is sought over levels that grow eightfold. Where the resistivity grows linearly
I^2 tends to its limit like 1 / level, which is extrapolated; where it falls again the largest is
found by a search around it. Materials are continued as they are given, past where they melt: tables
are constant beyond their ends. Units: A, degC, K.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from fem_bump.conduction.current_flow import flow_at
from fem_bump.coupling.joule import joule_heat
from fem_bump.coupling.problem import Coupled
from fem_bump.errors import AnalysisError, InputError
from fem_bump.heat.acceleration import Anderson
from fem_bump.heat.system import HeatSystem, LinearHeat
from groundwork.roots import root_between

FIRST_LEVEL_K, LEVEL_GROWTH, LAST_LEVEL_K = 30.0, 8.0, 2e5
SETTLED = 1e-5  # relative change of temperature and square; what follows is a fiftieth of it
MOST_STEPS = 60
NEARLY = 1 - 1e-6  # of a current at which something runs away
FIRST_SHARE = 1e-4  # of the square at which a trace runs away, where a search starts
NEAR = 0.2  # relative change of the temperature, from which on it is accelerated
LOW = 1e-3  # of a body's largest current: from there on that of its trace is sought
DIFFERENCE = 1e-4  # of the square left to that, over which a trace's heat is differentiated
CLOSE = 1e-4  # relative, of a level or a current that is sought


@dataclass(frozen=True)
class CurrentLimits:
    """Largest currents of a body.

    Attributes
    ----------
    solidus_a
        At which the first region reaches its solidus; infinite where no material has one.
    region, material, solidus_degc
        Which, of what, and at which temperature; empty and infinite without.
    runaway_a
        Beyond which no steady temperature exists, materials continued past their solidus; infinite
        where any current has one.

    Examples
    --------
    >>> from fem_bump import CurrentLimits
    >>> str(CurrentLimits(7.0, "bump", "SAC305", 217.0, 14.2)).split(", and ")[1]
    'no steady temperature exists above 14.2 A'
    """

    solidus_a: float
    region: str
    material: str
    solidus_degc: float
    runaway_a: float

    def __str__(self) -> str:
        if np.isfinite(self.runaway_a):
            beyond = f"no steady temperature exists above {self.runaway_a:.4g} A"
        else:
            beyond = "no current is found at which the temperature runs away"
        if not self.region:
            return beyond
        return (
            f"region '{self.region}' ({self.material}) reaches its solidus, "
            f"{self.solidus_degc:g} degC, at {self.solidus_a:.4g} A, and {beyond}"
        )


class Levels:
    """States of a body by their temperature instead of their current.

    Parameters
    ----------
    problem
        Its own current is the unit of those that are found.
    """

    def __init__(self, problem: Coupled) -> None:
        self._problem, self._body = problem, problem.body
        self._rise, self._square, self._most = problem.body.start_rise_k(), 0.0, np.inf
        if problem.trace is not None:
            self._most = (NEARLY * problem.trace.runaway_a / problem.flow.current_a) ** 2
            self._square = min(FIRST_SHARE * self._most, 1.0)  # its heat per square is known from
        self._without_k = problem.body.sinks.highest_degc - problem.body.reference_degc

    @cached_property
    def solidus_k(self) -> np.ndarray:
        """(nodes,) the lowest solidus of the materials at a node, as a rise; infinite without."""
        model, out = self._body.model, np.full(len(self._rise), np.inf)
        for name, found in model.regions.items():
            solidus = model.materials[name].solidus_degc
            if solidus is not None:
                nodes = model.nodes[:, found]
                out[nodes] = np.minimum(out[nodes], solidus - self._body.reference_degc)
        return out

    def at_limit(self, limit_k: np.ndarray | float) -> tuple[float, np.ndarray]:
        """Square of the current, over the problem's, and rise at which a node reaches a limit.

        Raises
        ------
        AnalysisError
            When it does not settle.
        """
        problem, body, rise, square = self._problem, self._body, self._rise, self._square
        limit, flow = np.broadcast_to(limit_k, rise.shape), problem.flow
        mixing = Anderson(np.ones(len(rise)))
        for _ in range(MOST_STEPS):
            degc = body.reference_degc + rise
            flow = flow_at(flow, degc)
            heat, k = joule_heat(flow, body, degc), body.conductivity(degc)
            system, of_trace = problem.heated(flow.current_a * float(np.sqrt(max(square, 0.0))))
            per_square = heat.load_w + self._trace_growth(rise, square)
            growth = square * heat.growth_w_per_um3k
            linear = _linear(system, k, growth, problem.solver)
            settling = linear.rise_k(-system.residual(rise, square * heat.load_w + of_trace, k))
            unit = linear.rise_k(per_square)
            heated = unit > 1e-9 * unit.max()
            more = float(((limit - rise - settling)[heated] / unit[heated]).min())
            # a trace heats more than in proportion, without bounds towards its own limit
            if np.isfinite(self._most):
                more = float(np.clip(more, -square / 2, (self._most - square) / 2))
            change, size = settling + more * unit, float(np.abs(rise).max()) or 1.0
            square += more
            if float(np.abs(change).max()) < SETTLED * size and abs(more) < SETTLED * abs(square):
                self._rise, self._square = rise + change, square
                return square, rise + change
            if float(np.abs(change).max()) < NEAR * size:
                rise = mixing.next(rise, change)
            else:
                rise, mixing = rise + change, Anderson(np.ones(len(rise)))
        raise AnalysisError(f"currents at given temperatures do not settle in {MOST_STEPS} steps")

    def _trace_growth(self, rise_k: np.ndarray, square: float) -> np.ndarray:
        """(nodes,) by how much the heat from the trace grows with the square of the current, W."""
        problem, out = self._problem, np.zeros(len(rise_k))
        if problem.trace is None:
            return out
        step = DIFFERENCE * (self._most - square)
        for k, sign in enumerate((-1.0, 1.0)):
            current = problem.flow.current_a * float(np.sqrt(square + k * step))
            system, fed = problem.heated(current)
            film = system.films["trace"]
            np.add.at(fed, film.nodes, -film.leaving_w(rise_k))
            out += sign / step * fed
        return out

    def square_at(self, level_k: float) -> float:
        """Square of the current, over the problem's, by which it gets hotter than all sinks."""
        return self.at_limit(self._without_k + level_k)[0]

    def rise_at_current(self) -> np.ndarray:
        """(nodes,) rise at the problem's own current.

        Raises
        ------
        AnalysisError
            When it is not found.
        """
        low, high = 0.0, FIRST_LEVEL_K
        while self.square_at(high) < 1.0:
            low, high = high, 2 * high
            if high > LAST_LEVEL_K:
                raise AnalysisError("current and temperature do not settle")
        while high - low > CLOSE * high:
            middle = (low + high) / 2
            low, high = (middle, high) if self.square_at(middle) < 1.0 else (low, middle)
        return self.at_limit(self._without_k + (low + high) / 2)[1]

    def largest_square(self) -> float:
        """Largest square of the current, over the problem's; infinite where there is none."""
        levels: list[float] = []
        squares: list[float] = []
        level = FIRST_LEVEL_K
        while level < LAST_LEVEL_K:
            try:
                squares.append(self.square_at(level))
            except (InputError, AnalysisError):
                break  # a material, or the trace, is not known any further
            levels.append(level)
            if squares[-1] > (1 - CLOSE) * self._most:
                return self._most
            if len(squares) > 1 and squares[-1] < squares[-2]:
                return self._top(levels[max(len(levels) - 3, 0)], levels[-1])
            level *= LEVEL_GROWTH
        if len(squares) < 2:
            raise AnalysisError("no current is found that heats the body as far as it is followed")
        if len(squares) > 2 and squares[-1] - squares[-2] > squares[-2] - squares[-3]:
            return self._most  # it grows with the level: nothing bounds it
        # I^2 = limit - c / level
        return min(squares[-1] + (squares[-1] - squares[-2]) / (LEVEL_GROWTH - 1), self._most)

    def _top(self, low: float, high: float) -> float:
        """The largest between two levels."""

        def fallen(log_level: float) -> float:
            return -self.square_at(float(np.exp(log_level)))

        ends = np.log(low), np.log(high)
        from scipy.optimize import minimize_scalar  # takes 0.2 s to load

        found = minimize_scalar(fallen, bounds=ends, method="bounded", options={"xatol": 1e-3})
        return -float(found.fun)


def _linear(
    system: HeatSystem, conductivity: np.ndarray, growth: np.ndarray, solver: str
) -> LinearHeat:
    """With the growth of the heat; past a fold, where that has no factors, without."""
    try:
        return system.linearized(conductivity, growth, solver)
    except AnalysisError:
        return system.linearized(conductivity, solver=solver)


def limits_of(problem: Coupled) -> CurrentLimits:
    """Largest currents of a problem, whose own current is the unit.

    Raises
    ------
    InputError
        When the heat sinks alone are hotter than a solidus.
    """
    unit = abs(problem.flow.current_a)
    largest = unit * float(np.sqrt(Levels(problem).largest_square()))
    levels = Levels(problem)
    if not np.isfinite(levels.solidus_k).any():
        found = CurrentLimits(np.inf, "", "", np.inf, largest)
    else:
        square, rise = levels.at_limit(levels.solidus_k)
        region, material, degc = _first(problem, levels.solidus_k - rise)
        if square <= 0:
            raise InputError(
                f"the heat sinks alone bring region '{region}' ({material}) to its solidus, "
                f"{degc:g} degC: lower held_degc, or the ambient temperature of films"
            )
        found = CurrentLimits(unit * float(np.sqrt(square)), region, material, degc, largest)
    return _with_trace(problem, found)


def _with_trace(problem: Coupled, found: CurrentLimits) -> CurrentLimits:
    """The trace in the place of a region where it is the first to melt."""
    trace = problem.trace
    if trace is None or trace.material.solidus_degc is None:
        return found
    solidus = float(trace.material.solidus_degc)

    def left(current_a: float) -> float:
        state = problem.at_current(current_a).settled()
        if state is None or state.trace is None:
            return -solidus  # hotter than anything
        return solidus - state.trace.temperature_max_degc

    high = NEARLY * min(found.solidus_a, found.runaway_a)
    if left(high) > 0:
        return found
    low = LOW * high
    if problem.at_current(low).settled() is None:
        raise AnalysisError(f"current and temperature do not settle at {low:.4g} A")
    if left(low) <= 0:
        raise InputError(
            f"the heat sinks and the substrate bring the trace ({trace.material.name}) to its "
            f"solidus, {solidus:g} degC, below {low:.4g} A: lower substrate_degc, held_degc, or "
            "the ambient temperature of films"
        )
    at = root_between(left, low, high, xtol=CLOSE * high)
    return CurrentLimits(at, "trace", trace.material.name, solidus, found.runaway_a)


def _first(problem: Coupled, left_k: np.ndarray) -> tuple[str, str, float]:
    """Region, material and solidus at the node that is closest to it."""
    model = problem.body.model
    node = int(left_k.argmin())
    names = [
        name
        for name, found in model.regions.items()
        if model.materials[name].solidus_degc is not None and (model.nodes[:, found] == node).any()
    ]
    name = min(names, key=lambda each: model.materials[each].solidus_degc or np.inf)
    material = model.materials[name]
    return name, material.name, float(material.solidus_degc or np.inf)
