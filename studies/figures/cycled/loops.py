"""Hysteresis loops of the last cycle, strain over temperature, and the work of every cycle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from studies.figures.registry import Drawing, figure
from studies.figures.style import (
    COLOURS,
    LINES,
    legend_columns,
    mark_state,
    new_figure,
    panel_title,
    styled,
)
from studies.results.results import Entry, Results

# parts of which loops are drawn, in words, and the component in which each is loaded most
LOOPS: Mapping[str, tuple[str, str, str]] = {
    "bump_layer": ("solder beside the UBM", "rz", "shear"),
    "pad_ring": ("pad under the passivation", "rr", "radial"),
}


def _shown(entries: Sequence[Entry]) -> list[str]:
    return [part for part in LOOPS if any(part in entry.result.cycled for entry in entries)]


def _look(k: int) -> dict[str, object]:
    return {"color": COLOURS[k % len(COLOURS)], "linestyle": LINES[k % len(LINES)]}


def _legend(drawn: Figure, ax: Axes) -> None:
    handles, labels = ax.get_legend_handles_labels()
    columns = legend_columns(labels, len(labels))
    drawn.legend(handles, labels, loc="outside upper center", ncols=columns)


@styled
def loops(entries: Sequence[Entry]) -> Figure:
    """Above stress over inelastic strain, below strain over temperature; a column per part."""
    parts = _shown(entries)
    drawn = new_figure(5.2)
    axes = drawn.subplots(2, len(parts), squeeze=False)
    for k, part in enumerate(parts):
        title, component, word = LOOPS[part]
        upper, lower = axes[:, k]
        for i, entry in enumerate(entries):
            found = entry.result.cycled.get(part)
            if found is None:
                continue
            strain = 100 * np.asarray(found.strain[component])
            # what was left before the cycle is not of the loop
            strain = strain - strain[0]
            upper.plot(strain, found.stress_mpa[component], label=entry.label, **_look(i))
            lower.plot(found.degc, strain, **_look(i))
        panel_title(upper, k, title)
        upper.xaxis.set_major_locator(MaxNLocator(5))
        upper.set_xlabel(f"{word} inelastic strain (%)")
        upper.set_ylabel(f"{word} stress (MPa)")
        lower.set_xlabel("temperature (°C)")
        lower.set_ylabel(f"{word} inelastic strain (%)")
        panel_title(lower, len(parts) + k, title)
    _legend(drawn, axes[0, 0])
    mark_state(drawn, False, "means over the volume; strain counted from the start of the cycle")
    return drawn


@styled
def works(entries: Sequence[Entry]) -> Figure:
    """Work of every cycle that was solved, a panel per part."""
    parts = _shown(entries)
    drawn = new_figure(2.9)
    axes = drawn.subplots(1, len(parts), squeeze=False)[0]
    for k, (ax, part) in enumerate(zip(axes, parts, strict=True)):
        for i, entry in enumerate(entries):
            found = entry.result.cycled.get(part)
            if found is not None:
                ax.plot(found.cycles, found.work_mj_per_m3, marker="o", ms=3.5, label=entry.label,
                        **_look(i))  # fmt: skip
        panel_title(ax, k, LOOPS[part][0])
        ax.set_xlabel("cycle")
        ax.set_ylim(bottom=0)
        ax.xaxis.get_major_locator().set_params(integer=True)
    axes[0].set_ylabel("inelastic work per cycle (MJ/m³)")
    _legend(drawn, axes[0])
    return drawn


@figure("loops", "cycles", place=10)
def hysteresis(results: Results) -> Iterator[Drawing]:
    """Loops of the last cycle."""
    entries = results.compared
    if _shown(entries):
        yield Drawing(
            loops(entries), "Hysteresis loops of solder and pad",
            "The last cycle: mean stress over mean inelastic strain of the layer of solder beside "
            "the UBM (shear in the section) and of the ring of the pad under the passivation "
            "(radial), and the strain over temperature. The area of all components’ loops is the "
            "work of the cycle; a loop that does not close ratchets.",
        )  # fmt: skip


@figure("cycle-work", "cycles", place=20)
def work_of_cycles(results: Results) -> Iterator[Drawing]:
    """Whether cycles become alike."""
    entries = results.compared
    if _shown(entries):
        yield Drawing(
            works(entries), "Inelastic work of every cycle",
            "Inelastic work of each cycle, mean over the layer of solder beside the UBM and over "
            "the ring of the pad: cycles are stable where it does not change any more.",
        )  # fmt: skip
