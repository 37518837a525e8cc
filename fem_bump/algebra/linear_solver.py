"""One small interface to sparse solvers, of symmetric positive definite systems and of others.

CHOLMOD (through ``kvxopt``) is the fastest for a single cold solve in two dimensions; SuperLU in
symmetric mode with minimum-degree ordering is the fallback that needs only SciPy. Both are
followed by one step of iterative refinement, and both report who ran and the relative residual.
A :class:`Factorization` keeps the analysis of the pattern for further matrices on it.
It also gives the inverse at a few unknowns, for about one more factorization.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from scipy.linalg.lapack import dpotri
from scipy.sparse.linalg import splu

from fem_bump.errors import AnalysisError

RESIDUAL_LIMIT = 1e-7  # beyond this the answer is not one


@dataclass(frozen=True)
class SolverInfo:
    """Which solver ran, on how many unknowns, and how well: max |K x - f| / max |f|."""

    name: str
    unknowns: int
    nonzeros_lower: int
    relative_residual: float

    def record(self) -> dict[str, Any]:
        return asdict(self)


def solve_factorized(
    lower: sp.csc_matrix, factor: Factorization, load: np.ndarray, limit: float = RESIDUAL_LIMIT
) -> tuple[np.ndarray, SolverInfo]:
    """Solve K x = f from the factorization of K, given by its lower triangle, and one refinement.

    ``limit`` is what of f may be left.

    Raises
    ------
    AnalysisError
        When the residual says that K is singular or too ill-conditioned.
    """
    diagonal = lower.diagonal()

    def residual(x: np.ndarray) -> np.ndarray:
        return load - (lower @ x + lower.T @ x - diagonal * x)

    scale = float(np.abs(load).max()) or 1.0
    x = factor.solve(load)
    x = x + factor.solve(residual(x))
    relative = float(np.abs(residual(x)).max() / scale)
    if not relative < limit:
        raise AnalysisError(
            "the linear system is singular or too ill-conditioned: relative residual "
            f"{relative:.1e}"
        )
    return x, SolverInfo(factor.name, len(load), lower.nnz, relative)


class Factorization:
    """A factorized K, which can take new values on the same pattern.

    Parameters
    ----------
    lower
        Lower triangle of K.
    solver
        ``"cholmod"``, ``"superlu"``, or ``"auto"``: CHOLMOD where it is installed.

    Raises
    ------
    AnalysisError
        When K is singular or not positive definite, as a body that is free to move makes it.
    """

    def __init__(self, lower: sp.csc_matrix, solver: str = "auto") -> None:
        if solver == "auto":
            solver = "cholmod" if _has_cholmod() else "superlu"
        self.name = solver
        kinds: dict[str, type[_Cholmod] | type[_SuperLu]]
        kinds = {"cholmod": _Cholmod, "superlu": _SuperLu}
        self._factor = kinds[solver](lower)

    def update(self, data: np.ndarray) -> None:
        """Factorize again with other values; CHOLMOD keeps its analysis of the pattern."""
        self._factor.update(data)

    def solve(self, rhs: np.ndarray) -> np.ndarray:
        """One back-substitution, for one load (n,) or for several (n, k)."""
        return self._factor.solve(rhs)

    def inverse_at(self, chosen: np.ndarray) -> np.ndarray:
        """(k, k) values of K^-1 at some unknowns, each of them once.

        CHOLMOD eliminates these last: what K is on them by then is the inverse of their block of
        K^-1. SuperLU, which keeps to no order, solves for each of them.
        """
        return self._factor.inverse_at(chosen)


class AsymmetricFactorization:
    """A factorized K that is not symmetric, with a symmetric pattern: by SuperLU.

    Parameters
    ----------
    lower
        Its lower triangle.
    upper
        Values above the diagonal, each at the place of its mirror image in ``lower``.

    Raises
    ------
    AnalysisError
        When K is singular.
    """

    name = "superlu, not symmetric"

    def __init__(self, lower: sp.csc_matrix, upper: np.ndarray) -> None:
        above = sp.tril(sp.csc_matrix((upper, lower.indices, lower.indptr), lower.shape), -1)
        self._factor = _lu(lower + above.T, diag_pivot_thresh=0.1)

    def solve(self, rhs: np.ndarray) -> np.ndarray:
        """One back-substitution."""
        return np.asarray(self._factor.solve(rhs))


def _lu(whole: sp.spmatrix, diag_pivot_thresh: float) -> Any:
    """A matrix with a symmetric pattern factorized; small pivots leave the diagonal."""
    try:
        return splu(
            whole.tocsc(),
            permc_spec="MMD_AT_PLUS_A",
            diag_pivot_thresh=diag_pivot_thresh,
            options={"SymmetricMode": True},
        )
    except RuntimeError as error:
        raise AnalysisError(
            f"the linear system is singular: a body is free to move ({error})"
        ) from None


def _has_cholmod() -> bool:
    try:
        import kvxopt.cholmod  # noqa: F401
    except ImportError:
        return False
    return True


class _Cholmod:
    def __init__(self, lower: sp.csc_matrix) -> None:
        from kvxopt import cholmod
        from kvxopt.base import matrix, spmatrix

        self._cholmod, self._matrix = cholmod, matrix
        columns = np.repeat(np.arange(lower.shape[0]), np.diff(lower.indptr))
        self._k = spmatrix(
            matrix(lower.data), matrix(lower.indices.astype(np.int64)), matrix(columns), lower.shape
        )
        cholmod.options["supernodal"] = 2
        try:
            self._factor = cholmod.symbolic(self._k)
            cholmod.numeric(self._k, self._factor)
        except ArithmeticError as error:
            raise _refused(error) from None

    def update(self, data: np.ndarray) -> None:
        self._k.V = self._matrix(data)
        try:
            self._cholmod.numeric(self._k, self._factor)
        except ArithmeticError as error:
            raise _refused(error) from None

    def solve(self, rhs: np.ndarray) -> np.ndarray:
        x = self._matrix(np.ascontiguousarray(rhs))
        try:  # the supernodal factorization reports a bad pivot only here
            self._cholmod.solve(self._factor, x)
        except ArithmeticError as error:
            raise _refused(error) from None
        return np.array(x).reshape(rhs.shape)

    def inverse_at(self, chosen: np.ndarray) -> np.ndarray:
        from kvxopt import amd

        cholmod, matrix = self._cholmod, self._matrix
        order = np.array(amd.order(self._k)).ravel()
        late = np.isin(order, chosen)
        order = np.concatenate([order[~late], chosen])
        given = dict(cholmod.options)
        cholmod.options.update(nmethods=1, postorder=False)  # to keep to the order
        try:
            factor = cholmod.symbolic(self._k, matrix(order))
            cholmod.numeric(self._k, factor)
            last = slice(len(order) - len(chosen), None)
            root = np.array(matrix(cholmod.getfactor(factor)[last, last]))
        except ArithmeticError as error:
            raise _refused(error) from None
        finally:
            cholmod.options.clear()
            cholmod.options.update(given)
        lower, _ = dpotri(root, lower=True)
        return np.tril(lower) + np.tril(lower, -1).T


def _refused(error: ArithmeticError) -> AnalysisError:
    return AnalysisError(
        "the linear system is not positive definite: a body is free to move, or a material "
        f"is unphysical ({error})"
    )


class _SuperLu:
    def __init__(self, lower: sp.csc_matrix) -> None:
        self._lower = lower
        self._factorize(lower)

    def update(self, data: np.ndarray) -> None:
        self._factorize(
            sp.csc_matrix((data, self._lower.indices, self._lower.indptr), self._lower.shape)
        )

    def _factorize(self, lower: sp.csc_matrix) -> None:
        self._factor = _lu(lower + sp.tril(lower, -1).T, diag_pivot_thresh=0.0)

    def solve(self, rhs: np.ndarray) -> np.ndarray:
        return self._factor.solve(rhs)

    def inverse_at(self, chosen: np.ndarray) -> np.ndarray:
        unit = np.zeros((self._lower.shape[0], len(chosen)))
        unit[chosen, np.arange(len(chosen))] = 1.0
        return self.solve(unit)[chosen]
