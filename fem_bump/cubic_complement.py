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
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numba import njit

from fem_bump import kernels
from fem_bump.errors import AnalysisError
from fem_bump.model import Model

EDGES = ((0, 1), (1, 2), (0, 2))  # as the facets of an element are numbered
TOLERANCE, STEPS = 1e-3, 100  # of the conjugate gradients, on the energy of the error


def cubic_functions(points: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The four functions of an element and their reference gradients: three (q, 4) arrays."""
    x, y = np.asarray(points, dtype=float)
    corner = (1.0 - x - y, x, y)
    gradient = ((-1.0, -1.0), (1.0, 0.0), (0.0, 1.0))
    value, slope = [], []
    for i, j in EDGES:
        a, b = corner[i], corner[j]
        value.append(a * b * (a - b))
        da, db = 2 * a * b - b * b, a * a - 2 * a * b
        slope.append([da * gradient[i][c] + db * gradient[j][c] for c in range(2)])
    a, b, d = corner
    value.append(a * b * d)
    slope.append(
        [gradient[0][c] * b * d + a * gradient[1][c] * d + a * b * gradient[2][c] for c in range(2)]
    )
    dx, dy = (np.array([s[c] for s in slope]).T.copy() for c in range(2))
    return np.array(value).T.copy(), dx, dy


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
    function
        (elements, 4) number of an element's functions: facets, then elements.
    matrix
        C, over all unknowns; rows of those without part are empty.
    """

    components: int
    local: np.ndarray
    sign: np.ndarray
    function: np.ndarray
    coupling: np.ndarray
    load: np.ndarray
    matrices: np.ndarray
    matrix: sp.csr_matrix

    @property
    def count(self) -> int:
        return self.matrix.shape[0]

    def gather(self, per_element: np.ndarray) -> np.ndarray:
        """Sum of element vectors (elements, 4 components) over the elements."""
        out = np.zeros(self.count)
        takes_part = self.local >= 0
        np.add.at(out, self.local[takes_part], (self.sign * per_element)[takes_part])
        return out

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
        np.add.at(own, self.function[elements, :3], work[:, :3])
        return nodal, own

    def one_sided(
        self, quadratic: np.ndarray, own: np.ndarray, elements: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """B' w and C w + B v over some elements, v quadratic and w a sum of facet functions.

        ``quadratic`` is (elements, 6 components), ``own`` (facets, components). Returns element
        vectors (elements, 6 components), and a vector over the functions.
        """
        local = np.zeros((len(elements), 4, self.components))
        local[:, :3] = own[self.function[elements, :3]]
        w = local.reshape(len(elements), -1) * self.sign[elements]
        on_quadratic = np.zeros_like(quadratic)
        on_quadratic[elements] = np.einsum("eij,ei->ej", self.coupling[elements], w)
        on_cubic = np.zeros(self.sign.shape)
        on_cubic[elements] = np.einsum("eij,ej->ei", self.matrices[elements], w)
        on_cubic[elements] += np.einsum("eij,ej->ei", self.coupling[elements], quadratic[elements])
        return on_quadratic, self.gather(on_cubic)

    def assembled(self, unknown_of: np.ndarray, count: int) -> sp.csr_matrix:
        """B, (unknowns of W, count), from an element's quadratic unknowns; -1 is none."""
        values = self.coupling * self.sign[:, :, None]
        rows = np.broadcast_to(self.local[:, :, None], values.shape)
        columns = np.broadcast_to(unknown_of[:, None, :], values.shape)
        both = (rows >= 0) & (columns >= 0)
        return sp.csr_matrix((values[both], (rows[both], columns[both])), (self.count, count))

    def solve(self, residual: np.ndarray, condense: Callable[[np.ndarray], np.ndarray]):
        """e_W; ``condense`` takes e to B A^-1 B' e.

        Raises
        ------
        AnalysisError
            When the iteration does not converge.
        """
        diagonal = self.matrix.diagonal()
        inverse = np.divide(1.0, diagonal, out=np.zeros_like(diagonal), where=diagonal > 0)
        e, r = np.zeros_like(residual), residual.copy()
        y = inverse * r
        p, product = y.copy(), float(r @ y)
        first = product
        for _ in range(STEPS):
            if product <= TOLERANCE**2 * first:
                return e
            q = self.matrix @ p - condense(p)
            step = product / float(p @ q)
            e += step * p
            r -= step * q
            y = inverse * r
            product, before = float(r @ y), product
            p = y + product / before * p
        raise AnalysisError("the error estimate did not converge")


def complement(
    model: Model,
    components: int,
    vanishes: np.ndarray,
    coupling: np.ndarray,
    load: np.ndarray,
    matrices: np.ndarray,
    elements: np.ndarray,
) -> Complement:
    """Put element blocks together.

    ``vanishes`` is (facets, components); ``coupling``, ``load`` and ``matrices`` follow
    ``elements``.
    """
    n, c = model.mesh.nelements, components
    function = numbers(model)
    count = c * (model.mesh.nfacets + n)
    held = np.zeros(count, dtype=bool)
    held[: c * model.mesh.nfacets] = vanishes.ravel()
    local = (c * function[:, :, None] + np.arange(c)).reshape(n, 4 * c)
    local[held[local]] = -1
    outside = np.ones(n, dtype=bool)
    outside[elements] = False
    local[outside] = -1
    sign = np.repeat(orientation(model), c, axis=1)
    whole_coupling, whole_load = np.zeros((n, 4 * c, 6 * c)), np.zeros((n, 4 * c))
    whole_matrices = np.zeros((n, 4 * c, 4 * c))
    whole_coupling[elements], whole_load[elements] = coupling, load
    whole_matrices[elements] = matrices
    oriented = matrices * sign[elements][:, :, None] * sign[elements][:, None, :]
    rows = np.repeat(local[elements][:, :, None], 4 * c, axis=2)
    columns = np.swapaxes(rows, 1, 2)
    both = (rows >= 0) & (columns >= 0)
    matrix = sp.csr_matrix((oriented[both], (rows[both], columns[both])), shape=(count, count))
    return Complement(c, local, sign, function, whole_coupling, whole_load, whole_matrices, matrix)


def elastic_blocks(
    model: Model, young: np.ndarray, poisson: np.ndarray, eps: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Per element B (8, 12), thermal load (8,), C (8, 8) of thermo-elasticity, uN and um."""
    rule, weights = kernels.triangle_rule()
    quadratic, cubic = kernels.shape_functions(rule), cubic_functions(rule)
    n = model.mesh.nelements
    coupling, load, matrices = np.zeros((n, 8, 12)), np.zeros((n, 8)), np.zeros((n, 8, 8))
    _elastic(
        model.node_points_um,
        model.nodes,
        *quadratic,
        *(np.hstack(pair) for pair in zip(quadratic, cubic, strict=True)),  # type: ignore[call-arg]
        weights,
        young,
        poisson,
        eps,
        coupling,
        load,
        matrices,
    )
    return coupling, load, matrices


@njit(cache=True)
def _elastic(
    x, nodes, shape, dx, dy, every, every_x, every_y, weights, young, poisson, eps, b, f, c
):
    dr, dz, h = np.empty(10), np.empty(10), np.empty(10)
    for e in range(nodes.shape[1]):
        for q in range(len(weights)):
            r, _, det, g00, g01, g10, g11 = kernels._map(x, nodes, e, shape[q], dx[q], dy[q])
            w = 2 * np.pi * r * det * weights[q]
            nu = poisson[e, q]
            lam = young[e, q] * nu / ((1 + nu) * (1 - 2 * nu))
            mu = young[e, q] / (2 * (1 + nu))
            stress = (3 * lam + 2 * mu) * eps[e, q]
            for i in range(10):
                dr[i] = g00 * every_x[q, i] + g01 * every_y[q, i]
                dz[i] = g10 * every_x[q, i] + g11 * every_y[q, i]
                h[i] = every[q, i] / r
            for k in range(4):
                i = 6 + k
                f[e, 2 * k] += w * stress * (dr[i] + h[i])
                f[e, 2 * k + 1] += w * stress * dz[i]
                for j in range(10):
                    rr = w * (
                        (lam + 2 * mu) * (dr[i] * dr[j] + h[i] * h[j])
                        + lam * (dr[i] * h[j] + h[i] * dr[j])
                        + mu * dz[i] * dz[j]
                    )
                    rz = w * (lam * (dr[i] + h[i]) * dz[j] + mu * dz[i] * dr[j])
                    zr = w * (lam * dz[i] * (dr[j] + h[j]) + mu * dr[i] * dz[j])
                    zz = w * ((lam + 2 * mu) * dz[i] * dz[j] + mu * dr[i] * dr[j])
                    if j < 6:
                        b[e, 2 * k, 2 * j] += rr
                        b[e, 2 * k, 2 * j + 1] += rz
                        b[e, 2 * k + 1, 2 * j] += zr
                        b[e, 2 * k + 1, 2 * j + 1] += zz
                    else:
                        m = j - 6
                        c[e, 2 * k, 2 * m] += rr
                        c[e, 2 * k, 2 * m + 1] += rz
                        c[e, 2 * k + 1, 2 * m] += zr
                        c[e, 2 * k + 1, 2 * m + 1] += zz


def conduction_blocks(
    model: Model, elements: np.ndarray, conductivity: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Per element B (4, 6) and C (4, 4) of conduction; ``conductivity`` (all elements, q), S/um."""
    rule, weights = kernels.triangle_rule()
    quadratic, cubic = kernels.shape_functions(rule), cubic_functions(rule)
    n = len(elements)
    coupling, matrices = np.zeros((n, 4, 6)), np.zeros((n, 4, 4))
    _conduction(
        model.node_points_um,
        model.nodes,
        elements,
        *quadratic,
        *(np.hstack(pair) for pair in zip(quadratic[1:], cubic[1:], strict=True)),  # type: ignore[call-arg]
        weights,
        conductivity,
        coupling,
        matrices,
    )
    return coupling, matrices


@njit(cache=True)
def _conduction(x, nodes, elements, shape, dx, dy, every_x, every_y, weights, conductivity, b, c):
    dr, dz = np.empty(10), np.empty(10)
    for n in range(len(elements)):
        e = elements[n]
        for q in range(len(weights)):
            r, _, det, g00, g01, g10, g11 = kernels._map(x, nodes, e, shape[q], dx[q], dy[q])
            w = 2 * np.pi * r * det * weights[q] * conductivity[e, q]
            for i in range(10):
                dr[i] = g00 * every_x[q, i] + g01 * every_y[q, i]
                dz[i] = g10 * every_x[q, i] + g11 * every_y[q, i]
            for k in range(4):
                for j in range(10):
                    value = w * (dr[6 + k] * dr[j] + dz[6 + k] * dz[j])
                    if j < 6:
                        b[n, k, j] += value
                    else:
                        c[n, k, j - 6] += value
