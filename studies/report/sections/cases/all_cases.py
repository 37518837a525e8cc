"""Who is lowest over the study, maps and lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studies.report.rules.groups import varied, winners
from studies.report.section import Report, section
from studies.report.words.groups import group_text, shown
from studies.wording.labels import factor_name, factor_title, listing

BEFORE = """\
{% if winners %}
<h3>Which variant is lowest, by {{ winner_factors }}</h3>
{% for title, heads, rows, names in winners %}
<div class="scroll"><table class="wide even">
<caption>{{ title }}</caption>
<thead><tr><th>{{ names }}</th>{% for head in heads %}<th class="w">{{ head }}</th>{% endfor %}</tr></thead>
<tbody>
{% for family, cells in rows %}
<tr><td>{{ family.short }}</td>
{% for cell in cells %}<td class="w w-{{ cell.kind }}" title="{{ cell.title }}">{{ cell.text }}</td>{% endfor %}</tr>
{% endfor %}
</tbody></table></div>
{% endfor %}
<p class="small">Named: lowest at every averaging length, beyond the errors. “Equal”, or “=” between some: the lowest
differ by less than 5 %, errors included. “By length”: who is lowest depends on the averaging length. “(&lt; 5 %)”: another lies within 5 % of it, so do not choose between them by it. “Undecided”: within the errors, which reach beyond 5 %. Hold the
pointer over a cell for the full order.</p>
{% endif %}
"""
AFTER = """\
<p class="small">Every case stands in the table under <a href="#explore">Explore the cases</a>. All numbers, with more metrics, are in table.csv and table.parquet beside this page; figures are
in the folder figures as PNG and SVG.</p>
"""


@section("maps", "Over all cases", 70, before=BEFORE, after=AFTER)
def build(report: Report) -> Mapping[str, Any]:
    """The section's values."""
    results = report.results
    tables_of_winners = []
    for part, title in results.parts.items():
        keys, found = winners(results, part)
        heads = [group_text(key) for key in keys]
        rows = [(family, [shown(cell) for cell in cells]) for family, cells in found]
        if results.compares_variants and rows and heads != [""]:
            names = listing(factor_title(path) for path in varied(results, part))
            tables_of_winners.append((title, heads, rows, names))
    return {
        "winners": tables_of_winners,
        "winner_factors": listing(factor_name(path) for path in results.other_factors),
    }
