"""One implicit step of a body that yields and creeps: unknowns and tangent.

Find u at the end of the step such that for all admissible v, over the full revolution,

    integral of e(v) : sigma = 0,   sigma = law(e(u) - eps_th, dt, state at the start),

by Newton's method with the laws' consistent tangent. Regions without law are linear: their
stiffness is assembled once for a temperature, and once for each step what their known unknowns and
their thermal strain do. Where a law says that its tangent is not symmetric (Chaboche's recall), all
of the matrix is assembled; small asymmetries of others are averaged. Units: um, MPa, uN, s, degC.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import scipy.sparse as sp

from fem_bump.algebra.linear_solver import AsymmetricFactorization, Factorization, SolverInfo
from fem_bump.algebra.march import Advance
from fem_bump.algebra.newton import Balance, NotSolved, Solved, newton
from fem_bump.algebra.shape_functions import triangle_rule
from fem_bump.mechanics.amplitudes import forces_of
from fem_bump.mechanics.axisymmetric_kernels import assemble_elastic
from fem_bump.mechanics.inelastic.advance import (
    BALANCED,
    ELASTIC_STRAIN,
    extrapolated,
    mean_young,
)
from fem_bump.mechanics.inelastic.kernels import assemble_inelastic
from fem_bump.mechanics.inelastic.problem import Displacement, Instant, Problem


def solve_step(
    problem: Problem,
    before: Instant,
    time_s: float,
    guess: Displacement,
    balanced: float = BALANCED,
    outer: np.ndarray | None = None,
) -> tuple[Instant, Solved]:
    """The implicit step from ``before`` to a time; Newton's iterations start from ``guess``.

    ``guess`` may hold other values of the known unknowns than those at that time. ``outer`` (free,)
    are forces, uN, that act on the body besides.

    Raises
    ------
    NotSolved
        When the iterations do not converge.
    """
    known = problem.conditions.known
    values = problem.conditions.values(problem.prescribed(time_s))
    step = _Step(problem, before, time_s, np.where(known, values, 0.0), guess, outer)
    start = np.zeros(problem.conditions.free)
    free = ~known
    start[problem.conditions.number[free]] = guess.u[free]
    try:
        found = newton(start, step.evaluate, step.solve, balanced)
    except NotSolved as error:
        raise NotSolved(error.reason + _place(problem, error.residual)) from None
    problem.kept["info"] = step.info(found.relative[-1])
    at = Displacement(step.displacement(found.x), step.bubbles)
    end = replace(before, time_s=time_s, degc=step.degc, at=at, points=step.points)
    return end, found


def unbalanced(problem: Problem, at: Instant) -> np.ndarray:
    """(free,) forces, uN, that hold a state as it is: minus what is out of balance in it."""
    free, start = ~problem.conditions.known, np.zeros(problem.conditions.free)
    step = _Step(problem, at, at.time_s, np.where(free, 0.0, at.at.u), at.at)
    start[problem.conditions.number[free]] = at.at.u[free]
    return -step.evaluate(start).residual


def _place(problem: Problem, residual: np.ndarray | None) -> str:
    """The region, with its law, where most is out of balance."""
    if residual is None or not np.isfinite(residual).any():
        return ""
    free = np.nonzero(problem.conditions.number == np.nanargmax(np.abs(residual)))[0][0]
    element = np.nonzero((problem.model.nodes == free // 2).any(axis=0))[0]
    names = {problem.model.region_names[k] for k in problem.model.region_index[element]}
    where = next((name for name in problem.flowing if name in names), min(names))
    law = problem.model.materials[where].law
    return f", most in region '{where}'" + (f" (law {law.name})" if law else "")


def advance(problem: Problem, before: Instant, time_s: float) -> Advance[Instant]:
    """A step with its error; see :mod:`fem_bump.mechanics.inelastic.advance`."""
    return extrapolated(problem, before, time_s, solve_step)


class _Step:
    """The equations of one step, assembled as Newton's iterations ask for them."""

    def __init__(
        self,
        problem: Problem,
        before: Instant,
        time_s: float,
        known: np.ndarray,
        guess: Displacement,
        outer: np.ndarray | None = None,
    ) -> None:
        self._outer = outer
        self.problem, self.before, self.dt = problem, before, time_s - before.time_s
        self.degc = problem.temperature(time_s)
        self._known, self._guess = known, guess.u
        self.points = tuple(np.empty_like(points) for points in before.points)
        # displacements of elements as they were assembled last, and how their bubbles follow
        self._local = [_locals(problem, before, k, guess) for k in range(len(problem.flowing))]
        self._follow = [np.zeros((len(each), 2, 13)) for each in self._local]
        self._laws = []
        self._least_force = 0.0
        for k, region in enumerate(problem.flowing):
            both = (before.degc, self.degc)
            constants = np.broadcast_arrays(*(problem.constants(region, at) for at in both))
            eps = np.broadcast_arrays(*(problem.thermal_strain(region, at) for at in both))
            self._laws.append((region, np.array(constants), np.array(eps)))
            least = ELASTIC_STRAIN * mean_young(constants[1]) * problem.unit_forces[k]
            self._least_force = max(self._least_force, least)
        elastic = problem.kept.setdefault("elastic", {})
        if time_s not in elastic:
            if len(elastic) == 2:  # of a step and of its first half: the second ends with the step
                del elastic[next(iter(elastic))]
            elastic[time_s] = self._assemble_elastic()
        self._elastic_data, self._elastic_load = elastic[time_s]
        # known unknowns move to their new values with the first correction
        self._moving: np.ndarray | None = np.where(problem.conditions.known, known - guess.u, 0.0)[
            problem.conditions.unknowns
        ]
        self._still = np.zeros_like(self._moving)
        self._data = self._upper = self._load = np.zeros(0)

    def _assemble_elastic(self) -> tuple[np.ndarray, np.ndarray]:
        """Stiffness of the elements without a law, and the load that they are under."""
        problem = self.problem
        nodes, dofs, unknowns = problem.elastic_parts
        state = problem.material_state(self.degc)
        elastic = problem.elastic
        colptr, rows = problem.conditions.pattern
        data, load = np.zeros(colptr[-1]), np.zeros(problem.conditions.free)
        assemble_elastic(
            problem.model.node_points_um,
            nodes,
            problem.functions,
            triangle_rule()[1],
            state.young[elastic],
            state.poisson[elastic],
            state.eps[elastic],
            dofs,
            self._known[unknowns],
            colptr,
            rows,
            data,
            load,
        )
        for region, u in self.before.births.items():
            if region not in problem.flowing:
                # their strains are those since their birth
                here, number = problem.model.regions[region], problem.conditions.number
                moduli, none = (state.young, state.poisson), np.zeros_like(state.eps)
                force = forces_of(problem.model, 0, u, here, moduli, none).ravel()
                np.add.at(load, number[number >= 0], force[number >= 0])
        return data, load

    def displacement(self, free: np.ndarray) -> np.ndarray:
        """(2 nodes,) displacement from the free unknowns."""
        number = self.problem.conditions.number
        u = self._known.copy()
        u[number >= 0] = free[number[number >= 0]]
        return u

    @property
    def bubbles(self) -> tuple[np.ndarray, ...]:
        """Per region with a law (elements, 2) displacement of the bubbles."""
        return tuple(each[:, 12:].copy() for each in self._local)

    def evaluate(self, free: np.ndarray) -> Balance:
        problem = self.problem
        colptr, rows = problem.conditions.pattern
        u = self.displacement(free)
        prescribed = self._still
        first, self._moving = self._moving, None
        if first is not None:
            prescribed = first
            u = np.where(problem.conditions.known, self._guess, u)
        data = self._elastic_data.copy()
        upper = np.zeros(0) if problem.symmetric else self._elastic_data.copy()
        internal = _times(colptr, rows, self._elastic_data, free)
        load = self._elastic_load - internal
        if self._outer is not None:
            load += self._outer
        largest = max(
            self._least_force,
            float(np.abs(self._elastic_load).max(initial=0.0)),
            float(np.abs(internal).max(initial=0.0)),
        )
        if not self._laws:  # what is relieved of all its stress was once under this much
            self._least_force = largest
        inner = 0.0
        for k, (region, constants, eps) in enumerate(self._laws):
            at, force, left = assemble_inelastic(
                problem.model.materials[region].law.update,
                constants,
                *problem.rows[k],
                problem.model.nodes,
                problem.model.regions[region],
                self.before.since_birth(region, self.before.at.u),
                self.before.at.bubbles[k],
                self.before.since_birth(region, u),
                *eps,
                self.dt,
                self.before.points[k],
                self.points[k],
                self._local[k],
                self._follow[k],
                problem.conditions.dofs,
                prescribed,
                problem.entries[k],
                data,
                upper,
                load,
            )
            if at >= 0:
                raise NotSolved(
                    f"law {problem.model.materials[region].law.name} of region '{region}' finds "
                    "no solution at a point"
                )
            largest, inner = max(largest, force), max(inner, left)
        self._data, self._upper, self._load = data, upper, load
        return Balance(load, largest, inner)

    def solve(self, residual: np.ndarray) -> np.ndarray:
        kept = self.problem.kept
        if not self.problem.symmetric:
            kept["factor"] = AsymmetricFactorization(self._lower, self._upper)
        elif "factor" not in kept:
            kept["factor"] = Factorization(self._lower, self.problem.solver)
        else:
            kept["factor"].update(self._data)
        return kept["factor"].solve(residual)

    @property
    def _lower(self) -> sp.csc_matrix:
        colptr, rows = self.problem.conditions.pattern
        free = self.problem.conditions.free
        return sp.csc_matrix((self._data, rows, colptr), shape=(free, free))

    def info(self, relative: float) -> SolverInfo:
        factor = self.problem.kept["factor"]
        colptr, _ = self.problem.conditions.pattern
        return SolverInfo(factor.name, self.problem.conditions.free, int(colptr[-1]), relative)


def _locals(problem: Problem, before: Instant, k: int, at: Displacement) -> np.ndarray:
    """(elements, 14) displacements of the nodes and the bubbles of a region with a law."""
    region = problem.flowing[k]
    u = before.since_birth(region, at.u).ravel()
    return np.hstack([u[problem.conditions.unknowns[problem.model.regions[region]]], at.bubbles[k]])


def _times(colptr: np.ndarray, rows: np.ndarray, data: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Product of a symmetric matrix, given by its lower triangle, with a vector."""
    lower = sp.csc_matrix((data, rows, colptr), shape=(len(x), len(x)))
    return lower @ x + lower.T @ x - lower.diagonal() * x
