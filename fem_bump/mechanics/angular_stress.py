"""Displacement and stress under an axisymmetric load and a lateral shift of a boundary together.

How the shift is solved: :mod:`fem_bump.mechanics.lateral_shift`. theta = 0 is its direction.
Stress order: rr, zz, tt, rz, rt, tz. Units: um, MPa, uN.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fem_bump.algebra.linear_solver import SolverInfo
from fem_bump.body.model import Model
from fem_bump.interfaces.angular_traction import AngularTractionInterface
from fem_bump.interfaces.line import trace_interface
from fem_bump.mechanics.axisymmetric_stress import ThermalStress
from fem_bump.mechanics.harmonic_stress import HarmonicStress


@dataclass(frozen=True)
class StressHarmonics:
    """What each harmonic carries.

    Attributes
    ----------
    numbers
        (k,) n.
    strain_energy_pj
        (k,) elastic energy over the full revolution; harmonics are orthogonal, so they add up.
    tail
        What the harmonics left out add to any metric: nothing, the load has two.
    """

    numbers: np.ndarray
    strain_energy_pj: np.ndarray
    tail: dict[str, float]


@dataclass(frozen=True, repr=False)
class AngularStress:
    """An axisymmetric state and the lateral shift on top of it."""

    axisymmetric: ThermalStress
    shear: HarmonicStress

    def __repr__(self) -> str:
        return f"AngularStress, the sum of\n{self.axisymmetric!r}\n{self.shear!r}"

    @property
    def model(self) -> Model:
        return self.axisymmetric.model

    @property
    def solver(self) -> SolverInfo:
        """Of harmonic 1."""
        return self.shear.solver

    @property
    def harmonics(self) -> StressHarmonics:
        """Energies of the two harmonics."""
        energies = [self.axisymmetric.strain_energy, self.shear.strain_energy]
        return StressHarmonics(np.array([0, 1]), np.array(energies), {"strain_energy_pj": 0.0})

    @property
    def strain_energy(self) -> float:
        """Elastic energy over the full revolution, pJ."""
        return float(self.harmonics.strain_energy_pj.sum())

    def displacement(self, points: np.ndarray, theta_deg: float | np.ndarray = 0.0) -> np.ndarray:
        """(3, N) displacement r, theta, z in um at (2, N) points and angles."""
        plane = self.axisymmetric.displacement(points)
        out = self.shear.displacement(points)
        theta = np.radians(np.broadcast_to(theta_deg, plane.shape[1:]))
        out *= np.array([np.cos(theta), np.sin(theta), np.cos(theta)])
        out[[0, 2]] += plane
        return out

    def nodal_displacement_um(self, theta_deg: float = 0.0) -> np.ndarray:
        """(nodes, 3) displacement r, theta, z at the model's second-order nodes at one angle."""
        theta = np.radians(theta_deg)
        out = self.shear.u_um * np.array([np.cos(theta), np.sin(theta), np.cos(theta)])
        out[:, [0, 2]] += self.axisymmetric.u_um
        return out

    def stress(
        self, points: np.ndarray, theta_deg: float | np.ndarray = 0.0, region: str | None = None
    ) -> np.ndarray:
        """(6, N) stress rr, zz, tt, rz, rt, tz in MPa; ``region`` decides the side."""
        return self.stress_at(*self.model.locate(points, region), theta_deg)

    def stress_at(
        self,
        element: np.ndarray,
        x: np.ndarray,
        y: np.ndarray,
        theta_deg: float | np.ndarray = 0.0,
    ) -> np.ndarray:
        """(6, N) stress at reference points of elements."""
        plane, shear = self.amplitudes_at(element, x, y)
        return superposed(plane, shear, np.radians(np.broadcast_to(theta_deg, element.shape)))

    def amplitudes_at(
        self, element: np.ndarray, x: np.ndarray, y: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """(4, N) stress of harmonic 0 and (6, N) amplitudes of harmonic 1."""
        return self.axisymmetric.stress_at(element, x, y), self.shear.stress_at(element, x, y)

    def reaction_un(self, boundary: str) -> float:
        """Force in x, uN, that a boundary exerts on the body."""
        return self.shear.reaction_un(boundary)

    def moment_un_um(self, boundary: str) -> float:
        """Moment about y, uN um, that a boundary exerts; see ``HarmonicStress.moment_un_um``."""
        return self.shear.moment_un_um(boundary)

    def interface(self, a: str, b: str, side: str = "a") -> AngularTractionInterface:
        """Tractions on the interface between regions or groups a and b; n points from b into a."""
        plane = self.axisymmetric.interface(a, b, side).values
        whole = np.array([plane[0], np.zeros_like(plane[0]), plane[1]])
        line = trace_interface(self.model, a, b)
        return AngularTractionInterface(line, side, {0: whole, 1: self.shear.tractions(line, side)})


def superposed(plane: np.ndarray, shear: np.ndarray, theta: float | np.ndarray) -> np.ndarray:
    """(6, N) stress at angles, radians, from (4, N) of harmonic 0 and (6, N) of harmonic 1."""
    out = shear.copy()
    out[:4] *= np.cos(theta)
    out[4:] *= np.sin(theta)
    out[:4] += plane
    return out
