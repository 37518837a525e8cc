"""Axisymmetric steady conduction of current.

Find phi such that for all admissible v, over the full revolution (weight 2 pi r),

    integral of s grad phi . grad v  +  integral over resistive interfaces of [phi] [v] / rc
        = current into the source * (mean of v over it),

J = -s grad phi. The source is equipotential (all its unknowns are one) or takes a uniform normal
flux; the sink is an equipotential at 0 V, or takes a uniform flux out. Across an interface with
contact resistivity rc (ohm m^2) the potential jumps: nodes there have one unknown per side
(:mod:`fem_bump.contacts`).
R = (mean potential of source - of sink) / I. Units: um, S/m, A, V, W, ohm.

``reference_form`` is the bulk form in scikit-fem; the solver assembles with
:mod:`fem_bump.kernels`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from skfem import BilinearForm

from fem_bump import kernels
from fem_bump.constraints import reduce_unknowns
from fem_bump.contacts import (
    contact_matrices,
    contact_power,
    facet_elements,
    facet_unknowns,
    resistive_facets,
    split_nodes,
)
from fem_bump.errors import InputError
from fem_bump.interface import FluxInterface, fluxes
from fem_bump.interface_line import trace_interface
from fem_bump.linear_solver import SolverInfo, solve_spd
from fem_bump.model import Model
from fem_bump.recovery import facet_mass

PER_UM = 1e-6  # S/m to S/um


def reference_form() -> BilinearForm:
    """The bulk form in scikit-fem; expects ``conductivity`` (S/m) as a coefficient field."""

    @BilinearForm
    def conductance(u, v, w):
        flux = u.grad[0] * v.grad[0] + u.grad[1] * v.grad[1]
        return w.conductivity * PER_UM * flux * 2 * np.pi * w.x[0]

    return conductance


def current_flow(
    model: Model,
    current_a: float,
    source: str,
    sink: str,
    source_kind: str = "equipotential",
    sink_kind: str = "equipotential",
    contact_resistivity_ohm_m2: Mapping[str, float] | None = None,
    temperature_degc: float = 25.0,
    current_source: Callable[[np.ndarray, np.ndarray], np.ndarray] | None = None,
    potential_v: Mapping[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] | None = None,
    solver: str = "auto",
) -> CurrentFlow:
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

    Raises
    ------
    InputError
        Unknown names, a terminal on an insulator, source and sink not connected.
    AnalysisError
        When the system cannot be solved.
    """
    for argument, kind in (("source_kind", source_kind), ("sink_kind", sink_kind)):
        if kind not in ("equipotential", "flux"):
            raise InputError(f"{argument} = '{kind}' must be 'equipotential' or 'flux'")
    if not np.isfinite(current_a):
        raise InputError(f"current_a = {current_a} must be finite")
    resistive = resistive_facets(model, contact_resistivity_ohm_m2 or {})
    is_conductor = np.array([model.materials[name].is_conductor for name in model.region_names])
    conducting = is_conductor[model.region_index]
    terminals = {name: _terminal_facets(model, name, conducting) for name in (source, sink)}
    elements, dropped = _connected(model, conducting, terminals, source, sink)
    unknown_of, count = split_nodes(model, elements, resistive)
    owner = facet_elements(model, elements)

    def terminal_unknowns(name: str) -> tuple[np.ndarray, np.ndarray]:
        """Unknowns (3, m) of a terminal's facets, and the facets."""
        facets = terminals[name]
        return facet_unknowns(model, facets, owner[0, facets], unknown_of), facets

    if source_kind == sink_kind == "equipotential":
        shared = np.intersect1d(terminal_unknowns(source)[0], terminal_unknowns(sink)[0])
        if len(shared):
            raise InputError(
                f"source '{source}' and sink '{sink}' touch; equipotential terminals need a gap"
            )
    known = np.zeros(count, dtype=bool)
    values = np.zeros(count)
    load = np.zeros(count)
    ties, weights_of = [], {}
    for name, kind, into in ((source, source_kind, 1.0), (sink, sink_kind, -1.0)):
        local, facets = terminal_unknowns(name)
        weight = _mean_weights(model, facets, local, count)
        weights_of[name] = weight
        if kind == "flux":
            load += into * current_a * weight
        elif name == sink:
            known[local.ravel()] = True
        else:
            ties.append(np.unique(local))
            load[local.ravel()[0]] += into * current_a
    for name, given in (potential_v or {}).items():
        facets = model.facets(name)
        local = facet_unknowns(model, facets, owner[0, facets], unknown_of)
        nodes = model.facet_nodes(facets)
        known[local.ravel()] = True
        values[local.ravel()] = given(*(model.node_points_um[:, nodes.ravel()] / model.unit_um))
    if not known.any():
        # two flux terminals: the potential's level is free, the sink's mean is set below
        known[int(terminal_unknowns(sink)[0].ravel()[0])] = True

    rule, weights = kernels.triangle_rule()
    shape, dx, dy = kernels.shape_functions(rule)
    conductivity = _conductivity(model, temperature_degc, len(weights))
    number, free = reduce_unknowns(count, known, ties)
    local = unknown_of[elements]
    dofs, prescribed = number[local], np.where(known[local], values[local], 0.0)
    facet_matrices, facet_local = contact_matrices(model, resistive, owner, unknown_of)
    facet_dofs = number[facet_local]
    table = np.full((len(dofs) + len(facet_dofs), 6), -1, dtype=np.int64)
    table[: len(dofs)], table[len(dofs) :] = dofs, facet_dofs
    colptr, rows = kernels.lower_pattern(table, free)
    data, reduced = np.zeros(colptr[-1]), np.zeros(free)
    source_term = np.zeros((len(elements), 6))
    if current_source is not None:
        source_term = model.nodal_load(current_source, elements)
    kernels.assemble_conduction(
        model.node_points_um,
        model.nodes,
        elements,
        shape,
        dx,
        dy,
        weights,
        conductivity * PER_UM,
        source_term,
        dofs,
        prescribed,
        colptr,
        rows,
        data,
        reduced,
    )
    facet_prescribed = np.where(known[facet_local], values[facet_local], 0.0)
    kernels.assemble_small(
        facet_matrices, facet_dofs, facet_prescribed, colptr, rows, data, reduced
    )
    np.add.at(reduced, number[number >= 0], load[number >= 0])
    solution, info = solve_spd(colptr, rows, data, reduced, solver)
    phi = values
    phi[number >= 0] = solution[number[number >= 0]]
    if potential_v is None:
        phi -= phi @ weights_of[sink]
    local_phi = np.zeros((model.mesh.nelements, 6))
    local_phi[elements] = phi[local]
    return CurrentFlow(
        model,
        current_a,
        source,
        sink,
        local_phi,
        elements,
        dropped,
        conductivity,
        float(phi @ weights_of[source]),
        contact_power(facet_matrices, phi[facet_local]),
        np.unique(np.concatenate([model.facet_nodes(f).ravel() for f in terminals.values()])),
        info,
        current_source,
    )


@dataclass(frozen=True)
class CurrentFlow:
    """Potential, current density and resistance of one state.

    Attributes
    ----------
    local_phi_v
        (elements, 6) potential per element node; zero in elements that take no part.
    dropped_regions
        Conductors, or parts of them, that are not connected to both terminals.
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
        out = np.empty((2, len(element)))
        kernels.potential_gradient(
            self.model.node_points_um, self.model.nodes, element, x, y, self.local_phi_v, out
        )
        return -out * self.conductivity_s_per_m[element, 0] * PER_UM

    def nodal_fluxes(self, elements: np.ndarray) -> np.ndarray:
        """(nodes,) current, A, that enters these elements through their outline at each node.

        What ``current_source`` feeds into them is not part of it.
        """
        rule, weights = kernels.triangle_rule()
        shape, dx, dy = kernels.shape_functions(rule)
        flux = np.zeros(self.model.node_count)
        kernels.conduction_nodal_fluxes(
            self.model.node_points_um,
            self.model.nodes,
            elements,
            self.local_phi_v,
            shape,
            dx,
            dy,
            weights,
            self.conductivity_s_per_m * PER_UM,
            flux,
        )
        if self.current_source is not None:
            fed = elements[self._domain[elements]]
            load = self.model.nodal_load(self.current_source, fed)
            np.subtract.at(flux, self.model.nodes[:, fed], load.T)
        return flux

    def interface(self, a: str, b: str, side: str = "a") -> FluxInterface:
        """J.n on the interface between regions or groups a and b, positive from b into a."""
        return fluxes(trace_interface(self.model, a, b), self, side)


# ---------------------------------------------------------------------- who takes part


def _terminal_facets(model: Model, name: str, conducting: np.ndarray) -> np.ndarray:
    facets = model.facets(name)
    pair = model.mesh.f2t[:, facets]
    touches = conducting[pair] & (pair >= 0)
    if not touches.any(axis=0).all():
        names = sorted({model.region_names[k] for k in np.unique(model.region_index[pair[0]])})
        raise InputError(
            f"terminal '{name}' lies on a material without conductivity_s_per_m "
            f"(regions there: {', '.join(names)})"
        )
    return facets


def _connected(
    model: Model,
    conducting: np.ndarray,
    terminals: Mapping[str, np.ndarray],
    source: str,
    sink: str,
) -> tuple[np.ndarray, tuple[str, ...]]:
    """Elements connected to both terminals, and the conducting regions left out."""
    pair = model.mesh.f2t
    inner = pair[1] >= 0
    inner[inner] = conducting[pair[0, inner]] & conducting[pair[1, inner]]
    n = model.mesh.nelements
    links = coo_matrix((np.ones(int(inner.sum())), pair[:, inner]), shape=(n, n))
    _, label = connected_components(links, directed=False)

    def labels(name: str) -> np.ndarray:
        touching = pair[:, terminals[name]]
        touching = touching[touching >= 0]
        return np.unique(label[touching[conducting[touching]]])

    both = np.intersect1d(labels(source), labels(sink))
    if len(both) == 0:
        raise InputError(
            f"source '{source}' is not connected to sink '{sink}' by conducting regions"
        )
    takes_part = conducting & np.isin(label, both)
    left_out = np.unique(model.region_index[conducting & ~takes_part])
    return np.nonzero(takes_part)[0], tuple(model.region_names[k] for k in left_out)


def _conductivity(model: Model, temperature_degc: float, q: int) -> np.ndarray:
    """(elements, q) conductivity, S/m; zero in insulators."""
    by_region = np.array(
        [
            float(model.materials[name].at("conductivity_s_per_m", temperature_degc))
            if model.materials[name].is_conductor
            else 0.0
            for name in model.region_names
        ]
    )
    return np.ascontiguousarray(
        np.broadcast_to(by_region[model.region_index][:, None], (model.mesh.nelements, q))
    )


def _mean_weights(model: Model, facets: np.ndarray, local: np.ndarray, count: int) -> np.ndarray:
    """(unknowns,) weights whose product with the potential is its area mean over facets."""
    weight = np.zeros(count)
    mass = facet_mass(model.node_points_um[:, model.facet_nodes(facets)])
    np.add.at(weight, local, mass.sum(axis=2).T)
    return weight / weight.sum()
