"""The maps of a study of probed pads: mark against etch, and a mark's place against its film."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from studies.figures.probed.verdict_maps import MapPanel, MapPlan, change_map, state_map
from studies.figures.registry import Drawing, figure
from studies.results.probed import Change, MarkedCase, feed_text, marked_cases
from studies.results.results import Results
from studies.wording.labels import DEPTH, factor_text
from studies.wording.levels import level

MARK_DEPTH, OFFSET = "probe.depth_ratio", "probe.offset_um"
MOST_PANELS = 9
ALL = "a current density, of resistance, contact heat or film voltage"
CHANGE = (
    "Numbers: largest change of {of} against the same pad unprobed, in %; bold: beyond its error "
    "and 5 % at every averaging length"
)


@figure("verdict-map", "mark", 10, "What is left of the mark")
def state_maps(results: Results) -> Iterator[Drawing]:
    """Depth of the mark over depth of the etch, a figure for each part that has levels of both."""
    drawn = {part.name for part in results.study.part if part.sampling or part.more_of}
    for part, title in results.parts.items():
        if part in drawn:
            continue
        varied = results.varied.get(part, set())
        if not {MARK_DEPTH, DEPTH} <= varied:
            continue
        rows = [row for row in results.whole_rows if row["part"] == part]
        cases = marked_cases(results, rows)
        others = [p for p in results.factors if p in varied - {MARK_DEPTH, DEPTH}]
        plan = _depth_plan(cases, others, results)
        if plan is None:
            continue
        yield Drawing(
            state_map(plan), f"What is left of the mark: {title}",
            f"{title}: what is left of the mark, over its depth and that of the etch, both over "
            f"the pad's thickness. {CHANGE.format(of=ALL)}. Peel is left out: the assumed width of "
            "the mark's wall decides it.", part,
        )  # fmt: skip


def _depth_plan(
    cases: Sequence[MarkedCase], others: Sequence[str], results: Results
) -> MapPlan | None:
    if not cases:
        return None
    panels: dict[str, dict[tuple[str, str], MarkedCase]] = {}
    for case in sorted(cases, key=lambda c: [_rank(c.row[p]) for p in others]):
        title = ", ".join(factor_text(p, case.row[p]) for p in others)
        at = (level(case.row[DEPTH]), level(case.row[MARK_DEPTH]))
        panels.setdefault(title, {})[at] = case
    if len(panels) > MOST_PANELS:
        return None
    across = len({level(c.row[others[-1]]) for c in cases}) if others else 1
    return MapPlan(
        _levels(cases, DEPTH), _levels(cases, MARK_DEPTH), "recess depth / pad thickness",
        "mark depth / pad thickness", [MapPanel(t, c) for t, c in panels.items()],
        across if across > 1 else len(panels), lambda case: case.electric, _note(results),
    )  # fmt: skip


@figure("gap-map", "mark", 20, "Where the mark lies, and its film")
def gap_maps(results: Results) -> Iterator[Drawing]:
    """Gap to the opening's edge over the films, a panel for each feed."""
    parts = [p for p, varied in results.varied.items() if OFFSET in varied]
    cases = marked_cases(results, [r for r in results.whole_rows if r["part"] in parts])
    if not cases:
        return
    feeds: dict[tuple[Any, ...], str] = {}
    for case in cases:
        if case.probe.offset_um > 0.0 or case.design.trace is None:
            feeds.setdefault(feed_of(case), feed_text(case))
    by_gap = sorted({round(c.gap_um, 6) for c in cases if c.probe.offset_um > 0.0})
    centred = any(c.probe.offset_um == 0.0 for c in cases)
    columns = [*(level(g) for g in by_gap), *(["centred"] if centred else [])]
    films = sorted({(beside(c), c.probe.film_resistivity_ohm_m2) for c in cases})
    rows = [f"{level(a)} | {level(b)}" for a, b in films]
    panels = []
    for at, title in feeds.items():
        cells: dict[tuple[str, str], MarkedCase] = {}
        for case in cases:
            # a centred mark has no azimuth
            mine = feed_of(case)[:2] == at[:2] and (
                case.probe.offset_um == 0.0 or feed_of(case) == at
            )
            if mine:
                gap = "centred" if case.probe.offset_um == 0.0 else level(round(case.gap_um, 6))
                film = f"{level(beside(case))} | {level(case.probe.film_resistivity_ohm_m2)}"
                cells[gap, film] = case
        panels.append(MapPanel(title, cells))
    kinds: tuple[tuple[str, str, Callable[[MarkedCase], Sequence[Change]]], ...] = (
        ("currents", "a current density", lambda case: case.densities),
        ("film", "resistance, contact heat or film voltage",
         lambda case: [c for c in case.electric if not c.is_density]),
    )  # fmt: skip
    for part, of, changes in kinds:
        plan = MapPlan(
            columns, rows, "gap from the mark's edge to the opening's (µm)",
            "film beside | added\non the mark (Ω m²)", panels, 2 if len(panels) > 1 else 1,
            changes, _note(results),
        )  # fmt: skip
        yield Drawing(
            change_map(plan), f"What a mark's film changes of {of}, by its place",
            f"What the film of a mark changes, by its gap to the opening's edge. "
            f"{CHANGE.format(of=of)}. A centred mark is the same at every azimuth.", part,
        )  # fmt: skip


def beside(case: MarkedCase) -> float:
    """Contact resistivity beside the mark as delivered, ohm m^2."""
    return float(case.design.load.current.contact_resistivity_ohm_m2.get("ubm/pad", 1e-12))


def feed_of(case: MarkedCase) -> tuple[str, float, float]:
    """How a pad is fed, and where the mark lies against that."""
    trace = case.design.trace
    width = 0.0 if trace is None else trace.width_um
    return case.design.pad.feed, width, case.probe.azimuth_deg


def _levels(cases: Sequence[MarkedCase], path: str) -> list[str]:
    found = {level(case.row[path]): case.row[path] for case in cases}
    return sorted(found, key=lambda text: _rank(found[text]))


def _rank(value: Any) -> float:
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else 0.0


def _note(results: Results) -> str:
    return (
        f"Numbers: largest change against the unprobed pad in %, bold beyond its error and 5 %; "
        f"means over {level(results.headline_um)} µm"
    )
