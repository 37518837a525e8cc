"""Figures of an interface seen from above, with the load that comes in from one side.

theta = 0, the direction of the trace or of the shear, points to the right.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch, Rectangle, Wedge

from geometry.section.names import SCAR
from studies.figures.interface_maps import FLOOR, QUANTITIES, InterfaceMap
from studies.figures.style import GAP_GREY, WIDTH_IN, mark_state, new_figure, panel_title, styled
from studies.figures.unrolled_plots import (
    GRID,
    INK,
    METAL,
    colour_scale,
    common_quantity,
    title_of,
)
from studies.loads.marks import Disc, Glyph, LoadMark, Strip
from studies.wording.labels import interface_title

PAD = "#f7e2c1"
PIXELS = 700


@styled
def top_views(maps: Sequence[InterfaceMap]) -> Figure:
    """The interface seen from above, designs side by side on one colour scale.

    The floor to scale; the sidewall as a ring around it, its height stretched as the note says.
    Other legs are left out. Trace, vias or the direction of shear are drawn where they are.

    Raises
    ------
    ValueError
        Without maps, or for maps of different quantities or interfaces.
    """
    quantity = common_quantity(maps)
    norm, colours, extend = colour_scale(maps, quantity)
    radius = max(float(m.r_um[np.isin(m.leg, (FLOOR, "sidewall"))].max(initial=0.0)) for m in maps)
    radius = radius or max(float(m.r_um.max()) for m in maps)
    tallest = max((m.span("sidewall")[1] - m.span("sidewall")[0]
                   for m in maps if "sidewall" in m.legs), default=0.0)  # fmt: skip
    gap, ring = 0.05 * radius, 0.2 * radius
    outer = radius + (gap + ring if tallest else 0.0)
    pads = [m.load.pad_radius_um or radius for m in maps if m.load is not None]
    pad = max([*pads, outer + 0.06 * radius])
    figure = new_figure(3.3, WIDTH_IN * min(len(maps) + 0.4, 3) / 3)
    axes = figure.subplots(1, len(maps), sharex=True, sharey=True, squeeze=False)[0]
    for k, (ax, map_) in enumerate(zip(axes, maps, strict=True)):
        reach = 1.3 * pad
        ax.set_xlim(-1.08 * pad, reach)
        ax.set_ylim(-1.12 * pad, 1.12 * pad)
        ax.set_aspect("equal")
        ax.grid(False)
        ax.set_xlabel("x (µm)")
        if map_.load is not None:
            _draw_load(ax, map_.load, pad, reach)
        _draw_disc(ax, map_, radius, gap, ring, tallest, norm, colours)
        _outline_window(ax, map_, radius, gap, ring / tallest if tallest else 0.0)
        ticks = np.array([-1.0, 0.0, 1.0]) * _nice(radius)
        ax.set_xticks(ticks)
        ax.set_yticks(ticks)
        panel_title(ax, k, title_of(map_, quantity))
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
    axis = (np.arange(PIXELS) + 0.5) / PIXELS * 2 - 1
    x, y = np.meshgrid(axis * outer, axis * outer)
    rho, theta = np.hypot(x, y), np.degrees(np.arctan2(y, x))
    image = np.full(x.shape, np.nan)
    ax.add_patch(Circle((0, 0), radius, fc=GAP_GREY, ec="none", zorder=2))
    for leg in (SCAR, FLOOR, "sidewall"):
        if leg not in map_.legs:
            continue
        low, high = map_.span(leg)
        if leg in (FLOOR, SCAR):
            floor = np.array(map_.leg) == leg
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
        image[on] = _bilinear(map_.theta_deg, s, table, map_.folded_deg(theta[on]), s_of_r[on])
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
    for leg in (SCAR, FLOOR, "sidewall"):
        if leg not in map_.legs:
            continue
        low, high = map_.span(leg)
        ends = np.clip([window.start_um, window.start_um + window.length_um], low, high)
        if ends[1] - ends[0] <= 1e-6 * window.length_um:
            continue
        if leg in (FLOOR, SCAR):
            floor = np.array(map_.leg) == leg
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
    """The pad, and what a load brings, the first with its name."""
    edge = load.pad_radius_um or pad
    ax.add_patch(Circle((0, 0), edge, fc=PAD, ec=INK, lw=0.6, zorder=1.5))
    ax.text(-0.74 * edge, -0.74 * edge, "pad", ha="right", va="top", fontsize=7, color=INK)
    targets = [_draw_glyph(ax, glyph, edge, reach) for glyph in load.glyphs]
    if targets and load.label:
        ax.annotate(load.label, targets[0], (reach, 0.98 * pad), ha="right", va="center",
                    fontsize=7, color=INK, zorder=8,
                    arrowprops={"arrowstyle": "-", "lw": 0.6, "color": INK,
                                "relpos": (0.93, 0.0), "shrinkB": 0})  # fmt: skip


def _draw_glyph(ax: Axes, glyph: Glyph, edge: float, reach: float) -> tuple[float, float]:
    """A piece of a load from above, and where a line to its name ends."""
    if isinstance(glyph, Strip):
        half = glyph.width_um / 2
        ax.add_patch(Rectangle((0, -half), reach, 2 * half, fc=METAL, ec=INK, lw=0.6, zorder=1))
        return 0.97 * reach, 0.85 * half
    if isinstance(glyph, Disc):
        angle, radius = np.radians(glyph.theta_deg), glyph.diameter_um / 2
        x, y = glyph.radius_um * np.cos(angle), glyph.radius_um * np.sin(angle)
        for colour, width in (("white", 1.6), (INK, 0.8)):
            ax.add_patch(Circle((x, y), radius, fill=False, ec=colour, lw=width, zorder=7))
        return x, y + radius
    arrow = FancyArrowPatch((1.03 * edge, 0), (reach, 0), arrowstyle="-|>", color=INK,
                            mutation_scale=10, lw=1.6, zorder=6)  # fmt: skip
    ax.add_patch(arrow)
    return 0.95 * reach, 0.03 * edge
