"""Versions, commit, times, and the study as run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studies.report import tables
from studies.report.section import Report, section

BEFORE = """\
<div class="scroll"><table><tbody>
{% for title, text in provenance %}<tr><td>{{ title }}</td><td>{{ text }}</td></tr>
{% endfor %}
</tbody></table></div>
{% if study_toml %}<details><summary>The study as run</summary><pre>{{ study_toml }}</pre></details>{% endif %}
"""


@section("provenance", "Provenance", 130, before=BEFORE)
def build(report: Report) -> Mapping[str, Any]:
    """The section's values."""
    return {
        "provenance": tables.provenance(report.results),
        "study_toml": tables.study_text(report.results.folder),
    }
