"""Metal plated in the opening of a photoresist, steps like those in :mod:`operations`."""

from __future__ import annotations

import shapely
from shapely import Polygon, box
from shapely.geometry.base import BaseGeometry

from geometry.errors import DesignError
from geometry.process.operations import ALIGNED_UM, GRID_UM, Film, Stack, clean, deposit, fill


def photoresist(stack: Stack, opening_radius_um: float, top_um: float) -> Stack:
    """Spin on resist, flat at z = top_um, and open it inside a radius."""
    block = box(opening_radius_um, stack.solid.bounds[1], stack.cell_radius_um, top_um)
    shape = clean(shapely.difference(block, stack.solid, grid_size=GRID_UM))
    return stack.with_film(Film("photoresist", "photoresist", shape, sacrificial=True))


def electroplate(
    stack: Stack, region: str, material: str, resist_radius_um: float, top_um: float
) -> Stack:
    """Fill the resist opening with metal from the seed up to a flat top at z = top_um."""
    seed = stack.bare.highest_um(0.0, resist_radius_um)
    if seed >= top_um - GRID_UM:
        raise DesignError(
            f"metal up to z = {top_um:g} um does not cover the seed, which reaches {seed:g} um in "
            f"the resist opening (step: electroplate {region})"
        )
    well = box(0.0, stack.solid.bounds[1], resist_radius_um, top_um)
    return fill(stack, region, material, well, top_um, f"electroplate {region}")


def plate_in_resist(
    stack: Stack,
    region: str,
    material: str,
    resist_radius_um: float,
    thickness_um: float,
    closed_radius_um: float = 0.0,
) -> Stack:
    """Plate a layer on the seed inside the resist opening.

    Metal grows along the normal of what it stands on, so a dip narrows from its walls, and where
    they meet the layer is flat. What is left of a dip inside ``closed_radius_um``, and beside the
    resist within 1 nm, is filled up: no needle of the next metal stands in it. So is a void below
    walls that met.
    """
    bare = stack.bare
    film = deposit(bare, region, material, thickness_um).film(region).shape
    inside = box(0.0, film.bounds[1], resist_radius_um, film.bounds[3])
    # a film below the resist's edge may leave a line there, which no overlay takes
    shape = clean(shapely.intersection(film, inside, grid_size=GRID_UM))
    shape = clean(shapely.difference(shape, stack.solid, grid_size=GRID_UM))
    grown = bare.with_film(Film(region, material, shape))
    closed = grown.aligned_um(closed_radius_um, [region])
    brim = resist_radius_um - ALIGNED_UM
    well = box(0.0, shape.bounds[1], resist_radius_um, shape.bounds[3])
    levelled = [
        box(0.0, shape.bounds[1], closed, grown.top_at_um(closed)) if closed > 0 else Polygon(),
        box(brim, shape.bounds[1], resist_radius_um, grown.highest_um(brim - 1e-6, brim)),
        *_voids(well, grown.solid, bare.solid),
    ]
    added = clean(shapely.difference(shapely.union_all(levelled), grown.solid, grid_size=GRID_UM))
    if added.area > GRID_UM:
        shape = clean(shapely.union_all([shape, added], grid_size=GRID_UM))
        shape = shapely.simplify(shape, GRID_UM)  # no vertices left on what is flat now
    return stack.with_film(Film(region, material, shape))


def _voids(well: BaseGeometry, after: BaseGeometry, before: BaseGeometry) -> list[BaseGeometry]:
    """Empty parts of a well that a step has cut off from its top."""

    def enclosed(solid: BaseGeometry) -> list[BaseGeometry]:
        empty = shapely.get_parts(shapely.difference(well, solid, grid_size=GRID_UM))
        return [part for part in empty if part.area > 0 and part.bounds[3] < well.bounds[3]]

    old = shapely.union_all(enclosed(before))
    return [part for part in enclosed(after) if not part.representative_point().within(old)]
