"""What the model leaves out, and cases without a result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studies.report.rules.model_statement import state
from studies.report.section import Report, section
from studies.report.tables import unsolved
from studies.report.words import model_statement

BEFORE = """\
<ul class="plain">
{% for title, text in not_modelled %}<li><b>{{ title }}.</b> {{ text }}</li>
{% endfor %}
</ul>
{% if unsolved %}
<h3>Cases without a result</h3>
<div class="scroll"><table>
<thead><tr><th>part</th><th>case</th><th>status</th><th>reason</th></tr></thead>
<tbody>{% for part, case, status, reason in unsolved %}
<tr><td>{{ part }}</td><td>{{ case }}</td><td>{{ status }}</td><td>{{ reason }}</td></tr>
{% endfor %}</tbody></table></div>
{% endif %}
"""


@section("limits", "What is not modelled", 100, before=BEFORE, brief=True)
def build(report: Report) -> Mapping[str, Any]:
    """The section's values."""
    return {
        "not_modelled": model_statement.left_out(state(report.results)),
        "unsolved": unsolved(report.results),
    }
