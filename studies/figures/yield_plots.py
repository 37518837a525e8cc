"""Shares of the metals above yield, as a figure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from matplotlib.figure import Figure

from studies.figures.registry import Drawing, figure
from studies.figures.style import COLOURS, legend_columns, mark_state, new_figure, styled
from studies.results.results import Entry, Results
from studies.results.twins import flows
from studies.wording.labels import number


@styled
def yielded_shares(entries: Sequence[Entry]) -> Figure:
    """Share of every metal's volume above its yield strength, with the strength's range."""
    regions = yielding_regions(entries)
    figure = new_figure(2.9, 6.6)
    ax = figure.subplots()
    width = 0.8 / max(len(entries), 1)
    hatches = ("", "///", "...", "xxx")
    for k, entry in enumerate(entries):
        metrics = entry.result.metrics
        for i, region in enumerate(regions):
            name = f"yielded_volume_fraction_{region}"
            nominal, weak, strong = (
                number(metrics.get(name + tail)) for tail in ("", "_at_low_yield", "_at_high_yield")
            )
            if nominal is None:
                continue
            x = i + (k - (len(entries) - 1) / 2) * width
            colour = COLOURS[k % len(COLOURS)]
            ax.bar(x, 100 * nominal, 0.9 * width, color=_pale(colour), edgecolor=colour,
                   hatch=hatches[k % len(hatches)], linewidth=0.9,
                   label=entry.label if i == 0 else None)  # fmt: skip
            if weak is not None and strong is not None:
                ax.errorbar(
                    x, 100 * nominal,
                    yerr=[[100 * max(nominal - strong, 0.0)], [100 * max(weak - nominal, 0.0)]],
                    color="black", elinewidth=0.9, capsize=3,
                )  # fmt: skip
    ax.set_xticks(range(len(regions)), [region.replace("_", " ") for region in regions])
    ax.set_ylim(0, 105)
    ax.set_ylabel("share of volume above yield (%)")
    ax.grid(axis="x", visible=False)
    labels = ax.get_legend_handles_labels()[1]
    if labels:
        columns = legend_columns(labels, len(entries))
        figure.legend(loc="outside upper center", ncols=columns)
    mark_state(figure, True, "bars: nominal yield strength; whiskers: its credible range")
    return figure


def yielding_regions(entries: Sequence[Entry]) -> list[str]:
    """Regions of which a yielded share is known."""
    prefix = "yielded_volume_fraction_"
    names = [name for entry in entries for name in entry.result.metrics]
    return list(
        dict.fromkeys(
            name.removeprefix(prefix)
            for name in names
            if name.startswith(prefix) and not name.endswith(("_at_low_yield", "_at_high_yield"))
        )
    )


def _pale(colour: str) -> tuple[float, float, float]:
    rgb = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    red, green, blue = (0.55 + 0.45 * c for c in rgb)
    return red, green, blue


@figure("yielded", "yield")
def yielded(results: Results) -> Iterator[Drawing]:
    """Shares of the metals above yield."""
    elastic = [entry for entry in results.compared if not flows(entry.row)]
    if not yielding_regions(elastic):
        return
    yield Drawing(
        yielded_shares(elastic), "Shares of volume above yield",
        "Share of each metal's volume in which the elastic von Mises stress exceeds the yield "
        "strength: nominal (bars), and at the ends of the range that is credible for thin films "
        "(whiskers).",
    )  # fmt: skip
