"""Figures of metrics: heat maps, lines over a factor, curves along the interface, yielded shares.

Every function returns a Figure that belongs to nobody's global state, and shows nothing.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from studies.labels import (
    DEPTH,
    MINUS,
    Family,
    Measured,
    factor_title,
    interface_title,
    level,
    number,
    plain_number,
)
from studies.ranking import sign_of
from studies.results import Entry, Row
from studies.style import (
    COLOUR_MAP,
    COLOURS,
    GAP_GREY,
    LINES,
    MARKERS,
    mark_state,
    new_figure,
    panel_title,
    styled,
)

BAND_GAP = 0.35  # between topologies, in cells
CORNER_UM = 0.05  # nearer than this to a corner the densities say nothing
COLUMN_TITLES = {
    "peel_mpa": ("peel stress", "MPa", 1.0),
    "shear_mpa": ("shear stress", "MPa", 1.0),
    "jn_a_per_cm2": ("current density J·n", "kA/cm²", 1e-3),
}


# ------------------------------------------------------------------------------ heat maps


@styled
def heat_map(
    family: Family,
    parts: Mapping[str, Sequence[Row]],
    x: str,
    y: str,
    length_um: float | None = None,
) -> Figure:
    """One metric over two factors, a panel per part, all on one colour scale.

    Recess ratios 0, between 0 and 1, and 1 are different topologies: they stand in bands with gaps
    between them, and nothing is interpolated. Cells that do not differ from no recess at the same
    opening beyond the errors are hatched; cells without a value are grey.

    Parameters
    ----------
    parts
        Rows of each panel by its title.
    x, y
        Factors along the axes.
    """
    everything = [row for rows in parts.values() for row in rows]
    xs, ys = (
        sorted({row[path] for row in everything if number(row[path]) is not None})
        for path in (x, y)
    )
    heights = band_positions(ys) if y == DEPTH else list(range(len(ys)))
    panels = max(len(parts), 1)
    figure = new_figure(1.4 + 0.34 * (heights[-1] + 1), 8.6 if panels > 1 else 5.4)
    axes = figure.subplots(1, panels, sharey=True, squeeze=False)[0]
    found = {
        title: {(row[x], row[y]): family.read(row, length_um) for row in rows}
        for title, rows in parts.items()
    }
    values = [v.value for cells in found.values() for v in cells.values() if v is not None]
    norm = Normalize(min(values), max(values)) if values else Normalize(0, 1)
    if values and norm.vmin == norm.vmax:
        norm = Normalize(norm.vmin - 0.5, norm.vmax + 0.5)
    scale = ScalarMappable(norm, COLOUR_MAP)
    largest = max((abs(v) for v in values), default=1.0) or 1.0
    decimals = max(3 - math.floor(math.log10(largest)), 0)  # what the scale as a whole deserves
    hatched = missing = False
    for k, (ax, (title, cells)) in enumerate(zip(axes, found.items(), strict=False)):
        for i, at_x in enumerate(xs):
            reference = cells.get((at_x, 0.0)) if y == DEPTH else None
            for height, at_y in zip(heights, ys, strict=True):
                value = cells.get((at_x, at_y))
                missing |= value is None
                same = at_y != 0.0 and reference is not None and sign_of(value, reference) == 0
                hatched |= same
                _cell(ax, scale, i, height, value, same, decimals)
        _frame_heat_map(ax, xs, ys, heights)
        ax.set_xlabel(factor_title(x))
        if panels > 1:
            panel_title(ax, k, textwrap.fill(title, 46))
    axes[0].set_ylabel(factor_title(y))
    bar = figure.colorbar(scale, ax=list(axes), aspect=18, pad=0.015)
    bar.set_label(family.unit)
    bar.outline.set_linewidth(0.5)
    handles = []
    if hatched:
        handles.append(Patch(fc="white", ec="#444444", hatch="////", lw=0.5,
                             label="not told apart from no recess: within the errors"))
    if missing:
        handles.append(Patch(fc=GAP_GREY, ec="#888888", hatch="xx", lw=0.5, label="no result"))
    if handles:
        figure.legend(handles=handles, loc="outside upper right", ncols=2, fontsize=7.5)
    window = "" if length_um is None else f"averaged over {length_um:g} µm"
    mark_state(figure, family.is_stress, window)
    return figure


def band_positions(ratios: Sequence[float]) -> list[float]:
    """Rows of the recess ratios, with a gap on either side of those between 0 and 1."""
    return [k + BAND_GAP * ((r > 0) + (r >= 1)) for k, r in enumerate(ratios)]


def _cell(
    ax: Axes,
    scale: ScalarMappable,
    x: float,
    y: float,
    value: Measured | None,
    same: bool,
    decimals: int,
) -> None:
    corner = (x - 0.5, y - 0.5)
    if value is None:
        ax.add_patch(Rectangle(corner, 1, 1, fc=GAP_GREY, ec="#888888", hatch="xx", lw=0))
        ax.text(x, y, "–", ha="center", va="center", fontsize=8)
        return
    colour = scale.to_rgba(value.value)
    ax.add_patch(Rectangle(corner, 1, 1, fc=colour, ec="white", lw=0.8))
    light = 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2] > 0.5
    ink = "black" if light else "white"
    if same:
        ax.add_patch(Rectangle(corner, 1, 1, fc="none", ec=ink, hatch="////", lw=0))
    box = {"facecolor": colour, "edgecolor": "none", "pad": 0.8} if same else None
    text = plain_number(value.value, 3)
    if "." in text and len(text.split(".")[1]) > decimals:
        text = f"{value.value:.{decimals}f}".replace("-", MINUS)
        text = text.lstrip(MINUS) if float(f"{value.value:.{decimals}f}") == 0 else text
    ax.text(x, y, text, ha="center", va="center", fontsize=7.6, color=ink, bbox=box)


def _frame_heat_map(
    ax: Axes, xs: Sequence[float], ys: Sequence[float], heights: Sequence[float]
) -> None:
    ax.set_xlim(-0.5, len(xs) - 0.5)
    ax.set_ylim(-0.5, heights[-1] + 0.5)
    ax.set_xticks(range(len(xs)), [f"{v:g}" for v in xs])
    ax.set_yticks(heights, [f"{v:g}" for v in ys])
    ax.tick_params(length=0)
    ax.grid(False)
    for spine in ax.spines.values():
        spine.set_visible(False)


# ---------------------------------------------------------------------------------- lines


@styled
def level_lines(
    family: Family,
    parts: Mapping[str, Sequence[Row]],
    x: str,
    series: str | None = None,
    length_um: float | None = None,
) -> Figure:
    """One metric over a factor with error bars, a line per level of another factor.

    Parameters
    ----------
    parts
        Rows of each panel by its title.
    x
        Numeric factor along the axis.
    series
        Factor that tells the lines apart; points without lines where it has too many levels.
    """
    panels = max(len(parts), 1)
    figure = new_figure(3.0, 8.6 if panels > 1 else 5.4)
    axes = figure.subplots(1, panels, sharey=True, squeeze=False)[0]
    rows = [row for found in parts.values() for row in found]
    levels = _levels(rows, series)
    joined = len(levels) <= len(COLOURS) and is_single_valued(parts, x, series)
    for k, (ax, (title, found)) in enumerate(zip(axes, parts.items(), strict=False)):
        for i, at in enumerate(levels):
            mine = [r for r in found if series is None or level(r[series]) == at]
            _line(ax, family, mine, x, length_um, i, at, joined)
        ax.set_xlabel(factor_title(x))
        if panels > 1:
            panel_title(ax, k, textwrap.fill(title, 46))
    axes[0].set_ylabel(textwrap.fill(f"{family.short} ({family.unit})", 34))
    handles, labels = axes[0].get_legend_handles_labels()
    if series is not None and 1 < len(levels) <= len(COLOURS):
        figure.legend(
            handles, labels, title=factor_title(series), loc="outside right center",
            title_fontsize=8.0,
        )
    window = "" if length_um is None else f"averaged over {length_um:g} µm"
    mark_state(figure, family.is_stress, window)
    return figure


def is_single_valued(
    parts: Mapping[str, Sequence[Row]], x: str, series: str | None = None
) -> bool:
    """Whether the factors tell all rows of every part apart."""
    for rows in parts.values():
        seen = [(level(row[x]), series and level(row[series])) for row in rows]
        if len(set(seen)) < len(seen):
            return False
    return True


def _levels(rows: Sequence[Row], series: str | None) -> list[str]:
    if series is None:
        return [""]
    found = {level(row[series]): row[series] for row in rows if not _is_gap(row[series])}
    return sorted(found, key=lambda t: (number(found[t]) is None, number(found[t]) or 0.0, t))


def _line(
    ax: Axes,
    family: Family,
    rows: Sequence[Row],
    x: str,
    length_um: float | None,
    index: int,
    label: str,
    joined: bool,
) -> None:
    points = [
        (row[x], value)
        for row in sorted(rows, key=lambda r: number(r[x]) or 0.0)
        if (value := family.read(row, length_um)) is not None and number(row[x]) is not None
    ]
    index = index % len(COLOURS) if joined else 0
    ax.errorbar(
        [p[0] for p in points],
        [p[1].value for p in points],
        yerr=[p[1].error or 0.0 for p in points],
        color=COLOURS[index], marker=MARKERS[index], linestyle=LINES[index] if joined else "none",
        markerfacecolor="white" if index % 2 else COLOURS[index], elinewidth=0.9, label=label,
    )  # fmt: skip


def _is_gap(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


# ------------------------------------------------------------------------ along the interface


@styled
def interface_curves(
    entries: Sequence[Entry], column: str, length_um: float, interface: str = "ubm/pad"
) -> Figure:
    """A density along the interface, designs overlaid: its floor, and the edge of the recess.

    Thin lines are the density itself, which is singular at corners; thick ones its running mean
    over a window of ``length_um``, whose extreme is the headline number.
    """
    name, unit, scale = COLUMN_TITLES[column]
    figure = new_figure(3.3)
    floor, edge = figure.subplots(1, 2, width_ratios=(1.0, 1.35), sharey=True)
    reach = 3.0 * length_um
    seen: list[float] = []
    depths: set[float] = set()
    no_floor = []
    for k, entry in enumerate(entries):
        curve = entry.result.get("curves", {}).get(interface)
        if not curve or column not in curve:
            continue
        s, radius, value, on_floor = refined(curve, column)
        value = value * scale
        corner = s[on_floor].max() if on_floor.any() else s.min()
        depth = s.max() - corner
        look = {"color": COLOURS[k % len(COLOURS)], "linestyle": LINES[k % len(LINES)]}
        floor.plot(radius[on_floor], value[on_floor], lw=1.4, **look)
        for on in (on_floor, ~on_floor):
            edge.plot(s[on] - corner, value[on], color=look["color"], lw=0.6, alpha=0.65)
        ends = np.array([s.min(), corner, s.max()])
        calm = np.abs(s[:, None] - ends).min(axis=1) > CORNER_UM
        near = np.abs(s - corner) < reach
        seen += list(value[calm & near])
        centre, mean = running_mean(s, radius, value, length_um)
        seen += list(mean[np.abs(centre - corner) < reach])
        highest = int(np.argmax(mean if column == "peel_mpa" else np.abs(mean)))
        marker = dict(marker=MARKERS[k % len(MARKERS)], ms=7, mec="white", mew=0.8)
        if len(centre) == 1:  # shorter than the window: one mean over the whole of it
            x, y, at = ends[[0, -1]] - corner, np.repeat(mean, 2), []
            edge.plot(centre - corner, mean, color=look["color"], **marker)
        else:
            x, y, at = centre - corner, mean, [highest]
        edge.plot(x, y, lw=2.2, label=entry.label, markevery=at, **look, **marker)
        if not on_floor.any():
            no_floor.append(entry.label)
        if depth > 1e-6:
            depths.add(round(float(depth), 6))
    if no_floor:
        text = f"{', '.join(no_floor)}: no {interface_title(interface)} on the floor"
        floor.text(0.03, 0.97, text, va="top", fontsize=7.5, color="#555555",
                   transform=floor.transAxes)  # fmt: skip
    edge.axvline(0.0, color="#888888", lw=0.8)
    for depth in depths:
        edge.axvline(depth, color="#888888", lw=0.8, linestyle=(0, (2, 2)))
    edge.set_xlim(-reach, max([*depths, 0.35 * reach]) * 1.12)
    if seen:
        low, high = min(seen), max(seen)
        margin = 0.08 * (high - low or 1.0)
        floor.set_ylim(min(low, 0.0) - margin, max(high, 0.0) + margin)
    for ax in (floor, edge):
        ax.axhline(0.0, color="#444444", lw=0.6)
    edge.text(-0.06 * reach, 0.985, "floor", ha="right", va="top", fontsize=7.5, color="#555555",
              transform=edge.get_xaxis_transform())  # fmt: skip
    if depths:
        edge.text(0.03 * reach, 0.985, "sidewall", ha="left", va="top", fontsize=7.5,
                  color="#555555", transform=edge.get_xaxis_transform())  # fmt: skip
    floor.set_ylabel(f"{name} ({unit})")
    floor.set_xlabel("radius r on the floor (µm)")
    edge.set_xlabel("arc length from the floor's outer corner (µm)")
    panel_title(floor, 0, "whole floor")
    panel_title(edge, 1, "edge of the opening")
    if edge.get_legend_handles_labels()[0]:
        figure.legend(loc="outside upper center", ncols=len(entries))
    mark_state(
        figure, column != "jn_a_per_cm2",
        f"{interface_title(interface)}; thin: the density, singular at corners and cut off there; "
        f"thick in (b): running mean over {length_um:g} µm",
    )  # fmt: skip
    return figure


def refined(
    curve: Mapping[str, Sequence[Any]], column: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Arc length, radius, density and whether on the floor, at points close enough for sums.

    A leg's points are start, midpoint and end of its facets, on which the density is quadratic;
    where they are not, the points are taken as they are.
    """
    s, r, v = (np.asarray(curve[name], float) for name in ("arc_length_um", "r_um", column))
    legs = np.asarray(curve["leg"])
    x = np.linspace(0.0, 1.0, 13)
    shape = np.array([(1 - x) * (1 - 2 * x), 4 * x * (1 - x), x * (2 * x - 1)])
    pieces = []
    for leg in dict.fromkeys(curve["leg"]):
        parts = [a[legs == leg] for a in (s, r, v)]
        along = parts[0]
        if len(along) % 3 == 0 and np.allclose(along[1::3], (along[::3] + along[2::3]) / 2):
            parts = [(np.column_stack([a[::3], a[1::3], a[2::3]]) @ shape).ravel() for a in parts]
        pieces.append([*parts, np.full(len(parts[0]), leg == "floor")])
    s, r, v, floor = (np.concatenate(column) for column in zip(*pieces, strict=True))
    return s, r, v, floor.astype(bool)


def running_mean(
    s: np.ndarray, radius: np.ndarray, value: np.ndarray, length_um: float
) -> tuple[np.ndarray, np.ndarray]:
    """Means over windows of arc length, weight r ds, and the windows' centres.

    An interface shorter than the window has one, over the whole of it.
    """
    step = np.diff(s)  # zero between facets
    moment = np.concatenate([[0.0], np.cumsum(step * (value * radius)[:-1] / 2
                                              + step * (value * radius)[1:] / 2)])
    weight = np.concatenate([[0.0], np.cumsum(step * (radius[:-1] + radius[1:]) / 2)])
    span = min(length_um, s[-1] - s[0])
    if s[-1] - s[0] <= length_um * (1 + 1e-6):
        return np.array([(s[0] + s[-1]) / 2]), np.array([moment[-1] / weight[-1]])
    starts = np.unique(np.clip(np.concatenate([s, s - span]), s[0], s[-1] - span))
    ends = starts + span
    total = np.interp(ends, s, moment) - np.interp(starts, s, moment)
    return starts + span / 2, total / (np.interp(ends, s, weight) - np.interp(starts, s, weight))


# ---------------------------------------------------------------------------------- yield


@styled
def yielded_shares(entries: Sequence[Entry]) -> Figure:
    """Share of every metal's volume above its yield strength, with the strength's range."""
    regions = yielding_regions(entries)
    figure = new_figure(2.9, 6.6)
    ax = figure.subplots()
    width = 0.8 / max(len(entries), 1)
    hatches = ("", "///", "...", "xxx")
    for k, entry in enumerate(entries):
        metrics = entry.result["metrics"]
        for i, region in enumerate(regions):
            name = f"yielded_volume_fraction_{region}"
            nominal, weak, strong = (
                number(metrics.get(name + tail)) for tail in ("", "_at_low_yield", "_at_high_yield")
            )
            if nominal is None:
                continue
            x = i + (k - (len(entries) - 1) / 2) * width
            colour = COLOURS[k % len(COLOURS)]
            ax.bar(x, 100 * nominal, 0.9 * width, color=_pale(colour), edgecolor=colour,
                   hatch=hatches[k % len(hatches)], linewidth=0.9,
                   label=entry.label if i == 0 else None)  # fmt: skip
            if weak is not None and strong is not None:
                ax.errorbar(
                    x, 100 * nominal,
                    yerr=[[100 * max(nominal - strong, 0.0)], [100 * max(weak - nominal, 0.0)]],
                    color="black", elinewidth=0.9, capsize=3,
                )  # fmt: skip
    ax.set_xticks(range(len(regions)), [region.replace("_", " ") for region in regions])
    ax.set_ylim(0, 105)
    ax.set_ylabel("share of volume above yield (%)")
    ax.grid(axis="x", visible=False)
    if ax.get_legend_handles_labels()[0]:
        figure.legend(loc="outside upper center", ncols=len(entries))
    mark_state(figure, True, "bars: nominal yield strength; whiskers: its credible range")
    return figure


def yielding_regions(entries: Sequence[Entry]) -> list[str]:
    """Regions of which a yielded share is known."""
    prefix = "yielded_volume_fraction_"
    names = [name for entry in entries for name in entry.result["metrics"]]
    return list(
        dict.fromkeys(
            name.removeprefix(prefix)
            for name in names
            if name.startswith(prefix) and not name.endswith(("_at_low_yield", "_at_high_yield"))
        )
    )


def _pale(colour: str) -> tuple[float, float, float]:
    rgb = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    red, green, blue = (0.55 + 0.45 * c for c in rgb)
    return red, green, blue
