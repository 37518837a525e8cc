"""Means over discs in the section around many centres at once, each cut at its region's outline.

Elements are clipped against the disc as :mod:`fem_bump.interfaces.averages` does it for one, so
that a mean depends on the mesh only through the field.
"""

from __future__ import annotations

from weakref import WeakKeyDictionary

import numpy as np
import scipy.sparse as sp
import shapely

from fem_bump.algebra.shape_functions import shape_functions
from fem_bump.body.model import Model
from fem_bump.interfaces.averages import fan_points

SEGMENTS = 16  # of a quarter: 64 chords leave out 0.16 % of the disc, all around alike
SPACING = 0.5  # of the radius: side of the cells along an outline of which each has a centre
CORNER, OUTLINE, WITHIN = range(3)
CORNER_DEG = 20.0  # an outline that turns by more has a corner there


_KEPT: WeakKeyDictionary[Model, dict[tuple[float, bytes], tuple[np.ndarray, sp.csr_matrix]]] = (
    WeakKeyDictionary()
)


def discs_in(
    model: Model, elements: np.ndarray, radius_um: float
) -> tuple[np.ndarray, sp.csr_matrix]:
    """Centres in some elements and the means over discs around them.

    They are kept as long as the model lives: all states of a mesh have the same.
    """
    kept, key = _KEPT.setdefault(model, {}), (radius_um, elements.tobytes())
    if key not in kept:
        centres = disc_centres(model, elements, radius_um)
        kept[key] = centres, disc_means(model, elements, centres, radius_um)
    return kept[key]


def disc_centres(model: Model, elements: np.ndarray, radius_um: float) -> np.ndarray:
    """(2, d) centres among the nodes of some elements, um.

    All corners of their outline, one of its nodes in every cell of half the radius that it passes,
    and one node within in every cell of the radius: fields are steepest at outlines.
    """
    nodes = np.unique(model.nodes[:, elements])
    # elements are clipped as straight ones, from which the middle of a curved facet may lie far off
    bulging = model.facet_nodes(np.nonzero(model.curved_facets)[0])[2]
    nodes = np.setdiff1d(nodes, bulging)
    facets, times = np.unique(model.mesh.t2f[:, elements], return_counts=True)
    outline = facets[times == 1]
    start, stop = model.mesh.facets[:, outline]
    along = model.points_um[:, stop] - model.points_um[:, start]
    along /= np.hypot(*along)
    away = np.zeros((2, model.node_count))  # sum of unit vectors to the neighbours on the outline
    for part, value in zip(away, along, strict=True):
        np.add.at(part, start, value)
        np.add.at(part, stop, -value)
    rank = np.full(model.node_count, WITHIN)
    rank[model.facet_nodes(outline)] = OUTLINE
    rank[np.hypot(*away) > 2 * np.sin(np.radians(CORNER_DEG / 2))] = CORNER
    nodes = nodes[np.argsort(rank[nodes], kind="stable")]
    points, corners = model.node_points_um[:, nodes], int((rank[nodes] == CORNER).sum())
    within = rank[nodes] == WITHIN
    cells = np.floor(points / (np.where(within, 1.0, SPACING) * radius_um))
    _, first = np.unique([within, *cells], axis=1, return_index=True)
    return points[:, np.union1d(np.arange(corners), first)]


def disc_means(
    model: Model, elements: np.ndarray, centres_um: np.ndarray, radius_um: float
) -> sp.csr_matrix:
    """Means over discs of the second-order field of some elements.

    Returns
    -------
    csr_matrix
        (d, 6 m): weights of the values at the nodes of each element, which sum to 1 in a row.
    """
    corners = model.points_um[:, model.triangles[:, elements]]
    triangles = shapely.polygons(corners.transpose(2, 1, 0))
    centres = shapely.points(centres_um.T)
    which, place = shapely.STRtree(triangles).query(centres, "dwithin", radius_um)
    offset = corners[:, :, place] - centres_um[:, None, which]
    whole = (np.hypot(*offset) <= radius_um).all(axis=0)

    sides = corners[:, 1:] - corners[:, :1]
    area = np.abs(sides[0, 0] * sides[1, 1] - sides[0, 1] * sides[1, 0]) / 2
    inside, mine = which[whole], place[whole]
    # a quadratic's integral over a triangle is that of its midpoints
    rows = [np.repeat(inside, 3)]
    columns = [(6 * mine[:, None] + np.arange(3, 6)).ravel()]
    weights = [np.repeat(area[mine] / 3, 3)]

    cut, mine = which[~whole], place[~whole]
    circles = shapely.buffer(centres, radius_um, quad_segs=SEGMENTS)
    points, weight, pair = fan_points(shapely.intersection(triangles[mine], circles[cut]))
    if len(pair):
        element = np.repeat(elements[mine[pair]], points.shape[2])
        local = model.reference_coordinates(element, points.reshape(2, -1))
        shape, _, _ = shape_functions(np.array(local))
        shares = np.einsum("pq,pqi->pi", weight, shape.reshape(*weight.shape, 6))
        rows.append(np.repeat(cut[pair], 6))
        columns.append((6 * mine[pair][:, None] + np.arange(6)).ravel())
        weights.append(shares.ravel())
    out = sp.coo_matrix(
        (np.concatenate(weights), (np.concatenate(rows), np.concatenate(columns))),
        (centres_um.shape[1], 6 * len(elements)),
    ).tocsr()
    return sp.diags(1 / np.asarray(out.sum(axis=1)).ravel()) @ out
