"""Densities over a whole interface: unrolled over arc length and theta, and seen from above.

theta = 0 is the direction of the trace or, for shear, outwards from the chip's neutral point; it
points to the right in a top view. What is
drawn is even in theta (peel, magnitude of shear, J.n under loads of the cosine family), so data
cover 0 to 180 degrees and the other half is their mirror image.

A sidewall of half a micrometre stands beside a floor of thirty: legs are drawn in bands of their
own, and the floor's outermost part in a further one, each with its own scale of s.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LogNorm, Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch, Rectangle, Wedge

from studies.curve_plots import CORNER_UM
from studies.labels import interface_title, plain_number
from studies.style import (
    COLOUR_MAP,
    GAP_GREY,
    WIDTH_IN,
    mark_state,
    new_figure,
    panel_title,
    styled,
)

if TYPE_CHECKING:
    from fem_bump.angular_interface import (
        AngularFluxInterface,
        AngularFluxWindow,
        AngularTractionInterface,
        AngularTractionWindow,
    )

A_PER_UM2_TO_KA_PER_CM2 = 1e5
DIVERGING = "RdBu_r"
METAL, PAD = "#e8a33d", "#f7e2c1"
INK = "#333333"
FLOOR = "floor"
EDGE_UM = 3.0  # outermost part of the floor, drawn in a band of its own
GRID = 240  # points across a band
HALF_CIRCLE_DEG = np.linspace(0.0, 180.0, 91)
TOP_VIEW_PIXELS = 700
DECADES = 2.5  # of the logarithmic scale at most


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


@dataclass(frozen=True)
class LoadMark:
    """Where a load comes in, to be marked in pictures.

    Attributes
    ----------
    kind
        ``"trace"``, ``"vias"`` or ``"shear"``.
    half_angle_deg
        Of the arc, or of each of ``count`` arcs, through which current enters.
    count
        Number of arcs, the first at theta = 0.
    pad_radius_um
        Outer radius of the pad.
    width_um
        Of the trace.
    via_radius_um, via_diameter_um
        Radius of the ring on which the vias stand, and diameter of each.
    """

    kind: str
    half_angle_deg: float | None = None
    count: int = 1
    pad_radius_um: float | None = None
    width_um: float | None = None
    via_radius_um: float | None = None
    via_diameter_um: float | None = None

    def __post_init__(self) -> None:
        if self.kind not in ("trace", "vias", "shear"):
            raise ValueError(f"kind = '{self.kind}' must be 'trace', 'vias' or 'shear'")

    @property
    def word(self) -> str:
        """What stands beside the mark."""
        return {"trace": "trace", "vias": "via", "shear": "outwards"}[self.kind]

    def arcs(self) -> list[tuple[float, float]]:
        """Start and end of every arc, degrees between -180 and 180; one may end beyond."""
        if self.half_angle_deg is None:
            return []
        centres = [(360.0 * k / self.count + 180.0) % 360.0 - 180.0 for k in range(self.count)]
        return [(c - self.half_angle_deg, c + self.half_angle_deg) for c in centres]


@dataclass(frozen=True)
class MapWindow:
    """A window on an interface and the mean in it.

    ``theta_deg`` is (low, high) and may reach beyond 180; mean in the unit of the map.
    """

    start_um: float
    length_um: float
    theta_deg: tuple[float, float]
    mean: float


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
        (p,) name of the leg a point belongs to.
    theta_deg
        (k,) rising from 0 to 180.
    values
        (k, p) in the quantity's unit.
    window
        The worst window, if known.
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

    def __post_init__(self) -> None:
        if self.quantity not in QUANTITIES:
            raise ValueError(f"quantity = '{self.quantity}' must be one of {', '.join(QUANTITIES)}")
        p, k = len(self.arc_length_um), len(self.theta_deg)
        if p == 0 or p % 3 or len(self.r_um) != p or len(self.leg) != p:
            raise ValueError("a map needs three points per facet, each with r and leg")
        if self.values.shape != (k, p):
            raise ValueError(f"values have shape {self.values.shape}; ({k}, {p}) is needed")
        if abs(self.theta_deg[0]) > 1e-9 or abs(self.theta_deg[-1] - 180) > 1e-9:
            raise ValueError("theta_deg must run from 0 to 180")

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

    def to_record(self) -> dict[str, Any]:
        """Strict-JSON data for a run's record; values to five significant digits."""
        return {
            "label": self.label,
            "quantity": self.quantity,
            "interface": self.interface,
            "arc_length_um": [float(v) for v in self.arc_length_um],
            "r_um": [float(v) for v in self.r_um],
            "leg": list(self.leg),
            "theta_deg": [float(v) for v in self.theta_deg],
            "values": [[float(f"{v:.5g}") for v in row] for row in self.values],
            "window": None
            if self.window is None
            else {
                "start_um": self.window.start_um,
                "length_um": self.window.length_um,
                "theta_deg": list(self.window.theta_deg),
                "mean": self.window.mean,
            },
        }

    @classmethod
    def from_record(cls, record: Mapping[str, Any], label: str | None = None) -> InterfaceMap:
        """A map back from :meth:`to_record`, under another label if one is given."""
        window = record["window"]
        if window is not None:
            low, high = window["theta_deg"]
            window = MapWindow(window["start_um"], window["length_um"], (low, high), window["mean"])
        return cls(
            record["label"] if label is None else label, record["quantity"], record["interface"],
            np.array(record["arc_length_um"]), np.array(record["r_um"]), tuple(record["leg"]),
            np.array(record["theta_deg"]), np.array(record["values"]), window,
        )  # fmt: skip


# ------------------------------------------------------------------------- from solutions


def current_map(
    flux: AngularFluxInterface, label: str, window: AngularFluxWindow | None = None,
    theta_deg: np.ndarray = HALF_CIRCLE_DEG,
) -> InterfaceMap:  # fmt: skip
    """|J.n| of an interface, kA/cm2.

    Parameters
    ----------
    window
        What ``flux.worst_window(...)`` or ``flux.window(...)`` has found, to be drawn.
    """
    marked = None
    if window is not None:
        mean = abs(window.current_density_max_a_per_um2) * A_PER_UM2_TO_KA_PER_CM2
        low, high = map(float, window.theta_deg)
        marked = MapWindow(window.start_um, window.length_um, (low, high), mean)
    rows = [abs(flux.at(float(t)).jn_a_per_um2) * A_PER_UM2_TO_KA_PER_CM2 for t in theta_deg]
    return _map_of(flux, label, "current", theta_deg, rows, marked)


def peel_map(
    traction: AngularTractionInterface, label: str, window: AngularTractionWindow | None = None,
    theta_deg: np.ndarray = HALF_CIRCLE_DEG,
) -> InterfaceMap:  # fmt: skip
    """Peel stress of an interface, MPa, with the window of the largest peel."""
    rows = [traction.at(float(t)).peel_mpa for t in theta_deg]
    marked = None if window is None else _traction_window(window, "peel_max")
    return _map_of(traction, label, "peel", theta_deg, rows, marked)


def shear_map(
    traction: AngularTractionInterface, label: str, window: AngularTractionWindow | None = None,
    theta_deg: np.ndarray = HALF_CIRCLE_DEG,
) -> InterfaceMap:  # fmt: skip
    """Magnitude of the shear stress of an interface, along s and around together, MPa.

    With the window of the largest mean shear vector.
    """
    found = [traction.at(float(t)) for t in theta_deg]
    rows = [np.hypot(at.shear_mpa, at.shear_theta_mpa) for at in found]
    marked = None if window is None else _traction_window(window, "shear_max")
    return _map_of(traction, label, "shear", theta_deg, rows, marked)


def _traction_window(window: AngularTractionWindow, extreme: str) -> MapWindow:
    middle = float(getattr(window, f"{extreme}_theta_deg"))
    return MapWindow(
        float(getattr(window, f"{extreme}_start_um")), float(window.length_um),
        (middle - window.arc_deg / 2, middle + window.arc_deg / 2),
        float(getattr(window, f"{extreme}_mpa")),
    )  # fmt: skip


def _map_of(
    interface: Any, label: str, quantity: str, theta_deg: np.ndarray, rows: list[np.ndarray],
    window: MapWindow | None,
) -> InterfaceMap:  # fmt: skip
    line = interface.line
    start, length = line.start_um, line.length_um
    s = np.array([start, start + length / 2, start + length]).T.ravel()
    r = line.model.node_points_um[0, line.nodes[[0, 2, 1]].T.ravel()]
    leg = tuple(line.leg_names[k] for k in np.repeat(line.leg, 3))
    return InterfaceMap(
        label, quantity, f"{line.a}/{line.b}", s, r, leg, np.asarray(theta_deg, dtype=float),
        np.array(rows), window,
    )  # fmt: skip


# ------------------------------------------------------------------------- unrolled maps


@dataclass(frozen=True)
class _Band:
    """One strip of the unrolled interface; limits are measured from the floor's outer corner."""

    leg: str
    low_um: float
    high_um: float
    title: str
    height: float


@styled
def unrolled_maps(
    maps: Sequence[InterfaceMap], load: LoadMark | None = None, edge_um: float = EDGE_UM
) -> Figure:
    """One density over arc length and theta for several designs, all on one colour scale.

    A column per design, a band per leg, the floor's outermost ``edge_um`` in a band of its own;
    the note under the figure says how much each band is stretched. Rectangles are the worst
    windows. Peel is coloured from blue to red around zero.

    Raises
    ------
    ValueError
        Without maps, or for maps of different quantities or interfaces.
    """
    quantity = _common_quantity(maps)
    bands = _bands(maps, edge_um)
    norm, colours, extend = _scale(maps, quantity, bands)
    heights = [band.height for band in bands]
    figure = new_figure(1.35 + sum(heights), WIDTH_IN * min(len(maps) + 0.4, 3) / 3)
    axes = figure.subplots(
        len(bands), len(maps), sharex=True, sharey="row", squeeze=False, height_ratios=heights
    )
    for k, map_ in enumerate(maps):
        for ax, band in zip(axes[:, k], bands, strict=True):
            _draw_band(ax, map_, band, norm, colours)
            _draw_window(ax, map_, band)
            if load is not None:
                _mark_angles(ax, load)
        if load is not None:
            _mark_entry(axes[0, k], load, named=k == 0)
        panel_title(axes[0, k], k, _title_of(map_, quantity))
        axes[0, k].set_title(axes[0, k].get_title(loc="left"), loc="left", pad=13)
        axes[-1, k].set_xlabel("θ (°)")
    for ax, band in zip(axes[:, 0], bands, strict=True):
        ax.set_ylabel(band.title, rotation=0, ha="right", va="center", labelpad=6, fontsize=8.0)
    figure.supylabel("arc length s from the floor's outer corner (µm)"
                     if any(FLOOR in m.legs for m in maps) else "arc length s (µm)",
                     fontsize=8.5)  # fmt: skip
    bar = figure.colorbar(
        ScalarMappable(norm, colours), ax=list(axes.flat), extend=extend, aspect=26, pad=0.012
    )
    bar.set_label(f"{quantity.title} ({quantity.unit})")
    note = f"{interface_title(maps[0].interface)}; one colour scale; {_stretch(bands)}"
    if any(m.window for m in maps):
        note += "; box: worst window"
    note += "; grey: no contact"
    mark_state(figure, quantity.is_stress, note)
    return figure


def _common_quantity(maps: Sequence[InterfaceMap]) -> Quantity:
    if not maps:
        raise ValueError("no maps to draw")
    if len({(m.quantity, m.interface) for m in maps}) > 1:
        raise ValueError("maps side by side need one quantity and one interface")
    return QUANTITIES[maps[0].quantity]


def _title_of(map_: InterfaceMap, quantity: Quantity) -> str:
    if map_.window is None:
        return map_.label
    return f"{map_.label}\nworst window {plain_number(map_.window.mean)} {quantity.unit}"


def _bands(maps: Sequence[InterfaceMap], edge_um: float) -> list[_Band]:
    """Bands from the highest arc length to the lowest, with limits that hold every design."""
    spans: dict[str, tuple[float, float]] = {}
    for map_ in maps:
        for leg in map_.legs:
            low, high = (s - map_.corner_um for s in map_.span(leg))
            known = spans.get(leg, (low, high))
            spans[leg] = (min(low, known[0]), max(high, known[1]))
    bands = []
    for leg, (low, high) in sorted(spans.items(), key=lambda item: item[1]):
        if leg == FLOOR and high - low > 3 * edge_um:
            inner = f"floor,\ninner {high - low - edge_um:.3g} µm"
            bands.append(_Band(leg, low, high - edge_um, inner, 0.85))
            bands.append(_Band(leg, high - edge_um, high, f"floor,\nouter {edge_um:g} µm", 1.15))
        else:
            bands.append(_Band(leg, low, high, leg.replace("_", " "), 1.15))
    return bands[::-1]


def _stretch(bands: Sequence[_Band]) -> str:
    """How much the bands are stretched against the least stretched one."""
    scales = [band.height / (band.high_um - band.low_um) for band in bands]
    least = min(scales)
    words = [
        f"{band.title.replace(chr(10), ' ')} ×{scale / least:.3g}"
        for band, scale in zip(bands, scales, strict=True)
        if scale > 1.005 * least
    ]
    return f"s stretched: {', '.join(words)}" if words else "s not stretched"


def _scale(
    maps: Sequence[InterfaceMap], quantity: Quantity, bands: Sequence[_Band]
) -> tuple[Normalize, str, str]:
    """Colours that hold everything but the surroundings of the corners."""
    seen = []
    for map_ in maps:
        for leg in map_.legs:
            low, high = map_.span(leg)
            margin = min(CORNER_UM, 0.1 * (high - low))
            s = np.linspace(low + margin, high - margin, GRID)
            seen.append(map_.on_grid(leg, s).ravel())
    values = np.abs(np.concatenate(seen))
    top = float(np.percentile(values, 99.8)) or 1.0
    top = _round_up(top)
    clipped = values.max() > top or _peak(maps) > top
    if quantity.signed:
        return Normalize(-top, top), DIVERGING, "both" if clipped else "neither"
    if quantity.logarithmic:
        low = max(float(np.percentile(values, 1.0)), top * 10**-DECADES)
        return LogNorm(low, top, clip=True), COLOUR_MAP, "both"
    return Normalize(0.0, top), COLOUR_MAP, "max" if clipped else "neither"


def _peak(maps: Sequence[InterfaceMap]) -> float:
    return max(float(np.abs(m.values).max()) for m in maps)


def _round_up(value: float) -> float:
    """Up to two digits."""
    step = 10.0 ** (np.floor(np.log10(value)) - 1)
    return float(np.ceil(value / step - 1e-9) * step)


def _draw_band(ax: Axes, map_: InterfaceMap, band: _Band, norm: Normalize, colours: str) -> None:
    ax.set_xlim(-180, 180)
    ax.set_ylim(band.low_um, band.high_um)
    ax.set_xticks([-180, -90, 0, 90, 180])
    ax.grid(False)
    for spine in ax.spines.values():
        spine.set_visible(True)
    ax.set_facecolor(GAP_GREY)
    low, high = (s - map_.corner_um for s in map_.span(band.leg)) if band.leg in map_.legs else (
        0.0, 0.0)  # fmt: skip
    low, high = max(low, band.low_um), min(high, band.high_um)
    if high <= low:
        where = band.leg.replace("_", " ")
        ax.text(0.5, 0.5, f"no {where}", ha="center", va="center", fontsize=7.5, color="#555555",
                transform=ax.transAxes)  # fmt: skip
        return
    s = low + (high - low) * (np.arange(GRID) + 0.5) / GRID
    theta = (np.arange(2 * GRID) + 0.5) / (2 * GRID) * 360.0 - 180.0
    on = map_.on_grid(band.leg, s + map_.corner_um)
    if QUANTITIES[map_.quantity].logarithmic:
        on = np.abs(on)
    image = _at_angles(map_.theta_deg, on, theta)
    ax.imshow(
        image.T, extent=(-180, 180, low, high), origin="lower", aspect="auto", norm=norm,
        cmap=colours, interpolation="bilinear", interpolation_stage="data",
    )  # fmt: skip
    if high < band.high_um - 1e-9 * (band.high_um - band.low_um):
        ax.axhline(high, color=INK, lw=0.8)


def _at_angles(theta_deg: np.ndarray, values: np.ndarray, wanted_deg: np.ndarray) -> np.ndarray:
    """(len(wanted), p) values between the layers; the function is even and of period 360."""
    folded = np.abs((np.asarray(wanted_deg) + 180.0) % 360.0 - 180.0)
    k = np.clip(np.searchsorted(theta_deg, folded, side="right") - 1, 0, len(theta_deg) - 2)
    share = ((folded - theta_deg[k]) / (theta_deg[k + 1] - theta_deg[k]))[:, None]
    return (1 - share) * values[k] + share * values[k + 1]


def _draw_window(ax: Axes, map_: InterfaceMap, band: _Band) -> None:
    window = map_.window
    if window is None or band.leg not in map_.legs:
        return
    start = window.start_um - map_.corner_um
    low, high = max(start, band.low_um), min(start + window.length_um, band.high_um)
    leg_low, leg_high = (s - map_.corner_um for s in map_.span(band.leg))
    low, high = max(low, leg_low), min(high, leg_high)
    if high - low <= 1e-6 * window.length_um:
        return
    left, right = window.theta_deg
    for turn in (-360.0, 0.0, 360.0):
        if right + turn > -180 and left + turn < 180:
            for colour, width in (("white", 2.2), ("black", 1.0)):
                box = Rectangle((left + turn, low), right - left, high - low, fill=False,
                                ec=colour, lw=width, zorder=4)  # fmt: skip
                ax.add_patch(box)


def _mark_angles(ax: Axes, load: LoadMark) -> None:
    """Faint lines at the edges of the arcs, or at theta = 0."""
    angles = [a for arc in load.arcs() for a in arc] or [0.0]
    for angle in angles:
        ax.axvline((angle + 180) % 360 - 180, color=INK, lw=0.6, alpha=0.7,
                   linestyle=(0, (3, 2)))  # fmt: skip


def _mark_entry(ax: Axes, load: LoadMark, named: bool) -> None:
    """A bar over every arc, or a triangle at theta = 0, above the uppermost band."""
    above = ax.get_xaxis_transform()
    arcs = load.arcs()
    for low, high in arcs:
        for turn in (-360.0, 0.0, 360.0):
            left, right = max(low + turn, -180.0), min(high + turn, 180.0)
            if right > left:
                ax.add_patch(Rectangle((left, 1.02), right - left, 0.045, transform=above,
                                       fc=METAL, ec=INK, lw=0.5, clip_on=False))  # fmt: skip
    if not arcs:
        ax.plot([0.0], [1.05], marker="v", ms=5, color=INK, transform=above, clip_on=False)
    text = "current enters" if load.kind in ("trace", "vias") else load.word
    if named:
        right = (arcs[0][1] if arcs else 5.0) + 7
        ax.text(right, 1.035, text, transform=above, fontsize=7, va="center", color=INK)


# ------------------------------------------------------------------------------ top view


@styled
def top_views(maps: Sequence[InterfaceMap], load: LoadMark | None = None) -> Figure:
    """The interface seen from above, designs side by side on one colour scale.

    The floor to scale; the sidewall as a ring around it, its height stretched as the note says.
    Other legs are left out. Trace, vias or the direction of shear are drawn where they are.

    Raises
    ------
    ValueError
        Without maps, or for maps of different quantities or interfaces.
    """
    quantity = _common_quantity(maps)
    norm, colours, extend = _scale(maps, quantity, _bands(maps, EDGE_UM))
    radius = max(float(m.r_um[np.isin(m.leg, (FLOOR, "sidewall"))].max(initial=0.0)) for m in maps)
    radius = radius or max(float(m.r_um.max()) for m in maps)
    tallest = max((m.span("sidewall")[1] - m.span("sidewall")[0]
                   for m in maps if "sidewall" in m.legs), default=0.0)  # fmt: skip
    gap, ring = 0.05 * radius, 0.2 * radius
    outer = radius + (gap + ring if tallest else 0.0)
    pad = load.pad_radius_um if load is not None and load.pad_radius_um else radius
    pad = max(pad, outer + 0.06 * radius)
    figure = new_figure(3.3, WIDTH_IN * min(len(maps) + 0.4, 3) / 3)
    axes = figure.subplots(1, len(maps), sharex=True, sharey=True, squeeze=False)[0]
    for k, (ax, map_) in enumerate(zip(axes, maps, strict=True)):
        reach = 1.3 * pad
        ax.set_xlim(-1.08 * pad, reach)
        ax.set_ylim(-1.12 * pad, 1.12 * pad)
        ax.set_aspect("equal")
        ax.grid(False)
        ax.set_xlabel("x (µm)")
        if load is not None:
            _draw_load(ax, load, pad, reach)
        _draw_disc(ax, map_, radius, gap, ring, tallest, norm, colours)
        _outline_window(ax, map_, radius, gap, ring / tallest if tallest else 0.0)
        ticks = np.array([-1.0, 0.0, 1.0]) * _nice(radius)
        ax.set_xticks(ticks)
        ax.set_yticks(ticks)
        panel_title(ax, k, _title_of(map_, quantity))
    axes[0].set_ylabel("y (µm)")
    bar = figure.colorbar(
        ScalarMappable(norm, colours), ax=list(axes), extend=extend, aspect=24, pad=0.012,
        shrink=0.85,
    )  # fmt: skip
    bar.set_label(f"{quantity.title} ({quantity.unit})")
    note = f"{interface_title(maps[0].interface)} from above; one colour scale"
    if tallest:
        note += f"; ring: the sidewall, its height stretched ×{ring / tallest:.3g}"
    if any(m.window for m in maps):
        note += "; outlined: worst window"
    mark_state(figure, quantity.is_stress, note)
    return figure


def _nice(value: float) -> float:
    return max(
        m * 10.0**e for e in range(-3, 5) for m in (1, 2, 3, 4, 5, 6, 8) if m * 10.0**e <= value
    )


def _draw_disc(
    ax: Axes, map_: InterfaceMap, radius: float, gap: float, ring: float, tallest: float,
    norm: Normalize, colours: str,
) -> None:  # fmt: skip
    outer = radius + gap + ring
    axis = (np.arange(TOP_VIEW_PIXELS) + 0.5) / TOP_VIEW_PIXELS * 2 - 1
    x, y = np.meshgrid(axis * outer, axis * outer)
    rho, theta = np.hypot(x, y), np.degrees(np.arctan2(y, x))
    image = np.full(x.shape, np.nan)
    ax.add_patch(Circle((0, 0), radius, fc=GAP_GREY, ec="none", zorder=2))
    for leg in (FLOOR, "sidewall"):
        if leg not in map_.legs:
            continue
        low, high = map_.span(leg)
        if leg == FLOOR:
            floor = np.array(map_.leg) == FLOOR
            order = np.argsort(map_.arc_length_um[floor], kind="stable")
            s_of_r = np.interp(
                rho, map_.r_um[floor][order], map_.arc_length_um[floor][order],
                left=np.nan, right=np.nan,
            )  # fmt: skip
        else:
            s_of_r = low + (rho - radius - gap) * tallest / ring
        on = np.isfinite(s_of_r) & (s_of_r >= low) & (s_of_r <= high)
        s = np.linspace(low, high, 4 * GRID)
        table = np.abs(map_.on_grid(leg, s)) if QUANTITIES[map_.quantity].logarithmic else (
            map_.on_grid(leg, s))  # fmt: skip
        image[on] = _bilinear(map_.theta_deg, s, table, np.abs(theta[on]), s_of_r[on])
    shown = ax.imshow(
        image, extent=(-outer, outer, -outer, outer), origin="lower", norm=norm, cmap=colours,
        interpolation="nearest", zorder=3,
    )  # fmt: skip
    shown.set_clip_path(Circle((0, 0), outer, transform=ax.transData))
    line = {"fill": False, "ec": INK, "lw": 0.8, "zorder": 5}
    if FLOOR not in map_.legs:
        ax.text(0, 0, "no contact\non the floor", ha="center", va="center", fontsize=7.5,
                color="#555555", zorder=6)  # fmt: skip
    ax.add_patch(Circle((0, 0), radius, **line))
    if "sidewall" in map_.legs:
        low, high = map_.span("sidewall")
        ax.add_patch(Circle((0, 0), radius + gap, **line))
        ax.add_patch(Circle((0, 0), radius + gap + ring * (high - low) / tallest, **line))


def _outline_window(
    ax: Axes, map_: InterfaceMap, radius: float, gap: float, stretch: float
) -> None:
    """The worst window where it lies on the floor and on the ring."""
    window = map_.window
    if window is None:
        return
    for leg in (FLOOR, "sidewall"):
        if leg not in map_.legs:
            continue
        low, high = map_.span(leg)
        ends = np.clip([window.start_um, window.start_um + window.length_um], low, high)
        if ends[1] - ends[0] <= 1e-6 * window.length_um:
            continue
        if leg == FLOOR:
            floor = np.array(map_.leg) == FLOOR
            order = np.argsort(map_.arc_length_um[floor], kind="stable")
            ends = np.interp(ends, map_.arc_length_um[floor][order], map_.r_um[floor][order])
        else:
            ends = radius + gap + (ends - low) * stretch
        for colour, width in (("white", 1.8), ("black", 0.8)):
            sector = Wedge((0, 0), ends[1], *window.theta_deg, width=ends[1] - ends[0],
                           fill=False, ec=colour, lw=width, zorder=6)  # fmt: skip
            ax.add_patch(sector)


def _bilinear(
    theta: np.ndarray, s: np.ndarray, table: np.ndarray, at_theta: np.ndarray, at_s: np.ndarray
) -> np.ndarray:
    """Values of a (theta, s) table between its points; s evenly spaced."""
    i = np.clip(np.searchsorted(theta, at_theta, side="right") - 1, 0, len(theta) - 2)
    p = (at_theta - theta[i]) / (theta[i + 1] - theta[i])
    u = (at_s - s[0]) / (s[1] - s[0])
    j = np.clip(u.astype(int), 0, len(s) - 2)
    q = u - j
    low = (1 - q) * table[i, j] + q * table[i, j + 1]
    high = (1 - q) * table[i + 1, j] + q * table[i + 1, j + 1]
    return (1 - p) * low + p * high


def _draw_load(ax: Axes, load: LoadMark, pad: float, reach: float) -> None:
    """Pad, trace, vias, direction."""
    edge = load.pad_radius_um or pad
    name, target = "", (reach, 0.0)
    if load.kind == "trace" and load.half_angle_deg is not None:
        half = edge * np.sin(np.radians(load.half_angle_deg))
        ax.add_patch(Rectangle((0, -half), reach, 2 * half, fc=METAL, ec=INK, lw=0.6, zorder=1))
        name = "trace" if load.width_um is None else f"trace\n{load.width_um:g} µm wide"
        target = (0.97 * reach, 0.85 * half)
    ax.add_patch(Circle((0, 0), edge, fc=PAD, ec=INK, lw=0.6, zorder=1.5))
    ax.text(-0.74 * edge, -0.74 * edge, "pad", ha="right", va="top", fontsize=7, color=INK)
    if load.kind == "vias" and load.via_radius_um and load.via_diameter_um:
        for k in range(load.count):
            angle = 2 * np.pi * k / load.count
            place = (load.via_radius_um * np.cos(angle), load.via_radius_um * np.sin(angle))
            for colour, width in (("white", 1.6), (INK, 0.8)):
                ring = Circle(place, load.via_diameter_um / 2, fill=False, ec=colour, lw=width,
                              zorder=7)  # fmt: skip
                ax.add_patch(ring)
    if load.kind == "shear":
        arrow = FancyArrowPatch((1.03 * edge, 0), (reach, 0), arrowstyle="-|>", color=INK,
                                mutation_scale=10, lw=1.6, zorder=6)  # fmt: skip
        ax.add_patch(arrow)
        name, target = "outwards from the\nneutral point", (0.95 * reach, 0.03 * edge)
    if name:
        ax.annotate(name, target, (reach, 0.98 * pad), ha="right", va="center", fontsize=7,
                    color=INK, zorder=8,
                    arrowprops={"arrowstyle": "-", "lw": 0.6, "color": INK,
                                "relpos": (0.93, 0.0), "shrinkB": 0})  # fmt: skip
