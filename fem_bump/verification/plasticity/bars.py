"""A bar under a given axial strain: uniform and uniaxial, so that a law is seen alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from fem_bump.body.model import Model
from fem_bump.materials import Material
from fem_bump.mechanics.history import History, stress_history
from fem_bump.verification.grids import grid

MIDDLE = np.array([[0.5], [0.5]])


def strained_bar(
    law: Any,
    young_mpa: float,
    poisson: float,
    times_s: Sequence[float],
    degc: Sequence[float],
    strains: Sequence[float],
    tolerance: float = 1e-3,
    largest_increment: float = 0.01,
) -> History:
    """A bar of unit length and radius whose axial strain is linear between given instants."""
    model = Model(
        grid(np.linspace(0, 1, 2), np.linspace(0, 1, 2)),
        {"body": Material("bar", young_mpa, poisson, 0.0, law=law)},
    )
    return stress_history(
        model,
        times_s,
        degc,
        degc[0],
        fixed={"bottom": "z"},
        prescribed_um={"top": {"z": lambda t: float(np.interp(t, times_s, strains))}},
        tolerance=tolerance,
        largest_increment=largest_increment,
    )


def axial_stress(history: History, time_s: float) -> float:
    """Axial stress, MPa."""
    return float(history.at(time_s).stress(MIDDLE)[1, 0])
