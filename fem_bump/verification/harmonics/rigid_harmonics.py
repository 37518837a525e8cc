"""Rigid motions of harmonic 1, and rotation about the axis (harmonic 0): no strain at all.

A translation U in x has the amplitudes u_r = U, u_t = -U, u_z = 0. A tilt w about y has
u_r = w z, u_t = -w z, u_z = -w r. A rotation w about z has u_t = w r. Imposed on the underside of a
body that nothing else holds, each must move the whole body and leave it free of stress, on the axis
too, where elements for this purpose are known to fail. The mesh is sheared, uneven and stepped, and
of two materials.
"""

from __future__ import annotations

import numpy as np

from fem_bump.body.model import Model
from fem_bump.materials import Material
from fem_bump.mechanics.harmonic_elasticity import elastic_harmonic
from fem_bump.mechanics.harmonic_stress import HarmonicStress
from fem_bump.verification.elasticity.rigid_and_free import LOWER, UPPER, uneven
from fem_bump.verification.harmonics.harmonic_fields import Amplitudes, centres, prescribed
from fem_bump.verification.row import Row, vanishing

NAME = "rigid motion, harmonics 0 and 1"
SOURCE = "rigid motion"
MOVE_UM, TILT = 0.37, 0.21  # um, and um per um
MOTIONS: dict[str, tuple[int, Amplitudes]] = {
    "translation": (1, lambda r, z: MOVE_UM * np.array([1 + 0 * r, -1 + 0 * r, 0 * r])),
    "tilt": (1, lambda r, z: TILT * np.array([z, -z, -r])),
    "rotation": (0, lambda r, z: TILT * np.array([0 * r, r, 0 * r])),
}
MATERIALS: dict[str, Material] = {"lower": LOWER, "upper": UPPER}


def solve(motion: str, cells: int) -> HarmonicStress:
    """The body whose underside is moved."""
    harmonic, displacement = MOTIONS[motion]
    model = Model(uneven(cells), MATERIALS)
    return elastic_harmonic(model, harmonic, prescribed_um={"bottom": prescribed(displacement)})


def rows(cells: int = 8) -> list[Row]:
    """Largest wrong displacement, stress, and stress on the axis, of each motion."""
    out = []
    for motion, (_, displacement) in MOTIONS.items():
        found = solve(motion, cells)
        points = found.model.node_points_um
        true = displacement(*points)
        moved = np.abs(true).max()
        # the stress of a body that is strained by as much as it is moved
        stiff = 130e3 * moved / 3.0
        wrong = np.abs(found.u_um.T - true).max()
        axis = np.array([np.zeros(5), np.linspace(0, 0.99, 5) * points[1, points[0] == 0].max()])
        for quantity, unit, value, scale in (
            ("wrong displacement", "um", wrong, moved),
            ("stress", "MPa", np.abs(found.stress_at(*centres(found))).max(), stiff),
            ("stress on the axis", "MPa", np.abs(found.stress(axis)).max(), stiff),
        ):
            out.append(vanishing(NAME, f"{motion}: {quantity}", unit, value, scale, 1e-10, SOURCE))
    return out
