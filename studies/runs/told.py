"""Progress that is told to the folder's log as well, for whoever looks from elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from studies.records.run_log import RunLog
from studies.runs.progress import Progress

if TYPE_CHECKING:
    from studies.plan.cases import Case
    from studies.records.record import CaseRecord


def line_of(case: Case) -> dict[str, Any]:
    """What lines of the log say of a case."""
    return {"key": case.key, "part": case.part, "case": case.number, "label": case.label}


class Told(Progress):
    """Passes on what it is told, and writes it to the log of a run folder.

    Parameters
    ----------
    progress
        What a caller wants to show.
    found
        Designs that were stored before.
    workers
        Cases at a time.
    """

    def __init__(self, progress: Progress, folder: Path, found: int, workers: int) -> None:
        self.progress, self.log, self.interrupted = progress, RunLog(folder), False
        self.found, self.workers = found, workers

    def start(self, cases: int, to_solve: int) -> None:
        self.log.tell(
            "began", cases=cases, to_solve=to_solve, found=self.found, workers=self.workers
        )
        self.progress.start(cases, to_solve)

    def case_started(self, case: Case, worker: str) -> None:
        """A case is being solved elsewhere; on this machine its process says it itself."""
        self.log.tell("started", **line_of(case), worker=worker)

    def case_done(self, done: int, case: Case, record: CaseRecord) -> None:
        self.log.tell(
            "case",
            **line_of(case),
            status=record.status,
            reason=record.reason,
            seconds=record.seconds,
        )
        self.progress.case_done(done, case, record)

    def stop(self) -> None:
        self.progress.stop()
        self.log.tell("ended", interrupted=self.interrupted)
        self.log.close()
