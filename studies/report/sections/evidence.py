"""What meshes, solvers and error estimates showed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studies.report import tables
from studies.report.section import Report, section
from studies.results.twins import flows

BEFORE = """\
{% if evidence %}
<div class="scroll"><table>
<caption>Over all solved cases</caption>
<tbody>{% for title, text in evidence %}<tr><td>{{ title }}</td><td class="n">{{ text }}</td></tr>
{% endfor %}</tbody></table></div>
{% endif %}
{% if errors %}
<div class="scroll"><table>
<caption>Largest error of each metric over all solved cases</caption>
<thead><tr><th>Metric</th><th class="n">averaged over (µm)</th><th>unit</th><th class="n">largest error</th>
<th class="n">over the study’s largest value</th></tr></thead>
<tbody>{% for metric, length, unit, error, share in errors %}
<tr><td>{{ metric }}</td><td class="n">{{ length }}</td><td>{{ unit }}</td><td class="n">{{ error }}</td><td class="n">{{ share }}</td></tr>
{% endfor %}</tbody></table></div>
<p class="small">An error is estimated by dual-weighted residuals on the mesh whose numbers are shown; a share
of an area or a volume, which has no such estimate, gets its change from another mesh.{% if flows %} After yield and
creep stress and strain have none either: their error is the change from another mesh and from a looser
tolerance.{% endif %} What materials,
loads and the model itself leave open comes on top and is not in it.{% if angular %} What harmonics of the angle that were
left out may add is in it.{% endif %}</p>
{% endif %}
"""


@section("evidence", "Meshes, solvers, errors", 110, before=BEFORE, brief=True)
def build(report: Report) -> Mapping[str, Any]:
    """The section's values."""
    return {
        "evidence": tables.evidence(report.results),
        "errors": tables.error_table(report.results),
        "angular": report.angular,
        "flows": any(map(flows, report.results.solved)),
    }
