"""Steady conduction of current, axisymmetric; and the entry to conduction from a side.

Find phi such that for all admissible v, over the full revolution (weight 2 pi r),

    integral of s grad phi . grad v  +  integral over resistive interfaces of [phi] [v] / rc
        = current into the source * (mean of v over it),

J = -s grad phi. The source is equipotential (all its unknowns are one) or takes a uniform normal
flux; the sink is an equipotential at 0 V, or takes a uniform flux out. Across an interface with
contact resistivity rc (ohm m^2) the potential jumps: nodes there have one unknown per side
(:mod:`fem_bump.contacts`).
R = (mean potential of source - of sink) / I. Units: um, S/m, A, V, W, ohm.

A source that covers only arcs of the angle is expanded in harmonics: see
:mod:`fem_bump.angular_conduction`.

``reference_form`` is the bulk form in scikit-fem; the solver assembles with
:mod:`fem_bump.kernels`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, overload

import numpy as np
from skfem import BilinearForm

from fem_bump import kernels
from fem_bump.angular_conduction import AngularCurrentFlow, check_arcs
from fem_bump.conduction_system import (
    PER_UM,
    ConductionState,
    ConductionSystem,
    conduction_system,
    nodal_fluxes,
)
from fem_bump.constraints import FreeUnknowns
from fem_bump.contacts import contact_power
from fem_bump.errors import InputError, is_number
from fem_bump.interface import FluxInterface, fluxes
from fem_bump.interface_line import trace_interface
from fem_bump.linear_solver import Factorization, SolverInfo, solve_factorized
from fem_bump.model import Model

Field = Callable[[np.ndarray, np.ndarray], np.ndarray]


def reference_form() -> BilinearForm:
    """The bulk form of a harmonic in scikit-fem.

    Expects ``conductivity`` (S/m) as a coefficient field, and the number ``harmonic``: the
    potential goes with cos(harmonic * theta), and 0 is the axisymmetric state.
    """

    @BilinearForm
    def conductance(u, v, w):
        flux = u.grad[0] * v.grad[0] + u.grad[1] * v.grad[1]
        flux = flux + w.harmonic**2 * u * v / w.x[0] ** 2
        return w.conductivity * PER_UM * flux * 2 * np.pi * w.x[0]

    return conductance


# what comes back depends on the source; the overloads say only that
@overload
def current_flow(*args: Any, source_half_angle_deg: None = None, **kwargs: Any) -> CurrentFlow: ...
@overload
def current_flow(*args: Any, source_half_angle_deg: float, **kwargs: Any) -> AngularCurrentFlow: ...
@overload
def current_flow(
    *args: Any, source_half_angle_deg: float | None, **kwargs: Any
) -> CurrentFlow | AngularCurrentFlow: ...
def current_flow(  # type: ignore[misc]
    model: Model,
    current_a: float,
    source: str,
    sink: str,
    source_kind: str = "equipotential",
    sink_kind: str = "equipotential",
    contact_resistivity_ohm_m2: Mapping[str, float] | None = None,
    temperature_degc: float = 25.0,
    current_source: Field | None = None,
    potential_v: Mapping[str, Field] | None = None,
    solver: str = "auto",
    *,
    insulated_regions: Iterable[str] = (),
    source_half_angle_deg: float | None = None,
    source_count: int = 1,
    accuracy: float = 1e-3,
    keep_factors: bool = False,
) -> CurrentFlow | AngularCurrentFlow:
    """Solve for the potential when a current flows from one boundary to another.

    Parameters
    ----------
    current_a
        Total current, positive from source to sink.
    source, sink
        Boundary names; interior ones (the pad's rim under passivation) are fine.
    source_kind, sink_kind
        ``"equipotential"``, or ``"flux"`` for a uniform normal current density.
    contact_resistivity_ohm_m2
        Interface ``"a/b"`` or leg ``"a/b:leg"`` to its resistivity; 0 is perfect contact.
    temperature_degc
        At which conductivities are taken.
    current_source, potential_v
        For manufactured solutions: A/um^3 as f(r, z), and given potentials on further boundaries,
        {boundary: f(r, z)}; coordinates in the model's length unit.
    insulated_regions
        Conducting regions that are left out.
    source_half_angle_deg, source_count
        The flux enters through ``source_count`` equal arcs, evenly spaced around the axis, the
        first of them within the half angle of theta = 0; by default all around.
    accuracy
        Of an arc source: the share of a potential, power or window mean that the harmonics left out
        may add to it. Fields at points resolve the arcs, but are exact only away from their ends.
    keep_factors
        Keep the factorized conductance, as error estimates need it.

    Returns
    -------
    CurrentFlow, or AngularCurrentFlow for an arc source

    Raises
    ------
    InputError
        Unknown names, a terminal on an insulator, source and sink not connected; arcs that
        overlap, or with an equipotential source.
    AnalysisError
        When the system cannot be solved.
    """
    for argument, kind in (("source_kind", source_kind), ("sink_kind", sink_kind)):
        if kind not in ("equipotential", "flux"):
            raise InputError(f"{argument} = '{kind}' must be 'equipotential' or 'flux'")
    if not (is_number(current_a) and np.isfinite(current_a)):
        raise InputError(f"current_a = {current_a!r} must be a finite number, A")
    if source_half_angle_deg is not None:
        check_arcs(source_half_angle_deg, source_count, accuracy, source_kind)
        if current_a == 0:
            raise InputError("current_a = 0: a source of arcs needs a current")
        if potential_v is not None:
            raise InputError("potential_v is for axisymmetric flow, without source_half_angle_deg")
    if current_a == 0 and potential_v is None and current_source is None:
        raise InputError("current_a = 0: without a current there is no resistance to find")
    system = conduction_system(
        model,
        source,
        sink,
        contact_resistivity_ohm_m2 or {},
        temperature_degc,
        insulated_regions,
    )
    whole = _axisymmetric(
        system,
        current_a,
        (source, source_kind),
        (sink, sink_kind),
        current_source,
        potential_v or {},
        solver,
        keep_factors,
    )
    if source_half_angle_deg is None:
        return whole
    return AngularCurrentFlow(
        whole, system, sink_kind, source_half_angle_deg, source_count, accuracy, solver
    )


def _axisymmetric(
    system: ConductionSystem,
    current_a: float,
    source: tuple[str, str],
    sink: tuple[str, str],
    current_source: Field | None,
    potential_v: Mapping[str, Field],
    solver: str,
    keep_factors: bool,
) -> CurrentFlow:
    """Solution of harmonic 0; ``source`` and ``sink`` are boundary name and kind."""
    model = system.model
    if source[1] == sink[1] == "equipotential":
        first, second = (system.terminal_unknowns(name) for name, _ in (source, sink))
        if len(np.intersect1d(first, second)):
            raise InputError(
                f"source '{source[0]}' and sink '{sink[0]}' touch; equipotential terminals need a "
                "gap"
            )
    known = np.zeros(system.count, dtype=bool)
    values, load = np.zeros(system.count), np.zeros(system.count)
    ties = []
    weights_of = {name: system.mean_weights(name) for name, _ in (source, sink)}
    for (name, kind), into in ((source, 1.0), (sink, -1.0)):
        local = system.terminal_unknowns(name)
        if kind == "flux":
            load += into * current_a * weights_of[name]
        elif into < 0:
            known[local.ravel()] = True
        else:
            ties.append(np.unique(local))
            load[local.ravel()[0]] += into * current_a
    for name, given in potential_v.items():
        facets = model.facets(name)
        local = system.facet_unknowns(facets).ravel()
        nodes = model.facet_nodes(facets).ravel()
        known[local] = True
        values[local] = given(*(model.node_points_um[:, nodes] / model.unit_um))
    if not known.any():
        # two flux terminals: the potential's level is free, the sink's mean is set below
        known[int(system.terminal_unknowns(sink[0]).ravel()[0])] = True

    fed = None if current_source is None else model.nodal_load(current_source, system.elements)
    reduced = system.reduced(known, values, ties)
    data, right = reduced.assemble(source=fed)
    right += reduced.gather(load)
    lower = reduced.matrix(data)
    factor = Factorization(lower, solver)
    solution, info = solve_factorized(lower, factor, right)
    phi = reduced.spread(solution)
    if not potential_v:
        phi -= phi @ weights_of[sink[0]]
    return CurrentFlow(
        model,
        current_a,
        source[0],
        sink[0],
        system.local(phi),
        system.elements,
        system.dropped,
        system.conductivity,
        float(phi @ weights_of[source[0]]),
        contact_power(system.contact_matrix, phi[system.contact_unknowns]),
        system.terminal_nodes,
        info,
        current_source,
        ConductionFactors(system, FreeUnknowns(reduced.number, factor)) if keep_factors else None,
    )


@dataclass(frozen=True)
class ConductionFactors:
    """The discrete problem behind a potential, and its factorized matrix."""

    system: ConductionSystem
    unknowns: FreeUnknowns

    def state(self, plane: CurrentFlow) -> ConductionState:
        """The axisymmetric state."""
        current = plane.current_a
        return ConductionState(0, current, current, plane.local_phi_v, self.unknowns)


@dataclass(frozen=True)
class CurrentFlow:
    """Potential, current density and resistance of one state.

    Attributes
    ----------
    local_phi_v
        (elements, 6) potential per element node; zero in elements that take no part.
    dropped_regions
        Conductors, or parts of them, that are not connected to both terminals.
    factors
        The factorized conductance, where it was kept.
    """

    model: Model
    current_a: float
    source: str
    sink: str
    local_phi_v: np.ndarray
    conducting_elements: np.ndarray
    dropped_regions: tuple[str, ...]
    conductivity_s_per_m: np.ndarray
    source_potential_v: float
    contact_power_w: float
    terminal_nodes: np.ndarray
    solver: SolverInfo
    current_source: Callable[[np.ndarray, np.ndarray], np.ndarray] | None = None
    factors: ConductionFactors | None = None

    @property
    def axisymmetric(self) -> CurrentFlow:
        """Itself: the part that is the same all around."""
        return self

    @property
    def resistance_ohm(self) -> float:
        """Difference of the terminals' mean potentials over the current."""
        return self.source_potential_v / self.current_a

    @cached_property
    def power_w(self) -> float:
        """Dissipated power, bulk and contacts."""
        return sum(self.power_by_region_w.values()) + self.contact_power_w

    @cached_property
    def power_by_region_w(self) -> dict[str, float]:
        """Dissipated power per conducting region, without contacts."""
        out = {}
        for region, found in self.model.regions.items():
            found = np.intersect1d(found, self.conducting_elements)
            if len(found) == 0:
                continue
            *points, volume = self.model.quadrature_of(found)
            j = self.current_density_at(*points)
            s = self.conductivity_s_per_m[found].ravel() * PER_UM
            out[region] = float(((j**2).sum(axis=0) / s) @ volume)
        return out

    @cached_property
    def _domain(self) -> np.ndarray:
        return self.model.mask(self.conducting_elements)

    def potential(self, points: np.ndarray, region: str | None = None) -> np.ndarray:
        """(N,) potential in V; ValueError for points outside the conductors that take part."""
        element, x, y = self.model.locate(points, region, self._domain)
        shape, _, _ = kernels.shape_functions(np.array([x, y]))
        return (shape * self.local_phi_v[element]).sum(axis=1)

    def current_density(self, points: np.ndarray, region: str | None = None) -> np.ndarray:
        """(2, N) current density r, z in A/um^2; ``region`` decides the side at an interface."""
        return self.current_density_at(*self.model.locate(points, region, self._domain))

    def current_density_at(self, element: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """(2, N) current density at reference points of elements."""
        out = np.empty((3, len(element)))
        kernels.potential_gradient(
            self.model.node_points_um, self.model.nodes, element, x, y, self.local_phi_v, out
        )
        return -out[:2] * self.conductivity_s_per_m[element, 0] * PER_UM

    def nodal_fluxes(self, elements: np.ndarray) -> np.ndarray:
        """(nodes,) current, A, that enters these elements through their outline at each node.

        What ``current_source`` feeds into them is not part of it.
        """
        flux = nodal_fluxes(
            self.model, elements, self.local_phi_v[None], np.zeros(1), self.conductivity_s_per_m
        )[:, 0]
        if self.current_source is not None:
            fed = elements[self._domain[elements]]
            load = self.model.nodal_load(self.current_source, fed)
            np.subtract.at(flux, self.model.nodes[:, fed], load.T)
        return flux

    def interface(self, a: str, b: str, side: str = "a") -> FluxInterface:
        """J.n on the interface between regions or groups a and b, positive from b into a."""
        return fluxes(trace_interface(self.model, a, b), self, side)
