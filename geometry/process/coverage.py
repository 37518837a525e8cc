"""Where a sputtered film is too thin to be one, and what is left of it there.

A face whose normal is (n_r, n_z) receives t sqrt((c n_r)^2 + n_z^2) of a film of thickness t and
step coverage c, whatever the wall: a mask's, a recess's or a mark's. Below some nanometres metal is
islands; there the film is taken to be absent. It ends square at the edge of such a wall, and what
grows on the flat below still leans against the wall's foot.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
import shapely
from shapely import Polygon, affinity
from shapely.geometry.base import BaseGeometry

from geometry.process.operations import GRID_UM, MITRE_LIMIT, Stack, clean, deposit

# how far strips of absent film reach over its thickness: chords that it has left out move its face
BEYOND = 1.2


def covered_um(
    normal: np.ndarray, thickness_um: float, step_coverage: float, least_um: float = 0.0
) -> float:
    """Thickness of a film along the unit normal of its face, um; 0 where it is no film."""
    local = thickness_um * math.hypot(step_coverage * normal[0], normal[1])
    return local if local >= least_um * (1 - 1e-9) else 0.0


def without_islands(
    film: BaseGeometry,
    solid: BaseGeometry,
    thickness_um: float,
    step_coverage: float,
    least_um: float,
    layers: BaseGeometry,
) -> BaseGeometry:
    """A conformal film on a solid, without what is thinner than a continuous one.

    ``layers`` are the ones below it: where they end above a wall, nothing reaches their undersides.
    """
    if step_coverage * thickness_um >= least_um * (1 - 1e-9):
        return film
    gone: list[Polygon] = []
    kept: list[Polygon] = []
    for ring in _rings(solid):
        # where offsets are everywhere as thick as on the flat
        walk = ring / np.array([step_coverage, 1.0])
        ahead = np.roll(walk, -1, axis=0) - walk
        normals = np.column_stack([ahead[:, 1], -ahead[:, 0]])
        normals /= np.hypot(*normals.T)[:, None]
        real = normals / np.array([step_coverage, 1.0])
        real /= np.hypot(*real.T)[:, None]
        middles = shapely.points((ring + np.roll(ring, -1, axis=0)) / 2)
        hidden = (real[:, 1] < -1e-6) & (shapely.distance(layers, middles) < 10 * GRID_UM)
        thin = [covered_um(n, thickness_um, step_coverage, least_um) == 0.0 for n in real]
        absent = hidden | thin
        out = thickness_um * normals
        beyond = np.where(absent, BEYOND, 1.0)[:, None] * out
        for k, point in enumerate(walk):
            after = walk[(k + 1) % len(walk)]
            strip = Polygon([point, after, after + beyond[k], point + beyond[k]])
            (gone if absent[k] else kept).append(strip)
            if absent[k - 1] or absent[k]:
                gone += _wedge(point, BEYOND * out[k - 1], BEYOND * out[k])
    lost = shapely.difference(shapely.union_all(gone), shapely.union_all(kept))
    lost = affinity.scale(lost, xfact=step_coverage, origin=(0.0, 0.0))
    left = clean(shapely.difference(film, lost, grid_size=GRID_UM))
    left = _without_cracks(_without_needles(left, least_um / 2), solid, layers, least_um / 2)
    return shapely.simplify(left, GRID_UM)


def _without_needles(film: BaseGeometry, wide_um: float) -> BaseGeometry:
    """Without what stands narrower than a continuous film on a short chord between two walls."""
    core = film.buffer(-wide_um / 2, join_style="mitre")
    opened = core.buffer(wide_um / 2, join_style="mitre")
    narrow = shapely.get_parts(shapely.difference(film, opened, grid_size=GRID_UM))
    needles = [part for part in narrow if part.area > 0.1 * wide_um**2]
    return clean(shapely.difference(film, shapely.union_all(needles), grid_size=GRID_UM))


def _without_cracks(
    film: BaseGeometry, solid: BaseGeometry, layers: BaseGeometry, wide_um: float
) -> BaseGeometry:
    """Without cracks between ends of layers: where one ends and another begins, they touch."""
    whole = shapely.union_all([film, solid], grid_size=GRID_UM)
    dilated = whole.buffer(wide_um / 2, join_style="mitre")
    closed = dilated.buffer(-wide_um / 2, join_style="mitre")
    wall, near = shapely.difference(solid, layers, grid_size=GRID_UM), 10 * GRID_UM
    cracks = [
        part
        for part in shapely.get_parts(shapely.difference(closed, whole, grid_size=GRID_UM))
        if not part.buffer(-2 * GRID_UM).is_empty
        and part.distance(film) < near
        # what is bare beside it is a wall, and the next layer's
        and shapely.intersection(part.buffer(near), wall).area < near * part.length / 10
    ]
    return clean(shapely.union_all([film, *cracks], grid_size=GRID_UM))


def sputter(
    stack: Stack,
    layers: Sequence[tuple[str, str, float]],
    step_coverage: float = 1.0,
    least_um: float = 0.0,
) -> Stack:
    """Layers (region, material, thickness um), one over the other, each where it is a film."""
    below: BaseGeometry = Polygon()
    for region, material, thickness in layers:
        solid, stack = stack.solid, deposit(stack, region, material, thickness, step_coverage)
        film = stack.film(region).shape
        left = without_islands(film, solid, thickness, step_coverage, least_um, below)
        below = shapely.union_all([below, left], grid_size=GRID_UM)
        if left is not film:
            stack = stack.with_shape(region, left)
    return stack


def _rings(solid: BaseGeometry) -> Iterator[np.ndarray]:
    """Outlines with the solid on their left."""
    for part in shapely.get_parts(solid):
        oriented = shapely.geometry.polygon.orient(part)
        for ring in (oriented.exterior, *oriented.interiors):
            yield np.asarray(ring.coords)[:-1]


def _wedge(point: np.ndarray, before: np.ndarray, after: np.ndarray) -> Sequence[Polygon]:
    """What a mitred film has beyond the strips on the two sides of an outer corner."""
    turn = before[0] * after[1] - before[1] * after[0]
    size = float(before @ before)
    if turn <= 1e-12 * size:
        return []
    tip = (before + after) * size / (size + float(before @ after) + 1e-300)
    if math.hypot(*tip) > MITRE_LIMIT * math.sqrt(size):
        return []
    return [Polygon([point, point + before, point + tip, point + after])]
