"""Sentences on how metrics follow a factor, stated only where they hold in every series."""

from __future__ import annotations

from typing import Any

from studies.metrics.families import Family
from studies.results.ranking import peak, trend
from studies.results.results import Results, Row
from studies.wording.labels import Measured, factor_name, level, listing, number, with_unit


def trends(results: Results) -> list[str]:
    """Monotonic trends over each numeric factor, only where they hold in every series."""
    out = []
    for path in results.numeric_factors:
        series = series_over(results, path)
        if not series:
            continue
        kinds: dict[str, list[str]] = {}
        partly = False
        for family in results.shown:
            every = [_series_values(family, rows) for rows in series]
            having = [k for k, values in enumerate(every) if _is_known(values)]
            found = [every[k] for k in having]
            partly |= 0 < len(having) < len(series)
            if not having:
                continue
            each: set[str] = {trend(values) for values in found}
            if each in ({"rises"}, {"falls"}):
                kinds.setdefault(each.pop(), []).append(family.short)
                continue
            peaks = {
                None if (k := peak(values)) is None else level(rows[k][path])
                for values, rows in zip(found, [series[k] for k in having], strict=True)
            }
            if len(peaks) == 1 and (where := peaks.pop()) is not None:
                kinds.setdefault(f"peak {where}", []).append(family.short)
        name = factor_name(path)
        said = []
        for kind, who in kinds.items():
            if kind.startswith("peak "):
                said.append(f"largest at {with_unit(path, kind[5:])}: {listing(who)}")
            else:
                said.append(f"{'rising' if kind == 'rises' else 'falling'}: {listing(who)}")
        rest = [f.short for f in results.shown if not any(f.short in who for who in kinds.values())]
        if rest:
            said.append(f"no such trend throughout: {listing(rest)}")
        each_of = f", in each of {len(series)} series" if len(series) > 1 else ""
        each_of += " that have the metric" if partly else ""
        out.append(
            f"With the {name}{each_of}, at "
            f"every averaging length and by more than the errors: {'; '.join(said)}."
        )
    return out


def series_over(results: Results, path: str) -> list[list[Row]]:
    """Rows that differ in one factor only, sorted by it; at least three in each."""
    rest = [p for p in results.factors if p != path]
    found: dict[tuple[Any, ...], list[Row]] = {}
    for row in results.solved:
        if number(row[path]) is not None:
            found.setdefault((row["part"], *(level(row[p]) for p in rest)), []).append(row)
    return [sorted(rows, key=lambda r: r[path]) for rows in found.values() if len(rows) > 2]


def _is_known(values: dict[float | None, list[Measured | None]]) -> bool:
    return any(v is not None for found in values.values() for v in found)


def _series_values(family: Family, rows: list[Row]) -> dict[float | None, list[Measured | None]]:
    return {length: [family.read(row, length) for row in rows] for length in family.columns()}
