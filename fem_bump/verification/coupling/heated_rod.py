"""A rod between cold ends, heated by its current, with a resistivity that grows with temperature.

Length L, cross-section A, ends at T0, rho = rho0 (1 + a u), u = T - T0. With m = (I / A)
sqrt(rho0 a / k), z from the middle,

    u = (1 / a) [cos(m z) / cos(m L / 2) - 1],     R = (rho0 / A) (2 / m) tan(m L / 2).

The current grows with the temperature without a fold and tends to that at which m L = pi: above it
there is no steady state. H. S. Carslaw and J. C. Jaeger, Conduction of Heat in Solids (1959),
section 4.10.
"""

from __future__ import annotations

import numpy as np

from fem_bump.body.model import Model
from fem_bump.coupling.electrothermal import current_limits, electrothermal
from fem_bump.coupling.state import ElectroThermal
from fem_bump.materials import Material
from fem_bump.verification.grids import grid
from fem_bump.verification.row import Row, compared, observed_order

NAME = "rod heated by its current"
SOURCE = "second-order equation with constant coefficients"
LENGTH, RADIUS, COLD_DEGC = 40.0, 4.0, 50.0
RESISTIVITY, GROWTH, CONDUCTIVITY = 0.1, 4e-3, 60e-6  # ohm um, 1/K, W/(um K)
SOLIDUS_DEGC = 230.0
SHARE = 0.6  # of the current at which it runs away
AREA = np.pi * RADIUS**2
RUNAWAY_A = AREA * np.pi / LENGTH * np.sqrt(CONDUCTIVITY / (RESISTIVITY * GROWTH))
HELD = {"top": COLD_DEGC, "bottom": COLD_DEGC}


def metal() -> Material:
    """Of the rod."""

    def conductivity(degc: np.ndarray) -> np.ndarray:
        return 1e6 / (RESISTIVITY * (1 + GROWTH * (degc - COLD_DEGC)))

    return Material(
        "metal", 5e4, 0.3, 2e-5, conductivity, CONDUCTIVITY * 1e6,
        solidus_degc=SOLIDUS_DEGC, idealized=True,
    )  # fmt: skip


def rod(cells: int) -> Model:
    """With so many cells along."""
    mesh = grid(np.linspace(0, RADIUS, cells // 8 + 1), np.linspace(0, LENGTH, cells + 1))
    return Model(mesh, {"body": metal()})


def solve(cells: int, share: float = SHARE) -> ElectroThermal:
    """At a share of the current at which it runs away."""
    return electrothermal(rod(cells), share * RUNAWAY_A, "top", "bottom", held_degc=HELD)


def rows(cells: int = 32) -> list[Row]:
    """Temperature and resistance, their orders, and the largest currents."""
    half = SHARE * np.pi / 2
    hottest = (1 / np.cos(half) - 1) / GROWTH
    resistance = RESISTIVITY * LENGTH / AREA * np.tan(half) / half
    found = [solve(n) for n in (cells // 4, cells // 2, cells)]
    middle = np.array([[0.0], [LENGTH / 2]])
    rise = [float(each.temperature(middle)[0]) - COLD_DEGC for each in found]
    ohm = [each.resistance_ohm for each in found]
    ends = found[-1].heat_out_w("top") / found[-1].power_w
    limits = current_limits(rod(cells), "top", "bottom", held_degc=HELD)
    melts = np.arccos(1 / (1 + GROWTH * (SOLIDUS_DEGC - COLD_DEGC))) * 2 / np.pi * RUNAWAY_A
    sizes = [4.0, 2.0, 1.0]
    return [
        compared(NAME, "rise in the middle", "K", rise[-1], hottest, 1e-6, SOURCE),
        compared(NAME, "resistance", "ohm", ohm[-1], resistance, 1e-6, SOURCE),
        compared(NAME, "share of the heat at either end", "1", ends, 0.5, 1e-8, "symmetry"),
        observed_order(
            NAME, "order of the rise", [abs(x - hottest) for x in rise], sizes, 3.0, 0.1, SOURCE
        ),
        observed_order(
            NAME, "order of the resistance", [abs(x - resistance) for x in ohm], sizes, 4.0, 0.1,
            SOURCE,
        ),
        compared(NAME, "current at the solidus", "A", limits.solidus_a, melts, 1e-5, SOURCE),
        compared(NAME, "current of the runaway", "A", limits.runaway_a, RUNAWAY_A, 1e-4, SOURCE),
    ]  # fmt: skip
