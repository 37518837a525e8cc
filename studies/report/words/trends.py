"""Trends in words."""

from __future__ import annotations

from studies.report.rules.trends import Course, Trends
from studies.wording.labels import factor_name, listing, with_unit


def sentence(found: Trends) -> str:
    """All courses over one factor: ``With the recess ratio, ...: rising: ...; falling: ...``."""
    heads: dict[str, list[str]] = {}
    for trend in sorted(found.trends, key=lambda trend: trend.course is Course.NONE):
        head = {
            Course.RISES: "rising",
            Course.FALLS: "falling",
            Course.PEAKS: f"largest at {with_unit(found.path, trend.at)}",
            Course.NONE: "no such trend throughout",
        }[trend.course]
        heads.setdefault(head, []).append(trend.family.short)
    said = "; ".join(f"{head}: {listing(who)}" for head, who in heads.items())
    each = f", in each of {found.series} series" if found.series > 1 else ""
    each += " that have the metric" if found.some_lack else ""
    return (
        f"With the {factor_name(found.path)}{each}, at every averaging length and by more than "
        f"the errors: {said}."
    )
