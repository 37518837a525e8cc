"""How long designs live until a void has raised the resistance, and at which cost in stress."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studies.report.section import Report, section
from studies.report.words import lives as say

BEFORE = """\
<p>Life: the time until a void in the {{ metals }} has raised the bump’s resistance by 20 %. Compared are designs under the
same load and mark; costs have to differ at every averaging length.</p>
{% for title, sentences in reviews %}
<h3>{{ title }}</h3>
<ul class="plain">{% for sentence in sentences %}<li>{{ sentence }}</li>
{% endfor %}</ul>
{% endfor %}
<h3>Where the orders differ</h3>
<ul class="plain">{% for sentence in orders %}<li>{{ sentence }}</li>
{% endfor %}</ul>
<h3>What this rests on</h3>
<ul class="plain">{% for sentence in rests_on %}<li>{{ sentence }}</li>
{% endfor %}</ul>
"""
AFTER = """\
{% for title, heads, rows in tables %}
<div class="scroll"><table class="wide">
<thead><tr><th>{{ title }}</th>{% for head in heads %}<th class="n">{{ head }}</th>{% endfor %}</tr></thead>
<tbody>
{% for name, cells in rows %}
<tr><td>{{ name }}</td>{% for text in cells %}<td class="n">{{ text }}</td>{% endfor %}</tr>
{% endfor %}
</tbody></table></div>
{% endfor %}
<p class="small">Lives as intervals over the shapes of the void, errors included. Front: no other design lives as long at
a lower cost, whatever the errors hide; behind: another does for certain; open: neither is certain.</p>
"""


@section(
    "lives", "Life and its cost", 38, when=lambda report: report.lives is not None,
    before=BEFORE, after=AFTER,
)  # fmt: skip
def build(report: Report) -> Mapping[str, Any]:
    """The section's values."""
    found = report.lives
    assert found is not None
    named = [
        (f"{part.capitalize()}: " if len(found.reviews) > 1 else "", review)
        for part, reviews in found.reviews.items()
        for review in reviews
    ]
    tables = [(metal, say.table(one)) for metal, one in named]
    return {
        "metals": " or the ".join(found.reviews),
        "reviews": [(metal + one.condition.title, list(say.review(one))) for metal, one in named],
        "orders": list(say.orders(found)),
        "rests_on": list(say.rests_on(found)),
        "tables": [(metal + title, heads, rows) for metal, (title, heads, rows) in tables],
    }
