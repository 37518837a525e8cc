"""One small interface to sparse symmetric positive definite solvers.

CHOLMOD (through ``kvxopt``) is the fastest for a single cold solve in two dimensions; SuperLU in
symmetric mode with minimum-degree ordering is the fallback that needs only SciPy. Both are
followed by one step of iterative refinement, and both report who ran and the relative residual.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
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


def solve_spd(
    colptr: np.ndarray, rows: np.ndarray, data: np.ndarray, load: np.ndarray, solver: str = "auto"
) -> tuple[np.ndarray, SolverInfo]:
    """Solve K x = f, K given by its lower triangle in compressed columns.

    Parameters
    ----------
    solver
        ``"cholmod"``, ``"superlu"``, or ``"auto"``: CHOLMOD where it is installed.

    Raises
    ------
    AnalysisError
        When K is singular or not positive definite, as a body that is free to move makes it.
    """
    n = len(load)
    lower = sp.csc_matrix((data, rows, colptr), shape=(n, n))
    if solver == "auto":
        solver = "cholmod" if _has_cholmod() else "superlu"
    back_substitute = {"cholmod": _cholmod, "superlu": _superlu}[solver](lower)
    diagonal = lower.diagonal()
    scale = float(np.abs(load).max()) or 1.0

    def residual(x: np.ndarray) -> np.ndarray:
        return load - (lower @ x + lower.T @ x - diagonal * x)

    x = back_substitute(load)
    x = x + back_substitute(residual(x))
    relative = float(np.abs(residual(x)).max() / scale)
    if not relative < RESIDUAL_LIMIT:
        raise AnalysisError(
            "the linear system is singular or too ill-conditioned: relative residual "
            f"{relative:.1e}"
        )
    return x, SolverInfo(solver, n, len(data), relative)


def _has_cholmod() -> bool:
    try:
        import kvxopt.cholmod  # noqa: F401
    except ImportError:
        return False
    return True


def _cholmod(lower: sp.csc_matrix):
    from kvxopt import cholmod
    from kvxopt.base import matrix, spmatrix

    columns = np.repeat(np.arange(lower.shape[0]), np.diff(lower.indptr))
    k = spmatrix(
        matrix(lower.data), matrix(lower.indices.astype(np.int64)), matrix(columns), lower.shape
    )
    cholmod.options["supernodal"] = 2

    def refused(error: ArithmeticError) -> AnalysisError:
        return AnalysisError(
            "the linear system is not positive definite: a body is free to move, or a material "
            f"is unphysical ({error})"
        )

    try:
        factor = cholmod.symbolic(k)
        cholmod.numeric(k, factor)
    except ArithmeticError as error:
        raise refused(error) from None

    def back_substitute(rhs: np.ndarray) -> np.ndarray:
        x = matrix(rhs)
        try:  # the supernodal factorization reports a bad pivot only here
            cholmod.solve(factor, x)
        except ArithmeticError as error:
            raise refused(error) from None
        return np.array(x).ravel()

    return back_substitute


def _superlu(lower: sp.csc_matrix):
    full = (lower + sp.tril(lower, -1).T).tocsc()
    try:
        factor = splu(
            full,
            permc_spec="MMD_AT_PLUS_A",
            diag_pivot_thresh=0.0,
            options={"SymmetricMode": True},
        )
    except RuntimeError as error:
        raise AnalysisError(
            f"the linear system is singular: a body is free to move ({error})"
        ) from None
    return factor.solve
