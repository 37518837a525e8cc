"""Factors of names compared, level by level."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studies.report.rules.masks import mechanism
from studies.report.section import Report, section
from studies.report.words.masks import sentence
from studies.wording.labels import capitalized, listing
from studies.wording.levels import level

BEFORE = """\
<p>Levels of each factor that has names instead of numbers, at otherwise equal factors. Ranges run over the
pairs, at {{ headline_um }} µm averaging length, from the least to the largest, each with its own error.
A level is named as lower if it is so at every averaging length and by more than the sum of the error
bars; shaded if in all pairs.</p>
{% for m in methods %}
<h3>{{ m.title }}: {{ m.levels }}</h3>
{% if m.section.summary %}<p><b>{{ m.section.summary }}</b>
The other metrics that the levels share differ by less than 5 % or are undecided.</p>{% endif %}
{% for sentence in m.section.intro %}<p>{{ sentence }}</p>
{% endfor %}
{% if m.mechanism %}<ul class="plain">{% for sentence in m.mechanism %}<li>{{ sentence }}</li>
{% endfor %}</ul>{% endif %}
{% if m.section.lines %}
<div class="scroll"><table class="wide">
<thead><tr><th>Metric</th>{% for a in m.section.comparison.choice.levels %}<th>{{ a }}</th>{% endfor %}
{% for head in m.section.relation_heads %}<th>{{ head }}</th>{% endfor %}<th>lower</th></tr></thead>
<tbody>
{% for row in m.section.lines %}
<tr><td>{{ row.metric }}</td>{% for text, wins in row.levels %}<td class="{% if wins %}win{% endif %}">{{ text }}</td>{% endfor %}
{% for text in row.relations %}<td>{{ text }}</td>{% endfor %}<td>{{ row.verdict }}</td></tr>
{% endfor %}
</tbody></table></div>
{% endif %}
{% if m.section.alone %}<ul class="plain small">{% for sentence in m.section.alone %}<li>{{ sentence }}</li>
{% endfor %}</ul>{% endif %}
{% endfor %}
"""


@section("methods", "Methods compared", 40, when=lambda report: bool(report.methods), before=BEFORE)
def build(report: Report) -> Mapping[str, Any]:
    """The section's values."""
    results = report.results
    return {
        "headline_um": level(results.headline_um),
        "methods": [
            {
                "section": found,
                "title": capitalized(found.comparison.choice.title),
                "levels": listing(found.comparison.choice.levels, "or"),
                "mechanism": [sentence(one) for one in mechanism(results, found.comparison)],
            }
            for found in report.methods
        ],
    }
