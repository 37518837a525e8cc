"""Probabilities of failure by limit state and part, differences, and limits that are moved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from studies.figures.registry import Drawing, figure
from studies.figures.style import COLOURS, LINES, MARKERS, broken, new_figure, panel_title, styled
from studies.metrics.families import Family, families
from studies.records.record import Json
from studies.reliability.study.limit_surrogates import survives_of
from studies.reliability.study.limits import (
    Difference,
    LimitProbability,
    MovedLimit,
    limit_probabilities,
    moved_limits,
)
from studies.results.results import Results
from studies.wording.labels import number, uncapitalized

COUNTED = "#a8a8a8"


@styled
def probabilities(
    found: Sequence[LimitProbability], differences: Sequence[Difference], parts: Mapping[str, str]
) -> Figure:
    """Left each probability with its interval; right each difference, with pairs and without."""
    drawn = new_figure(0.9 + 0.24 * max(len(found), len(differences)))
    left, right = drawn.subplots(1, 2 if differences else 1, squeeze=False)[0, [0, -1]]
    for row, one in enumerate(found):
        k = list(parts).index(one.part)
        _interval(left, row, one.probability, one.counted, one.interval, _colour(k), k)
    _rows(left, [f"{one.limit}: {parts[one.part]}" for one in found])
    panel_title(left, 0, "Probability of failure")
    left.set_xlim(-0.02, 1.02)
    if differences:
        for row, other in enumerate(differences):
            _interval(right, row, other.difference, other.apart, other.interval, COLOURS[0], 0)
        right.axvline(0.0, color="black", lw=0.8)
        _rows(right, [f"{one.limit}: {parts[one.part]} minus {uncapitalized(parts[one.other])}"
                      for one in differences])  # fmt: skip
        panel_title(right, 1, "Difference")
    return drawn


def _interval(
    ax: Axes, row: int, at: float, wide: tuple[float, float], own: tuple[float, float],
    colour: str, k: int,
) -> None:  # fmt: skip
    ax.plot(wide, [row, row], color=COUNTED, lw=1.0, marker="|", ms=5)
    ax.plot(own, [row, row], color=colour, lw=3.0, solid_capstyle="butt")
    ax.plot(
        [at], [row], color=colour, marker=MARKERS[k % len(MARKERS)], mec="white", mew=0.6, ls=""
    )


def _rows(ax: Axes, labels: Sequence[str]) -> None:
    ax.set_yticks(range(len(labels)), labels)
    ax.set_ylim(len(labels) - 0.5, -0.5)


def _colour(k: int) -> str:
    return COLOURS[1 + k % (len(COLOURS) - 1)]


@styled
def moved(found: Sequence[MovedLimit], parts: Mapping[str, str], stated: Sequence[str]) -> Figure:
    """A panel per limit state: probability, with its interval, over the limit as it is stated."""
    drawn = new_figure(2.9)
    axes = drawn.subplots(1, len(found), sharey=True, squeeze=False).ravel()
    for k, (ax, one, text) in enumerate(zip(axes, found, stated, strict=True)):
        for j, name in enumerate(parts):
            if name not in one.found:
                continue
            each = one.found[name]
            low, high = np.transpose([this.interval for this in each])
            ax.fill_between(one.shares, low, high, color=_colour(j), alpha=0.25, linewidth=0)
            ax.plot(one.shares, [this.probability for this in each], color=_colour(j),
                    ls=LINES[j % len(LINES)], label=parts[name])  # fmt: skip
        ax.axvline(1.0, color="black", lw=0.8)
        panel_title(ax, k, one.limit)
        ax.set_xlabel(broken(f"limit over {text}", 28))
    axes[0].set_ylabel("probability of failure")
    axes[0].set_ylim(-0.02, 1.02)
    handles, labels = axes[0].get_legend_handles_labels()
    drawn.legend(handles, labels, loc="outside upper center", ncols=len(labels))
    return drawn


@figure("probability", "scatter", 1, "How probable failure is")
def probability_figures(results: Results) -> Iterator[Drawing]:
    """All limit states and parts that scatter."""
    found, differences = limit_probabilities(results)
    caption = (
        "Probability of failure by limit state and part; thick: the 95 % interval, thin and grey: "
        "what the designs leave, counted alone."
    )
    if differences:
        caption += (
            " Right: the difference between parts that draw the same points; thick: its interval, "
            "thin and grey: what the designs of both leave, counted alone and without pairs."
        )
    drawn = probabilities(found, differences, results.parts)
    yield Drawing(drawn, "Probabilities of failure with their intervals", caption)


@figure("limit", "scatter", 2, "How far the limits decide it")
def moved_figures(results: Results) -> Iterator[Drawing]:
    """All limit states, moved."""
    drawn = moved(moved_limits(results), results.parts, [_stated(x) for x in results.study.limit])
    survives = "; ".join(f"{one['name']}: {one['survives']}" for one in results.study.limit)
    yield Drawing(
        drawn,
        "Probability of failure with limits moved",
        "Probability of failure where a limit is another share of what the study states: all its "
        "strengths together, or its number where it has none. Bands are 95 % intervals. Where a "
        "curve is steep at 1, the limit has to be known before the probability is believed. "
        f"Survives where, in the units that the names end in: {survives}.",
    )  # fmt: skip


def _stated(limit: Json) -> str:
    """What a limit state compares with: the mean of its one strength, or its number."""
    strengths = limit.get("strengths") or {}
    said = survives_of(limit)
    summed = [name for name in said.names if name not in strengths]
    alone = next(iter(families(summed).values())) if len(summed) == 1 else None
    if not strengths and alone is not None and said.constant:
        return _united(alone, -said.constant / said.weights[summed[0]])
    if len(strengths) != 1:
        return "what is stated"
    ((name, given),) = strengths.items()
    mean = number(given.get("mean")) if isinstance(given, Mapping) else None
    if mean is None:
        return f"{name} as stated"
    is_of_metric = alone is not None and said.weights[name] == -said.weights[summed[0]]
    return f"{name} of mean {_united(alone, mean) if alone and is_of_metric else f'{mean:g}'}"


def _united(family: Family, value: float) -> str:
    return family.united(f"{family.scale * value:.4g}")
