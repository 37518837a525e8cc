"""How maps and lines lay out the cases: as the report's figures do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studies.figures.layout import MOST_PANELS, Layout, is_single_valued, layout, levels
from studies.report.interactive.cases import case_index
from studies.report.interactive.numbers import short
from studies.results.results import Results
from studies.wording.labels import DEPTH, factor_title, level, number


def panels(results: Results) -> dict[str, Any]:
    """Panels of maps, where the cases make a grid of them, and of lines."""
    grid, lines = layout(results, numeric_series=True), layout(results)
    at = case_index(results)
    is_map = grid is not None and grid.is_grid and len(grid.panels) <= MOST_PANELS
    return {
        "map": _laid_out(grid, at) if grid is not None and is_map else None,
        "lines": _laid_out(lines, at) if lines is not None else None,
    }


def _laid_out(plan: Layout, at: Mapping[tuple[str, int], int]) -> dict[str, Any]:
    every = [row for panel in plan.panels for row in panel.rows]
    names = levels(every, plan.series)
    series: dict[str, float | None] = dict.fromkeys(names)
    if plan.series is not None:
        series |= {level(row[plan.series]): number(row[plan.series]) for row in every}
    return {
        "series": {
            "title": "" if plan.series is None else factor_title(plan.series),
            "levels": names,
            "numbers": [None if (v := series[name]) is None else short(v, 12) for name in names],
            "isDepth": plan.series == DEPTH,
        },
        "cut": plan.cut,
        "panels": [
            {
                "title": panel.title,
                "x": factor_title(panel.x),
                "joined": not panel.unshown and is_single_valued(panel, plan.series),
                "cases": [
                    {
                        "case": at[row["part"], row["case"]],
                        "x": short(float(row[panel.x]), 12),
                        "text": level(row[panel.x]),
                        "series": names.index(level(row[plan.series])) if plan.series else 0,
                    }
                    for row in panel.rows
                ],
            }
            for panel in plan.panels
        ],
    }
