"""A family of systems (K + s M) x = f that differ in the number s only, as harmonics do (s = n^2).

K and M share one sparsity pattern, which is analysed once. A new solution starts from the best
combination of those known (Galerkin) and is finished by conjugate gradients with the last
factorization as preconditioner; where that would take more steps than a factorization costs, the
matrix at hand is factorized anew. Every solution meets the same residual.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from fem_bump.errors import AnalysisError
from fem_bump.linear_solver import Factorization, SolverInfo, whole

RESIDUAL = 3e-10  # max |f - (K + s M) x| / max |f| that is asked for
ENOUGH = 1e-9  # and the least that is taken, where round-off allows no better
STEPS = 8  # conjugate-gradient steps that cost less than a factorization (measured)
PATIENCE = 30  # steps with a factorization of its own, where round-off may slow it
KEPT = 8  # solutions that a new one is combined from


class ShiftedSystems:
    """Solver of (K + s M) x = f for one right-hand side and many s >= 0.

    Parameters
    ----------
    stiffness, mass
        Lower triangles on one pattern; K + s M must be positive definite for the s asked for.
    load
        Right-hand side.
    solver
        See :func:`fem_bump.linear_solver.solve_spd`.
    """

    def __init__(
        self, stiffness: sp.csc_matrix, mass: sp.csc_matrix, load: np.ndarray, solver: str
    ) -> None:
        self._lower = stiffness, mass
        self._whole = whole(stiffness, mass)
        self._shifted = self._whole[0].copy()
        self._load, self._solver = load, solver
        self._factor: Factorization | None = None
        self._known = np.zeros((3, KEPT, len(load)))  # x, K x, M x
        self._products = np.zeros((2, KEPT, KEPT))  # x K x, x M x
        self._work = np.zeros(KEPT)  # x f
        self._solved = 0
        self._scale = float(np.abs(load).max()) or 1.0
        self.factorizations = 0
        self.worst_residual = 0.0

    def info(self) -> SolverInfo:
        """Solver, unknowns and the largest relative residual so far."""
        name = self._factor.name if self._factor else self._solver
        return SolverInfo(name, len(self._load), self._lower[0].nnz, self.worst_residual)

    def solve(self, shift: float) -> np.ndarray:
        """x of one shift.

        Raises
        ------
        AnalysisError
            When the system is singular or cannot be solved to the residual.
        """
        np.multiply(self._whole[1].data, shift, out=self._shifted.data)
        self._shifted.data += self._whole[0].data
        x, residual = self._guess(shift)
        if self._factor is not None:
            x, residual = self._iterate(x, residual, patient=False)
        if self._size(residual) >= RESIDUAL:
            self._factorize(shift)
            x, residual = self._iterate(x, residual, patient=True)
        # the residual that shrinks by recursion drifts off the true one by round-off
        at_k, at_m = (matrix @ x for matrix in self._whole)
        relative = self._size(self._load - at_k - shift * at_m)
        if not relative < ENOUGH:
            raise AnalysisError(
                "the linear system of a harmonic is singular or too ill-conditioned: relative "
                f"residual {relative:.1e}"
            )
        self.worst_residual = max(self.worst_residual, relative)
        self._keep(x, at_k, at_m)
        return x

    def _keep(self, x: np.ndarray, at_k: np.ndarray, at_m: np.ndarray) -> None:
        place = self._solved % KEPT
        self._known[:, place] = x, at_k, at_m
        self._solved += 1
        for product, at in zip(self._products, (at_k, at_m), strict=True):
            product[place] = product[:, place] = self._known[0] @ at
        self._work[place] = x @ self._load

    def _size(self, residual: np.ndarray) -> float:
        return float(np.abs(residual).max() / self._scale)

    def _factorize(self, shift: float) -> None:
        stiffness, mass = self._lower
        data = stiffness.data + shift * mass.data
        if self._factor is None:
            lower = sp.csc_matrix((data, stiffness.indices, stiffness.indptr), stiffness.shape)
            self._factor = Factorization(lower, self._solver)
        else:
            self._factor.update(data)
        self.factorizations += 1

    def _guess(self, shift: float) -> tuple[np.ndarray, np.ndarray]:
        """The best combination of known solutions, in the energy norm, and its residual."""
        count = min(self._solved, KEPT)
        if not count:
            return np.zeros_like(self._load), self._load
        x, at_k, at_m = self._known[:, :count]
        small = (self._products[0] + shift * self._products[1])[:count, :count]
        weight = np.linalg.lstsq(small, self._work[:count], rcond=1e-14)[0]
        return weight @ x, self._load - weight @ at_k - shift * (weight @ at_m)

    def _iterate(
        self, x: np.ndarray, residual: np.ndarray, patient: bool
    ) -> tuple[np.ndarray, np.ndarray]:
        """Preconditioned conjugate gradients; impatient, it stops where it will not arrive."""
        assert self._factor is not None
        direction, before = np.zeros_like(x), 1.0
        size = self._size(residual)
        for step in range(PATIENCE if patient else STEPS):
            if size < RESIDUAL:
                break
            z = self._factor.solve(residual)
            now = float(residual @ z)
            direction = z + (now / before) * direction if step else z
            before = now
            pushed = self._shifted @ direction
            length = now / float(direction @ pushed)
            x = x + length * direction
            residual = residual - length * pushed
            last, size = size, self._size(residual)
            to_go = STEPS - 1 - step
            if not patient and size * (size / last) ** to_go > RESIDUAL:
                break
        return x, residual
