"""A film peels off a stiff substrate along a circular front.

Film of thickness h, stretched by s = E dalpha dT / (1 - nu). In steady state, the front far from
the film's edge in thicknesses and the debonded rim narrow against the radius, the strip behind the
front relaxes across the front but not along it:

    G = (1 - nu^2) s^2 h / (2 E)

J. W. Hutchinson and Z. Suo, Adv. Appl. Mech. 29, 63 (1991), section IV. (With both directions
relaxed it would be 2 (1 - nu) s^2 h / (2 E).) What the finite radius leaves is of the order of the
rim's width over the radius.

The value must not depend on the domain: with a second layer on the film, whose interface is
parallel to the growth; with a film of another material ahead of the front, whose interface the
growth crosses; with a temperature that varies along the growth.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from fem_bump.body.cracks import crack_tip, open_crack
from fem_bump.body.model import Model
from fem_bump.fracture.energy_release import energy_difference, energy_release
from fem_bump.materials import Material
from fem_bump.mechanics.state import ThermalStress
from fem_bump.mechanics.thermal_stress import thermal_stress
from fem_bump.verification.fracture.penny_crack import lines
from fem_bump.verification.grids import graded, grid
from fem_bump.verification.row import Row, compared

NAME = "film on a stiff substrate"
SOURCE = "Hutchinson and Suo 1991, G = (1 - nu^2) s^2 h / (2 E)"
YOUNG, POISSON, CTE, COOLING = 100e3, 0.3, 2e-5, -200.0
FILM = Material("film", YOUNG, POISSON, CTE)
CAP = Material("cap", 3 * YOUNG, 0.2, CTE / 2)
STIFF = Material("stiff", 1e4 * YOUNG, 0.2, 0.0, idealized=True)
RADIUS, WIDTH, DEPTH, LENGTH, THICKNESS = 2e4, 60.0, 20.0, 20.0, 1.0  # um
HALF = THICKNESS / 2  # height of the second layer, or distance ahead of the front


def exact() -> float:
    """G of steady state, J/m2."""
    stress = YOUNG * CTE * COOLING / (1 - POISSON)
    return (1 - POISSON**2) * stress**2 * THICKNESS / (2 * YOUNG)


def solve(
    cells: int = 20,
    cap: Material = FILM,
    cap_is: str = "above",
    growth: int = 0,
    delta_t: float | Callable[[np.ndarray, np.ndarray], np.ndarray] = COOLING,
    radius: float = RADIUS,
) -> ThermalStress:
    """The outer rim of film and substrate; ``growth`` opens more facets of the same mesh.

    ``cap`` is the film's second material, its upper half or what lies "ahead" of the front.
    """
    smallest = THICKNESS / cells
    tip = radius - LENGTH
    r = lines(tip, radius - WIDTH, radius, smallest, 1.25)
    below = graded(-DEPTH, -6 * smallest, smallest, 1.3, at="stop")[:-1]
    z = np.concatenate([below, smallest * np.arange(-6, cells + 1)])
    z[np.abs(z - HALF).argmin()] = HALF
    start = r[np.abs(r - tip).argmin() - growth]
    r[np.abs(r - tip + HALF).argmin()] = tip - HALF
    low, high = radius - WIDTH, radius
    caps = {"above": (low, high, HALF, THICKNESS), "ahead": (low, tip - HALF, 0.0, THICKNESS)}
    mesh = grid(
        r,
        z,
        regions={
            "substrate": (low, high, -DEPTH, 0.0),
            "film": (low, high, 0.0, THICKNESS),
            "cap": caps[cap_is],
        },
        interiors={"crack": (start, high, 0.0, 0.0)},
    )
    opened = open_crack(mesh, ("film", "cap"))
    model = Model(opened, {"substrate": STIFF, "film": FILM, "cap": cap})
    return thermal_stress(model, delta_t=delta_t, fixed={"bottom": "z", "left": "r"})


def uneven(r: np.ndarray, z: np.ndarray) -> np.ndarray:
    """A temperature that varies over a few thicknesses around the front."""
    return COOLING * (1 + 0.3 * np.sin((r - RADIUS + LENGTH) / (2 * THICKNESS)))


def _difference(cells: int, **given: Any) -> float:
    """Mean G over two facets by the energies of two solutions."""
    behind, ahead = (solve(cells, growth=k, **given) for k in (-1, 1))
    radii = [crack_tip(state.model).radius_um for state in (behind, ahead)]
    return energy_difference(behind, ahead, np.pi * (radii[0] ** 2 - radii[1] ** 2))


def rows(cells: int = 20) -> list[Row]:
    """Steady state three ways; domains through an interface; an uneven temperature."""
    out = []
    states: dict[str, dict[str, Any]] = {
        "one layer": {},
        "two layers": {"cap": CAP},
        "two films": {"cap": CAP, "cap_is": "ahead"},
        "uneven cooling": {"delta_t": uneven},
    }
    for name, given in states.items():
        state = solve(cells, **given)
        found = energy_release(state)
        value = found.g_j_per_m2.mean
        if not given:
            out.append(compared(NAME, "steady G", "J/m2", value, exact(), 5e-3, SOURCE))
        assert found.g_closure_j_per_m2 is not None
        pairs = {
            "closure": found.g_closure_j_per_m2.mean,
            "intensities": found.g_of_intensity(),
            "two solutions": _difference(cells, **given),
            "a domain through the film": energy_release(
                state, domain_um=0.95 * THICKNESS
            ).g_j_per_m2.mean,
        }
        out += [
            compared(NAME, f"{name}: G by {what}", "J/m2", other, value, 0.01, "domain integral")
            for what, other in pairs.items()
        ]
    return out
