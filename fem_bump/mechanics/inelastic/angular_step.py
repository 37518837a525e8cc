"""One implicit step of a body whose flow varies around the axis.

Find the harmonics of u at the end of the step such that each of them is in balance, with the forces
of :mod:`fem_bump.mechanics.inelastic.angular_kernels` in regions with laws and those of a linear
body elsewhere. Newton's method; the tangent couples all harmonics, and is symmetric and positive
definite as the laws' own are. It is solved by conjugate gradients (GMRES where a law says that its
tangent is not symmetric), every harmonic's own block factorized as preconditioner: one of an
earlier iteration will do, until it takes too many of them. Units: um, MPa, uN, s, degC.

M. R. Hestenes and E. Stiefel, J. Res. Nat. Bur. Stand. 49, 409 (1952); R. S. Dembo, S. C.
Eisenstat, T. Steihaug, SIAM J. Numer. Anal. 19, 400 (1982).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import LinearOperator, cg, gmres

from fem_bump.algebra.linear_solver import Factorization, SolverInfo
from fem_bump.algebra.march import Advance
from fem_bump.algebra.newton import Balance, NotSolved, Solved, newton
from fem_bump.body.material_state import MaterialState
from fem_bump.mechanics.inelastic.advance import (
    BALANCED,
    ELASTIC_STRAIN,
    extrapolated,
    mean_young,
)
from fem_bump.mechanics.inelastic.angular_kernels import (
    add_own_block,
    angular_forces,
    angular_products,
)
from fem_bump.mechanics.inelastic.angular_problem import AngularProblem
from fem_bump.mechanics.inelastic.problem import Displacement, Instant

ENOUGH = 1e-5  # of the tolerance, to which forces balance: iterations are dear here
LINEAR = 1e-2  # of an iteration's residual, that its linear system may leave
OLD = 16  # linear iterations beyond which the preconditioner is too old
MOST = 300  # of them, beyond which there is no solution


def solve_step(
    problem: AngularProblem,
    before: Instant,
    time_s: float,
    guess: Displacement,
    balanced: float = BALANCED,
) -> tuple[Instant, Solved]:
    """As :func:`fem_bump.mechanics.inelastic.step.solve_step`."""
    balanced = max(balanced, ENOUGH * problem.tolerance)
    step = _Step(problem, before, time_s, guess, balanced)
    try:
        found = newton(step.start, step.evaluate, step.solve, balanced)
    except NotSolved as error:
        raise NotSolved(error.reason) from None
    problem.kept["info"] = step.info(found.relative[-1])
    at = Displacement(step.displacement(found.x).ravel(), ())
    return replace(before, time_s=time_s, degc=step.degc, at=at, points=step.points), found


def advance(problem: AngularProblem, before: Instant, time_s: float) -> Advance[Instant]:
    """A step with its error; see :mod:`fem_bump.mechanics.inelastic.advance`."""
    return extrapolated(problem, before, time_s, solve_step)


class _Step:
    """The equations of one step, as Newton's iterations ask for them."""

    def __init__(
        self,
        problem: AngularProblem,
        before: Instant,
        time_s: float,
        guess: Displacement,
        balanced: float,
    ) -> None:
        self.problem, self.before, self.dt = problem, before, time_s - before.time_s
        self.degc = problem.temperature(time_s)
        self._balanced = balanced
        self._free = problem.place >= 0
        self._place = problem.place[self._free]
        self._guess = problem.amplitudes(guess)
        self._known = problem.known(time_s)
        # known unknowns move to their new values with the first correction
        self._moving: np.ndarray | None = np.where(self._free, 0.0, self._known - self._guess)
        self.points = tuple(np.empty_like(points) for points in before.points)
        self._tangents = [_room(problem, k) for k in range(len(problem.flowing))]
        self._least_force, self._laws = 0.0, []
        plane = problem.plane
        for k, region in enumerate(problem.flowing):
            both = (before.degc, self.degc)
            constants = np.broadcast_arrays(*(problem.constants(region, at) for at in both))
            eps = np.broadcast_arrays(*(plane.thermal_strain(region, at) for at in both))
            self._laws.append((region, np.array(constants), np.array(eps)))
            least = ELASTIC_STRAIN * mean_young(constants[1]) * plane.unit_forces[k]
            self._least_force = max(self._least_force, least)
        self._state = plane.material_state(self.degc)
        self._elastic = _elastic(problem, self._state)
        self._thermal = problem.thermal_forces(self._state)
        self._relative = 1.0

    @property
    def start(self) -> np.ndarray:
        """The guess of the free unknowns."""
        out = np.zeros(int(self.problem.counts.sum()))
        out[self._place] = self._guess[self._free]
        return out

    def displacement(self, free: np.ndarray) -> np.ndarray:
        """(harmonics, unknowns) displacement from the free unknowns."""
        return self._spread(free, self._known)

    def _spread(self, free: np.ndarray, known: np.ndarray) -> np.ndarray:
        u = known.copy()
        u[self._free] = free[self._place]
        return u

    def _gathered(self, force: np.ndarray) -> np.ndarray:
        """(free,) sums of forces (harmonics, unknowns) over those that share a number."""
        count = int(self.problem.counts.sum())
        return np.bincount(self._place, weights=force[self._free], minlength=count)

    def evaluate(self, free: np.ndarray) -> Balance:
        problem, nodes = self.problem, 3 * self.problem.model.node_count
        u = self.displacement(free)
        moving, self._moving = self._moving, None
        if moving is not None:
            u = np.where(self._free, u, self._guess)
        force, u_before = np.zeros_like(u), problem.amplitudes(self.before.at)
        for n, matrix in enumerate(self._elastic):
            force[n, :nodes] = matrix @ u[n, :nodes]
        force[0, :nodes] += self._thermal
        largest = max(
            self._least_force, float(np.abs(self._thermal).max()), float(np.abs(force).max())
        )
        for k, (region, constants, eps) in enumerate(self._laws):
            law = problem.model.materials[region].law
            at, most = angular_forces(
                law.update,
                constants,
                problem.bodies[k].shapes,
                problem.model.nodes,
                problem.bodies[k].elements,
                problem.first[k],
                u_before,
                u,
                *eps,
                self.dt,
                *problem.phases,
                problem.symmetric,
                self.before.points[k],
                self.points[k],
                self._tangents[k],
                force,
            )
            if at >= 0:
                raise NotSolved(f"law {law.name} of region '{region}' finds no solution at a point")
            largest = max(largest, most)
        if moving is not None and moving.any():
            force += self._times(moving)
        balance = Balance(-self._gathered(force), largest)
        self._relative = balance.relative
        return balance

    def _times(self, u: np.ndarray) -> np.ndarray:
        """(harmonics, unknowns) forces of the tangent of the last evaluation."""
        problem, nodes = self.problem, 3 * self.problem.model.node_count
        force = np.zeros_like(u)
        for n, matrix in enumerate(self._elastic):
            force[n, :nodes] = matrix @ u[n, :nodes]
        for k, body in enumerate(problem.bodies):
            angular_products(
                body.shapes, problem.model.nodes, body.elements, problem.first[k], u,
                *problem.phases, self._tangents[k], force,
            )  # fmt: skip
        return force

    def solve(self, residual: np.ndarray) -> np.ndarray:
        kept, still = self.problem.kept, np.zeros_like(self._known)
        if kept.get("linear", OLD + 1) > OLD:
            self._factorize()
        count = [0]

        def times(free: np.ndarray) -> np.ndarray:
            count[0] += 1
            return self._gathered(self._times(self._spread(free.ravel(), still)))

        shape = len(residual), len(residual)
        whole = LinearOperator(shape, times, dtype=float)
        blocks = LinearOperator(shape, self._by_blocks, dtype=float)
        # what is left after the next iteration falls with the square; not further than is asked
        share = max(min(LINEAR, self._relative), 0.1 * self._balanced / max(self._relative, 1e-30))
        solver = cg if self.problem.symmetric else gmres
        found, failed = solver(
            whole, residual, rtol=min(share, 0.1), atol=0.0, maxiter=MOST, M=blocks
        )
        kept["linear"] = count[0]
        if failed:
            raise NotSolved("the coupled harmonics of an iteration have no solution")
        return np.asarray(found)

    def _by_blocks(self, residual: np.ndarray) -> np.ndarray:
        factors = self.problem.kept["factors"]
        parts = np.split(residual.ravel(), np.cumsum(self.problem.counts)[:-1])
        return np.concatenate([f.solve(part) for f, part in zip(factors, parts, strict=True)])

    def _factorize(self) -> None:
        """Factorize every harmonic's own block of the tangent."""
        problem, kept = self.problem, self.problem.kept
        factors = kept.setdefault("factors", [])
        for n, (colptr, rows) in enumerate(problem.patterns):
            dofs = problem.number[n][problem.elastic_unknowns]
            data = problem.assembled(self._state, float(n), dofs, colptr, rows)
            data *= problem.shares[n]
            for k, body in enumerate(problem.bodies):
                cosine, sine = (each[n].copy() for each in problem.phases)
                add_own_block(
                    body.shapes, body.elements, float(n), cosine, sine, self._tangents[k],
                    problem.dofs[n][k], colptr, rows, data,
                )  # fmt: skip
            if len(factors) > n:
                factors[n].update(data)
            else:
                size = int(problem.counts[n])
                lower = sp.csc_matrix((data, rows, colptr), shape=(size, size))
                factors.append(Factorization(lower, problem.plane.solver))
        kept["nonzeros"] = sum(int(colptr[-1]) for colptr, _ in problem.patterns)

    def info(self, relative: float) -> SolverInfo:
        kept = self.problem.kept
        name = f"{kept['factors'][0].name}, coupled harmonics"
        return SolverInfo(name, int(self.problem.counts.sum()), kept["nonzeros"], relative)


def _room(problem: AngularProblem, k: int) -> np.ndarray:
    """(elements, q, 6, 6, angles) room for the tangents of a region, one for all steps."""
    room = problem.kept.setdefault("tangents", {})
    if k not in room:
        shape = *problem.volumes(k).shape[:2], 6, 6, problem.angles
        room[k] = np.empty(shape)
    return np.asarray(room[k])


def _elastic(problem: AngularProblem, state: MaterialState) -> list[sp.csr_matrix]:
    """Stiffness of the elements without a law; the last while their moduli do not change."""
    elastic = problem.plane.elastic
    moduli = np.array([state.young[elastic], state.poisson[elastic]])
    last = problem.kept.get("elastic")
    if last is None or not np.array_equal(last[0], moduli):
        last = problem.kept["elastic"] = moduli, problem.elastic_matrices(state)
    return last[1]
