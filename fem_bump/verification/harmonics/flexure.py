"""Saint-Venant's flexure of a round bar: harmonic 1.

A bar of radius a and length L is held at z = 0 and sheared by P in +x at z = L. With
I = pi a^4 / 4, K = P (3 + 2 nu) / (8 I (1 + nu)) and m = (1 - 2 nu) / (3 + 2 nu), the harmonic 1

    s_zz = -P (L - z) r / I,   s_rz = K (a^2 - r^2),   s_tz = -K (a^2 - m r^2)

    u_r = nu P (L - z) r^2 / (2 E I) + h(z),   u_t = nu P (L - z) r^2 / (2 E I) - h(z)
    u_z = -P r (L z - z^2 / 2) / (E I) + K a^2 r / G - K r^3 / (3 G) + nu P r^3 / (6 E I)
    h = P (L z^2 / 2 - z^3 / 6) / (E I)

is exact (Timoshenko and Goodier, Theory of Elasticity, chapter 11, here with its displacement): a
cubic, so second-order elements show their orders. The shear stress is (3 + 2 nu) / (2 (1 + nu)) P/A
on the axis and (1 + 2 nu) / (1 + nu) P/A at the ends of the neutral diameter.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fem_bump.body.model import Model
from fem_bump.materials import Material
from fem_bump.mechanics.harmonic_elasticity import elastic_harmonic
from fem_bump.mechanics.harmonic_stress import HarmonicStress
from fem_bump.verification.grids import grid
from fem_bump.verification.harmonics.harmonic_fields import errors, prescribed
from fem_bump.verification.row import Row, compared, manufactured_rows, vanishing

NAME = "Saint-Venant flexure of a round bar"
SOURCE = "Timoshenko and Goodier, chapter 11"
ORDERS = "second-order elements: 3 in L2, 2 in energy"
RADIUS_UM, LENGTH_UM, YOUNG, FORCE_UN = 1.0, 2.0, 100e3, 40.0
INERTIA = np.pi * RADIUS_UM**4 / 4


@dataclass(frozen=True)
class Flexure:
    """The exact state for one Poisson's ratio."""

    poisson: float = 0.3

    @property
    def k(self) -> float:
        """K, MPa/um^2."""
        nu = self.poisson
        return FORCE_UN * (3 + 2 * nu) / (8 * INERTIA * (1 + nu))

    def displacement(self, r, z):
        """(u_r, u_t, u_z), um."""
        bent, long, nu = FORCE_UN / (YOUNG * INERTIA), LENGTH_UM, self.poisson
        sheared = self.k * 2 * (1 + nu) / YOUNG
        across = nu * bent * (long - z) * r**2 / 2
        h = bent * (long * z**2 / 2 - z**3 / 6)
        tilt = -bent * r * (long * z - z**2 / 2)
        warp = sheared * (RADIUS_UM**2 * r - r**3 / 3) + nu * bent * r**3 / 6
        return np.array([across + h, across - h, tilt + warp])

    def stress(self, r, z):
        """Stress rr, zz, tt, rz, rt, tz, MPa."""
        nu, none = self.poisson, 0 * r * z
        m = (1 - 2 * nu) / (3 + 2 * nu)
        axial = -FORCE_UN * (LENGTH_UM - z) * r / INERTIA
        rz, tz = self.k * (RADIUS_UM**2 - r**2), -self.k * (RADIUS_UM**2 - m * r**2)
        return np.array([none, axial + none, none, rz + none, none, tz + none])

    def solve(self, cells: int) -> HarmonicStress:
        """The bar: displacement given at z = 0, traction at z = L, its side free."""
        model = bar(cells, 2 * cells, LENGTH_UM, self.poisson)

        def pull(r, z):
            _, zz, _, rz, _, tz = self.stress(r, z)
            return np.array([rz, tz, zz])

        return elastic_harmonic(
            model,
            1,
            prescribed_um={"bottom": prescribed(self.displacement)},
            traction_mpa={"top": pull},
        )


def bar(across: int, along: int, length_um: float, poisson: float) -> Model:
    """A round bar on a regular grid."""
    mesh = grid(np.linspace(0, RADIUS_UM, across + 1), np.linspace(0, length_um, along + 1))
    return Model(mesh, {"body": Material("bar", YOUNG, poisson, 1e-5)})


def shear_ratios(found: HarmonicStress) -> tuple[float, float]:
    """Shear stress over P/A at half length: on the axis, at the ends of the neutral diameter."""
    half = LENGTH_UM / 2
    at = found.stress(np.array([[0.0, RADIUS_UM], [half, half]]))
    mean = FORCE_UN / (np.pi * RADIUS_UM**2)
    return float(at[3, 0] / mean), float(-at[5, 1] / mean)


def shear_force_un(found: HarmonicStress) -> float:
    """Force in x on the bar's lower end."""
    force = found.nodal_forces(np.arange(found.model.mesh.nelements))
    bottom = found.model.boundary_nodes("bottom")
    # x = r cos - t sin, each of mean square one half over the circle
    return float((force[bottom, 0] - force[bottom, 1]).sum() / 2)


def rows(cells: int = 8) -> list[Row]:
    """Orders, the two shear stresses, the force, the axis."""
    state = Flexure()
    nu = state.poisson
    found = [state.solve(n) for n in (cells // 2, cells)]
    pairs = [errors(one, state.displacement, state.stress, nu) for one in found]
    out = manufactured_rows(
        NAME, f"nu = {nu:g}", ("displacement", "stress"), pairs, [2.0, 1.0], ORDERS
    )
    exact = (3 + 2 * nu) / (2 * (1 + nu)), (1 + 2 * nu) / (1 + nu)
    places = "on the axis", "at the ends of the neutral diameter"
    for computed, true, place in zip(shear_ratios(found[-1]), exact, places, strict=True):
        out.append(compared(NAME, f"shear over P/A {place}", "1", computed, true, 5e-3, SOURCE))
    force = shear_force_un(found[-1])
    out.append(compared(NAME, "shear force", "uN", force, -FORCE_UN, 1e-9, "equilibrium"))
    fine = found[-1]
    wrong = np.abs(fine.u_um[fine.model.axis_nodes, 2]).max()
    deflection = np.abs(fine.u_um).max()
    what = "axial displacement on the axis"
    return [*out, vanishing(NAME, what, "um", wrong, deflection, 1e-14, "symmetry")]
