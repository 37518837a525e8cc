"""Thick cylinder with a logarithmic temperature, long and with free ends.

A slice between two planes that stay parallel: u_z = 0 below, u_z equal above, no net axial force
(generalized plane strain). With T = dT ln(b/r) / ln(b/a) and K = E alpha dT / (2 (1-nu) ln(b/a)),

    s_tt = K [1 - ln(b/r) - q (b^2/r^2 + 1)],   q = a^2 ln(b/a) / (b^2 - a^2),
    s_zz = K [1 - 2 ln(b/r) - 2 q],

and the slice grows by alpha times the mean temperature. Timoshenko and Goodier, Theory of
Elasticity, 3rd ed., section 151.
"""

from __future__ import annotations

import numpy as np

from fem_bump.body.model import Model
from fem_bump.materials import Material
from fem_bump.mechanics.state import ThermalStress
from fem_bump.mechanics.thermal_stress import thermal_stress
from fem_bump.verification.grids import grid
from fem_bump.verification.row import Row, compared, observed_order

NAME = "thick cylinder, log temperature"
SOURCE = "Timoshenko and Goodier, Theory of Elasticity, section 151"
INNER, OUTER, HEIGHT, RISE = 1.0, 2.0, 0.5, 100.0
YOUNG, POISSON, CTE = 200e3, 0.3, 1e-5


def exact(r: float) -> tuple[float, float]:
    """Hoop and axial stress, MPa."""
    ratio = np.log(OUTER / INNER)
    q = INNER**2 * ratio / (OUTER**2 - INNER**2)
    k = YOUNG * CTE * RISE / (2 * (1 - POISSON) * ratio)
    near = np.log(OUTER / r)
    return (
        float(k * (1 - near - q * (OUTER**2 / r**2 + 1))),
        float(k * (1 - 2 * near - 2 * q)),
    )


def solve(radial_cells: int) -> ThermalStress:
    """The slice with a given number of cells across the wall."""
    radius = INNER * (OUTER / INNER) ** np.linspace(0, 1, radial_cells + 1)
    mesh = grid(radius, np.linspace(0, HEIGHT, max(radial_cells // 2, 1) + 1))
    model = Model(mesh, {"body": Material("steel", YOUNG, POISSON, CTE)})
    return thermal_stress(
        model,
        delta_t=lambda r, z: RISE * np.log(OUTER / r) / np.log(OUTER / INNER),
        fixed={"bottom": "z"},
        tied={"top": "z"},
    )


def rows(radial_cells: int = 16) -> list[Row]:
    """Stress at both walls, growth of the slice, and the order at the inner wall."""
    meshes = (radial_cells // 2, radial_cells)
    found = {n: solve(n) for n in meshes}
    fine = found[radial_cells]
    points = np.array([[INNER, OUTER], [HEIGHT / 2] * 2])
    stress = fine.stress(points)
    out = []
    for place, r, column in (("inner", INNER, 0), ("outer", OUTER, 1)):
        hoop, axial = exact(r)
        out.append(
            compared(
                NAME, f"hoop stress, {place} wall", "MPa", stress[2, column], hoop, 3e-3, SOURCE
            )
        )
        out.append(
            compared(
                NAME, f"axial stress, {place} wall", "MPa", stress[1, column], axial, 3e-3, SOURCE
            )
        )
    area = (OUTER**2 - INNER**2) / 2
    mean = RISE / np.log(OUTER / INNER) * (area / 2 - INNER**2 / 2 * np.log(OUTER / INNER)) / area
    growth = fine.displacement(np.array([[OUTER], [HEIGHT]]))[1, 0]
    out.append(
        compared(NAME, "growth of the slice", "um", growth, CTE * mean * HEIGHT, 1e-5, SOURCE)
    )
    errors = [abs(found[n].stress(points)[2, 0] - exact(INNER)[0]) for n in meshes]
    out.append(
        observed_order(
            NAME,
            "order, hoop stress at the inner wall",
            errors,
            [1 / n for n in meshes],
            2.0,
            0.1,
            "P2: stress of order 2",
        )
    )
    return out
