"""What drives a metric: Sobol indices with intervals, and a tornado, of a part's surrogate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from studies.figures.registry import Drawing, figure
from studies.figures.style import COLOURS, broken, new_figure, panel_title, styled
from studies.metrics.families import Family, families
from studies.reliability.study.surrogates import Sensitivity, sensitivities
from studies.results.results import Results
from studies.wording.labels import capitalized, factor_name, factor_title, listing

NOT_SHOWN = "#c8c8c8"


@styled
def drivers(found: Sensitivity, family: Family) -> Figure:
    """Left the indices of each factor, grey where they are not shown; right how far it swings."""
    assert found.indices is not None
    order = _varying(found)
    drawn = new_figure(1.0 + 0.5 * len(order))
    left, right = drawn.subplots(1, 2, sharey=True)
    _bars(left, found, order)
    _tornado(right, found, order, family)
    left.set_yticks(range(len(order)), [broken(factor_title(found.factors[k]), 26) for k in order])
    left.set_ylim(len(order) - 0.5, -0.5)
    panel_title(left, 0, "Share of the variance")
    panel_title(right, 1, "From the 5 % to the 95 % quantile")
    return drawn


def _varying(found: Sensitivity) -> list[int]:
    """Numbers of the factors that a part does not keep, those with the largest part first."""
    assert found.indices is not None
    total = found.indices.total
    here = [k for k, swing in enumerate(found.swings) if swing.low != swing.high]
    return sorted(here, key=lambda k: -total[k].share)


def _bars(ax: Axes, found: Sensitivity, order: Sequence[int]) -> None:
    assert found.indices is not None
    for aside, colour, name, indices in (
        (-0.18, COLOURS[1], "alone", found.indices.first),
        (0.18, COLOURS[5], "with others", found.indices.total),
    ):
        for row, k in enumerate(order):
            one = indices[k]
            ax.barh(row + aside, one.share, 0.32, color=colour if one.shown else NOT_SHOWN)
            below, above = one.share - one.interval[0], one.interval[1] - one.share
            ax.errorbar(
                [one.share], [row + aside], xerr=np.maximum([[below], [above]], 0), fmt="none",
                ecolor="black", elinewidth=0.9,
            )  # fmt: skip
        if any(indices[k].shown for k in order):
            ax.barh([0], [0], color=colour, label=name)
    ax.barh([0], [0], color=NOT_SHOWN, label="interval reaches zero")
    ax.set_xlim(0, 1.02)
    ax.set_xlabel("Sobol index")
    ax.legend(loc="lower right")


def _tornado(ax: Axes, found: Sensitivity, order: Sequence[int], family: Family) -> None:
    for row, k in enumerate(order):
        swing = found.swings[k]
        ends = np.array([swing.low[0], swing.high[0]]) * family.scale
        errors = 2 * np.array([swing.low[1], swing.high[1]]) * family.scale
        ax.barh(row, ends[1] - ends[0], 0.5, left=ends[0], color=COLOURS[6])
        ax.errorbar(ends, [row, row], xerr=errors, fmt="none", ecolor="black", elinewidth=0.9)
        towards = ">" if ends[1] >= ends[0] else "<"
        ax.plot(ends[1:], [row], marker=towards, ls="", color=COLOURS[0])
    ax.set_xlabel(broken(family.title_with_unit, 48))
    ax.margins(x=0.1)


@figure("driver", "scatter", 10, "What drives a metric")
def driver_figures(results: Results) -> Iterator[Drawing]:
    """One per metric of a limit state and part that scatters."""
    for found in sensitivities(results):
        if found.indices is None or not _varying(found):
            continue
        family = next(iter(families([found.metric]).values()))
        title = f"What drives {family.title[:1].lower()}{family.title[1:]}"
        yield Drawing(
            drivers(found, family),
            f"{title}, {results.parts[found.part]}",
            f"{title}, {results.parts[found.part]}: {_said(found)} Left: Sobol indices, the "
            "share of the variance that a factor makes alone and together with others; bars "
            "hold the sample, the surrogate’s error and meshes; grey: not shown, its interval "
            "reaches zero. Right: the metric where a factor goes from its 5 % to its 95 % quantile "
            "(arrow), others at their medians; bars are two errors of the surrogate, which "
            f"explains {100 * (found.explained or 0):.3g} % of the variance of designs left out.",
            f"{found.part}-{found.metric}",
        )  # fmt: skip


def _said(found: Sensitivity) -> str:
    """Which factor makes most of it, where that is beyond the intervals, and what is not shown."""
    assert found.indices is not None
    total = found.indices.total
    order = _varying(found)
    first, others = total[order[0]], [total[k] for k in order[1:]]
    if not any(one.shown for one in total):
        return "no factor's part in its variance is shown: every interval reaches zero."
    name = factor_name(found.factors[order[0]])
    ends = dict.fromkeys(f"{100 * end:.0f}" for end in first.interval)
    said = [f"{capitalized(name)} has a part in {' to '.join(ends)} % of its variance"]
    if others and first.interval[0] > max(one.interval[1] for one in others):
        said[0] += ", more than any other factor"
    hidden = [factor_name(found.factors[k]) for k in order if not total[k].shown]
    if hidden:
        said.append(f"no part is shown of {listing(hidden)}")
    return "; ".join(said) + "."
