"""Bump metal other than plated: evaporated, printed, a ball, molten.

Steps on a :class:`~geometry.process.operations.Stack`, like those of
:mod:`geometry.process.operations`. Metal volume is conserved by the reflow; of printed paste only
the metal stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely
from shapely import Polygon, box
from shapely.geometry.base import BaseGeometry

from geometry.design import quantities as kinds
from geometry.design.angles import cotangent
from geometry.design.schema import Section
from geometry.errors import DesignError
from geometry.liquid.meridian import Meridian
from geometry.process.operations import GRID_UM, Film, Stack, clean, fill, revolved_volume
from groundwork.roots import root_between

CHORDS = 96  # per curved outline
PASTE = "paste"


class Reflow(Section):
    """Liquid metal at reflow; the defaults are SAC305's, recalled, not verified."""

    surface_tension_n_per_m: kinds.SurfaceTension = 0.55
    density_kg_per_m3: kinds.Density = 7400.0
    gravity: Literal["auto", "always", "never"] = "auto"


def evaporate_cone(
    stack: Stack,
    region: str,
    material: str,
    hole_radius_um: float,
    base_um: float,
    height_um: float,
    cone_angle_deg: float,
) -> Stack:
    """Fill up to z = base_um inside a stencil's hole, and stand a truncated cone on it.

    The hole closes while metal grows on its rim, so the deposit tapers by the cone's angle.
    """
    top_radius = hole_radius_um - height_um * cotangent(cone_angle_deg)
    if top_radius <= 0:
        raise DesignError(
            f"the stencil's hole closes before {height_um:g} um are deposited (step: evaporation)"
        )
    solid = stack.solid
    low = solid.bounds[1]
    outline = [
        (0.0, low),
        (hole_radius_um, low),
        (hole_radius_um, base_um),
        (top_radius, base_um + height_um),
        (0.0, base_um + height_um),
    ]
    return fill(stack, region, material, Polygon(outline), base_um + height_um, "evaporation")


def screen_print(
    stack: Stack, region: str, hole_radius_um: float, base_um: float, thickness_um: float
) -> Stack:
    """Print a cylinder of solder cream, ``thickness_um`` high above z = base_um."""
    low = stack.solid.bounds[1]
    block = box(0.0, low, hole_radius_um, base_um + thickness_um)
    return fill(stack, region, PASTE, block, base_um + thickness_um, "screen printing")


def place_ball(stack: Stack, region: str, material: str, diameter_um: float) -> Stack:
    """Lay a ball on the axis, down to where it touches: the floor of a dip, its wall or its rim."""
    radius = diameter_um / 2
    # points so close that a sloped wall reaches into the ball by less than a millionth of it
    r, z = shapely.get_coordinates(shapely.segmentize(stack.solid, radius / 500)).T
    under = r < radius
    centre = float((z[under] + np.sqrt(radius**2 - r[under] ** 2)).max())
    t = np.linspace(0.0, np.pi, CHORDS + 1)
    outline = np.column_stack([radius * np.sin(t), centre + radius * np.cos(t)])
    outline[[0, -1], 0] = 0.0
    ball = Polygon(np.round(outline / GRID_UM) * GRID_UM)
    shape = clean(shapely.difference(ball, stack.solid, grid_size=GRID_UM))
    volume = np.pi / 6 * diameter_um**3
    return stack.with_film(Film(region, material, shape, volume_um3=volume))


def metal_volume_um3(stack: Stack, metal_volume_fraction: float) -> float:
    """Metal in the bump as it stands; of printed paste that is only its metal fraction."""
    bump = stack.film("bump")
    if bump.material != PASTE:
        return bump.revolved_volume_um3
    from geometry.liquid.reflow import (
        paste_metal_volume_um3,  # and Numba, which a plated cylinder spares
    )

    return paste_metal_volume_um3(bump.revolved_volume_um3, metal_volume_fraction)


def reflow(
    stack: Stack,
    material: str,
    metal_um3: float,
    edge_radius_um: float,
    contact_radius_um: float,
    liquid: Reflow,
) -> Stack:
    """Let a metal volume take its equilibrium shape, wetted to the UBM's edge.

    It fills what lies below the edge, covers what stands above it inside (a UBM that ends beyond
    the pad's rim steps down there), and forms a cap that is pinned at the edge: a truncated
    sphere, or a solution of Young and Laplace's equation where gravity matters.
    """
    from geometry.liquid.reflow import free_cap

    wetted = receive(stack, metal_um3, edge_radius_um)
    bare, edge = wetted.bare, wetted.edge_um
    cap = free_cap(
        metal_um3 - wetted.below_um3,
        edge_radius_um,
        edge,
        surface_tension_n_per_m=liquid.surface_tension_n_per_m,
        density_kg_per_m3=liquid.density_kg_per_m3,
        gravity=liquid.gravity,
    )
    if cap.max_radius_um >= stack.cell_radius_um:
        raise DesignError(
            f"the reflowed bump of radius {cap.max_radius_um:g} um bridges to its neighbour in a "
            f"cell of radius {stack.cell_radius_um:g} um (step: reflow)"
        )
    outline = chords(cap, contact_radius_um)
    body = Polygon([(0.0, edge), *outline])
    shape = wetted.solder(body, Polygon(), "reflow")
    return bare.with_film(Film("bump", material, shape, meridian=cap, volume_um3=metal_um3))


@dataclass(frozen=True)
class Wetted:
    """What solder meets: the wafer, the UBM's edge, and what lies below and above its plane.

    Attributes
    ----------
    mound
        What of the wafer stands above the edge, inside it.
    below_um3
        Metal below the plane of the edge, less what the mound takes up above it.
    """

    bare: Stack
    edge_radius_um: float
    edge_um: float
    cavity: BaseGeometry
    mound: BaseGeometry
    below_um3: float

    def solder(self, body: BaseGeometry, well: BaseGeometry, step: str) -> BaseGeometry:
        """The solder, its equilibrium shape above the edge being ``body``, its well ``well``.

        The shapes are those of a liquid that touches nothing but its pads, and wets these wholly.
        """
        bare_um2 = shapely.difference(self.mound, body, grid_size=GRID_UM).area
        if bare_um2 > 1e-6:
            high = self.mound.bounds[3] - self.edge_um
            raise DesignError(
                f"the solder does not cover the UBM, which stands {high:g} um above its own edge "
                f"beyond the pad's rim; more solder or a smaller UBM avoids it (step: {step})"
            )
        if not self.mound.is_empty:
            body = shapely.difference(body, self.mound, grid_size=GRID_UM)
        shape = clean(shapely.union_all([self.cavity, body, well], grid_size=GRID_UM))
        for film in self.bare.films:
            if shapely.intersection(film.shape, shape, grid_size=GRID_UM).area > 1e-6:
                raise DesignError(
                    f"the liquid solder bulges against the {film.region} beside the UBM's edge, "
                    "where no free surface can stand; a wider UBM or less solder avoids it "
                    f"(step: {step})"
                )
        return shape


def receive(stack: Stack, metal_um3: float, edge_radius_um: float) -> Wetted:
    """What the metal of a bump meets when it melts."""
    bare = stack.without("bump")
    edge = round(bare.top_at_um(edge_radius_um) / GRID_UM) * GRID_UM
    solid = bare.solid
    low, high = solid.bounds[1], solid.bounds[3]
    within = box(0.0, low, edge_radius_um, edge)
    empty = shapely.get_parts(clean(shapely.difference(within, solid, grid_size=GRID_UM)))
    # a void in the UBM stays one
    cavity = shapely.union_all([part for part in empty if part.bounds[3] > edge - GRID_UM])
    below = revolved_volume(cavity) if not cavity.is_empty else 0.0
    mound: BaseGeometry = Polygon()
    if high > edge + GRID_UM:
        above = box(0.0, edge, edge_radius_um, high)
        mound = clean(shapely.intersection(solid, above, grid_size=GRID_UM))
    if metal_um3 <= below:
        raise DesignError(
            f"{metal_um3:g} um^3 of solder do not fill the opening, which holds {below:g} um^3 "
            "(step: reflow)"
        )
    displaced = revolved_volume(mound) if not mound.is_empty else 0.0
    return Wetted(bare, edge_radius_um, edge, cavity, mound, below - displaced)


def chords(curve: Meridian, contact_radius_um: float | None) -> list[tuple[float, float]]:
    """Points on a curve from its start to its end, one of them where a contact ends."""
    t = np.linspace(0.0, 1.0, CHORDS + 1)
    if contact_radius_um is not None:
        # near the apex r falls with t: the last crossing is the contact's edge
        r = curve.at(t)[0]
        k = int(np.nonzero(r > contact_radius_um)[0][-1])
        cut = root_between(
            lambda x: float(curve.at(np.array([x]))[0][0]) - contact_radius_um, t[k], t[k + 1]
        )
        t[k if abs(t[k] - cut) < abs(t[k + 1] - cut) and k > 0 else k + 1] = cut
    r, z = curve.at(t)
    points = np.round(np.column_stack([np.maximum(r, 0.0), z]) / GRID_UM) * GRID_UM
    return [(float(x), float(y)) for x, y in points]
