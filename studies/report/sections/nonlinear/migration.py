"""How hot the current makes the designs, where it drives atoms, and when a void begins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studies.report.section import Report, section
from studies.report.words import migration as say

BEFORE = """\
<ul class="plain">{% for sentence in sentences %}<li>{{ sentence }}</li>
{% endfor %}</ul>
{% for metal, labels, rows in tables %}
<div class="scroll"><table class="wide">
<thead><tr><th>{{ metal }}</th>{% for label in labels %}<th class="n">{{ label }}</th>{% endfor %}</tr></thead>
<tbody>
{% for title, cells in rows %}
<tr><td>{{ title }}</td>{% for text in cells %}<td class="n">{{ text }}</td>{% endfor %}</tr>
{% endfor %}
</tbody></table></div>
{% endfor %}
<p class="small">Immortal: the stress stays below the critical one at all times; margin: the critical over the
largest. An immortal design lasts longer than any with a void, two immortal ones by their
margin: so nucleation ranks them. Times rank designs; constants of diffusion are known to a factor only.</p>
"""


@section(
    "migration",
    "Heat and migration",
    37,
    when=lambda report: report.migrating is not None,
    before=BEFORE,
)
def build(report: Report) -> Mapping[str, Any]:
    """The section's values."""
    found = report.migrating
    assert found is not None
    return {"sentences": list(say.sentences(report.results, found)), "tables": say.table(found)}
