"""From all unknowns to the free ones: fixed, prescribed and tied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import connected_components

from fem_bump.algebra.linear_solver import Factorization


def reduce_unknowns(
    count: int, known: np.ndarray, tied: Sequence[np.ndarray]
) -> tuple[np.ndarray, int]:
    """Number the free unknowns.

    Parameters
    ----------
    count
        Number of all unknowns.
    known
        Mask of those with a given value.
    tied
        Sets of unknowns that are equal to each other. A set that holds a known one is known
        altogether; its values must have been made equal by the caller.

    Returns
    -------
    number, free_count
        Reduced number per unknown, -1 where known; tied ones share a number.
    """
    chains = [np.sort(np.asarray(group)) for group in tied if len(group)]
    if not chains:
        number = np.full(count, -1, dtype=np.int64)
        number[~known] = np.arange(int((~known).sum()))
        return number, int((~known).sum())
    heads = np.concatenate([np.repeat(group[0], len(group)) for group in chains])
    links = coo_matrix((np.ones(len(heads)), (heads, np.concatenate(chains))), shape=(count, count))
    _, component = connected_components(links, directed=False)
    component_known = np.zeros(component.max() + 1, dtype=bool)
    component_known[component[known]] = True
    free = np.nonzero(~component_known[component])[0]
    # numbered by first appearance, so that the matrix keeps the mesh's own ordering
    labels, first = np.unique(component[free], return_index=True)
    rank = np.empty(len(labels), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(labels))
    number = np.full(count, -1, dtype=np.int64)
    number[free] = rank[np.searchsorted(labels, component[free])]
    return number, len(labels)


@dataclass(frozen=True)
class FreeUnknowns:
    """The free unknowns of a solved problem, and its factorized matrix.

    Attributes
    ----------
    number
        Free number per unknown, -1 where it is known.
    """

    number: np.ndarray
    factor: Factorization

    def solve(self, load: np.ndarray) -> np.ndarray:
        """Response of all unknowns to loads (unknowns,) or (unknowns, k); the known ones stay 0."""
        free = self.factor.solve(self._gathering @ load)
        # the last row stands for known ones, whose number is -1
        return np.concatenate([free, np.zeros((1, *free.shape[1:]))])[self.number]

    @cached_property
    def _gathering(self) -> csr_matrix:
        """(free, unknowns): the sum over those that share a free number."""
        free = np.nonzero(self.number >= 0)[0]
        shape = (int(self.number.max()) + 1, len(self.number))
        return csr_matrix((np.ones(len(free)), (self.number[free], free)), shape)

    @property
    def given(self) -> np.ndarray:
        """(unknowns,) mask of those with a known value, or one that they share with others."""
        number = self.number
        return (number < 0) | (np.bincount(number[number >= 0])[number] > 1)
