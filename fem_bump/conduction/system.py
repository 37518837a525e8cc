"""The discrete conduction problem: who takes part, unknowns, terminals, matrices.

Both harmonic 0 (:mod:`fem_bump.conduction.current_flow`) and those above it
(:mod:`fem_bump.conduction.unit_responses`) are made of it. Units: um, S/m, A, V, ohm.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import scipy.sparse as sp
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from fem_bump.algebra.conduction_kernels import (
    assemble_conduction,
    assemble_harmonic_conduction,
    conduction_nodal_fluxes,
)
from fem_bump.algebra.constraints import FreeUnknowns, reduce_unknowns
from fem_bump.algebra.pattern import assemble_small, lower_pattern
from fem_bump.algebra.quadrature import facet_mass
from fem_bump.algebra.shape_functions import Table, shape_functions, shape_table, triangle_rule
from fem_bump.body.model import Model
from fem_bump.body.property_field import (
    Temperatures,
    property_at,
    property_field,
    temperature_at,
)
from fem_bump.body.region_lists import region_list
from fem_bump.body.split_nodes import facet_elements, facet_unknowns, split_nodes
from fem_bump.conduction.contacts import (
    contact_matrices,
    crossed_contacts,
    insulated,
    resistive_facets,
)
from fem_bump.errors import InputError

PER_UM = 1e-6  # S/m to S/um

A = np.ndarray
Bulk = tuple[A, A, A, Table, A, A]  # arguments that the kernels of the bulk share


@dataclass(frozen=True)
class ConductionSystem:
    """Elements that take part, their unknowns, and the terminals.

    Attributes
    ----------
    elements
        Elements connected to both terminals.
    dropped
        Conducting regions, or parts of them, that are not.
    terminals
        Boundary name to facets.
    unknown_of
        (all elements, 6) unknown per element node, -1 outside; a node on a resistive interface
        has one per side.
    count
        Number of unknowns.
    owner
        (2, facets) elements that take part on either side, a present one first.
    conductivity
        (all elements, q), S/m; zero in insulators.
    temperature_degc
        At which it is taken: a number, or (second-order nodes,).
    contact_matrix, contact_unknowns
        (m, 6, 6) facet conductances of resistive interfaces, and (m, 6) unknowns.
    contact_facets, contact_conductance
        (m,) their facets, and conductance per area, S/um^2.
    """

    model: Model
    elements: np.ndarray
    dropped: tuple[str, ...]
    terminals: Mapping[str, np.ndarray]
    unknown_of: np.ndarray
    count: int
    owner: np.ndarray
    conductivity: np.ndarray
    temperature_degc: Temperatures
    contact_matrix: np.ndarray
    contact_unknowns: np.ndarray
    contact_facets: np.ndarray
    contact_conductance: np.ndarray

    def at_temperature(self, degc: Temperatures) -> ConductionSystem:
        """The same with the conductivity at another temperature."""
        found = property_field(self.model, "conductivity_s_per_m", degc)
        return replace(self, conductivity=found, temperature_degc=degc)

    def conductivity_at(self, element: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """(N,) conductivity, S/m, at reference points of elements."""
        if not isinstance(self.temperature_degc, np.ndarray):
            return self.conductivity[element, 0]
        degc = temperature_at(self.model, self.temperature_degc, element, x, y)
        return property_at(self.model, "conductivity_s_per_m", element, degc)

    def elements_of(self, region: str) -> np.ndarray:
        """Elements of a region or group that take part."""
        model = self.model
        return np.nonzero(model.mask(model.elements(region)) & model.mask(self.elements))[0]

    def facet_unknowns(self, facets: np.ndarray) -> np.ndarray:
        """(3, m) unknowns of facets as seen from their first element that takes part."""
        return facet_unknowns(self.model, facets, self.owner[0, facets], self.unknown_of)

    def terminal_unknowns(self, name: str) -> np.ndarray:
        """(3, m) unknowns of a terminal's facets."""
        return self.facet_unknowns(self.terminals[name])

    def mean_weights(self, name: str) -> np.ndarray:
        """(unknowns,) weights whose product with the potential is its area mean on a terminal."""
        weight = np.zeros(self.count)
        nodes = self.model.facet_nodes(self.terminals[name])
        mass = facet_mass(self.model.node_points_um[:, nodes])
        np.add.at(weight, self.terminal_unknowns(name), mass.sum(axis=2).T)
        return weight / weight.sum()

    @cached_property
    def terminal_nodes(self) -> np.ndarray:
        """Second-order nodes on either terminal."""
        nodes = [self.model.facet_nodes(facets).ravel() for facets in self.terminals.values()]
        return np.unique(np.concatenate(nodes))

    @cached_property
    def axis_unknowns(self) -> np.ndarray:
        """Unknowns on the axis."""
        on_axis = self.model.node_points_um[0, self.model.nodes[:, self.elements].T] == 0.0
        return np.unique(self.unknown_of[self.elements][on_axis])

    def local(self, phi: np.ndarray) -> np.ndarray:
        """(all elements, 6) potential per element node; zero where no current flows."""
        out = np.zeros((self.model.mesh.nelements, 6))
        out[self.elements] = phi[self.unknown_of[self.elements]]
        return out

    def gathered(self, local: np.ndarray) -> np.ndarray:
        """(unknowns,) potential from (all elements, 6) per element node."""
        phi = np.zeros(self.count)
        phi[self.unknown_of[self.elements]] = local[self.elements]
        return phi

    def reduced(
        self, known: np.ndarray, values: np.ndarray, ties: list[np.ndarray]
    ) -> ReducedConduction:
        """The system on the free unknowns, ready to be assembled."""
        number, free = reduce_unknowns(self.count, known, ties)
        local = self.unknown_of[self.elements]
        dofs, contact_dofs = number[local], number[self.contact_unknowns]
        table = np.full((len(dofs) + len(contact_dofs), 6), -1, dtype=np.int64)
        table[: len(dofs)], table[len(dofs) :] = dofs, contact_dofs
        colptr, rows = lower_pattern(table, free)
        return ReducedConduction(
            self, number, free, known, values, dofs, contact_dofs, colptr, rows
        )


@dataclass(frozen=True)
class ReducedConduction:
    """A conduction system on its free unknowns: pattern, and matrices on it."""

    system: ConductionSystem
    number: np.ndarray
    free: int
    known: np.ndarray
    values: np.ndarray
    dofs: np.ndarray
    contact_dofs: np.ndarray
    colptr: np.ndarray
    rows: np.ndarray

    def assemble(self, source: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Values of the lower triangle, bulk and contacts, and the load.

        ``source`` is (elements, 6), A per unknown.
        """
        system = self.system
        data, load = np.zeros(self.colptr[-1]), np.zeros(self.free)
        assemble_conduction(
            *self._bulk,
            np.zeros((len(system.elements), 6)) if source is None else source,
            self.dofs,
            self._given(system.unknown_of[system.elements]),
            self.colptr,
            self.rows,
            data,
            load,
        )
        self._add_contacts(data, load)
        return data, load

    def assemble_harmonics(self) -> tuple[np.ndarray, np.ndarray]:
        """Lower triangles of K, grad u . grad v and contacts, and of M, u v / r^2."""
        stiffness, mass = np.zeros((2, self.colptr[-1]))
        assemble_harmonic_conduction(
            *self._bulk, self.dofs, self.colptr, self.rows, stiffness, mass
        )
        self._add_contacts(stiffness, np.zeros(self.free))
        return stiffness, mass

    @property
    def _bulk(self) -> Bulk:
        """Elements, quadrature and conductivity, as the kernels take them."""
        system, model = self.system, self.system.model
        rule, weights = triangle_rule()
        return (
            model.node_points_um,
            model.nodes,
            system.elements,
            shape_table(shape_functions(rule)),
            weights,
            system.conductivity * PER_UM,
        )

    def _given(self, unknowns: np.ndarray) -> np.ndarray:
        """Prescribed values of unknowns, zero where they are free."""
        return np.where(self.known[unknowns], self.values[unknowns], 0.0)

    def _add_contacts(self, data: np.ndarray, load: np.ndarray) -> None:
        unknowns = self.system.contact_unknowns
        assemble_small(
            self.system.contact_matrix,
            self.contact_dofs,
            self._given(unknowns),
            self.colptr,
            self.rows,
            data,
            load,
        )

    def matrix(self, data: np.ndarray) -> sp.csc_matrix:
        """Lower triangle as a sparse matrix."""
        return sp.csc_matrix((data, self.rows, self.colptr), shape=(self.free, self.free))

    def spread(self, solution: np.ndarray) -> np.ndarray:
        """All unknowns (unknowns, ...) from the free ones."""
        given = self.values.reshape(-1, *(1,) * (solution.ndim - 1))
        phi = np.broadcast_to(given, (len(given), *solution.shape[1:])).copy()
        phi[self.number >= 0] = solution[self.number[self.number >= 0]]
        return phi

    def gather(self, load: np.ndarray) -> np.ndarray:
        """Loads on the free unknowns from loads (unknowns, ...) on all."""
        return self._gathering @ load

    @cached_property
    def _gathering(self) -> sp.csr_matrix:
        free = np.nonzero(self.number >= 0)[0]
        shape = self.free, len(self.number)
        return sp.csr_matrix((np.ones(len(free)), (self.number[free], free)), shape)


@dataclass(frozen=True)
class ConductionState:
    """One harmonic of a flow as error estimates need it.

    Attributes
    ----------
    harmonic
        n of cos(n theta).
    source_a, sink_a
        Amplitudes of the current that enters and leaves, A.
    local_phi_v
        (elements, 6) potential per element node; zero in elements that take no part.
    unknowns
        The free unknowns and their factorized matrix.
    """

    harmonic: int
    source_a: float
    sink_a: float
    local_phi_v: np.ndarray
    unknowns: FreeUnknowns


def conduction_system(
    model: Model,
    source: str,
    sink: str,
    contact_resistivity_ohm_m2: Mapping[str, float],
    temperature_degc: Temperatures,
    insulated_regions: Iterable[str] = (),
    insulated_facets: Iterable[int] = (),
) -> ConductionSystem:
    """Find out who takes part in the conduction from one boundary to another.

    Raises
    ------
    InputError
        Unknown names, a terminal on an insulator, source and sink not connected.
    """
    is_conductor = np.array([model.materials[name].is_conductor for name in model.region_names])
    conducting = is_conductor[model.region_index]
    for name in region_list("insulated_regions", insulated_regions):
        conducting[model.elements(name)] = False
    resistive = resistive_facets(model, contact_resistivity_ohm_m2, conducting)
    terminals = {name: _terminal_facets(model, name, conducting) for name in (source, sink)}
    faces, terminals = insulated(model, insulated_facets, terminals)
    elements, dropped = _connected(model, conducting, faces, terminals, source, sink)
    resistive = {k: value for k, value in resistive.items() if k not in set(faces.tolist())}
    parting = np.union1d(np.array(list(resistive), dtype=np.int64), faces)
    unknown_of, count = split_nodes(model, elements, parting)
    owner = facet_elements(model, elements)
    facets, conductance = crossed_contacts(resistive, owner)
    matrices, unknowns = contact_matrices(model, facets, conductance, owner, unknown_of)
    return ConductionSystem(
        model,
        elements,
        dropped,
        terminals,
        unknown_of,
        count,
        owner,
        property_field(model, "conductivity_s_per_m", temperature_degc),
        temperature_degc,
        matrices,
        unknowns,
        facets,
        conductance,
    )


def nodal_fluxes(
    model: Model,
    elements: np.ndarray,
    local_phi_v: np.ndarray,
    harmonics: np.ndarray,
    conductivity_s_per_m: np.ndarray,
) -> np.ndarray:
    """(nodes, k) current, A, that enters elements at each node, for k harmonics at once.

    ``local_phi_v`` is (k, all elements, 6), weight 2 pi r for every harmonic.
    """
    rule, weights = triangle_rule()
    flux = np.zeros((model.node_count, len(harmonics)))
    conduction_nodal_fluxes(
        model.node_points_um,
        model.nodes,
        elements,
        local_phi_v,
        np.asarray(harmonics, dtype=float) ** 2,
        shape_table(shape_functions(rule)),
        weights,
        conductivity_s_per_m * PER_UM,
        flux,
    )
    return flux


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
    if (model.node_points_um[0, model.facet_nodes(facets)] == 0.0).all():
        raise InputError(
            f"terminal '{name}' lies on the axis, r = 0, and has no area that a current could "
            "pass through"
        )
    return facets


def _connected(
    model: Model,
    conducting: np.ndarray,
    insulated: np.ndarray,
    terminals: Mapping[str, np.ndarray],
    source: str,
    sink: str,
) -> tuple[np.ndarray, tuple[str, ...]]:
    """Elements connected to both terminals, and the conducting regions left out."""
    pair = model.mesh.f2t
    inner = pair[1] >= 0
    inner[inner] = conducting[pair[0, inner]] & conducting[pair[1, inner]]
    inner[insulated] = False
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
