"""Pictures of a void that grows: resistance and volume over time, by each idealization."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from fem_bump.drawing.curves import COLOURS, HEIGHT_IN, WIDTH_IN
from fem_bump.voids.state import VoidGrowth, VoidHistory
from groundwork.lettering import literal
from groundwork.pictures import pictures


@pictures.named("void growth")
@literal
def void_growth_picture(grown: VoidGrowth) -> Figure:
    """Resistance over the initial one, and the void's volume, by each idealization."""
    return _drawn(list(grown.histories.values()))


@pictures.named("void")
@literal
def void_picture(history: VoidHistory) -> Figure:
    """The same of one."""
    return _drawn([history])


def _drawn(histories: list[VoidHistory]) -> Figure:
    figure = Figure(figsize=(WIDTH_IN, HEIGHT_IN), layout="constrained")
    left, right = figure.subplots(1, 2)
    for history, colour in zip(histories, COLOURS, strict=False):
        hours = history.times_s / 3600
        label = history.face.idealization
        rise = 100 * (history.resistance_ohm / history.initial_ohm - 1)
        left.plot(hours, rise, color=colour, label=label)
        right.plot(hours, history.volume_um3, color=colour, label=label)
    for percent in (10, 20):
        left.axhline(percent, color="#888888", lw=0.7, ls="--")
    left.set_ylabel("rise of the resistance (%)")
    right.set_ylabel("volume of the void (µm³)")
    for ax in (left, right):
        _finish(ax)
    return figure


def _finish(ax: Axes) -> None:
    ax.set_xlabel("time (h)")
    ax.grid(alpha=0.3)
    ax.legend(fontsize=8)
