"""Figures of every metric over all cases of a study: maps and lines, with what they say below."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from studies.figures.heat_maps import heat_map, largest_error
from studies.figures.layout import MOST_PANELS, Layout, layout
from studies.figures.line_plots import level_lines
from studies.figures.registry import Drawing, figure
from studies.metrics.families import Family
from studies.results.results import Results
from studies.wording.labels import DEPTH, factor_title, listing, with_error
from studies.wording.levels import level

TOPOLOGIES = "Recess ratios 0, between 0 and 1, and 1 are different topologies"


@figure("map", "maps", 10, "Maps")
def heat_maps(results: Results) -> Iterator[Drawing]:
    """One map per metric over two numeric factors, where the cases make a grid of them."""
    plan = layout(results, numeric_series=True)
    if plan is None or not plan.is_grid or len(plan.panels) > MOST_PANELS:
        return
    assert plan.series is not None
    over = f"{factor_title(plan.series)} and {listing(plan.axes, 'or')}"
    for family, length, mine in _planned(results, plan):
        bands = (
            f" {TOPOLOGIES}: separate bands, nothing interpolated. Hatched: not told apart from no "
            "recess at otherwise the same levels (difference within the sum of the errors)."
            if plan.series == DEPTH
            else ""
        )
        in_unit = f" in {family.unit}" if family.unit else ""
        shared = " All panels share the colour scale." if len(mine.panels) > 1 else ""
        yield Drawing(
            heat_map(family, mine, length), f"{family.title} over {over}",
            f"{family.title}{in_unit} over {over}{_window(length)}{_cut(mine)}."
            f"{_errors(family, mine, length)}{bands}{shared}", family.stem,
        )  # fmt: skip


@figure("line", "maps", 20, "Lines")
def lines(results: Results) -> Iterator[Drawing]:
    """One figure of lines per metric, a line per recess ratio where that varies."""
    plan = layout(results)
    if plan is None:
        return
    over = listing(plan.axes, "or")
    loose = listing(dict.fromkeys(factor_title(p) for panel in plan.panels for p in panel.unshown))
    guide = DEPTH in {panel.x for panel in plan.panels} and not loose
    per = f", a colour and marker per {factor_title(plan.series)}" if plan.series else ""
    per += f"; points are not joined, as they differ in {loose} as well" if loose else ""
    for family, length, mine in _planned(results, plan):
        yield Drawing(
            level_lines(family, mine, length), f"{family.title} over {over}",
            f"{family.title} over {over}{per}{_window(length)}{_cut(mine)}. Bars are the errors of "
            "discretization; where they are smaller than the marker, their ends lie on it."
            + (f" {TOPOLOGIES}: lines between them only guide the eye." if guide else "")
            + (" All panels share the scale." if len(mine.panels) > 1 else ""), family.stem,
        )  # fmt: skip


def _planned(results: Results, whole: Layout) -> Iterator[tuple[Family, float | None, Layout]]:
    """Every metric shown, its length, and those panels some of whose cases have it."""
    for family in results.shown:
        length = family.at(results.headline_um)
        panels = tuple(
            panel for panel in whole.panels
            if any(family.read(row, length) is not None for row in panel.rows)
        )  # fmt: skip
        if panels:
            columns = min(whole.columns, len(panels))
            yield family, length, replace(whole, panels=panels, columns=columns)


def _errors(family: Family, plan: Layout, length: float | None) -> str:
    """The largest error bar in a map, with the value that has it."""
    found = largest_error(family, plan, length)
    if found is None:
        return ""
    return f" Largest error: {family.united(with_error(found))}."


def _cut(plan: Layout) -> str:
    return f", at {plan.cut} only" if plan.cut else ""


def _window(length: float | None) -> str:
    return "" if length is None else f", averaged over {level(length)} µm"
