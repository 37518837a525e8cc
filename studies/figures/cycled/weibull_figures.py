"""Weibull lines of the solder's life in cycles, with the band that life laws are good for."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter, NullLocator

from studies.figures.registry import Drawing, figure
from studies.figures.style import (
    COLOURS,
    LINES,
    WIDTH_IN,
    broken,
    letters,
    mark_state,
    new_figure,
    panel_title,
    styled,
)
from studies.results.lives.cycled import Cycled, Fatigue, Group, fatigue
from studies.results.results import Results

SHARES = (0.001, 0.01, 0.05, 0.1, 0.2, 0.5, 0.8, 0.95, 0.999)
MOST = 4  # panels
ASIDE = 0.13  # by which bars lie below each other
BAND = "#eeeeee"
DECADES = 3.0  # over which numbers between powers of ten still fit under a panel
SAYS = (
    "shaded: the law’s factor of two, the same for all; bars near 63.2 %: errors of discretization"
)


def _height(failed: np.ndarray) -> np.ndarray:
    """Where a share stands on Weibull paper: ln(-ln(1 - F))."""
    return np.log(-np.log1p(-failed))


def _lines(ax: Axes, cases: Sequence[Cycled]) -> None:
    """A line per design from 0.1 to 99.9 % failed; lines that lie on each other differ in style."""
    low, high = (float(one) for one in _height(np.array([SHARES[0], SHARES[-1]])))
    failed = -np.expm1(-np.exp(np.linspace(low, high, 80)))
    for k, case in enumerate(cases):
        line, colour = case.line, COLOURS[k % len(COLOURS)]
        cycles, heights = line.cycles(failed), _height(failed)
        if k == 0:
            least, most = case.low / case.cycles.value, case.high / case.cycles.value
            ax.fill_betweenx(heights, least * cycles, most * cycles, color=BAND, lw=0)
        ax.plot(cycles, heights, ls=LINES[k % len(LINES)], color=colour, label=case.variant)
        error = case.cycles.error
        if error is not None:
            share = error / case.cycles.value
            at = line.characteristic
            ax.errorbar(
                [at], [-ASIDE * k], xerr=[share * at], fmt="none", ecolor=colour, elinewidth=0.9,
            )  # fmt: skip


@styled
def weibull_lines(groups: Sequence[Group], shapes: Sequence[float], law: str) -> Figure:
    """A panel per condition, shares failed over cycles on Weibull's scale."""
    columns = min(2, len(groups))
    lines = math.ceil(len(groups) / columns)
    drawn = new_figure(0.9 + 2.9 * lines, WIDTH_IN if columns > 1 else 6.0)
    axes = drawn.subplots(lines, columns, squeeze=False, sharex=True, sharey=True).ravel()
    marks = _height(np.array(SHARES))
    for k, (ax, group) in enumerate(zip(axes, groups, strict=False)):
        _lines(ax, group.cases)
        ax.set_xscale("log")
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        ax.xaxis.set_minor_formatter(NullFormatter())
        ax.set_yticks(marks, [f"{100 * share:g}" for share in SHARES])
        ax.yaxis.set_minor_locator(NullLocator())
        ax.axhline(0.0, color="#999999", lw=0.7, ls=(0, (4, 2)), zorder=0.5)
        if k % columns == 0:
            ax.set_ylabel("failed (%)")
        if k + columns >= len(groups):
            ax.set_xlabel("cycles")
        if len(groups) > 1:
            panel_title(ax, k, broken(group.title, letters(columns)))
        ax.legend(loc="upper left", fontsize=7.5)
    low, high = axes[0].get_xlim()
    between = [1.0, 3.0] if columns > 1 else [1.0, 2.0, 5.0]
    for ax in axes:  # all share their limits; over many decades only these have room
        wide = math.log10(high / low) > DECADES
        ax.xaxis.set_major_locator(LogLocator(subs=[1.0] if wide else between))
    for ax in axes[len(groups) :]:
        ax.set_visible(False)
    of = " or ".join(f"{shape:g}" for shape in shapes)
    mark_state(drawn, False, f"{law}; shape {of}; {SAYS}")
    return drawn


@figure("weibull", "fatigue", place=10)
def weibull(results: Results) -> Iterator[Drawing]:
    """Weibull lines of the first conditions, that of the study's base first."""
    found: Fatigue | None = fatigue(results)
    if found is None:
        return
    groups = sorted(found.groups, key=lambda group: not group.is_base)
    shown = groups[:MOST]
    shapes = dict.fromkeys(case.shape for group in shown for case in group.cases)
    left = len(groups) - len(shown)
    yield Drawing(
        weibull_lines(shown, tuple(shapes), ", ".join(found.laws)),
        "Joints failed over cycles, on Weibull’s scale",
        "Share of joints that have failed over cycles: what the life law gives at 63.2 % or at "
        "half of the joints (dashed: 63.2 %), scattered after Weibull. Lines tell designs apart "
        "as far as their bars do; where along the axis they all stand is known to the factor of "
        "two." + (f" {left} more conditions are in the table." if left else ""),
    )
