"""Process steps on a cross-section: deposit, pattern, etch, sputter, electroplate, strip.

A :class:`Stack` is what lies on the wafer after some step: films, bottom to top in order of
deposition, each a Shapely polygon in the half-plane (r >= 0, z), micrometres. Every step is a pure
function that takes a stack and returns a new one, so a recipe is a list of steps and each
intermediate stack can be drawn. z = 0 is the top of the dielectric, on which the pad sits.

A step that is impossible raises :class:`~geometry.errors.DesignError` naming itself.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import shapely
from shapely import Polygon, affinity, box
from shapely.geometry.base import BaseGeometry

from geometry.errors import DesignError

GRID_UM = 1e-10  # coordinates are snapped to this grid, so that neighbours share vertices exactly
MITRE_LIMIT = 10.0  # a film follows corners down to 12 degrees before its tip is cut


@dataclass(frozen=True)
class Film:
    """One region of one material."""

    region: str
    material: str
    shape: BaseGeometry
    sacrificial: bool = False


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

    @property
    def solid(self) -> BaseGeometry:
        """Everything that is not empty space, as one shape."""
        return shapely.union_all([film.shape for film in self.films], grid_size=GRID_UM)

    @property
    def top_um(self) -> float:
        return self.solid.bounds[3]

    def with_film(self, film: Film) -> Stack:
        return replace(self, films=(*self.films, film))

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
    shape = _clean(shapely.difference(shape, solid, grid_size=GRID_UM))
    if shape.is_empty:
        raise DesignError(f"nothing is deposited (step: deposit {region})")
    return stack.with_film(Film(region, material, shape, sacrificial))


def pattern(stack: Stack, region: str, opening_radius_um: float) -> Stack:
    """Open a film down to what lies under it, inside a radius (lithography and a vertical etch)."""
    shape = stack.film(region).shape
    cut = box(0.0, shape.bounds[1] - 1.0, opening_radius_um, shape.bounds[3] + 1.0)
    return stack.with_shape(region, _clean(shapely.difference(shape, cut, grid_size=GRID_UM)))


def trim(stack: Stack, region: str, outer_radius_um: float) -> Stack:
    """Remove a film outside a radius, as an etch with a mask of that radius on top does."""
    shape = stack.film(region).shape
    keep = box(0.0, shape.bounds[1] - 1.0, outer_radius_um, shape.bounds[3] + 1.0)
    return stack.with_shape(region, _clean(shapely.intersection(shape, keep, grid_size=GRID_UM)))


def etch(
    stack: Stack,
    region: str,
    mask_opening_radius_um: float,
    depth_um: float,
    undercut_um: float = 0.0,
    sidewall_angle_deg: float = 90.0,
) -> Stack:
    """Etch a flat film from its top through a mask opening.

    Parameters
    ----------
    depth_um
        From the film's top; at most its thickness.
    undercut_um
        By how much the recess is wider than the mask opening at the film's top.
    sidewall_angle_deg
        Of the recess wall against the wafer's plane; below 90 the floor is narrower.
    """
    if depth_um == 0.0:
        return stack
    shape = stack.film(region).shape
    bottom, top = shape.bounds[1], shape.bounds[3]
    if depth_um > top - bottom + 2 * GRID_UM:
        raise DesignError(
            f"a recess of {depth_um:g} um is deeper than the {region}, which is {top - bottom:g} um "
            f"thick (step: etch {region})"
        )
    floor = bottom if depth_um > top - bottom - 2 * GRID_UM else top - depth_um
    wall_top = mask_opening_radius_um + undercut_um
    angle = math.radians(sidewall_angle_deg)
    slant = 0.0 if sidewall_angle_deg == 90.0 else math.cos(angle) / math.sin(angle)
    wall_floor = wall_top - (top - floor) * slant
    cut = Polygon([(0.0, floor), (wall_floor, floor), (wall_top, top), (0.0, top)])
    return stack.with_shape(region, _clean(shapely.difference(shape, cut, grid_size=GRID_UM)))


def sputter(
    stack: Stack, layers: Sequence[tuple[str, str, float]], step_coverage: float = 1.0
) -> Stack:
    """Conformal layers (region, material, thickness um), one over the other."""
    for region, material, thickness in layers:
        stack = deposit(stack, region, material, thickness, step_coverage)
    return stack


def photoresist(stack: Stack, opening_radius_um: float, top_um: float) -> Stack:
    """Spin on resist, flat at z = top_um, and open it inside a radius."""
    block = box(opening_radius_um, stack.solid.bounds[1], stack.cell_radius_um, top_um)
    shape = _clean(shapely.difference(block, stack.solid, grid_size=GRID_UM))
    return stack.with_film(Film("photoresist", "photoresist", shape, sacrificial=True))


def electroplate(
    stack: Stack, region: str, material: str, resist_radius_um: float, top_um: float
) -> Stack:
    """Fill the resist opening with metal from the seed up to a flat top at z = top_um."""
    solid = stack.solid
    well = box(0.0, solid.bounds[1], resist_radius_um, top_um)
    empty = shapely.difference(well, solid, grid_size=GRID_UM)
    filled = [p for p in getattr(empty, "geoms", [empty]) if p.bounds[3] >= top_um - GRID_UM]
    if not filled or filled[0].is_empty:
        raise DesignError(f"the resist opening holds no room for metal (step: electroplate {region})")
    return stack.with_film(Film(region, material, _clean(shapely.union_all(filled))))


def strip(stack: Stack, region: str = "photoresist") -> Stack:
    """Remove a sacrificial film altogether."""
    return stack.without(region)


def _clean(shape: BaseGeometry) -> BaseGeometry:
    """Polygons only: overlay operations may leave points and lines of zero area behind."""
    parts = [p for p in getattr(shape, "geoms", [shape]) if isinstance(p, Polygon) and p.area > 0]
    smallest = 1e-3 * GRID_UM
    return shapely.union_all([p for p in parts if p.area > smallest], grid_size=GRID_UM)
