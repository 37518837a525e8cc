"""A family of systems (K + s M) x = f that differ in the number s only, as harmonics do (s = n^2).

Every solution is the best combination, in the energy norm, of vectors that all shifts share: an
orthonormal basis of a rational Krylov space, which starts with f and grows by

    v_next = (K + p M)^-1 M v_last

while the residual of a shift asks for it. Each vector cuts the error at s by about
|sqrt s - sqrt p| / (sqrt s + sqrt p), as conjugate gradients with K + p M as preconditioner would;
but it does so at all s at once. So the pole p stays for all s within a factor of it, and a new one,
for which the matrix is factorized anew, lies ahead of the shift that asked for it, for those to
come. K and M share one sparsity pattern, which is analysed once. Every solution meets the same
residual, however it was found.

A. Ruhe, Linear Algebra Appl. 58, 391 (1984); S. Guettel, GAMM-Mitt. 36, 8 (2013), for the poles.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from fem_bump.algebra.linear_solver import Factorization, SolverInfo
from fem_bump.algebra.pattern import symmetric_products
from fem_bump.errors import AnalysisError

RESIDUAL = 3e-10  # max |f - (K + s M) x| / max |f| that is asked for
ENOUGH = 1e-9  # and the least that is taken, where round-off allows no better
REACH = 6.0  # shifts within this factor of a pole are worth no new factorization (measured)
PATIENCE = 60  # vectors for one shift: more than twice what the reach of a pole takes
SETTLING = 5  # of them below ENOUGH: a residual that stays there is round-off
ROOM = 64  # vectors that there is memory for at first


class ShiftedSystems:
    """Solver of (K + s M) x = f for one right-hand side and many s > 0.

    Parameters
    ----------
    stiffness, mass
        Lower triangles on one pattern with its diagonal, rows sorted; K + s M must be positive
        definite for the s asked for.
    load
        Right-hand side.
    solver
        See :class:`fem_bump.algebra.linear_solver.Factorization`.
    """

    def __init__(
        self, stiffness: sp.csc_matrix, mass: sp.csc_matrix, load: np.ndarray, solver: str
    ) -> None:
        self._stiffness, self._mass = stiffness, mass
        self._load, self._solver = load, solver
        self._factor: Factorization | None = None
        self._pole = 0.0
        self._start_basis()
        self._scale = float(np.abs(load).max()) or 1.0
        self.factorizations = 0
        self.worst_residual = 0.0

    def _start_basis(self) -> None:
        self._made = 0
        self._basis = np.empty((ROOM, len(self._load)))
        self._products = np.empty((2, ROOM, ROOM))  # v K v, v M v
        self._work = np.empty(ROOM)  # v f
        self._next = self._load  # what the next vector is solved from: M v_last

    def _make_room(self) -> None:
        """Twice the memory for the basis."""
        room = len(self._work)
        self._basis = np.concatenate([self._basis, np.empty_like(self._basis)])
        self._products = np.pad(self._products, [(0, 0), (0, room), (0, room)])
        self._work = np.pad(self._work, (0, room))

    def info(self) -> SolverInfo:
        """Solver, unknowns and the largest relative residual so far."""
        name = self._factor.name if self._factor else self._solver
        return SolverInfo(name, len(self._load), self._stiffness.nnz, self.worst_residual)

    def factorized(self, shift: float) -> Factorization:
        """K + s M, factorized to be kept."""
        stiffness = self._stiffness
        data = stiffness.data + shift * self._mass.data
        whole = sp.csc_matrix((data, stiffness.indices, stiffness.indptr), stiffness.shape)
        return Factorization(whole, self._solver)

    def solve(self, shift: float) -> np.ndarray:
        """x of one shift.

        Raises
        ------
        AnalysisError
            When the system is singular or cannot be solved to the residual.
        """
        x, relative = self._search(shift)
        if not relative < ENOUGH:
            # after shifts many decades away, round-off in the basis can be too much for this one
            self._start_basis()
            x, relative = self._search(shift)
        if not relative < ENOUGH:
            raise AnalysisError(
                "the linear system of a harmonic is singular or too ill-conditioned: relative "
                f"residual {relative:.1e}"
            )
        self.worst_residual = max(self.worst_residual, relative)
        return x

    def _search(self, shift: float) -> tuple[np.ndarray, float]:
        """The best combination of a basis that grows until its relative residual is small.

        The residual is infinite where round-off has left the basis fewer directions than vectors.
        """
        try:
            return self._grown(shift)
        except np.linalg.LinAlgError:
            return np.zeros_like(self._load), np.inf

    def _grown(self, shift: float) -> tuple[np.ndarray, float]:
        x, relative = self._best(shift)
        left = PATIENCE
        while not relative < RESIDUAL and left:
            self._reach(shift)
            self._extend()
            x, relative = self._best(shift)
            left = min(left, SETTLING) - 1 if relative < ENOUGH else left - 1
        return x, relative

    def _best(self, shift: float) -> tuple[np.ndarray, float]:
        """The best combination of the basis, in the energy norm, and its relative residual."""
        weights = np.linalg.solve(self._small(shift), self._work[: self._made])
        x = weights @ self._basis[: self._made]
        at_k, at_m = self._times(x)
        residual = self._load - at_k - shift * at_m
        return x, float(np.abs(residual).max() / self._scale)

    def _small(self, shift: float) -> np.ndarray:
        """K + s M between the vectors of the basis."""
        at_k, at_m = self._products[:, : self._made, : self._made]
        return at_k + shift * at_m

    def _times(self, x: np.ndarray) -> np.ndarray:
        """(2, n) K x and M x."""
        out = np.empty((2, len(x)))
        k, m = self._stiffness, self._mass
        symmetric_products(k.indptr, k.indices, k.data, m.data, x, *out)
        return out

    def _reach(self, shift: float) -> None:
        """Factorize anew at a pole ahead, unless the shift lies within the reach of the last."""
        if self._factor is not None and self._pole / REACH <= shift <= self._pole * REACH:
            return
        self._pole = REACH * shift
        data = self._stiffness.data + self._pole * self._mass.data
        if self._factor is None:
            k = self._stiffness
            lower = sp.csc_matrix((data, k.indices, k.indptr), k.shape)
            self._factor = Factorization(lower, self._solver)
        else:
            self._factor.update(data)
        self.factorizations += 1

    def _extend(self) -> None:
        """One more vector, orthonormal to those of the same pole in its energy."""
        assert self._factor is not None
        if self._made == len(self._work):
            self._make_room()
        known = self._basis[: self._made]
        v = self._factor.solve(self._next)
        v -= np.linalg.solve(self._small(self._pole), known @ self._next) @ known
        at_k, at_m = self._times(v)
        length = np.sqrt(v @ at_k + self._pole * (v @ at_m))
        v, at_k, at_m = v / length, at_k / length, at_m / length
        last, self._made = self._made, self._made + 1
        self._basis[last] = v
        for product, at in zip(self._products, (at_k, at_m), strict=True):
            between = self._basis[: self._made] @ at
            product[last, : self._made] = product[: self._made, last] = between
        self._work[last] = v @ self._load
        self._next = at_m
