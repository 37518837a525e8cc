"""Parts of a region whose means do not depend on the mesh: a layer along an interface, a ring.

A zone is where a level function of (r, z) is at most 0. Elements are cut along it: each that it
crosses is divided into small triangles, in which the level is linear, and what lies inside is
weighed. Within an element a field is the line that fits its values at quadrature points best, as in
:mod:`fem_bump.mechanics.inelastic.strain`, so that a zone's integral is a weighted sum of them.
Thus the layer is as thick as it is said to be wherever elements end. Units: um.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fem_bump.algebra.shape_functions import quadrature_map, shape_functions
from fem_bump.body.model import Model
from fem_bump.errors import InputError
from fem_bump.interfaces.line import trace_interface
from fem_bump.mechanics.inelastic.strain import InelasticStrain, best_line

PARTS = 12  # into which each side of an element that is cut is divided

Floats = NDArray[np.float64]
Level = Callable[[Floats], Floats]


@dataclass(frozen=True, eq=False)
class Zone:
    """A part of a region, by the weights of quadrature points.

    Attributes
    ----------
    elements
        (m,) that have some of it.
    weights
        (m, q) volume, um^3, that stands for each of their quadrature points.

    Examples
    --------
    >>> from fem_bump import Material, Model
    >>> from fem_bump.mechanics.cycling.zones import layer
    >>> from fem_bump.verification.grids import grid
    >>> parts = {"ubm": (0, 10, 0, 1), "solder": (0, 10, 1, 7)}
    >>> metals = dict.fromkeys(parts, Material("metal", 70e3, 0.3, 2e-5))
    >>> body = Model(grid([0, 5, 10], [0, 1, 4, 7], parts), metals)
    >>> round(layer(body, "beside", "solder", "ubm", 2.0).volume_um3)  # 2 um of 100 pi
    628
    """

    name: str
    region: str
    elements: np.ndarray
    weights: Floats

    @property
    def volume_um3(self) -> float:
        """Over the full revolution."""
        return float(self.weights.sum())

    def mean(self, inelastic: InelasticStrain, values: Floats) -> Floats:
        """(...) mean over the volume of values (rows, q, ...) of a body's inelastic strain."""
        here = values[inelastic.row[self.elements]]
        return np.asarray(np.einsum("mq,mq...->...", self.weights, here) / self.weights.sum())


def whole(model: Model, region: str) -> Zone:
    """All of a region, by its name."""
    elements = model.regions[region]
    return Zone(region, region, elements, model.quadrature[1][elements])


def ring(model: Model, name: str, region: str, inner_um: float, outer_um: float) -> Zone:
    """What of a region lies between two radii.

    Raises
    ------
    InputError
        Nothing does.
    """
    middle, half = (inner_um + outer_um) / 2, (outer_um - inner_um) / 2
    found = cut(model, name, region, lambda at: np.abs(at[0] - middle) - half)
    if not found.volume_um3 > 0:
        raise InputError(
            f"a ring from r = {inner_um:g} to {outer_um:g} um has nothing of region '{region}'"
        )
    return found


def layer(model: Model, name: str, region: str, beside: str, thickness_um: float) -> Zone:
    """What of a region lies within a distance of its interface with another one, or a group.

    Raises
    ------
    InputError
        All of it does: the layer is thicker than the region.
    """
    line = trace_interface(model, region, beside)
    at = model.node_points_um
    distance = _distance(at[:, line.nodes[0]], at[:, line.nodes[1]])
    nodes = np.unique(model.nodes[:, model.regions[region]])
    farthest = float(distance(at[:, nodes]).max())
    if not 0 < thickness_um < farthest:
        raise InputError(
            f"a layer of {thickness_um:g} um beside '{beside}' must be thinner than region "
            f"'{region}', which reaches {farthest:.4g} um from it"
        )
    return cut(model, name, region, lambda at: distance(at) - thickness_um)


def cut(model: Model, name: str, region: str, level: Level) -> Zone:
    """What of a region has a level of at most 0; the level grows by no more than the distance."""
    elements = model.regions[region]
    corners = model.node_points_um[:, model.nodes[:, elements]]
    middle = corners.mean(axis=1)
    reach = np.hypot(*(corners - middle[:, None])).max(axis=0)
    at_middle = level(middle)
    inside, crossed = at_middle <= -reach, np.abs(at_middle) < reach
    weights = model.quadrature[1][elements].copy()
    weights[crossed] = _weights(model, elements[crossed], level)
    kept = inside | (crossed & (np.abs(weights).sum(axis=1) > 0))
    return Zone(name, region, elements[kept], weights[kept])


def _distance(start: Floats, end: Floats) -> Level:
    """Distance of points (2, N) from segments (2, k)."""
    along = end - start
    squared = (along**2).sum(axis=0)

    def distance(at: Floats) -> Floats:
        nearest = np.full(at.shape[1:], np.inf)
        for k in range(along.shape[1]):
            x, y = at[0] - start[0, k], at[1] - start[1, k]
            a, b = along[:, k]
            share = np.clip((x * a + y * b) / squared[k], 0.0, 1.0)
            np.minimum(nearest, (x - share * a) ** 2 + (y - share * b) ** 2, out=nearest)
        return np.sqrt(nearest)

    return distance


def _small_triangles() -> tuple[Floats, np.ndarray]:
    """Points (2, n) of the reference triangle, and (3, PARTS^2) which of them make triangles."""
    number: dict[tuple[int, int], int] = {}
    points: list[tuple[float, float]] = []
    for j in range(PARTS + 1):
        for i in range(PARTS + 1 - j):
            number[i, j] = len(points)
            points.append((i / PARTS, j / PARTS))
    found = []
    for i, j in number:
        if i + j < PARTS:
            found.append((number[i, j], number[i + 1, j], number[i, j + 1]))
        if i + j < PARTS - 1:
            found.append((number[i + 1, j], number[i + 1, j + 1], number[i, j + 1]))
    return np.array(points).T, np.array(found).T


def _weights(model: Model, elements: np.ndarray, level: Level) -> Floats:
    """(m, q) weights of elements that are cut."""
    points, parts = _small_triangles()
    nodes = np.ascontiguousarray(model.nodes[:, elements])
    shape, _, _ = shape_functions(points)
    place = np.einsum("pi,cim->cmp", shape, model.node_points_um[:, nodes])
    at_points = level(place.reshape(2, -1)).reshape(place.shape[1:])
    share, inside = _part_below(at_points[:, parts], points[:, parts])
    middle = points[:, parts].mean(axis=1)
    shape, dx, dy = shape_functions(middle)
    volume = np.empty((len(elements), middle.shape[1]))
    equal = np.full(middle.shape[1], 0.5 / middle.shape[1])
    at = np.empty((2, *volume.shape))
    quadrature_map(model.node_points_um, nodes, shape, dx, dy, equal, at, volume)
    # volumes go with the radius of what is inside, not of the whole small triangle
    element = np.repeat(elements, middle.shape[1])
    radius = model.position_um(element, *inside.reshape(2, -1))[0].reshape(volume.shape)
    volume *= share * radius / at[0]
    powers = np.array([volume, volume * inside[0], volume * inside[1]])
    return np.asarray(powers.sum(axis=2).T @ best_line())


def _part_below(at: Floats, corners: Floats) -> tuple[Floats, Floats]:
    """What of triangles has a level, linear in them, of at most 0: share and middle.

    Parameters
    ----------
    at
        (m, 3, k) levels.
    corners
        (2, 3, k)

    Returns
    -------
    share
        (m, k)
    middle
        (2, m, k); that of the whole where there is nothing.
    """
    order = np.argsort(at, axis=1)
    low, mid, high = np.take_along_axis(at, order, axis=1).transpose(1, 0, 2)
    sorted_corners = np.stack(
        [np.take_along_axis(np.broadcast_to(each, at.shape), order, axis=1) for each in corners]
    )
    a, b, c = sorted_corners.transpose(2, 0, 1, 3)
    whole = (a + b + c) / 3
    with np.errstate(divide="ignore", invalid="ignore"):
        # from the lowest corner the level ends on both of its sides; from the highest it begins
        one = low / (low - mid), low / (low - high)
        two = high / (high - mid), high / (high - low)
        near = a + (one[0] * (b - a) + one[1] * (c - a)) / 3
        beyond = c + (two[0] * (b - c) + two[1] * (a - c)) / 3
        out = two[0] * two[1]
        rest = (whole - out * beyond) / (1.0 - out)
    first, second = (low <= 0) & (mid > 0), (mid <= 0) & (high > 0)
    share = np.where(high <= 0, 1.0, 0.0)
    share = np.where(first, one[0] * one[1], np.where(second, 1.0 - out, share))
    middle = np.where(first, near, np.where(second & (out < 1.0), rest, whole))
    return share, middle
