"""A wafer test's table to verdicts: the study of its distinct marks, run or resumed, and read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from geometry.design.design import Design
from groundwork.files import write_atomic
from studies.runs import CASE_TIMEOUT_S
from studies.runs.processes import EVALUATOR
from studies.runs.progress import Progress
from studies.runs.runner import Summary, run_study
from studies.wafer_test.mark_table import GivenMark
from studies.wafer_test.marked_designs import (
    AZIMUTH_STEP_DEG,
    DEPTH_STEP_UM,
    GAPS_UM,
    placed,
    study_text,
)
from studies.wafer_test.verdicts import MarkVerdict, table_text, verdicts

STUDY, TABLE, MAP = "wafer-test.toml", "marks.csv", "marks.png"


@dataclass(frozen=True)
class WaferTest:
    """What came of it; ``summary`` is None where no mark needed a case."""

    verdicts: list[MarkVerdict]
    summary: Summary | None
    table: Path
    picture: Path


def bins(design: Design) -> str:
    """How marks are rounded to the cases that are solved."""
    gaps = ", ".join(f"{gap:g}" for gap in GAPS_UM)
    said = (
        f"gaps between a mark and the opening's edge are rounded down to {gaps} um, depths up to "
        f"multiples of {DEPTH_STEP_UM:g} um"
    )
    if design.trace is not None:
        said += f", azimuths against the trace to {AZIMUTH_STEP_DEG:g} deg"
    return (
        f"{said}; off the centre only the film is modelled, and the relief is that of a centred "
        "mark of the same depth"
    )


def run_wafer_test(
    design: Design,
    marks: Sequence[GivenMark],
    folder: Path,
    *,
    jobs: int | None = None,
    case_timeout_s: float = CASE_TIMEOUT_S,
    evaluator: str = EVALUATOR,
    progress: Progress | None = None,
) -> WaferTest:
    """Solve what is not solved yet of a table's marks, and write table and map.

    The run lies in the folder ``run`` inside, beside the study that it is of.

    Raises
    ------
    InputError, DesignError
        For a design that cannot be marked so, or a folder that holds another study.
    """
    found = placed(design, marks)
    summary = None
    run = folder / "run"
    if any(mark.film for mark in found):
        study = folder / STUDY
        write_atomic(study, study_text(design, found))
        summary = run_study(
            study, run, jobs=jobs, case_timeout_s=case_timeout_s, evaluator=evaluator,
            progress=progress,
        )  # fmt: skip
    judged = verdicts(None if summary is None else run, found)
    table, picture = folder / TABLE, folder / MAP
    write_atomic(table, table_text(judged))
    _draw(design, judged, picture)
    return WaferTest(judged, summary, table, picture)


def _draw(design: Design, judged: Sequence[MarkVerdict], picture: Path) -> None:
    from studies.figures.style import render
    from studies.wafer_test.mark_map import mark_map

    write_atomic(picture, render(mark_map(design, judged), "png"))
