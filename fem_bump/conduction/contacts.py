"""Contacts: interfaces across which the potential jumps, and the unknowns on their two sides.

An interface of contact resistivity rc (ohm m^2) adds, over the full revolution (weight 2 pi r),

    integral of [phi] [v] / rc,

[.] being the jump across it. Its nodes have one unknown per side; where it ends inside a conductor,
the sides are one again. Units: um, ohm, V, W.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from fem_bump.algebra.quadrature import facet_mass
from fem_bump.body.model import Model
from fem_bump.errors import InputError, is_number
from fem_bump.interfaces.line import trace_interface
from fem_bump.materials.quantities import CONTACT_RESISTIVITY

OHM_UM2 = 1e12  # ohm m^2 to ohm um^2


def resistive_facets(
    model: Model, resistivity: Mapping[str, float], conducting: np.ndarray
) -> dict[int, float]:
    """Facet number to contact resistivity, ohm um^2; perfect contacts left out.

    ``conducting`` is a mask over elements.
    """
    out: dict[int, float] = {}
    crossed = (model.mesh.f2t[1] >= 0) & conducting[model.mesh.f2t].all(axis=0)
    for name, value in resistivity.items():
        if not isinstance(name, str):
            raise InputError(
                f"contact_resistivity_ohm_m2 has the name {name!r}; write 'a/b' or 'a/b:leg'"
            )
        facets = named_facets(model, name)
        check_resistivity(name, value)
        if not crossed[facets].any():
            raise InputError(
                f"contact_resistivity_ohm_m2 names '{name}' = {value:g}, which no current can "
                "cross: it needs a conductor that takes part on both sides"
            )
        if value > 0:
            out.update(dict.fromkeys(facets.tolist(), value * OHM_UM2))
    return out


def named_facets(model: Model, name: str) -> np.ndarray:
    """Facets of an interface "a/b", or of its leg "a/b:leg"."""
    pair, _, leg = name.partition(":")
    a, slash, b = pair.partition("/")
    if not slash:
        raise InputError(f"'{name}' is no interface; write 'a/b' or 'a/b:leg'")
    line = trace_interface(model, a, b)
    if leg and leg not in line.leg_names:
        raise InputError(f"unknown leg '{leg}' of {pair}; known are {', '.join(line.leg_names)}")
    return line.facets[[not leg or line.leg_names[k] == leg for k in line.leg]]


def check_resistivity(name: str, value: Any) -> None:
    """Refuse a contact resistivity that is none, or that no matter has."""
    low, high = CONTACT_RESISTIVITY.physical
    where = f"contact resistivity of '{name}' = {value!r} must be"
    if not is_number(value) or not np.isfinite(value):
        raise InputError(f"{where} finite and >= 0, ohm m2")
    if not low <= value <= high:
        likely = CONTACT_RESISTIVITY.likely(float(value))
        raise InputError(
            f"{where} finite and >= 0, and at most {high:g} ohm m2" + (likely and f": {likely}")
        )


def split_nodes(
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
    corner = np.full((model.mesh.nelements, 6), -1, dtype=np.int64)
    corner[elements] = np.arange(6 * len(elements)).reshape(-1, 6)
    takes_part = model.mask(elements)
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
    touched = np.zeros(model.node_count, dtype=bool)
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


def facet_elements(model: Model, elements: np.ndarray) -> np.ndarray:
    """(2, facets) elements on either side that take part, a present one first; -1 for none."""
    takes_part = np.append(model.mask(elements), False)  # the last for facets with no neighbour
    pair = np.where(takes_part[model.mesh.f2t], model.mesh.f2t, -1)
    swap = pair[0] < 0
    pair[:, swap] = pair[::-1, swap]
    return pair


def facet_unknowns(
    model: Model, facets: np.ndarray, element: np.ndarray, unknown_of: np.ndarray
) -> np.ndarray:
    """(3, m) unknowns of facets (end, end, midpoint) as seen from the given elements."""
    nodes = model.facet_nodes(facets)
    local = (model.nodes[:, None, element] == nodes[None]).argmax(axis=0)
    return unknown_of[element, local]


def crossed_contacts(
    resistive: Mapping[int, float], owner: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """(m,) resistive facets with conductors on both sides, and conductance per area, S/um^2."""
    facets = np.array(
        [k for k in resistive if owner[0, k] >= 0 and owner[1, k] >= 0], dtype=np.int64
    )
    if resistive and len(facets) == 0:
        raise InputError(
            "a contact resistivity is given, but no current can cross that interface: it needs a "
            "conductor that takes part on both sides"
        )
    return facets, np.array([1 / resistive[k] for k in facets.tolist()])


def contact_matrices(
    model: Model,
    facets: np.ndarray,
    conductance: np.ndarray,
    owner: np.ndarray,
    unknown_of: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """(m, 6, 6) facet conductances and (m, 6) unknowns, both sides."""
    if len(facets) == 0:
        return np.zeros((0, 6, 6)), np.zeros((0, 6), dtype=np.int64)
    points = model.node_points_um[:, model.facet_nodes(facets)]
    mass = facet_mass(points) * conductance[:, None, None]
    matrices = np.block([[mass, -mass], [-mass, mass]])
    sides = [facet_unknowns(model, facets, owner[k, facets], unknown_of) for k in range(2)]
    return np.ascontiguousarray(matrices), np.vstack(sides).T.copy()


def contact_power(matrices: np.ndarray, phi: np.ndarray) -> float:
    """Dissipated power from facet conductances (m, 6, 6) and potentials (m, 6)."""
    return float(np.einsum("mi,mij,mj->", phi, matrices, phi))
