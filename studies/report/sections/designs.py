"""The designs side by side, and the base design key by key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studies.report.base_table import base_table
from studies.report.rules.model_statement import acting
from studies.report.section import Report, section
from studies.report.words import model_statement

BEFORE = """\
<p>{{ load }}</p>
"""
AFTER = """\
{% from "parts.html.j2" import base_rows %}
{% if not pictures %}<p>No design is solved yet.</p>{% endif %}
<h3>The base design</h3>
{% if base_design.reason %}<p>By itself the base is no possible design, and cases replace what is wrong with it:
{{ base_design.reason }}.</p>{% endif %}
{% if base_design.given %}
<p>What the study says of it{{ varied if base_design.varies_given }}.</p>
<div class="keys">{{ base_rows(base_design.given, "") }}</div>
{% else %}<p>The study says nothing of it: it is the default design.</p>{% endif %}
<details><summary>Every key of the base design, defaults included{{ varied if base_design.varies_default }}</summary>
<div class="keys">
{% for table, rows in base_design.groups %}
{{ base_rows(rows, table) }}
{% endfor %}
</div>
</details>
"""


@section("designs", "Designs", 20, before=BEFORE, after=AFTER, brief=True)
def build(report: Report) -> Mapping[str, Any]:
    """The section's values."""
    return {
        "load": model_statement.loads(acting(report.results)),
        "base_design": base_table(report.results),
        "varied": "; “varied”: cases have other values",
    }
