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

import numpy as np

from fem_bump.body.model import Model
from groundwork.compiled import kernel

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
    # the elements around a corner are scaled alike: they count as one
    inside, corner_weight = (
        weight[:, ~at_corner],
        np.zeros((len(weight), group.max(initial=-1) + 1)),
    )
    for row, of_elements in zip(corner_weight, weight[:, at_corner], strict=True):
        np.add.at(row, group, of_elements)
    multiplier = np.ones(len(allowed))
    for _ in range(ROUNDS):
        _, quartic = _ratios(multiplier @ inside, coarser)
        around = _corner_ratios(multiplier @ corner_weight, coarser, corner_order)
        need = inside @ quartic + corner_weight @ around**corner_order
        multiplier = np.maximum(multiplier * np.clip(need, 0.2, 5.0), 1e-12 * multiplier.max())
    out = np.empty(model.mesh.nelements)
    out[~at_corner] = _ratios(multiplier @ inside, coarser)[0]
    out[at_corner] = _corner_ratios(multiplier @ corner_weight, coarser, corner_order)[group]
    return out


@kernel
def _ratios(density, coarser):
    """s of elements beside no corner, and s^4."""
    ratio, quartic = np.empty(len(density)), np.empty(len(density))
    for k in range(len(density)):
        s = coarser
        if density[k] > 0.0:
            s = min(max(1.0 / np.sqrt(np.cbrt(2.0 * density[k])), FINER), coarser)
        ratio[k], quartic[k] = s, s * s * s * s
    return ratio, quartic


def _corner_ratios(density: np.ndarray, coarser: float, corner_order: float) -> np.ndarray:
    """s around each corner."""
    with np.errstate(divide="ignore"):
        power = (CORNER_COST / corner_order / density) ** (1 / corner_order)
    return np.clip(power, CORNER_FINER, coarser)


def vertex_sizes(
    model: Model, ratios: np.ndarray, corners: np.ndarray, largest_um: float
) -> np.ndarray:
    """(vertices,) sizes in um: the elements' times their ratios, limited in size and in slope."""
    wanted = _element_sizes(model) * ratios
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


def element_count(model: Model, sizes_um: np.ndarray) -> float:
    """How many elements of (vertices,) sizes take the place of those that are there."""
    there = np.log(sizes_um)[model.triangles].mean(axis=0)
    return float((_element_sizes(model) ** 2 * np.exp(-2.0 * there)).sum())


def _element_sizes(model: Model) -> np.ndarray:
    """(elements,) sizes, um."""
    # of the sides, not of the area: elements across a thin film are as long as they are
    p = model.points_um[:, model.triangles]
    sizes: np.ndarray = np.sqrt(((p - np.roll(p, 1, axis=1)) ** 2).sum(axis=(0, 1)) / 3)
    return sizes


def _limit_slope(model: Model, size: np.ndarray) -> np.ndarray:
    """Largest sizes below the given ones that grow by GRADATION per length along sides."""
    ends = model.mesh.facets
    length = np.hypot(*(model.points_um[:, ends[1]] - model.points_um[:, ends[0]]))
    out = size.copy()
    while _limited(ends, length, out):
        pass
    return out


@kernel
def _limited(ends, length, size):
    """Whether a pass over all sides made any size smaller: to and fro, as far as each reaches."""
    smaller = False
    for step in range(2 * len(length)):
        k = step if step < len(length) else 2 * len(length) - 1 - step
        i, j, rise = ends[0, k], ends[1, k], GRADATION * length[k]
        if size[i] + rise < size[j]:
            size[j], smaller = size[i] + rise, True
        elif size[j] + rise < size[i]:
            size[i], smaller = size[j] + rise, True
    return smaller
