"""A current and the temperature that it causes, and how much current there can be.

The problem and how it is solved: :mod:`fem_bump.coupling.problem`; largest currents:
:mod:`fem_bump.coupling.limits`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from fem_bump.body.model import Model
from fem_bump.conduction.off_centre_films import OffCentreFilm
from fem_bump.coupling.around_axis import vary_around
from fem_bump.coupling.limits import CurrentLimits, Levels, limits_of
from fem_bump.coupling.problem import Coupled, coupled
from fem_bump.coupling.state import ElectroThermal
from fem_bump.coupling.trace_heater import TraceHeater, stated
from fem_bump.errors import AnalysisError, InputError, TooMuchCurrentError
from fem_bump.heat.sinks import Film

UNIT_A = 1.0  # of a problem whose limits are sought


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
    trace: TraceHeater | None = None,
    insulated_regions: Iterable[str] = (),
    insulated_facets: Iterable[int] = (),
    source_half_angle_deg: float | None = None,
    source_count: int = 1,
    accuracy: float = 1e-3,
    off_centre_films: Sequence[OffCentreFilm] = (),
    angular: str = "averaged",
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
    trace
        A trace that brings the current to the source, as a heater; its resistance is its own.
    angular
        ``"averaged"``: the heat of a flow that varies around the axis is the mean around it.
        ``"coupled"``: for a source of arcs the state has ``around`` as well, temperature and
        conductivities that vary with the angle.

    Returns
    -------
    ElectroThermal

    Raises
    ------
    InputError
        What a flow of current refuses; no heat sink, a conductor without thermal conductivity; a
        current beyond that at which a region reaches its solidus, or at which no steady temperature
        exists: the sentence has both (:func:`current_limits`).
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
    given = {
        "source_kind": source_kind,
        "sink_kind": sink_kind,
        "contact_resistivity_ohm_m2": contact_resistivity_ohm_m2,
        "insulated_regions": insulated_regions,
        "insulated_facets": insulated_facets,
        "source_half_angle_deg": source_half_angle_deg,
        "source_count": source_count,
        "accuracy": accuracy,
        "off_centre_films": off_centre_films,
    }
    if angular not in ("averaged", "coupled"):
        raise InputError(f"angular = {angular!r} must be 'averaged' or 'coupled'")
    problem = coupled(
        model,
        current_a,
        source,
        sink,
        held_degc=held_degc,
        film_w_per_m2k=film_w_per_m2k,
        trace=trace,
        solver=solver,
        **given,
    )
    found = problem.settled()
    if found is None:
        _check_current(problem)
        found = problem.settled(Levels(problem).rise_at_current())
    if found is None:
        raise AnalysisError(f"current and temperature do not settle at current_a = {current_a:g} A")
    of_trace = found.trace is not None and trace is not None and trace.melts(found.trace)
    if of_trace or (found.heat.rise_k > Levels(problem).solidus_k).any():
        _check_current(problem)
    if angular == "averaged":
        return found
    system, _ = problem.heated(current_a)
    around = vary_around(found.flow, system, found.heat.rise_k, trace)
    return replace(found, around=around)


def current_limits(model: Model, source: str, sink: str, **given: Any) -> CurrentLimits:
    """How much current a body bears.

    ``given`` is all that :func:`electrothermal` takes but the current.

    Examples
    --------
    >>> import numpy as np
    >>> from fem_bump import Model, current_limits, materials
    >>> from fem_bump.verification.grids import grid
    >>> joint = Model(grid([0, 10, 20], np.linspace(0, 50, 11)), {"body": materials["SAC305"]})
    >>> ends = {"top": 100.0, "bottom": 100.0}
    >>> limits = current_limits(joint, "top", "bottom", held_degc=ends)
    >>> limits.region, round(limits.solidus_a, 2), round(limits.runaway_a, 2)
    ('body', 12.03, 24.67)
    """
    return limits_of(coupled(model, UNIT_A, source, sink, **given))


def _check_current(problem: Coupled) -> None:
    """Refuse a current that is beyond a limit."""
    found, current = limits_of(problem), problem.flow.current_a
    if abs(current) >= min(found.solidus_a, found.runaway_a):
        raise TooMuchCurrentError(f"{stated(current)} is more than this body bears: {found}")
