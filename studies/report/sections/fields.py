"""Stress and current density near the recess."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studies.report.section import Report, section

AFTER = """\
{% if not pictures %}<p>The study kept no fields of these designs (keep_fields).</p>{% endif %}
"""


@section("fields", "Fields near the recess", 80, after=AFTER)
def build(report: Report) -> Mapping[str, Any]:
    """The section's values."""
    return {}
