"""For which cases of a study something holds, in as few words as say it exactly."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from studies.plan.cases import value_of
from studies.results.results import Results, Row
from studies.wording.labels import NOT_AVAILABLE, factor_at, level, listing, number


def level_of(results: Results, row: Row, path: str) -> Any:
    """A factor's level, also where it is no factor of the row's own part."""
    value = row[path]
    missing = value is None or (isinstance(value, float) and math.isnan(value))
    return value_of(results.entry(row).design, path) if missing else value


def where(some: Sequence[Row], every: Sequence[Row], paths: Sequence[str]) -> str | None:
    """Levels that tell some cases from the rest: ``recess ratio 0.5 and 1, part via``.

    Parameters
    ----------
    some, every
        Cases it holds for, and all that were looked at.
    paths
        Factors that may tell them apart; ``part`` may be one of them.

    Returns
    -------
    str or None
        Empty where it holds for all; None where levels do not say it.
    """
    exact = _by_levels(some, every, paths)
    if exact is not None:
        return exact
    found = []
    for path in paths:
        pieces = []
        for at in dict.fromkeys(level(row[path]) for row in some):
            if at in (NOT_AVAILABLE, "None"):
                break
            mine, all_here = ([r for r in rs if level(r[path]) == at] for rs in (some, every))
            rest = _by_levels(mine, all_here, [p for p in paths if p != path])
            if rest is None:
                break
            pieces.append(factor_at(path, at) + (f" with {rest}" if rest else ""))
        else:
            found.append(" and at ".join(pieces))
    return min(found, key=len, default=None)


def _by_levels(some: Sequence[Row], every: Sequence[Row], paths: Sequence[str]) -> str | None:
    """The factors' levels, if some of all cases are just those that have them."""
    said, left = [], list(every)
    for path in paths:
        mine = {level(row[path]): row[path] for row in some}
        everyones = {level(row[path]): row[path] for row in every}
        if NOT_AVAILABLE in everyones or "None" in everyones:
            continue  # a factor of other parts only
        if len(mine) < len(everyones):
            said.append(factor_at(path, _levels(mine, everyones)))
            left = [row for row in left if level(row[path]) in mine]
    return ", ".join(said) if len(left) == len(some) else None


def _levels(mine: dict[str, object], every: dict[str, object]) -> str:
    """Levels as a list, three or more neighbours among numbers in short: ``0.5 to 0.8``."""
    order = sorted(every, key=lambda text: number(every[text]) or 0.0)
    places = sorted(order.index(text) for text in mine)
    numeric = all(number(value) is not None for value in every.values())
    if numeric and len(places) > 2 and places[-1] - places[0] == len(places) - 1:
        return f"{order[places[0]]} to {order[places[-1]]}"
    return listing(mine)
