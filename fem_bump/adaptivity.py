"""How wrong a number still is, and where that comes from: dual-weighted residuals.

A number J is a linear functional l of the solution (a window mean with its window fixed, a
linearized principal stress, a resistance). With the adjoint solution z, A z = l,

    J(u) - J(u_h) = residual(z - z_h)  ~  rho . e_W,     rho = l_W - B z_h,

where e_W is what the cubic space adds to the solution (:mod:`fem_bump.cubic_complement`) and rho
the adjoint's residual there. The products of single functions of W sum up to the estimate; their
absolute values say where it comes from. All adjoints share the factors of the primal problem, and
the error e_W is solved for once, for all numbers (Becker and Rannacher, Acta Numerica 10, 2001).

A traction or flux that is quadratic on facets has an error of its own: a window that ends in the
middle of a facet, or in a corner, sees it. The residuals of the cubic functions on facets are at
hand, so that a density that is cubic on facets is recovered beside the quadratic one, and its
window means are what the estimates aim at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse as sp

from fem_bump import kernels
from fem_bump.averages import Sample
from fem_bump.conduction import CurrentFlow
from fem_bump.conduction_system import PER_UM, nodal_fluxes
from fem_bump.constraints import FreeUnknowns
from fem_bump.cubic_complement import (
    Complement,
    complement,
    conduction_blocks,
    cubic_functions,
    elastic_blocks,
)
from fem_bump.errors import InputError
from fem_bump.interface import flux_outline
from fem_bump.interface_line import InterfaceLine
from fem_bump.model import Model
from fem_bump.recovery import Outline, Recovery, facet_mass, recover
from fem_bump.thermal_stress import ThermalStress

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
class Goal:
    """A linear functional: its values on the quadratic unknowns and on the complement.

    Where the number depends on the load as well (a nodal residual does), that part is constant and
    left out.

    Attributes
    ----------
    projected
        What a density that is cubic on facets adds to the number, from the same solution.
    projected_by_element
        (elements,) absolute shares of it, or 0.
    corner_by_element
        (elements,) what facets at corners carry, where a window ends at the corner; or 0.
    """

    quadratic: np.ndarray
    cubic: np.ndarray
    projected: float = 0.0
    projected_by_element: np.ndarray | float = 0.0
    corner_by_element: np.ndarray | float = 0.0

    def times(self, factor: float) -> Goal:
        """The functional of a number that is a multiple of this one."""
        return Goal(
            factor * self.quadratic,
            factor * self.cubic,
            factor * self.projected,
            abs(factor) * self.projected_by_element,
            abs(factor) * self.corner_by_element,
        )


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


@dataclass(frozen=True)
class _Part:
    """One component of the density on an outline, recovered as a cubic one.

    Attributes
    ----------
    mine
        Where the line's facets stand in the outline.
    facets, orientation
        Facets of the outline, and whether they run up in vertex numbers there: 1 or -1.
    added
        (line's facets, 4) cubic density less the quadratic one, of the same solution.
    improved
        (line's facets, 4) cubic density of the solution with what the cubic space adds.
    corner_load
        (nodes,) where legs meet, by how much the loads of the facets there differ; else 0.
    """

    recovery: Recovery
    mine: np.ndarray
    facets: np.ndarray
    orientation: np.ndarray
    added: np.ndarray
    improved: np.ndarray
    corner_load: np.ndarray

    def at_corners(self, line: InterfaceLine, of_density: np.ndarray) -> np.ndarray:
        """(line's facets,) how much a number changes if corner loads go to the other leg.

        That is nothing where both legs have the same weight in it, all where only one has.
        """
        per_load = of_density[:, :3].sum(axis=1) / line.facet_areas_um2
        change = np.zeros(line.model.node_count)
        np.add.at(change, line.nodes[0], per_load)
        np.subtract.at(change, line.nodes[1], per_load)
        change = np.abs(change) * self.corner_load
        count = np.bincount(line.nodes[:2].ravel(), minlength=line.model.node_count)
        return (change / np.maximum(count, 1))[line.nodes[:2]].sum(axis=0)


@dataclass(frozen=True)
class _Side:
    elements: np.ndarray
    sign: float
    parts: tuple[_Part, ...]


def _part(
    outline: Outline,
    mine: np.ndarray,
    zero_on_axis: bool,
    residuals: tuple[np.ndarray, np.ndarray],
    improved: tuple[np.ndarray, np.ndarray],
    vertex_count: int,
) -> _Part:
    """From residuals at nodes and of facets' functions, of a solution and of the improved one."""
    recovery = Recovery(outline, zero_on_axis, cubic=True)
    facets = outline.nodes[2] - vertex_count
    orientation = np.where(outline.nodes[0] < outline.nodes[1], 1.0, -1.0)
    added, better = (
        recovery.cubic_density(nodal, orientation * own[facets])
        for nodal, own in (residuals, improved)
    )
    density = recover(outline, residuals[0], zero_on_axis)
    added[:, :3] -= density
    load = _corner_load(outline, density)
    return _Part(recovery, mine, facets, orientation, added[mine], better[mine], load)


def _corner_load(outline: Outline, density: np.ndarray) -> np.ndarray:
    """(nodes,) by how much the loads of the facets at an end of a leg differ, 0 elsewhere.

    Legs that carry the same share a nodal residual evenly under any rule.
    """
    mass = facet_mass(outline.points[:, outline.nodes])
    carried = (mass.sum(axis=1) * density).sum(axis=1)
    count = outline.points.shape[1]
    most, least = np.full(count, -np.inf), np.full(count, np.inf)
    highest, lowest = np.full(count, -1), np.full(count, outline.leg.max() + 1)
    for nodes in outline.nodes[:2]:
        np.maximum.at(most, nodes, carried)
        np.minimum.at(least, nodes, carried)
        np.maximum.at(highest, nodes, outline.leg)
        np.minimum.at(lowest, nodes, outline.leg)
    shared = highest > lowest
    out = np.zeros(count)
    out[shared] = most[shared] - least[shared]
    return out


class _Estimator:
    """What both physics share; ``unknown_of`` (elements, 6 components), -1 where none is."""

    model: Model
    complement: Complement
    residual: np.ndarray
    unknown_of: np.ndarray
    unknown_count: int
    factors: FreeUnknowns
    terminal_ends: np.ndarray
    _last: tuple[Sample, tuple[np.ndarray, ...]] | None = None

    @cached_property
    def corners(self) -> np.ndarray:
        """(vertices,) mask of where fields may be singular."""
        return corner_vertices(self.model) | self.terminal_ends

    def _element_values(self, unknowns: np.ndarray) -> np.ndarray:
        return np.where(self.unknown_of >= 0, unknowns[np.maximum(self.unknown_of, 0)], 0.0)

    def _assemble(self, per_element: np.ndarray) -> np.ndarray:
        out = np.zeros(self.unknown_count)
        takes_part = self.unknown_of >= 0
        np.add.at(out, self.unknown_of[takes_part], per_element[takes_part])
        return out

    @cached_property
    def _coupling(self) -> sp.csr_matrix:
        """B, (functions of the complement, unknowns)."""
        return self.complement.assembled(self.unknown_of, self.unknown_count)

    @cached_property
    def error(self) -> np.ndarray:
        """e_W."""

        def condense(e: np.ndarray) -> np.ndarray:
            return self._coupling @ self.factors.solve(self._coupling.T @ e)

        return self.complement.solve(self.residual, condense)

    def _functions(self, sample: Sample) -> tuple[np.ndarray, ...]:
        """:func:`_functions_at`, kept for the sample that was asked for last."""
        if self._last is None or self._last[0] is not sample:
            self._last = sample, _functions_at(self.model, sample)
        return self._last[1]

    @cached_property
    def correction(self) -> tuple[np.ndarray, np.ndarray]:
        """What the cubic space adds: on (elements, 6 c) quadratic and (elements, 4 c) cubic parts.

        Scaled up around corners, as the estimates are.
        """
        e = self.error * np.repeat(self._corner_factors, self.complement.components)
        quadratic = -self.factors.solve(self._coupling.T @ e)
        local = self.complement.local
        cubic = np.where(local >= 0, e[np.maximum(local, 0)], 0.0) * self.complement.sign
        return self._element_values(quadratic), cubic

    def _on_side(self, line: InterfaceLine, side: str, by_facet: np.ndarray) -> np.ndarray:
        """(elements,) absolute shares of a line's facets, on the elements of one side."""
        model = self.model
        on_side = model.mask(model.elements(line.region(side)))
        first, second = model.mesh.f2t[:, line.facets]
        out = np.zeros(model.mesh.nelements)
        np.add.at(out, np.where(on_side[first], first, second), np.abs(by_facet))
        return out

    def _projected(
        self, line: InterfaceLine, side: str, weights: np.ndarray, added: float
    ) -> tuple[float, np.ndarray]:
        """What a cubic density adds, put on the facets where a window ends.

        Quadratic and cubic density have the same integral against every quadratic function; what
        they differ by in a window comes from where its indicator is none, at its ends.
        """
        r = self.model.node_points_um[0, line.nodes[:2]].sum(axis=0)
        weight = weights[:, :3].sum(axis=1) / (r * line.length_um)
        inside = np.nonzero(weight > 0)[0]
        ends = inside[weight[inside] < 0.999 * weight.max()]
        ends = ends if len(ends) else inside[[0, -1]]
        by_facet = np.zeros(len(line.facets))
        by_facet[ends] = abs(added) / len(ends)
        return added, self._on_side(line, side, by_facet)

    def errors(self, goals: Sequence[Goal]) -> list[GoalError]:
        """Estimated errors of some numbers."""
        if not goals:
            return []
        adjoints = self.factors.solve(np.array([goal.quadratic for goal in goals]).T)
        cubic = np.array([goal.cubic for goal in goals]).T - self._coupling @ adjoints
        out = []
        for goal, rho in zip(goals, cubic.T, strict=True):
            share = (rho * self.error).reshape(-1, self.complement.components).sum(axis=1)
            share *= self._corner_factors
            by_element = self._by_element(np.abs(share)) + goal.projected_by_element
            at_corners = np.zeros(self.model.mesh.nelements) + goal.corner_by_element
            out.append(GoalError(float(share.sum()) + goal.projected, by_element, at_corners))
        return out

    @cached_property
    def _corner_factors(self) -> np.ndarray:
        """Factor per function, facets then elements: not 1 where those touch a corner."""
        factor = np.where(corner_vertices(self.model), corner_factor(CORNER_POWER), 1.0)
        factor[self.terminal_ends] = corner_factor(TERMINAL_POWER)
        facets, triangles = self.model.mesh.facets, self.model.triangles
        return np.append(factor[facets].max(axis=0), factor[triangles].max(axis=0))

    def _by_element(self, share: np.ndarray) -> np.ndarray:
        """Shares of facets, half to either side, and of elements."""
        mesh = self.model.mesh
        of_facet, out = share[: mesh.nfacets], share[mesh.nfacets :].copy()
        first, second = mesh.f2t
        takes_part = np.any(self.complement.local >= 0, axis=1)
        sides = [takes_part[first], (second >= 0) & takes_part[np.maximum(second, 0)]]
        part = of_facet / np.maximum(sides[0].astype(float) + sides[1], 1.0)
        for elements, inside in zip((first, second), sides, strict=True):
            np.add.at(out, elements[inside], part[inside])
        return out


class StressEstimator(_Estimator):
    """Errors of numbers of an axisymmetric thermo-elastic state.

    Parameters
    ----------
    stress
        Solved with ``keep_factors``; without body force.

    Raises
    ------
    InputError
        Without factors, or with a body force.
    """

    def __init__(self, stress: ThermalStress) -> None:
        if stress.factors is None or stress.body_force is not None:
            raise InputError("an error estimate needs keep_factors=True and no body force")
        self.stress, self.model, self.factors = stress, stress.model, stress.factors
        model, state = stress.model, stress.state
        self.unknown_count = 2 * model.node_count
        self.unknown_of = np.empty((model.mesh.nelements, 12), dtype=np.int64)
        self.unknown_of[:, 0::2], self.unknown_of[:, 1::2] = (
            2 * model.nodes.T,
            2 * model.nodes.T + 1,
        )
        held = stress.held.reshape(-1, 2)[model.mesh.nvertices :]
        self.terminal_ends = np.zeros(model.mesh.nvertices, dtype=bool)
        coupling, load, matrices = elastic_blocks(model, state.young, state.poisson, state.eps)
        every = np.arange(model.mesh.nelements)
        self.complement = complement(model, 2, held, coupling, load, matrices, every)
        values = self._element_values(stress.u_um.ravel())
        self.residual = self.complement.gather(load) - self.complement.test(values)
        self._sides: dict[tuple[str, str, str], _Side] = {}

    def traction_goal(
        self, line: InterfaceLine, side: str, weights: np.ndarray, direction: np.ndarray
    ) -> Goal:
        """Sum over facets of weights times the traction along a direction (2, m).

        ``weights`` (m, 4) are those of :meth:`InterfaceLine.window_weights`.
        """
        model, known = self.model, self._side(line, side)
        test, own = np.zeros((model.node_count, 2)), np.zeros((model.mesh.nfacets, 2))
        added, at_corners = 0.0, np.zeros(len(line.facets))
        for c, part in enumerate(known.parts):
            of_density = weights * direction[c][:, None]
            nodal, on_facets = part.recovery.cubic_weights(of_density, part.mine)
            test[:, c] = known.sign * nodal
            own[part.facets, c] = known.sign * part.orientation * on_facets
            added += float((of_density * part.added).sum())
            at_corners += part.at_corners(line, of_density)
        # the test function lives on the elements along the outline
        elements = known.elements[(test[model.nodes[:, known.elements]] != 0.0).any(axis=(0, 2))]
        force = self._internal_forces(test, elements)
        values = self._element_values(test.ravel())
        on_quadratic, on_cubic = self.complement.one_sided(values, own, elements)
        return Goal(
            force.ravel() + self._assemble(on_quadratic),
            on_cubic,
            *self._projected(line, side, weights, added),
            self._on_side(line, side, at_corners),
        )

    def improved_traction(self, line: InterfaceLine, side: str) -> np.ndarray:
        """(2, m, 4) traction r, z with what the cubic space adds, cubic on facets, MPa."""
        return np.array([part.improved for part in self._side(line, side).parts])

    def _internal_forces(self, u_um: np.ndarray, elements: np.ndarray) -> np.ndarray:
        """(nodes, 2) forces on some elements of a displacement without thermal strain, uN."""
        model, state = self.model, self.stress.state
        rule, weights = kernels.triangle_rule()
        force = np.zeros((model.node_count, 2))
        kernels.elastic_nodal_forces(
            model.node_points_um,
            model.nodes,
            elements,
            u_um,
            *kernels.shape_functions(rule),
            weights,
            state.young,
            state.poisson,
            np.zeros_like(state.eps),
            force,
        )
        return force

    def _side(self, line: InterfaceLine, side: str) -> _Side:
        key = (line.a, line.b, side)
        if key not in self._sides:
            model = self.model
            elements = model.elements(line.region(side))
            sign = -1.0 if side == "a" else 1.0
            force = self.stress.nodal_forces(elements)
            e_v, e_w = self.correction
            values = self._element_values(self.stress.u_um.ravel())
            facets, nothing = model.mesh.nfacets, np.zeros_like(e_w)
            _, own = self.complement.side_residual(values, nothing, elements, facets)
            more, better = self.complement.side_residual(values + e_v, e_w, elements, facets)
            added = np.zeros((model.node_count, 2))
            added[model.nodes.T] = e_v.reshape(-1, 6, 2)
            improved = force + self._assemble(more).reshape(-1, 2)
            improved += self._internal_forces(added, elements)
            held = self.stress.held.reshape(-1, 2)
            parts = tuple(
                _part(
                    *line.outline(elements, held[:, c]),
                    c == 0,
                    (sign * force[:, c], sign * own[:, c]),
                    (sign * improved[:, c], sign * better[:, c]),
                    model.mesh.nvertices,
                )
                for c in range(2)
            )
            self._sides[key] = _Side(elements, sign, parts)
        return self._sides[key]

    def stress_change(self, sample: Sample) -> np.ndarray:
        """(4, N) stress rr, zz, tt, rz that the cubic space adds at sample points."""
        quadratic, cubic = (part[sample.element] for part in self.correction)
        e = np.hstack([quadratic, cubic]).reshape(len(sample.element), 10, 2)
        value, dr, dz, radius = self._functions(sample)
        young, poisson, _ = self.stress.state.at(sample.element, sample.x, sample.y)
        lam, mu = young * poisson / ((1 + poisson) * (1 - 2 * poisson)), young / (2 * (1 + poisson))
        err, ezz = (dr * e[:, :, 0]).sum(axis=1), (dz * e[:, :, 1]).sum(axis=1)
        ett = (value * e[:, :, 0]).sum(axis=1) / radius
        grz = (dz * e[:, :, 0] + dr * e[:, :, 1]).sum(axis=1)
        trace = lam * (err + ezz + ett)
        return np.array(
            [trace + 2 * mu * err, trace + 2 * mu * ezz, trace + 2 * mu * ett, mu * grz]
        )

    def stress_goal(self, sample: Sample, of_stress: np.ndarray) -> Goal:
        """Sum over sample points of ``of_stress`` (4, N) times the stress rr, zz, tt, rz."""
        young, poisson, _ = self.stress.state.at(sample.element, sample.x, sample.y)
        lam, mu = young * poisson / ((1 + poisson) * (1 - 2 * poisson)), young / (2 * (1 + poisson))
        crr, czz, ctt, crz = of_stress * sample.weight
        trace = lam * (crr + czz + ctt)
        srr, szz, stt, srz = (
            trace + 2 * mu * crr,
            trace + 2 * mu * czz,
            trace + 2 * mu * ctt,
            mu * crz,
        )
        value, dr, dz, radius = self._functions(sample)
        round_about = value / radius[:, None]
        work = np.empty((len(srr), 20))
        work[:, 0::2] = srr[:, None] * dr + stt[:, None] * round_about + srz[:, None] * dz
        work[:, 1::2] = szz[:, None] * dz + srz[:, None] * dr
        return self._point_goal(sample, work, 12)

    def _point_goal(self, sample: Sample, work: np.ndarray, quadratic: int) -> Goal:
        per_element = np.zeros((self.model.mesh.nelements, work.shape[1]))
        np.add.at(per_element, sample.element, work)
        return Goal(
            self._assemble(per_element[:, :quadratic]),
            self.complement.gather(per_element[:, quadratic:]),
        )


class CurrentEstimator(_Estimator):
    """Errors of numbers of an axisymmetric flow of current.

    Parameters
    ----------
    current
        Solved with ``keep_factors``; without contact resistivity and distributed source.

    Raises
    ------
    InputError
        Without factors, or with contact resistivity or a distributed source.
    """

    def __init__(self, current: CurrentFlow) -> None:
        if current.factors is None or current.current_source is not None:
            raise InputError("an error estimate needs keep_factors=True and no distributed source")
        system = current.factors.system
        if len(system.contact_matrix):
            raise InputError("an error estimate needs interfaces without contact resistivity")
        self.current, self.model, self.system = current, current.model, system
        self.factors, self.unknown_count = current.factors.unknowns, system.count
        self.unknown_of = system.unknown_of
        model, elements = self.model, system.elements
        # the potential is given or the same all along a terminal: nothing to add there
        number = self.factors.number
        given = (number < 0) | (np.bincount(number[number >= 0])[number] > 1)
        vanishes = np.zeros((model.mesh.nfacets, 1), dtype=bool)
        unknown = self.unknown_of[elements][:, 3:]
        vanishes[model.mesh.t2f[:, elements].T[given[unknown]], 0] = True
        self.terminal_ends = np.zeros(model.mesh.nvertices, dtype=bool)
        for facets in system.terminals.values():
            ends, times = np.unique(model.mesh.facets[:, facets], return_counts=True)
            ends = ends[times == 1]
            self.terminal_ends[ends[model.points_um[0, ends] > 0]] = True
        conductivity = system.conductivity * PER_UM
        coupling, matrices = conduction_blocks(model, elements, conductivity)
        load = np.zeros((len(elements), 4))
        self.complement = complement(model, 1, vanishes, coupling, load, matrices, elements)
        self.residual = self._fed() - self.complement.test(current.local_phi_v)
        self._sides: dict[tuple[str, str, str], _Side] = {}

    def _fed(self) -> np.ndarray:
        """What uniform flux through a terminal does to the functions of its facets."""
        model, out = self.model, np.zeros(self.complement.count)
        x, w = np.polynomial.legendre.leggauss(4)
        x, w = (x + 1) / 2, w / 2
        bubble = x * (1 - x) * (1 - 2 * x)
        takes_part = np.unique(self.complement.local[self.complement.local >= 0])
        for name, into in ((self.current.source, 1.0), (self.current.sink, -1.0)):
            facets = self.system.terminals[name]
            p = model.points_um[:, np.sort(model.mesh.facets[:, facets], axis=0)]
            length = np.hypot(*(p[:, 1] - p[:, 0]))
            area = np.pi * ((p[0, 0] + p[0, 1]) * length).sum()
            radius = p[0, 0][:, None] * (1 - x) + p[0, 1][:, None] * x
            share = 2 * np.pi * length * (radius @ (w * bubble)) / area
            out[facets] += into * self.current.current_a * share
        out[np.setdiff1d(np.arange(len(out)), takes_part)] = 0.0
        return out

    def flux_goal(self, line: InterfaceLine, side: str, weights: np.ndarray) -> Goal:
        """Sum over facets of weights times J.n.

        ``weights`` (m, 4) are those of :meth:`InterfaceLine.window_weights`.
        """
        model, known = self.model, self._side(line, side)
        (part,) = known.parts
        nodal, on_facets = part.recovery.cubic_weights(weights, part.mine)
        test, own = known.sign * nodal, np.zeros((model.mesh.nfacets, 1))
        own[part.facets, 0] = known.sign * part.orientation * on_facets
        elements = known.elements[(test[model.nodes[:, known.elements]] != 0.0).any(axis=0)]
        local = test[model.nodes.T]
        at_nodes = nodal_fluxes(
            model, elements, local[None], np.zeros(1), self.system.conductivity
        )[:, 0]
        taking = self.unknown_of >= 0
        quadratic = np.zeros(self.unknown_count)
        quadratic[self.unknown_of[taking]] = at_nodes[model.nodes.T[taking]]
        on_quadratic, on_cubic = self.complement.one_sided(local, own, elements)
        added = float((weights * part.added).sum())
        return Goal(
            quadratic + self._assemble(on_quadratic),
            on_cubic,
            *self._projected(line, side, weights, added),
            self._on_side(line, side, part.at_corners(line, weights)),
        )

    def _side(self, line: InterfaceLine, side: str) -> _Side:
        key = (line.a, line.b, side)
        if key not in self._sides:
            current = self.current
            outline, mine, elements, sign = flux_outline(line, current, side)
            flux = current.nodal_fluxes(elements)
            e_v, e_w = self.correction
            phi, facets = current.local_phi_v, self.model.mesh.nfacets
            _, own = self.complement.side_residual(phi, np.zeros_like(e_w), elements, facets)
            more, better = self.complement.side_residual(phi + e_v, e_w, elements, facets)
            improved = nodal_fluxes(
                self.model, elements, (phi + e_v)[None], np.zeros(1), self.system.conductivity
            )[:, 0]
            np.add.at(improved, self.model.nodes.T, more)
            part = _part(
                outline,
                mine,
                False,
                (sign * flux, sign * own[:, 0]),
                (sign * improved, sign * better[:, 0]),
                self.model.mesh.nvertices,
            )
            self._sides[key] = _Side(elements, sign, (part,))
        return self._sides[key]

    def improved_flux(self, line: InterfaceLine, side: str) -> np.ndarray:
        """(m, 4) J.n with what the cubic space adds, cubic on facets, A/um^2."""
        return self._side(line, side).parts[0].improved

    def density_change(self, sample: Sample) -> np.ndarray:
        """(2, N) J r, z that the cubic space adds at sample points, A/um^2."""
        e = np.hstack([part[sample.element] for part in self.correction])
        _, dr, dz, _ = self._functions(sample)
        s = -self.system.conductivity[sample.element, 0] * PER_UM
        return np.array([s * (dr * e).sum(axis=1), s * (dz * e).sum(axis=1)])

    def density_goal(self, sample: Sample, of_density: np.ndarray) -> Goal:
        """Sum over sample points of ``of_density`` (2, N) times J r, z."""
        _, dr, dz, _ = self._functions(sample)
        s = -self.system.conductivity[sample.element, 0] * PER_UM * sample.weight
        work = (s * of_density[0])[:, None] * dr + (s * of_density[1])[:, None] * dz
        per_element = np.zeros((self.model.mesh.nelements, 10))
        np.add.at(per_element, sample.element, work)
        return Goal(self._assemble(per_element[:, :6]), self.complement.gather(per_element[:, 6:]))

    def resistance_goal(self) -> Goal:
        """Mean potential of the source less that of the sink, over the current."""
        current, system = self.current, self.system
        mean = system.mean_weights(current.source) - system.mean_weights(current.sink)
        return Goal(mean / current.current_a, self._fed() / current.current_a**2)


def _functions_at(
    model: Model, sample: Sample
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Values and gradients r, z, per um, of an element's 10 functions at sample points; r in um."""
    points = np.array([sample.x, sample.y])
    quadratic, cubic = kernels.shape_functions(points), cubic_functions(points)
    value, dx, dy = (np.hstack(pair) for pair in zip(quadratic, cubic, strict=True))
    p = model.node_points_um[:, model.nodes[:, sample.element].T]
    a, b = ((p * slope[:, :6]).sum(axis=2) for slope in (dx, dy))
    det = a[0] * b[1] - a[1] * b[0]
    dr = (b[1][:, None] * dx - a[1][:, None] * dy) / det[:, None]
    dz = (a[0][:, None] * dy - b[0][:, None] * dx) / det[:, None]
    return value, dr, dz, (p[0] * value[:, :6]).sum(axis=1)
