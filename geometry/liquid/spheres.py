"""Liquid surfaces that are spheres: closed forms."""

from __future__ import annotations

import math

from geometry.liquid.capillarity import Gap
from geometry.liquid.meridian import Arc, Meridian


def cap_height(volume: float, radius: float) -> float:
    """Root h > 0 of pi h (3 radius^2 + h^2)/6 = volume."""
    return 2.0 * radius * math.sinh(math.asinh(3.0 * volume / (math.pi * radius**3)) / 3.0)


def spherical_cap(volume: float, a: float, base_z: float, bond: float | None) -> Meridian:
    h = cap_height(volume, a)
    radius = 0.5 * (a * (a / h) + h)
    opening = 2.0 * math.atan2(h, a)  # angle between axis and edge, seen from the centre
    return Meridian(
        kind="sphere",
        length_um=radius * opening,
        volume_um3=math.pi * h * (3.0 * a * a + h * h) / 6.0,
        start_um=(a, base_z),
        end_um=(0.0, base_z + h),
        pressure_per_um=2.0 / radius,
        gravity_per_um2=0.0,
        bond_number=bond,
        curve=Arc(radius, base_z + h, opening, 0.0, radius * opening),
    )


def zone(gap: Gap, base_z: float, bond: float | None) -> Meridian:
    _, pressure, length = gap.zone_start()
    radius, a = 2.0 / pressure, gap.scale
    # of centre + radius without cancellation
    pole = radius + gap.centre if gap.centre > 0.0 else gap.lower**2 / (radius - gap.centre)
    return Meridian(
        kind="sphere",
        length_um=length * a,
        volume_um3=gap.zone_volume * a**3,
        start_um=(gap.lower * a, base_z),
        end_um=(gap.upper * a, base_z + gap.standoff * a),
        pressure_per_um=pressure / a,
        gravity_per_um2=0.0,
        bond_number=bond,
        curve=Arc(radius * a, base_z + pole * a, *gap.zone_angles(), length * a),
    )
