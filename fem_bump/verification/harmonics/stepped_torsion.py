"""Torsion of a stepped bar of two materials: harmonic 0, antisymmetric.

A thick bar carries a thin one; the twisting moment T acts as Coulomb's shear stress
s_tz = 2 T r / (pi a^4) on the thin one's end and the thick one's end is held. Away from the step,
with a deviation that decays as exp(-5.136 z / a) (Saint-Venant's principle; 5.136 is the first zero
of J2), each part twists uniformly,

    u_t = r (w z + const),   w = 2 T / (pi G a^4).

Timoshenko and Goodier, Theory of Elasticity, chapter 10.
"""

from __future__ import annotations

import numpy as np

from fem_bump.body.model import Model
from fem_bump.materials import Material
from fem_bump.mechanics.harmonic_elasticity import elastic_harmonic
from fem_bump.mechanics.harmonic_stress import HarmonicStress
from fem_bump.verification.grids import graded, grid
from fem_bump.verification.row import Row, compared, vanishing

NAME = "torsion of a stepped bar"
SOURCE = "Coulomb, uniform twist away from the step"
TORQUE_UN_UM = 200.0
RADIUS_UM = {"thick": 2.0, "thin": 1.0}
YOUNG = {"thick": 60e3, "thin": 130e3}
POISSON = {"thick": 0.36, "thin": 0.28}
STEP_UM, END_UM = 12.0, 20.0


def twist_per_um(part: str) -> float:
    """Exact twist per length of a part, 1/um."""
    shear = YOUNG[part] / (2 * (1 + POISSON[part]))
    return 2 * TORQUE_UN_UM / (np.pi * shear * RADIUS_UM[part] ** 4)


def solve(cells: int) -> HarmonicStress:
    """The bar, with cells graded towards the step."""
    thick, thin = RADIUS_UM["thick"], RADIUS_UM["thin"]
    small = 0.3 / cells
    r = np.concatenate(
        [graded(0, thin, small, 1.3, "stop"), graded(thin, thick, small, 1.3, "start")[1:]]
    )
    z = np.concatenate(
        [graded(0, STEP_UM, small, 1.3, "stop"), graded(STEP_UM, END_UM, small, 1.3, "start")[1:]]
    )
    mesh = grid(r, z, {"thick": (0, thick, 0, STEP_UM), "thin": (0, thin, STEP_UM, END_UM)})
    model = Model(mesh, {part: Material(part, YOUNG[part], POISSON[part], 0.0) for part in YOUNG})
    stress = 2 * TORQUE_UN_UM / (np.pi * thin**4)
    return elastic_harmonic(
        model,
        0,
        fixed={"bottom": "rtz"},
        traction_mpa={"top": lambda r, z: np.array([0 * r, stress * r, 0 * r])},
    )


def found_twist(found: HarmonicStress, part: str) -> float:
    """Twist per length over the part's end half, 1/um."""
    z = (0.0, 3.0) if part == "thick" else (END_UM - 3.0, END_UM)
    r = 0.7 * RADIUS_UM[part]
    u = found.displacement(np.array([[r, r], list(z)]))[1]
    return float((u[1] - u[0]) / (r * (z[1] - z[0])))


def torque_un_um(found: HarmonicStress) -> float:
    """Moment about the axis on the held end."""
    force = found.nodal_forces(np.arange(found.model.mesh.nelements))
    bottom = found.model.boundary_nodes("bottom")
    return float(force[bottom, 1] @ found.model.node_points_um[0, bottom])


def rows(cells: int = 6) -> list[Row]:
    """Twist and shear stress of both parts, the moment, and what torsion must not do."""
    found = solve(cells)
    out = []
    for part, z in (("thick", 1.0), ("thin", END_UM - 1.0)):
        a = RADIUS_UM[part]
        out.append(
            compared(
                NAME,
                f"twist of the {part} part",
                "1/um",
                found_twist(found, part),
                twist_per_um(part),
                1e-6,
                SOURCE,
            )
        )
        out.append(
            compared(
                NAME,
                f"shear stress at the {part} part's skin",
                "MPa",
                found.stress(np.array([[a], [z]]), part)[5, 0],
                2 * TORQUE_UN_UM / (np.pi * a**3),
                1e-4,
                SOURCE,
            )
        )
    out.append(
        compared(
            NAME,
            "moment on the held end",
            "uN um",
            torque_un_um(found),
            -TORQUE_UN_UM,
            1e-9,
            "equilibrium",
        )
    )
    away = np.abs(found.u_um[:, [0, 2]]).max()
    out.append(
        vanishing(
            NAME,
            "displacement other than about the axis",
            "um",
            away,
            np.abs(found.u_um).max(),
            1e-12,
            "torsion is decoupled",
        )
    )
    return out
