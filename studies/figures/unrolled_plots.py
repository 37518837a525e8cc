"""Figures of a density unrolled over arc length and theta.

A sidewall of half a micrometre stands beside a floor of thirty: legs are drawn in bands of their
own, and the floor's outermost part in a further one, each with its own scale of s.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LogNorm, Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from studies.figures.curve_plots import CORNER_UM
from studies.figures.interface_maps import FLOOR, QUANTITIES, InterfaceMap, Quantity
from studies.figures.style import (
    COLOUR_MAP,
    GAP_GREY,
    WIDTH_IN,
    broken,
    mark_state,
    new_figure,
    panel_title,
    styled,
)
from studies.loads.marks import LoadMark
from studies.results.twins import ELASTIC
from studies.wording.labels import Measured, interface_title, with_error

DIVERGING = "RdBu_r"
METAL = "#e8a33d"
INK = "#333333"
EDGE_UM = 3.0  # outermost part of the floor, drawn in a band of its own
GRID = 240  # points across a band
DECADES = 2.5  # of the logarithmic scale at most


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
    maps: Sequence[InterfaceMap], edge_um: float = EDGE_UM, state: str = ELASTIC
) -> Figure:
    """One density over arc length and theta for several designs, all on one colour scale.

    A column per design, a band per leg, the floor's outermost ``edge_um`` in a band of its own;
    the note under the figure says how much each band is stretched. Rectangles are the worst
    windows. Peel is coloured from blue to red around zero. Of a stress ``state`` says how it was
    solved.

    Raises
    ------
    ValueError
        Without maps, or for maps of different quantities or interfaces.
    """
    quantity = common_quantity(maps)
    bands = _bands(maps, edge_um)
    norm, colours, extend = colour_scale(maps, quantity)
    heights = [band.height for band in bands]
    figure = new_figure(1.35 + sum(heights), WIDTH_IN * min(len(maps) + 0.4, 3) / 3)
    axes = figure.subplots(
        len(bands), len(maps), sharex=True, sharey="row", squeeze=False, height_ratios=heights
    )
    for k, map_ in enumerate(maps):
        for ax, band in zip(axes[:, k], bands, strict=True):
            _draw_band(ax, map_, band, norm, colours)
            _draw_window(ax, map_, band)
            if map_.load is not None:
                _mark_angles(ax, map_.load)
        if map_.load is not None:
            _mark_entry(axes[0, k], map_.load, named=k == 0)
        panel_title(axes[0, k], k, title_of(map_, quantity))
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
    mark_state(figure, quantity.is_stress, note, state)
    return figure


def common_quantity(maps: Sequence[InterfaceMap]) -> Quantity:
    if not maps:
        raise ValueError("no maps to draw")
    if len({(m.quantity, m.interface) for m in maps}) > 1:
        raise ValueError("maps side by side need one quantity and one interface")
    return QUANTITIES[maps[0].quantity]


def title_of(map_: InterfaceMap, quantity: Quantity) -> str:
    label = broken(map_.label, 24)
    if map_.window is None:
        return label
    mean = with_error(Measured(map_.window.mean, map_.window.error))
    return f"{label}\nworst window {mean} {quantity.unit}"


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


def colour_scale(maps: Sequence[InterfaceMap], quantity: Quantity) -> tuple[Normalize, str, str]:
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
                transform=ax.transAxes,
                bbox={"facecolor": GAP_GREY, "edgecolor": "none", "pad": 1.5})  # fmt: skip
        return
    s = low + (high - low) * (np.arange(GRID) + 0.5) / GRID
    theta = (np.arange(2 * GRID) + 0.5) / (2 * GRID) * 360.0 - 180.0
    on = map_.on_grid(band.leg, s + map_.corner_um)
    if QUANTITIES[map_.quantity].logarithmic:
        on = np.abs(on)
    image = _at_angles(map_, on, theta)
    ax.imshow(
        image.T, extent=(-180, 180, low, high), origin="lower", aspect="auto", norm=norm,
        cmap=colours, interpolation="bilinear", interpolation_stage="data",
    )  # fmt: skip
    if high < band.high_um - 1e-9 * (band.high_um - band.low_um):
        ax.axhline(high, color=INK, lw=0.8)


def _at_angles(map_: InterfaceMap, values: np.ndarray, wanted_deg: np.ndarray) -> np.ndarray:
    """(len(wanted), p) values between the layers."""
    theta_deg, folded = map_.theta_deg, map_.folded_deg(wanted_deg)
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
    if named and len(arcs) < 2:  # between several there is no room
        right = (arcs[0][1] if arcs else 5.0) + 7
        ax.text(right, 1.035, load.word, transform=above, fontsize=7, va="center", color=INK)
