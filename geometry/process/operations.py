"""Process steps on a cross-section: deposit, pattern, etch, sputter, electroplate, strip.

A :class:`Stack` is what lies on the wafer after some step: films, bottom to top in order of
deposition, each a Shapely polygon in the half-plane (r >= 0, z), micrometres. Every step is a pure
function that takes a stack and returns a new one, so a recipe is a list of steps and each
intermediate stack can be drawn. z = 0 is the top of the dielectric, on which the pad sits.

A step that is impossible raises :class:`~geometry.errors.DesignError` naming itself.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import shapely
from shapely import Polygon, affinity, box
from shapely.geometry.base import BaseGeometry

from geometry.design.angles import cotangent
from geometry.errors import DesignError
from geometry.liquid.meridian import Meridian

GRID_UM = 1e-10  # coordinates are snapped to this grid, so that neighbours share vertices exactly
MITRE_LIMIT = 10.0  # a film follows corners down to 12 degrees before its tip is cut
STRAIGHT_UM = 1e-7  # a vertex this near to the line of its neighbours is on it
MERGE_UM = 1e-7  # vertices closer than this are one
SHORT = 0.1  # of a film's thickness: chords of its outer side that are shorter are left out
SLIGHT = math.sin(math.radians(25.0))  # turn of one chord to the next, corners turn by more
ALIGNED_UM = 1e-3  # an edge that ends closer than this to a step of what it lies on ends at it


@dataclass(frozen=True)
class Film:
    """One region of one material.

    A curved outline is held as chords in ``shape`` (for overlay and drawing) and exactly in
    ``meridian``, whose chord ends are vertices of ``shape``; ``volume_um3`` is then the exact one.
    """

    region: str
    material: str
    shape: BaseGeometry
    sacrificial: bool = False
    meridian: Meridian | None = None
    volume_um3: float | None = None

    @property
    def revolved_volume_um3(self) -> float:
        """Volume over the full revolution; exact where the outline is a chorded curve."""
        if self.volume_um3 is not None:
            return self.volume_um3
        return revolved_volume(self.shape)


@dataclass(frozen=True)
class Stack:
    """Films on the wafer within the cell r <= cell_radius_um."""

    cell_radius_um: float
    films: tuple[Film, ...] = ()

    def film(self, region: str) -> Film:
        for film in self.films:
            if film.region == region:
                return film
        raise KeyError(region)

    @cached_property
    def solid(self) -> BaseGeometry:
        """Everything that is not empty space, as one shape."""
        return shapely.union_all([film.shape for film in self.films], grid_size=GRID_UM)

    @property
    def bare(self) -> Stack:
        """What stays: the stack without its sacrificial films."""
        return replace(self, films=tuple(f for f in self.films if not f.sacrificial))

    def top_at_um(self, radius_um: float) -> float:
        """Height of the uppermost surface just inside a radius, um."""
        return self.highest_um(max(radius_um - 1e-6, 0.0), radius_um)

    def highest_um(self, inner_um: float, outer_um: float) -> float:
        """Height of the highest point between two radii, um; nan where there is none."""
        if not self.films:
            return math.nan
        ring = box(inner_um, -1e6, outer_um, 1e6)
        within = shapely.intersection([film.shape for film in self.films], ring)
        return float(shapely.total_bounds(within)[3])

    def aligned_um(self, radius_um: float, regions: Sequence[str]) -> float:
        """The radius, or that of the nearest corner of some films that is less than 1 nm off, um.

        Between an edge and a step that it all but meets would stand a ring thinner than an atom.
        """
        shapes = [film.shape for film in self.films if film.region in regions]
        corners = shapely.get_coordinates(shapes)[:, 0]
        if not len(corners):
            return radius_um
        nearest = float(corners[abs(corners - radius_um).argmin()])
        return nearest if GRID_UM < abs(nearest - radius_um) < ALIGNED_UM else radius_um

    def with_film(self, film: Film) -> Stack:
        more = replace(self, films=(*self.films, film))
        if "solid" in vars(self):  # of two shapes rather than all
            vars(more)["solid"] = shapely.union_all([self.solid, film.shape], grid_size=GRID_UM)
        return more

    def with_shape(self, region: str, shape: BaseGeometry) -> Stack:
        films = tuple(replace(f, shape=shape) if f.region == region else f for f in self.films)
        return replace(self, films=films)

    def without(self, region: str) -> Stack:
        return replace(self, films=tuple(f for f in self.films if f.region != region))


def substrate(cell_radius_um: float, layers: Sequence[tuple[str, str, float]]) -> Stack:
    """Flat layers (region, material, thickness um), listed from z = 0 downwards."""
    films, top = [], 0.0
    for region, material, thickness in layers:
        block = box(0.0, top - thickness, cell_radius_um, top)
        films.append(Film(region, material, shapely.set_precision(block, GRID_UM)))
        top -= thickness
    return Stack(cell_radius_um, tuple(films))


def deposit(
    stack: Stack,
    region: str,
    material: str,
    thickness_um: float,
    step_coverage: float = 1.0,
    sacrificial: bool = False,
) -> Stack:
    """Conformal film over everything exposed from above.

    A face whose normal is (n_r, n_z) receives t sqrt((c n_r)^2 + n_z^2), t the thickness on the
    flat and c the step coverage: c t on a vertical wall. Edges keep their corners (mitred), as an
    idealised film does.
    """
    # The film must not wrap round the wafer's own underside or the cell's cut faces, so the solid
    # is continued across the axis, beyond the cell side and downwards before it is offset.
    solid, reach = stack.solid, 4.0 * thickness_um / min(1.0, step_coverage)
    r_cell, bottom = stack.cell_radius_um, solid.bounds[1]
    mirrored = affinity.scale(solid, xfact=-1.0, origin=(0.0, 0.0))
    beyond = affinity.translate(affinity.scale(solid, xfact=-1.0, origin=(r_cell, 0.0)))
    below = box(-r_cell, bottom - reach, 2 * r_cell, bottom)
    wafer = shapely.union_all([solid, mirrored, beyond, below], grid_size=GRID_UM)
    squeezed = affinity.scale(wafer, xfact=1.0 / step_coverage, origin=(0.0, 0.0))
    grown = squeezed.buffer(thickness_um, join_style="mitre", mitre_limit=MITRE_LIMIT)
    grown = affinity.scale(grown, xfact=step_coverage, origin=(0.0, 0.0))
    window = box(0.0, bottom, r_cell, solid.bounds[3] + reach)
    shape = shapely.intersection(grown, window, grid_size=GRID_UM)
    shape = clean(shapely.difference(shape, solid, grid_size=GRID_UM))
    if shape.is_empty:
        raise DesignError(f"nothing is deposited (step: deposit {region})")
    shape = _without_stubs(shape, solid, SHORT * thickness_um)
    return stack.with_film(Film(region, material, shape, sacrificial))


def _without_stubs(shape: BaseGeometry, solid: BaseGeometry, short_um: float) -> BaseGeometry:
    """Without the vertices that offsets leave behind and that would cost a fan of needles.

    On a straight side they all but meet its end; on a curve they are closer than ``short_um``, and
    those of the solid below stay.
    """
    below = set(map(tuple, shapely.get_coordinates(solid).tolist()))
    parts = []
    for part in shapely.get_parts(shape):
        rings = []
        for ring in (part.exterior, *part.interiors):
            walk = np.asarray(ring.coords)[:-1]
            before, after = walk - np.roll(walk, 1, axis=0), np.roll(walk, -1, axis=0) - walk
            there, on = np.hypot(*before.T), np.hypot(*after.T)
            turn = np.abs(before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0])
            ahead = (before * after).sum(axis=1) > 0
            short = np.minimum(there, on) < ALIGNED_UM
            stub = short & ahead & (turn < STRAIGHT_UM * np.maximum(there, on))
            slight = ahead & (turn < SLIGHT * there * on) & ~stub
            slight &= [vertex not in below for vertex in map(tuple, walk.tolist())]
            for k in np.nonzero(slight & (np.minimum(there, on) < short_um))[0]:
                # of two that are close the first goes, or the one that is no corner
                follows = (k + 1) % len(walk)
                stub[k] = on[k] < short_um or not (stub[k - 1] or slight[k - 1])
                stub[k] &= not stub[follows]
            rings.append(walk[~stub] if (~stub).sum() > 2 else walk)
        parts.append(Polygon(rings[0], rings[1:]))
    return parts[0] if len(parts) == 1 else shapely.union_all(parts, grid_size=GRID_UM)


def via(stack: Stack, region: str, material: str, inner_um: float, outer_um: float) -> Stack:
    """Etch the dielectric through between two radii and fill it flush with metal."""
    dielectric = stack.film("dielectric").shape
    hole = box(inner_um, dielectric.bounds[1], outer_um, dielectric.bounds[3])
    plug = shapely.intersection(dielectric, hole, grid_size=GRID_UM)
    left = clean(shapely.difference(dielectric, plug, grid_size=GRID_UM))
    if left.is_empty:
        raise DesignError("the via leaves no dielectric (step: via)")
    return stack.with_shape("dielectric", left).with_film(Film(region, material, plug))


def pattern(
    stack: Stack, region: str, opening_radius_um: float, sidewall_angle_deg: float = 90.0
) -> Stack:
    """Open a film down to what lies under it, inside a radius at the film's foot."""
    shape = stack.film(region).shape
    bottom, top = shape.bounds[1], shape.bounds[3]
    edge = box(opening_radius_um - ALIGNED_UM, bottom, opening_radius_um, top)
    foot = shapely.intersection(shape, edge).bounds[1]
    wider = opening_radius_um + (top - foot) * cotangent(sidewall_angle_deg)
    wall = [(opening_radius_um, foot), (wider, top), (wider, top + 1.0), (0.0, top + 1.0)]
    lowest = shapely.intersection(shape, box(0.0, bottom, opening_radius_um, top)).bounds[1]
    if lowest < foot - GRID_UM:  # it fills a dip of what lies under it
        wall = [(opening_radius_um, lowest), *wall]
    cut = Polygon([(0.0, lowest), *wall])
    return stack.with_shape(region, clean(shapely.difference(shape, cut, grid_size=GRID_UM)))


def trim(stack: Stack, region: str, outer_radius_um: float, with_it: Sequence[str] = ()) -> Stack:
    """Remove what of a film is exposed from above outside a radius.

    The mask of that radius stands on top and the etch goes straight down, so metal that reached
    under an overhang stays. Films etched ``with_it`` shelter nothing.
    """
    shape = stack.film(region).shape
    low, high = shape.bounds[1] - 1.0, shape.bounds[3] + 1.0
    outside = box(outer_radius_um, low, stack.cell_radius_um + 1.0, high)
    other = [film.shape for film in stack.films if film.region not in (region, *with_it)]
    exposed = shapely.difference(outside, _shadow(other, low, outer_radius_um), grid_size=GRID_UM)
    return stack.with_shape(region, clean(shapely.difference(shape, exposed, grid_size=GRID_UM)))


def cap(stack: Stack, region: str, top_um: float) -> Stack:
    """Remove what of a film stands above a height."""
    shape = stack.film(region).shape
    below = box(0.0, shape.bounds[1], stack.cell_radius_um, top_um)
    return stack.with_shape(region, clean(shapely.intersection(shape, below, grid_size=GRID_UM)))


def _shadow(shapes: Sequence[BaseGeometry], down_to_um: float, inner_um: float) -> BaseGeometry:
    """Everything that lies straight below the shapes' edges which reach beyond a radius."""
    quads = []
    for shape in shapes:
        for part in getattr(shape, "geoms", [shape]):
            for (r0, z0), (r1, z1) in itertools.pairwise(part.exterior.coords):
                reaches = max(r0, r1) > inner_um
                if reaches and abs(r1 - r0) > GRID_UM and min(z0, z1) > down_to_um:
                    corners = [(r0, z0), (r1, z1), (r1, down_to_um), (r0, down_to_um)]
                    quads.append(Polygon(corners))
    return shapely.union_all(quads, grid_size=GRID_UM)


def etch(
    stack: Stack,
    region: str,
    mask_opening_radius_um: float,
    depth_um: float,
    undercut_um: float = 0.0,
    sidewall_angle_deg: float = 90.0,
    top_um: float | None = None,
    floor_um: np.ndarray | None = None,
) -> Stack:
    """Etch a film from its top through a mask opening.

    Parameters
    ----------
    depth_um
        From the film's flat top; at most its thickness.
    undercut_um
        By how much the recess is wider than the mask opening at the film's top.
    sidewall_angle_deg
        Of the recess wall against the wafer's plane; below 90 the floor is narrower.
    top_um
        Height of the film's flat top; None where all of it is flat.
    floor_um
        (n, 2) radii and heights of what is left where the floor is not flat.
    """
    if depth_um == 0.0:
        return stack
    shape = stack.film(region).shape
    bottom, highest = shape.bounds[1], shape.bounds[3]
    top = highest if top_um is None else top_um
    if depth_um > top - bottom + 2 * GRID_UM:
        raise DesignError(
            f"a recess of {depth_um:g} um is deeper than the {region}, which is {top - bottom:g} "
            f"um thick (step: etch {region})"
        )
    floor = bottom if depth_um > top - bottom - 2 * GRID_UM else top - depth_um
    wall_top = mask_opening_radius_um + undercut_um
    wall_floor = wall_top - (top - floor) * cotangent(sidewall_angle_deg)
    wall = [(wall_floor, floor), (wall_top, top)]
    if highest > top + GRID_UM:  # straight on through what stands above the flat top
        wall.append((wall_top + (highest - top) * cotangent(sidewall_angle_deg), highest))
    if floor_um is None:
        cut: BaseGeometry = Polygon([(0.0, floor), *wall, (0.0, wall[-1][1])])
    else:
        lowest = float(floor_um[:, 1].min())
        narrower = wall_floor - (floor - lowest) * cotangent(sidewall_angle_deg)
        outline = [(0.0, lowest), (narrower, lowest), *wall, (0.0, wall[-1][1])]
        above = _above(floor_um, floor, stack.cell_radius_um, highest + 1.0)
        cut = shapely.intersection(Polygon(outline), above, grid_size=GRID_UM)
    return stack.with_shape(region, clean(shapely.difference(shape, cut, grid_size=GRID_UM)))


def resurface(stack: Stack, region: str, line_um: np.ndarray) -> Stack:
    """Give a film another top between two radii: metal is pressed away and piles up.

    Parameters
    ----------
    line_um
        (n, 2) radii and heights of the new top, outwards; the last is at the old one.
    """
    shape = stack.film(region).shape
    (inner, _), (outer, top) = line_um[[0, -1]].tolist()
    high = max(float(line_um[:, 1].max()), shape.bounds[3]) + 1.0
    filled = shapely.union_all([shape, box(inner, top, outer, high)], grid_size=GRID_UM)
    above = Polygon([*line_um.tolist(), (outer, high), (inner, high)])
    return stack.with_shape(region, clean(shapely.difference(filled, above, grid_size=GRID_UM)))


def _above(line_um: np.ndarray, level_um: float, outer_um: float, high_um: float) -> Polygon:
    """What lies above a line of points (r, z), and above a level beside it."""
    points = line_um.tolist()
    (inner, _), (last, _) = points[0], points[-1]
    before = [(0.0, level_um), (inner, level_um)] if inner > 0.0 else []
    after = [(last, level_um), (outer_um, level_um)]
    return Polygon([*before, *points, *after, (outer_um, high_um), (0.0, high_um)])


def strip(stack: Stack, region: str = "photoresist") -> Stack:
    """Remove a sacrificial film altogether."""
    return stack.without(region)


def revolved_volume(shape: BaseGeometry) -> float:
    """Volume of a polygon revolved about the axis, um^3: 2 pi area times centroid radius."""
    return float(2 * math.pi * shape.area * shape.centroid.x)


def fill(
    stack: Stack, region: str, material: str, shape: BaseGeometry, top_um: float, step: str
) -> Stack:
    """Put metal into the empty part of a shape that reaches its top; nothing flows under films."""
    empty = shapely.difference(shape, stack.solid, grid_size=GRID_UM)
    parts = getattr(empty, "geoms", [empty])
    filled = [part for part in parts if not part.is_empty and part.bounds[3] >= top_um - GRID_UM]
    if not filled:
        raise DesignError(f"there is no room for the {region} (step: {step})")
    return stack.with_film(Film(region, material, clean(shapely.union_all(filled))))


def clean(shape: BaseGeometry) -> BaseGeometry:
    """Polygons only: overlay operations may leave points and lines of zero area behind."""
    parts = [p for p in getattr(shape, "geoms", [shape]) if isinstance(p, Polygon) and p.area > 0]
    smallest = 1e-3 * GRID_UM
    return shapely.union_all([p for p in parts if p.area > smallest], grid_size=GRID_UM)
