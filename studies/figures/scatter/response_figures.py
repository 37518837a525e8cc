"""How metrics follow the factors that scatter, and how well a surrogate says designs held back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from studies.figures.registry import Drawing, figure
from studies.figures.style import (
    COLOURS,
    LINES,
    MARKERS,
    broken,
    new_figure,
    panel_title,
    styled,
)
from studies.metrics.families import Family, families
from studies.reliability.study.responses import HeldBack, Response, held_back, responses
from studies.results.results import Results
from studies.wording.labels import factor_title, listing, uncapitalized

COLUMNS = 4
LETTERS = 88  # of axis labels side by side


@styled
def slices(found: Sequence[Response], family: Family, parts: Mapping[str, str]) -> Figure:
    """A panel per factor, a line with its band per part."""
    paths = list(dict.fromkeys(path for one in found for path in one.slices))
    columns = min(COLUMNS, len(paths))
    rows = -(-len(paths) // columns)
    drawn = new_figure(0.6 + 2.1 * rows)
    axes = drawn.subplots(rows, columns, sharey=True, squeeze=False).ravel()
    names = list(parts)
    for k, (ax, path) in enumerate(zip(axes, paths, strict=False)):
        for one in found:
            if path in one.slices:
                _line(ax, one, path, names.index(one.part), parts[one.part], family.scale)
        panel_title(ax, k, "")
        ax.set_xlabel(broken(factor_title(path), 28))
    for ax in axes[len(paths) :]:
        ax.set_axis_off()
    drawn.supylabel(broken(family.title_with_unit, 48), fontsize=8.5)
    handles = {label: line for ax in axes for line, label in zip(*ax.get_legend_handles_labels(),
                                                                 strict=True)}  # fmt: skip
    drawn.legend(handles.values(), handles.keys(), loc="outside upper center", ncols=len(handles))
    return drawn


def _line(ax: Axes, one: Response, path: str, k: int, label: str, scale: float) -> None:
    this = one.slices[path]
    mean, band = this.mean * scale, this.band * scale
    colour = COLOURS[1 + k % (len(COLOURS) - 1)]
    ax.fill_between(this.x, mean - band, mean + band, color=colour, alpha=0.25, linewidth=0)
    ax.plot(this.x, mean, color=colour, ls=LINES[k % len(LINES)], label=label)


@styled
def predictions(found: Sequence[HeldBack], parts: Mapping[str, str]) -> Figure:
    """A panel per metric: as solved along, as predicted up; the line is where both agree."""
    metrics = list(dict.fromkeys(one.metric for one in found))
    drawn = new_figure(3.3)
    axes = drawn.subplots(1, len(metrics), squeeze=False).ravel()
    names = list(parts)
    for k, (ax, metric) in enumerate(zip(axes, metrics, strict=True)):
        family = next(iter(families([metric]).values()))
        here = [one for one in found if one.metric == metric]
        for one in here:
            j = names.index(one.part)
            ax.errorbar(
                one.solved * family.scale, one.predicted * family.scale,
                xerr=one.bars * family.scale, yerr=2 * one.error * family.scale,
                ls="", marker=MARKERS[j % len(MARKERS)], ms=3.5, capsize=0, elinewidth=0.6,
                color=COLOURS[1 + j % (len(COLOURS) - 1)], label=parts[one.part],
            )  # fmt: skip
        ends = np.concatenate([each * family.scale for one in here for each in
                               (one.solved, one.predicted)])  # fmt: skip
        ax.axline((float(ends.min()),) * 2, slope=1, color="black", lw=0.8, zorder=0)
        panel_title(ax, k, "")
        text = f"solved: {uncapitalized(family.title_with_unit)}"
        ax.set_xlabel(broken(text, min(34, LETTERS // len(metrics))))
        ax.set_ylabel("predicted")
    handles, labels = axes[0].get_legend_handles_labels()
    drawn.legend(handles, labels, loc="outside upper center", ncols=len(labels))
    return drawn


@figure("response", "scatter", 20, "How a metric follows each factor")
def response_figures(results: Results) -> Iterator[Drawing]:
    """One per metric of a limit state."""
    every = responses(results)
    for metric in dict.fromkeys(one.metric for one in every):
        found = [one for one in every if one.metric == metric and one.slices]
        if not found:
            continue
        family = next(iter(families([metric]).values()))
        title = f"How {uncapitalized(family.title)} follows each factor"
        yield Drawing(
            slices(found, family, results.parts),
            title,
            f"{title}, the others at their medians, over what scatters (1 % to 99 %): the mean of "
            "the surrogate, with a band of two of its standard errors, widened by what leaving "
            "designs out shows. A part that keeps a factor has no line there.",
            metric,
        )


@figure("heldback", "scatter", 30, "How well it is known between designs")
def held_back_figures(results: Results) -> Iterator[Drawing]:
    """Designs of the second half of each part, predicted from its first half."""
    found = held_back(results)
    if not found:
        return
    parts = results.parts
    title = "Metrics as solved, and as predicted by a surrogate that does not know them"
    yield Drawing(
        predictions(found, parts),
        title,
        f"{title}: of each part the second half of its designs, by a surrogate of the first. "
        "Across: error bars of the solved metric; upright: two standard errors of the surrogate. "
        f"{' '.join(_said(found, metric, parts) for metric in _metrics(found))}",
    )


def _metrics(found: Sequence[HeldBack]) -> list[str]:
    return list(dict.fromkeys(one.metric for one in found))


def _said(found: Sequence[HeldBack], metric: str, parts: Mapping[str, str]) -> str:
    """How much of a metric's variance is explained in each part, and how often bands hold it."""
    family = next(iter(families([metric]).values()))
    each = [
        f"{_percent(max(one.explained, 0.0))} of the variance in {uncapitalized(parts[one.part])} "
        f"({_percent(one.within)} within two errors)"
        for one in found
        if one.metric == metric
    ]
    return f"{family.title}: the first half explains {listing(each)}."


def _percent(share: float) -> str:
    """As whole per cent, and as all only where it is all."""
    return "more than 99 %" if 0.99 < share < 1 else f"{100 * share:.0f} %"
