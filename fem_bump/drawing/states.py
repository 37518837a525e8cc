"""Pictures of states: stress, displacement and current density in the section.

Values at corners are singular, so a scale ends at the 97th percentile of the values in the
magnified view.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LogNorm, Normalize, TwoSlopeNorm
from matplotlib.figure import Figure
from matplotlib.tri import Triangulation

from fem_bump.body.model import Model
from fem_bump.conduction.flow import CurrentFlow
from fem_bump.coupling.state import ElectroThermal
from fem_bump.drawing.section import (
    checked_window,
    close_window,
    triangulation,
    two_views,
)
from fem_bump.drawing.section_fields import places
from fem_bump.errors import InputError
from fem_bump.heat.flow import HeatFlow
from fem_bump.interfaces.averages import principal_max, von_mises
from fem_bump.mechanics.harmonic_stress import HarmonicStress
from fem_bump.mechanics.state import ThermalStress
from fem_bump.migration.state import MigrationState
from groundwork.lettering import literal
from groundwork.pictures import pictures

TOP = 97.0  # percentile at which a scale ends
LEAST, MOST = 2.0, 99.5  # of a logarithmic one
NO_FIELD = "#ececec"

Place = tuple[np.ndarray, np.ndarray, np.ndarray]
Quantity = tuple[str, Callable[..., np.ndarray]]


def _of_stress(measure: Callable[[np.ndarray], np.ndarray]) -> Callable[..., np.ndarray]:
    return lambda state, place, *theta: measure(state.stress_at(*place, *theta))


def _of_shift(component: int) -> Callable[..., np.ndarray]:
    return lambda state, place, *theta: state.displacement_at(*place, *theta)[component]


STRESSES: Mapping[str, Quantity] = {
    "von_mises": ("von Mises stress (MPa)", _of_stress(von_mises)),
    "principal_max": ("first principal stress (MPa)", _of_stress(principal_max)),
    "stress_rr": ("stress rr (MPa)", _of_stress(lambda s: s[0])),
    "stress_zz": ("stress zz (MPa)", _of_stress(lambda s: s[1])),
    "stress_tt": ("stress θθ (MPa)", _of_stress(lambda s: s[2])),
    "stress_rz": ("stress rz (MPa)", _of_stress(lambda s: s[3])),
    "displacement_r": ("displacement r (µm)", _of_shift(0)),
    "displacement_z": ("displacement z (µm)", _of_shift(-1)),
}
INELASTIC: Mapping[str, Quantity] = {
    "inelastic_strain": (
        "equivalent inelastic strain (-)",
        lambda state, place, *_: state.inelastic.equivalent_at(*place),
    )
}
CURRENTS: Mapping[str, Quantity] = {
    "current_density": (
        "current density |J| (A/µm²)",
        lambda flow, place, *theta: np.linalg.norm(flow.current_density_at(*place, *theta), axis=0),
    ),
    "potential": ("potential (V)", lambda flow, place, *theta: flow.potential_at(*place, *theta)),
}
SIGNED = "stress_"  # begins the names of quantities whose colours part at zero


@pictures.named("stress")
@literal
def stress_picture(
    state: ThermalStress | HarmonicStress,
    quantity: str = "von_mises",
    window: object = None,
    theta_deg: float = 0.0,
) -> Figure:
    """A stress state; of one that varies around the axis the section at one angle.

    Parameters
    ----------
    quantity
        A key of :data:`STRESSES`; where metals have flowed, of :data:`INELASTIC` too.
    window
        (r0, r1, z0, z1) in the model's length unit to show instead of the two views.
    theta_deg
        Angle of the section.
    """
    known = dict(STRESSES)
    if state.inelastic is not None:
        known |= INELASTIC
    title, measure = _known(quantity, known)
    model, at = state.model, _angle(state, theta_deg)
    elements = np.arange(model.mesh.nelements)
    values = measure(state, places(elements), *at[0])
    norm, colours = _linear(_near(model, elements, values, window), quantity.startswith(SIGNED))
    return _field(model, elements, values, (norm, colours), f"{title}{at[1]}", window)


@pictures.named("current")
@literal
def current_picture(
    flow: CurrentFlow,
    quantity: str = "current_density",
    window: object = None,
    theta_deg: float = 0.0,
) -> Figure:
    """A current flow, grey where none is; parameters as of :func:`stress_picture`.

    ``quantity`` is a key of :data:`CURRENTS`. Current density has a logarithmic scale.
    """
    title, measure = _known(quantity, CURRENTS)
    model, at = flow.model, _angle(flow, theta_deg)
    elements = np.sort(flow.conducting_elements)
    values = measure(flow, places(elements), *at[0])
    near = _near(model, elements, values, window)
    scale: tuple[Normalize, str]
    if quantity == "current_density" and (near > 0).any():
        low, high = map(float, np.percentile(near[near > 0], [LEAST, MOST]))
        scale = LogNorm(low, max(high, 1.001 * low), clip=True), "viridis"
        values = np.maximum(values, low)
    else:
        scale = _linear(values, signed=False)
    return _field(model, elements, values, scale, f"{title}{at[1]}", window)


@pictures.named("heat")
@literal
def heat_picture(flow: HeatFlow, window: object = None) -> Figure:
    """A temperature, grey where no heat is conducted; ``window`` as of :func:`stress_picture`."""
    model, elements = flow.model, np.sort(flow.system.elements)
    values = flow.temperature_at(*places(elements))
    scale = _linear(values, signed=False)
    return _field(model, elements, values, scale, "temperature (°C)", window)


@pictures.named("electrothermal")
def electrothermal_picture(
    found: ElectroThermal,
    quantity: str = "temperature",
    window: object = None,
    theta_deg: float = 0.0,
) -> Figure:
    """The temperature, or a quantity of the current as of :func:`current_picture`."""
    if quantity == "temperature":
        return heat_picture(found.heat, window)
    _known(quantity, {"temperature": None, **CURRENTS})
    return current_picture(found.flow, quantity, window, theta_deg)


@pictures.named("migration state")
@literal
def migration_picture(
    state: MigrationState, window: object = None, theta_deg: float = 0.0
) -> Figure:
    """Hydrostatic stress of migration, grey where nothing moves."""
    model, elements = state.model, np.nonzero(state.body.mask)[0]
    angle, said = _angle(state, theta_deg)
    values = state.stress_at(*places(elements), *angle)
    scale = _linear(_near(model, elements, values, window), signed=True)
    when = f"at {state.time_s:.4g} s" if np.isfinite(state.time_s) else "steady"
    return _field(model, elements, values, scale, f"hydrostatic stress (MPa), {when}{said}", window)


def _known(quantity: str, known: Mapping[str, Any]) -> Any:
    if quantity not in known:
        raise InputError(f"quantity = {quantity!r} must be one of {', '.join(known)}")
    return known[quantity]


def _angle(state: Any, theta_deg: float) -> tuple[tuple[float, ...], str]:
    """What fields are asked for beside the place, and how it is told: nothing where it is one."""
    if not getattr(state, "varies_around", False):
        return (), ""
    return (theta_deg,), f" at θ = {theta_deg:g}°"


def _near(model: Model, elements: np.ndarray, values: np.ndarray, window: object) -> np.ndarray:
    """The values in the magnified view; all where none is there."""
    view = close_window(model) if window is None else checked_window(window)
    if view is None:
        return values
    r0, r1, z0, z1 = view
    r, z = model.node_points_um[:, model.nodes[:, elements].T.ravel()] / model.unit_um
    seen = values[(r >= r0) & (r <= r1) & (z >= z0) & (z <= z1)]
    return seen if len(seen) else values


def _linear(values: np.ndarray, signed: bool) -> tuple[Normalize, str]:
    """Scale and colour map; of quantities with a sign, white at zero."""
    if signed:
        top = float(np.percentile(np.abs(values), TOP)) or 1.0
        return TwoSlopeNorm(0.0, -top, top), "RdBu_r"
    low, high = float(values.min()), float(np.percentile(values, TOP))
    return Normalize(low, high if high > low else low + 1.0), "viridis"


def _field(
    model: Model,
    elements: np.ndarray,
    values: np.ndarray,
    scale: tuple[Normalize, str],
    title: str,
    window: object,
) -> Figure:
    """A field on its elements in the views of the section."""
    mesh, (norm, colours) = triangulation(model, elements), scale

    def draw(ax: Axes, magnified: bool) -> None:
        ax.set_facecolor(NO_FIELD)
        shown = Triangulation(mesh.x, mesh.y, mesh.triangles)
        ax.tripcolor(shown, values, shading="gouraud", norm=norm, cmap=colours, rasterized=True)

    figure, axes = two_views(model, draw, window)
    bar = figure.colorbar(
        ScalarMappable(norm, colours), ax=axes, extend="both", aspect=30, pad=0.02
    )
    bar.set_label(title)
    return figure
