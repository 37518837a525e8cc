"""Reflow: a given volume of molten solder takes its axisymmetric equilibrium shape.

A drop on one pad (`free_cap`) or a bridge between two (`bridge`), pinned at their edges: metal that
solder has wetted does not dewet. Spheres are closed forms. What else there is, and whether it is
stable, :mod:`geometry.liquid.capillarity` finds; equations (1) and (2), and sources, are in
:mod:`geometry.liquid.integrate`.

Equal radii without gravity have known limits that follow from translations, which solve (2): thin
bridges break where the tangent at the edges is parallel to the axis, one period of an unduloid (the
cylinder: stand-off 2 pi R), or before that at the least volume; full ones turn sideways (m = 1)
where the surface becomes tangent to the pads. A short thin one cuts into its pads first.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import numpy as np

from geometry.errors import DesignError
from geometry.liquid.capillarity import Gap, Shot, follow, shoot_cap, shoot_loaded
from geometry.liquid.integrate import VOLUME, Z, probe, trace
from geometry.liquid.liquid_input import (
    GRAVITY_MATTERS,
    bridge_weight,
    check_bond,
    finite,
    gap_of,
    positive,
    weight_of,
)
from geometry.liquid.meridian import Meridian, Series
from geometry.liquid.spheres import cap_height, spherical_cap, zone

Gravity = Literal["auto", "always", "never"]
Direction = Literal["down", "up"]


@contextmanager
def _refusals_name(step: str) -> Iterator[None]:
    """Adds the process step to whatever is refused inside."""
    try:
        yield
    except DesignError as refusal:
        raise DesignError(f"{refusal} (step: {step})") from None


@_refusals_name("reflow")
def free_cap(
    volume_um3: float,
    base_radius_um: float,
    base_z_um: float = 0.0,
    *,
    surface_tension_n_per_m: float | None = None,
    density_kg_per_m3: float | None = None,
    gravity: Gravity = "auto",
    gravity_direction: Direction = "down",
) -> Meridian:
    """Drop on a round pad, pinned at its edge, from the edge up to the apex.

    Without gravity a truncated sphere: with base radius a, its height h solves
    pi h (3 a^2 + h^2)/6 = V, hence h = 2 a sinh(asinh(3 V/(pi a^3))/3) for any V > 0. With gravity
    (1) is integrated from the apex; its curvature there and the arc length are found from a and V
    by Newton's method, followed from the sphere as gravity grows.

    Parameters
    ----------
    volume_um3
        Liquid above the plane of the base; what fills a cavity below it is not included.
    base_radius_um, base_z_um
        The pinned edge.
    surface_tension_n_per_m, density_kg_per_m3
        Of the molten solder; without them the Bond number is unknown and gravity is left out.
    gravity
        ``auto`` leaves gravity out where Bo (R/a)^4 <= 1e-4, with the sphere's largest radius R:
        measured, no point of the shape then moves by more than 2e-5 R (see docs/reflow.md).
    gravity_direction
        ``down``: towards the pad (wafer face up); ``up``: away from it, the drop hangs.

    Raises
    ------
    DesignError
        The drop would hang over its base (angle at the edge beyond 180 degrees), or fall off.
    """
    volume = positive("volume_um3", volume_um3)
    a = positive("base_radius_um", base_radius_um)
    base_z = finite("base_z_um", base_z_um)
    weight = weight_of(surface_tension_n_per_m, density_kg_per_m3, gravity, gravity_direction)
    sphere = spherical_cap(volume, a, base_z, None if weight is None else abs(weight) * a**2)
    if weight is None or sphere.bond_number is None:
        return sphere
    strength = sphere.bond_number * (sphere.max_radius_um / a) ** 4
    if gravity == "never" or (gravity == "auto" and strength <= GRAVITY_MATTERS):
        return sphere
    check_bond(sphere.bond_number, "cap")

    target, signed = volume / a**3, weight * a**2
    start = np.array([math.log(sphere.pressure_per_um * a), sphere.length_um / a])

    def shoot(x: np.ndarray, load: float) -> Shot | None:
        return shoot_cap(x, target, -signed * load**2, hangs=signed < 0.0)

    x, reached = follow(shoot, start)
    if reached < 1.0:
        sinks = "hang over the edge of its base" if weight > 0.0 else "fall off its base"
        raise DesignError(
            f"volume_um3 = {volume:g} on a base of radius {a:g} um: under gravity the drop would "
            f"{sinks}; at this volume and radius the Bond number must stay below "
            f"{sphere.bond_number * reached**2:.4g} and is {sphere.bond_number:.4g}"
        )
    pressure, length = math.exp(x[0]), float(x[1])
    steps, coefficients, end = trace(0.0, 0.0, pressure, -signed, length)
    curve = Series(steps, coefficients, a, base_z, from_apex=True)
    return Meridian(
        kind="young-laplace",
        length_um=length * a,
        volume_um3=float(end[VOLUME]) * a**3,
        start_um=(a, base_z),
        end_um=(0.0, base_z + float(end[Z]) * a),
        pressure_per_um=(pressure + signed * float(end[Z])) / a,
        gravity_per_um2=weight,
        bond_number=sphere.bond_number,
        curve=curve,
    )


def bridge(
    volume_um3: float,
    lower_radius_um: float,
    upper_radius_um: float,
    standoff_um: float,
    base_z_um: float = 0.0,
    *,
    surface_tension_n_per_m: float | None = None,
    density_kg_per_m3: float | None = None,
    gravity: Gravity = "auto",
    gravity_direction: Direction = "down",
    step: str = "reflow",
) -> Meridian:
    """Liquid between two coaxial pads, pinned at both edges, from the lower to the upper one.

    Slope, pressure and arc length are found from the upper radius, the stand-off and the volume
    by Newton's method, followed from the zone of a sphere through both edges, which exists for any
    radii and stand-off, is stable, and pulls at neither pad.

    Parameters
    ----------
    volume_um3
        Liquid between the planes of the two pads' faces.
    lower_radius_um, upper_radius_um, standoff_um, base_z_um
        The pinned edges: at ``base_z_um``, and ``standoff_um`` above it.
    surface_tension_n_per_m, density_kg_per_m3, gravity, gravity_direction
        As for `free_cap`; ``down`` is towards the lower pad. ``auto`` leaves gravity out where
        rho g M^2/gamma <= 1e-4, M the largest of the radii of pads and sphere and the stand-off:
        measured, no point then moves by more than 1e-5 M, but for volumes within 1 % of a limit.
    step
        The process step that a refusal names.

    Raises
    ------
    DesignError
        There is no stable surface: the liquid would break at a neck, cut into a pad or swell
        sideways. The criterion is that of :mod:`geometry.liquid.integrate`;
        `bridge_volume_range_um3` tells the limits.
    """
    with _refusals_name(step):
        volume = positive("volume_um3", volume_um3)
        gap = gap_of(lower_radius_um, upper_radius_um, standoff_um)
        base_z = finite("base_z_um", base_z_um)
        weight = weight_of(surface_tension_n_per_m, density_kg_per_m3, gravity, gravity_direction)
        bond = None if weight is None else abs(weight) * gap.scale**2
        signed = bridge_weight(gap, weight, gravity)
        zone_volume = gap.zone_volume * gap.scale**3
        if signed == 0.0 and abs(volume / zone_volume - 1.0) <= 1e-14:
            return zone(gap, base_z, bond)

        target = volume / gap.scale**3
        x = gap.reach(target, signed)
        if x is None:
            raise DesignError(_no_bridge(volume, gap, signed))
        steps, coefficients, end = trace(gap.lower, x[0], x[1], signed, x[2])
        return Meridian(
            kind=_kind(gap, x) if signed == 0.0 else "young-laplace",
            length_um=float(x[2]) * gap.scale,
            volume_um3=float(end[VOLUME]) * gap.scale**3,
            start_um=(gap.lower * gap.scale, base_z),
            end_um=(gap.upper * gap.scale, base_z + gap.standoff * gap.scale),
            pressure_per_um=float(x[1]) / gap.scale,
            gravity_per_um2=signed / gap.scale**2,
            bond_number=bond,
            curve=Series(steps, coefficients, gap.scale, base_z, from_apex=False),
        )


@_refusals_name("reflow")
def bridge_volume_range_um3(
    lower_radius_um: float,
    upper_radius_um: float,
    standoff_um: float,
    *,
    surface_tension_n_per_m: float | None = None,
    density_kg_per_m3: float | None = None,
    gravity: Gravity = "auto",
    gravity_direction: Direction = "down",
) -> tuple[float, float]:
    """Least and largest volume of a stable `bridge`, to about 1e-6 relative."""
    gap = gap_of(lower_radius_um, upper_radius_um, standoff_um)
    weight = weight_of(surface_tension_n_per_m, density_kg_per_m3, gravity, gravity_direction)
    found = gap.volume_range(bridge_weight(gap, weight, gravity))
    if found is None:
        raise DesignError(_too_heavy(gap))
    return found[0] * gap.scale**3, found[1] * gap.scale**3


@_refusals_name("reflow")
def equilibrium_standoff_um(
    volume_um3: float,
    lower_radius_um: float,
    upper_radius_um: float,
    load_un: float = 0.0,
    *,
    surface_tension_n_per_m: float | None = None,
) -> float:
    """Stand-off at which the joint carries ``load_un`` (uN, positive: pads pressed together).

    The pull on a pad is 2 pi r gamma sin(phi) - pi r^2 dp; the stand-off is where it equals minus
    the load. Unloaded joints are zones of spheres: L^3 + 3 (r1^2 + r2^2) L = 6 V/pi. The liquid's
    own weight is left out.

    Raises
    ------
    DesignError
        No joint of this volume carries the load.
    """
    volume = positive("volume_um3", volume_um3)
    r1 = positive("lower_radius_um", lower_radius_um)
    r2 = positive("upper_radius_um", upper_radius_um)
    load = finite("load_un", load_un)
    free = cap_height(volume, math.hypot(r1, r2))
    if load == 0.0:
        return free
    if surface_tension_n_per_m is None:
        raise DesignError("surface_tension_n_per_m must be given where load_un is")
    tension = positive("surface_tension_n_per_m", surface_tension_n_per_m)  # N/m = uN/um
    gap = gap_of(r1, r2, free)
    target = volume / gap.scale**3
    pull = -load / (tension * gap.scale)

    def shoot(x: np.ndarray, share: float) -> Shot | None:
        return shoot_loaded(x, gap.lower, gap.upper, target, pull * share)

    start = gap.zone_start()
    x, reached = follow(shoot, start[[0, 2]])
    if reached < 1.0:
        raise DesignError(
            f"load_un = {load:g}: a joint of {volume:g} um^3 between pads of radius {r1:g} and "
            f"{r2:g} um carries at most {load * reached:.4g} uN in this sense"
        )
    pressure = 2.0 * math.sin(x[0]) / gap.lower - pull / (math.pi * gap.lower**2)
    return float(probe(gap.lower, x[0], pressure, 0.0, x[1])[0][Z]) * gap.scale


def paste_metal_volume_um3(printed_volume_um3: float, metal_volume_fraction: float) -> float:
    """Metal that a printed paste leaves behind when its flux is gone; about half for most."""
    with _refusals_name("reflow"):
        printed = positive("printed_volume_um3", printed_volume_um3)
        fraction = positive("metal_volume_fraction", metal_volume_fraction)
    if fraction > 1.0:
        raise DesignError(
            f"metal_volume_fraction = {fraction:g} must be above 0 and at most 1 "
            "(step: screen_print)"
        )
    return printed * fraction


# ---------------------------------------------------------------------------------------------
# What is said of a bridge, and of why there is none


def _kind(gap: Gap, x: np.ndarray) -> str:
    """Delaunay's family, from pressure and axial pull."""
    slope, pressure, _ = x
    pull = gap.lower * math.sin(slope) - 0.5 * pressure * gap.lower**2
    if abs(pull) <= 1e-9:
        return "sphere"
    if abs(pressure) <= 1e-9:
        return "catenoid"
    # radii of neck and bulge are the roots of P r^2/2 - r + pull
    if pull * pressure > 0.0 and abs(1.0 - 2.0 * pull * pressure) <= 1e-12:
        return "cylinder"
    return "unduloid" if pull * pressure > 0.0 else "nodoid"


def _too_heavy(gap: Gap) -> str:
    a = gap.scale
    return (
        f"standoff_um = {gap.standoff * a:g}: under gravity no stable liquid bridge was found "
        f"between pads of radius {gap.lower * a:g} and {gap.upper * a:g} um; reduce radii or "
        "stand-off"
    )


def _no_bridge(volume: float, gap: Gap, weight: float) -> str:
    a = gap.scale
    limits = gap.volume_range(weight)
    if limits is None:
        return _too_heavy(gap)
    low, high = limits[0] * a**3, limits[1] * a**3
    thin = volume < math.sqrt(low * high)
    fate = "break, or cut into a pad" if thin else "swell sideways over a pad's edge"
    return (
        f"volume_um3 = {volume:g}: liquid between pads of radius {gap.lower * a:g} and "
        f"{gap.upper * a:g} um at standoff_um = {gap.standoff * a:g} would {fate}; stable from "
        f"{low:.6g} to {high:.6g} um^3"
    )
