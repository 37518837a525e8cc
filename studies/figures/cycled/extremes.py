"""Stress at the hot and the cold extreme of the last cycle, near the recess."""

from __future__ import annotations

from collections.abc import Iterator

from studies.figures.field_plots import read_kept, stress_fields
from studies.figures.registry import Drawing, figure
from studies.results.results import Results

EXTREMES = {
    "hot": "at the hot end, before it relaxes",
    "cold": "at the cold end, before it relaxes",
}


@figure("extreme", "cycles", place=30)
def extremes(results: Results) -> Iterator[Drawing]:
    """Von Mises stress where the ramps of the last cycle end, of designs whose fields were kept."""
    for name, words in EXTREMES.items():
        found, window = read_kept(results, results.compared, f"{name}.vtu")
        if found:
            yield Drawing(
                stress_fields(found, window, f"the last cycle {words}"),
                f"Von Mises stress of the last cycle {words}",
                f"Von Mises stress near the edge of the opening: the last cycle {words}.", name,
            )  # fmt: skip
