"""Migration over time, and temperature and steady stress along the interfaces."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

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
from studies.wording.labels import interface_title, listing

REGIONS = ("pad", "bump")
ALONG = ("ubm/pad", "bump/ubm")
COLUMNS = {"temperature_degc": "temperature (°C)", "migration_stress_mpa": "steady stress (MPa)"}
DECADES = 6  # of time, before the last


@styled
def courses(entries: Sequence[Entry], regions: Sequence[str]) -> Figure:
    """Stress over time where it is largest in the end, one panel per metal."""
    figure = new_figure(3.1)
    axes = figure.subplots(1, len(regions), squeeze=False)[0]
    for k, (ax, region) in enumerate(zip(axes, regions, strict=True)):
        _course(ax, entries, region)
        panel_title(ax, k, region)
        ax.set_xlabel("time (s)")
    axes[0].set_ylabel("migration stress (MPa)")
    labels = axes[0].get_legend_handles_labels()[1]
    figure.legend(
        *axes[0].get_legend_handles_labels(), loc="outside upper center",
        ncols=legend_columns(labels, len(labels)),
    )  # fmt: skip
    mark_state(figure, False, "means over a disc; dashed: critical stress; dot: a void begins")
    return figure


def _course(ax: Axes, entries: Sequence[Entry], region: str) -> None:
    ends: list[float] = []
    critical: dict[float, None] = {}
    for k, entry in enumerate(entries):
        course = entry.result.courses.get(region)
        if course is None or len(course.times_s) < 2:
            continue
        times, stress = np.asarray(course.times_s), np.asarray(course.stress_mpa)
        later = times > 0
        look = {"color": COLOURS[k % len(COLOURS)], "linestyle": LINES[k % len(LINES)]}
        ax.plot(times[later], stress[later], label=entry.label, **look)
        critical[course.critical_mpa] = None
        ends.append(float(times[-1]))
        begins = entry.result.metrics.get(f"time_to_nucleation_{region}_s")
        if begins is not None:
            ax.plot([begins], [course.critical_mpa], marker="o", color=look["color"], ms=5)
    for mpa in critical:
        ax.axhline(mpa, color="#888888", lw=1.0, linestyle=(0, (4, 2)))
    ax.set_xscale("log")
    if ends:
        ax.set_xlim(max(ends) / 10**DECADES, max(ends))
    ax.axhline(0.0, color="#444444", lw=0.6)


@styled
def along(entries: Sequence[Entry], column: str) -> Figure:
    """A quantity along the interfaces that current crosses, designs overlaid."""
    found = [(name, e.result.curves.get(name)) for e in entries for name in ALONG]
    having = {name for name, curve in found if curve is not None and column in curve.densities}
    shown = [name for name in ALONG if name in having]
    figure = new_figure(2.9)
    axes = figure.subplots(1, len(shown), squeeze=False)[0]
    for k, (ax, name) in enumerate(zip(axes, shown, strict=True)):
        for i, entry in enumerate(entries):
            curve = entry.result.curves.get(name)
            if curve is None or column not in curve.densities:
                continue
            ax.plot(
                curve.arc_length_um, curve.densities[column], label=entry.label,
                color=COLOURS[i % len(COLOURS)], linestyle=LINES[i % len(LINES)],
            )  # fmt: skip
        panel_title(ax, k, interface_title(name))
        ax.set_xlabel("arc length along the interface (µm)")
    axes[0].set_ylabel(COLUMNS[column])
    labels = axes[0].get_legend_handles_labels()[1]
    figure.legend(
        *axes[0].get_legend_handles_labels(), loc="outside upper center",
        ncols=legend_columns(labels, len(labels)),
    )  # fmt: skip
    return figure


@figure("course", "migration", place=30)
def stress_over_time(results: Results) -> Iterator[Drawing]:
    """How the stress of migration builds up."""
    entries = results.compared
    regions = [name for name in REGIONS if any(name in e.result.courses for e in entries)]
    if regions:
        yield Drawing(
            courses(entries, regions), f"Migration stress over time in {listing(regions)}",
            "Stress of migration over time, in each metal where it is largest in the end, as the "
            "mean over the disc to which the critical stress is compared (dashed). A dot: a void "
            "begins.",
        )  # fmt: skip


@figure("along", "migration", place=40)
def along_interfaces(results: Results) -> Iterator[Drawing]:
    """Temperature and steady stress along the interfaces that current crosses."""
    entries = results.compared
    for column, what in COLUMNS.items():
        if any(column in c.densities for e in entries for c in e.result.curves.values()):
            name = what.split(" (")[0]
            yield Drawing(
                along(entries, column), f"{name} along the interfaces",
                f"{name[0].upper()}{name[1:]} along the interfaces that current crosses"
                + (", in the pad and in the solder, at θ = 0." if column == "migration_stress_mpa"
                   else "."),
                column.rsplit("_", 1)[0].replace("_", "-"),
            )  # fmt: skip
