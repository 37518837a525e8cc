"""Steady conduction of heat from given sources, with a conductivity that depends on temperature.

Equations and conventions: :mod:`fem_bump.heat.system`. The conductivity is taken at the quadrature
points; the iteration takes it from the last temperature and is accelerated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from fem_bump.algebra.quadrature import facet_functions, facet_points
from fem_bump.body.model import Model
from fem_bump.errors import AnalysisError, InputError, is_number
from fem_bump.heat.acceleration import Anderson
from fem_bump.heat.flow import HeatFlow
from fem_bump.heat.sinks import Film, area_um2, sinks_of
from fem_bump.heat.system import heat_system

RESIDUAL = 1e-10
SETTLED = (
    1e-9  # change over the rise, where only films hold a level: its round-off does not balance
)
MOST_STEPS = 40

Density = Callable[[np.ndarray, np.ndarray], np.ndarray]


def heat_flow(
    model: Model,
    *,
    heat_w_per_um3: Density | Mapping[str, float] | None = None,
    boundary_heat_w: Mapping[str, float] | None = None,
    held_degc: Mapping[str, float] | None = None,
    film_w_per_m2k: Mapping[str, Film] | None = None,
    solver: str = "auto",
) -> HeatFlow:
    """Solve for the temperature of a heated body.

    Parameters
    ----------
    heat_w_per_um3
        Heat per volume: f(r, z) with coordinates in the model's length unit, or {region: number}.
    boundary_heat_w
        Boundary name, inner or outer, to heat that is fed in evenly over its area, W.
    held_degc
        Boundary name to its temperature.
    film_w_per_m2k
        Boundary name to heat transfer coefficient, W/(m^2 K), and ambient temperature, degC.

    Raises
    ------
    InputError
        Unknown names, no heat sink, something heated that reaches none.
    AnalysisError
        When the conductivity depends so strongly on temperature that the iteration does not settle.

    Examples
    --------
    A rod of 10 um, 1 W into its top, held at 100 degC at its bottom:

    >>> import numpy as np
    >>> from fem_bump import Material, Model, heat_flow
    >>> from fem_bump.verification.grids import grid
    >>> copper = Material("Cu", 120e3, 0.34, 17e-6, thermal_conductivity_w_per_mk=400.0)
    >>> model = Model(grid([0, 1, 2], np.linspace(0, 10, 6)), {"body": copper})
    >>> found = heat_flow(model, boundary_heat_w={"top": 1e-3}, held_degc={"bottom": 100.0})
    >>> round(found.temperature_max_degc - 100.0, 6), round(found.heat_out_w("bottom"), 9)
    (1.989437, 0.001)
    """
    sinks = sinks_of(model, held_degc, film_w_per_m2k)
    density = _density(model, heat_w_per_um3)
    facets = {name: model.facets(name) for name in boundary_heat_w or {}}
    heated = (density != 0).any(axis=1)
    for name, heat in (boundary_heat_w or {}).items():
        if not is_number(heat) or not np.isfinite(heat):
            raise InputError(f"boundary_heat_w['{name}'] = {heat!r} must be a finite number, W")
    system = heat_system(model, sinks, heated)
    load = system.load(density)
    for name, heat in (boundary_heat_w or {}).items():
        load += facet_load(model, facets[name], np.full(1, heat / area_um2(model, name)))
    absent = np.ones(model.node_count, dtype=bool)
    absent[model.nodes[:, system.elements]] = False
    if load[absent].any():
        raise InputError(
            "boundary_heat_w heats a boundary that touches no region that conducts heat"
        )
    return _settled(
        HeatFlow(system, system.start_rise_k(), np.zeros(0), float(load.sum())), load, solver
    )


def _settled(flow: HeatFlow, load: np.ndarray, solver: str) -> HeatFlow:
    system, rise = flow.system, flow.rise_k
    scale = float(np.abs(load).sum())
    mixing, linear = Anderson(np.ones(len(rise))), None
    for _ in range(MOST_STEPS):
        k = system.conductivity(system.reference_degc + rise)
        residual = system.residual(rise, load, k)
        left = float(np.abs(residual[system.number >= 0]).sum())
        if left <= RESIDUAL * scale or (scale == 0 and left == 0):
            break
        linear = system.linearized(k, solver=solver, before=linear)
        change = linear.rise_k(-residual)
        rise = mixing.next(rise, change)
        if system.part.any() and np.abs(change).max() <= SETTLED * np.abs(rise).max():
            residual = system.residual(
                rise, load, system.conductivity(system.reference_degc + rise)
            )
            break
    else:
        raise AnalysisError(
            f"the temperature does not settle in {MOST_STEPS} steps: relative residual "
            f"{left / scale:.1e}; thermal_conductivity_w_per_mk depends too strongly on it"
        )
    return HeatFlow(system, rise, residual, flow.heat_w)


def _density(model: Model, given: Density | Mapping[str, float] | None) -> np.ndarray:
    """(elements, q) W/um^3 at the quadrature points."""
    points = model.quadrature[0]
    out = np.zeros(points.shape[1:])
    if given is None:
        return out
    if callable(given):
        out[:] = given(*(points / model.unit_um))
        return out
    for name, value in given.items():
        if not is_number(value) or not np.isfinite(value):
            raise InputError(f"heat_w_per_um3['{name}'] = {value!r} must be a finite number, W/um3")
        out[model.elements(name)] = value
    return out


def facet_load(model: Model, facets: np.ndarray, density: np.ndarray) -> np.ndarray:
    """(nodes,) W of a density per area on facets, W/um^2: (m, q) at their Gauss points, or less."""
    nodes = model.facet_nodes(facets)
    _, weights = facet_points(model.node_points_um[:, nodes])
    local = (weights * density) @ facet_functions()[0][:3].T
    return np.bincount(nodes.T.ravel(), local.ravel(), model.node_count)
