"""Pictures of a study before and after it is run."""

from __future__ import annotations

from matplotlib.figure import Figure

from fem_bump.errors import InputError
from groundwork.pictures import pictures
from studies.notebook.results import StudyResults
from studies.notebook.study import Study


@pictures.named("study")
def study_picture(study: Study, view: str = "section") -> Figure:
    """The base design, in a view of its own ``plot``."""
    return study.base.plot(view=view)


@pictures.named("study results")
def results_picture(results: StudyResults, metric: str | None = None) -> Figure:
    """A metric over the factors: a map where the cases make a grid of two, lines elsewhere.

    The first that the report is about without ``metric``. Where nothing varies by a number, the
    designs side by side.

    Raises
    ------
    InputError
        When nothing is solved yet, and for a metric that there is not.
    """
    if not results.results.solved:
        raise InputError(f"nothing of study '{results.results.study.name}' is solved yet")
    shown = results.results.shown
    stem = metric or (shown[0].stem if shown else None)
    if stem is not None:
        for name in ("map", "line"):
            for drawing in results.drawings(name, stem):
                return drawing.figure
    return next(iter(results.drawings("designs"))).figure
