"""A pad on silicon with a column on it, cooled from below: small, and all that heat is about."""

import numpy as np

from fem_bump import Model, materials
from fem_bump.verification.grids import grid


def stack(**changed):
    """A pad on silicon with a column on it, and what is asked of it."""
    r = np.array([0, 2, 4, 6, 8, 9, 10, 12, 14, 17, 20])
    z = np.array([-8, -4, -2, -1, 0, 0.5, 1, 2, 4, 7, 10, 14])
    regions = {
        "chip": (0, 20, -8, -1), "oxide": (0, 20, -1, 0), "pad": (0, 14, 0, 1),
        "column": (0, 10, 1, 14),
    }  # fmt: skip
    interiors = {"rim": (14, 14, 0, 1), "lid": (0, 10, 14, 14)}
    mesh = grid(r, z, regions, interiors=interiors)
    named = {"chip": "Si", "oxide": "SiO2", "pad": "Al-0.5Cu", "column": "SAC305"}
    return Model(mesh, {name: changed.get(name, materials[of]) for name, of in named.items()})


CHIP = {"held_degc": {"bottom": 100.0}}
