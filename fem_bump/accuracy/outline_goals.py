"""Goals of densities on the outline of one side: means of a traction or of J.n along a line.

Such a mean is the work of the elements at the outline on a test function
(``cubic_weights`` of :class:`fem_bump.interfaces.recovery.Recovery`). All means on one side are
made at once: recovery, work and their sums over elements each handle a block of them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp

from fem_bump.accuracy.estimates import Estimator
from fem_bump.accuracy.functionals import Goal, Part
from fem_bump.accuracy.outline_densities import OutlinePart
from fem_bump.body.model import Model


class OneSided:
    """What some elements of one side do to test functions at their outline."""

    def __init__(self, estimator: Estimator, elements: np.ndarray) -> None:
        self._estimator, self._elements = estimator, elements
        self._blocks = estimator.block_rows(elements)
        complement = estimator.complement
        c = complement.components
        sign, ids = complement.sign[elements], complement.local[elements]
        self._sign = np.ascontiguousarray(sign)[:, :, None]
        self._facets, self._nodes = complement.facet[elements], estimator.model.nodes[:, elements].T
        unknowns = estimator.unknown_of[elements]
        self._at_unknowns = _summing(unknowns, np.ones(unknowns.shape), estimator.unknown_count)
        self._at_functions = _summing(ids, sign, complement.count)
        self._quadratic = 6 * c

    def work(self, test: np.ndarray, own: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(unknowns, k) and (functions, k) work on test functions.

        From (nodes, components, k), and (facets, components, k) on the functions of facets.
        """
        n, (_, c, k) = len(self._elements), test.shape
        cubic = np.zeros((n, 4, c, k))
        cubic[:, :3] = own[self._facets]
        local = np.empty((n, 10 * c, k))
        local[:, : self._quadratic] = test[self._nodes].reshape(n, self._quadratic, k)
        local[:, self._quadratic :] = cubic.reshape(n, 4 * c, k) * self._sign
        work = np.matmul(self._blocks, local)
        on_nodes, on_cubic = work[:, : self._quadratic], work[:, self._quadratic :]
        return (
            self._at_unknowns @ on_nodes.reshape(-1, k),
            self._at_functions @ on_cubic.reshape(-1, k),
        )


class OutlineGoals:
    """Means of a density on one side, of some components each of which has its own outline.

    Parameters
    ----------
    elements
        Those of the side.
    parts, rows
        Outline of each component, and what of the estimator's components it is, (components,).
    """

    def __init__(
        self,
        estimator: Estimator,
        elements: np.ndarray,
        parts: Sequence[OutlinePart],
        rows: np.ndarray,
    ) -> None:
        nodes = np.concatenate([part.outline.nodes.ravel() for part in parts])
        self._side = OneSided(estimator, elements_at(estimator.model, elements, nodes))
        self._model, self._parts, self._rows = estimator.model, parts, rows

    def goal(self, weights: Sequence[np.ndarray]) -> Goal:
        """Sum over the line's facets of weights (m, 4) of each component times that."""
        key = tuple(one.tobytes() for one in weights)
        return Goal(((1.0, Part(self, key, weights)),))

    def loads(self, given: Sequence[Sequence[np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
        """(unknowns, k) and (functions, k) of goals that were asked for with these weights."""
        model, c = self._model, self._rows.shape[1]
        test = np.zeros((model.node_count, c, len(given)))
        own = np.zeros((model.mesh.nfacets, c, len(given)))
        for part, row, weights in zip(
            self._parts, self._rows, zip(*given, strict=True), strict=True
        ):
            turned = part.mine.turned(np.array(weights))
            nodal, on_facets = part.cubic.cubic_weights(turned, part.mine.where)
            test += row[:, None] * nodal[:, None]
            own[part.facets] += row[:, None] * (part.orientation[:, None] * on_facets)[:, None]
        return self._side.work(test, own)


def elements_at(model: Model, elements: np.ndarray, nodes: np.ndarray) -> np.ndarray:
    """Those of some elements that have one of the nodes."""
    there = np.zeros(model.node_count, dtype=bool)
    there[nodes] = True
    return elements[there[model.nodes[:, elements]].any(axis=0)]


def _summing(place: np.ndarray, factors: np.ndarray, count: int) -> sp.csr_matrix:
    """(count, places) sum by place; -1 is none."""
    at = np.nonzero(place.ravel() >= 0)[0]
    data = factors.ravel()[at], (place.ravel()[at], at)
    return sp.csr_matrix(data, shape=(count, place.size))
