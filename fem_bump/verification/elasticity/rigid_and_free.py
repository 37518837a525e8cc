"""States whose stress is known without a formula.

A prescribed u_z = c on the underside of a heated, layered body moves it by c and changes no stress.
A homogeneous body that nothing holds expands by alpha dT x when heated uniformly, free of stress,
on the axis too. Both hold to round-off on any mesh; this one is sheared and uneven.
"""

from __future__ import annotations

import numpy as np

from fem_bump.body.model import Model
from fem_bump.materials import Material
from fem_bump.mechanics.thermal_stress import thermal_stress
from fem_bump.verification.grids import grid
from fem_bump.verification.row import Row, vanishing

SHIFT = "prescribed u_z on the underside"
FREE = "uniform heating of a free body"
SOURCE = "rigid translation"
RISE, STEP_UM = 80.0, 0.37
LOWER = Material("lower", 130e3, 0.28, 2.6e-6)
UPPER = Material("upper", 70e3, 0.34, 23e-6)


def uneven(cells: int):
    """A stepped two-layer body whose grid lines are curved."""
    x = np.linspace(0, 1, cells + 1)
    lines = 3.0 * x**1.3
    heights = 2.0 * x
    step = (lines[cells // 2], heights[cells // 2])
    return grid(
        lines,
        heights,
        {"lower": (0, 3, 0, step[1]), "upper": (0, step[0], step[1], 2)},
        lambda r, z: (r * (1 + 0.1 * np.sin(3 * z)), z + 0.1 * r * z * np.cos(2 * r)),
    )


def _centres(model: Model) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    element = np.arange(model.mesh.nelements)
    return element, np.full(len(element), 0.3), np.full(len(element), 0.4)


def rows(cells: int = 8) -> list[Row]:
    """Largest change of displacement and stress; largest stress and wrong expansion."""
    mesh = uneven(cells)
    layered = Model(mesh, {"lower": LOWER, "upper": UPPER})
    still = thermal_stress(layered, delta_t=RISE, fixed={"bottom": "z"})
    moved = thermal_stress(layered, delta_t=RISE, prescribed_um={"bottom": {"z": STEP_UM}})
    change = moved.u_um - still.u_um - np.array([0.0, STEP_UM])
    here = _centres(layered)
    stress = still.stress_at(*here)
    out = [
        vanishing(SHIFT, "wrong displacement", "um", np.abs(change).max(), STEP_UM, 1e-10, SOURCE),
        vanishing(
            SHIFT,
            "change of stress",
            "MPa",
            np.abs(moved.stress_at(*here) - stress).max(),
            np.abs(stress).max(),
            1e-9,
            SOURCE,
        ),
    ]

    one = Model(mesh, {"lower": UPPER, "upper": UPPER})
    free = thermal_stress(one, delta_t=RISE)
    assert free.auto_pinned is not None
    cte = float(UPPER.at("cte_per_k", 25.0))
    full = float(UPPER.at("young_mpa", 25.0)) * cte * RISE
    points = one.node_points_um
    expected = cte * RISE * (points - np.array(free.auto_pinned)[:, None])
    wrong = np.abs(free.u_um.T - expected).max()
    axis = np.array([np.zeros(5), np.linspace(0, 0.99, 5) * points[1, points[0] == 0].max()])
    source = "expansion without restraint"
    return [
        *out,
        vanishing(FREE, "wrong displacement", "um", wrong, np.abs(expected).max(), 1e-10, source),
        vanishing(FREE, "stress", "MPa", np.abs(free.stress_at(*here)).max(), full, 1e-10, source),
        vanishing(
            FREE, "stress on the axis", "MPa", np.abs(free.stress(axis)).max(), full, 1e-10, source
        ),
    ]
