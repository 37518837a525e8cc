"""What the numbers say: loads, metric by metric, why, life, trends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studies.report.rules.mechanism import life, mechanism
from studies.report.rules.trends import trends
from studies.report.section import Report, section
from studies.report.words import compared
from studies.report.words.mechanism import life as say_life
from studies.report.words.mechanism import sentence as say_why
from studies.report.words.trends import sentence as say_trends

BEFORE = """\
{% for s in loads %}
<h3>{{ s.title }}</h3>
{% if s.table %}
<div class="scroll"><table class="wide">
<caption>{{ s.table.caption }}</caption>
<thead><tr><th></th>{% for head in s.table.heads %}<th class="n">{{ head }}</th>{% endfor %}<th>lowest at every length</th></tr></thead>
<tbody>
{% for title, cells, word in s.table.rows %}
<tr><td>{{ title }}</td>{% for text, wins in cells %}<td class="n{% if wins %} win{% endif %}">{{ text }}</td>{% endfor %}<td>{{ word }}</td></tr>
{% endfor %}
</tbody></table></div>
{% endif %}
<ul class="plain">{% for sentence in s.sentences %}<li>{{ sentence }}</li>
{% endfor %}</ul>
{% endfor %}
{% if loads %}<h3>Metric by metric</h3>
{% endif %}
{% for f, verdict, details in findings %}
<div class="finding {{ f.ranking.verdict }}">
<p class="verdict">{{ f.family.title }}: {{ verdict }}</p>
{% for sentence in details %}<p class="details">{{ sentence }}</p>
{% endfor %}
</div>
{% else %}
<p>No case is solved yet.</p>
{% endfor %}
{% if mechanism %}
<h3>Why: what the data show</h3>
<ul class="plain">{% for sentence in mechanism %}<li>{{ sentence }}</li>
{% endfor %}</ul>
{% endif %}
{% if life %}
<h3>Life under electromigration</h3>
<ul class="plain">{% for sentence in life %}<li>{{ sentence }}</li>
{% endfor %}</ul>
{% endif %}
{% if trends %}
<h3>Trends</h3>
<ul class="plain">{% for sentence in trends %}<li>{{ sentence }}</li>
{% endfor %}</ul>
{% endif %}
"""


@section("findings", "Key findings", 10, before=BEFORE, brief=True)
def build(report: Report) -> Mapping[str, Any]:
    """The section's values."""
    results = report.results
    return {
        "loads": report.loads,
        "findings": [
            (f, compared.verdict(f), compared.details(results, f)) for f in report.findings
        ],
        "mechanism": [say_why(found) for found in mechanism(results.compared)],
        "life": say_life(life(results.compared)),
        "trends": [say_trends(found) for found in trends(results)],
    }
