"""How the cases of a study are laid out in figures: what runs along x, what tells lines apart.

Every part of a study may vary factors of its own, so that each of its panels has its own x. The
recess tells the lines (or the rows of a map) apart wherever it can, because it is what the variants
differ in; what is left gets a panel per combination of levels. Rows carry the level of every
factor, also of those that only other parts vary.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from studies.plan.cases import value_of
from studies.results.case_sets import level_of
from studies.results.results import Results, Row
from studies.wording.labels import DEPTH, factor_text, factor_title, level, listing, number
from studies.wording.levels import with_texts

MOST_LEVELS = 14  # of a side of a map, and of lines in a panel
MOST_PANELS = 6
MOST_SERIES = 7  # combinations of names that are told apart by colour
NARROW = 5  # levels along x of which three panels fit side by side
LOADS = ("load.", "trace.", "via.")


@dataclass(frozen=True)
class Panel:
    """Cases of one panel.

    Attributes
    ----------
    title
        What the cases share and those of other panels do not.
    x
        Factor along its axis.
    rows
        The cases.
    unshown
        Factors that vary among them although neither the axis nor the series shows it.
    """

    title: str
    x: str
    rows: list[Row]
    unshown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Layout:
    """Panels of one figure.

    Attributes
    ----------
    panels, columns
        In reading order, and how many stand side by side.
    series
        Column of the rows that tells lines, or rows of a map, apart.
    cut
        Levels at which the study is cut because all would make too many panels, in words.
    """

    panels: tuple[Panel, ...]
    columns: int
    series: str | None
    cut: str = ""

    @property
    def is_grid(self) -> bool:
        """Whether x and the series make a grid in every panel that is at least half filled."""
        for panel in self.panels:
            if self.series is None or panel.unshown or not is_single_valued(panel, self.series):
                return False
            sides = [{level(row[path]) for row in panel.rows} for path in (panel.x, self.series)]
            wide = max(map(len, sides)) > MOST_LEVELS
            if wide or len(panel.rows) < 0.5 * len(sides[0]) * len(sides[1]):
                return False
        return True

    @property
    def axes(self) -> list[str]:
        """The factors along x, in words."""
        return list(dict.fromkeys(factor_title(panel.x) for panel in self.panels))


def layout(results: Results, numeric_series: bool = False) -> Layout | None:
    """Panels over the telling factors; None where no number varies.

    Parameters
    ----------
    numeric_series
        Whether the series has to be a number, as the rows of a map are.
    """
    # further points of a part lie where a search or somebody wanted them: no levels to look along
    own = [part.name for part in results.study.part if part.more_of is None]
    parts = {name: _complete(results, name) for name in own}
    along = {name: _along(results, rows) for name, rows in parts.items()}
    others = {name: x for name, x in along.items() if x not in (None, DEPTH)}
    chosen = others or {name: x for name, x in along.items() if x is not None}
    if not chosen:
        return None
    cases = {name: [r for r in parts[name] if number(r[x]) is not None]
             for name, x in chosen.items()}  # fmt: skip
    series, of = _series(results, cases, set(chosen.values()), numeric_series)
    if series is not None and len(of) > 1:
        cases = {name: [_with_joint(r, series, of) for r in rows] for name, rows in cases.items()}
    panels: list[Panel] = []
    counts, cuts = [], []
    for name, x in chosen.items():
        found, cut = _panels(results, name, cases[name], x, of, len(chosen))
        panels += found
        counts.append(len(found))
        cuts += cut
    return Layout(
        tuple(_titled(results, panels, of)), _columns(panels, counts), series,
        listing(dict.fromkeys(cuts)),
    )  # fmt: skip


def is_single_valued(panel: Panel, series: str | None) -> bool:
    """Whether x and the series tell all rows of a panel apart."""
    seen = [(level(row[panel.x]), series and level(row[series])) for row in panel.rows]
    return len(set(seen)) == len(seen)


# ------------------------------------------------------------------------------- choices


def _along(results: Results, rows: Sequence[Row]) -> str | None:
    """Factor along x: what scales the load, or what has most levels; the recess if all else fails.

    Two levels of a load make a step, not a curve, so that it takes three for it to come first.
    """
    numeric = [p for p in results.numeric_factors if _count(rows, p) > 1]
    others = [path for path in numeric if path != DEPTH]

    def rank(path: str) -> tuple[bool, int, bool]:
        is_load, count = path.startswith(LOADS), _count(rows, path)
        return is_load and count > 2, count, is_load

    return max(others, key=rank) if others else next(iter(numeric), None)


def _series(
    results: Results, cases: dict[str, list[Row]], xs: set[str | None], numeric: bool
) -> tuple[str | None, list[str]]:
    """Column that tells lines apart, and the factors it stands for."""
    rows = [row for found in cases.values() for row in found]
    left = [p for p in results.factors if p not in xs and _count(rows, p) > 1]
    names = [p for p in left if p in results.categorical_factors]
    numbers = [p for p in left if p in results.numeric_factors]
    if DEPTH in left:
        return DEPTH, [DEPTH]
    if "variant" in left and not numeric:
        return "variant", ["variant"]
    if names and not numeric:
        combined = {tuple(level(row[p]) for p in names) for row in rows}
        of = names if len(combined) <= MOST_SERIES else names[:1]
        return ", ".join(factor_title(p) for p in of) if len(of) > 1 else of[0], of
    if numbers:
        most = max(numbers, key=lambda path: _count(rows, path))
        return most, [most]
    return None, []


def _panels(
    results: Results, part: str, rows: list[Row], x: str, of: Sequence[str], parts: int
) -> tuple[list[Panel], list[str]]:
    """Panels of one part, and the levels at which it was cut to get along with so few."""
    rest = [p for p in results.factors if p not in (x, *of) and _count(rows, p) > 1]
    if len(rows) < 0.5 * math.prod(_count(rows, p) for p in (x, *of, *rest)):
        return [Panel(results.parts[part], x, rows, tuple(rest))], []
    cut = []
    while rest and math.prod(_count(rows, p) for p in rest) > max(MOST_PANELS // parts, 1):
        widest = max(rest, key=lambda path: _count(rows, path))
        at = _nearest(rows, widest, value_of(results.base, widest))
        rows = [row for row in rows if level(row[widest]) == level(at)]
        cut.append(factor_text(widest, at))
        rest.remove(widest)
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in sorted(rows, key=lambda row: [number(row[p]) or 0.0 for p in rest]):
        groups.setdefault(tuple(level(row[p]) for p in rest), []).append(row)
    return [Panel(results.parts[part], x, found) for found in groups.values()], cut


def _nearest(rows: Sequence[Row], path: str, wanted: object) -> object:
    """The level next to a wanted one; the first where levels are names and none is it."""
    levels = {level(row[path]): row[path] for row in rows}
    aim = number(wanted)
    if aim is None or any(number(v) is None for v in levels.values()):
        return levels.get(level(wanted), next(iter(levels.values())))
    return min(levels.values(), key=lambda value: abs(float(value) - aim))


def _columns(panels: Sequence[Panel], counts: Sequence[int]) -> int:
    """Panels side by side: a line per part where all parts have as many, and few wide ones."""
    most = 3 if all(_count(p.rows, p.x) <= NARROW for p in panels) else 2
    if len(counts) > 1 and len(set(counts)) == 1 and 1 < counts[0] <= most:
        return counts[0]
    return 2 if len(panels) == 4 else min(len(panels), most)


# -------------------------------------------------------------------------------- titles


def _titled(results: Results, panels: Sequence[Panel], of: Sequence[str]) -> list[Panel]:
    """Panels with titles that tell them apart, by levels alone where that is enough."""
    every = [row for panel in panels for row in panel.rows]
    varied = [p for p in results.factors if p not in of and _count(every, p) > 1]
    said = [_shared(panel, varied) for panel in panels]
    by_levels = len({(p.x, text) for p, text in zip(panels, said, strict=True)}) == len(panels)
    named = len({panel.title for panel in panels}) > 1
    out = []
    for panel, text in zip(panels, said, strict=True):
        whole = text
        if not by_levels or not all(said):
            head = [panel.title] if named or not text else []
            mine = [p for p in varied if not named or _count_in_part(panels, panel, p) > 1]
            whole = ", ".join(filter(None, [*head, _shared(panel, mine)]))
        out.append(Panel(whole, panel.x, panel.rows, panel.unshown))
    return out


def _shared(panel: Panel, varied: Sequence[str]) -> str:
    levels = {p: panel.rows[0][p] for p in varied if p != panel.x and _count(panel.rows, p) == 1}
    # a key that a design leaves out, and nothing follows for it, is no level
    return ", ".join(factor_text(p, value) for p, value in levels.items() if value is not None)


def _count_in_part(panels: Sequence[Panel], like: Panel, path: str) -> int:
    return _count([row for p in panels if p.title == like.title for row in p.rows], path)


# ---------------------------------------------------------------------------------- rows


def _complete(results: Results, part: str) -> list[Row]:
    """Rows of a part with the levels also of factors that only other parts vary."""
    said = next(p for p in results.study.part if p.name == part).set
    out: list[Row] = []
    for row in results.rows_of(part):
        levels = {}
        for path in results.factors:
            value = row[path]
            if value is None or (isinstance(value, float) and math.isnan(value)):
                solved = row["status"] == "solved"
                value = level_of(results, row, path) if solved else (
                    said.get(path, value_of(results.base, path)))  # fmt: skip
            levels[path] = value
        out.append({**row, **levels})
    return with_texts(out, results.factors)


def _with_joint(row: Row, joint: str, of: Sequence[str]) -> Row:
    """A row with one more column that holds the levels of several factors of names."""
    return {**row, joint: ", ".join(level(row[p]) for p in of)}


def _count(rows: Sequence[Row], path: str) -> int:
    return len({level(row[path]) for row in rows})


def levels(rows: Sequence[Row], series: str | None) -> list[str]:
    """The levels of a series in order: numbers by size, names as they come."""
    if series is None:
        return [""]
    found = {level(row[series]): row[series] for row in rows}
    order = {text: k for k, text in enumerate(found)}
    return sorted(
        found, key=lambda t: (number(found[t]) is None, number(found[t]) or 0.0, order[t])
    )
