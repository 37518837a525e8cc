"""Bars that show how far a run is: in a notebook, on a terminal."""

from __future__ import annotations

import sys
import time
from html import escape
from typing import TYPE_CHECKING

from studies.runs.progress import Progress
from studies.wording.control_signs import one_line

if TYPE_CHECKING:
    from studies.plan.cases import Case
    from studies.records.record import CaseRecord

MOST_SAID = 8  # cases that were not solved, listed below a bar


def bar_where_seen() -> Progress:
    """A bar in a notebook or on a terminal; nothing in a log."""
    if in_notebook():
        return NotebookProgress()
    return BarProgress() if sys.stderr.isatty() else Progress()


def in_notebook() -> bool:
    """Whether this is the kernel of a notebook."""
    ipython = sys.modules.get("IPython")  # it is there before anything runs in a kernel
    shell = None if ipython is None else ipython.get_ipython()
    return getattr(shell, "kernel", None) is not None


class NotebookProgress(Progress):
    """A bar of HTML that is replaced as cases are done; needs no widgets."""

    def start(self, cases: int, to_solve: int) -> None:
        from IPython.display import display

        self.cases, self.total, self.done, self.stopped = cases, to_solve, 0, False
        self.began = time.monotonic()
        self.unsolved: list[str] = []
        self.shown = display(self._bundle(), raw=True, display_id=True)

    def case_done(self, done: int, case: Case, record: CaseRecord) -> None:
        self.done = done
        if record.status != "solved":
            self.unsolved.append(_unsolved(case, record))
        self.shown.update(self._bundle(), raw=True)

    def stop(self) -> None:
        self.stopped = True
        self.shown.update(self._bundle(), raw=True)

    def _bundle(self) -> dict[str, str]:
        """What is shown, for pages and for plain text."""
        lines = self.unsolved[:MOST_SAID]
        if len(self.unsolved) > MOST_SAID:
            lines.append(f"and {len(self.unsolved) - MOST_SAID} more")
        value, most = (self.done, self.total) if self.total else (1, 1)
        bar = f'<progress value="{value}" max="{most}"></progress> {escape(self._said())}'
        return {
            "text/html": "<br>".join([bar, *map(escape, lines)]),
            "text/plain": "\n".join([self._said(), *lines]),
        }

    def _said(self) -> str:
        seconds = time.monotonic() - self.began
        if not self.total:
            return f"{self.cases} cases, all found stored"
        if self.stopped:
            of = "" if self.done == self.total else f" of {self.total}"
            return f"{self.cases} cases: {self.done}{of} done in {duration(seconds)}"
        said = f"{self.cases} cases: {self.done} of {self.total} done"
        if not self.done:
            return said
        return f"{said}, {duration(seconds / self.done * (self.total - self.done))} left"


class BarProgress(Progress):
    """A bar with cases done, rate and time left; what did not work stays above it."""

    def start(self, cases: int, to_solve: int) -> None:
        from rich import progress
        from rich.console import Console

        self.bar = progress.Progress(
            progress.TextColumn("{task.description}"),
            progress.BarColumn(),
            progress.MofNCompleteColumn(),
            progress.TextColumn("{task.fields[rate]}"),
            progress.TimeElapsedColumn(),
            progress.TextColumn("left"),
            progress.TimeRemainingColumn(),
            console=Console(stderr=True),
        )
        self.began = time.monotonic()
        self.task = self.bar.add_task(f"{cases} cases", total=to_solve, rate="")
        self.bar.start()

    def case_done(self, done: int, case: Case, record: CaseRecord) -> None:
        rate = done / max(time.monotonic() - self.began, 1e-9)
        self.bar.update(self.task, completed=done, rate=f"{60 * rate:.1f} cases/min")
        if record.status != "solved":
            from rich.text import Text

            self.bar.console.print(Text(_unsolved(case, record)))

    def stop(self) -> None:
        self.bar.stop()


def duration(seconds: float) -> str:
    """A time in two units at most: ``2 min 10 s``."""
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [(hours, "h"), (minutes, "min"), (seconds, "s")]
    shown = [f"{value:g} {unit}" for value, unit in parts if value]
    return " ".join(shown[:2]) or "0 s"


def _unsolved(case: Case, record: CaseRecord) -> str:
    """Which case was not solved, and why."""
    what = f"{case.part} {case.number} ({case.label}) {record.status}"
    return one_line(f"{what}: {record.reason}")
