"""Elastic values beside those after yield and creep, and what that changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studies.report.section import Report, section
from studies.report.words.nonlinear import yielding as say

BEFORE = """\
<ul class="plain">{% for sentence in sentences %}<li>{{ sentence }}</li>
{% endfor %}</ul>
<div class="scroll"><table class="wide">
<thead><tr><th rowspan="2">Metric, at the headline length</th>
{% for label in labels %}<th class="n" colspan="2">{{ label }}</th>{% endfor %}
<th colspan="2">lowest at every length</th><th rowspan="2">stress, of {{ pairs }}</th></tr>
<tr>{% for label in labels %}<th class="n">elastic</th><th class="n">yields</th>{% endfor %}
<th>elastic</th><th>yields</th></tr></thead>
<tbody>
{% for title, cells, elastic, flowed, moves in table %}
<tr><td>{{ title }}</td>
{% for before, after in cells %}<td class="n">{{ before }}</td><td class="n">{{ after }}</td>{% endfor %}
<td>{{ elastic }}</td><td>{{ flowed }}</td><td>{{ moves }}</td></tr>
{% endfor %}
</tbody></table></div>
<p class="small">Yields: metals yield and solder creeps, after the laws of the materials, over the history
that is stated with the loads. Of what was solved both ways ({{ pairs }}): in how many designs the stress is
beyond the errors lower then at some averaging length and higher at none, or higher at any, or the same
within them.</p>
"""


@section(
    "inelastic",
    "Elastic, and after yield and creep",
    35,
    when=lambda report: report.yielding is not None,
    before=BEFORE,
)
def build(report: Report) -> Mapping[str, Any]:
    """The section's values."""
    found = report.yielding
    assert found is not None
    return {
        "labels": found.labels,
        "pairs": found.pairs,
        "sentences": say.sentences(found),
        "table": say.table(found),
    }
