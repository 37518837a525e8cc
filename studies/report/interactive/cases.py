"""Cases, factors and metrics of a run, column by column.

Titles, units and which way is better come from the registry of metrics, so that one which is added
is on the page without a line here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from studies.metrics.families import Family
from studies.report.interactive.numbers import short, short_error
from studies.results.notes import notes, sentences
from studies.results.results import Results, Row
from studies.wording.control_signs import harmless
from studies.wording.labels import capitalized, factor_title, level, number

MOST_NUMBERS = 40_000  # values of all metrics; of longer runs only those that the report is about
STATUS = {"invalid": "impossible", "pending": "not run"}


def case_index(results: Results) -> dict[tuple[str, int], int]:
    """Where a row of the table stands among the cases, by part and number."""
    return {(row["part"], row["case"]): k for k, row in enumerate(results.rows)}


def factors(results: Results) -> list[dict[str, Any]]:
    """Every factor with its levels, as text and, where they are numbers, as numbers."""
    out = []
    for path in results.factors:
        found = _levels(results.rows, path)
        values = [number(value) for value in found.values()]
        out.append(
            {
                "path": path,
                "title": factor_title(path),
                "levels": list(found),
                "numbers": [short(v, 12) for v in values] if None not in values else None,
            }
        )
    return out


def cases(results: Results) -> list[dict[str, Any]]:
    """Every case: part, levels, status and what has to be known of it."""
    places = [{text: k for k, text in enumerate(factor["levels"])} for factor in factors(results)]
    designs = design_index(results)
    out = []
    for row in results.rows:
        flags = results.result(row).flags if row["status"] == "solved" else {}
        texts = [_text(row[path]) for path in results.factors]
        out.append(
            {
                "number": int(row["case"]),
                "part": row["part"],
                "label": harmless(results.label(row)),
                "status": STATUS.get(row["status"], row["status"]),
                "reason": harmless(row["reason"]) if isinstance(row["reason"], str) else "",
                "levels": [at.get(text) for at, text in zip(places, texts, strict=True)],
                "design": designs.get(row["key"]),
                "notes": [*map(capitalized, sentences(flags)), *notes(flags)],
            }
        )
    return out


def design_index(results: Results) -> dict[str, int]:
    """Number of each solved design by its key; several cases may have one."""
    return {key: k for k, key in enumerate(dict.fromkeys(row["key"] for row in results.solved))}


def metrics(results: Results) -> list[dict[str, Any]]:
    """Every metric at all its averaging lengths, those that the report is about first."""
    about = results.shown
    count = len(results.rows) * sum(len(f.columns()) for f in results.families.values())
    rest = [] if count > MOST_NUMBERS else [f for f in results.families.values() if f not in about]
    return [_metric(results.rows, family, family in about) for family in [*about, *rest]]


def _metric(rows: Sequence[Row], family: Family, about: bool) -> dict[str, Any]:
    columns = []
    for length in family.columns():
        found = [family.read(row, length) for row in rows]
        columns.append(
            {
                "length": length,
                "values": [None if v is None else short(v.value) for v in found],
                "errors": [None if v is None else short_error(v.error) for v in found],
            }
        )
    known = family.known
    return {
        "name": family.stem,
        "title": family.title,
        "short": capitalized(family.short),
        "unit": family.unit,
        "better": None if known is None else known.metric.better,
        "about": about,
        "columns": columns,
    }


def _levels(rows: Sequence[Row], path: str) -> dict[str, Any]:
    """The levels of a factor in order: numbers by size, names as they come."""
    found = {text: row[path] for row in rows if (text := _text(row[path])) is not None}
    if all(number(value) is not None for value in found.values()):
        return dict(sorted(found.items(), key=lambda item: number(item[1]) or 0.0))
    return found


def _text(value: Any) -> str | None:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    return harmless(level(value))
