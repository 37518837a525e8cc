"""What thermal cycles do: the cycle as a table, numbers per cycle, whether they are settled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from studies.metrics.registry import REGISTRY
from studies.report.rules.nonlinear.cycling import Course, Cycling
from studies.report.section import Report, section
from studies.wording.labels import interface_title, plain_number, with_error

BEFORE = """\
<ul class="plain">{% for sentence in sentences %}<li>{{ sentence }}</li>
{% endfor %}</ul>
{% for title, rows in courses %}
<div class="scroll"><table>
<thead><tr><th>{{ title }}</th>{% for time, _ in rows %}<th class="n">{{ time }}</th>{% endfor %}</tr></thead>
<tbody><tr><td>temperature (°C)</td>{% for _, degc in rows %}<td class="n">{{ degc }}</td>{% endfor %}</tr></tbody>
</table></div>
{% endfor %}
{% for labels, table in tables %}
<div class="scroll"><table class="wide">
<thead><tr><th>In the last cycle</th>{% for label in labels %}<th class="n">{{ label }}</th>{% endfor %}</tr></thead>
<tbody>
{% for title, cells in table %}
<tr><td>{{ title }}</td>{% for text in cells %}<td class="n">{{ text }}</td>{% endfor %}</tr>
{% endfor %}
</tbody></table></div>
{% endfor %}
<p class="small">Errors are from mesh, tolerance in time and the cycles themselves: what more of them may still
change, by how the last three changed. Where those do not show it, a number per cycle has no error. Work of a layer goes with its thickness: only designs with the same are compared.</p>
"""
PARTS = {"bump_layer": "solder beside the UBM", "pad_ring": "pad under the passivation"}


@section(
    "cycles",
    "Thermal cycles",
    36,
    when=lambda report: report.cycling is not None,
    before=BEFORE,
)
def build(report: Report) -> Mapping[str, Any]:
    """The section's values."""
    found = report.cycling
    assert found is not None
    return {
        "sentences": list(_sentences(found)),
        "courses": [_table(course) for course in found.courses],
        "tables": list(_tables(found)),
    }


def _tables(found: Cycling) -> Iterator[tuple[Sequence[str], list[tuple[str, list[str]]]]]:
    """A table of the designs that are compared, and one of those at each distance."""
    first = 0
    for count in found.sets:
        some = slice(first, first + count)
        first += count
        rows = [
            (_title(stem, place), [with_error(one) for one in cells[some]])
            for (stem, place), cells in found.values.items()
            if any(one is not None for one in cells[some])
        ]
        yield found.labels[some], rows


def _title(stem: str, place: str) -> str:
    metric = REGISTRY[stem]
    where = PARTS.get(place) or interface_title(place)
    unit = {"mj_per_m3": " (MJ/m³)", "mpa": " (MPa)"}.get(metric.unit or "", "")
    return metric.title.format(where=where) + unit


def _table(course: Course) -> tuple[str, list[tuple[str, str]]]:
    name = f"{course.name}: t" if course.name else "t"
    return f"{name} (s), first cycle", [
        (plain_number(time_s, 5), plain_number(degc, 4)) for time_s, degc in course.rows
    ]


def _sentences(found: Cycling) -> Iterator[str]:
    for course in found.courses:
        if course.name:
            yield (
                f"{course.name} is {min(degc for _, degc in course.rows):g} to "
                f"{max(degc for _, degc in course.rows):g} °C ({course.tag})."
            )
        yield from (f"{text[:1].upper()}{text[1:]}." for text in course.departures)
    for cycles, (fewest, most) in sorted(found.solved.items()):
        if fewest == cycles:
            yield f"{cycles} cycles were solved."
            continue
        count = str(most) if fewest == most else f"{fewest} to {most}"
        yield f"Of {cycles} cycles {count} were solved, the others extrapolated over."
    some, every = found.settled
    if any("away" in label for label in found.labels):
        yield (
            "Away is from the chip’s neutral point; meshes and numbers of cycles are each design’s "
            "own."
        )
    if some == every:
        yield (
            "By how the work of the last cycles changed, more of them change that of no design by "
            f"more than {100 * found.settled_below:g} %."
        )
    else:
        yield (
            f"In {every - some} of {every} designs more cycles may change the work per cycle by more "
            f"than {100 * found.settled_below:g} %, or the cycles do not show by how much."
        )
