"""Displacement and stress of a solved body: a sum of harmonics of the angle.

An axisymmetric load has harmonic 0 alone; what is not axisymmetric adds others. theta = 0 is the
direction of a lateral shift. Stress order: rr, zz, tt, rz, and rt, tz where the state varies around
the axis. Units: um, MPa, uN, pJ.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from fem_bump.algebra.harmonics import phases
from fem_bump.algebra.linear_solver import SolverInfo
from fem_bump.body.material_state import MaterialState
from fem_bump.body.model import Model
from fem_bump.body.points_at import region_and_angle
from fem_bump.interfaces.line import trace_interface
from fem_bump.interfaces.traction import TractionInterface
from fem_bump.mechanics.amplitudes import whole
from fem_bump.mechanics.harmonic_stress import HarmonicStress
from fem_bump.mechanics.inelastic.strain import InelasticStrain
from groundwork import printed
from groundwork.pictures import Viewed


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
        What the harmonics left out add to any metric: nothing, the load has no others.
    """

    numbers: np.ndarray
    strain_energy_pj: np.ndarray
    tail: dict[str, float]


@dataclass(frozen=True, repr=False)
class ThermalStress(Viewed):
    """Displacement, stress and energy of one thermo-elastic state.

    Attributes
    ----------
    parts
        Its harmonics, each at most once: first n = 0, of two components.
    auto_pinned
        Where (r, z, in the model's unit) a missing axial restraint was added, or None.

    Examples
    --------
    >>> from fem_bump import Model, materials, thermal_stress
    >>> from fem_bump.verification.grids import grid
    >>> regions = {"pad": (0, 10, 0, 1), "ubm": (0, 10, 1, 2)}
    >>> mesh = grid([0, 2, 4, 6, 8, 10], [0, 0.5, 1, 1.5, 2], regions)
    >>> model = Model(mesh, {"pad": materials["Al"], "ubm": materials["Cu"]})
    >>> state = thermal_stress(model, -100.0, stress_free_degc=125.0)
    >>> state.displacement([[10.0], [0.0]]).shape, state.stress([[5.0], [0.5]]).shape
    ((2, 1), (4, 1))
    >>> peel = state.interface("ubm", "pad").window(1.0).peel_max_mpa
    >>> round(peel, 1)
    1.3

    ``state.plot()`` draws the von Mises stress, ``state.plot(quantity="stress_zz")`` another.
    """

    parts: tuple[HarmonicStress, ...]
    auto_pinned: tuple[float, float] | None = None
    drawn_as: ClassVar[str] = "stress"

    def __repr__(self) -> str:
        pinned = self.auto_pinned
        plane, *others = self.parts
        text = printed.lines(
            f"ThermalStress: {self.model.summary}",
            displacement_r=printed.span(plane.u_um[:, 0], "um"),
            displacement_z=printed.span(plane.u_um[:, 1], "um"),
            thermal_strain=printed.span(self.state.eps, ""),
            pinned=f"along the axis at (r, z) = ({pinned[0]:g}, {pinned[1]:g})" if pinned else "",
        )
        return "\nand ".join([text, *map(repr, others)])

    # ------------------------------------------------------------------ what it is made of

    @property
    def varies_around(self) -> bool:
        """Whether it is not the same all around the axis."""
        return any(part.harmonic for part in self.parts)

    @property
    def numbers(self) -> np.ndarray:
        """(k,) harmonics that it is the sum of."""
        return np.array([part.harmonic for part in self.parts])

    def part(self, harmonic: int) -> HarmonicStress:
        """One of its harmonics."""
        return next(part for part in self.parts if part.harmonic == harmonic)

    @property
    def axisymmetric(self) -> ThermalStress:
        """Harmonic 0 alone: the mean around the axis."""
        return ThermalStress(self.parts[:1], self.auto_pinned) if self.varies_around else self

    @property
    def shear(self) -> HarmonicStress:
        """Harmonic 1."""
        warnings.warn("ask for part(1)", DeprecationWarning, stacklevel=2)
        return self.part(1)

    @property
    def harmonics(self) -> StressHarmonics:
        """Energies of its harmonics."""
        energies = np.array([part.strain_energy for part in self.parts])
        return StressHarmonics(self.numbers, energies, {"strain_energy_pj": 0.0})

    @property
    def model(self) -> Model:
        return self.parts[0].model

    @property
    def state(self) -> MaterialState:
        """E, nu and thermal strain."""
        return self.parts[0].state

    @property
    def solver(self) -> SolverInfo:
        """Of harmonic 0."""
        return self.parts[0].solver

    @property
    def inelastic(self) -> InelasticStrain | None:
        """What has flowed, in a body with laws; its mean around the axis."""
        return self.parts[0].inelastic

    @property
    def u_um(self) -> np.ndarray:
        """(nodes, 2) displacement r, z of harmonic 0 at the model's second-order nodes."""
        return self.parts[0].u_um

    # ------------------------------------------------------------------ fields

    def displacement(self, points: np.ndarray, theta_deg: float | np.ndarray = 0.0) -> np.ndarray:
        """Displacement in um at (2, N) points and angles.

        (2, N) r, z; where the state varies around the axis (3, N) r, theta, z.
        """
        return self.displacement_at(*self.model.locate(points), theta_deg)

    def displacement_at(
        self,
        element: np.ndarray,
        x: np.ndarray,
        y: np.ndarray,
        theta_deg: float | np.ndarray = 0.0,
    ) -> np.ndarray:
        """(2, N) or (3, N) displacement at reference points of elements."""
        found = {part.harmonic: part.displacement_at(element, x, y).T for part in self.parts}
        return _moved(found, np.broadcast_to(theta_deg, element.shape)).T

    def nodal_displacement_um(self, theta_deg: float = 0.0) -> np.ndarray:
        """(nodes, 2 or 3) displacement at the model's second-order nodes at one angle."""
        return _moved({part.harmonic: part.u_um for part in self.parts}, theta_deg)

    def stress(
        self,
        points: np.ndarray,
        region: str | None = None,
        theta_deg: float | np.ndarray = 0.0,
    ) -> np.ndarray:
        """Stress in MPa at (2, N) points; ``region`` decides the side at an interface.

        (4, N) rr, zz, tt, rz; where the state varies around the axis (6, N), with rt, tz.
        """
        region, theta_deg = region_and_angle(region, theta_deg)
        return self.stress_at(*self.model.locate(points, region), theta_deg)

    def stress_at(
        self,
        element: np.ndarray,
        x: np.ndarray,
        y: np.ndarray,
        theta_deg: float | np.ndarray = 0.0,
    ) -> np.ndarray:
        """(4, N) or (6, N) stress at reference points of elements."""
        theta = np.radians(np.broadcast_to(theta_deg, element.shape))
        return superposed(self.amplitudes_at(element, x, y), theta)

    def amplitudes_at(
        self, element: np.ndarray, x: np.ndarray, y: np.ndarray
    ) -> dict[int, np.ndarray]:
        """Stress amplitudes of each harmonic: (4, N) of n = 0, (6, N) of others."""
        return {part.harmonic: part.stress_at(element, x, y) for part in self.parts}

    def inelastic_strain(
        self,
        points: np.ndarray,
        region: str | None = None,
        theta_deg: float | np.ndarray = 0.0,
    ) -> np.ndarray:
        """(N,) accumulated equivalent inelastic strain at (2, N) points; 0 where it is elastic."""
        return self.inelastic_strain_at(*self.model.locate(points, region), theta_deg)

    def inelastic_strain_at(
        self,
        element: np.ndarray,
        x: np.ndarray,
        y: np.ndarray,
        theta_deg: float | np.ndarray = 0.0,
    ) -> np.ndarray:
        """(N,) accumulated equivalent inelastic strain at reference points of elements."""
        out = np.zeros(len(element))
        theta = np.radians(np.broadcast_to(theta_deg, out.shape))
        for part in self.parts:
            if part.inelastic is not None:
                amplitude = part.inelastic.equivalent_at(element, x, y)
                out += amplitude * np.cos(part.harmonic * theta)
        return np.maximum(out, 0.0)

    def mean_inelastic_strain(self, region: str) -> float:
        """Mean accumulated equivalent inelastic strain over a region or group."""
        volume = float(self.model.quadrature[1][self.model.elements(region)].sum())
        inelastic = self.inelastic
        if inelastic is None:
            return 0.0
        return inelastic.integral(inelastic.equivalent, region) / volume

    @cached_property
    def strain_energy_by_region(self) -> dict[str, float]:
        """Elastic energy per region over the full revolution, pJ."""
        parts = [part.strain_energy_by_region for part in self.parts]
        return {region: sum(one[region] for one in parts) for region in self.model.regions}

    @property
    def strain_energy(self) -> float:
        """Elastic energy over the full revolution, pJ."""
        return sum(self.strain_energy_by_region.values())

    # ------------------------------------------------------------------ forces

    def reaction_un(self, boundary: str) -> float:
        """Force in x, uN, that a boundary exerts on the body."""
        return sum(part.reaction_un(boundary) for part in self.parts)

    def moment_un_um(self, boundary: str) -> float:
        """Moment about y, uN um, that a boundary exerts; see ``HarmonicStress.moment_un_um``."""
        return sum(part.moment_un_um(boundary) for part in self.parts)

    def interface(self, a: str, b: str, side: str = "a") -> TractionInterface:
        """Tractions on the interface between regions or groups a and b; n points from b into a.

        ``side`` tells which side's nodal residual they are recovered from; the two differ only
        next to triple nodes.
        """
        line = trace_interface(self.model, a, b)
        return TractionInterface(
            line, side, {part.harmonic: part.tractions(line, side) for part in self.parts}
        )


def _moved(amplitudes: Mapping[int, np.ndarray], theta_deg: float | np.ndarray) -> np.ndarray:
    """(N, 2 or 3) displacement at angles from (N, 2 or 3) of each harmonic."""
    if len(amplitudes) == 1 and 0 in amplitudes:
        return amplitudes[0]
    theta, out = np.radians(theta_deg), np.zeros(())
    for n, part in amplitudes.items():
        cosine, sine = phases(n, theta)
        out = out + whole(part) * np.array([cosine, sine, cosine]).T
    return out


def superposed(amplitudes: Mapping[int, np.ndarray], theta: float | np.ndarray) -> np.ndarray:
    """(4, N) or (6, N) stress at angles, radians, from the amplitudes of each harmonic."""
    if len(amplitudes) == 1 and 0 in amplitudes:
        return amplitudes[0]
    out = np.zeros((6, next(iter(amplitudes.values())).shape[1]))
    for n, part in amplitudes.items():
        cosine, sine = phases(n, theta)
        out[:4] += part[:4] * cosine
        if len(part) == 6:
            out[4:] += part[4:] * sine
    return out
