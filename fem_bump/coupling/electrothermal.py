"""A current, the heat that it sets free, and the conductivities at the temperature that results.

    div(s(T) grad phi) = 0,    div(k(T) grad T) + s |grad phi|^2 = 0,

with what the contacts set free as a source on their facets; T is continuous everywhere
(:mod:`fem_bump.conduction.current_flow`, :mod:`fem_bump.heat.system`). The two are solved in turn:
the potential at the last temperature, then the temperature, linearized in the heat with the
current density kept, rho(T) J^2, since that is what a given current changes least. What is left of
the iteration is accelerated (:mod:`fem_bump.heat.acceleration`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from fem_bump.body.model import Model
from fem_bump.body.property_field import property_field
from fem_bump.conduction.current_flow import current_flow, flow_at
from fem_bump.conduction.flow import CurrentFlow
from fem_bump.conduction.off_centre_films import OffCentreFilm
from fem_bump.coupling.joule import joule_heat
from fem_bump.coupling.state import ElectroThermal
from fem_bump.errors import AnalysisError
from fem_bump.heat.acceleration import Anderson
from fem_bump.heat.flow import HeatFlow
from fem_bump.heat.sinks import Film, sinks_of
from fem_bump.heat.system import heat_system

RESIDUAL = 1e-9  # a tenth of what is promised
MOST_STEPS = 30


def electrothermal(
    model: Model,
    current_a: float,
    source: str,
    sink: str,
    source_kind: str = "equipotential",
    sink_kind: str = "equipotential",
    contact_resistivity_ohm_m2: Mapping[str, float] | None = None,
    *,
    held_degc: Mapping[str, float] | None = None,
    film_w_per_m2k: Mapping[str, Film] | None = None,
    insulated_regions: Iterable[str] = (),
    source_half_angle_deg: float | None = None,
    source_count: int = 1,
    accuracy: float = 1e-3,
    off_centre_films: Sequence[OffCentreFilm] = (),
    solver: str = "auto",
) -> ElectroThermal:
    """Solve for a current and the temperature that it causes.

    Parameters
    ----------
    current_a, source, sink, source_kind, sink_kind, contact_resistivity_ohm_m2
        As :func:`~fem_bump.conduction.current_flow.current_flow` takes them, and so all below but
        these:
    held_degc
        Boundary name to its temperature; an inner boundary may be one.
    film_w_per_m2k
        Boundary name to heat transfer coefficient, W/(m^2 K), and ambient temperature, degC.

    Returns
    -------
    ElectroThermal
        The heat of a flow that varies around the axis is the mean around it.

    Raises
    ------
    InputError
        What a flow of current refuses; no heat sink, a conductor without thermal conductivity.
    AnalysisError
        When a system cannot be solved.

    Examples
    --------
    >>> from fem_bump import Model, electrothermal, materials
    >>> from fem_bump.verification.grids import grid
    >>> regions = {"pad": (0, 10, 0, 1), "ubm": (0, 10, 1, 2)}
    >>> mesh = grid([0, 2, 4, 6, 8, 10], [0, 0.5, 1, 1.5, 2], regions)
    >>> model = Model(mesh, {"pad": materials["Al"], "ubm": materials["Cu"]})
    >>> hot = electrothermal(model, 0.3, "right", "top", "flux", held_degc={"bottom": 100.0})
    >>> round(1e3 * hot.resistance_ohm, 3), hot.temperature_max_degc > 100.0
    (0.251, True)
    """
    sinks = sinks_of(model, held_degc, film_w_per_m2k)
    flow = current_flow(
        model,
        current_a,
        source,
        sink,
        source_kind,
        sink_kind,
        contact_resistivity_ohm_m2,
        sinks.mean_degc,
        solver=solver,
        insulated_regions=insulated_regions,
        source_half_angle_deg=source_half_angle_deg,
        source_count=source_count,
        accuracy=accuracy,
        off_centre_films=off_centre_films,
    )
    system = heat_system(model, sinks, model.mask(flow.conducting_elements))
    rise = system.start_rise_k()
    mixing = Anderson(np.ones(len(rise)))
    free, residual = system.number >= 0, np.inf
    for solves in range(1, MOST_STEPS + 1):
        degc = system.reference_degc + rise
        heat = joule_heat(flow, system, degc)
        k = system.conductivity(degc)
        left = system.residual(rise, heat.load_w, k)
        change, _ = system.step(left, k, heat.growth_w_per_um3k, solver)
        rise = mixing.next(rise, change)
        degc = system.reference_degc + rise
        left = system.residual(rise, heat.load_w, system.conductivity(degc))
        residual = float(np.abs(left[free]).sum()) / heat.total_w
        residual = max(residual, _change(flow, degc))
        if residual <= RESIDUAL:
            found = HeatFlow(system, rise, left, heat.total_w)
            return ElectroThermal(flow, found, solves, solves, residual)
        flow = flow_at(flow, degc)
    raise AnalysisError(
        f"current and temperature do not settle in {MOST_STEPS} steps: residual {residual:.1e}"
    )


def _change(flow: CurrentFlow, degc: np.ndarray) -> float:
    """Largest share by which conductivities at a temperature differ from those of the flow."""
    at = flow.conducting_elements
    there = property_field(flow.model, "conductivity_s_per_m", degc)[at]
    return float(np.abs(there / flow.conductivity_s_per_m[at] - 1).max())
