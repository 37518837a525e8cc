"""Maps of what a probe's mark amounts to: a cell a case, a panel a combination of other factors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize, to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from studies.figures.style import (
    GAP_GREY,
    WIDTH_IN,
    broken,
    letters,
    mark_state,
    new_figure,
    panel_title,
    styled,
)
from studies.results.probed import Change, MarkedCase, Size, State, largest, size_of
from studies.wording.labels import MINUS

Colour = tuple[float, float, float]
HATCH, MISSING = "////", "xx"
STATE_COLOURS: Mapping[State, str] = {
    State.BROKEN: "#c8102e",
    State.BARE: "#e69f00",
    State.FILM: "#f3e2a9",
    State.RELIEF: "#9ecae1",
    State.EVEN: "#3f9b78",
}
CHANGES = "RdBu_r"
LEAST_ROWS = 4  # as high as a panel is, for the titles of its axes
MOST_SHARE = 0.5  # at the ends of the colours of changes


@dataclass(frozen=True)
class MapPanel:
    """Cases by column and row; what is missing is no possible design, or has no result."""

    title: str
    cells: Mapping[tuple[str, str], MarkedCase]


@dataclass(frozen=True)
class MapPlan:
    """Panels that share their columns and rows, what these are, and which changes are shown."""

    columns: Sequence[str]
    rows: Sequence[str]
    x_title: str
    y_title: str
    panels: Sequence[MapPanel]
    across: int
    changes: Callable[[MarkedCase], Sequence[Change]]
    note: str = ""


@styled
def state_map(plan: MapPlan) -> Figure:
    """What is left of the mark in colour, the largest change of the currents in numbers."""
    figure, axes = _frame(plan)
    seen: set[State] = set()
    marks: set[str] = set()
    for ax, panel in zip(axes, plan.panels, strict=True):
        seen |= {case.state for case in panel.cells.values()}
        marks |= _cells(ax, plan, panel, lambda case: to_rgb(STATE_COLOURS[case.state]))
    states = [Patch(fc=STATE_COLOURS[s], ec="none", label=s.value) for s in State if s in seen]
    _legend(figure, [*states, *_signs(marks)])
    mark_state(figure, False, plan.note)
    return figure


@styled
def change_map(plan: MapPlan) -> Figure:
    """The largest change of the currents, in colour and in numbers."""
    figure, axes = _frame(plan)
    scale = ScalarMappable(Normalize(-100 * MOST_SHARE, 100 * MOST_SHARE), CHANGES)

    def colour(case: MarkedCase) -> Colour:
        found = largest(plan.changes(case))
        return to_rgb(scale.to_rgba(0.0 if found is None else 100 * found.share.value))

    marks: set[str] = set()
    for ax, panel in zip(axes, plan.panels, strict=True):
        marks |= _cells(ax, plan, panel, colour)
    bar = figure.colorbar(scale, ax=axes, aspect=22, pad=0.015, extend="both")
    bar.set_label("largest change (%)")
    bar.outline.set_linewidth(0.5)
    _legend(figure, _signs(marks))
    mark_state(figure, False, plan.note)
    return figure


def share_text(change: Change | None) -> str:
    """A change as a cell holds it: ``+12`` per cent, or that it is 0 within its error or 0.1 %."""
    if change is None:
        return ""
    value = 100 * change.share.value
    if abs(change.share.value) <= max(change.share.error or 0.0, 0.001):
        return "≈ 0"
    digits = 0 if abs(value) >= 9.5 else 1
    return f"{value:+.{digits}f}".replace("-", MINUS)


def _frame(plan: MapPlan) -> tuple[Figure, list[Axes]]:
    across = min(plan.across, len(plan.panels))
    down = -(-len(plan.panels) // across)
    height = 0.75 + down * (0.72 + 0.27 * max(len(plan.rows), LEAST_ROWS))
    figure = new_figure(height, WIDTH_IN if across > 1 else 5.4)
    grid = figure.subplots(down, across, sharex=True, sharey=True, squeeze=False)
    for ax in grid.flat[len(plan.panels) :]:
        ax.set_visible(False)
    for ax in grid[-1]:
        ax.set_xlabel(plan.x_title)
    for ax in grid[:, 0]:
        ax.set_ylabel(plan.y_title)
    axes = list(grid.flat[: len(plan.panels)])
    for k, (ax, panel) in enumerate(zip(axes, plan.panels, strict=True)):
        ax.set_xlim(-0.5, len(plan.columns) - 0.5)
        ax.set_ylim(-0.5, len(plan.rows) - 0.5)
        ax.set_xticks(range(len(plan.columns)), plan.columns)
        ax.set_yticks(range(len(plan.rows)), plan.rows)
        ax.tick_params(length=0)
        ax.grid(False)
        for spine in ax.spines.values():
            spine.set_visible(False)
        if panel.title:
            panel_title(ax, k, broken(panel.title, letters(across)))
    return figure, axes


def _cells(
    ax: Axes, plan: MapPlan, panel: MapPanel, colour_of: Callable[[MarkedCase], Colour]
) -> set[str]:
    """Draw a panel; returns which signs it needs in the legend."""
    signs = set()
    for x, column in enumerate(plan.columns):
        for y, row in enumerate(plan.rows):
            corner = (x - 0.5, y - 0.5)
            case = panel.cells.get((column, row))
            if case is None:
                signs.add(MISSING)
                grey = Rectangle(corner, 1, 1, fc=GAP_GREY, ec="#888888", hatch=MISSING, lw=0)
                ax.add_patch(grey)
                continue
            red, green, blue = colour = colour_of(case)
            ink = "black" if 0.299 * red + 0.587 * green + 0.114 * blue > 0.5 else "white"
            ax.add_patch(Rectangle(corner, 1, 1, fc=colour, ec="white", lw=0.8))
            box, changes = None, plan.changes(case)
            size = size_of(changes)
            if size is Size.UNDECIDED:
                signs.add(HATCH)
                ax.add_patch(Rectangle(corner, 1, 1, fc="none", ec=ink, hatch=HATCH, lw=0))
                box = {"facecolor": colour, "edgecolor": "none", "pad": 1.2}
            text = share_text(largest(changes))
            weight = "bold" if size is Size.LARGE else "normal"
            ax.text(x, y, text, ha="center", va="center", fontsize=7.4, color=ink, bbox=box,
                    fontweight=weight)  # fmt: skip
    return signs


def _signs(marks: set[str]) -> list[Patch]:
    words = {
        HATCH: ("white", "#444444", "undecided between below and beyond 5 %"),
        MISSING: (GAP_GREY, "#888888", "no such design, or no result"),
    }
    return [
        Patch(fc=face, ec=edge, hatch=hatch, lw=0.5, label=text)
        for hatch, (face, edge, text) in words.items()
        if hatch in marks
    ]


def _legend(figure: Figure, handles: Sequence[Patch]) -> None:
    if handles:
        figure.legend(handles=list(handles), loc="outside upper center",
                      ncols=min(len(handles), 4), fontsize=7.5)  # fmt: skip
