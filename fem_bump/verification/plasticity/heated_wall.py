"""A tube's thin wall that a temperature gradient makes yield on both faces, and what stays of it.

Perfectly plastic, held against bending by its own roundness: both strains along the wall are the
same all across, and the stress at the depth x from its middle, of a thickness of 1, is

    s = -M alpha dT x, at most Y in size,    M = E / (1 - nu),

along the axis and around. Heat that goes takes M alpha dT x away everywhere, if that is less than
2 Y: the faces keep Y - M alpha dT / 2 with its sign. S. P. Timoshenko and J. N. Goodier, Theory of
Elasticity, chapter 13, for the elastic wall. The temperature is a field that grows and goes
with time; the tube's radius of many thicknesses is what the closed form leaves out.
"""

from __future__ import annotations

import numpy as np

from fem_bump.body.model import Model
from fem_bump.laws.shipped.j2 import J2
from fem_bump.materials import Material
from fem_bump.mechanics.history import History, stress_history
from fem_bump.verification.grids import grid
from fem_bump.verification.row import Row, compared

NAME = "heated wall"
SOURCE = "thin wall of a perfectly plastic tube"
YOUNG, POISSON, EXPANSION, YIELD = 100e3, 0.3, 20e-6, 100.0
RADIUS = 2000.0  # of the middle, in thicknesses
RISE = 120.0  # across the wall, K
HOT_S, COLD_S = 1.0, 2.0
DEPTHS = (-0.5, -0.4, 0.45)


def solve(cells: int) -> History:
    """The gradient comes in the first second and goes in the next."""
    law = J2(YIELD)
    model = Model(
        grid(RADIUS + np.linspace(-0.5, 0.5, cells + 1), np.linspace(0, 0.25, 2)),
        {"body": Material("wall", YOUNG, POISSON, EXPANSION, law=law)},
    )
    return stress_history(
        model,
        [0.0, HOT_S, COLD_S],
        [25.0, lambda r, z: 25.0 + RISE * (r - RADIUS), 25.0],
        25.0,
        fixed={"bottom": "z"},
        tied={"top": "z"},
    )


def exact(depth: float) -> tuple[float, float]:
    """Stress along the wall, MPa, hot and cold again."""
    elastic = -YOUNG / (1 - POISSON) * EXPANSION * RISE * depth
    hot = float(np.clip(elastic, -YIELD, YIELD))
    return hot, hot - elastic


def rows(cells: int = 20) -> list[Row]:
    """Axial and hoop stress across the wall, hot and cold."""
    history = solve(cells)
    out = []
    for depth in DEPTHS:
        point = np.array([[RADIUS + depth], [0.1]])
        for time_s, when, true in zip((HOT_S, COLD_S), ("hot", "cold"), exact(depth), strict=True):
            found = history.at(time_s).stress(point)[:, 0]
            for k, what in ((1, "axial"), (2, "hoop")):
                out.append(
                    compared(NAME, f"{what} stress at {depth:g} of the thickness, {when}", "MPa",
                             found[k], true, 2e-3, SOURCE)
                )  # fmt: skip
    return out
