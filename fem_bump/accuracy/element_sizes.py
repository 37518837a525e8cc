"""Element sizes that bring several numbers to their tolerances with the fewest elements.

An element of size h contributes h^6 to the error of a number that second-order elements compute
with h^4: scaled by s, elements in its place contribute s^4 of what it does, and are s^-2 as many.
The fewest elements for which every number's error is at most its share T of today's are those with

    s^6 = 1 / (2 * sum over numbers i of m_i eta_i),      sum over elements of eta_i s^4 <= T_i,

with multipliers m_i >= 0 that vanish for numbers that are good enough anyhow. The elements around a
corner, where fields grow with a power lambda < 1 of the distance, contribute with s^(2 lambda)
only, but making them smaller costs next to nothing: a ring of elements or two for every halving.
"""

from __future__ import annotations

import heapq

import numpy as np

from fem_bump.body.model import Model

FINER, CORNER_FINER = 0.125, 0.02  # least s from one mesh to the next
GRADATION = 1.0  # largest slope of the size
ROUNDS = 100  # of the multipliers
CORNER_ORDER = 4 / 3  # 2 lambda, of a re-entrant right angle
CORNER_COST = 32.0  # elements that s -> s/e adds around a corner


def size_ratios(
    model: Model,
    shares: np.ndarray,
    allowed: np.ndarray,
    corners: np.ndarray,
    coarser: float,
    corner_order: float = CORNER_ORDER,
) -> np.ndarray:
    """(elements,) s, new size over old.

    Parameters
    ----------
    shares
        (numbers, elements) absolute shares in the errors, each row summing up to 1.
    allowed
        (numbers,) T, wanted over present error of each number.
    corners
        (vertices,) mask of corners.
    coarser
        Largest s. What one mesh says of where little error comes from is noise to some extent.
    corner_order
        Power of s with which the elements around a corner contribute.
    """
    corner_of = np.full(model.mesh.nelements, -1)
    for vertices in model.triangles:
        touching = corners[vertices]
        corner_of[touching] = vertices[touching]
    at_corner = corner_of >= 0
    _, group = np.unique(corner_of[at_corner], return_inverse=True)
    weight = shares / allowed[:, None]

    def ratios(multiplier: np.ndarray) -> np.ndarray:
        density = multiplier @ weight
        out = np.empty(len(density))
        with np.errstate(divide="ignore"):
            out[~at_corner] = np.clip((2 * density[~at_corner]) ** (-1 / 6), FINER, coarser)
            around = np.bincount(group, density[at_corner])[group]
            power = (CORNER_COST / corner_order / around) ** (1 / corner_order)
        out[at_corner] = np.clip(power, CORNER_FINER, coarser)
        return out

    multiplier = np.ones(len(allowed))
    power = np.where(at_corner, corner_order, 4.0)
    for _ in range(ROUNDS):
        need = (weight * ratios(multiplier) ** power).sum(axis=1)
        multiplier = np.maximum(multiplier * np.clip(need, 0.2, 5.0), 1e-12 * multiplier.max())
    return ratios(multiplier)


def vertex_sizes(
    model: Model, ratios: np.ndarray, corners: np.ndarray, largest_um: float
) -> np.ndarray:
    """(vertices,) sizes in um: the elements' times their ratios, limited in size and in slope."""
    p = model.points_um[:, model.triangles]
    # of the sides, not of the area: elements across a thin film are as long as they are
    wanted = np.sqrt(((p - np.roll(p, 1, axis=1)) ** 2).sum(axis=(0, 1)) / 3) * ratios
    total, count = np.zeros(model.mesh.nvertices), np.zeros(model.mesh.nvertices)
    for corner in model.triangles:
        np.add.at(total, corner, np.log(wanted))
        np.add.at(count, corner, 1.0)
    # elements grow away from a corner: its own size is that of the shortest side there
    ends = model.mesh.facets
    length = np.hypot(*(model.points_um[:, ends[1]] - model.points_um[:, ends[0]]))
    shortest = np.full(model.mesh.nvertices, np.inf)
    scaled = np.zeros(model.mesh.nvertices)
    for end in ends:
        np.minimum.at(shortest, end, length)
    for corner in model.triangles:
        np.add.at(scaled, corner, np.log(ratios))
    size = np.where(corners, shortest * np.exp(scaled / count), np.exp(total / count))
    size = np.minimum(size, largest_um)
    return _limit_slope(model, size)


def _limit_slope(model: Model, size: np.ndarray) -> np.ndarray:
    """Largest sizes below the given ones that grow by GRADATION per length along sides."""
    ends = model.mesh.facets
    length = np.hypot(*(model.points_um[:, ends[1]] - model.points_um[:, ends[0]]))
    beside: list[list[tuple[int, float]]] = [[] for _ in size]
    for i, j, d in zip(ends[0].tolist(), ends[1].tolist(), length.tolist(), strict=True):
        beside[i].append((j, d))
        beside[j].append((i, d))
    out = size.tolist()
    queue = [(h, k) for k, h in enumerate(out)]
    heapq.heapify(queue)
    while queue:
        h, k = heapq.heappop(queue)
        if h > out[k]:
            continue
        for j, d in beside[k]:
            if h + GRADATION * d < out[j]:
                out[j] = h + GRADATION * d
                heapq.heappush(queue, (out[j], j))
    return np.array(out)
