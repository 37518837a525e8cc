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
from fem_bump.mechanics.history import History, stress_history
from fem_bump.verification.grids import grid
from fem_bump.verification.row import Row, compared

NAME = "film cycled on a substrate"
SOURCE = "Doerner and Nix, CRC Crit. Rev. Solid State Mater. Sci. 14 (1988)"
YOUNG, POISSON, MISFIT = 70e3, 0.345, 20.5e-6
LOW, HIGH, YIELD, KINEMATIC = -40.0, 125.0, 150.0, 2000.0
RADIUS, THICKNESS = 10.0, 1.0
VOLUME = np.pi * RADIUS**2 * THICKNESS
CYCLES = 2


def solve(kinematic_mpa: float) -> History:
    """From the middle temperature through two cycles; at t = 2, 4 s cold, at 3, 5 s hot."""
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
    middle = (LOW + HIGH) / 2
    turns = [LOW, HIGH] * CYCLES
    return stress_history(
        model, np.arange(len(turns) + 1.0), [middle, *turns], middle,
        fixed={"bottom": "z"}, tied={"right": "r"},
    )  # fmt: skip


def rows() -> list[Row]:
    """Strain and work per cycle of a perfectly plastic film, stress range of one that hardens."""
    cycle = (2.0, 4.0)
    stiff, strain = YOUNG / (1 - POISSON), MISFIT * (HIGH - LOW)
    plastic = solve(0.0)
    gained = [plastic.at(t).mean_inelastic_strain("film") for t in cycle]
    half = strain - 2 * YIELD / stiff
    out = [
        compared(NAME, "equivalent plastic strain per cycle", "1", gained[1] - gained[0],
                 4 * half, 1e-6, SOURCE),
        compared(NAME, "work per cycle", "MJ/m3",
                 plastic.inelastic_work_pj("film", *cycle) / VOLUME, 4 * YIELD * half, 1e-6,
                 SOURCE),
    ]  # fmt: skip
    hardening = solve(KINEMATIC)
    point = np.array([[RADIUS / 2], [2.0 + THICKNESS / 2]])
    hot, cold = (hardening.at(t).stress(point)[0, 0] for t in (2.0, 3.0))
    # range s: e = s / M + (s - 2 Y) / (2 H)
    spread = (strain + YIELD / KINEMATIC) / (1 / stiff + 1 / (2 * KINEMATIC))
    flowed = (spread - 2 * YIELD) / (2 * KINEMATIC)
    work = hardening.inelastic_work_pj("film", *cycle) / VOLUME
    out.append(compared(NAME, "stress range, hardening", "MPa", cold - hot, spread, 1e-6, SOURCE))
    exact = 4 * flowed * YIELD
    out.append(compared(NAME, "work per cycle, hardening", "MJ/m3", work, exact, 1e-6, SOURCE))
    # the back stress gives back in a cycle what it has taken: its work shows in a part of one
    first = (strain / 2 + YIELD / (2 * KINEMATIC)) / (1 / stiff + 1 / (2 * KINEMATIC))
    exact = (first - YIELD) / (2 * KINEMATIC) * (first + YIELD)
    work = hardening.inelastic_work_pj("film", 0.0, 1.0) / VOLUME
    what = "work of the first cooling, hardening"
    out.append(compared(NAME, what, "MJ/m3", work, exact, 1e-6, SOURCE))
    return out
