"""A figure and a section of the report, as a package of somebody else's would add them."""

from collections.abc import Iterator, Mapping
from typing import Any

from matplotlib.figure import Figure

from studies.figures.registry import Drawing, figure
from studies.report.section import Report, section
from studies.results.results import Results


@figure("resistances", "cost", heading="Drawn outside")
def resistances(results: Results) -> Iterator[Drawing]:
    """The resistance of every solved case."""
    drawn = Figure(figsize=(3, 2))
    drawn.add_subplot().plot([row["resistance_mohm"] for row in results.solved])
    yield Drawing(drawn, "Resistance by case", "Resistance (mΩ) of every case.")


@section(
    "cost", "What it costs", place=55, when=lambda report: bool(report.results.solved),
    before="<p>{{ number }} cases cost {{ price }} each.</p>",
    after="<p>Below {{ pictures }} picture.</p>",
)  # fmt: skip
def cost(report: Report) -> Mapping[str, Any]:
    """A price per case."""
    return {"number": len(report.results.solved), "price": "<3 pence"}
