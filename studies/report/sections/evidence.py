"""What meshes, solvers and error estimates showed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studies.plan.study import DECIDE, DEFAULT_ACCURACY
from studies.report import tables
from studies.report.section import Report, section
from studies.results.decisions import SHARPEST, sharpened
from studies.results.twins import flows

BEFORE = """\
{% if evidence %}
<div class="scroll"><table>
<caption>Over all solved cases</caption>
<tbody>{% for title, text in evidence %}<tr><td>{{ title }}</td><td class="n">{{ text }}</td></tr>
{% endfor %}</tbody></table></div>
{% endif %}
{% if sharpened %}
<p>Every headline metric was first known to {{ first }}; a design that left a ranking open was solved again, with a
sharper accuracy of what that rests on, until it was decided, equal within 5 % or known to {{ sharpest }}.
{% if sharpened.again %}That was so of {{ sharpened.again }} of {{ sharpened.designs }} designs:
{% for family, count, accuracy in sharpened.asked %}{{ family.short }} in {{ count }}, to {{ "%.2g"|format(100 * accuracy) }} %{{ "; " if not loop.last else "." }}{% endfor %}{% else %}No design did.{% endif %}
{% if sharpened.open %}Rankings that stay open all the same: {% for family, count in sharpened.open %}{{ count }} by {{ family.short }}{{ ", " if not loop.last else "." }}{% endfor %}{% else %}No ranking stays open.{% endif %}</p>
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
    decides = report.results.study.accuracy == DECIDE
    return {
        "evidence": tables.evidence(report.results),
        "sharpened": sharpened(report.results) if decides else None,
        "first": f"{100 * DEFAULT_ACCURACY:g} %",
        "sharpest": f"{100 * SHARPEST:g} %",
        "errors": tables.error_table(report.results),
        "angular": report.angular,
        "flows": any(map(flows, report.results.solved)),
    }
