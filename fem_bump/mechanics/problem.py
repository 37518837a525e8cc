"""An elastic problem of one harmonic of the angle: assembled with its kernel, and solved.

Find u such that for all admissible v, weight 2 pi r,

    integral of e(v) : C (e(u) - e0) + integral over foundations of k u . v = loads . v,

in the unknowns of :mod:`fem_bump.mechanics.conditions`. Harmonic 0 without torsion has a kernel of
its own, of two components; the strains of both stand in
:mod:`fem_bump.mechanics.axisymmetric_kernels` and :mod:`fem_bump.mechanics.harmonic_kernels`.
Units: um, MPa, uN.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from fem_bump.algebra.constraints import FreeUnknowns
from fem_bump.algebra.linear_solver import Factorization, SolverInfo, solve_factorized
from fem_bump.algebra.pattern import assemble_small
from fem_bump.algebra.shape_functions import shape_functions, shape_table, triangle_rule
from fem_bump.body.material_state import MaterialState
from fem_bump.mechanics.axisymmetric_kernels import assemble_elastic
from fem_bump.mechanics.conditions import Conditions, Prescribed, turned
from fem_bump.mechanics.harmonic_kernels import assemble_harmonic


@dataclass(frozen=True)
class AxisUnknowns:
    """The unknowns of a solved harmonic, r, t, z per node, and its factorized matrix.

    Nodes on the axis have half sum and half difference in place of r and t there.
    """

    free: FreeUnknowns
    axis_nodes: np.ndarray

    def solve(self, load: np.ndarray) -> np.ndarray:
        """Response to loads (3 nodes,) or (3 nodes, k) with what is prescribed at 0."""
        return turned(self.free.solve(turned(load, self.axis_nodes)), self.axis_nodes)

    @property
    def given(self) -> np.ndarray:
        """(3 nodes,) mask of what is known, tied, or bound by the condition on the axis."""
        out = self.free.given.reshape(-1, 3).copy()
        out[self.axis_nodes] = True
        return out.ravel()


@dataclass(frozen=True)
class Springs:
    """Elastic supports, in unknowns.

    Attributes
    ----------
    matrices
        (m, 9, 9) stiffness, uN/um.
    unknowns
        (m, 9) numbers among all.
    """

    matrices: np.ndarray
    unknowns: np.ndarray


@dataclass(frozen=True)
class ElasticSolution:
    """Displacement (nodes, c), um, with the factorized stiffness that gave it."""

    u_um: np.ndarray
    info: SolverInfo
    factors: FreeUnknowns | AxisUnknowns


@dataclass(frozen=True)
class ElasticProblem:
    """What acts on a body that is held somehow.

    Attributes
    ----------
    free_strain
        Strain without stress at the quadrature points: (elements, q), the thermal one, of two
        components; (6, elements, q) of three.
    load
        (nodes, c) forces, uN; None without any.
    """

    conditions: Conditions
    state: MaterialState
    free_strain: np.ndarray
    prescribed_um: Prescribed
    load: np.ndarray | None = None
    springs: Sequence[Springs] = ()

    def solve(self, solver: str = "auto") -> ElasticSolution:
        """Assemble, factorize, solve.

        Raises
        ------
        InputError
            For values that are prescribed and cannot be.
        AnalysisError
            When the system cannot be solved.
        """
        held, axis = self.conditions, self.conditions.model.axis_nodes
        number, width = held.number, len(held.components)
        u = held.values(self.prescribed_um)
        lower, right = self._assembled(np.where(held.known, u, 0.0))
        if self.load is not None:
            force = self.load.ravel()
            if width == 3:
                force = turned(force, axis)
            np.add.at(right, number[number >= 0], force[number >= 0])
        factor = Factorization(lower, solver)
        solution, info = solve_factorized(lower, factor, right)
        u[number >= 0] = solution[number[number >= 0]]
        factors = FreeUnknowns(number, factor)
        if width == 2:
            return ElasticSolution(u.reshape(-1, 2), info, factors)
        u = turned(u, axis).reshape(-1, 3)
        return ElasticSolution(u, info, AxisUnknowns(factors, axis))

    def _assembled(self, given: np.ndarray) -> tuple[sp.csc_matrix, np.ndarray]:
        """Lower triangle of the stiffness of the free unknowns, and their loads.

        ``given`` (unknowns,) holds the values of those that are known.
        """
        held, state, model = self.conditions, self.state, self.conditions.model
        rule, weights = triangle_rule()
        body = model.node_points_um, model.nodes
        form = (
            shape_table(shape_functions(rule)),
            weights,
            state.young,
            state.poisson,
            self.free_strain,
            held.dofs,
            given[held.unknowns],
        )
        colptr, rows = held.pattern
        data, right = np.zeros(colptr[-1]), np.zeros(held.free)
        system = colptr, rows, data, right
        if held.components == "rz":
            assemble_elastic(*body, *form, *system)
        else:
            assemble_harmonic(*body, float(held.harmonic), *form, *system)
        for each in self.springs:
            dofs, values = held.number[each.unknowns], given[each.unknowns]
            assemble_small(each.matrices, dofs, values, *system)
        return sp.csc_matrix((data, rows, colptr), shape=(held.free, held.free)), right
