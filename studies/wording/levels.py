"""Levels of a factor as text: no more digits than tell them apart, never fewer.

A level that somebody typed is shown as it is. One that was computed has up to 17 digits, which
nobody reads; it is shown in as few, at least six, as tell it from the other levels of its factor.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from geometry.design.paths import dotted

NOT_AVAILABLE = "not available"
TYPED = 12  # significant digits; more than that is computed
FEWEST, MOST = 6, 17


class Level(float):
    """A level that knows its text among the other levels of its factor."""

    text: str

    def __new__(cls, value: float, text: str) -> Level:
        level = super().__new__(cls, value)
        level.text = text
        return level


def level(value: Any) -> str:
    """A factor's level as people write it."""
    if isinstance(value, Level):
        return value.text
    if isinstance(value, Mapping | list | tuple):
        return inline(value)
    if isinstance(value, bool):
        return "on" if value else "off"
    if not isinstance(value, float):
        return str(value)
    return _typed(value) or f"{value:.{TYPED}g}" if math.isfinite(value) else NOT_AVAILABLE


def inline(value: Any) -> str:
    """A list or table as TOML writes it in one line: ``{ pad = 25, "ubm/pad" = 30.5 }``."""
    if isinstance(value, Mapping):
        items = ", ".join(f"{dotted([key])} = {inline(item)}" for key, item in value.items())
        return f"{{ {items} }}" if items else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(inline, value))}]"
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else level(value)


def level_texts(values: Iterable[float]) -> dict[float, str]:
    """The text of each of the levels of one factor; different levels have different texts."""
    found = list(dict.fromkeys(float(value) for value in values))
    for digits in range(FEWEST, MOST + 1):
        texts = {v: _typed(v) or f"{v:.{digits}g}" for v in found}
        if len(set(texts.values())) == len(found):
            return texts
    return {v: repr(v) for v in found}


def texts(values: Sequence[Any]) -> list[str]:
    """Levels of one factor, names and numbers, as text."""
    return [level(value) for value in among_each_other(values)]


def among_each_other(values: Sequence[Any]) -> list[Any]:
    """The same levels, numbers knowing their text among the others."""
    known = level_texts(v for v in values if _is_number(v))
    return [Level(v, known[float(v)]) if isinstance(v, float) and v in known else v for v in values]


def with_texts(rows: Sequence[Mapping[str, Any]], paths: Iterable[str]) -> list[Mapping[str, Any]]:
    """Rows whose levels of some factors know their text among the others of the factor."""
    columns = {path: among_each_other([row[path] for row in rows]) for path in paths}
    return [{**row, **{p: columns[p][k] for p in columns}} for k, row in enumerate(rows)]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _typed(value: float) -> str | None:
    """The shortest text that is the number exactly; None where nobody would type so many digits."""
    for digits in range(FEWEST, TYPED + 1):
        text = f"{value:.{digits}g}"
        if float(text) == value:
            return text
    return None
