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
    straight, around = np.zeros((2, len(elements), 6, 6))
    table = shape_table(shape)
    conduction_rows(
        model.node_points_um, model.nodes, elements, table, table, weights, 0, mobility,
        straight, around,
    )  # fmt: skip
    products = (shape[0][:, :, None] * shape[0][:, None, :]).reshape(len(weights), 36)
    volumes = model.quadrature[1][elements] / block.moduli_mpa[:, None]
    return ElementMatrices(straight, around, (volumes @ products).reshape(-1, 6, 6))


@dataclass(frozen=True)
class Transport:
    """One harmonic of a block on its free unknowns.

    Attributes
    ----------
    number
        (unknowns,) free number per unknown, -1 where it is given.
    conducting, storing
        Lower triangles on one pattern: of the mobility and of 1/B.
    load
        (free,) of the drive, and of what is given.
    """

    number: np.ndarray
    conducting: sp.csc_matrix
    storing: sp.csc_matrix
    load: np.ndarray

    @property
    def free(self) -> np.ndarray:
        """(unknowns,) whether an unknown is free."""
        return self.number >= 0

    def steady(self, given: np.ndarray, is_closed: bool) -> np.ndarray:
        """(unknowns,) a stress at which nothing moves any more, up to a constant where closed.

        ``given`` is (unknowns,), values of those that are not free.
        """
        matrix = self.conducting
        if is_closed:
            # a spring holds one unknown at 0, and carries nothing
            matrix = matrix.copy()
            matrix.data[0] *= 2.0
        solution, _ = solve_factorized(matrix, Factorization(matrix), self.load)
        out = given.copy()
        out[self.free] = solution
        return out


def transport(
    block: Block,
    element: np.ndarray,
    storage: np.ndarray,
    drive_mpa: np.ndarray,
    known: np.ndarray,
    given: np.ndarray,
) -> Transport:
    """One harmonic's problem.

    Parameters
    ----------
    element, storage
        (m, 6, 6) matrices of this harmonic's mobility, and of 1/B.
    drive_mpa
        (m, 6) amplitude of U per element node.
    known, given
        (unknowns,) which are not free, and their values, 0 elsewhere.
    """
    free = int((~known).sum())
    number = np.full(block.count, -1, dtype=np.int64)
    number[~known] = np.arange(free)
    dofs = number[block.unknowns]
    colptr, rows = lower_pattern(dofs, free)
    load, unused, nothing = np.zeros(free), np.zeros(free), np.zeros(dofs.shape)
    conducting, storing = np.zeros((2, len(rows)))
    assemble_small(element, dofs, given[block.unknowns], colptr, rows, conducting, load)
    assemble_small(storage, dofs, nothing, colptr, rows, storing, unused)
    pushed, inside = np.einsum("eij,ej->ei", element, drive_mpa), dofs >= 0
    np.add.at(load, dofs[inside], pushed[inside])
    conducting, storing = (
        sp.csc_matrix((data, rows, colptr), (free, free)) for data in (conducting, storing)
    )
    return Transport(number, conducting, storing, load)
