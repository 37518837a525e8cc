"""Fronts of a study's parts: every pair of objectives, solved designs with their error bars."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from studies.figures.registry import Drawing, figure
from studies.figures.style import (
    COLOURS,
    MARKERS,
    broken,
    new_figure,
    panel_title,
    styled,
)
from studies.metrics.families import Family, families
from studies.optimum.fronts import kept_fronts
from studies.optimum.question import Goal
from studies.optimum.stored import Front, Fronts, Point
from studies.results.lives.fronts import Stand
from studies.results.results import Results
from studies.wording.labels import listing

FAINT = 0.35
AROUND = 0.3  # of a front's extent, on each side
LOOKS: dict[str, dict[str, Any]] = {
    "told apart": {"ms": 6.5, "mew": 1.3},
    "not told apart": {"ms": 6.5, "mew": 1.3, "mfc": "white"},
    "behind it": {"ms": 3.0, "mew": 0.0, "alpha": FAINT},
}


@styled
def fronts_figure(found: Fronts, titles: Sequence[str]) -> Figure:
    """A panel for every pair of objectives; colours by part."""
    goals = found.question.goals
    pairs = list(combinations(range(len(goals)), 2))
    columns = min(2, len(pairs))
    lines = -(-len(pairs) // columns)
    drawn = new_figure(0.7 + 3.6 * lines, 4.3 * columns if columns > 1 else 6.0)
    panels = drawn.subplots(lines, columns, squeeze=False).ravel()
    for ax in panels[len(pairs) :]:
        ax.set_visible(False)
    known = [family_of(goal) for goal in goals]
    for k, (pair, ax) in enumerate(zip(pairs, panels, strict=False)):
        for n, front in enumerate(found.fronts):
            _front(ax, front, pair, [known[i].scale for i in pair], n)
            if len(goals) == 2:
                _stairs(ax, front, goals, [known[i].scale for i in pair], COLOURS[1 + n % 6])
        for axis, i in ((ax.xaxis, pair[0]), (ax.yaxis, pair[1])):
            better = "smaller" if goals[i].sense == "min" else "larger"
            axis.set_label_text(broken(f"{known[i].title_with_unit}, {better} is better", 46))
        _near_the_fronts(ax, found.fronts, pair, [known[i].scale for i in pair])
        if len(pairs) > 1:
            panel_title(ax, k, "")
    drawn.legend(handles=_handles(titles), loc="outside upper center", ncols=4, fontsize=7.5)
    return drawn


def family_of(goal: Goal) -> Family:
    """The metric of an objective as people read it."""
    return next(iter(families([goal.metric]).values()))


def _look(point: Point) -> str:
    if not point.on_front:
        return "behind it"
    return "told apart" if point.stand is Stand.FRONT else "not told apart"


def _front(ax: Axes, front: Front, pair: tuple[int, int], scales: Sequence[float], n: int) -> None:
    colour, marker = COLOURS[1 + n % 6], MARKERS[n % len(MARKERS)]
    for point in front.points:
        x, y = (point.values[i] for i in pair)
        at = [x.value * scales[0]], [y.value * scales[1]]
        bars = {
            "xerr": np.array([[x.value - x.low], [x.high - x.value]]) * scales[0],
            "yerr": np.array([[y.value - y.low], [y.high - y.value]]) * scales[1],
        }
        if point.on_front:
            ax.errorbar(*at, **bars, fmt="none", ecolor=colour, elinewidth=0.8, capsize=0)
        style = {"mfc": colour, **LOOKS[_look(point)]}
        ax.plot(*at, marker=marker, mec=colour, ls="none", zorder=3, **style)


def _stairs(
    ax: Axes, front: Front, goals: Sequence[Goal], scales: Sequence[float], colour: str
) -> None:
    """What the front's points together are not worse than; the edge of what is beaten."""
    shown = front.shown
    if goals[0].sense == "max":
        shown = shown[::-1]
    x, y = (
        [p.values[i].value * scale for p in shown] for i, scale in enumerate(scales)
    )  # fmt: skip
    ax.step(x, y, where="post", color=colour, lw=0.9, alpha=0.7, zorder=1.5)


def _near_the_fronts(
    ax: Axes, fronts: Sequence[Front], pair: tuple[int, int], scales: Sequence[float]
) -> None:
    """Show what is about as near as the fronts are long: what is far behind would hide them."""
    for set_limits, i, scale in zip((ax.set_xlim, ax.set_ylim), pair, scales, strict=True):
        shown = [point.values[i] for front in fronts for point in front.shown]
        if not shown:
            continue
        low, high = scale * min(v.low for v in shown), scale * max(v.high for v in shown)
        around = AROUND * ((high - low) or abs(high) or 1.0)
        set_limits(low - around, high + around)


def _handles(titles: Sequence[str]) -> list[Line2D]:
    parts = [
        Line2D([], [], marker=MARKERS[n % len(MARKERS)], color=COLOURS[1 + n % 6], ls="none",
               label=title)
        for n, title in enumerate(titles)
    ]  # fmt: skip
    grey = COLOURS[0]
    kinds = [
        Line2D([], [], marker="o", ls="none", mec=grey, label=name, **{"mfc": grey, **look})
        for name, look in LOOKS.items()
    ]
    return [*parts, *kinds]


@figure("front", "front", 10)
def front_figures(results: Results) -> Iterator[Drawing]:
    """One, where a front was asked for."""
    kept = kept_fronts(results)
    if kept is None or not any(front.points for front in kept[0].fronts):
        return
    found = kept[0]
    titles = [results.parts[results.names.get(front.part, front.part)] for front in found.fronts]
    metrics = listing(family_of(goal).title for goal in found.question.goals)
    at, marks = "", "Every mark is a solved design with its error bars"
    if found.question.percentile is not None:
        at = f", each at its {found.question.percentile:g}th percentile on the worse side"
        marks = "Every mark is a percentile with its interval, of a design that is solved at it"
    yield Drawing(
        fronts_figure(found, titles),
        f"Front of {metrics}",
        f"Front of {metrics}{at}. {marks}; lines bound what the "
        " designs on a front beat. Filled: no other design could beat it, whatever the "
        "bars hide; open: another may; small: behind by its values. What is further away is not "
        "drawn.",
    )
