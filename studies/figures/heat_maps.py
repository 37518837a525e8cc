"""Heat maps of a metric over two factors.

Recess ratios 0, between 0 and 1, and 1 are different topologies: they stand in bands with gaps
between them, and nothing is interpolated.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from studies.figures.layout import Layout, Panel
from studies.figures.style import (
    COLOUR_MAP,
    GAP_GREY,
    WIDTH_IN,
    broken,
    letters,
    mark_state,
    new_figure,
    panel_title,
    styled,
)
from studies.metrics.families import Family
from studies.results.ranking import sign_of
from studies.results.twins import state_of
from studies.wording.labels import DEPTH, MINUS, Measured, factor_title, number, plain_number
from studies.wording.levels import level, texts

BAND_GAP = 0.35  # between topologies, in cells
Cells = dict[tuple[float, float], Measured | None]
HATCH, MISSING = "////", "xx"


@styled
def heat_map(family: Family, plan: Layout, length_um: float | None = None) -> Figure:
    """One metric over two factors, a panel per combination of the others, on one colour scale.

    Cells that do not differ from no recess at otherwise the same levels beyond the errors are
    hatched; cells without a value are grey.

    Parameters
    ----------
    plan
        Its series, a number, runs upwards.
    """
    y = plan.series
    assert y is not None
    ys = _levels((row for panel in plan.panels for row in panel.rows), y)
    heights = band_positions(ys) if y == DEPTH else [float(k) for k in range(len(ys))]
    count, columns = len(plan.panels), plan.columns
    lines = -(-count // columns)
    figure = new_figure(
        0.6 + lines * (0.85 + 0.34 * (heights[-1] + 1)), WIDTH_IN if columns > 1 else 5.4
    )
    grid = figure.subplots(lines, columns, sharey=True, squeeze=False)
    for ax in grid.flat[count:]:
        ax.set_visible(False)
    axes = list(grid.flat[:count])
    found = [_cells(family, panel, y, length_um) for panel in plan.panels]
    scale, decimals = _scale([v.value for cells in found for v in cells.values() if v is not None])
    drawn: set[str] = set()
    for k, (ax, panel, cells) in enumerate(zip(axes, plan.panels, found, strict=True)):
        xs = _levels(panel.rows, panel.x)
        drawn |= _draw(ax, cells, xs, ys, heights, scale, decimals, y == DEPTH)
        _frame(ax, xs, ys, heights)
        ax.set_xlabel(factor_title(panel.x))
        if count > 1:
            panel_title(ax, k, broken(panel.title, letters(columns)))
    for ax in grid[:, 0]:
        ax.set_ylabel(factor_title(y))
    bar = figure.colorbar(scale, ax=axes, aspect=18, pad=0.015)
    bar.set_label(family.unit)
    bar.outline.set_linewidth(0.5)
    _legend(figure, drawn)
    window = "" if length_um is None else f"averaged over {level(length_um)} µm"
    state = state_of(row for panel in plan.panels for row in panel.rows)
    mark_state(figure, family.is_stress, window, state)
    return figure


def band_positions(ratios: Sequence[float]) -> list[float]:
    """Rows of the recess ratios, with a gap on either side of those between 0 and 1."""
    return [k + BAND_GAP * ((r > 0) + (r >= 1)) for k, r in enumerate(ratios)]


def largest_error(family: Family, plan: Layout, length_um: float | None) -> Measured | None:
    """The value in a map that has the largest error bar, with it."""
    found = [family.read(row, length_um) for panel in plan.panels for row in panel.rows]
    known = [v for v in found if v is not None and v.error is not None]
    return max(known, key=lambda v: v.error or 0.0, default=None)


def _levels(rows: Iterable[dict | object], path: str) -> list[float]:
    return sorted({row[path] for row in rows if number(row[path]) is not None})  # type: ignore[index]


def _cells(family: Family, panel: Panel, y: str, length_um: float | None) -> Cells:
    return {(row[panel.x], row[y]): family.read(row, length_um) for row in panel.rows}


def _scale(values: Sequence[float]) -> tuple[ScalarMappable, int]:
    """Colours over all values, and the decimals that the scale as a whole deserves."""
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    half = 0.0 if high > low else 0.5
    largest = max((abs(v) for v in values), default=1.0) or 1.0
    decimals = max(3 - math.floor(math.log10(largest)), 0)
    return ScalarMappable(Normalize(low - half, high + half), COLOUR_MAP), decimals


def _draw(
    ax: Axes, cells: Cells, xs: Sequence[float], ys: Sequence[float], heights: Sequence[float],
    scale: ScalarMappable, decimals: int, by_depth: bool,
) -> set[str]:  # fmt: skip
    """All cells of a panel; returns which hatches were used."""
    drawn = set()
    for i, at_x in enumerate(xs):
        reference = cells.get((at_x, 0.0)) if by_depth else None
        for height, at_y in zip(heights, ys, strict=True):
            value = cells.get((at_x, at_y))
            same = at_y != 0.0 and reference is not None and sign_of(value, reference) == 0
            if value is None:
                drawn.add(MISSING)
            elif same:
                drawn.add(HATCH)
            _cell(ax, scale, i, height, value, same, decimals)
    return drawn


def _cell(
    ax: Axes, scale: ScalarMappable, x: float, y: float, value: Measured | None, same: bool,
    decimals: int,
) -> None:  # fmt: skip
    corner = (x - 0.5, y - 0.5)
    if value is None:
        ax.add_patch(Rectangle(corner, 1, 1, fc=GAP_GREY, ec="#888888", hatch=MISSING, lw=0))
        ax.text(x, y, "–", ha="center", va="center", fontsize=8)
        return
    red, green, blue, _ = colour = scale.to_rgba(np.array([value.value]))[0]
    ax.add_patch(Rectangle(corner, 1, 1, fc=colour, ec="white", lw=0.8))
    light = 0.299 * red + 0.587 * green + 0.114 * blue > 0.5
    ink = "black" if light else "white"
    if same:
        ax.add_patch(Rectangle(corner, 1, 1, fc="none", ec=ink, hatch=HATCH, lw=0))
    box = {"facecolor": colour, "edgecolor": "none", "pad": 1.6} if same else None
    text = plain_number(value.value, 3)
    if "." in text and len(text.split(".")[1]) > decimals:
        text = f"{value.value:.{decimals}f}".replace("-", MINUS)
        text = text.lstrip(MINUS) if float(f"{value.value:.{decimals}f}") == 0 else text
    ax.text(x, y, text, ha="center", va="center", fontsize=7.6, color=ink, bbox=box)


def _frame(ax: Axes, xs: Sequence[float], ys: Sequence[float], heights: Sequence[float]) -> None:
    ax.set_xlim(-0.5, len(xs) - 0.5)
    ax.set_ylim(-0.5, heights[-1] + 0.5)
    ax.set_xticks(range(len(xs)), texts(xs))
    ax.set_yticks(heights, texts(ys))
    ax.tick_params(length=0)
    ax.grid(False)
    for spine in ax.spines.values():
        spine.set_visible(False)


def _legend(figure: Figure, drawn: set[str]) -> None:
    words = {HATCH: ("white", "#444444", "not told apart from no recess: within the errors"),
             MISSING: (GAP_GREY, "#888888", "no result")}  # fmt: skip
    handles = [
        Patch(fc=face, ec=edge, hatch=hatch, lw=0.5, label=text)
        for hatch, (face, edge, text) in words.items()
        if hatch in drawn
    ]
    if handles:
        figure.legend(handles=handles, loc="outside upper right", ncols=2, fontsize=7.5)
