"""Systems of harmonics that are coupled on a part of the body: factorized blocks, and a coupling.

What varies around the axis at some places only, such as the conductance of an interface, couples
harmonics there; everywhere else each is a system of its own. With R_h, which takes the unknowns of
harmonic h to values at the places (jumps at a facet's nodes, strains at integration points), find

    (K_h + R_h' D_hh R_h) x_h + sum over other harmonics j of R_h' D_hj R_j x_j = f_h.

D consists of a small symmetric matrix between all harmonics' values at each place; the whole is
symmetric and positive definite. Conjugate gradients, with the factorized blocks on the diagonal as
preconditioner: what these leave lives on the places alone. What the unknowns are, potentials,
temperatures or displacements, does not matter here.

Hestenes and Stiefel, J. Res. Nat. Bur. Stand. 49, 409 (1952).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import LinearOperator, cg

from fem_bump.algebra.linear_solver import Factorization, SolverInfo
from fem_bump.errors import AnalysisError

RESIDUAL = 1e-9
STEPS = 400


@dataclass(frozen=True)
class Block:
    """One harmonic's own system.

    Attributes
    ----------
    lower
        Lower triangle of K + R' D R, D between the harmonic and itself.
    factor
        Of that.
    restriction
        R, (places k, unknowns).
    """

    lower: sp.csc_matrix
    factor: Factorization
    restriction: sp.csr_matrix

    @classmethod
    def of(
        cls, lower: sp.csc_matrix, restriction: sp.csr_matrix, own: np.ndarray, solver: str
    ) -> Block:
        """From K, R and the (places, k, k) matrices D between the harmonic and itself."""
        places, k, _ = own.shape
        pattern = np.arange(places), np.arange(places + 1)
        at_places = sp.bsr_matrix((own, *pattern), (places * k, places * k))
        whole = (lower + sp.tril(restriction.T @ at_places @ restriction)).tocsc()
        whole.sort_indices()
        return cls(whole, Factorization(whole, solver), restriction)

    @cached_property
    def _upper(self) -> sp.csr_matrix:
        return sp.triu(self.lower.T, 1, format="csr")

    def times(self, x: np.ndarray) -> np.ndarray:
        """Product with one vector."""
        return self.lower @ x + self._upper @ x


class CoupledSystems:
    """Solver of coupled harmonics.

    Parameters
    ----------
    blocks
        One per harmonic.
    coupling
        (places, blocks, blocks, k, k) D; what it holds between a harmonic and itself is taken to be
        in the blocks.
    """

    def __init__(self, blocks: Sequence[Block], coupling: np.ndarray) -> None:
        self._blocks = blocks
        places, count, _, k, _ = coupling.shape
        others = coupling * (1.0 - np.eye(count))[:, :, None, None]
        self._shape = places, count, k
        self._others = np.ascontiguousarray(
            others.transpose(0, 1, 3, 2, 4).reshape(places, count * k, count * k)
        )
        sizes = [block.lower.shape[0] for block in blocks]
        self._cuts = np.cumsum(sizes)[:-1]
        self._count = sum(sizes)
        self.worst_residual = 0.0

    def info(self) -> SolverInfo:
        """Solver, unknowns of all blocks and the largest relative residual so far."""
        nonzeros = sum(block.lower.nnz for block in self._blocks)
        name = self._blocks[0].factor.name
        return SolverInfo(name, self._count, nonzeros, self.worst_residual)

    def solve(self, loads: Sequence[np.ndarray], residual: float = RESIDUAL) -> list[np.ndarray]:
        """Unknowns of every block from its load, to a 2-norm of the residual over the load's.

        Raises
        ------
        AnalysisError
            When the iteration does not converge: the whole is not positive definite.
        """
        load = np.concatenate(loads)
        shape = (self._count, self._count)
        found, info = cg(
            LinearOperator(shape, matvec=self._times, dtype=float),
            load,
            x0=self._precondition(load),
            rtol=residual,
            atol=0.0,
            maxiter=STEPS,
            M=LinearOperator(shape, matvec=self._precondition, dtype=float),
        )
        if info != 0:
            raise AnalysisError(
                f"coupled harmonics did not converge within {STEPS} conjugate-gradient steps"
            )
        scale = float(np.abs(load).max()) or 1.0
        wrong = float(np.abs(load - self._times(found)).max()) / scale
        self.worst_residual = max(self.worst_residual, wrong)
        return self._split(found)

    def _split(self, values: np.ndarray) -> list[np.ndarray]:
        return np.split(values, self._cuts)

    def _precondition(self, values: np.ndarray) -> np.ndarray:
        parts = zip(self._blocks, self._split(values), strict=True)
        return np.concatenate([block.factor.solve(part) for block, part in parts])

    def _times(self, values: np.ndarray) -> np.ndarray:
        """Product of the whole matrix."""
        parts = self._split(values)
        places, count, k = self._shape
        pairs = list(zip(self._blocks, parts, strict=True))
        at = np.array([block.restriction @ part for block, part in pairs])
        stacked = at.reshape(count, places, k).swapaxes(0, 1).reshape(places, count * k, 1)
        work = np.matmul(self._others, stacked).reshape(places, count, k).swapaxes(0, 1)
        return np.concatenate(
            [
                block.times(part) + block.restriction.T @ own.ravel()
                for (block, part), own in zip(pairs, work, strict=True)
            ]
        )
