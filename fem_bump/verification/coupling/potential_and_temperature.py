"""Potential and temperature between cold equipotential terminals: V^2 / 8, whatever the shape.

Where heat leaves only through the two terminals, both at T0, the temperature is a function of the
potential alone: with one product k rho of all conductors, any function of T,

    integral from T0 to T of k rho dT' = phi (V - phi) / 2,

and the hottest surface is the one at V / 2: the integral up to it is V^2 / 8. F. Kohlrausch, Ann.
Phys. 306, 132 (1900); R. Holm, Electric Contacts. Here a cap, a neck and a foot of three metals,
with both properties growing, falling and constant, in a dielectric that conducts no heat.
"""

from __future__ import annotations

import numpy as np

from fem_bump.body.model import Model
from fem_bump.coupling.electrothermal import electrothermal
from fem_bump.coupling.state import ElectroThermal
from fem_bump.materials import Material
from fem_bump.verification.grids import grid
from fem_bump.verification.row import Row, compared, observed_order

NAME = "V^2 / 8 between cold terminals"
SOURCE = "Kohlrausch: temperature a function of the potential"
COLD_DEGC, GROWTH = 25.0, 2e-3
PRODUCT = 2.5e-6  # k rho at T0, V^2/K: near that of a metal
METALS = {"foot": (0.02, 0.0), "neck": (0.15, 1.0), "cap": (0.05, 0.5)}  # ohm um, share in rho
CURRENT_A = 1.2


def _grown(degc: np.ndarray, share: float) -> np.ndarray:
    return np.asarray((1 + GROWTH * (degc - COLD_DEGC)) ** share)


def metals() -> dict[str, Material]:
    """k rho = PRODUCT (1 + g u) in all: the growth is in rho, in k, or in both."""
    out = {}
    for name, (rho, share) in METALS.items():

        def conductivity(degc: np.ndarray, rho: float = rho, share: float = share) -> np.ndarray:
            return 1e6 / (rho * _grown(degc, share))

        def thermal(degc: np.ndarray, rho: float = rho, share: float = share) -> np.ndarray:
            return 1e6 * PRODUCT / rho * _grown(degc, 1 - share)

        out[name] = Material(name, 5e4, 0.3, 2e-5, conductivity, thermal, idealized=True)
    return {**out, "gap": Material("gap", 5e3, 0.3, 2e-5)}


def solve(cells: int) -> ElectroThermal:
    """With so many cells to 4 um."""
    r = np.linspace(0, 12, 3 * cells + 1)
    z = np.linspace(0, 12, 3 * cells + 1)
    regions = {
        "gap": (0, 12, 0, 12), "foot": (0, 12, 0, 4), "neck": (0, 4, 4, 8), "cap": (0, 8, 8, 12),
    }  # fmt: skip
    interiors = {"rim": (12, 12, 0, 4), "lid": (0, 8, 12, 12)}
    model = Model(grid(r, z, regions, interiors=interiors), metals())
    held = {"rim": COLD_DEGC, "lid": COLD_DEGC}
    return electrothermal(model, CURRENT_A, "rim", "lid", held_degc=held)


def of_temperature(degc: float) -> float:
    """Integral of k rho from T0, V^2."""
    u = degc - COLD_DEGC
    return PRODUCT * (u + GROWTH * u**2 / 2)


def rows(cells: int = 16) -> list[Row]:
    """At the hottest point, and in the order."""
    found = [solve(n) for n in (cells // 2, cells)]
    share = [of_temperature(e.temperature_max_degc) / (e.source_potential_v**2 / 8) for e in found]
    return [
        compared(NAME, "integral of k rho over V^2 / 8", "1", share[-1], 1.0, 1e-5, SOURCE),
        observed_order(NAME, "order", [abs(s - 1) for s in share], [2.0, 1.0], 2.5, 0.1, SOURCE),
    ]
