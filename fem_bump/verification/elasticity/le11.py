"""NAFEMS LE11: solid cylinder, taper and sphere under the temperature T = r + z.

The axial stress at A (1, 0) is -105 MPa. The Standard NAFEMS Benchmarks, rev. 3 (1990), LE11. In
metres as published, and again with the same numbers read from a mesh in micrometres.
"""

from __future__ import annotations

import numpy as np

from fem_bump.body.model import Model
from fem_bump.materials import Material
from fem_bump.mechanics.state import ThermalStress
from fem_bump.mechanics.thermal_stress import thermal_stress
from fem_bump.verification.grids import grid
from fem_bump.verification.row import Row, compared

NAME = "NAFEMS LE11"
SOURCE = "NAFEMS LE11, target -105 MPa"
TARGET = -105.0
E_CORNER = np.sqrt(0.5)


def _arc(radius: float, degrees: np.ndarray) -> np.ndarray:
    angle = np.radians(degrees)
    return radius * np.array([np.cos(angle), np.sin(angle)])


def _line(start: tuple[float, float], end: tuple[float, float], x: np.ndarray) -> np.ndarray:
    return np.outer(start, 1 - x) + np.outer(end, x)


def outline(cells: int) -> tuple[np.ndarray, np.ndarray]:
    """Matching points (2, n) along the inner and the outer side, from z = 0 to the top, m."""
    x = np.linspace(0, 1, cells + 1)
    half = np.linspace(0, 1, cells // 2 + 1)
    d, g = (1.4 * np.cos(np.pi / 6), 0.7), (1.0, 1.39)
    between = (d[0] + (g[0] - d[0]) * 0.45, d[1] + (g[1] - d[1]) * 0.45)
    inner = [
        _arc(1.0, 30 * x),
        _arc(1.0, 30 + 15 * half),
        _line((E_CORNER, E_CORNER), (E_CORNER, 1.39), x),
        _line((E_CORNER, 1.39), (E_CORNER, 1.79), half),
    ]
    outer = [
        _arc(1.4, 30 * x),
        _line(d, between, half),
        _line(between, g, x),
        _line(g, (1.0, 1.79), half),
    ]

    def joined(pieces: list[np.ndarray]) -> np.ndarray:
        return np.hstack([pieces[0], *(piece[:, 1:] for piece in pieces[1:])])

    return joined(inner), joined(outer)


def solve(cells: int = 8, length_unit: str = "m") -> ThermalStress:
    """The body with ``cells`` cells across and along each longer side."""
    inner, outer = outline(cells)
    scale = {"m": 1.0, "um": 1e6}[length_unit]
    across = np.linspace(0, 1, cells + 1)
    along = np.arange(inner.shape[1], dtype=float)

    def place(x, s):
        k = np.rint(s).astype(int)
        return scale * (inner[:, k] * (1 - x) + outer[:, k] * x)

    mesh = grid(across, along, map_points=place)
    model = Model(mesh, {"body": Material("LE11", 210e3, 0.3, 2.3e-4)}, length_unit=length_unit)
    return thermal_stress(
        model,
        delta_t=lambda r, z: (r + z) / scale,
        stress_free_degc=0.0,
        fixed={"bottom": "z", "top": "z"},
    )


def rows(cells: int = 12) -> list[Row]:
    """Axial stress at A, in metres and in micrometres."""
    out = []
    for unit, scale in (("m", 1.0), ("um", 1e6)):
        stress = solve(cells, unit).stress(np.array([[scale], [0.0]]))[1, 0]
        out.append(
            compared(
                NAME, f"axial stress at A, mesh in {unit}", "MPa", stress, TARGET, 0.01, SOURCE
            )
        )
    return out
