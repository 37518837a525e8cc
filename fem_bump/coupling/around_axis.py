"""A current and its heat where both vary around the axis: harmonics that couple.

The conductivity follows the temperature around the axis, s(T(r, theta, z)), and so couples the
harmonics of the potential, as k and the heat couple those of the temperature. Each equation is
solved by defect correction: its residual with the true coefficients, which are multiplied at
angles (:mod:`fem_bump.coupling.angular_fields`), is taken away by solving each harmonic alone with
the coefficients of the mean temperature, factorized once. A residual falls by about the share by
which the coefficients vary, and the iteration is accelerated. Units: um, S/m, W/(m K), degC, V, W.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import numpy as np
import scipy.sparse as sp

from fem_bump.algebra.conduction_kernels import assemble_harmonic_conduction
from fem_bump.algebra.constraints import reduce_unknowns
from fem_bump.algebra.linear_solver import Factorization
from fem_bump.algebra.pattern import assemble_small, lower_pattern
from fem_bump.algebra.quadrature import facet_functions, facet_points
from fem_bump.algebra.shape_functions import shape_functions, shape_table, triangle_rule
from fem_bump.body.property_field import property_at
from fem_bump.conduction.flow import CurrentFlow
from fem_bump.conduction.system import PER_UM, ReducedConduction
from fem_bump.coupling.angular_fields import Around, Bulk
from fem_bump.coupling.angular_state import AngularState
from fem_bump.coupling.joule import joule_heat
from fem_bump.coupling.trace_heater import TraceHeater
from fem_bump.errors import AnalysisError, InputError
from fem_bump.heat.acceleration import Anderson
from fem_bump.heat.sinks import facet_shares
from fem_bump.heat.system import HeatSystem

RESIDUAL = 1e-8
MOST_STEPS = 60

Solve = Callable[[np.ndarray], np.ndarray]  # residual of all unknowns to their change


def vary_around(
    flow: CurrentFlow, system: HeatSystem, rise_k: np.ndarray, trace: TraceHeater | None
) -> AngularState:
    """Coupled harmonics, from a flow in balance with its heat's mean around the axis.

    Parameters
    ----------
    system
        With the trace as a film of harmonic 0.
    rise_k
        (nodes,) of that mean.

    Raises
    ------
    InputError
        For films off the centre, and for a source all around: nothing varies.
    AnalysisError
        When the harmonics do not settle.
    """
    if flow.films_off_centre is not None or not flow.varies_around:
        raise InputError(
            "angular = 'coupled' needs a source of arcs (source_half_angle_deg) and no films off "
            "the centre"
        )
    problem = _Coupled(flow, system, rise_k, trace)
    phi, rise = problem.start()
    scale = float(np.abs(rise).max()) / float(np.abs(phi).max())
    cut = phi.size
    x = np.concatenate([scale * phi.ravel(), rise.ravel()])
    mixing = Anderson(np.ones(len(x)))
    residual = np.inf
    for step in range(1, MOST_STEPS + 1):
        current, heat = problem.residuals(phi, rise)
        residual = max(problem.current_norm(current), problem.heat_norm(heat))
        if residual <= RESIDUAL:
            numbers, power, left = problem.numbers, problem.power_w(phi), -heat[0]
            return AngularState(flow, system, numbers, phi, rise, left, power, step, residual)
        change = [scale * problem.phi_change(current).ravel(), problem.rise_change(heat).ravel()]
        x = mixing.next(x, np.concatenate(change))
        phi, rise = x[:cut].reshape(phi.shape) / scale, x[cut:].reshape(rise.shape)
    raise AnalysisError(
        f"coupled harmonics do not settle in {MOST_STEPS} steps: residual {residual:.1e}"
    )


class _Coupled:
    """Residuals of both equations for all harmonics, and what takes them away."""

    def __init__(
        self, flow: CurrentFlow, system: HeatSystem, rise_k: np.ndarray, trace: TraceHeater | None
    ) -> None:
        self._flow, self._system, self._mean, self._trace = flow, system, rise_k, trace
        self.numbers = flow.numbers
        self._around, model = Around(self.numbers), flow.model
        self._current = Bulk(model, flow.conducting_elements)
        self._heat = Bulk(model, system.elements)
        share = facet_shares(model, flow.source)
        self._share = share / share.sum()
        arcs = flow.arcs
        self._factors, self._means = arcs.source_factor(self.numbers), arcs.mean(self.numbers)
        self._total = flow.power_w
        self._axis = np.zeros(model.node_count, dtype=bool)
        self._axis[model.axis_nodes] = True

    def start(self) -> tuple[np.ndarray, np.ndarray]:
        """(h, unknowns) and (h, nodes) of the flow and its heat's mean."""
        phi = np.array([self._flow.system.gathered(t.local_phi_v) for t in self._flow.terms()])
        rise = np.zeros((len(phi), len(self._mean)))
        rise[0] = self._mean
        return phi, rise

    # ------------------------------------------------------------------ residuals

    def residuals(self, phi: np.ndarray, rise: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(h, unknowns) A and (h, nodes) W that do not balance."""
        flow, model, around = self._flow, self._flow.model, self._around
        unknowns = flow.system.unknown_of[flow.conducting_elements]
        degc = self._degc(self._current, flow.conducting_elements, rise)
        s = property_at(model, "conductivity_s_per_m", flow.conducting_elements, degc) * PER_UM
        gradient = self._current.gradient(phi[:, unknowns].transpose(1, 2, 0), around)
        current = self._current_in() - _scattered(
            self._current.divergence(s * gradient, around), unknowns, phi.shape[1]
        )
        current -= self._through_contacts(phi)
        heat = _scattered(
            self._current.load(s * (gradient**2).sum(axis=0), around),
            model.nodes[:, flow.conducting_elements].T,
            model.node_count,
        )
        heat += self._contact_heat(phi)
        heat[0] += (self.power_w(phi) - heat[0].sum()) * self._share
        return current, heat - self._conducted(rise) + self._from_trace(rise)

    def _degc(self, bulk: Bulk, elements: np.ndarray, rise: np.ndarray) -> np.ndarray:
        nodes = self._flow.model.nodes[:, elements].T
        local = rise[:, nodes].transpose(1, 2, 0)
        return self._system.reference_degc + bulk.values(local, self._around)

    def _conducted(self, rise: np.ndarray) -> np.ndarray:
        """(h, nodes) heat that leaves each node by conduction and through films."""
        model, elements = self._flow.model, self._system.elements
        nodes = model.nodes[:, elements].T
        degc = self._degc(self._heat, elements, rise)
        k = property_at(model, "thermal_conductivity_w_per_mk", elements, degc) * PER_UM
        gradient = self._heat.gradient(rise[:, nodes].transpose(1, 2, 0), self._around)
        out = _scattered(self._heat.divergence(k * gradient, self._around), nodes, model.node_count)
        for name, film in self._system.films.items():
            if name == "trace":
                continue
            for h, own in enumerate(rise):
                above = own[film.nodes] - (film.ambient_k if h == 0 else 0.0)
                np.add.at(out[h], film.nodes, np.einsum("mij,mj->mi", film.matrices, above))
        return out

    def _from_trace(self, rise: np.ndarray) -> np.ndarray:
        """(h, nodes) heat from the trace, through the arc that it meets."""
        if self._trace is None:
            return np.zeros_like(rise)
        heat, per_k = self._trace.entry(self._flow.current_a)
        above = self._system.reference_degc - self._trace.substrate_degc
        above += float(self._means @ (rise @ self._share))
        return np.multiply.outer(self._factors * (heat - per_k * above), self._share)

    def _current_in(self) -> np.ndarray:
        """(h, unknowns) current from the terminals."""
        flow, system = self._flow, self._flow.system
        out = np.multiply.outer(self._factors * flow.current_a, system.mean_weights(flow.source))
        out[0] -= flow.current_a * system.mean_weights(flow.sink)
        return out

    def _through_contacts(self, phi: np.ndarray) -> np.ndarray:
        system, out = self._flow.system, np.zeros_like(phi)
        for own, into in zip(phi, out, strict=True):
            through = np.einsum("mij,mj->mi", system.contact_matrix, own[system.contact_unknowns])
            np.add.at(into, system.contact_unknowns, through)
        return out

    def _contact_heat(self, phi: np.ndarray) -> np.ndarray:
        """(h, nodes) heat set free in contacts."""
        system, model, shape = self._flow.system, self._flow.model, facet_functions()[0][:3]
        nodes = model.facet_nodes(system.contact_facets)
        _, weights = facet_points(model.node_points_um[:, nodes])
        own = phi[:, system.contact_unknowns]
        jump = np.moveaxis((own[..., :3] - own[..., 3:]) @ shape, 0, -1)  # (m, q, h)
        squares = self._around.projected(self._around.at_angles(jump) ** 2)
        density = squares * (weights * system.contact_conductance[:, None])[..., None]
        return _scattered(np.einsum("mqh,iq->mih", density, shape), nodes.T, model.node_count)

    def power_w(self, phi: np.ndarray) -> float:
        """Mean potential of the source times the current, with the tail of the flow's own."""
        system, flow = self._flow.system, self._flow
        entry = phi @ system.mean_weights(flow.source)
        entry[0] -= phi[0] @ system.mean_weights(flow.sink)
        tail = flow.harmonics.tail["entry_potential_v"]
        beyond = len(self.numbers) - len(flow.harmonics.numbers)  # fields may go further
        if beyond > 0:
            own = flow.responses.entry_potential_v(len(self.numbers) - 1)[-beyond:]
            tail -= float((self._factors * self._means)[-beyond:] @ own)
        return (float(self._means @ entry) + tail) * flow.current_a

    # ------------------------------------------------------------------ corrections

    def current_norm(self, residual: np.ndarray) -> float:
        """Over the current."""
        parts = zip(self._reduced, residual, strict=True)
        return sum(float(np.abs(one.gather(own)).sum()) for one, own in parts) / abs(
            self._flow.current_a
        )

    def heat_norm(self, residual: np.ndarray) -> float:
        """Over the heat."""
        parts = zip(self._numbers, residual, strict=True)
        return sum(float(np.abs(own[free >= 0]).sum()) for free, own in parts) / self._total

    @cached_property
    def _reduced(self) -> list[ReducedConduction]:
        above = self._flow.responses.reduced
        return [self._flow.plane.reduced] + [above] * (len(self.numbers) - 1)

    @cached_property
    def _current_factors(self) -> list[Factorization]:
        first, above = self._reduced[0], self._reduced[1]
        data, _ = first.assemble()
        stiffness, mass = above.assemble_harmonics()
        of_mean = [Factorization(first.matrix(data), self._flow.solver_name)]
        return of_mean + [
            Factorization(above.matrix(stiffness + n**2 * mass), self._flow.solver_name)
            for n in self.numbers[1:].astype(float)
        ]

    def phi_change(self, residual: np.ndarray) -> np.ndarray:
        """(h, unknowns) that takes a residual away, each harmonic alone."""
        found = zip(self._reduced, self._current_factors, residual, strict=True)
        return np.array([one.spread(factor.solve(one.gather(own))) for one, factor, own in found])

    @cached_property
    def _numbers(self) -> list[np.ndarray]:
        """Free number of nodes, per harmonic."""
        first = self._system.number
        above, _ = reduce_unknowns(len(first), (first < 0) | self._axis, [])
        return [first] + [above] * (len(self.numbers) - 1)

    @cached_property
    def _heat_solvers(self) -> list[Solve]:
        system, flow = self._system, self._flow
        degc = system.reference_degc + self._mean
        k = system.conductivity(degc)
        growth = joule_heat(flow, system, degc).growth_w_per_um3k
        number, model = self._numbers[1], flow.model
        dofs = np.ascontiguousarray(number[model.nodes[:, system.elements]].T)
        free = int(number.max()) + 1
        colptr, rows = lower_pattern(dofs, free)
        stiffness, mass = np.zeros((2, colptr[-1]))
        rule, weights = triangle_rule()
        assemble_harmonic_conduction(
            model.node_points_um, model.nodes, system.elements, shape_table(shape_functions(rule)),
            weights, k * PER_UM, dofs, colptr, rows, stiffness, mass,
        )  # fmt: skip
        for name, film in system.films.items():
            own = number[film.nodes]
            if name != "trace":
                nothing = np.zeros(own.shape)
                assemble_small(film.matrices, own, nothing, colptr, rows, stiffness, np.zeros(free))
        out: list[Solve] = [system.linearized(k, growth, flow.solver_name).rise_k]
        for n in self.numbers[1:].astype(float):
            lower = sp.csc_matrix((stiffness + n**2 * mass, rows, colptr), shape=(free, free))
            out.append(_one_harmonic(Factorization(lower, flow.solver_name), number))
        return out

    def rise_change(self, residual: np.ndarray) -> np.ndarray:
        """(h, nodes) that takes a residual away, each harmonic alone."""
        found = zip(self._heat_solvers, residual, strict=True)
        return np.array([solve(own) for solve, own in found])


def _one_harmonic(factor: Factorization, number: np.ndarray) -> Solve:
    here = number >= 0

    def solve(residual: np.ndarray) -> np.ndarray:
        right = np.zeros(int(number.max()) + 1)
        right[number[here]] = residual[here]
        out = np.zeros(len(number))
        out[here] = factor.solve(right)[number[here]]
        return out

    return solve


def _scattered(local: np.ndarray, at: np.ndarray, count: int) -> np.ndarray:
    """(h, count) sums of (m, k, h) at (m, k)."""
    flat = at.ravel()
    columns = local.reshape(len(flat), local.shape[-1]).T
    return np.array([np.bincount(flat, own, count) for own in columns])
