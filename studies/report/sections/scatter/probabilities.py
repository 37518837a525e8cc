"""How probable it is that designs fail their limit states, and whether variants differ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studies.reliability.study_limits import Difference, limit_probabilities
from studies.report.section import Report, section

BEFORE = """\
<div class="scroll"><table class="wide even">
<caption>Probability of failure, with its 95 % interval</caption>
<thead><tr><th>limit state</th><th>survives where</th><th>part</th><th>probability</th><th>interval</th>
<th>of the designs alone</th><th>designs</th><th>unsolved</th><th>impossible</th></tr></thead>
<tbody>
{% for row in rows %}
<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>
{% endfor %}
</tbody></table></div>
{% if sentences %}
<ul>
{% for sentence in sentences %}
<li>{{ sentence }}</li>
{% endfor %}
</ul>
{% endif %}
<p class="small">Intervals hold the sample, the error bars of metrics, designs without a number and, where they are narrower
than those of the designs alone, the error of a surrogate fitted to the designs.</p>
"""


def scatters(report: Report) -> bool:
    """Whether there are limit states and designs that scatter."""
    study = report.results.study
    scattered = any(part.sampling and part.sampling.scatters for part in study.part)
    return bool(study.limit and scattered and report.results.solved)


@section("scatter", "Probability of failure", 38, when=scatters, before=BEFORE, brief=True)
def build(report: Report) -> Mapping[str, Any]:
    """The section's values."""
    results = report.results
    found, differences = limit_probabilities(results)
    survives = {limit["name"]: limit["survives"] for limit in results.study.limit}
    rows = [
        (one.limit, survives[one.limit], results.parts[one.part], f"{one.probability:.3g}",
         _ends(one.interval), _ends(one.counted), one.designs, one.unsolved, one.impossible)
        for one in found
    ]  # fmt: skip
    return {"rows": rows, "sentences": [_said(one, results.parts) for one in differences]}


def _said(one: Difference, titles: Mapping[str, str]) -> str:
    low, high = one.interval
    pair = f"{titles[one.part]} and {titles[one.other]}"
    if low <= 0 <= high:
        return (
            f"{one.limit}: which of {pair} fails more often is undecided ({_ends(one.interval)})."
        )
    which, other = (one.part, one.other) if low > 0 else (one.other, one.part)
    ends = sorted((abs(low), abs(high)))
    return f"{one.limit}: {titles[which]} fails more often than {titles[other]}, by {_ends(ends)}."


def _ends(interval: Any) -> str:
    return f"{interval[0]:.3g} to {interval[1]:.3g}"
