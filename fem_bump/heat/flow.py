"""The temperature of a body, and the heat that leaves it.

Units: um, degC, K/um, W.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from fem_bump.algebra.conduction_kernels import potential_gradient
from fem_bump.body.model import Model
from fem_bump.body.property_field import temperature_at
from fem_bump.heat.hottest import largest
from fem_bump.heat.system import HeatSystem
from groundwork import printed
from groundwork.pictures import Pictured


@dataclass(frozen=True, repr=False, eq=False)
class HeatFlow(Pictured):
    """Temperature of one steady state.

    Attributes
    ----------
    system
        Elements that conduct heat, their unknowns, sinks.
    rise_k
        (second-order nodes,) temperature above the lowest of the sinks, a trace's substrate among
        them; the sinks' mean where no heat is conducted.
    nodal_residual_w
        (second-order nodes,) what does not balance at each node: the sinks' share at held ones.
    heat_w
        What the body is heated with.

    Examples
    --------
    >>> from fem_bump import Model, heat_flow, materials
    >>> from fem_bump.verification.grids import grid
    >>> regions = {"pad": (0, 10, 0, 1), "ubm": (0, 10, 1, 2)}
    >>> mesh = grid([0, 2, 4, 6, 8, 10], [0, 0.5, 1, 1.5, 2], regions)
    >>> model = Model(mesh, {"pad": materials["Al"], "ubm": materials["Cu"]})
    >>> found = heat_flow(model, boundary_heat_w={"top": 0.1}, held_degc={"bottom": 100.0})
    >>> round(found.heat_out_w("bottom"), 6), found.temperature_max_degc > 100.0
    (0.1, True)
    """

    system: HeatSystem
    rise_k: np.ndarray
    nodal_residual_w: np.ndarray
    heat_w: float
    drawn_as: ClassVar[str] = "heat"

    def __repr__(self) -> str:
        out = [f"{name} {self.heat_out_w(name):.4g} W" for name in self.system.sinks.names]
        r, z = self.hot_spot_um
        return printed.lines(
            f"HeatFlow: {self.heat_w:.4g} W, {self.model.summary}",
            temperature=printed.span(self.node_temperature_degc[self.present], "degC"),
            hottest_at=f"r {r:.4g}, z {z:.4g} um",
            heat_out=printed.some(out),
            left_out=printed.some(self.system.dropped),
        )

    @property
    def model(self) -> Model:
        return self.system.model

    @cached_property
    def node_temperature_degc(self) -> np.ndarray:
        """(second-order nodes,) temperature."""
        return self.system.reference_degc + self.rise_k

    @cached_property
    def present(self) -> np.ndarray:
        """(nodes,) mask of those whose temperature was solved for or is held."""
        return (self.system.number >= 0) | self.system.held

    @cached_property
    def residual(self) -> float:
        """What does not balance at nodes that are free, over the heat."""
        left = float(np.abs(self.nodal_residual_w[self.system.number >= 0]).sum())
        return left / self.heat_w if self.heat_w else left

    @cached_property
    def _hottest(self) -> tuple[int, float, float, float]:
        """Element, reference x and y, and rise at the hottest point."""
        elements = self.system.elements
        element, x, y, rise = largest(self.rise_k[self.model.nodes[:, elements].T])
        return int(elements[element]), x, y, rise

    @property
    def temperature_max_degc(self) -> float:
        """Largest temperature."""
        return self.system.reference_degc + self._hottest[3]

    @property
    def hot_spot_um(self) -> np.ndarray:
        """(2,) r, z of where it is."""
        element, x, y, _ = self._hottest
        return self.model.position_um(np.array([element]), np.array([x]), np.array([y]))[:, 0]

    def region_max_degc(self, region: str) -> float:
        """Largest temperature in a region or group."""
        found = largest(self.rise_k[self.model.nodes[:, self.model.elements(region)].T])
        return self.system.reference_degc + found[3]

    @cached_property
    def _domain(self) -> np.ndarray:
        return self.model.mask(self.system.elements)

    def temperature(self, points: np.ndarray) -> np.ndarray:
        """(N,) temperature at (2, N) points.

        ValueError for points outside the regions that conduct heat.
        """
        return self.temperature_at(*self.model.locate(points, None, self._domain))

    def temperature_at(self, element: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """(N,) temperature at reference points of elements."""
        return temperature_at(self.model, self.node_temperature_degc, element, x, y)

    def temperature_gradient(self, points: np.ndarray, region: str | None = None) -> np.ndarray:
        """(2, N) gradient r, z of the temperature, K/um; ``region`` decides the side."""
        element, x, y = self.model.locate(points, region, self._domain)
        out = np.empty((3, len(element)))
        local = np.ascontiguousarray(self.rise_k[self.model.nodes].T)
        model = self.model
        potential_gradient(model.node_points_um, model.nodes, element, x, y, local, out)
        return out[:2]

    def heat_out_w(self, boundary: str) -> float:
        """Heat that leaves through a named boundary, W.

        From nodal residuals where it is held, from the film where it has one, 0 on other outer
        boundaries: all of them sum up to the heat.

        Raises
        ------
        InputError
            For an unknown boundary, and for one inside the body that is no sink.
        """
        return self.system.heat_out_w(boundary, self.rise_k, self.nodal_residual_w)

    @property
    def heat_out_sum_w(self) -> float:
        """Through all sinks."""
        return sum(self.heat_out_w(name) for name in self.system.sinks.names)
