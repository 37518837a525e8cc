"""Axisymmetric steady conduction of current.

Find phi such that for all admissible v, over the full revolution (weight 2 pi r),

    integral of s grad phi . grad v  +  integral over resistive interfaces of [phi] [v] / rc
        = current into the source * (mean of v over it),

J = -s grad phi. The source is equipotential (all its unknowns are one) or takes a uniform normal
flux; the sink is an equipotential at 0 V, or takes a uniform flux out. Across an interface with
contact resistivity rc (ohm m^2) the potential jumps: nodes there have one unknown per side.
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
from fem_bump.errors import InputError
from fem_bump.interface import FluxInterface, trace_interface
from fem_bump.linear_solver import SolverInfo, solve_spd
from fem_bump.model import Model
from fem_bump.recovery import facet_mass

PER_UM = 1e-6  # S/m to S/um
OHM_UM2 = 1e12  # ohm m^2 to ohm um^2


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
    resistive = _resistive_facets(model, contact_resistivity_ohm_m2 or {})
    conductor = {name: material.is_conductor for name, material in model.materials.items()}
    terminals = {
        source: _terminal_facets(model, source, conductor),
        sink: _terminal_facets(model, sink, conductor),
    }
    elements, dropped = _connected(model, conductor, terminals, resistive, source, sink)
    unknown_of, count = _split_nodes(model, elements, resistive)
    owner = _facet_elements(model, elements)

    def terminal_unknowns(name: str) -> tuple[np.ndarray, np.ndarray]:
        """Unknowns (3, m) of a terminal's facets, and the facets."""
        facets = terminals[name]
        return _facet_unknowns(model, facets, owner[0, facets], unknown_of), facets

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
        local = _facet_unknowns(model, facets, owner[0, facets], unknown_of)
        nodes = model.facet_nodes(facets)
        known[local.ravel()] = True
        values[local.ravel()] = given(*(model.node_points_um[:, nodes.ravel()] / model.unit_um))
    if not known.any():
        # two flux terminals: the potential's level is free, the sink's mean is set below
        known[int(terminal_unknowns(sink)[0].ravel()[0])] = True

    rule, weights = kernels.triangle_rule()
    shape, dx, dy = kernels.shape_functions(rule)
    conductivity = _conductivity(model, conductor, temperature_degc, len(weights))
    number, free = reduce_unknowns(count, known, ties)
    local = unknown_of[elements]
    dofs, prescribed = number[local], np.where(known[local], values[local], 0.0)
    facet_matrices, facet_local = _contact_matrices(model, resistive, owner, unknown_of)
    facet_dofs = number[facet_local]
    table = np.full((len(dofs) + len(facet_dofs), 6), -1, dtype=np.int64)
    table[: len(dofs)], table[len(dofs) :] = dofs, facet_dofs
    colptr, rows = kernels.lower_pattern(table, free)
    data, reduced = np.zeros(colptr[-1]), np.zeros(free)
    source_term = np.zeros((len(elements), 6))
    if current_source is not None:
        source_term = _volume_source(model, current_source, elements, shape)
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
        _contact_power(facet_matrices, phi[facet_local]),
        np.unique(np.concatenate([model.facet_nodes(f).ravel() for f in terminals.values()])),
        info,
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
        rule, weights = kernels.triangle_rule()
        volume = self.model.quadrature[1]
        out = {}
        for region, found in self.model.regions.items():
            found = np.intersect1d(found, self.conducting_elements)
            if len(found) == 0:
                continue
            q = len(weights)
            j = self.current_density_at(
                np.repeat(found, q), np.tile(rule[0], len(found)), np.tile(rule[1], len(found))
            )
            s = self.conductivity_s_per_m[found].ravel() * PER_UM
            out[region] = float(((j**2).sum(axis=0) / s) @ volume[found].ravel())
        return out

    @cached_property
    def _domain(self) -> np.ndarray:
        mask = np.zeros(self.model.mesh.nelements, dtype=bool)
        mask[self.conducting_elements] = True
        return mask

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
        """(nodes,) current, A, that enters these elements at each second-order node."""
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
        return flux

    def interface(self, a: str, b: str, side: str = "a") -> FluxInterface:
        """J.n on the interface between regions or groups a and b, positive from b into a."""
        return trace_interface(self.model, a, b).fluxes(self, side)


# ---------------------------------------------------------------------- who takes part


def _terminal_facets(model: Model, name: str, conductor: Mapping[str, bool]) -> np.ndarray:
    facets = model.facets(name)
    is_conductor = np.array([conductor[region] for region in model.region_names])
    pair = model.mesh.f2t[:, facets]
    touches = is_conductor[model.region_index[pair]] & (pair >= 0)
    if not touches.any(axis=0).all():
        names = sorted({model.region_names[k] for k in np.unique(model.region_index[pair[0]])})
        raise InputError(
            f"terminal '{name}' lies on a material without conductivity_s_per_m "
            f"(regions there: {', '.join(names)})"
        )
    return facets


def _connected(
    model: Model,
    conductor: Mapping[str, bool],
    terminals: Mapping[str, np.ndarray],
    resistive: Mapping[int, float],
    source: str,
    sink: str,
) -> tuple[np.ndarray, tuple[str, ...]]:
    """Elements connected to both terminals, and the conducting regions left out."""
    is_conductor = np.array([conductor[region] for region in model.region_names])
    conducting = is_conductor[model.region_index]
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


def _conductivity(
    model: Model, conductor: Mapping[str, bool], temperature_degc: float, q: int
) -> np.ndarray:
    """(elements, q) conductivity, S/m; zero in insulators."""
    by_region = np.array(
        [
            float(model.materials[name].at("conductivity_s_per_m", temperature_degc))
            if conductor[name]
            else 0.0
            for name in model.region_names
        ]
    )
    return np.ascontiguousarray(
        np.broadcast_to(by_region[model.region_index][:, None], (model.mesh.nelements, q))
    )


# ---------------------------------------------------------------------- resistive interfaces


def _resistive_facets(model: Model, resistivity: Mapping[str, float]) -> dict[int, float]:
    """Facet number to contact resistivity, ohm um^2; perfect contacts left out."""
    out: dict[int, float] = {}
    for name, value in resistivity.items():
        if not (np.isfinite(value) and value >= 0):
            raise InputError(f"contact resistivity of '{name}' = {value} must be finite and >= 0")
        pair, _, leg = name.partition(":")
        a, slash, b = pair.partition("/")
        if not slash:
            raise InputError(f"'{name}' is no interface; write 'a/b' or 'a/b:leg'")
        line = trace_interface(model, a, b)
        if leg and leg not in line.leg_names:
            raise InputError(
                f"unknown leg '{leg}' of {pair}; known are {', '.join(line.leg_names)}"
            )
        chosen = [not leg or line.leg_names[k] == leg for k in line.leg]
        if value > 0:
            out.update(dict.fromkeys(line.facets[chosen].tolist(), value * OHM_UM2))
    return out


def _split_nodes(
    model: Model, elements: np.ndarray, resistive: Mapping[int, float]
) -> tuple[np.ndarray, int]:
    """(elements, 6) unknown per element node, -1 outside the domain, and their number.

    Around a node, elements that are connected through non-resistive facets share an unknown.
    """
    unknown = np.full((model.mesh.nelements, 6), -1, dtype=np.int64)
    nodes = model.nodes[:, elements].T
    if not resistive:
        used, compact = np.unique(nodes, return_inverse=True)
        unknown[elements] = compact.reshape(nodes.shape)
        return unknown, len(used)
    # corners (element, local node) are the vertices of a graph; facets glue them
    n_nodes = model.node_count
    corner = np.full((model.mesh.nelements, 6), -1, dtype=np.int64)
    corner[elements] = np.arange(6 * len(elements)).reshape(-1, 6)
    takes_part = np.zeros(model.mesh.nelements, dtype=bool)
    takes_part[elements] = True
    first, second = model.mesh.f2t
    glue = (second >= 0) & takes_part[first] & takes_part[np.maximum(second, 0)]
    glue[list(resistive)] = False
    facets = np.nonzero(glue)[0]
    links = []
    for node in model.facet_nodes(facets):
        sides = []
        for element in (first[facets], second[facets]):
            local = (model.nodes[:, element] == node).argmax(axis=0)
            sides.append(corner[element, local])
        links.append(np.array(sides))
    link = np.hstack(links)
    # away from resistive facets everything at a node is one anyway, including point contacts
    touched = np.zeros(n_nodes, dtype=bool)
    touched[model.facet_nodes(np.array(list(resistive))).ravel()] = True
    flat = nodes.ravel()
    plain = np.nonzero(~touched[flat])[0]
    by_node = plain[np.argsort(flat[plain], kind="stable")]
    same = np.diff(flat[by_node]) == 0
    link = np.hstack([link, np.array([by_node[:-1][same], by_node[1:][same]])])
    n = 6 * len(elements)
    count, label = connected_components(
        coo_matrix((np.ones(link.shape[1]), link), shape=(n, n)), directed=False
    )
    unknown[elements] = label.reshape(-1, 6)
    return unknown, int(count)


def _facet_elements(model: Model, elements: np.ndarray) -> np.ndarray:
    """(2, facets) elements on either side that take part, a present one first; -1 for none."""
    takes_part = np.zeros(model.mesh.nelements + 1, dtype=bool)
    takes_part[elements] = True
    pair = np.where(takes_part[model.mesh.f2t], model.mesh.f2t, -1)
    swap = pair[0] < 0
    pair[:, swap] = pair[::-1, swap]
    return pair


def _facet_unknowns(
    model: Model, facets: np.ndarray, element: np.ndarray, unknown_of: np.ndarray
) -> np.ndarray:
    """(3, m) unknowns of facets (end, end, midpoint) as seen from the given elements."""
    nodes = model.facet_nodes(facets)
    local = (model.nodes[:, None, element] == nodes[None]).argmax(axis=0)
    return unknown_of[element, local]


def _facet_geometry(model: Model, facets: np.ndarray) -> np.ndarray:
    return facet_mass(model.node_points_um[:, model.facet_nodes(facets)])


def _contact_matrices(
    model: Model, resistive: Mapping[int, float], owner: np.ndarray, unknown_of: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """(m, 6, 6) facet conductances and (m, 6) unknowns, both sides."""
    facets = np.array(
        [k for k in resistive if owner[0, k] >= 0 and owner[1, k] >= 0], dtype=np.int64
    )
    if len(facets) == 0:
        return np.zeros((0, 6, 6)), np.zeros((0, 6), dtype=np.int64)
    mass = _facet_geometry(model, facets) / np.array([resistive[k] for k in facets])[:, None, None]
    matrices = np.block([[mass, -mass], [-mass, mass]])
    sides = [_facet_unknowns(model, facets, owner[k, facets], unknown_of) for k in range(2)]
    return np.ascontiguousarray(matrices), np.vstack(sides).T.copy()


def _contact_power(matrices: np.ndarray, phi: np.ndarray) -> float:
    return float(np.einsum("mi,mij,mj->", phi, matrices, phi))


def _mean_weights(model: Model, facets: np.ndarray, local: np.ndarray, count: int) -> np.ndarray:
    """(unknowns,) weights whose product with the potential is its area mean over facets."""
    weight = np.zeros(count)
    np.add.at(weight, local, _facet_geometry(model, facets).sum(axis=2).T)
    return weight / weight.sum()


def _volume_source(model, current_source, elements, shape):
    points = model.quadrature[0][:, elements] / model.unit_um
    volume = model.quadrature[1][elements]
    return (np.asarray(current_source(*points)) * volume) @ shape
