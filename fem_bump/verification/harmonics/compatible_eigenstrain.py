"""Eigenstrains that fit together: displacement without stress, in any harmonic.

Lateral heating anisotropy, eps_xx = e and eps_yy = -e throughout, is harmonic 2:

    e_rr = e,  e_tt = -e,  g_rt = -2 e   gives   u_r = e r,  u_t = -e r,

a displacement that second-order elements hold exactly, in a body of any shape and any materials.
So is a temperature gradient in x, an expansion e = g x in all directions, harmonic 1:

    u_r = g (r^2 - z^2) / 2,   u_t = g (r^2 + z^2) / 2,   u_z = g r z.

An eigenstrain that is the strain of some displacement, here

    u_r = (c1 r^(n-1) + c3 r^(n+1) + m / r) cos kz
    u_t = (-c1 r^(n-1) + d3 r^(n+1) + m / r) cos kz
    u_z = (d0 r^n + d2 r^(n+2)) sin kz,

lets a body that is held on its underside alone take that displacement free of stress (impotent
eigenstrains; Furuhashi and Mura, J. Elasticity 9 (1979) 263). It is a manufactured
solution that puts every term of the strains of harmonic n to the test. ``m`` vanishes for the body
that reaches the axis. For n = 0 the leading powers are r, and r^0 in u_z; u_t is torsion.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fem_bump.body.model import Model
from fem_bump.materials import Material
from fem_bump.mechanics.harmonic_elasticity import elastic_harmonic
from fem_bump.mechanics.harmonic_stress import HarmonicStress
from fem_bump.verification.elasticity import rigid_and_free
from fem_bump.verification.grids import grid
from fem_bump.verification.harmonics.harmonic_fields import centres, errors, hooke, prescribed
from fem_bump.verification.row import Row, manufactured_rows, vanishing

UNIFORM = "lateral anisotropy, harmonic 2"
LINEAR = "lateral temperature gradient, harmonic 1"
NAME = "compatible eigenstrain"
SOURCE = "second-order elements: 3 in L2, 2 in energy"
YOUNG, POISSON = 100e3, 0.3
STRAIN, GRADIENT = 2e-3, 1e-3  # 1, 1/um
Powers = dict[int, float]


def _add(*parts: tuple[float, Powers]) -> Powers:
    """Sum of factor times polynomial; exact zeros go, so that 1/r need not be taken of them."""
    out: Powers = {}
    for factor, powers in parts:
        for p, c in powers.items():
            out[p] = out.get(p, 0.0) + factor * c
    return {p: c for p, c in out.items() if c != 0.0}


def _slope(powers: Powers) -> Powers:
    return {p - 1: p * c for p, c in powers.items() if p != 0}


def _over_r(powers: Powers) -> Powers:
    return {p - 1: c for p, c in powers.items()}


def _at(powers: Powers, r: np.ndarray) -> np.ndarray:
    return sum((c * r ** float(p) for p, c in powers.items()), np.zeros_like(r))


@dataclass(frozen=True)
class Field:
    """Harmonic and coefficients of the displacement; lengths in um."""

    harmonic: int
    m: float = 0.0
    c1: float = 1e-3
    c3: float = -4e-4
    d3: float = 3e-4
    d0: float = 5e-4
    d2: float = -3e-4
    k: float = 2.0

    @property
    def radial(self) -> tuple[Powers, Powers, Powers]:
        """Radial functions of u_r, u_t and u_z as {power: coefficient}."""
        n = self.harmonic
        low, high = (n - 1, n + 1) if n else (1, 3)
        inverse = {-1: self.m} if self.m else {}
        return (
            {low: self.c1, high: self.c3} | inverse,
            {low: -self.c1, high: self.d3} | inverse,
            {n: self.d0, n + 2: self.d2},
        )

    def displacement(self, r, z):
        """(u_r, u_t, u_z), um."""
        c, s = np.cos(self.k * z), np.sin(self.k * z)
        f, g, h = (_at(powers, r) for powers in self.radial)
        return np.array([f * c, g * c, h * s])

    def strain(self, r, z):
        """Its strain rr, zz, tt, rz, rt, tz, shears as engineering shears."""
        n, k = self.harmonic, self.k
        f, g, h = self.radial
        c, s = np.cos(k * z), np.sin(k * z)
        return np.array(
            [
                _at(_slope(f), r) * c,
                k * _at(h, r) * c,
                _at(_over_r(_add((1, f), (n, g))), r) * c,
                _at(_add((-k, f), (1, _slope(h))), r) * s,
                _at(_add((1, _slope(g)), (-1, _over_r(_add((1, g), (n, f))))), r) * c,
                _at(_add((-k, g), (-n, _over_r(h))), r) * s,
            ]
        )


BODIES = {
    "n = 0, on the axis": (Field(0), 0.0),
    "n = 1, on the axis": (Field(1), 0.0),
    "n = 2, on the axis": (Field(2), 0.0),
    "n = 3, hollow": (Field(3, m=6e-4, c3=-2e-4, d2=-1e-4), 0.4),
}


def body(r0: float, cells: int) -> Model:
    """A body of cells x cells quadrilaterals, each cut in two."""
    mesh = grid(np.linspace(r0, r0 + 1, cells + 1), np.linspace(0.1, 1.1, cells + 1))
    return Model(mesh, {"body": Material("manufactured", YOUNG, POISSON, 0.0)})


def solve(field: Field, r0: float, cells: int) -> HarmonicStress:
    """The field's problem, held on its underside."""
    return elastic_harmonic(
        body(r0, cells),
        field.harmonic,
        prescribed_um={"bottom": prescribed(field.displacement)},
        eigenstrain=field.strain,
    )


def found_errors(field: Field, found: HarmonicStress) -> tuple[float, float]:
    """Error of the displacement in L2; of the stress relative to that of a clamped body."""
    return errors(
        found,
        field.displacement,
        lambda r, z: np.zeros((6, *np.shape(r))),
        POISSON,
        lambda r, z: hooke(field.strain(r, z), YOUNG, POISSON),
    )


def uneven(cells: int) -> Model:
    """A stepped, uneven body of two materials."""
    return Model(
        rigid_and_free.uneven(cells),
        {"lower": rigid_and_free.LOWER, "upper": rigid_and_free.UPPER},
    )


def expansion(r: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Displacement of the temperature gradient, um."""
    return GRADIENT * np.array([(r**2 - z**2) / 2, (r**2 + z**2) / 2, r * z])


def linear(cells: int) -> HarmonicStress:
    """The temperature gradient in a body that is held on its underside."""
    return elastic_harmonic(
        uneven(cells),
        1,
        prescribed_um={"bottom": prescribed(expansion)},
        eigenstrain=lambda r, z: np.array([GRADIENT * r] * 3 + [0 * r] * 3),
    )


def uniform(cells: int) -> HarmonicStress:
    """Lateral anisotropy of a body that nothing holds."""
    model = uneven(cells)
    amplitude = STRAIN * np.array([1.0, 0.0, -1.0, 0.0, -2.0, 0.0])
    return elastic_harmonic(
        model, 2, eigenstrain=lambda r, z: amplitude.reshape(6, *[1] * np.ndim(r)) + 0 * r
    )


def rows(cells: int = 16) -> list[Row]:
    """The uniform and the linear field exactly; observed orders of the others."""
    out = []
    for name, found, exact, strain, source in (
        (
            UNIFORM,
            uniform(cells // 2),
            lambda r, z: STRAIN * np.array([r, -r, 0 * r]),
            STRAIN,
            "eps_xx = -eps_yy, uniform",
        ),
        (LINEAR, linear(cells // 2), expansion, 3 * GRADIENT, "expansion linear in x"),
    ):
        points = found.model.node_points_um
        true = exact(*points)
        wrong = np.abs(found.u_um.T - true).max()
        axis = np.array([np.zeros(5), np.linspace(0, 0.99, 5) * points[1, points[0] == 0].max()])
        clamped = 130e3 * strain
        for quantity, unit, value, scale in (
            ("wrong displacement", "um", wrong, np.abs(true).max()),
            ("stress", "MPa", np.abs(found.stress_at(*centres(found))).max(), clamped),
            ("stress on the axis", "MPa", np.abs(found.stress(axis)).max(), clamped),
        ):
            out.append(vanishing(name, quantity, unit, value, scale, 1e-10, source))
    for body, (field, r0) in BODIES.items():
        pairs = [found_errors(field, solve(field, r0, n)) for n in (cells // 2, cells)]
        out += manufactured_rows(NAME, body, ("displacement", "stress"), pairs, [2.0, 1.0], SOURCE)
    return out
