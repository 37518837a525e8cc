"""Views that answer back: filters, maps, parallel coordinates, curves, every case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studies.report.section import Report, section

BEFORE = """\
<p class="living-only">Averaging length and filters act on every view of this section, and the pointer over a case shows it in
all of them. Sentences, tables and numbered figures elsewhere hold the averaging lengths that they name.</p>
<p class="asleep">The views of this section are made by the page’s own program, which has not run here. The figures below hold the
same, as far as paper can.</p>
<div id="views"></div>
"""


@section(
    "explore", "Explore the cases", 65, when=lambda report: bool(report.results.rows),
    before=BEFORE,
)  # fmt: skip
def build(report: Report) -> Mapping[str, Any]:
    """The section's values: the page's program brings them."""
    return {}
