"""A long thick cylinder under inner pressure that creeps steadily after Norton's law.

Plane strain. With k = 2 / n and unit pressure,

    s_rr = -[(b/r)^k - 1] / D,  s_tt = [1 + (k - 1) (b/r)^k] / D,
    s_zz = (s_rr + s_tt) / 2,   D = (b/a)^k - 1.

F. K. G. Odqvist, Mathematical Theory of Creep and Creep Rupture (1966). The inner wall
moves at a constant rate until the stress is steady; the pressure is taken from the forces there.
Two halves of the wall are named, so that the traction between them is recovered: flow is isochoric,
and a mesh that locks would show there first.
"""

from __future__ import annotations

import numpy as np

from fem_bump.body.model import Model
from fem_bump.laws.shipped.norton import Norton
from fem_bump.materials import Material
from fem_bump.mechanics.history import History, stress_history
from fem_bump.verification.grids import grid
from fem_bump.verification.plasticity.convergence import newton_order
from fem_bump.verification.row import Row, compared, observed_order

NAME = "Norton's cylinder"
SOURCE = "Odqvist, Mathematical Theory of Creep and Creep Rupture (1966)"
INNER, OUTER, HEIGHT = 1.0, 2.0, 0.25
YOUNG = 50e3
RATE, END_S = 1e-4, 200.0  # um/s of the inner wall: some 30 times the elastic displacement
A_MPA = 20.0  # stress at which the wall creeps at the rate


def exact(n: float, r: float) -> np.ndarray:
    """(3,) stress rr, zz, tt over the pressure."""
    k = 2 / n
    scale = (OUTER / INNER) ** k - 1
    radial = -((OUTER / r) ** k - 1) / scale
    hoop = (1 + (k - 1) * (OUTER / r) ** k) / scale
    return np.array([radial, (radial + hoop) / 2, hoop])


def solve(n: float, cells: int, poisson: float = 0.3, end_s: float = END_S) -> History:
    """A slice with as many cells across the wall, in two halves."""
    middle = (INNER + OUTER) / 2
    mesh = grid(
        np.linspace(INNER, OUTER, cells + 1), np.linspace(0, HEIGHT, cells // 4 + 1),
        regions={"within": (INNER, middle, 0, HEIGHT), "without": (middle, OUTER, 0, HEIGHT)},
    )  # fmt: skip
    law = Norton(RATE / A_MPA**n, n)
    metal = Material("metal", YOUNG, poisson, 0.0, law=law)
    model = Model(mesh, {"within": metal, "without": metal})
    return stress_history(
        model, [0.0, end_s], [25.0, 25.0], 25.0, fixed={"bottom": "z", "top": "z"},
        prescribed_um={"left": {"r": lambda t: RATE * t}}, tolerance=1e-2,
        largest_increment=0.1,
    )  # fmt: skip


def pressure(history: History, time_s: float = END_S) -> float:
    """Pressure at the inner wall, MPa, from the forces that move it."""
    found = history.at(time_s)
    model = found.model
    force = found.part(0).nodal_forces(np.arange(model.mesh.nelements))
    return float(force[model.boundary_nodes("left"), 0].sum() / (2 * np.pi * INNER * HEIGHT))


def stresses(history: History, radius: float) -> np.ndarray:
    """(3,) stress rr, zz, tt over the pressure."""
    found = history.at(END_S).stress(np.array([[radius], [HEIGHT / 2]]))[:3, 0]
    return found / pressure(history)


def peel(history: History) -> float:
    """Largest error of n . sigma . n between the halves over the pressure."""
    i = history.at(END_S).interface("without", "within")
    return float(np.abs(i.peel_mpa / pressure(history) - exact_peel(history)).max())


def exact_peel(history: History) -> float:
    """Radial stress between the halves over the pressure."""
    law = history.problem.model.materials["within"].law
    return float(exact(law.parts[0].values["exponent"], (INNER + OUTER) / 2)[0])


def rows(cells: int = 16) -> list[Row]:
    """Stress at both walls for two exponents, and peel within the wall, with its order."""
    out = []
    for n in (3.0, 7.0):
        found = solve(n, cells)
        for radius, where in ((INNER, "a"), (OUTER, "b")):
            values, true = stresses(found, radius), exact(n, radius)
            for k, what in ((1, "axial"), (2, "hoop")):
                out.append(
                    compared(NAME, f"{what} stress at {where}, n = {n:g}", "p", values[k],
                             true[k], 2e-2 if where == "a" else 2e-3, SOURCE)
                )  # fmt: skip
    meshes = (cells // 2, cells)
    found_peel = [peel(solve(7.0, m, poisson=0.499)) for m in meshes]
    out.append(
        Row(NAME, "largest error of peel within the wall, n = 7, nu = 0.499", "p",
            found_peel[-1], 0.0, found_peel[-1], 2e-3, SOURCE)
    )  # fmt: skip
    out.append(
        observed_order(NAME, "order of peel, n = 7, nu = 0.499", found_peel,
                       [1 / m for m in meshes], 2.0, 0.1, "P2: traction of order 2 or better")
    )  # fmt: skip
    order = newton_order(solve(7.0, cells))
    out.append(
        Row(NAME, "order of Newton's iterations", "1", order, 2.0, max(0.0, 1 - order / 2), 0.1,
            "consistent tangent: quadratic")
    )  # fmt: skip
    return out
