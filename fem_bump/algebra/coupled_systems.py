"""Systems of harmonics that are coupled on a part of the body: factorized blocks, and a coupling.

What varies around the axis at some places only, such as the conductance of an interface, couples
harmonics there; everywhere else each is a system of its own. With Q_h, which takes the unknowns of
harmonic h to values at the nodes of the places (jumps of a potential, say), find

    B_h x_h + sum over all harmonics j of Q_h' E_hj Q_j x_j = f_h.

B holds what a harmonic does on its own, E what the coupling adds: at each place a small symmetric
matrix between all harmonics' values there. The whole is symmetric and positive definite.

Conjugate gradients with B as preconditioner, from x = B^-1 f on: every residual is Q' of a load on
the nodes, and every direction B^-1 Q' of one. So they run on the nodes alone, for which it takes
no more than S_h = Q_h B_h^-1 Q_h', a small dense matrix that comes with the factorization. Systems
of equal B share it, as a cosine and a sine of one number do. What the unknowns are, potentials,
temperatures or displacements, does not matter here.

Hestenes and Stiefel, J. Res. Nat. Bur. Stand. 49, 409 (1952).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse as sp

from fem_bump.algebra.linear_solver import Factorization, SolverInfo
from fem_bump.errors import AnalysisError

RESIDUAL = 1e-9
STEPS = 400


@dataclass(frozen=True)
class CoupledNodes:
    """The nodes of the places at which systems are coupled.

    Attributes
    ----------
    of_place
        (places, k) the node that stands behind each of a place's values.
    sign
        (places, k) its value over the node's, 1 or -1.
    count
        Number of nodes.
    """

    of_place: np.ndarray
    sign: np.ndarray
    count: int

    @cached_property
    def gathering(self) -> sp.csr_matrix:
        """(nodes, places k) from loads on the places' values, place by place, to those on nodes."""
        places = np.arange(self.of_place.size)
        shape = self.count, len(places)
        return sp.csr_matrix((self.sign.ravel(), (self.of_place.ravel(), places)), shape)

    def assembled(self, matrices: np.ndarray) -> sp.csr_matrix:
        """(nodes, nodes) from (places, k, k) matrices between the places' values."""
        places, k, _ = matrices.shape
        pattern = np.arange(places), np.arange(places + 1)
        at_places = sp.bsr_matrix((matrices, *pattern), (places * k, places * k))
        return (self.gathering @ at_places @ self.gathering.T).tocsr()


@dataclass(frozen=True)
class Block:
    """One harmonic's own system.

    Attributes
    ----------
    lower
        Lower triangle of B.
    factor
        Of that.
    restriction
        Q, (nodes, unknowns).
    response
        S, (nodes, nodes).
    """

    lower: sp.csc_matrix
    factor: Factorization
    restriction: sp.csr_matrix
    response: np.ndarray

    @classmethod
    def of(
        cls, lower: sp.csc_matrix, restriction: sp.csr_matrix, added: sp.csr_matrix, solver: str
    ) -> Block:
        """From what B is without a matrix (nodes, nodes) between the nodes, and that."""
        whole = (lower + sp.tril(restriction.T @ added @ restriction)).tocsc()
        whole.sort_indices()
        factor = Factorization(whole, solver)
        near, there = np.unique(restriction.indices, return_inverse=True)
        shape = restriction.shape[0], len(near)
        own = sp.csr_matrix((restriction.data, there, restriction.indptr), shape)
        response = own @ (own @ factor.inverse_at(near)).T
        return cls(whole, factor, restriction, response)

    @cached_property
    def _upper(self) -> sp.csr_matrix:
        return sp.triu(self.lower.T, 1, format="csr")

    def times(self, x: np.ndarray) -> np.ndarray:
        """B times vectors (unknowns, k)."""
        return self.lower @ x + self._upper @ x

    def solve(self, loads: np.ndarray) -> np.ndarray:
        """B^-1 times vectors (unknowns, k), many of which may be zero."""
        out = np.zeros_like(loads)
        some = loads.any(axis=0)
        if some.any():
            out[:, some] = self.factor.solve(loads[:, some])
        return out


class CoupledSystems:
    """Solver of coupled harmonics.

    Parameters
    ----------
    blocks
        One per harmonic; several may be the same.
    nodes
        At which they are coupled.
    coupling
        (places, blocks, blocks, k, k) coupling matrices at the places.
    own
        (places, k, k) what every block holds already of the coupling with itself.
    """

    def __init__(
        self, blocks: Sequence[Block], nodes: CoupledNodes, coupling: np.ndarray, own: np.ndarray
    ) -> None:
        self._blocks, self._nodes = blocks, nodes
        places, count, _, k, _ = coupling.shape
        added = coupling - np.eye(count)[:, :, None, None] * own[:, None, None]
        self._shape = places, count, k
        self._added = np.ascontiguousarray(
            added.transpose(0, 1, 3, 2, 4).reshape(places, count * k, count * k)
        )
        self._responses = np.array([block.response for block in blocks])
        # on the axis nothing varies around it: such a node has no unknown
        self._there = np.diagonal(self._responses, axis1=1, axis2=2)[..., None] > 0
        self.worst_residual = 0.0

    def info(self) -> SolverInfo:
        """Solver, unknowns of all blocks and the largest relative residual so far."""
        nonzeros = sum(block.lower.nnz for block in self._blocks)
        unknowns = sum(block.lower.shape[0] for block in self._blocks)
        return SolverInfo(self._blocks[0].factor.name, unknowns, nonzeros, self.worst_residual)

    def solve(self, loads: Sequence[np.ndarray], residual: float = RESIDUAL) -> list[np.ndarray]:
        """Unknowns (unknowns, k) of every block from loads like them.

        To a 2-norm of the residual over the load's, column by column.

        Raises
        ------
        AnalysisError
            When the iteration does not converge: the whole is not positive definite.
        """
        found = [block.solve(load) for block, load in zip(self._blocks, loads, strict=True)]
        there = [block.restriction @ x for block, x in zip(self._blocks, found, strict=True)]
        norm = np.sqrt(sum((load**2).sum(axis=0) for load in loads))
        forces = self._forces(np.array(there), residual * norm)
        for block, x, force in zip(self._blocks, found, forces, strict=True):
            x += block.solve(block.restriction.T @ force)
        return found

    def check(self, loads: Sequence[np.ndarray], found: Sequence[np.ndarray]) -> None:
        """Note the largest residual of what was found, over the largest load."""
        pairs = list(zip(self._blocks, found, strict=True))
        at = self._times(np.array([block.restriction @ x for block, x in pairs]))
        scale = max(float(np.abs(load).max()) for load in loads) or 1.0
        for (block, x), load, work in zip(pairs, loads, at, strict=True):
            wrong = load - block.times(x) - block.restriction.T @ work
            self.worst_residual = max(self.worst_residual, float(np.abs(wrong).max()) / scale)

    def _forces(self, there: np.ndarray, enough: np.ndarray) -> np.ndarray:
        """(blocks, nodes, k) loads on the nodes that the coupling comes to.

        Parameters
        ----------
        there
            (blocks, nodes, k) values at the nodes without it.
        enough
            (k,) 2-norms of residuals to reach.
        """
        left = -self._times(there)
        out, force, value = np.zeros_like(left), np.zeros_like(left), np.zeros_like(left)
        before = np.zeros(left.shape[2])
        for _ in range(STEPS):
            # a load on a node is one on an unknown on either side of it
            if (np.sqrt(2 * (left**2).sum(axis=(0, 1))) <= enough).all():
                return out
            reached = np.matmul(self._responses, left)
            energy = (left * reached).sum(axis=(0, 1))
            again = _over(energy, before)
            force, value, before = left + again * force, reached + again * value, energy
            work = force + self._times(value)
            step = _over(energy, (value * work).sum(axis=(0, 1)))
            out += step * force
            left -= step * work
        raise AnalysisError(
            f"coupled harmonics did not converge within {STEPS} conjugate-gradient steps"
        )

    def _times(self, values: np.ndarray) -> np.ndarray:
        """(blocks, nodes, k) E times values like them."""
        nodes, (places, count, k) = self._nodes, self._shape
        columns = values.shape[2]
        at = values.transpose(1, 0, 2)[nodes.of_place] * nodes.sign[..., None, None]
        work = np.matmul(self._added, at.transpose(0, 2, 1, 3).reshape(places, count * k, columns))
        work = work.reshape(places, count, k, columns).transpose(0, 2, 1, 3)
        out = nodes.gathering @ work.reshape(places * k, count * columns)
        return out.reshape(nodes.count, count, columns).transpose(1, 0, 2) * self._there


def _over(numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
    """Quotients, 0 where nothing is left to divide by."""
    return np.divide(numerator, denominator, out=np.zeros_like(numerator), where=denominator != 0)
