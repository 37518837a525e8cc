"""A film on a thick plate, for histories."""

import numpy as np

from fem_bump import Material, Model
from fem_bump.verification.grids import grid

HELD = {"fixed": {"bottom": "z"}, "tied": {"right": "r"}}


def bonded(law=None, film="metal", cells=4, solidus_degc=None):
    """A film on a thick plate; its corner at the rim is singular."""
    mesh = grid(
        np.linspace(0, 4, cells + 1), np.linspace(0, 3, cells),
        regions={"plate": (0, 4, 0, 2), film: (0, 3, 2, 3)},
    )  # fmt: skip
    return Model(
        mesh,
        {
            "plate": Material("Si", [(0.0, 130e3), (200.0, 120e3)], 0.28, 3e-6),
            film: Material("metal", 70e3, 0.345, 23e-6, law=law, solidus_degc=solidus_degc),
        },
    )
