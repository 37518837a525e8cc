"""Fronts of designs that no other beats, with cases that open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studies.optimum.fronts import kept_fronts
from studies.optimum.sentences import ends, said, scaled, sentences, short
from studies.optimum.sentences import in_short as sentences_in_short
from studies.optimum.stored import Fronts
from studies.report.section import Report, section
from studies.results.results import Results
from studies.wording.labels import capitalized, factor_title
from studies.wording.units import in_brackets

BEFORE = """\
<ul>
{% for sentence in sentences %}
<li>{{ sentence }}</li>
{% endfor %}
</ul>
"""
AFTER = """\
{% for table in tables %}
<div class="scroll"><table class="wide even">
<caption>Front of {{ table.title }}</caption>
<thead><tr><th>case</th>{% for head in table.heads %}<th>{{ head }}</th>{% endfor %}<th>front</th></tr></thead>
<tbody>
{% for link, name, cells in table.rows %}
<tr><td><a href="#case-{{ link }}">{{ name }}</a></td>{% for cell in cells %}<td>{{ cell }}</td>{% endfor %}</tr>
{% endfor %}
</tbody></table></div>
{% endfor %}
<p class="small">Told apart: no other solved design could be as good in everything, whatever the error bars hide. All points
with their bars are in front.json, those of the fronts in front.csv beside this page.</p>
"""


def has_fronts(report: Report) -> bool:
    """Whether a front was asked for, of the records that there are."""
    return bool(report.results.solved) and kept_fronts(report.results) is not None


@section("front", "Designs that no other beats", 39, when=has_fronts, before=BEFORE, after=AFTER)
def build(report: Report) -> Mapping[str, Any]:
    """The section's values."""
    results = report.results
    kept = kept_fronts(results)
    assert kept is not None
    found, lost = kept
    goals = found.question.goals
    known = [goal.family for goal in goals]
    places = {(row["part"], row["case"]): k for k, row in enumerate(results.rows, 1)}
    tables = []
    for front in found.fronts:
        shown = front.shown
        if not shown:
            continue
        paths = list(dict.fromkeys(path for point in shown for path in point.factors))
        rows = [
            (
                places[results.names.get(p.part, p.part), p.number],
                f"{p.part} {p.number}",
                [
                    *(short(p.factors.get(path)) for path in paths),
                    *(ends(scaled(v, f.scale)) for v, f in zip(p.values, known, strict=True)),
                    said(p),
                ],
            )
            for p in shown
        ]
        heads = [
            *map(factor_title, paths),
            *(in_brackets(capitalized(family.short), family.unit) for family in known),
        ]
        title = results.parts[results.names.get(front.part, front.part)]
        tables.append({"title": title, "heads": heads, "rows": rows})
    titles = titles_of(results, found)
    told = [_titled(sentence, titles) for sentence in sentences(found)]
    if lost:
        told.append(
            f"{lost} designs of an earlier front are left out, whose records are no longer those "
            "of this run; fem-bump front finds it again."
        )
    return {"sentences": told, "tables": tables}


def in_short(results: Results) -> str:
    """For the first page: where the fronts begin and end."""
    kept = kept_fronts(results)
    return "" if kept is None else sentences_in_short(kept[0], titles_of(results, kept[0]))


def titles_of(results: Results, found: Fronts) -> dict[str, str]:
    """Titles of the parts that have a front, by name."""
    return {f.part: results.parts[results.names.get(f.part, f.part)] for f in found.fronts}


def _titled(sentence: str, titles: Mapping[str, str]) -> str:
    """A sentence of one part, which it begins with, by the part's title."""
    name, colon, rest = sentence.partition(": ")
    return f"{titles[name]}: {rest}" if colon and name in titles else sentence
