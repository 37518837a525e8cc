"""What the page says of loads that are not axisymmetric: shear by the board, a trace, vias."""

from __future__ import annotations

from studies.report.feed_findings import feed_section
from studies.report.load_sentences import LoadSection
from studies.report.shear_findings import shear_section
from studies.results.results import Results


def sections(results: Results) -> list[LoadSection]:
    """One section for the shear and one for a feed by arcs, where the results have them."""
    return [found for found in (shear_section(results), feed_section(results)) if found is not None]


def window_text(results: Results) -> str:
    """What means are taken over where a load is not axisymmetric."""
    arc = results.base.metrics.arc_length_um
    return (
        "Where a load is not axisymmetric, a mean runs over the averaging length along the "
        f"interface and {arc:g} µm around it, at the place on the circle where it is worst."
    )
