"""Loads that are not axisymmetric, at every angle."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studies.report.section import Report, section

BEFORE = """\
<p>The load is not the same on all sides. These figures show the designs of the comparison at every
angle θ around the axis of the bump.</p>
"""


def varies(report: Report) -> bool:
    """Whether any load varies around the circle."""
    return any(entry.result.circle for entry in report.results.compared)


@section("circle", "Around the circle", 60, when=varies, before=BEFORE)
def build(report: Report) -> Mapping[str, Any]:
    """The section's values."""
    return {}
