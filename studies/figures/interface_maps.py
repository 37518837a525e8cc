"""Densities over a whole interface, over arc length and theta, ready to be drawn.

theta = 0 is the direction of the trace or, for shear, outwards from the chip's neutral point. What
is drawn is even in theta (peel, magnitude of shear, J.n under loads of the cosine family), so data
cover 0 to 180 degrees and the other half is their mirror image; with a film beside the axis J.n is
not even, and data cover 0 to 360 degrees.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from studies.loads.load import mark_of
from studies.loads.marks import LoadMark
from studies.metrics.names import window_tag
from studies.records.record import Circle, CircleWindow
from studies.results.circles import around
from studies.results.curve_pieces import piece_names
from studies.results.results import Entry
from studies.wording.labels import number

KA_PER_A = 1e-3
FLOOR = "floor"
HALF_CIRCLE_DEG = np.linspace(0.0, 180.0, 91)
WHOLE_CIRCLE_DEG = np.linspace(0.0, 360.0, 181)


@dataclass(frozen=True)
class Quantity:
    """What a map shows: its words and unit, and whether its sign matters."""

    title: str
    unit: str
    signed: bool
    logarithmic: bool
    is_stress: bool


QUANTITIES = {
    "peel": Quantity("peel stress", "MPa", True, False, True),
    "shear": Quantity("magnitude of the shear stress", "MPa", False, False, True),
    "current": Quantity("normal current density |J·n|", "kA/cm²", False, True, False),
}
# of a record: the metric that a worst window's mean is
METRICS = {
    "peel": "peel_max_{}_{}_mpa", "shear": "shear_max_{}_{}_mpa",
    "current": "current_density_max_{}_{}_a_per_cm2",
}  # fmt: skip
# of a record: columns whose root of the sum of squares is drawn (of peel the value), and the factor
COLUMNS = {
    "peel": (("peel_mpa",), 1.0),
    "shear": (("shear_mpa", "shear_theta_mpa"), 1.0),
    "current": (("jn_a_per_cm2",), KA_PER_A),
}


@dataclass(frozen=True)
class MapWindow:
    """A window on an interface and the mean in it.

    ``theta_deg`` is (low, high) and may reach beyond 180; mean and its error in the unit of the
    map.
    """

    start_um: float
    length_um: float
    theta_deg: tuple[float, float]
    mean: float
    error: float | None = None


@dataclass(frozen=True)
class InterfaceMap:
    """A density over arc length and theta, plain data.

    Attributes
    ----------
    label
        Name of the design.
    quantity
        Key of :data:`QUANTITIES`.
    interface
        Like ``"ubm/pad"``.
    arc_length_um, r_um
        (p,) start, midpoint and end of each facet, between which the density is quadratic.
    leg
        (p,) name of the leg a point belongs to; of its piece, where a leg has several.
    theta_deg
        (k,) rising from 0 to 180, or to 360 where one half is not the other's mirror image.
    values
        (k, p) in the quantity's unit.
    window
        The worst window, if known.
    load
        Where the load comes in, to be marked.
    """

    label: str
    quantity: str
    interface: str
    arc_length_um: np.ndarray
    r_um: np.ndarray
    leg: tuple[str, ...]
    theta_deg: np.ndarray
    values: np.ndarray
    window: MapWindow | None = None
    load: LoadMark | None = None

    def __post_init__(self) -> None:
        if self.quantity not in QUANTITIES:
            raise ValueError(f"quantity = '{self.quantity}' must be one of {', '.join(QUANTITIES)}")
        p, k = len(self.arc_length_um), len(self.theta_deg)
        if p == 0 or p % 3 or len(self.r_um) != p or len(self.leg) != p:
            raise ValueError("a map needs three points per facet, each with r and leg")
        if self.values.shape != (k, p):
            raise ValueError(f"values have shape {self.values.shape}; ({k}, {p}) is needed")
        if abs(self.theta_deg[0]) > 1e-9 or abs(self.theta_deg[-1] % 180) > 1e-9:
            raise ValueError("theta_deg must run from 0 to 180 or to 360")

    def folded_deg(self, theta_deg: np.ndarray) -> np.ndarray:
        """Angles among those of the map that stand for any."""
        if self.theta_deg[-1] > 270.0:
            return np.asarray(theta_deg) % 360.0
        return np.abs((np.asarray(theta_deg) + 180.0) % 360.0 - 180.0)

    @property
    def legs(self) -> tuple[str, ...]:
        """Legs in the order of s."""
        return tuple(dict.fromkeys(self.leg))

    @property
    def corner_um(self) -> float:
        """Arc length at the floor's outer corner; at the start where there is no floor."""
        floor = np.array(self.leg) == FLOOR
        return float((self.arc_length_um[floor] if floor.any() else self.arc_length_um[:1]).max())

    def span(self, leg: str) -> tuple[float, float]:
        """Arc length at start and end of a leg."""
        s = self.arc_length_um[np.array(self.leg) == leg]
        return float(s.min()), float(s.max())

    def on_grid(self, leg: str, s: np.ndarray) -> np.ndarray:
        """(k, len(s)) densities on a leg; not a number outside it."""
        facets = np.nonzero((np.array(self.leg) == leg)[::3])[0]
        facets = facets[np.argsort(self.arc_length_um[3 * facets], kind="stable")]
        start, end = self.arc_length_um[3 * facets], self.arc_length_um[3 * facets + 2]
        k = np.clip(np.searchsorted(start, s, side="right") - 1, 0, len(facets) - 1)
        x = np.clip((s - start[k]) / (end[k] - start[k]), 0.0, 1.0)
        shape = np.array([(1 - x) * (1 - 2 * x), 4 * x * (1 - x), x * (2 * x - 1)])
        out = sum(shape[j] * self.values[:, 3 * facets[k] + j] for j in range(3))
        slack = 1e-9 * (end[-1] - start[0])
        out[:, (s < start[0] - slack) | (s > end[-1] + slack)] = np.nan
        return out


def recorded_map(
    entry: Entry, quantity: str, interface: str = "ubm/pad",
    theta_deg: np.ndarray | None = None,
) -> InterfaceMap | None:  # fmt: skip
    """A density of a solved case with its worst window; None where it is the same at any angle."""
    said = entry.result.circle.get(interface, Circle())
    columns, scale = COLUMNS[quantity]
    if any(column not in said.amplitudes for column in columns):
        return None
    if theta_deg is None:
        even = quantity != "current" or not len(said.flux_phases_deg)
        theta_deg = HALF_CIRCLE_DEG if even else WHOLE_CIRCLE_DEG
    curve = entry.result.curves[interface]
    parts = [around(said, column, theta_deg) for column in columns]
    values = parts[0] if quantity == "peel" else np.linalg.norm(parts, axis=0)
    stress = QUANTITIES[quantity].is_stress
    mark = mark_of(entry.design, "thermal_stress" if stress else "current_flow")
    found = said.windows.get(quantity)
    headline_um = entry.design.metrics.headline_length_um
    metric = METRICS[quantity].format(interface.replace("/", "_"), window_tag(headline_um))
    error = number(entry.result.errors.get(metric))
    return InterfaceMap(
        entry.label, quantity, interface, np.array(curve.arc_length_um),
        np.array(curve.r_um), piece_names(curve), theta_deg, scale * values.T,
        None if found is None else _recorded_window(found, error, scale), mark,
    )  # fmt: skip


def _recorded_window(found: CircleWindow, error: float | None, scale: float) -> MapWindow:
    return MapWindow(
        found.start_um, found.length_um, found.theta_deg, scale * found.mean,
        None if error is None else scale * error,
    )  # fmt: skip
