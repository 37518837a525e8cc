"""Manufactured solution of axisymmetric thermo-elasticity.

With C = cos kz, S = sin kz, the displacement and temperature rise

    u_r = f(r) C,  f = c1 r + c3 r^3 + cm / r,
    u_z = g(r) S,  g = d0 + d2 r^2 + dl ln r,
    T   = T0 (1 + r^2) C

are in equilibrium with the body force

    b = -(lam + mu) grad D - mu L(u) + (3 lam + 2 mu) alpha grad T,

where D = div u = (2 c1 + 4 c3 r^2 + k g) C and L, the vector Laplacian, is (8 c3 r - k^2 f) C in r
and (4 d2 - k^2 g) S in z. ``cm`` and ``dl`` vanish for the body that reaches the axis. Displacement
is prescribed on the whole boundary. Roache, J. Fluids Eng. 124 (2002) 4 (method).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fem_bump.algebra.shape_functions import shape_functions, triangle_rule
from fem_bump.body.model import Model
from fem_bump.materials import Material
from fem_bump.mechanics.state import ThermalStress
from fem_bump.mechanics.thermal_stress import thermal_stress
from fem_bump.verification.grids import grid
from fem_bump.verification.row import Row, manufactured_rows, vanishing

NAME = "manufactured solution, thermo-elastic"
SOURCE = "second-order elements: 3 in L2, 2 in energy"
YOUNG, POISSON, CTE, FREE_DEGC = 100e3, 0.3, 2e-5, 25.0
LAM = YOUNG * POISSON / ((1 + POISSON) * (1 - 2 * POISSON))
MU = YOUNG / (2 * (1 + POISSON))
EXPANSION = (3 * LAM + 2 * MU) * CTE


@dataclass(frozen=True)
class Field:
    """Coefficients of the solution; lengths in um."""

    c1: float = 1e-3
    c3: float = -4e-4
    cm: float = 0.0
    d0: float = 5e-4
    d2: float = 8e-4
    dl: float = 0.0
    k: float = 2.0
    t0: float = 40.0

    def _radial(self, r):
        f = self.c1 * r + self.c3 * r**3
        g = self.d0 + self.d2 * r**2
        df, dg, f_over_r = self.c1 + 3 * self.c3 * r**2, 2 * self.d2 * r, self.c1 + self.c3 * r**2
        if self.cm or self.dl:
            f, df, f_over_r = f + self.cm / r, df - self.cm / r**2, f_over_r + self.cm / r**2
            g, dg = g + self.dl * np.log(r), dg + self.dl / r
        return f, df, f_over_r, g, dg

    def displacement(self, r, z):
        """(u_r, u_z), um."""
        f, _, _, g, _ = self._radial(r)
        return np.array([f * np.cos(self.k * z), g * np.sin(self.k * z)])

    def rise(self, r, z):
        """Temperature rise, K."""
        return self.t0 * (1 + r**2) * np.cos(self.k * z)

    def stress(self, r, z):
        """Stress rr, zz, tt, rz, MPa."""
        f, df, f_over_r, g, dg = self._radial(r)
        c, s = np.cos(self.k * z), np.sin(self.k * z)
        err, ezz, ett = df * c, self.k * g * c, f_over_r * c
        grz = (dg - self.k * f) * s
        common = LAM * (err + ezz + ett) - EXPANSION * self.rise(r, z)
        return np.array(
            [common + 2 * MU * err, common + 2 * MU * ezz, common + 2 * MU * ett, MU * grz]
        )

    def body_force(self, r, z):
        """(b_r, b_z), uN/um^3."""
        f, _, _, g, dg = self._radial(r)
        c, s, k = np.cos(self.k * z), np.sin(self.k * z), self.k
        spread = 2 * self.c1 + 4 * self.c3 * r**2 + k * g
        spread_slope = 8 * self.c3 * r + k * dg
        heat = EXPANSION * self.t0
        radial = (LAM + MU) * spread_slope + MU * (8 * self.c3 * r - k**2 * f) - heat * 2 * r
        axial = -(LAM + MU) * k * spread + MU * (4 * self.d2 - k**2 * g) + heat * k * (1 + r**2)
        return -np.array([radial * c, axial * s])


BODIES = {
    "on the axis": (Field(), 0.0, 1.0),
    "hollow": (Field(cm=6e-4, dl=-5e-4), 0.4, 1.4),
}


def solve(field: Field, r0: float, r1: float, cells: int) -> ThermalStress:
    """The field's problem on cells x cells quadrilaterals, each cut in two."""
    mesh = grid(np.linspace(r0, r1, cells + 1), np.linspace(0.1, 1.1, cells + 1))
    model = Model(mesh, {"body": Material("manufactured", YOUNG, POISSON, CTE)})
    sides = ("right", "bottom", "top") if r0 == 0 else ("left", "right", "bottom", "top")
    given = {
        "r": lambda r, z: field.displacement(r, z)[0],
        "z": lambda r, z: field.displacement(r, z)[1],
    }
    return thermal_stress(
        model,
        delta_t=field.rise,
        stress_free_degc=FREE_DEGC,
        prescribed_um=dict.fromkeys(sides, given),
        body_force=field.body_force,
    )


def errors(field: Field, found: ThermalStress) -> tuple[float, float]:
    """Relative error of the displacement in L2 and of the strain energy norm."""
    model = found.model
    rule, weights = triangle_rule(8)
    (r, z), volume = model.integration(rule, weights)
    shape, _, _ = shape_functions(rule)
    u = np.einsum("qi,eic->ceq", shape, found.u_um[model.nodes.T])
    true = field.displacement(r, z)
    l2 = np.sqrt(((u - true) ** 2 * volume).sum() / (true**2 * volume).sum())
    n, q = volume.shape
    stress = found.stress_at(np.repeat(np.arange(n), q), np.tile(rule[0], n), np.tile(rule[1], n))
    exact = field.stress(r, z)

    def energy(rr, zz, tt, rz):
        density = rr**2 + zz**2 + tt**2 - 2 * POISSON * (rr * zz + zz * tt + tt * rr)
        return ((density + 2 * (1 + POISSON) * rz**2) * volume).sum()

    return float(l2), float(np.sqrt(energy(*(stress.reshape(4, n, q) - exact)) / energy(*exact)))


def rows(cells: int = 16) -> list[Row]:
    """Observed orders on both bodies, and u_r on the axis."""
    sizes = (cells // 2, cells)
    on_axis = solve(*BODIES["on the axis"], cells)
    wide = np.abs(on_axis.u_um[:, 0]).max()
    wrong = np.abs(on_axis.u_um[on_axis.model.axis_nodes, 0]).max()
    out = [vanishing(NAME, "radial displacement on the axis", "um", wrong, wide, 1e-14, "symmetry")]
    for body, (field, r0, r1) in BODIES.items():
        found = [errors(field, solve(field, r0, r1, n)) for n in sizes]
        out += manufactured_rows(
            NAME, body, ("displacement", "stress"), found, [1 / n for n in sizes], SOURCE
        )
    return out
