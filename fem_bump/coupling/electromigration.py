"""Atoms that a current moves, and a gradient of the temperature.

The equation, with the hydrostatic stress sigma (tension positive), is Korhonen's in space,

    d(sigma)/dt = div[ kappa ( grad sigma + Z* e rho j / Omega - Q* grad T / (T Omega) ) ],
    kappa = D B Omega / (k T),   D = D0 exp(-Ea / k T),   rho j = -grad phi;

how it is solved: :mod:`fem_bump.migration.system`. M. A. Korhonen et al., J. Appl. Phys. 73, 3790
(1993). Units: um, s, MPa, degC.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from fem_bump.body.model import Model
from fem_bump.conduction.flow import CurrentFlow
from fem_bump.coupling.state import ElectroThermal
from fem_bump.errors import InputError, is_number
from fem_bump.materials.quantities import ABSOLUTE_ZERO_DEGC
from fem_bump.mechanics.state import ThermalStress
from fem_bump.migration.electromigration import TOLERANCE, Electromigration, migrate
from fem_bump.migration.solution import Drive, Term

TAIL = 1e-3  # of the harmonics' sum that those left out may add
MOST_HARMONICS = 160  # above 0

Degc = float | np.ndarray | Callable[[np.ndarray, np.ndarray], np.ndarray]


def electromigration(
    model: Model,
    flow: CurrentFlow | ElectroThermal,
    *,
    end_s: float | None = None,
    temperature_degc: Degc | None = None,
    open_interfaces: Iterable[str] = (),
    reservoirs: Mapping[str, float] | None = None,
    initial: float | Mapping[str, float] | ThermalStress | None = None,
    tolerance: float = TOLERANCE,
) -> Electromigration:
    """Follow the stress that moving atoms build up.

    Atoms move in regions with migration data that carry current. Regions of equal data are one
    body; an interface between different ones blocks unless it is open. Outer boundaries block
    unless they are reservoirs. The problem is linear: potential and temperature stay as they are.

    Parameters
    ----------
    flow
        The current, of this model, or the current at the temperature that it causes. One that
        varies around the axis has its stress as a sum of the same harmonics, which move at the
        temperature that is the same all around.
    end_s
        Where the history ends; by default when all has settled.
    temperature_degc
        Where a current alone is given: a number, (second-order nodes,) values, or f(r, z) in the
        model's length unit.
    open_interfaces
        Interfaces ``"a/b"``, or legs ``"a/b:leg"``, that atoms cross: there stress and volume flux
        are continuous.
    reservoirs
        Boundary name to the hydrostatic stress that is held there, MPa; 0 is a free surface.
    initial
        Hydrostatic stress at t = 0: MPa, MPa per region or group (0 in others), or a
        state of ``thermal_stress`` or of a history, which is projected with its content; by default
        none.
    tolerance
        Largest error in time at any place, relative to the largest change in a block.

    Returns
    -------
    Electromigration

    Raises
    ------
    InputError
        For a conductor on the current's path that has neither migration data nor ``"immobile"``,
        named; a path on which nothing moves; unknown names; an interface or boundary without moving
        atoms; reservoirs that touch and hold different stresses; a temperature above the solidus of
        a conductor on the path; another model's flow; no temperature, or a second one.
    AnalysisError
        When the transport cannot be resolved.

    Examples
    --------
    >>> from skfem import MeshTri
    >>> from fem_bump import Material, Migration, Model, current_flow, electromigration
    >>> mesh = MeshTri.init_tensor([0.0, 1.0], [0.0, 5.0, 10.0]).with_boundaries(
    ...     {"low": lambda x: x[1] == 0.0, "high": lambda x: x[1] == 10.0}
    ... )
    >>> cu = Migration(7.8e-5, 0.9, -5.0, 1.18e-29, 1e5)
    >>> wire = Material("cu", 1e5, 0.3, 17e-6, 5e7, migration=cu)
    >>> model = Model(mesh, {"wire": wire})
    >>> flow = current_flow(model, 0.03, source="high", sink="low")
    >>> moved = electromigration(model, flow, temperature_degc=100.0)
    >>> steady = moved.steady.stress([[0.5, 0.5], [0.0, 10.0]])  # electrons enter below
    >>> print(*(f"{each:.2f}" for each in steady))
    64.83 -64.83
    >>> moved.nucleation(critical_mpa=80.0, over_um=1.0) is None
    True
    """
    if isinstance(flow, ElectroThermal):
        if temperature_degc is not None:
            raise InputError("temperature_degc is given, and the flow has its own temperature")
        temperature_degc = flow.node_temperature_degc
        flow = flow.flow
    if not isinstance(flow, CurrentFlow):
        raise InputError(
            f"flow is a {type(flow).__name__} and must be a CurrentFlow or an ElectroThermal"
        )
    if flow.model is not model:
        raise InputError("flow is of another model than the one given")
    drive = Drive(
        _terms(flow),
        _node_degc(model, temperature_degc),
        flow.conductivity_s_per_m,
        flow.conducting_elements,
    )
    return migrate(
        model, drive, _initial(model, initial), end_s, open_interfaces, reservoirs, tolerance
    )


def _terms(flow: CurrentFlow) -> tuple[Term, ...]:
    """Harmonics of the potential, enough of them at the ends of a source's arcs as well.

    Those of an arc of half angle p go with sin(n p), so that what is left out after n is at most
    the largest of the last ones over 2 sin(p / 2).
    """
    found = list(flow.terms())
    if flow.varies_around and flow.films_off_centre is None:
        turn = np.radians(flow.half_angle_deg) * flow.count
        period, share = int(np.ceil(np.pi / turn)), 1 / (2 * np.sin(min(turn, np.pi) / 2))
        sizes = [float(np.abs(term.local_phi_v).max()) for term in found]
        limit = min(MOST_HARMONICS, flow.arcs.most)
        while len(found) <= limit and max(sizes[-period:]) * share > TAIL * sum(sizes[1:]):
            found.append(flow.term(len(found)))
            sizes.append(float(np.abs(found[-1].local_phi_v).max()))
    return tuple(Term(term.number, term.phase_deg, term.local_phi_v) for term in found)


def _node_degc(model: Model, given: Any) -> np.ndarray:
    """(second-order nodes,) temperature."""
    if given is None:
        raise InputError("temperature_degc is missing; a CurrentFlow has none of its own")
    if callable(given):
        given = np.asarray(given(*(model.node_points_um / model.unit_um)), dtype=float)
    elif not (is_number(given) or isinstance(given, np.ndarray)):
        raise InputError(
            f"temperature_degc = {given!r} must be a number, an array over second-order nodes or a "
            "function of r and z"
        )
    if np.shape(given) not in ((), (model.node_count,)):
        raise InputError(
            f"temperature_degc has shape {np.shape(given)}; an array needs one value per "
            f"second-order node, ({model.node_count},)"
        )
    out = np.broadcast_to(np.asarray(given, dtype=float), (model.node_count,))
    bad = ~(np.isfinite(out) & (out > ABSOLUTE_ZERO_DEGC))
    if bad.any():
        raise InputError(
            f"temperature_degc = {out[bad][0]:g} must be finite and above {ABSOLUTE_ZERO_DEGC}"
        )
    return out


def _initial(model: Model, given: Any) -> np.ndarray:
    """(all elements, q) hydrostatic stress at quadrature points, MPa."""
    volumes = model.quadrature[1]
    out = np.zeros(volumes.shape)
    if given is None:
        return out
    if isinstance(given, ThermalStress):
        if given.model is not model:
            raise InputError("initial is a state of another model than the one given")
        if given.varies_around:
            raise InputError(
                "initial varies around the axis; give the part that is the same all around, "
                "initial.axisymmetric"
            )
        *points, _ = model.quadrature_of(np.arange(model.mesh.nelements))
        return given.stress_at(*points)[:3].mean(axis=0).reshape(out.shape)
    by_region = given if isinstance(given, Mapping) else dict.fromkeys(model.regions, given)
    for name, value in by_region.items():
        if not is_number(value) or not np.isfinite(value):
            raise InputError(f"initial['{name}'] = {value!r} must be a finite number, MPa")
        out[model.elements(name)] = float(value)
    return out
