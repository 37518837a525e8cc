"""Nodes that have an unknown per side: where a field jumps across an interface."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from fem_bump.body.model import Model


def split_nodes(model: Model, elements: np.ndarray, parting: np.ndarray) -> tuple[np.ndarray, int]:
    """(elements, 6) unknown per element node, -1 outside the domain, and their number.

    Around a node, elements that are connected through other than the parting facets share an
    unknown.
    """
    unknown = np.full((model.mesh.nelements, 6), -1, dtype=np.int64)
    nodes = model.nodes[:, elements].T
    if len(parting) == 0:
        used, compact = np.unique(nodes, return_inverse=True)
        unknown[elements] = compact.reshape(nodes.shape)
        return unknown, len(used)
    # corners (element, local node) are the vertices of a graph; facets glue them
    corner = np.full((model.mesh.nelements, 6), -1, dtype=np.int64)
    corner[elements] = np.arange(6 * len(elements)).reshape(-1, 6)
    takes_part = model.mask(elements)
    first, second = model.mesh.f2t
    glue = (second >= 0) & takes_part[first] & takes_part[np.maximum(second, 0)]
    glue[parting] = False
    facets = np.nonzero(glue)[0]
    links = []
    for node in model.facet_nodes(facets):
        sides = []
        for element in (first[facets], second[facets]):
            local = (model.nodes[:, element] == node).argmax(axis=0)
            sides.append(corner[element, local])
        links.append(np.array(sides))
    link = np.hstack(links)
    # away from parting facets everything at a node is one anyway, including point contacts
    touched = np.zeros(model.node_count, dtype=bool)
    touched[model.facet_nodes(parting).ravel()] = True
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
