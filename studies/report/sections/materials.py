"""Every property used, with its source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studies.report import tables
from studies.report.section import Report, section

BEFORE = """\
{% for name, description, rows in materials %}
<h3>{{ name }}</h3>
{% if description %}<p class="small">{{ description }}</p>{% endif %}
<div class="scroll"><table>
<thead><tr><th>property</th><th>value</th><th>unit</th><th>range</th><th>valid</th><th>source</th><th>checked</th></tr></thead>
<tbody>{% for row in rows %}
<tr><td>{{ row.property }}</td><td>{{ row.value }}</td><td>{{ row.unit }}</td>
<td>{% if row.range %}{{ "%g"|format(row.range[0]) }} to {{ "%g"|format(row.range[1]) }}{% endif %}</td>
<td>{{ row.validity }}</td><td>{{ row.source }}</td>
<td>{% if row.verified %}verified{% else %}<span class="unverified">not verified</span>{% if row.confidence %} ({{ row.confidence }} confidence){% endif %}{% endif %}</td></tr>
{% endfor %}</tbody></table></div>
{% else %}<p>No case is solved yet.</p>
{% endfor %}
<h3>Exponents of Black’s law</h3>
<div class="scroll"><table>
<thead><tr><th>metal</th><th>n</th><th>source</th><th>checked</th></tr></thead>
<tbody>{% for name, value, source, verified in exponents %}
<tr><td>{{ name }}</td><td>{{ value }}</td><td>{{ source }}</td><td>{% if verified %}verified{% else %}<span class="unverified">not verified</span>{% endif %}</td></tr>
{% endfor %}</tbody></table></div>
"""


@section("materials", "Materials", 120, before=BEFORE)
def build(report: Report) -> Mapping[str, Any]:
    """The section's values."""
    return {
        "materials": tables.material_tables(report.results),
        "exponents": tables.exponents(report.results),
    }
