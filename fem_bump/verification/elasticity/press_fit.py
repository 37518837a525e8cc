"""Consistent interface tractions where the exact ones are known: bonded tubes and spheres.

Two concentric parts of different stiffness and expansion, heated uniformly, press on each other.
In each part the radial displacement is A r + B / r (tube between rigid planes, e_zz = 0) or
A rho + B / rho^2 (sphere); four conditions (free inner and outer face, equal displacement and
radial stress at the interface) fix the four constants. Lame; Timoshenko and Goodier, sections 28,
136 and 151. The peel must come out as the radial stress at the interface, the shear as zero.

Shear has its own problem: a tube held at its outer wall carries an axial body force b, so that
s_rz = -b (r^2 - a^2) / (2 r) from equilibrium alone, whatever the two materials.

The sphere's interface is a polygon on the mesh. Its kinks disturb the traction next to every
vertex by the order of the kink's angle, hence of the mesh size, whatever the element's degree: the
mean converges with order 2, the values point by point with order 1.
"""

from __future__ import annotations

import numpy as np

from fem_bump.body.model import Model
from fem_bump.materials import Material
from fem_bump.mechanics.state import ThermalStress
from fem_bump.mechanics.thermal_stress import thermal_stress
from fem_bump.verification.elasticity.hollow_sphere import to_sphere
from fem_bump.verification.grids import grid
from fem_bump.verification.row import Row, compared, observed_order, vanishing

NAME = {
    "tube": "bonded tubes, consistent traction",
    "sphere": "bonded spheres, consistent traction",
}
HANGING = "tube under axial body force, consistent traction"
FORCE = 3.0  # uN/um^3
SOURCE = "Lame, four constants from four conditions"
INNER, MIDDLE, OUTER, RISE = 1.0, 1.5, 2.0, -100.0
CORE = Material("core", 50e3, 0.36, 22e-6)
SHELL = Material("shell", 120e3, 0.25, 5e-6)


def exact(shape: str) -> float:
    """Radial stress at the interface, MPa."""
    power = 2 if shape == "tube" else 3
    rows_of, free = [], []
    for material in (CORE, SHELL):
        young, nu, cte = (
            float(material.at(name, 25.0)) for name in ("young_mpa", "poisson", "cte_per_k")
        )
        lam, mu = young * nu / ((1 + nu) * (1 - 2 * nu)), young / (2 * (1 + nu))
        stretch, drop = power * lam + 2 * mu, 2 * mu * (power - 1)
        rows_of.append(lambda r, s=stretch, d=drop: np.array([s, -d / r**power]))
        free.append((3 * lam + 2 * mu) * cte * RISE)
    core, shell = rows_of
    matrix, load = np.zeros((4, 4)), np.zeros(4)
    matrix[0, :2], load[0] = core(INNER), free[0]
    matrix[1, 2:], load[1] = shell(OUTER), free[1]
    matrix[2] = [MIDDLE, MIDDLE ** (1 - power), -MIDDLE, -(MIDDLE ** (1 - power))]
    matrix[3, :2], matrix[3, 2:], load[3] = core(MIDDLE), -shell(MIDDLE), free[0] - free[1]
    constants = np.linalg.solve(matrix, load)
    return float(core(MIDDLE) @ constants[:2] - free[0])


def hang(cells: int) -> ThermalStress:
    """The tube under body force."""
    wall = np.concatenate(
        [np.linspace(INNER, MIDDLE, cells + 1), np.linspace(MIDDLE, OUTER, cells + 1)[1:]]
    )
    mesh = grid(
        wall,
        np.linspace(0, 0.5, cells + 1),
        {"core": (INNER, MIDDLE, 0, 0.5), "shell": (MIDDLE, OUTER, 0, 0.5)},
    )
    model = Model(mesh, {"core": CORE, "shell": SHELL})
    return thermal_stress(
        model,
        fixed={"right": "rz", "bottom": "r", "top": "r"},
        body_force=lambda r, z: np.array([0 * r, np.full_like(r, FORCE)]),
    )


def solve(shape: str, cells: int) -> ThermalStress:
    """The heated tubes or spheres with some cells through each part."""
    wall = np.concatenate(
        [np.linspace(INNER, MIDDLE, cells + 1), np.linspace(MIDDLE, OUTER, cells + 1)[1:]]
    )
    if shape == "tube":
        along, place, fixed = np.linspace(0, 0.5, cells + 1), None, {"bottom": "z", "top": "z"}
    else:
        along, place, fixed = np.linspace(0, np.pi / 2, 3 * cells + 1), to_sphere, {"top": "z"}
    end = along[-1]
    mesh = grid(
        wall, along, {"core": (INNER, MIDDLE, 0, end), "shell": (MIDDLE, OUTER, 0, end)}, place
    )
    model = Model(mesh, {"core": CORE, "shell": SHELL})
    return thermal_stress(model, delta_t=RISE, fixed=fixed)


def rows(cells: int = 8) -> list[Row]:
    """Peel and shear: point by point on the tube, as means on the sphere; with orders."""
    out = []
    sizes = (cells // 2, cells)
    for shape in NAME:
        true = exact(shape)
        found = [solve(shape, n).interface("shell", "core") for n in sizes]
        name, fine = NAME[shape], found[-1]
        if shape == "tube":
            wrong = [np.abs(one.peel_mpa - true).max() for one in found]
            worst = fine.peel_mpa[np.abs(fine.peel_mpa - true).argmax()]
            out.append(compared(name, "worst peel", "MPa", worst, true, 2e-3, SOURCE))
            out.append(
                vanishing(
                    name, "worst shear", "MPa", np.abs(fine.shear_mpa).max(), true, 2e-3, SOURCE
                )
            )
            out.append(
                observed_order(
                    name, "order, worst peel", wrong, [2.0, 1.0], 2.0, 0.05, "second-order elements"
                )
            )
            continue
        wrong = [abs(one.mean_peel_mpa - true) for one in found]
        out.append(compared(name, "mean peel", "MPa", fine.mean_peel_mpa, true, 2e-3, SOURCE))
        out.append(vanishing(name, "mean shear", "MPa", fine.mean_shear_mpa, true, 2e-3, SOURCE))
        out.append(
            observed_order(
                name,
                "order, mean peel",
                wrong,
                [2.0, 1.0],
                2.0,
                0.05,
                "straight sides: order 2 in the mean",
            )
        )
    true = -FORCE * (MIDDLE**2 - INNER**2) / (2 * MIDDLE)
    pulled = hang(cells).interface("shell", "core")
    worst = pulled.shear_mpa[np.abs(pulled.shear_mpa - true).argmax()]
    source = "axial equilibrium of the core"
    force = FORCE * np.pi * (MIDDLE**2 - INNER**2) * 0.5
    return [
        *out,
        compared(HANGING, "worst shear", "MPa", worst, true, 2e-3, source),
        # the shell holds the core: it pulls down on what pulls up
        compared(
            HANGING,
            "force of the shell on the core",
            "uN",
            pulled.net_force_un,
            -force,
            1e-9,
            source,
        ),
    ]
