"""Figures of the methods compared: every metric against the first level, a mark for each pair."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from studies.figures.registry import Drawing, figure
from studies.figures.style import (
    COLOURS,
    MARKERS,
    WIDTH_IN,
    legend_columns,
    mark_state,
    new_figure,
    panel_title,
    styled,
)
from studies.results.methods import Choice, Contrast, compare
from studies.results.ranking import SMALL_SPREAD
from studies.results.results import Results, Row
from studies.results.twins import state_of
from studies.wording.labels import DEPTH, TIMES, capitalized, factor_title, level, listing, number
from studies.wording.units import in_brackets

COLUMNS = 3
BAND = "#ececec"
MOST_MARKS = 6  # kinds of mark in a row
ROW_IN, PANEL_IN = 0.2, 0.95
MOST_IN = 13.0  # height of a figure: what does not fit stands in another
SEVERAL = 4  # rows of several numbers from which their names stand once, on the axis


@styled
def paired_dots(choice: Choice, contrasts: Sequence[Contrast]) -> Figure:
    """A panel per metric, a row per combination of the other factors, marks for one of them.

    A mark is the ratio of a level to the first at otherwise equal factors; where values change
    sign it is the difference. The grey line is the first level itself.
    """
    mark = mark_factor(choice)
    names = row_names(choice, mark)
    kinds = _kinds(choice, mark)
    lines = -(-len(contrasts) // COLUMNS)
    height = lines * _panel_in(choice, mark) + 0.5
    figure = new_figure(min(height, MOST_IN), WIDTH_IN)
    axes = figure.subplots(lines, COLUMNS, sharey=True, squeeze=False)
    for k, contrast in enumerate(contrasts):
        ax = axes[k // COLUMNS][k % COLUMNS]
        _panel(ax, contrast, mark, names, kinds)
        panel_title(ax, k, textwrap.fill(contrast.family.short, 34))
    for ax in axes.flat[len(contrasts) :]:
        ax.set_visible(False)
    title, labels = _row_labels(choice, mark)
    for row in axes:
        row[0].set_yticks(range(len(names)), [textwrap.fill(label, 26) for label in labels])
        row[0].set_ylabel(title)
        row[0].set_ylim(len(names) - 0.45, -0.55)
    handles: list[Line2D | Patch] = [
        Line2D([], [], color=COLOURS[i % 7], marker=MARKERS[i % 7], ls="none", label=text,
               markerfacecolor="white" if i % 2 else COLOURS[i % 7])
        for i, text in enumerate(kinds)
    ]  # fmt: skip
    handles.append(Patch(fc=BAND, label=f"within {100 * SMALL_SPREAD:g} %: no reason to choose"))
    columns = legend_columns([str(handle.get_label()) for handle in handles], 4)
    figure.legend(handles=handles, loc="outside upper center", ncols=columns)
    others = listing(choice.levels[1:], "or")
    note = f"left of the line {others} is lower; Δ: difference; bars: errors of both levels"
    state = state_of(row for found in choice.sets for row in found.values())
    mark_state(figure, any(c.family.is_stress for c in contrasts), note, state)
    return figure


def mark_factor(choice: Choice) -> str | None:
    """The other factor that the marks tell apart: the recess, or the one of most numbers."""
    if len(choice.levels) > 2:
        return None
    rows = choice.rows(choice.sets)
    counts = {p: len({level(row[p]) for row in rows}) for p in choice.others}
    numeric = [
        p for p in choice.others
        if counts[p] <= MOST_MARKS and all(number(row[p]) is not None for row in rows)
    ]  # fmt: skip
    if DEPTH in numeric:
        return DEPTH
    return max(numeric, key=lambda p: counts[p], default=None)


def row_names(choice: Choice, mark: str | None) -> list[str]:
    """The rows: combinations of the other factors, in the study's order."""
    return list(dict.fromkeys(_row_name(choice, mark, r) for r in choice.rows(choice.sets)))


def _row_labels(choice: Choice, mark: str | None) -> tuple[str, list[str]]:
    """What the axis of the rows says, and each row: many rows of numbers say only these."""
    rest = [p for p in choice.others if p != mark]
    rows = choice.rows(choice.sets)
    names = row_names(choice, mark)
    if (
        len(rest) < 2
        or len(names) < SEVERAL
        or any(number(r[p]) is None for r in rows for p in rest)
    ):
        return "", names
    found = {_row_name(choice, mark, r): ", ".join(level(r[p]) for p in rest) for r in rows}
    return ", ".join(factor_title(p) for p in rest), [found[name] for name in names]


def _panel_in(choice: Choice, mark: str | None) -> float:
    """The height of a panel."""
    names, kinds = row_names(choice, mark), _kinds(choice, mark)
    return PANEL_IN + ROW_IN * max(len(names), 2) * (1 + 0.12 * (len(kinds) - 1))


def _row_name(choice: Choice, mark: str | None, row: Row) -> str:
    rest = [p for p in choice.others if p != mark]
    numbers = [p for p in rest if number(row[p]) is not None]
    said = [f"{factor_title(p)} {level(row[p])}" if p in numbers else level(row[p]) for p in rest]
    return ", ".join(said) or "all else equal"


def _kinds(choice: Choice, mark: str | None) -> list[str]:
    """What the marks stand for: levels of a factor, or of the choice itself."""
    if mark is None:
        return [f"{a} against {choice.levels[0]}" for a in choice.levels[1:]]
    found = {row[mark] for row in choice.rows(choice.sets)}
    return [f"{factor_title(mark)} {level(v)}" for v in sorted(found)]


def _panel(
    ax: Axes, contrast: Contrast, mark: str | None, names: Sequence[str], kinds: Sequence[str]
) -> None:
    choice = contrast.choice
    zero = 1.0 if contrast.is_ratio else 0.0
    seen = [zero]
    for a in contrast.levels[1:]:
        for row, found in zip(choice.rows(contrast.sets), contrast.relations(a), strict=True):
            text = f"{a} against {choice.levels[0]}" if mark is None else (
                f"{factor_title(mark)} {level(row[mark])}"
            )  # fmt: skip
            if text not in kinds:  # the first level has no such metric
                continue
            i = kinds.index(text)
            shift = 0.0 if len(kinds) == 1 else 0.54 * (i / (len(kinds) - 1) - 0.5)
            y = names.index(_row_name(choice, mark, row)) + shift
            colour = COLOURS[i % len(COLOURS)]
            ax.plot([zero, found.value], [y, y], color=colour, lw=0.8, alpha=0.55)
            ax.errorbar(
                found.value, y, xerr=found.error or 0.0, color=colour, marker=MARKERS[i % 7],
                ms=4.6, ls="none", elinewidth=1.0, capsize=2.0,
                markerfacecolor="white" if i % 2 else colour,
            )  # fmt: skip
            seen += [found.value - (found.error or 0.0), found.value + (found.error or 0.0)]
    ax.axvline(zero, color="#888888", lw=1.0, zorder=1)
    low, high = min(seen), max(seen)
    if contrast.is_ratio:
        ax.axvspan(1 - SMALL_SPREAD, 1 + SMALL_SPREAD, color=BAND, lw=0, zorder=0)
        low, high = min(low, 1 - 1.6 * SMALL_SPREAD), max(high, 1 + 1.6 * SMALL_SPREAD)
    pad = 0.06 * (high - low) or 1.0
    ax.set_xlim(low - pad, high + pad)
    unit = in_brackets("Δ", contrast.family.unit)
    ax.set_xlabel(f"{TIMES} {choice.levels[0]}" if contrast.is_ratio else unit, labelpad=1)
    ax.grid(axis="y", visible=False)
    ax.tick_params(axis="y", length=0)
    ax.locator_params(axis="x", nbins=5)


def caption(choice: Choice) -> str:
    """What the figure shows, in full."""
    mark = mark_factor(choice)
    rows = [factor_title(p) for p in choice.others if p != mark]
    first, others = choice.levels[0], listing(choice.levels[1:], "or")
    per = f", a row for each {listing(rows)}" if rows else ""
    marks = f", a mark for each {factor_title(mark)}" if mark else ""
    return (
        f"{capitalized(others)} against {first} at otherwise equal factors: the ratio of each "
        f"metric ({TIMES}), or the difference (Δ) where values are not all clearly "
        f"positive{per}{marks}. The line is {first}: left of it {others} is lower. Scales "
        f"differ between panels. Grey: nearer than {100 * SMALL_SPREAD:g} %, no reason to choose. "
        "Bars are the errors of discretization of both levels together, often smaller than the "
        "mark."
    )


@figure("methods", "methods")
def methods_compared(results: Results) -> Iterator[Drawing]:
    """Every metric at the levels of a factor of names against the first of them."""
    for found in compare(results):
        choice = found.choice
        contrasts = [c for c in found.contrasts if c.levels[0] == choice.levels[0]]
        lines = max(1, int((MOST_IN - 0.5) / _panel_in(choice, mark_factor(choice))))
        for k, first in enumerate(range(0, len(contrasts), lines * COLUMNS)):
            yield Drawing(
                paired_dots(choice, contrasts[first : first + lines * COLUMNS]),
                f"{listing(choice.levels, 'against')}, metric by metric", caption(choice),
                f"{choice.path}-{k + 1}" if k else choice.path,
            )  # fmt: skip
