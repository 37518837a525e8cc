"""What of a coupled problem stays while its temperature is sought: terminals, sinks, systems.

    div(s(T) grad phi) = 0,    div(k(T) grad T) + s |grad phi|^2 = 0,

with what the contacts set free as a source on their facets; T is continuous everywhere
(:mod:`fem_bump.conduction.current_flow`, :mod:`fem_bump.heat.system`). The two are solved in turn:
the potential at the last temperature, then the temperature, linearized in the heat with the
current density kept, rho(T) J^2, since that is what a given current changes least. What is left of
the iteration is accelerated (:mod:`fem_bump.heat.acceleration`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from fem_bump.body.model import Model
from fem_bump.body.property_field import property_field
from fem_bump.conduction.current_flow import current_flow, flow_at
from fem_bump.conduction.flow import CurrentFlow
from fem_bump.coupling.joule import joule_heat
from fem_bump.coupling.state import ElectroThermal
from fem_bump.coupling.trace_heater import TraceHeater
from fem_bump.errors import AnalysisError, InputError
from fem_bump.heat.acceleration import Anderson
from fem_bump.heat.flow import HeatFlow
from fem_bump.heat.sinks import Film, facet_shares, sinks_of
from fem_bump.heat.system import PER_UM2, HeatSystem, film_term, heat_system

RESIDUAL = 1e-9  # a tenth of what is promised
MOST_STEPS = 25
SETTLED = 1e-9  # largest change of the temperature, over the largest rise
COLDER = 0.1  # than the coldest sink, over the rise: an iterate that is no temperature


@dataclass(frozen=True)
class Coupled:
    """A current between two terminals, and the sinks of its heat.

    Attributes
    ----------
    flow
        The current at the mean temperature of the sinks.
    body
        Conduction of heat without the trace.
    trace
        A trace at the source, as a heater.
    """

    flow: CurrentFlow
    body: HeatSystem
    trace: TraceHeater | None
    solver: str

    def at_current(self, current_a: float) -> Coupled:
        """The same with another current."""
        changed = replace(self.flow, current_a=current_a)
        return replace(self, flow=flow_at(changed, self.flow.system.temperature_degc))

    @cached_property
    def _source(self) -> np.ndarray:
        """(nodes,) share of the source's area."""
        share = facet_shares(self.flow.model, self.flow.source)
        return share / share.sum()

    def heated(self, current_a: float) -> tuple[HeatSystem, np.ndarray]:
        """Conduction of heat beside the trace at a current, and the heat (nodes,) that it feeds in.

        Over the area of the source, the mean around the axis.
        """
        body, trace = self.body, self.trace
        if trace is None:
            return body, np.zeros(body.model.node_count)
        heat, per_k = trace.entry(current_a)
        facets = body.model.facets(self.flow.source)
        everywhere = np.ones(body.model.node_count, dtype=bool)
        whole = film_term(body.model, facets, 1 / PER_UM2, 0.0, everywhere).matrices.sum()
        h, ambient_k = per_k / whole / PER_UM2, trace.substrate_degc - body.reference_degc
        film = film_term(body.model, facets, h, ambient_k, everywhere)
        return replace(body, films={**body.films, "trace": film}), heat * self._source

    def rim_degc(self, rise_k: np.ndarray) -> float:
        """Mean temperature of the source."""
        model = self.body.model
        facets = model.facets(self.flow.source)
        film = film_term(model, facets, 1.0, 0.0, np.ones(model.node_count, dtype=bool))
        rise = film.leaving_w(rise_k).sum() / film.matrices.sum()
        return self.body.reference_degc + float(rise)

    def settled(self, rise_k: np.ndarray | None = None) -> ElectroThermal | None:
        """Potential and temperature in balance, from a guess; None where they do not settle."""
        flow = self.flow
        system, of_trace = self.heated(flow.current_a)
        rise = system.start_rise_k() if rise_k is None else rise_k
        if rise_k is not None:
            flow = flow_at(flow, system.reference_degc + rise)
        mixing, linear = Anderson(np.ones(len(rise))), None
        free = system.number >= 0
        for solves in range(1, MOST_STEPS + 1):
            degc = system.reference_degc + rise
            heat, k = joule_heat(flow, system, degc), system.conductivity(degc)
            load = heat.load_w + of_trace
            left = system.residual(rise, load, k)
            try:
                linear = system.linearized(k, heat.growth_w_per_um3k, self.solver, linear)
                before, rise = rise, mixing.next(rise, linear.rise_k(-left))
                if not rise.min() > -COLDER * (1.0 + float(rise.max())):
                    return None
                degc = system.reference_degc + rise
                left = system.residual(rise, load, system.conductivity(degc))
                residual = float(np.abs(left[free]).sum()) / float(np.abs(load).sum())
                # on a weak film the level's round-off is more than that: then what counts is that
                # nothing changes any more
                moved = float(np.abs(rise - before).max()) / float(np.abs(rise).max() or 1.0)
                residual = max(min(residual, moved / SETTLED * RESIDUAL), _change(flow, degc))
                if residual > RESIDUAL:
                    flow = flow_at(flow, degc)
            except (AnalysisError, InputError):
                # heat grows faster with the temperature than it leaves, or no material is that hot
                return None
            if residual <= RESIDUAL:
                found = HeatFlow(system, rise, left, heat.total_w)
                return self._balanced(flow, found, solves, residual)
        return None

    def _balanced(
        self, flow: CurrentFlow, heat: HeatFlow, solves: int, residual: float
    ) -> ElectroThermal:
        """The state, with what the trace adds."""
        state = None
        if self.trace is not None:
            state = self.trace.state(flow.current_a, self.rim_degc(heat.rise_k))
            heat = replace(heat, heat_w=heat.heat_w + state.heat_into_pad_w)
        return ElectroThermal(flow, heat, solves, solves, residual, state)


def _change(flow: CurrentFlow, degc: np.ndarray) -> float:
    """Largest share by which conductivities at a temperature differ from those of the flow."""
    at = flow.conducting_elements
    there = property_field(flow.model, "conductivity_s_per_m", degc)[at]
    return float(np.abs(there / flow.conductivity_s_per_m[at] - 1).max())


def coupled(
    model: Model,
    current_a: float,
    source: str,
    sink: str,
    *,
    held_degc: Mapping[str, float] | None = None,
    film_w_per_m2k: Mapping[str, Film] | None = None,
    trace: TraceHeater | None = None,
    solver: str = "auto",
    **of_flow: Any,
) -> Coupled:
    """The problem of :func:`fem_bump.coupling.electrothermal.electrothermal`, checked.

    What else a flow of current takes goes to it.
    """
    others = () if trace is None else (trace.substrate_degc,)
    sinks = sinks_of(model, held_degc, film_w_per_m2k, others)
    degc = sinks.mean_degc
    flow = current_flow(
        model, current_a, source, sink, temperature_degc=degc, solver=solver, **of_flow
    )
    body = heat_system(model, sinks, model.mask(flow.conducting_elements))
    return Coupled(flow, body, trace, solver)
