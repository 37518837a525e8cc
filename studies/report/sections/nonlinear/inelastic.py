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
<thead><tr><th>Metric, at the headline length</th><th></th>
{% for label in labels %}<th class="n">{{ label }}</th>{% endfor %}
<th class="w">lowest at every length</th><th class="w">stress, of {{ pairs }}</th></tr></thead>
<tbody>
{% for title, cells, elastic, flowed, moves in table %}
<tr><td rowspan="2">{{ title }}</td><td>elastic</td>
{% for before, _ in cells %}<td class="n">{{ before }}</td>{% endfor %}
<td class="w">{{ elastic }}</td><td class="w" rowspan="2">{{ moves }}</td></tr>
<tr><td class="sub">yields</td>
{% for _, after in cells %}<td class="n">{{ after }}</td>{% endfor %}
<td class="w">{{ flowed }}</td></tr>
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
