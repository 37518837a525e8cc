"""Every metric of the designs side by side, and what to know of these designs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studies.report import tables
from studies.report.rules.model_statement import noted
from studies.report.section import Report, section
from studies.report.words import model_statement

BEFORE = """\
{% if headings.texts %}
<p>{{ base_text[0]|upper }}{{ base_text[1:] }}. Value ± error; the error covers discretization only
(<a href="#evidence">what it holds</a>). Shaded: the winner,
where there is one; lower is better, and a winner is named only if it is lowest at every averaging length
and by more than the sum of the error bars. Equal within 5 %: so with the error bars added. {{ window_text }}</p>
<div class="scroll"><table>
{% if headings.factor %}<caption>Columns: {{ headings.factor }}</caption>{% endif %}
<thead><tr><th>Metric</th><th class="n">averaged over (µm)</th><th>unit</th>
{% for text in headings.texts %}<th class="n">{{ text }}</th>{% endfor %}</tr></thead>
<tbody>
{% for metric, length, unit, cells in comparison %}
<tr><td>{{ metric }}</td><td class="n">{{ length }}</td><td>{{ unit }}</td>
{% for cell in cells %}<td class="n{% if cell.wins %} win{% endif %}">{{ cell.text }}{{ cell.mark }}</td>
{% endfor %}</tr>
{% endfor %}
</tbody></table></div>
<p class="small">† The interface is no longer than the averaging length and averaged whole. Peel: tension
is positive, so a negative maximum means compression everywhere. Shear: the largest absolute mean.</p>
{% else %}<p>No case is solved yet.</p>{% endif %}
{% if flags %}
<h3>What you should know of these designs</h3>
<ul class="plain">{% for sentence in flags %}<li>{{ sentence }}</li>{% endfor %}</ul>
{% endif %}
"""


@section("comparison", "Comparison", 30, before=BEFORE, brief=True)
def build(report: Report) -> Mapping[str, Any]:
    """The section's values."""
    results = report.results
    return {
        "headings": tables.headings(results, results.compared),
        "base_text": results.base_text,
        "window_text": report.window_text,
        "comparison": tables.comparison(results, report.findings),
        "flags": [
            *tables.flags(results.compared),
            *model_statement.notes(results, noted(results)),
        ],
    }
