"""Figures of metrics: heat maps, lines over a factor, yielded shares.

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
    WIDTH_IN,
    mark_state,
    new_figure,
    panel_title,
    styled,
)

BAND_GAP = 0.35  # between topologies, in cells


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
    lines = -(-panels // 2)  # two side by side
    height = 0.6 + lines * (0.8 + 0.34 * (heights[-1] + 1))
    figure = new_figure(height, WIDTH_IN if panels > 1 else 5.4)
    grid = figure.subplots(lines, min(panels, 2), sharey=True, squeeze=False)
    axes = grid.flat[:panels]
    for ax in grid.flat[panels:]:
        ax.set_visible(False)
    found = {
        title: {(row[x], row[y]): family.read(row, length_um) for row in rows}
        for title, rows in parts.items()
    }
    values = [v.value for cells in found.values() for v in cells.values() if v is not None]
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    half = 0.0 if high > low else 0.5
    norm = Normalize(low - half, high + half)
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
    for ax in grid[:, 0]:
        ax.set_ylabel(factor_title(y))
    bar = figure.colorbar(scale, ax=list(axes), aspect=18, pad=0.015)
    bar.set_label(family.unit)
    bar.outline.set_linewidth(0.5)
    handles = []
    if hatched:
        handles.append(
            Patch(
                fc="white",
                ec="#444444",
                hatch="////",
                lw=0.5,
                label="not told apart from no recess: within the errors",
            )
        )
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
    red, green, blue, _ = colour = scale.to_rgba(np.array([value.value]))[0]
    ax.add_patch(Rectangle(corner, 1, 1, fc=colour, ec="white", lw=0.8))
    light = 0.299 * red + 0.587 * green + 0.114 * blue > 0.5
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
    joined: bool = True,
) -> Figure:
    """One metric over a factor with error bars, a line per level of another factor.

    Parameters
    ----------
    parts
        Rows of each panel by its title.
    x
        Numeric factor along the axis.
    series
        Factor that tells the lines apart.
    joined
        Whether points are joined; never where the factors do not tell all rows apart, or where
        there are more levels than colours.
    """
    panels = max(len(parts), 1)
    figure = new_figure(3.0, WIDTH_IN if panels > 1 else 5.4)
    axes = figure.subplots(1, panels, sharey=True, squeeze=False)[0]
    rows = [row for found in parts.values() for row in found]
    levels = _levels(rows, series)
    joined = joined and len(levels) <= len(COLOURS) and is_single_valued(parts, x, series)
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
            handles,
            labels,
            title=factor_title(series),
            loc="outside right center",
            title_fontsize=8.0,
        )
    window = "" if length_um is None else f"averaged over {length_um:g} µm"
    mark_state(figure, family.is_stress, window)
    return figure


def is_single_valued(parts: Mapping[str, Sequence[Row]], x: str, series: str | None = None) -> bool:
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
        linewidth=0.6 if x == DEPTH else None,  # between topologies a line only guides the eye
        markerfacecolor="white" if index % 2 else COLOURS[index], elinewidth=0.9, label=label,
    )  # fmt: skip


def _is_gap(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


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
