"""A thin film on a thick elastic substrate, heated and cooled over and over.

The film follows the substrate, so that its stress is equibiaxial and its strain given. With the
misfit strain range e = (alpha_f - alpha_s) dT, M = E / (1 - nu), a perfectly plastic film of yield
Y flows by e - 2 Y / M in plane in every half cycle, twice that in equivalent strain, and does the
work 2 Y (e - 2 Y / M). With the uniaxial kinematic modulus H its stress moves, after the limit is
reached, by 2 H (of plane plastic strain; the equivalent is twice it, and s = Y + H p of uniaxial
stress carries over to |s| of equibiaxial). M. F. Doerner and W. D. Nix, CRC Crit. Rev. 14 (1988).
"""

from __future__ import annotations

import numpy as np

from fem_bump.body.model import Model
from fem_bump.laws.shipped.j2 import J2
from fem_bump.materials import Material
from fem_bump.mechanics.cycling.cycle import Cycle
from fem_bump.mechanics.cycling.found import ThermalCycles
from fem_bump.mechanics.cycling.run import thermal_cycles
from fem_bump.mechanics.cycling.trace import WORK
from fem_bump.verification.grids import grid
from fem_bump.verification.row import Row, compared, vanishing

NAME = "film cycled on a substrate"
SOURCE = "Doerner and Nix, CRC Crit. Rev. Solid State Mater. Sci. 14 (1988)"
YOUNG, POISSON, MISFIT = 70e3, 0.345, 20.5e-6
LOW, HIGH, YIELD, KINEMATIC = -40.0, 125.0, 150.0, 2000.0
RADIUS, THICKNESS = 10.0, 1.0
DWELL_S = 1e-3
CYCLES = 2


def solve(kinematic_mpa: float) -> ThermalCycles:
    """From the middle temperature to the hot end, and through two cycles."""
    mesh = grid(
        np.linspace(0, RADIUS, 3),
        np.array([0.0, 2.0, 2.0 + THICKNESS]),
        regions={"substrate": (0, RADIUS, 0, 2), "film": (0, RADIUS, 2, 2 + THICKNESS)},
    )
    law = J2(YIELD, kinematic_mpa=kinematic_mpa)
    model = Model(
        mesh,
        {
            "substrate": Material("rigid", 1e12, 0.2, 0.0, idealized=True),
            "film": Material("film", YOUNG, POISSON, MISFIT, law=law),
        },
    )
    cycle = Cycle(LOW, HIGH, 1.0, 1.0, DWELL_S, DWELL_S)
    middle = (LOW + HIGH) / 2
    return thermal_cycles(model, cycle, CYCLES, middle, {"bottom": "z"}, {"right": "r"})


def rows() -> list[Row]:
    """Strain and work per cycle of a perfectly plastic film, stress range of one that hardens."""
    stiff, strain = YOUNG / (1 - POISSON), MISFIT * (HIGH - LOW)
    plastic = solve(0.0)
    half = strain - 2 * YIELD / stiff
    out = [
        compared(NAME, "equivalent plastic strain per cycle", "1",
                 plastic.strain_per_cycle("film")[-1], 4 * half, 1e-6, SOURCE),
        compared(NAME, "work per cycle", "MJ/m3", plastic.work_per_cycle("film")[-1],
                 4 * YIELD * half, 1e-6, SOURCE),
        vanishing(NAME, "radial strain that a cycle leaves", "1",
                  plastic.ratchet_per_cycle("film")[-1, 0], half, 1e-9, SOURCE),
    ]  # fmt: skip
    hardening = solve(KINEMATIC)
    loop = hardening.loop("film")
    spread_found = float(np.ptp(loop.stress_mpa[0]))
    # range s: e = s / M + (s - 2 Y) / (2 H)
    spread = (strain + YIELD / KINEMATIC) / (1 / stiff + 1 / (2 * KINEMATIC))
    flowed = (spread - 2 * YIELD) / (2 * KINEMATIC)
    work = hardening.work_per_cycle("film")[-1]
    out.append(compared(NAME, "stress range, hardening", "MPa", spread_found, spread, 1e-6, SOURCE))
    exact = 4 * flowed * YIELD
    out.append(compared(NAME, "work per cycle, hardening", "MJ/m3", work, exact, 1e-6, SOURCE))
    # the back stress gives back in a cycle what it has taken: its work shows in a part of one
    first = (strain / 2 + YIELD / (2 * KINEMATIC)) / (1 / stiff + 1 / (2 * KINEMATIC))
    exact = (first - YIELD) / (2 * KINEMATIC) * (first + YIELD)
    trace = hardening.solved[0]
    work = float(trace.means[trace.turns[0], 0, WORK])
    what = "work of the first heating, hardening"
    out.append(compared(NAME, what, "MJ/m3", work, exact, 1e-6, SOURCE))
    return out
