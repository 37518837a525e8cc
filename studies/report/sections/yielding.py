"""Which share of each metal would yield."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studies.report.section import Report, section
from studies.report.tables import yielded_table

BEFORE = """\
{% if yielded_table %}
<p>Nothing yields in this model. Where a metal’s elastic stress exceeds its yield strength, plastic flow
would limit it, so the stresses of this report are upper bounds there and rank designs rather than
predict failure.</p>
{% endif %}
"""
AFTER = """\
{% if yielded_table %}
<div class="scroll"><table>
<thead><tr><th>metal</th>{% for entry in entries %}<th class="n">{{ entry.label }}</th>{% endfor %}</tr></thead>
<tbody>
{% for region, cells in yielded_table %}
<tr><td>{{ region }}</td>{% for text in cells %}<td class="n">{{ text }}</td>{% endfor %}</tr>
{% endfor %}
</tbody></table></div>
<p class="small">Share of the volume above nominal yield; in brackets at the high and the low end of the yield
strength’s range.</p>
{% else %}<p>No yielded shares are in the records.</p>{% endif %}
"""


@section("yield", "How elastic is too elastic", 90, before=BEFORE, after=AFTER)
def build(report: Report) -> Mapping[str, Any]:
    """The section's values."""
    return {
        "entries": report.results.compared,
        "yielded_table": yielded_table(report.results.compared),
    }
