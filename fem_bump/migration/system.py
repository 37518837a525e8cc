"""The discrete transport problem of one block: what stores, what conducts, what drives.

With the hydrostatic stress sigma = sum over n of sigma_n cos(n theta - phase), find sigma_n such
that for all admissible v, over the full revolution (weight 2 pi r for every n),

    integral of (1/B) d(sigma_n)/dt v
      + integral of m (grad(sigma_n - U_n) . grad v + n^2 (sigma_n - U_n) v / r^2) = 0,

    m = D Omega / (k T),   U = (Z* e / Omega) phi + (Q* / Omega) ln T.

This is d(sigma)/dt = div[kappa (grad sigma + Z* e rho j / Omega - Q* grad T / (T Omega))] with
kappa = m B and rho j = -grad phi (M. A. Korhonen et al., J. Appl. Phys. 73, 3790, 1993), in which
both forces are gradients: U is what the steady stress follows. Outer faces and the faces to other
blocks are natural: nothing passes. With v = 1 and n = 0 the integral of sigma / B is conserved.
U is taken per element, so that it may jump where sigma and the flux do not: at an open interface,
or across a contact film. For n >= 1 sigma_n vanishes on the axis. Second-order triangles. Units:
um, s, MPa, K, V.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from fem_bump.algebra.conduction_kernels import conduction_rows
from fem_bump.algebra.linear_solver import Factorization, solve_factorized
from fem_bump.algebra.pattern import assemble_small, lower_pattern
from fem_bump.algebra.shape_functions import shape_functions, shape_table, triangle_rule
from fem_bump.errors import InputError
from fem_bump.migration.blocks import Block


@dataclass(frozen=True)
class ElementMatrices:
    """(m, 6, 6) each, of a block's elements: mobility in the plane and around, and 1/B."""

    straight: np.ndarray
    around: np.ndarray
    storage: np.ndarray

    def conducting(self, harmonic: int) -> np.ndarray:
        """Of m grad u . grad v + n^2 m u v / r^2."""
        return self.straight + harmonic**2 * self.around if harmonic else self.straight


def element_matrices(block: Block, node_degc: np.ndarray) -> ElementMatrices:
    """Matrices of a block's elements at a temperature, (second-order nodes,) degC."""
    model, elements = block.model, block.elements
    rule, weights = triangle_rule()
    shape = shape_functions(rule)
    degc = node_degc[model.nodes[:, elements]].T @ shape[0].T
    mobility = np.zeros((model.mesh.nelements, len(weights)))
    for region in block.regions:
        here, data = block.of_region(region), block.data(region)
        mobility[elements[here]] = data.mobility_um2_per_s_mpa(degc[here])
        if not mobility[elements[here]].all():
            raise InputError(
                f"region '{region}': D0 exp(-Ea / k T) of its material vanishes at "
                f"{degc[here].min():g} degC, where nothing moves; 'immobile' says that"
            )
    straight, around = np.zeros((2, len(elements), 6, 6))
    table = shape_table(shape)
    conduction_rows(
        model.node_points_um, model.nodes, elements, table, table, weights, 0, mobility,
        straight, around,
    )  # fmt: skip
    products = (shape[0][:, :, None] * shape[0][:, None, :]).reshape(len(weights), 36)
    volumes = model.quadrature[1][elements] / block.moduli_mpa[:, None]
    return ElementMatrices(straight, around, (volumes @ products).reshape(-1, 6, 6))


class Unknowns:
    """Free unknowns of harmonics of a block, the pattern of their matrices, one factorization.

    Parameters
    ----------
    storage
        (m, 6, 6) matrices of 1/B.
    known
        (unknowns,) which are given.

    Attributes
    ----------
    free
        (unknowns,) which are not.
    storing
        Lower triangle of 1/B.
    """

    def __init__(self, block: Block, storage: np.ndarray, known: np.ndarray) -> None:
        self.free, self._unknowns = ~known, block.unknowns
        count = int(self.free.sum())
        number = np.full(block.count, -1, dtype=np.int64)
        number[self.free] = np.arange(count)
        self._dofs = number[block.unknowns]
        colptr, rows = lower_pattern(self._dofs, count)
        self._lower = colptr, rows, (count, count)
        self._factor: Factorization | None = None
        self.storing, _ = self._assembled(storage, np.zeros(block.count))

    def _assembled(
        self, element: np.ndarray, given: np.ndarray
    ) -> tuple[sp.csc_matrix, np.ndarray]:
        """Lower triangle of element matrices, and the load of what is given."""
        colptr, rows, shape = self._lower
        data, load = np.zeros(len(rows)), np.zeros(shape[0])
        assemble_small(element, self._dofs, given[self._unknowns], colptr, rows, data, load)
        return sp.csc_matrix((data, rows, colptr), shape), load

    def conducting(
        self, element: np.ndarray, drive_mpa: np.ndarray, given: np.ndarray
    ) -> tuple[sp.csc_matrix, np.ndarray]:
        """Lower triangle of a harmonic's mobility, and (free,) load of the drive and what is given.

        Parameters
        ----------
        element
            (m, 6, 6) matrices.
        drive_mpa
            (m, 6) amplitude of U per element node.
        given
            (unknowns,) values of those that are known, 0 elsewhere.
        """
        lower, load = self._assembled(element, given)
        pushed, inside = np.einsum("eij,ej->ei", element, drive_mpa), self._dofs >= 0
        np.add.at(load, self._dofs[inside], pushed[inside])
        return lower, load

    def factorized(self, lower: sp.csc_matrix) -> Factorization:
        """A matrix on this pattern factorized: good until the next one is."""
        if self._factor is None:
            self._factor = Factorization(lower)
        else:
            self._factor.update(lower.data)
        return self._factor

    def steady(
        self, lower: sp.csc_matrix, load: np.ndarray, given: np.ndarray, is_closed: bool
    ) -> np.ndarray:
        """(unknowns,) a stress at which nothing moves any more, up to a constant where closed."""
        if is_closed:
            # a spring holds one unknown at 0, and carries nothing
            lower = lower.copy()
            lower.data[0] *= 2.0
        solution, _ = solve_factorized(lower, self.factorized(lower), load)
        out = given.copy()
        out[self.free] = solution
        return out
