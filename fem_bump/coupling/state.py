"""A current and the temperature that it causes, in balance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from fem_bump.conduction.flow import CurrentFlow
from fem_bump.coupling.angular_state import AngularState
from fem_bump.coupling.trace_heater import TraceState
from fem_bump.heat.flow import HeatFlow
from groundwork import printed
from groundwork.pictures import Pictured


@dataclass(frozen=True, repr=False, eq=False)
class ElectroThermal(Pictured):
    """A flow of current at the temperature that it causes.

    All that a :class:`~fem_bump.conduction.flow.CurrentFlow` has can be asked of it as well:
    ``resistance_ohm``, ``power_w``, ``potential(points)``, ``current_density(points)``,
    ``interface(a, b)``.

    Attributes
    ----------
    flow
        The current, with conductivities at the temperature.
    heat
        The temperature, and the heat that leaves.
    conduction_solves, heat_solves
        How often the potential and the temperature were solved for.
    residual
        What is left of the heat's balance at free nodes, over the heat (or the last change of the
        temperature over its rise, where round-off leaves no better balance); or, if that is more,
        by how much conductivities at the temperature differ from those of the flow, the largest
        share.
    trace
        What a trace that heats the pad does.
    around
        Temperature and potential around the axis, where coupled harmonics were asked for; all else
        is of the mean heat.

    Examples
    --------
    >>> from fem_bump import Model, electrothermal, materials
    >>> from fem_bump.verification.grids import grid
    >>> regions = {"pad": (0, 10, 0, 1), "ubm": (0, 10, 1, 2)}
    >>> mesh = grid([0, 2, 4, 6, 8, 10], [0, 0.5, 1, 1.5, 2], regions)
    >>> model = Model(mesh, {"pad": materials["Al"], "ubm": materials["Cu"]})
    >>> hot = electrothermal(model, 0.3, "right", "top", "flux", held_degc={"bottom": 100.0})
    >>> abs(hot.heat_out_w("bottom") / hot.power_w - 1) < 1e-6
    True
    """

    flow: CurrentFlow
    heat: HeatFlow
    conduction_solves: int
    heat_solves: int
    residual: float
    trace: TraceState | None = None
    around: AngularState | None = None
    drawn_as: ClassVar[str] = "electrothermal"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name in ("flow", "heat"):
            raise AttributeError(name)
        return getattr(self.flow, name)

    def __repr__(self) -> str:
        flow, heat, trace = self.flow, self.heat, self.trace
        r, z = heat.hot_spot_um
        out = [f"{name} {heat.heat_out_w(name):.4g} W" for name in heat.system.sinks.names]
        return printed.lines(
            f"ElectroThermal: {flow.current_a:g} A from {flow.source} to {flow.sink}, "
            f"{flow.model.summary}",
            resistance=f"{flow.resistance_ohm:.6g} ohm",
            power=f"{flow.power_w:.4g} W",
            temperature=printed.span(heat.node_temperature_degc[heat.present], "degC"),
            hottest_at=f"r {r:.4g}, z {z:.4g} um",
            heat_out=printed.some(out),
            from_the_trace=f"{trace.heat_into_pad_w:.4g} W at {trace.rim_degc:.4g} degC"
            if trace
            else "",
            left_out=printed.some(flow.dropped_regions),
            solved=f"{self.conduction_solves} potentials, {self.heat_solves} temperatures, "
            f"residual {self.residual:.1e}",
        )

    @property
    def node_temperature_degc(self) -> np.ndarray:
        """(second-order nodes,) temperature."""
        return self.heat.node_temperature_degc

    @property
    def temperature_max_degc(self) -> float:
        """Largest temperature, the mean around the axis."""
        return self.heat.temperature_max_degc

    @property
    def hot_spot_um(self) -> np.ndarray:
        """(2,) r, z of where it is."""
        return self.heat.hot_spot_um

    def temperature(self, points: np.ndarray) -> np.ndarray:
        """(N,) temperature in degC at (2, N) points, the mean around the axis.

        ValueError for points outside the regions that conduct heat.
        """
        return self.heat.temperature(points)

    def temperature_gradient(self, points: np.ndarray, region: str | None = None) -> np.ndarray:
        """(2, N) its gradient r, z, K/um; ``region`` decides the side at an interface."""
        return self.heat.temperature_gradient(points, region)

    def heat_out_w(self, boundary: str) -> float:
        """Heat that leaves through a boundary, W; all sum up to the power and a trace's heat."""
        return self.heat.heat_out_w(boundary)
