"""A thick sphere under inner pressure that yields from within; a core that swells makes it.

Perfectly plastic after von Mises. With the plastic zone up to c,

    p = 2 Y ln(c/a) + 2/3 Y (1 - c^3/b^3),    u(b) = Y c^3 (1 - nu) / (E b^2),
    s_tt(b) = Y c^3/b^3,

and unloading by p adds the elastic state of -p. R. Hill, The Mathematical Theory of Plasticity
(1950), chapter 5. The pressure is what the interface of core and shell takes, peel with its sign
changed. Facets are straight, so that the sphere itself is of second order.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq

from fem_bump.body.model import Model
from fem_bump.laws.shipped.j2 import J2
from fem_bump.materials import Material
from fem_bump.mechanics.history import History, stress_history
from fem_bump.mechanics.state import ThermalStress
from fem_bump.verification.elasticity.hollow_sphere import to_sphere
from fem_bump.verification.grids import grid
from fem_bump.verification.row import Row, compared, observed_order

NAME = "Hill's sphere"
SOURCE = "Hill, The Mathematical Theory of Plasticity (1950), chapter 5"
INNER, OUTER = 1.0, 2.0
YOUNG, POISSON, YIELD = 210e3, 0.3, 240.0
SWELLING, CORE_INNER = 1e-5, 0.5
DEGC = (0.0, 155.0, 480.0, 300.0)  # at 0 to 3 s: small and large plastic zone, unloading


def plastic_radius(p: float) -> float:
    """Radius c that a pressure, MPa, brings the plastic zone to."""

    def excess(c: float) -> float:
        return YIELD * (2 * np.log(c / INNER) + 2 / 3 * (1 - c**3 / OUTER**3)) - p

    return float(brentq(excess, INNER, OUTER, xtol=1e-14))


def solve(cells: int) -> History:
    """A quarter section, as many cells across the wall and twice as many along it."""
    rho = np.concatenate(
        [np.linspace(CORE_INNER, INNER, cells // 4 + 1)[:-1], np.linspace(INNER, OUTER, cells + 1)]
    )
    angle = np.linspace(0, np.pi / 2, 2 * cells + 1)
    regions = {"core": (CORE_INNER, INNER, 0, 2.0), "shell": (INNER, OUTER, 0, 2.0)}
    model = Model(
        grid(rho, angle, regions=regions, map_points=to_sphere),
        {
            "core": Material("core", YOUNG, POISSON, SWELLING),
            "shell": Material("steel", YOUNG, POISSON, 0.0, law=J2(YIELD)),
        },
    )
    return stress_history(
        model, np.arange(len(DEGC)), DEGC, 0.0, fixed={"top": "z"}, tolerance=1e-2
    )


def pressure(state: ThermalStress) -> float:
    """Mean pressure between core and shell, MPa."""
    return -state.interface("shell", "core").mean_peel_mpa


def at_outside(state: ThermalStress) -> tuple[float, float]:
    """Radial displacement, um, and hoop stress, MPa, at the outer wall, halfway to the axis."""
    point = OUTER * np.array([[np.sin(np.pi / 4)], [np.cos(np.pi / 4)]])
    u = float(np.hypot(*state.displacement(point)[:, 0]))
    inside = point * (1 - 1e-9)
    return u, float(state.stress(inside)[2, 0])


def displacement_error(history: History) -> float:
    """Error of the displacement at the outer wall under the larger pressure, um."""
    state = history.at(2.0)
    c = plastic_radius(pressure(state))
    return abs(at_outside(state)[0] - YIELD * c**3 * (1 - POISSON) / (YOUNG * OUTER**2))


def rows(cells: int = 16) -> list[Row]:
    """Displacement and hoop stress outside for two pressures, and after unloading; an order."""
    meshes = (cells // 2, cells)
    history, out = solve(cells), []
    errors = [displacement_error(each) for each in (solve(meshes[0]), history)]
    out.append(
        observed_order(NAME, "order, displacement at b", errors, [1 / m for m in meshes], 2.0, 0.1,
                       "sides are straight: of order 2")
    )  # fmt: skip
    peak = 0.0
    for time_s in (1.0, 2.0):
        state = history.at(time_s)
        peak = pressure(state)
        c = plastic_radius(peak)
        u, hoop = at_outside(state)
        at = f"plastic to c/a = {c:.3f}"
        exact = YIELD * c**3 * (1 - POISSON) / (YOUNG * OUTER**2)
        out.append(compared(NAME, f"displacement at b, {at}", "um", u, exact, 3e-3, SOURCE))
        exact = YIELD * c**3 / OUTER**3
        out.append(compared(NAME, f"hoop stress at b, {at}", "MPa", hoop, exact, 5e-3, SOURCE))
    state = history.at(3.0)
    left = pressure(state)
    share = (peak - left) * INNER**3 / (OUTER**3 - INNER**3)
    u, hoop = at_outside(state)
    c = plastic_radius(peak)
    exact = YIELD * c**3 * (1 - POISSON) / (YOUNG * OUTER**2)
    exact -= share * 1.5 * (1 - POISSON) * OUTER / YOUNG
    out.append(compared(NAME, "displacement at b, unloaded", "um", u, exact, 3e-3, SOURCE))
    exact = YIELD * c**3 / OUTER**3 - 1.5 * share
    out.append(compared(NAME, "hoop stress at b, unloaded", "MPa", hoop, exact, 5e-3, SOURCE))
    return out
