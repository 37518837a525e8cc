"""Metrics over a factor, with error bars, a line per level of another factor."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from studies.figures.layout import MOST_LEVELS, Layout, Panel, is_single_valued, levels
from studies.figures.style import (
    COLOUR_MAP,
    COLOURS,
    LINES,
    MARKERS,
    WIDTH_IN,
    broken,
    letters,
    mark_state,
    new_figure,
    panel_title,
    styled,
)
from studies.metrics.families import Family
from studies.results.results import Row
from studies.results.twins import state_of
from studies.wording.labels import DEPTH, factor_title, level, number
from studies.wording.levels import texts
from studies.wording.units import in_brackets

MOST_TICKS = 8
PLAIN = {"color": COLOURS[0], "marker": MARKERS[0], "linestyle": "none"}


@styled
def level_lines(family: Family, plan: Layout, length_um: float | None = None) -> Figure:
    """One metric over a factor, all panels on one scale.

    Points are joined only where x and the series tell all cases of a panel apart.
    """
    count, columns = len(plan.panels), plan.columns
    lines = -(-count // columns)
    figure = new_figure(3.1 if lines == 1 else 0.5 + 2.35 * lines, WIDTH_IN if count > 1 else 6.2)
    grid = figure.subplots(lines, columns, sharey=True, squeeze=False)
    for ax in grid.flat[count:]:
        ax.set_visible(False)
    rows = [row for panel in plan.panels for row in panel.rows]
    found = levels(rows, plan.series)
    looks = _looks(found, plan.series, rows)
    for k, (ax, panel) in enumerate(zip(grid.flat, plan.panels, strict=False)):
        joined = not panel.unshown and is_single_valued(panel, plan.series)
        for at, look in zip(found, looks, strict=True):
            mine = [r for r in panel.rows if plan.series is None or level(r[plan.series]) == at]
            _line(ax, family, mine, panel.x, length_um, at, look, joined)
        _ticks(ax, panel, letters(columns))
        ax.set_xlabel(factor_title(panel.x))
        if count > 1:
            panel_title(ax, k, broken(panel.title, letters(columns)))
    for ax in grid[:, 0]:
        ax.set_ylabel(textwrap.fill(in_brackets(family.short, family.unit), 34))
    if plan.series is not None and 1 < len(found) <= MOST_LEVELS:
        _legend(figure, list(grid.flat[:count]), found, broken(factor_title(plan.series), 16))
    window = "" if length_um is None else f"averaged over {level(length_um)} µm"
    mark_state(figure, family.is_stress, window, state_of(rows))
    return figure


def _looks(found: Sequence[str], series: str | None, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Colour, marker and line of every level; a row of colours where there are many numbers."""
    if len(found) > MOST_LEVELS:
        return [PLAIN] * len(found)
    many = len(found) > len(COLOURS)
    scale = matplotlib.colormaps[COLOUR_MAP]
    looks = []
    for k in range(len(found)):
        colour = scale(k / (len(found) - 1) * 0.95) if many else COLOURS[k]
        looks.append({
            "color": colour, "marker": MARKERS[k % len(MARKERS)],
            "linestyle": LINES[k % len(LINES)],
            "markerfacecolor": "white" if k % 2 else colour,
        })  # fmt: skip
    return looks


def _line(
    ax: Axes, family: Family, rows: Sequence[Row], x: str, length_um: float | None, label: str,
    look: dict[str, Any], joined: bool,
) -> None:  # fmt: skip
    points = [
        (row[x], value)
        for row in sorted(rows, key=lambda r: number(r[x]) or 0.0)
        if (value := family.read(row, length_um)) is not None and number(row[x]) is not None
    ]
    if not points:
        return
    ax.errorbar(
        [p[0] for p in points],
        [p[1].value for p in points],
        yerr=[p[1].error or 0.0 for p in points],
        **(look if joined else look | {"linestyle": "none"}),
        linewidth=0.6 if x == DEPTH else None,  # between topologies a line only guides the eye
        elinewidth=1.0, capsize=4.0, capthick=1.0, label=label,
    )  # fmt: skip


def _ticks(ax: Axes, panel: Panel, width: int) -> None:
    """Ticks at the levels, as nothing is known between them."""
    found = sorted({float(row[panel.x]) for row in panel.rows})
    if len(found) <= MOST_TICKS:
        ax.set_xticks(found, stacked(found, texts(found), width))


def stacked(places: Sequence[float], said: Sequence[str], width: int) -> list[str]:
    """Texts of ticks, one under the other at the first of those that would overlap side by side.

    ``width`` is that of the axis in letters; the places rise.
    """
    per_letter = (places[-1] - places[0]) / width
    out: list[str] = []
    first = 0  # the tick at which texts are stacked
    for k, (place, text) in enumerate(zip(places, said, strict=True)):
        room = max(map(len, out[first].split("\n"))) if out else 0
        if out and place - places[first] < per_letter * (room + len(text)) / 2:
            out[first] += f"\n{text}"
            out.append("")
        else:
            first = k
            out.append(text)
    return out


def _legend(figure: Figure, axes: Sequence[Axes], found: Sequence[str], title: str) -> None:
    """One legend of all panels, as a level may be missing in the first."""
    handles = {
        label: handle
        for ax in axes
        for handle, label in zip(*ax.get_legend_handles_labels(), strict=True)
    }
    known = [label for label in found if label in handles]
    figure.legend(
        [handles[label] for label in known], [broken(label, 30) for label in known], title=title,
        loc="outside right center",
        title_fontsize=8.0, handlelength=3.0,
    )  # fmt: skip
