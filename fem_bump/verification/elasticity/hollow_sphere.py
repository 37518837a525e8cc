"""Hollow sphere with the steady temperature T = dT a (b/rho - 1) / (b - a).

With K = E alpha dT a b / ((1-nu) (b^3 - a^3)),

    s_rr = K [(a + b) - (a^2 + ab + b^2)/rho + a^2 b^2/rho^3],
    s_tt = K [(a + b) - (a^2 + ab + b^2)/(2 rho) - a^2 b^2/(2 rho^3)].

Timoshenko and Goodier, Theory of Elasticity, 3rd ed., section 152. The mesh is straight-sided, so
the boundary itself is only second-order accurate and so is everything on it.
"""

from __future__ import annotations

import numpy as np

from fem_bump.body.model import Model
from fem_bump.materials import Material
from fem_bump.mechanics.state import ThermalStress
from fem_bump.mechanics.thermal_stress import thermal_stress
from fem_bump.verification.grids import grid
from fem_bump.verification.row import Row, observed_order

NAME = "hollow sphere, T ~ 1/rho"
SOURCE = "Timoshenko and Goodier, Theory of Elasticity, section 152"
INNER, OUTER, RISE = 1.0, 2.0, 100.0
YOUNG, POISSON, CTE = 200e3, 0.3, 1e-5
POLAR = np.pi / 4  # where the stress is read


def exact(rho: float) -> tuple[float, float]:
    """Radial and tangential stress, MPa."""
    a, b = INNER, OUTER
    k = YOUNG * CTE * RISE * a * b / ((1 - POISSON) * (b**3 - a**3))
    s = a * a + a * b + b * b
    return (
        k * (a + b - s / rho + a * a * b * b / rho**3),
        k * (a + b - s / (2 * rho) - a * a * b * b / (2 * rho**3)),
    )


def to_sphere(rho: np.ndarray, theta: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Polar grid to (r, z); theta = 0 is the axis."""
    r = rho * np.sin(theta)
    r[theta == 0.0] = 0.0
    return r, rho * np.cos(theta)


def solve(cells: int) -> ThermalStress:
    """A quarter section with as many cells across the wall and twice as many along it."""
    rho = INNER * (OUTER / INNER) ** np.linspace(0, 1, cells + 1)
    mesh = grid(rho, np.linspace(0, np.pi / 2, 2 * cells + 1), map_points=to_sphere)
    model = Model(mesh, {"body": Material("steel", YOUNG, POISSON, CTE)})

    def rise(r, z):
        return RISE * INNER * (OUTER / np.hypot(r, z) - 1) / (OUTER - INNER)

    return thermal_stress(model, delta_t=rise, fixed={"top": "z"})


def sampled(stress: ThermalStress, rho: float) -> tuple[float, float]:
    """Radial and hoop stress at one radius."""
    direction = np.array([np.sin(POLAR), np.cos(POLAR)])
    rr, zz, tt, rz = stress.stress((rho * direction)[:, None])[:, 0]
    radial = rr * direction[0] ** 2 + zz * direction[1] ** 2 + 2 * rz * direction.prod()
    return float(radial), float(tt)


def rows(cells: int = 16) -> list[Row]:
    """Hoop stress at both walls, both stresses in the middle, and the order."""
    meshes = (cells // 2, cells)
    found = {n: solve(n) for n in meshes}
    fine = found[cells]
    scale = abs(exact(INNER)[1])
    out = []
    for rho, which in ((INNER, (1,)), (1.5, (0, 1)), (OUTER, (1,))):
        for k in which:
            quantity = f"{('radial', 'hoop')[k]} stress at rho = {rho:g}"
            computed, true = sampled(fine, rho)[k], exact(rho)[k]
            out.append(
                Row(
                    NAME,
                    quantity,
                    "MPa",
                    computed,
                    true,
                    abs(computed - true) / scale,
                    3e-3,
                    SOURCE + "; error relative to the largest stress",
                )
            )
    errors = [abs(sampled(found[n], INNER)[1] - exact(INNER)[1]) for n in meshes]
    out.append(
        observed_order(
            NAME,
            "order, hoop stress at the inner wall",
            errors,
            [1 / n for n in meshes],
            2.0,
            0.1,
            "straight sides and P2: order 2",
        )
    )
    return out
