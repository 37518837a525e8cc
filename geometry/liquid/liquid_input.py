"""What is given of a liquid and its pads, checked, in the lengths that the equations take."""

from __future__ import annotations

import math

import numpy as np

from geometry.errors import DesignError
from geometry.liquid.capillarity import Gap

STANDARD_GRAVITY_M_PER_S2 = 9.80665
GRAVITY_MATTERS = 1e-4  # strength from which gravity="auto" counts it
LARGEST_BOND = {"cap": 1e4, "bridge": 1e2}  # beyond: not verified, and shooting loses its digits


def finite(name: str, value: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | np.number):
        raise DesignError(f"{name} = {value!r} must be a number")
    if not math.isfinite(value):
        raise DesignError(f"{name} = {value!r} must be finite")
    return float(value)


def positive(name: str, value: float) -> float:
    if finite(name, value) <= 0.0:
        raise DesignError(f"{name} = {value:g} must be above 0")
    return float(value)


def weight_of(
    tension: float | None, density: float | None, gravity: str, direction: str
) -> float | None:
    """B = rho g/gamma, 1/um^2, positive if gravity points to -z; None if properties are missing."""
    for name, value, allowed in (
        ("gravity", gravity, ("auto", "always", "never")),
        ("gravity_direction", direction, ("down", "up")),
    ):
        if value not in allowed:
            raise DesignError(f"{name} = {value!r} must be one of {', '.join(allowed)}")
    if tension is None and density is None and gravity != "always":
        return None
    for name, given in (("surface_tension_n_per_m", tension), ("density_kg_per_m3", density)):
        if given is None:
            raise DesignError(f"{name} must be given for gravity to count")
    gamma = positive("surface_tension_n_per_m", tension)  # type: ignore[arg-type]
    rho = positive("density_kg_per_m3", density)  # type: ignore[arg-type]
    sign = 1.0 if direction == "down" else -1.0
    return sign * 1e-12 * rho * STANDARD_GRAVITY_M_PER_S2 / gamma


def check_bond(bond: float, shape: str) -> None:
    if bond > LARGEST_BOND[shape]:
        raise DesignError(
            f"Bond number {bond:.4g} of the {shape}: at most {LARGEST_BOND[shape]:g} is supported; "
            "the pad's radius is too large for this liquid"
        )


def gap_of(lower: float, upper: float, standoff: float) -> Gap:
    r1 = positive("lower_radius_um", lower)
    r2 = positive("upper_radius_um", upper)
    height = positive("standoff_um", standoff)
    scale = max(r1, r2)
    return Gap(r1 / scale, r2 / scale, height / scale, scale)


def bridge_weight(gap: Gap, weight: float | None, mode: str) -> float:
    """Weight in equation (1), or 0 where it is to be left out."""
    if weight is None or mode == "never":
        return 0.0
    radius = math.hypot(gap.lower, gap.centre) if 0 < gap.centre < gap.standoff else 1.0
    strength = abs(weight) * (gap.scale * max(1.0, radius, gap.standoff)) ** 2
    if mode == "auto" and strength <= GRAVITY_MATTERS:
        return 0.0
    check_bond(strength, "bridge")
    return weight * gap.scale**2
