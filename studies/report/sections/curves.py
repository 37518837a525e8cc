"""Densities along the interface."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studies.report.section import Report, section

AFTER = """\
{% if not pictures %}<p>There are no curves in the records.</p>{% endif %}
"""


@section(
    "curves", "Along the interface of UBM and pad", 50, after=AFTER, short="Along the interface"
)
def build(report: Report) -> Mapping[str, Any]:
    """The section's values."""
    return {}
