"""Which share of each metal would yield."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studies.report.section import Report, section
from studies.report.tables import headings, yielded_table
from studies.results.twins import flows

BEFORE = """\
{% if yielded_table %}
<p>Nothing yields in these designs, which are elastic. Where a metal’s elastic stress exceeds its yield
strength, plastic flow would limit it there and load other places more, so that these stresses rank designs
rather than predict failure{% if both %}; <a href="#inelastic">what yield and creep change</a>{% endif %}.</p>
{% endif %}
"""
AFTER = """\
{% if yielded_table %}
<div class="scroll"><table>
{% if headings.factor %}<caption>Columns: {{ headings.factor }}</caption>{% endif %}
<thead><tr><th>metal</th>{% for text in headings.texts %}<th class="n">{{ text }}</th>{% endfor %}</tr></thead>
<tbody>
{% for region, cells in yielded_table %}
<tr><td>{{ region }}</td>{% for text in cells %}<td class="n">{{ text }}</td>{% endfor %}</tr>
{% endfor %}
</tbody></table></div>
<p class="small">Share of the volume above nominal yield; in brackets at the high and the low end of the yield
strength’s range.</p>
{% else %}<p>No yielded shares are in the records.</p>{% endif %}
"""


@section(
    "yield", "How elastic is too elastic", 90,
    when=lambda report: not all(flows(entry.row) for entry in report.results.compared),
    before=BEFORE, after=AFTER,
)  # fmt: skip
def build(report: Report) -> Mapping[str, Any]:
    """The section's values."""
    entries = [entry for entry in report.results.compared if not flows(entry.row)]
    return {
        "headings": headings(report.results, entries),
        "both": report.yielding is not None,
        "yielded_table": yielded_table(entries),
    }
