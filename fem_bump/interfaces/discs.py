"""Means over discs in the section around many centres at once, each cut at its region's outline.

Elements are clipped against the disc as :mod:`fem_bump.interfaces.averages` does it for one, so
that a mean depends on the mesh only through the field.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
import shapely

from fem_bump.algebra.shape_functions import shape_functions
from fem_bump.body.model import Model
from fem_bump.interfaces.averages import fan_points

SEGMENTS = 16  # of a quarter: 64 chords leave out 0.16 % of the disc, all around alike
SPACING = 0.5  # of the radius: side of the cells of which each has a centre
CORNER_DEG = 20.0  # an outline that turns by more has a corner there


def disc_centres(model: Model, elements: np.ndarray, radius_um: float) -> np.ndarray:
    """(2, d) centres among the nodes of some elements, um.

    All corners of their outline, and one node of every cell of half the radius that has any, of the
    outline where it can be.
    """
    nodes = np.unique(model.nodes[:, elements])
    facets, times = np.unique(model.mesh.t2f[:, elements], return_counts=True)
    outline = facets[times == 1]
    start, stop = model.mesh.facets[:, outline]
    along = model.points_um[:, stop] - model.points_um[:, start]
    along /= np.hypot(*along)
    away = np.zeros((2, model.node_count))  # sum of unit vectors to the neighbours on the outline
    for part, value in zip(away, along, strict=True):
        np.add.at(part, start, value)
        np.add.at(part, stop, -value)
    rank = np.full(model.node_count, 2)
    rank[model.facet_nodes(outline)] = 1
    rank[np.hypot(*away) > 2 * np.sin(np.radians(CORNER_DEG / 2))] = 0
    nodes = nodes[np.argsort(rank[nodes], kind="stable")]
    points, corners = model.node_points_um[:, nodes], int((rank[nodes] == 0).sum())
    cells = np.floor(points / (SPACING * radius_um))
    _, first = np.unique(cells, axis=1, return_index=True)
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
