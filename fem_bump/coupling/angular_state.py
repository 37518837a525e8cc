"""Temperature and potential around the axis: what coupled harmonics give."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from fem_bump.algebra.conduction_kernels import potential_gradient
from fem_bump.algebra.shape_functions import shape_functions
from fem_bump.body.property_field import property_at
from fem_bump.conduction.flow import CurrentFlow
from fem_bump.conduction.system import PER_UM
from fem_bump.heat.hottest import largest
from fem_bump.heat.system import HeatSystem

ANGLES = 73  # from 0 to half a period, among which the hottest is sought


@dataclass(frozen=True, eq=False)
class AngularState:
    """A flow and its temperature, sums of cosines of the angle.

    Attributes
    ----------
    flow, system
        The flow with the mean heat, and the conduction of heat: terminals, unknowns, sinks.
    numbers
        (h,) n of cos(n theta).
    phi_v, rise_k
        (h, unknowns) amplitudes of the potential, (h, nodes) of the temperature's rise.
    nodal_residual_w
        (nodes,) of harmonic 0: what sinks take, negative, at nodes that are held.
    power_w
        Dissipated.
    steps, residual
        Of the iteration, and what is left of the balances, over current and heat.
    """

    flow: CurrentFlow
    system: HeatSystem
    numbers: np.ndarray
    phi_v: np.ndarray
    rise_k: np.ndarray
    nodal_residual_w: np.ndarray
    power_w: float
    steps: int
    residual: float

    @property
    def resistance_ohm(self) -> float:
        """Difference of the terminals' mean potentials over the current."""
        return self.power_w / self.flow.current_a**2

    @cached_property
    def _hottest(self) -> tuple[float, int, float, float, float]:
        """Angle in degrees, element, reference x and y, rise."""
        elements, model = self.system.elements, self.flow.model
        period = 180.0 / float(self.numbers[1])
        found = []
        for deg in np.linspace(0.0, period, ANGLES):
            rise = np.cos(np.radians(deg) * self.numbers) @ self.rise_k
            element, x, y, value = largest(rise[model.nodes[:, elements].T])
            found.append((float(deg), int(elements[element]), x, y, value))
        return max(found, key=lambda one: one[-1])

    @property
    def temperature_max_degc(self) -> float:
        """Largest temperature, over angles too."""
        return self.system.reference_degc + self._hottest[-1]

    @property
    def hot_spot_um(self) -> np.ndarray:
        """(2,) r, z of where it is."""
        _, element, x, y, _ = self._hottest
        place = np.array([element]), np.array([x]), np.array([y])
        return self.flow.model.position_um(*place)[:, 0]

    @property
    def hot_spot_deg(self) -> float:
        """Angle of where it is; the middle of the first arc lies at 0."""
        return self._hottest[0]

    def heat_out_w(self, boundary: str) -> float:
        """Heat that leaves through a boundary, W."""
        return self.system.heat_out_w(boundary, self.rise_k[0], self.nodal_residual_w)

    def _cosines(self, theta_deg: float | np.ndarray, count: int) -> np.ndarray:
        """(h, N) at the angles of N points."""
        theta = np.broadcast_to(np.radians(theta_deg), (count,))
        return np.cos(np.multiply.outer(self.numbers, theta))

    def temperature(self, points: np.ndarray, theta_deg: float | np.ndarray = 0.0) -> np.ndarray:
        """(N,) temperature in degC at (2, N) points and angles."""
        model = self.flow.model
        element, x, y = model.locate(points, None, model.mask(self.system.elements))
        return self._temperature_at(element, x, y, theta_deg)

    def _temperature_at(
        self, element: np.ndarray, x: np.ndarray, y: np.ndarray, theta_deg: float | np.ndarray
    ) -> np.ndarray:
        shape, _, _ = shape_functions(np.array([x, y]))
        own = self.rise_k[:, self.flow.model.nodes[:, element].T]
        amplitude = (shape * own).sum(axis=2)
        rise = (amplitude * self._cosines(theta_deg, len(element))).sum(axis=0)
        return np.asarray(self.system.reference_degc + rise)

    def current_density(
        self, points: np.ndarray, region: str | None = None, theta_deg: float | np.ndarray = 0.0
    ) -> np.ndarray:
        """(3, N) r, theta, z in A/um^2 at (2, N) points and angles."""
        model, system = self.flow.model, self.flow.system
        element, x, y = model.locate(points, region, model.mask(system.elements))
        theta = np.broadcast_to(np.radians(theta_deg), element.shape)
        out, one = np.zeros((3, len(element))), np.empty((3, len(element)))
        for n, phi in zip(self.numbers.astype(float), self.phi_v, strict=True):
            local = system.local(phi)
            potential_gradient(model.node_points_um, model.nodes, element, x, y, local, one)
            out[::2] -= one[:2] * np.cos(n * theta)
            out[1] += n * one[2] * np.sin(n * theta)
        degc = self._temperature_at(element, x, y, theta_deg)
        return out * property_at(model, "conductivity_s_per_m", element, degc) * PER_UM
