"""Lives of the solder in thermal cycles, by ratio."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studies.report.section import Report, section
from studies.report.words.nonlinear import fatigue as say

BEFORE = """\
<ul class="plain">{% for sentence in sentences %}<li>{{ sentence }}</li>
{% endfor %}</ul>
<div class="scroll"><table class="wide">
<thead><tr><th>Design</th>{% for head in heads %}<th class="n">{{ head }}</th>{% endfor %}</tr></thead>
<tbody>
{% for name, cells in rows %}
<tr><td>{{ name }}</td>{% for text in cells %}<td class="n">{{ text }}</td>{% endfor %}</tr>
{% endfor %}
</tbody></table></div>
<p class="small">Errors of ratios, initiation and growth: those of work or strain from meshes, tolerances and the
number of cycles, carried through the law. The band of cycles is the law’s own.</p>
"""


@section(
    "fatigue", "Life in thermal cycles", 37, when=lambda report: report.fatigue is not None,
    before=BEFORE,
)  # fmt: skip
def build(report: Report) -> Mapping[str, Any]:
    """The section's values."""
    found = report.fatigue
    assert found is not None
    heads, rows = say.table(found)
    return {"sentences": list(say.sentences(found)), "heads": heads, "rows": rows}
