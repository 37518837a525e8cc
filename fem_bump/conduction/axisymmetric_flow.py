"""Potential, current density, resistance and fluxes of one solved axisymmetric flow.

The problem and its terminals: :mod:`fem_bump.conduction.current_flow`. Units: um, S/m, A, V, W,
ohm; current density A/um^2.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from fem_bump import printed
from fem_bump.algebra.constraints import FreeUnknowns
from fem_bump.algebra.linear_solver import SolverInfo
from fem_bump.algebra.shape_functions import shape_functions
from fem_bump.body.model import Model
from fem_bump.conduction.kernels import potential_gradient
from fem_bump.conduction.system import PER_UM, ConductionState, ConductionSystem, nodal_fluxes
from fem_bump.errors import InputError
from fem_bump.interfaces.densities import FluxInterface
from fem_bump.interfaces.line import InterfaceLine, trace_interface
from fem_bump.interfaces.recovery import Outline, recover


@dataclass(frozen=True)
class ConductionFactors:
    """The discrete problem behind a potential, and its factorized matrix."""

    system: ConductionSystem
    unknowns: FreeUnknowns

    def state(self, plane: CurrentFlow) -> ConductionState:
        """The axisymmetric state."""
        current = plane.current_a
        return ConductionState(0, current, current, plane.local_phi_v, self.unknowns)


@dataclass(frozen=True, repr=False)
class CurrentFlow:
    """Potential, current density and resistance of one state.

    Attributes
    ----------
    local_phi_v
        (elements, 6) potential per element node; zero in elements that take no part.
    dropped_regions
        Conductors, or parts of them, that are not connected to both terminals.
    factors
        The factorized conductance, where it was kept.
    """

    model: Model
    current_a: float
    source: str
    sink: str
    local_phi_v: np.ndarray
    conducting_elements: np.ndarray
    dropped_regions: tuple[str, ...]
    conductivity_s_per_m: np.ndarray
    source_potential_v: float
    contact_power_w: float
    terminal_nodes: np.ndarray
    solver: SolverInfo
    current_source: Callable[[np.ndarray, np.ndarray], np.ndarray] | None = None
    factors: ConductionFactors | None = None

    def __repr__(self) -> str:
        return printed.lines(
            f"CurrentFlow: {self.current_a:g} A from {self.source} to {self.sink}, "
            f"{self.model.summary}",
            resistance=f"{self.resistance_ohm:.6g} ohm" if self.current_a else "",
            contacts=f"{self.contact_power_w:.4g} W" if self.contact_power_w else "",
            left_out=printed.some(self.dropped_regions),
        )

    @property
    def axisymmetric(self) -> CurrentFlow:
        """Itself: the part that is the same all around."""
        return self

    @property
    def resistance_ohm(self) -> float:
        """Difference of the terminals' mean potentials over the current."""
        return self.source_potential_v / self.current_a

    @cached_property
    def power_w(self) -> float:
        """Dissipated power, bulk and contacts."""
        return sum(self.power_by_region_w.values()) + self.contact_power_w

    @cached_property
    def power_by_region_w(self) -> dict[str, float]:
        """Dissipated power per conducting region, without contacts."""
        out = {}
        for region, found in self.model.regions.items():
            found = np.intersect1d(found, self.conducting_elements)
            if len(found) == 0:
                continue
            *points, volume = self.model.quadrature_of(found)
            j = self.current_density_at(*points)
            s = self.conductivity_s_per_m[found].ravel() * PER_UM
            out[region] = float(((j**2).sum(axis=0) / s) @ volume)
        return out

    @cached_property
    def _domain(self) -> np.ndarray:
        return self.model.mask(self.conducting_elements)

    def potential(self, points: np.ndarray, region: str | None = None) -> np.ndarray:
        """(N,) potential in V; ValueError for points outside the conductors that take part."""
        element, x, y = self.model.locate(points, region, self._domain)
        shape, _, _ = shape_functions(np.array([x, y]))
        return (shape * self.local_phi_v[element]).sum(axis=1)

    def current_density(self, points: np.ndarray, region: str | None = None) -> np.ndarray:
        """(2, N) current density r, z in A/um^2; ``region`` decides the side at an interface."""
        return self.current_density_at(*self.model.locate(points, region, self._domain))

    def current_density_at(self, element: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """(2, N) current density at reference points of elements."""
        out = np.empty((3, len(element)))
        potential_gradient(
            self.model.node_points_um, self.model.nodes, element, x, y, self.local_phi_v, out
        )
        return -out[:2] * self.conductivity_s_per_m[element, 0] * PER_UM

    def nodal_fluxes(self, elements: np.ndarray) -> np.ndarray:
        """(nodes,) current, A, that enters these elements through their outline at each node.

        What ``current_source`` feeds into them is not part of it.
        """
        flux = nodal_fluxes(
            self.model, elements, self.local_phi_v[None], np.zeros(1), self.conductivity_s_per_m
        )[:, 0]
        if self.current_source is not None:
            fed = elements[self._domain[elements]]
            load = self.model.nodal_load(self.current_source, fed)
            np.subtract.at(flux, self.model.nodes[:, fed], load.T)
        return flux

    def interface(self, a: str, b: str, side: str = "a") -> FluxInterface:
        """J.n on the interface between regions or groups a and b, positive from b into a."""
        line = trace_interface(self.model, a, b)
        outline, mine, elements, sign = self.flux_outline(line, side)
        flux = sign * self.nodal_fluxes(elements)
        return FluxInterface(line, side, recover(outline, flux, zero_on_axis=False)[mine])

    def flux_outline(
        self, line: InterfaceLine, side: str
    ) -> tuple[Outline, np.ndarray, np.ndarray, float]:
        """Outline of one side, the line's facets in it, that side's elements, sign of the residual.

        Raises
        ------
        InputError
            When that side takes no part in the conduction.
        """
        conducting = self.conducting_elements
        elements = np.intersect1d(self.model.elements(line.region(side)), conducting)
        if len(elements) == 0 or not np.isin(line.side_elements(side), conducting).all():
            raise InputError(
                f"no current flows through the interface {line.a}/{line.b}: "
                f"'{line.region(side)}' takes no part in the conduction"
            )
        loaded = np.zeros(self.model.node_count, dtype=bool)
        loaded[self.terminal_nodes] = True
        outline, mine = line.outline(elements, loaded, conducting)
        return outline, mine, elements, 1.0 if side == "a" else -1.0
