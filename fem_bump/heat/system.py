"""The discrete heat problem: who takes part, unknowns, matrices, residual.

Find T with T = T_held on held boundaries such that for all v that vanish there, over the full
revolution (weight 2 pi r),

    integral of k(T) grad T . grad v + integral over films of h (T - T_ambient) v
      = integral of q v + integral over heated facets of q_s v.

T is continuous everywhere. Regions whose material has no thermal conductivity, and parts that reach
no sink and are not heated, take no part. Units: um, degC, W/(m K), W.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
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
from fem_bump.algebra.constraints import reduce_unknowns
from fem_bump.algebra.linear_solver import Factorization, solve_factorized
from fem_bump.algebra.pattern import assemble_small, lower_pattern
from fem_bump.algebra.quadrature import facet_mass
from fem_bump.algebra.shape_functions import shape_functions, shape_table, triangle_rule
from fem_bump.body.model import Model
from fem_bump.body.property_field import property_field
from fem_bump.errors import AnalysisError, InputError
from fem_bump.heat.sinks import Sinks, facet_shares

PER_UM = 1e-6  # W/(m K) to W/(um K)
ROUND_OFF = 1e-2  # of a load that a solve may leave: iterations go on
PER_UM2 = 1e-12  # W/(m^2 K) to W/(um^2 K)


@dataclass(frozen=True)
class FilmTerm:
    """What a film adds: (m, 3, 3) W/K and (m, 3) nodes of its facets, its ambient as a rise."""

    matrices: np.ndarray
    nodes: np.ndarray
    ambient_k: float

    def leaving_w(self, rise_k: np.ndarray) -> np.ndarray:
        """(m, 3) heat that leaves at the facets' nodes."""
        return np.einsum("mij,mj->mi", self.matrices, rise_k[self.nodes] - self.ambient_k)


@dataclass(frozen=True)
class LinearHeat:
    """A factorized linearization A, with its level apart where only films hold that.

    Films next to a conductance that is some 1e10 times theirs are lost in the factors. So a part
    without held nodes is pinned, B = A + s e e^T with a spring s at one node, and its level found
    from the part's balance, 1^T A x = 1^T f, in which a constant conducts nothing:

        x = y + z (1^T f - a^T y) / (a^T z),    B y = f,   B z = s e,   a = A 1.

    Attributes
    ----------
    lower, factor
        Of B.
    number
        (nodes,) those of its unknowns, -1 for none.
    part
        (unknowns,) number of the part whose level only films hold, 0 for none.
    level, balance
        (unknowns,) z, and a, W/K.
    """

    lower: sp.csc_matrix
    factor: Factorization
    number: np.ndarray
    part: np.ndarray
    level: np.ndarray
    balance: np.ndarray

    def __post_init__(self) -> None:
        # 1 - s e^T B^-1 e: its sign is that of A's lowest eigenvalue
        if not (self._of_parts(self.balance * self.level)[1:] > 0).all():
            raise AnalysisError("heat grows faster with the temperature than films take it away")

    def _of_parts(self, share: np.ndarray) -> np.ndarray:
        return np.bincount(self.part, share)

    def rise_k(self, load: np.ndarray) -> np.ndarray:
        """(nodes,) by how much a load (nodes,), W, changes the temperature; 0 at held nodes."""
        here = self.number >= 0
        right = np.zeros(self.lower.shape[0])
        right[self.number[here]] = load[here]
        found, _ = solve_factorized(self.lower, self.factor, right, ROUND_OFF)
        if self.part.any():
            short = self._of_parts(right - self.balance * found)
            whole = self._of_parts(self.balance * self.level)
            by = np.divide(short, whole, np.zeros_like(short), where=whole > 0)
            found += self.level * by[self.part]
        out = np.zeros(len(self.number))
        out[here] = found[self.number[here]]
        return out


@dataclass(frozen=True)
class HeatSystem:
    """Elements that conduct heat to a sink, and their unknowns.

    Attributes
    ----------
    elements
        Those that take part.
    dropped
        Regions, or parts of them, that do not.
    number
        (nodes,) free number of each second-order node, -1 where its temperature is held or none.
    held
        (nodes,) mask of those that are held, and ``held_degc`` (nodes,) at what.
    films
        Boundary name to what its film adds.
    part
        (unknowns,) number of the part whose level only films hold, 0 for none.
    """

    model: Model
    sinks: Sinks
    elements: np.ndarray
    dropped: tuple[str, ...]
    number: np.ndarray
    held: np.ndarray
    held_degc: np.ndarray
    dofs: np.ndarray
    colptr: np.ndarray
    rows: np.ndarray
    films: Mapping[str, FilmTerm]
    part: np.ndarray

    @property
    def free(self) -> int:
        """Number of unknowns."""
        return len(self.colptr) - 1

    @property
    def reference_degc(self) -> float:
        """The lowest temperature given, above which rises are counted: they keep their digits."""
        return self.sinks.lowest_degc

    def start_rise_k(self) -> np.ndarray:
        """(nodes,) the mean of the given temperatures, and those that are held."""
        return np.where(self.held, self.held_degc, self.sinks.mean_degc) - self.reference_degc

    def conductivity(self, degc: np.ndarray) -> np.ndarray:
        """(all elements, q) at nodal temperatures, W/(m K)."""
        return property_field(self.model, "thermal_conductivity_w_per_mk", degc)

    def load(self, density: np.ndarray) -> np.ndarray:
        """(nodes,) W of a density (all elements, q) at the quadrature points, W/um^3."""
        shape, _, _ = shape_functions(triangle_rule()[0])
        volume = self.model.quadrature[1][self.elements]
        local = (density[self.elements] * volume) @ shape
        nodes = self.model.nodes[:, self.elements].T
        return np.bincount(nodes.ravel(), local.ravel(), self.model.node_count)

    def residual(
        self, rise_k: np.ndarray, load: np.ndarray, conductivity: np.ndarray
    ) -> np.ndarray:
        """(nodes,) W that leaves the body at each node to satisfy the equation: 0 where it does.

        At held nodes it is the heat, negative, that the sink takes.
        """
        rule, weights = triangle_rule()
        flux = np.zeros((self.model.node_count, 1))
        # a constant conducts nothing: without it the sum over an element's nodes is 0 to round-off
        # of what it conducts, not of the level
        local = rise_k[self.model.nodes].T
        local = local - local[:, :1]
        conduction_nodal_fluxes(
            self.model.node_points_um,
            self.model.nodes,
            self.elements,
            np.ascontiguousarray(local)[None],
            np.zeros(1),
            shape_table(shape_functions(rule)),
            weights,
            conductivity * PER_UM,
            flux,
        )
        out = flux[:, 0] - load
        for film in self.films.values():
            np.add.at(out, film.nodes, film.leaving_w(rise_k))
        return out

    def linearized(
        self,
        conductivity: np.ndarray,
        growth: np.ndarray | None = None,
        solver: str = "auto",
        before: LinearHeat | None = None,
    ) -> LinearHeat:
        """The equation linearized around a temperature, factorized.

        Parameters
        ----------
        conductivity
            (all elements, q), W/(m K).
        growth
            (all elements, q), W/(um^3 K): by how much the heat grows with the temperature.
        before
            An earlier one, whose analysis of the pattern is used and whose factors are replaced.

        Raises
        ------
        AnalysisError
            When heat grows faster with the temperature than it is conducted away.
        """
        rule, weights = triangle_rule()
        model, table = self.model, shape_table(shape_functions(rule))
        data, unused = np.zeros(self.colptr[-1]), np.zeros(self.free)
        nothing = np.zeros((len(self.elements), 6))
        bulk = (model.node_points_um, model.nodes, self.elements, table, weights)
        pattern = (self.colptr, self.rows)
        assemble_conduction(
            *bulk, conductivity * PER_UM, nothing, self.dofs, nothing, *pattern, data, unused
        )
        balance = np.zeros(self.free)
        for film in self.films.values():
            dofs = self.number[film.nodes]
            assemble_small(film.matrices, dofs, np.zeros(dofs.shape), *pattern, data, unused)
            np.add.at(balance, dofs[dofs >= 0], film.matrices.sum(axis=2)[dofs >= 0])
        pinned = self._pins(data)
        spring = data[self.colptr[pinned]]
        if growth is not None and growth.any():
            # the kernel's second part, s u v / r^2, is a mass matrix for s = growth r^2
            over = growth * model.quadrature[0][0] ** 2
            grown, unused = np.zeros_like(data), np.zeros_like(data)
            assemble_harmonic_conduction(*bulk, over, self.dofs, *pattern, unused, grown)
            data -= grown
            mass = sp.csc_matrix((grown, self.rows, self.colptr), shape=(self.free, self.free))
            balance -= mass @ np.ones(self.free) + mass.T @ np.ones(self.free) - mass.diagonal()
        data[self.colptr[pinned]] += spring
        lower = sp.csc_matrix((data, self.rows, self.colptr), shape=(self.free, self.free))
        if before is None:
            factor = Factorization(lower, solver)
        else:
            factor = before.factor
            factor.update(data)
        right = np.zeros(self.free)
        right[pinned] = spring
        level = factor.solve(right)  # which says so if it is none
        return LinearHeat(lower, factor, self.number, self.part, level, balance)

    def _pins(self, data: np.ndarray) -> np.ndarray:
        """(parts,) the stiffest unknown of each whose level only films hold."""
        order = np.lexsort((-data[self.colptr[:-1]], self.part))
        part, first = np.unique(self.part[order], return_index=True)
        return np.asarray(order[first[part > 0]])

    @cached_property
    def _shares(self) -> Mapping[str, np.ndarray]:
        """Held boundary to the share of a node's heat that leaves through it."""
        area = {name: facet_shares(self.model, name) for name in self.sinks.held_degc}
        whole = sum(area.values(), np.zeros(len(self.number)))
        return {
            name: np.divide(a, whole, np.zeros_like(a), where=whole > 0) for name, a in area.items()
        }

    def heat_out_w(self, name: str, rise_k: np.ndarray, residual: np.ndarray) -> float:
        """Heat that leaves through a boundary, by nodal residuals where it is held."""
        if name in self.sinks.held_degc:
            return -float(residual @ self._shares[name])
        if name in self.films:
            return float(self.films[name].leaving_w(rise_k).sum())
        facets = self.model.facets(name)
        if (self.model.mesh.f2t[1, facets] >= 0).any():
            raise InputError(
                f"boundary '{name}' lies inside the body and is no heat sink: heat passes it; "
                f"sinks are {', '.join(self.sinks.names)}"
            )
        return 0.0


def heat_system(model: Model, sinks: Sinks, heated: np.ndarray) -> HeatSystem:
    """Find out who conducts heat to a sink.

    Parameters
    ----------
    heated
        (elements,) mask of elements that are heated.

    Raises
    ------
    InputError
        When something that is heated has no thermal conductivity, or reaches no sink.
    """
    conducts = np.array(
        [
            model.materials[name].thermal_conductivity_w_per_mk is not None
            for name in model.region_names
        ]
    )[model.region_index]
    if (heated & ~conducts).any():
        first = model.region_names[model.region_index[(heated & ~conducts).argmax()]]
        material = model.materials[first].name
        raise InputError(
            f"region '{first}' is heated, but its material '{material}' has no "
            "thermal_conductivity_w_per_mk: give it one"
        )
    label = _parts(model, conducts)
    reached = np.zeros(label.max() + 1, dtype=bool)
    for name in sinks.names:
        if name in sinks.film_w_per_m2k and sinks.film_w_per_m2k[name][0] == 0:
            continue
        pair = model.mesh.f2t[:, model.facets(name)]
        beside = pair[pair >= 0]
        reached[label[beside[conducts[beside]]]] = True
    takes_part = conducts & reached[label]
    lost = heated & ~takes_part
    if lost.any():
        region = model.region_names[model.region_index[lost.argmax()]]
        raise InputError(
            f"region '{region}' is heated and reaches no heat sink ({', '.join(sinks.names)}) "
            "through regions that conduct heat"
        )
    if not takes_part.any():
        raise InputError(
            f"no region that conducts heat touches a heat sink ({', '.join(sinks.names)}): give "
            "materials a thermal_conductivity_w_per_mk"
        )
    elements = np.nonzero(takes_part)[0]
    return _numbered(model, sinks, elements, _names(model, ~takes_part))


def _names(model: Model, mask: np.ndarray) -> tuple[str, ...]:
    return tuple(model.region_names[k] for k in np.unique(model.region_index[mask]))


def _parts(model: Model, conducts: np.ndarray) -> np.ndarray:
    """(elements,) number of the part, connected by conducting elements, that each lies in."""
    pair = model.mesh.f2t[:, model.mesh.f2t[1] >= 0]
    pair = pair[:, conducts[pair].all(axis=0)]
    n = model.mesh.nelements
    links = coo_matrix((np.ones(pair.shape[1]), pair), shape=(n, n))
    return np.asarray(connected_components(links, directed=False)[1])


def _numbered(
    model: Model, sinks: Sinks, elements: np.ndarray, dropped: tuple[str, ...]
) -> HeatSystem:
    """The unknowns, their pattern, and the films."""
    present = np.zeros(model.node_count, dtype=bool)
    present[model.nodes[:, elements]] = True
    held, held_degc = np.zeros(model.node_count, dtype=bool), np.zeros(model.node_count)
    for name, degc in sinks.held_degc.items():
        nodes = model.boundary_nodes(name)
        held[nodes], held_degc[nodes] = True, degc
    number, free = reduce_unknowns(model.node_count, held | ~present, [])
    dofs = np.ascontiguousarray(number[model.nodes[:, elements]].T)
    colptr, rows = lower_pattern(dofs, free)
    films = {}
    for name, (h, ambient) in sinks.film_w_per_m2k.items():
        films[name] = film_term(model, model.facets(name), h, ambient - sinks.lowest_degc, present)
    return HeatSystem(
        model,
        sinks,
        elements,
        dropped,
        number,
        held,
        held_degc,
        dofs,
        colptr,
        rows,
        films,
        _adrift(model.nodes[:, elements], held, number),
    )


def _adrift(nodes: np.ndarray, held: np.ndarray, number: np.ndarray) -> np.ndarray:
    """(unknowns,) number of the part without held nodes that each is in, from 1; 0 for none."""
    pairs = np.repeat(nodes[:1], 5, axis=0).ravel(), nodes[1:].ravel()
    links = coo_matrix((np.ones(len(pairs[0])), pairs), shape=(len(held), len(held)))
    label = connected_components(links, directed=False)[1]
    free = number >= 0
    adrift = free & ~np.isin(label, label[held])
    out = np.zeros(int(free.sum()), dtype=np.int64)
    out[number[adrift]] = np.unique(label[adrift], return_inverse=True)[1] + 1
    return out


def film_term(
    model: Model, facets: np.ndarray, h_w_per_m2k: float, ambient_k: float, present: np.ndarray
) -> FilmTerm:
    """A film on facets whose nodes are all ``present``, (nodes,); on others it takes no heat."""
    nodes = model.facet_nodes(facets)
    nodes = nodes[:, present[nodes].all(axis=0)]
    mass = facet_mass(model.node_points_um[:, nodes]) * (h_w_per_m2k * PER_UM2)
    return FilmTerm(mass, np.ascontiguousarray(nodes.T), ambient_k)
