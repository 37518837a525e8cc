"""Studies as data, and what runs them: plan, runner, results store, plots, report, command line.

From Python and in notebooks: ``Study.load("recess").run()``.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from groundwork.pictures import pictures

if TYPE_CHECKING:
    from studies.notebook.results import StudyResults
    from studies.notebook.study import Study

__all__ = ["Study", "StudyResults"]

# on demand: with a study come the designs' schemas, with its results what reports are made of
_ON_DEMAND = {"Study": "study", "StudyResults": "results"}
pictures.refer("studies.notebook.pictures")


def __getattr__(name: str) -> Any:
    if name in _ON_DEMAND:
        return getattr(import_module(f"studies.notebook.{_ON_DEMAND[name]}"), name)
    raise AttributeError(f"module 'studies' has no attribute '{name}'")
