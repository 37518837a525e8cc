"""How metrics follow a factor: a trend or a peak only where it holds in every series."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from studies.metrics.families import Family
from studies.results.ranking import peak, trend
from studies.results.results import Results, Row
from studies.wording.labels import Measured, level, number


class Course(StrEnum):
    """How a metric follows a factor, at every length and by more than the errors."""

    RISES = "rises"
    FALLS = "falls"
    PEAKS = "peaks"  # one largest value inside, at the same level in every series
    NONE = "none"  # none of these throughout


Series = dict[float | None, list[Measured | None]]


@dataclass(frozen=True)
class Trend:
    """The course of one metric; ``at`` is the level of a peak."""

    family: Family
    course: Course
    at: str = ""


@dataclass(frozen=True)
class Trends:
    """The courses of all metrics over one factor.

    Attributes
    ----------
    path
        The factor.
    series
        In how many series they hold, each of cases that differ in this factor only.
    some_lack
        Whether some of the series do not have some metric.
    trends
        Per metric.
    """

    path: str
    series: int
    some_lack: bool
    trends: tuple[Trend, ...]


def trends(results: Results) -> list[Trends]:
    """The courses over each numeric factor that has series."""
    out = []
    for path in results.numeric_factors:
        series = series_over(results, path)
        if not series:
            continue
        found, some_lack = [], False
        for family in results.shown:
            every = [_series_values(family, rows) for rows in series]
            having = [(v, rows) for v, rows in zip(every, series, strict=True) if _is_known(v)]
            some_lack |= 0 < len(having) < len(series)
            found.append(_trend(family, path, having))
        out.append(Trends(path, len(series), some_lack, tuple(found)))
    return out


def _trend(family: Family, path: str, having: list[tuple[Series, list[Row]]]) -> Trend:
    courses = {trend(values) for values, _ in having}
    if courses == {"rises"} or courses == {"falls"}:
        return Trend(family, Course(courses.pop()))
    peaks = {
        None if (k := peak(values)) is None else level(rows[k][path]) for values, rows in having
    }
    if len(peaks) == 1 and (at := peaks.pop()) is not None:
        return Trend(family, Course.PEAKS, at)
    return Trend(family, Course.NONE)


def series_over(results: Results, path: str) -> list[list[Row]]:
    """Rows that differ in one factor only, sorted by it; at least three in each."""
    rest = [p for p in results.factors if p != path]
    found: dict[tuple[Any, ...], list[Row]] = {}
    for row in results.solved:
        if number(row[path]) is not None:
            found.setdefault((row["part"], *(level(row[p]) for p in rest)), []).append(row)
    return [sorted(rows, key=lambda r: r[path]) for rows in found.values() if len(rows) > 2]


def _is_known(values: Series) -> bool:
    return any(v is not None for found in values.values() for v in found)


def _series_values(family: Family, rows: list[Row]) -> Series:
    return {length: [family.read(row, length) for row in rows] for length in family.columns()}
