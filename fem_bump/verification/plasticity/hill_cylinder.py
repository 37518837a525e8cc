"""A long thick cylinder under inner pressure that yields from within.

Perfectly plastic after von Mises, incompressible, plane strain. With the plastic zone up to c,

    p = Y / sqrt3 (1 - c^2/b^2 + 2 ln(c/a)),    s_tt(b) = 2 Y / sqrt3 c^2/b^2,
    u_r = sqrt3 Y c^2 / (2 E r),

and unloading by p adds the elastic stress of -p. R. Hill, The Mathematical Theory of Plasticity
(1950), chapter 5. The pressure is made by the displacement of the inner wall, and taken from the
forces there; nu = 0.4999, so that a mesh that locks would show.
"""

from __future__ import annotations

import numpy as np

from fem_bump.body.model import Model
from fem_bump.laws.shipped.j2 import J2
from fem_bump.materials import Material
from fem_bump.mechanics.history import History, stress_history
from fem_bump.verification.grids import grid
from fem_bump.verification.row import Row, compared, observed_order

NAME = "Hill's cylinder"
SOURCE = "Hill, The Mathematical Theory of Plasticity (1950), chapter 5"
INNER, OUTER, HEIGHT = 1.0, 2.0, 0.25
YOUNG, POISSON, YIELD = 200e3, 0.4999, 100.0
RADII = (1.2, 1.5, 1.8)  # of the plastic zone
UNLOADED_S = len(RADII) + 1.0


def pressure(c: float) -> float:
    """Inner pressure, MPa, with a plastic zone up to c."""
    return YIELD / np.sqrt(3) * (1 - c**2 / OUTER**2 + 2 * np.log(c / INNER))


def inner_um(c: float) -> float:
    """Displacement of the inner wall."""
    return np.sqrt(3) * YIELD * c**2 / (2 * YOUNG * INNER)


def path_um(time_s: float) -> float:
    """Displacement of the inner wall: to the three radii, and elastically back to no pressure."""
    shear = YOUNG / 3
    back = pressure(RADII[-1]) * INNER * OUTER**2 / (2 * shear * (OUTER**2 - INNER**2))
    values = [0.0, *(inner_um(c) for c in RADII), inner_um(RADII[-1]) - back]
    return float(np.interp(time_s, np.arange(len(values)), values))


def solve(cells: int) -> History:
    """A slice with as many cells across the wall."""
    mesh = grid(np.linspace(INNER, OUTER, cells + 1), np.linspace(0, HEIGHT, cells // 4 + 1))
    model = Model(mesh, {"body": Material("steel", YOUNG, POISSON, 0.0, law=J2(YIELD))})
    times = np.arange(UNLOADED_S + 1)
    return stress_history(
        model, times, [25.0] * len(times), 25.0, fixed={"bottom": "z", "top": "z"},
        prescribed_um={"left": {"r": path_um}}, tolerance=1e-2,
    )  # fmt: skip


def wall_pressure(history: History, time_s: float) -> float:
    """Pressure at the inner wall, MPa, from the forces that move it."""
    found = history.at(time_s)
    model = found.model
    force = found.part(0).nodal_forces(np.arange(model.mesh.nelements))
    total = force[model.boundary_nodes("left"), 0].sum()
    return float(total / (2 * np.pi * INNER * HEIGHT))


def hoop(history: History, time_s: float, radius: float) -> float:
    """Hoop stress, MPa."""
    return float(history.at(time_s).stress(np.array([[radius], [HEIGHT / 2]]))[2, 0])


def rows(cells: int = 32) -> list[Row]:
    """Pressure and outer hoop stress at three plastic radii, residual stress, and an order."""
    coarse, fine = solve(cells // 2), solve(cells)
    out = []
    for k, c in enumerate(RADII):
        at = f"plastic to c/a = {c:g}"
        found = wall_pressure(fine, k + 1.0)
        out.append(compared(NAME, f"pressure, {at}", "MPa", found, pressure(c), 1e-3, SOURCE))
        exact = 2 * YIELD / np.sqrt(3) * c**2 / OUTER**2
        found = hoop(fine, k + 1.0, OUTER)
        out.append(compared(NAME, f"hoop stress at b, {at}", "MPa", found, exact, 2e-3, SOURCE))
    p, c = pressure(RADII[-1]), RADII[-1]
    share = INNER**2 / (OUTER**2 - INNER**2)
    for radius, limit, loaded in (
        (INNER, 5e-3, 2 * YIELD / np.sqrt(3) - p),
        (OUTER, 2e-3, 2 * YIELD / np.sqrt(3) * c**2 / OUTER**2),
    ):
        exact = loaded - p * share * (1 + OUTER**2 / radius**2)
        out.append(
            compared(NAME, f"residual hoop stress at r = {radius:g}", "MPa",
                     hoop(fine, UNLOADED_S, radius), exact, limit, SOURCE)
        )  # fmt: skip
    exact = 2 * YIELD / np.sqrt(3) * RADII[1] ** 2 / OUTER**2
    errors = [abs(hoop(each, 2.0, OUTER) - exact) for each in (coarse, fine)]
    out.append(
        observed_order(
            NAME, "order, hoop stress at b", errors, [2.0, 1.0], 2.0, 0.1, "P2: stress of order 2"
        )
    )
    return out
