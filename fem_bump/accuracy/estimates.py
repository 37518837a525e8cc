"""How wrong a number still is, and where that comes from: dual-weighted residuals.

A number J is a linear functional l of the solution (a window mean with its window fixed, a
linearized principal stress, a resistance). With the adjoint solution z, A z = l,

    J(u) - J(u_h) = residual(z - z_h)  ~  rho . e_W,     rho = l_W - B z_h,

where e_W is what the cubic space adds to the solution (:mod:`fem_bump.accuracy.cubic_complement`)
and rho the adjoint's residual there. The products of single functions of W sum up to the estimate;
their absolute values say where it comes from. All adjoints share the factors of the primal problem,
and the error e_W is solved for once, for all numbers (Becker and Rannacher, Acta Numerica 10,
2001).

Where a load is not axisymmetric every harmonic of the angle is a state of its own, and a number a
sum over the states: their signed shares are added up before absolute values are taken.

A traction or flux that is quadratic on facets has an error of its own at the ends of its window:
see :mod:`fem_bump.accuracy.outline_densities`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
import scipy.sparse as sp

from fem_bump.accuracy.cubic_complement import Complement
from fem_bump.accuracy.functionals import Functional, Goal, loads
from fem_bump.accuracy.sample_functions import SampleFunctions
from fem_bump.body.model import Model
from fem_bump.interfaces.averages import Sample

KINK_DEG = 20.0
# Powers with which fields grow around a corner of materials (that of a re-entrant right angle), and
# around the end of a terminal on a straight face.
CORNER_POWER, TERMINAL_POWER = 2 / 3, 1 / 2


def corner_factor(power: float) -> float:
    """Error of quadratic elements around a corner over what cubic ones remove of it.

    Where a field grows with the power lambda of the distance, numbers converge with the power
    4 lambda of the polynomial order p (Babuska and Suri, RAIRO M2AN 21, 1987): cubic elements leave
    (2/3)^(4 lambda) of the error.
    """
    return 1.0 / (1.0 - (2 / 3) ** (4 * power))


def corner_vertices(model: Model) -> np.ndarray:
    """(vertices,) mask of where fields may be singular: more than two regions, or a kink.

    Counted are sides of elements between two regions or on the outline, the axis left out.
    """
    mesh, p = model.mesh, model.points_um
    first, second = mesh.f2t
    region = np.append(model.region_index, -1)
    on_axis = (p[0][mesh.facets] == 0.0).all(axis=0)
    cut = np.nonzero((region[first] != region[second]) & ~on_axis)[0]
    ends = mesh.facets[:, cut]
    along = p[:, ends[1]] - p[:, ends[0]]
    along = along / np.hypot(*along)
    count = np.bincount(ends.ravel(), minlength=mesh.nvertices)
    # at a straight passage the two directions away from the vertex cancel
    away = np.zeros((2, mesh.nvertices))
    for c in range(2):
        np.add.at(away[c], ends[0], along[c])
        np.add.at(away[c], ends[1], -along[c])
    turn = np.degrees(2 * np.arcsin(np.clip(np.hypot(*away) / 2, 0.0, 1.0)))
    return (p[0] > 0) & ((count > 2) | ((count == 2) & (turn > KINK_DEG)))


@dataclass(frozen=True)
class GoalError:
    """Estimated error of one number.

    Attributes
    ----------
    signed
        J(u) - J(u_h), as far as the cubic space sees it.
    by_element
        (elements,) absolute shares.
    corner_by_element
        (elements,) what facets at corners carry whose share with the leg around the corner decides
        on the number. Between legs a nodal residual is split by a rule; how wrong that is no
        residual tells.
    """

    signed: float
    by_element: np.ndarray
    corner_by_element: np.ndarray

    def times(self, factor: float) -> GoalError:
        """The error of a number that is a multiple of this one."""
        size = abs(factor)
        return GoalError(
            factor * self.signed, size * self.by_element, size * self.corner_by_element
        )

    @property
    def absolute(self) -> float:
        """Sum of the absolute shares: what is left if nothing cancels."""
        return float(self.by_element.sum())

    @property
    def corner(self) -> float:
        """Sum of what facets at corners carry."""
        return float(self.corner_by_element.sum())


def goal_errors(
    estimators: Sequence[Estimator], functionals: Sequence[Functional]
) -> list[GoalError]:
    """Estimated errors of some numbers, each a sum over the states of one physics."""
    if not functionals:
        return []
    first = estimators[0]
    model = first.model
    shares = np.zeros((first.complement.count // first.complement.components, len(functionals)))
    if first.together is not None:
        shares += _shares_together(estimators, functionals, first.together)
    else:
        for state, estimator in enumerate(estimators):
            rows = [k for k, functional in enumerate(functionals) if state in functional.goals]
            if rows:
                goals = [functionals[k].goals[state] for k in rows]
                quadratic, cubic, mix = loads(goals)
                adjoints = estimator.factors.solve(quadratic)
                shares[:, rows] += (mix @ estimator.shares(cubic, adjoints).T).T
    signed = shares.sum(axis=0)
    shared_out = first.by_element(np.abs(shares)).T
    out = []
    for functional, total, by_element in zip(functionals, signed, shared_out, strict=True):
        ends = functional.ends
        at_corners = np.zeros(model.mesh.nelements) + ends.corner_by_element
        by_element = by_element + ends.projected_by_element
        out.append(GoalError(float(total) + ends.projected, by_element, at_corners))
    return out


def _shares_together(
    estimators: Sequence[Estimator], functionals: Sequence[Functional], together: Together
) -> np.ndarray:
    """(functions, functionals) of states whose adjoints are coupled: all of them have a share."""
    of_states, cubic = [], []
    for state, estimator in enumerate(estimators):
        none = Goal.of(np.zeros(estimator.unknown_count), np.zeros(estimator.complement.count))
        quadratic, own, mix = loads([f.goals.get(state, none) for f in functionals])
        of_states.append((mix @ quadratic.T).T)
        cubic.append((mix @ own.T).T)
    adjoints, on_cubic = together.solve(of_states)
    return np.sum(
        [
            estimator.shares(given - more, adjoint)
            for estimator, given, more, adjoint in zip(
                estimators, cubic, on_cubic, adjoints, strict=True
            )
        ],
        axis=0,
    )


def _summed(place: np.ndarray, values: np.ndarray, count: int) -> np.ndarray:
    """(count,) sum of values by place; -1 is none."""
    there = place >= 0
    return np.bincount(place[there], values[there], count)


class Solver(Protocol):
    """Response of all unknowns of a solved problem to loads on them."""

    def solve(self, load: np.ndarray) -> np.ndarray: ...


class Together(Protocol):
    """Adjoints of states that are coupled."""

    def solve(self, loads: Sequence[np.ndarray]) -> tuple[Sequence[np.ndarray], np.ndarray]:
        """Adjoints (unknowns, goals) per state from loads like them.

        And (states, functions, goals) of what the coupling does to the complement's functions.
        """


class Estimator:
    """One state of one physics, its error in the cubic space, and what that does to numbers.

    Attributes
    ----------
    unknown_of
        (elements, 6 components) unknown per element node, -1 where none is.
    residual
        (functions of the complement,) of the state.
    terminal_ends
        (vertices,) mask of where a condition ends on a straight face.
    split
        Facets across which the field jumps, and the element whose functions there stand last.
    together
        Adjoints of all states at once, where these are coupled.
    """

    model: Model
    complement: Complement
    residual: np.ndarray
    unknown_of: np.ndarray
    unknown_count: int
    factors: Solver
    terminal_ends: np.ndarray
    split: tuple[np.ndarray, np.ndarray] = (np.zeros(0, dtype=np.int64),) * 2
    together: Together | None = None
    _last: tuple[Sample, SampleFunctions] | None = None

    @cached_property
    def corners(self) -> np.ndarray:
        """(vertices,) mask of where fields may be singular."""
        return corner_vertices(self.model) | self.terminal_ends

    def element_values(self, unknowns: np.ndarray) -> np.ndarray:
        """(elements, 6 components) from all unknowns."""
        return np.where(self.unknown_of >= 0, unknowns[np.maximum(self.unknown_of, 0)], 0.0)

    def assemble(self, per_element: np.ndarray) -> np.ndarray:
        """(unknowns,) sum of element vectors (elements, 6 components)."""
        return _summed(self.unknown_of, per_element, self.unknown_count)

    @cached_property
    def coupling(self) -> sp.csr_matrix:
        """B, (functions of the complement, unknowns)."""
        return self.complement.assembled(self.unknown_of, self.unknown_count)

    @cached_property
    def error(self) -> np.ndarray:
        """e_W."""
        transposed = self.coupling.T.tocsr()

        def condense(e: np.ndarray) -> np.ndarray:
            return self.coupling @ self.factors.solve(transposed @ e)

        return self.complement.solve(self.residual, condense)

    @cached_property
    def correction(self) -> tuple[np.ndarray, np.ndarray]:
        """What the cubic space adds: on (elements, 6 c) quadratic and (elements, 4 c) cubic parts.

        Scaled up around corners, as the estimates are.
        """
        return self._as_field(
            self.error * np.repeat(self._corner_factors, self.complement.components)
        )

    @cached_property
    def unscaled_correction(self) -> tuple[np.ndarray, np.ndarray]:
        """The same as it is: the larger correction around corners would be a rougher field."""
        return self._as_field(self.error)

    def _as_field(self, e: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        quadratic = -self.factors.solve(self.coupling.T @ e)
        local = self.complement.local
        cubic = np.where(local >= 0, e[np.maximum(local, 0)], 0.0) * self.complement.sign
        return self.element_values(quadratic), cubic

    def block_rows(self, elements: np.ndarray) -> np.ndarray:
        """(:, 10 components, 10 components) matrices of some elements, all functions."""
        raise NotImplementedError

    def shares(self, cubic: np.ndarray, adjoints: np.ndarray) -> np.ndarray:
        """(functions, goals) signed shares of facets' and elements' functions in the errors.

        ``cubic`` is (functions of the complement, goals), ``adjoints`` (unknowns, goals).
        """
        weigh, coupled = self._weighing
        return weigh @ cubic - coupled @ adjoints

    @cached_property
    def _weighing(self) -> tuple[sp.csr_matrix, sp.csr_matrix]:
        """Sum over the components of the complement, times the error there; the same after B."""
        c, count = self.complement.components, self.complement.count
        weights = self.error * np.repeat(self._corner_factors, c)
        weigh = sp.csr_matrix((weights, np.arange(count), np.arange(0, count + 1, c)))
        return weigh, weigh @ self.coupling

    def by_element(self, share: np.ndarray) -> np.ndarray:
        """(elements, k) shares of facets, half to either side, of elements and of split facets."""
        return self._sharing_out @ share

    @cached_property
    def _sharing_out(self) -> sp.csr_matrix:
        """(elements, functions) which part of a function's share belongs to an element."""
        mesh = self.model.mesh
        n, (first, second) = mesh.nelements, mesh.f2t
        takes_part = np.any(self.complement.local >= 0, axis=1)
        inside = np.array([takes_part[first], (second >= 0) & takes_part[np.maximum(second, 0)]])
        side, facet = np.nonzero(inside)
        rows = np.concatenate([mesh.f2t[side, facet], np.arange(n), self.split[1]])
        split = mesh.nfacets + n + np.arange(len(self.split[1]))
        columns = np.concatenate([facet, mesh.nfacets + np.arange(n), split])
        half = 1.0 / np.maximum(inside.sum(axis=0), 1)[facet]
        values = np.concatenate([half, np.ones(len(rows) - len(half))])
        return sp.csr_matrix((values, (rows, columns)), shape=(n, mesh.nfacets + n + len(split)))

    @cached_property
    def _corner_factors(self) -> np.ndarray:
        """Factor per function, facets then elements: not 1 where those touch a corner."""
        factor = np.where(corner_vertices(self.model), corner_factor(CORNER_POWER), 1.0)
        factor[self.terminal_ends] = corner_factor(TERMINAL_POWER)
        facets, triangles = self.model.mesh.facets, self.model.triangles
        of_facet = factor[facets].max(axis=0)
        of_split = of_facet[self.split[0]]
        return np.concatenate([of_facet, factor[triangles].max(axis=0), of_split])

    def functions(self, sample: Sample) -> SampleFunctions:
        """An element's functions at sample points, kept for the sample that was asked for last."""
        if self._last is None or self._last[0] is not sample:
            self._last = sample, SampleFunctions.at(self.model, sample)
        return self._last[1]

    def point_goal(self, at: SampleFunctions, weights: np.ndarray) -> Goal:
        """Sum over sample points of weights (3, components, N) times d/dr, d/dz, 1/r of a field."""
        work, complement = at.weighed(weights), self.complement
        own, split = at.elements, 6 * complement.components
        cubic = complement.sign[own] * work[:, split:]
        return Goal.of(
            _summed(self.unknown_of[own], work[:, :split], self.unknown_count),
            _summed(complement.local[own], cubic, complement.count),
        )
