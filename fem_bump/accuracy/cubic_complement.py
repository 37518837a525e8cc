"""What third-order elements add to second-order ones, and the residual of a solution there.

The cubic space is the quadratic one plus a complement W, spanned by lambda_i lambda_j (lambda_i -
lambda_j) on every facet and lambda_0 lambda_1 lambda_2 in every element. The error e of a quadratic
solution u as the cubic space sees it solves

    [ A  B' ] [ e_V ]   [ 0                ]
    [ B  C  ] [ e_W ] = [ load_W - B u = R ],       (C - B A^-1 B') e_W = R.

The factors of A are at hand, so that the second equation is solved by conjugate gradients; no
matrix of the cubic space is ever factorized. Its last term is what makes hierarchical estimates
sharp: without it they miss the share of the error that neighbours have in common (Bank and Smith,
SIAM J. Numer. Anal. 30, 1993).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import LinearOperator, cg

from fem_bump.body.model import Model
from fem_bump.errors import AnalysisError
from groundwork.compiled import kernel

EDGES = ((0, 1), (1, 2), (0, 2))  # as the facets of an element are numbered
TOLERANCE, STEPS = 1e-3, 100  # of the conjugate gradients, on the energy of the error


@kernel
def cubic_at(x, y):
    """The four functions of an element and their reference gradients at one point.

    Those of its facets, as they are numbered, and lambda_0 lambda_1 lambda_2.
    """
    w = 1.0 - x - y
    value = (w * x * (w - x), x * y * (x - y), w * y * (w - y), w * x * y)
    dw = (2 * w * x - x * x, 0.0, 2 * w * y - y * y)  # by w, x and y as if they were independent
    dx = (w * w - 2 * w * x, 2 * x * y - y * y, 0.0)
    dy = (0.0, x * x - 2 * x * y, w * w - 2 * w * y)
    along_x = (dx[0] - dw[0], dx[1] - dw[1], dx[2] - dw[2], (w - x) * y)
    along_y = (dy[0] - dw[0], dy[1] - dw[1], dy[2] - dw[2], (w - y) * x)
    return value, along_x, along_y


def cubic_functions(points: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """:func:`cubic_at` at (2, q) points: three (q, 4) arrays."""
    found = np.array([cubic_at(x, y) for x, y in np.transpose(points)])
    value, dx, dy = np.ascontiguousarray(found.transpose(1, 0, 2))
    return value, dx, dy


def orientation(model: Model) -> np.ndarray:
    """(elements, 4) sign of an element's functions: facets run from the lower vertex up."""
    t = model.triangles
    signs = [np.where(t[i] < t[j], 1.0, -1.0) for i, j in EDGES]
    return np.array([*signs, np.ones(t.shape[1])]).T


def numbers(model: Model) -> np.ndarray:
    """(elements, 4) number of an element's functions: facets, then elements."""
    facets = model.mesh.t2f
    return np.vstack([facets, model.mesh.nfacets + np.arange(facets.shape[1])]).T.astype(np.int64)


@dataclass(frozen=True)
class Complement:
    """The blocks of one physics that belong to W.

    Attributes
    ----------
    components
        2 for displacement, 1 for the potential; unknown c of function k is components * k + c.
    local
        (elements, 4 components) unknowns of an element, -1 where the error vanishes or no
        element takes part.
    sign
        (elements, 4 components).
    coupling
        (elements, 4 components, 6 components): B, element by element, unoriented.
    load
        (elements, 4 components), unoriented.
    matrices
        (elements, 4 components, 4 components): C, element by element, unoriented.
    facet
        (elements, 3) facets of an element, in the order of its functions.
    matrix
        C, over all unknowns; rows of those without part are empty.
    """

    components: int
    local: np.ndarray
    sign: np.ndarray
    facet: np.ndarray
    coupling: np.ndarray
    load: np.ndarray
    matrices: np.ndarray
    matrix: sp.csr_matrix

    @property
    def count(self) -> int:
        return self.matrix.shape[0]

    def with_matrix(self, added: sp.csr_matrix) -> Complement:
        """With something added to C."""
        return replace(self, matrix=self.matrix + added)

    def gather(self, per_element: np.ndarray) -> np.ndarray:
        """Sum of element vectors (elements, 4 components) over the elements."""
        takes_part = self.local >= 0
        oriented = (self.sign * per_element)[takes_part]
        return np.bincount(self.local[takes_part], oriented, self.count)

    def test(self, values: np.ndarray) -> np.ndarray:
        """B times a quadratic field (elements, 6 components)."""
        return self.gather(np.einsum("eij,ej->ei", self.coupling, values))

    def side_residual(
        self, quadratic: np.ndarray, cubic: np.ndarray, elements: np.ndarray, facets: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """What some elements of a solution feel at their outline.

        Parameters
        ----------
        quadratic, cubic
            (elements, 6 components) and (elements, 4 components) parts of the solution, as
            :attr:`_Estimator.correction` has them.
        facets
            Number of facets of the mesh.

        Returns
        -------
        nodal
            (elements, 6 components) what the cubic part adds at nodes, element by element.
        own
            (facets, components) integral of the traction on these elements, or of the flux into
            them, times the functions of facets, held ones included.
        """
        nodal = np.zeros_like(quadratic)
        nodal[elements] = np.einsum("eij,ei->ej", self.coupling[elements], cubic[elements])
        work = np.einsum("eij,ej->ei", self.coupling[elements], quadratic[elements])
        work += np.einsum("eij,ej->ei", self.matrices[elements], cubic[elements])
        work = ((work - self.load[elements]) * self.sign[elements]).reshape(
            len(elements), 4, self.components
        )
        own = np.zeros((facets, self.components))
        np.add.at(own, self.facet[elements], work[:, :3])
        return nodal, own

    def assembled(self, unknown_of: np.ndarray, count: int) -> sp.csr_matrix:
        """B, (unknowns of W, count), from an element's quadratic unknowns; -1 is none."""
        values = self.coupling * self.sign[:, :, None]
        return _of_elements(self.local, unknown_of, values, (self.count, count))

    def solve(self, residual: np.ndarray, condense: Callable[[np.ndarray], np.ndarray]):
        """e_W; ``condense`` takes e to B A^-1 B' e.

        Raises
        ------
        AnalysisError
            When the iteration does not converge.
        """
        # scaled to a unit diagonal, so that the residual's norm is that of the energy it stands for
        diagonal = self.matrix.diagonal()
        scale = np.divide(1.0, diagonal, out=np.zeros_like(diagonal), where=diagonal > 0) ** 0.5

        def product(values: np.ndarray) -> np.ndarray:
            e = scale * values
            return scale * (self.matrix @ e - condense(e))

        system = LinearOperator((self.count, self.count), matvec=product, dtype=float)
        found, info = cg(system, scale * residual, rtol=TOLERANCE, atol=0.0, maxiter=STEPS)
        if info != 0:
            raise AnalysisError("the error estimate did not converge")
        return scale * found


def complement(
    model: Model,
    components: int,
    vanishes: np.ndarray,
    blocks: np.ndarray,
    load: np.ndarray,
    elements: np.ndarray,
    split: tuple[np.ndarray, np.ndarray] | None = None,
) -> Complement:
    """Put element blocks together.

    Parameters
    ----------
    vanishes
        (facets, components) mask of where the error has no such part.
    blocks, load
        (:, 4 components, 10 components) B and C, and (:, 4 components), of the elements.
    split
        Facets across which the field jumps, and the element on one side of each: that side has
        functions of its own there, numbered after all others.
    """
    n, c = model.mesh.nelements, components
    function = numbers(model)
    count = c * (model.mesh.nfacets + n)
    if split is not None:
        facets, owner = split
        at = (function[owner, :3] == facets[:, None]).argmax(axis=1)
        function[owner, at] = model.mesh.nfacets + n + np.arange(len(facets))
        count += c * len(facets)
    held = np.zeros(count, dtype=bool)
    held[: c * model.mesh.nfacets] = vanishes.ravel()
    local = (c * function[:, :, None] + np.arange(c)).reshape(n, 4 * c)
    local[held[local]] = -1
    outside = np.ones(n, dtype=bool)
    outside[elements] = False
    local[outside] = -1
    sign = np.repeat(orientation(model), c, axis=1)
    coupling, matrices = blocks[:, :, : 6 * c], blocks[:, :, 6 * c :]
    whole_coupling, whole_load = np.zeros((n, 4 * c, 6 * c)), np.zeros((n, 4 * c))
    whole_matrices = np.zeros((n, 4 * c, 4 * c))
    whole_coupling[elements], whole_load[elements] = coupling, load
    whole_matrices[elements] = matrices
    oriented = whole_matrices * sign[:, :, None] * sign[:, None, :]
    matrix = _of_elements(local, local, oriented, (count, count))
    facet = model.mesh.t2f.T
    return Complement(c, local, sign, facet, whole_coupling, whole_load, whole_matrices, matrix)


def _of_elements(
    rows: np.ndarray, columns: np.ndarray, values: np.ndarray, shape: tuple[int, int]
) -> sp.csr_matrix:
    """Sum of element matrices (elements, i, j); numbers (elements, i), (elements, j), -1 is none.

    What several elements have at one place stands there several times: products take their sum.
    """
    taken = rows >= 0
    widths = np.broadcast_to((columns >= 0).sum(axis=1)[:, None], rows.shape)
    ends = np.cumsum(np.bincount(rows[taken], widths[taken], shape[0])).astype(np.int32)
    starts = np.concatenate([[0], ends]).astype(np.int32)
    indices, data = np.empty(starts[-1], dtype=np.int32), np.empty(starts[-1])
    _fill(rows, columns, values, starts[:-1].copy(), indices, data)
    return sp.csr_matrix((data, indices, starts), shape=shape)


@kernel
def _fill(rows, columns, values, place, indices, data):
    """Element matrices into the rows of a sparse one, each from its ``place`` on."""
    for e in range(values.shape[0]):
        for i in range(values.shape[1]):
            row = rows[e, i]
            if row < 0:
                continue
            for j in range(values.shape[2]):
                if columns[e, j] >= 0:
                    indices[place[row]] = columns[e, j]
                    data[place[row]] = values[e, i, j]
                    place[row] += 1
