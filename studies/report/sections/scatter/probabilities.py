"""How probable it is that designs fail their limit states, and whether variants differ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studies.reliability.study.limits import Difference
from studies.report.rules.scattered import review, scatters
from studies.report.section import Report, section
from studies.report.words.scattered import sentences
from studies.wording.labels import uncapitalized

BEFORE = """\
<h3>For the design review</h3>
<ul>
{% for sentence in sentences %}
<li>{{ sentence }}</li>
{% endfor %}
</ul>
<div class="scroll"><table class="wide even">
<caption>Probability of failure, with its 95 % interval</caption>
<thead><tr><th>limit state</th><th>part</th><th>probability</th><th>interval</th>
<th>of the designs alone</th><th>designs</th><th>unsolved</th><th>impossible</th></tr></thead>
<tbody>
{% for row in rows %}
<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>
{% endfor %}
</tbody></table></div>
{% if differences %}
<div class="scroll"><table class="wide even">
<caption>Difference between parts that draw the same points, with its 95 % interval</caption>
<thead><tr><th>limit state</th><th>parts</th><th>difference</th><th>interval</th>
<th>of pairs of designs</th><th>without pairs</th><th>verdict</th></tr></thead>
<tbody>
{% for row in differences %}
<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>
{% endfor %}
</tbody></table></div>
{% endif %}
<p class="small">Intervals hold the sample, the error bars of metrics, designs without a number and, where they are narrower
than those of the designs counted alone, the error of a surrogate fitted to the designs; where none explains them, their scatter
(Cantelli’s inequality). Parts that draw the same points are compared design by design as well.</p>
"""


@section(
    "scatter",
    "Probability of failure",
    38,
    when=lambda report: scatters(report.results),
    before=BEFORE,
    brief=True,
)
def build(report: Report) -> Mapping[str, Any]:
    """The section's values."""
    results = report.results
    found = review(results)
    rows = [
        (one.limit, results.parts[one.part], f"{one.probability:.3g}",
         _ends(one.interval), _ends(one.counted), one.designs, one.unsolved, one.impossible)
        for limit in found.limits for one in limit.found
    ]  # fmt: skip
    differences = [
        (one.limit, f"{results.parts[one.part]} minus {uncapitalized(results.parts[one.other])}",
         f"{one.difference:.3g}", _ends(one.interval), _ends(one.pairs),
         _ends(one.apart), _verdict(one))
        for limit in found.limits for one in limit.differences
    ]  # fmt: skip
    said = sentences(found, results)
    return {"rows": rows, "differences": differences, "sentences": said}


def _verdict(one: Difference) -> str:
    low, high = one.interval
    return "fails more often" if low > 0 else "fails less often" if high < 0 else "undecided"


def _ends(interval: Any) -> str:
    return f"{interval[0]:.3g} to {interval[1]:.3g}"
