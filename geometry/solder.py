"""Bump metal other than plated: evaporated, printed, reflowed, and soldered to a substrate.

Steps on a :class:`~geometry.process.Stack`, like those of :mod:`geometry.process`. Metal volume is
conserved by reflow and assembly; of printed paste only the metal stays.
"""

from __future__ import annotations

import numpy as np
import shapely
from scipy.optimize import brentq
from shapely import Polygon, box
from shapely.geometry.base import BaseGeometry

from geometry.angles import cotangent
from geometry.errors import DesignError
from geometry.process import GRID_UM, Film, Stack, clean, fill, revolved_volume
from geometry.reflow import Meridian, bridge, free_cap, paste_metal_volume_um3
from geometry.schema import Assembly, Reflow

CHORDS = 96  # per curved outline


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
        (0.0, low), (hole_radius_um, low), (hole_radius_um, base_um),
        (top_radius, base_um + height_um), (0.0, base_um + height_um),
    ]
    return fill(stack, region, material, Polygon(outline), base_um + height_um, "evaporation")


def screen_print(
    stack: Stack, region: str, hole_radius_um: float, base_um: float, thickness_um: float
) -> Stack:
    """Print a cylinder of solder cream, ``thickness_um`` high above z = base_um."""
    low = stack.solid.bounds[1]
    block = box(0.0, low, hole_radius_um, base_um + thickness_um)
    return fill(stack, region, "paste", block, base_um + thickness_um, "screen printing")


def _receive(
    stack: Stack, metal_um3: float, edge_radius_um: float
) -> tuple[Stack, float, BaseGeometry, float]:
    """Wafer without bump, height of the UBM's edge, the cavity below it, and that one's volume."""
    bare = stack.without("bump")
    edge = round(bare.top_at_um(edge_radius_um) / GRID_UM) * GRID_UM
    solid = bare.solid
    cavity = clean(
        shapely.difference(
            box(0.0, solid.bounds[1], edge_radius_um, edge), solid, grid_size=GRID_UM
        )
    )
    below = revolved_volume(cavity) if not cavity.is_empty else 0.0
    if metal_um3 <= below:
        raise DesignError(
            f"{metal_um3:g} um^3 of solder do not fill the opening, which holds {below:g} um^3 "
            "(step: reflow)"
        )
    return bare, edge, cavity, below


def _chords(curve: Meridian, contact_radius_um: float | None) -> list[tuple[float, float]]:
    """Points on a curve from its start to its end, one of them where a contact ends."""
    t = np.linspace(0.0, 1.0, CHORDS + 1)
    if contact_radius_um is not None:
        # near the apex r falls with t: the last crossing is the contact's edge
        r = curve.at(t)[0]
        k = int(np.nonzero(r > contact_radius_um)[0][-1])
        cut = brentq(
            lambda x: float(curve.at(np.array([x]))[0][0]) - contact_radius_um, t[k], t[k + 1]
        )
        t[k if abs(t[k] - cut) < abs(t[k + 1] - cut) and k > 0 else k + 1] = cut
    r, z = curve.at(t)
    points = np.round(np.column_stack([np.maximum(r, 0.0), z]) / GRID_UM) * GRID_UM
    return [(float(x), float(y)) for x, y in points]
