"""A probe's mark: go or no-go, where it must not lie, what the etch takes away of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studies.report.section import Report, section
from studies.report.words.probed import answers

BEFORE = """\
<p>Changes are against the same pad without a mark, cleaned and etched alike. One counts if it is beyond its own
error and beyond 5 % at every averaging length: less is smaller than what material data are good for.</p>
{% for question, sentences in answers %}
<h3>{{ question }}</h3>
<ul class="plain">{% for sentence in sentences %}<li>{{ sentence }}</li>
{% endfor %}</ul>
{% endfor %}
"""


@section(
    "mark", "The probe's mark", 5, when=lambda report: report.marks is not None, before=BEFORE,
    brief=True,
)  # fmt: skip
def build(report: Report) -> Mapping[str, Any]:
    """The section's values."""
    assert report.marks is not None
    return {"answers": answers(report.marks)}
