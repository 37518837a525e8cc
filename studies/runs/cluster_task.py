"""What a worker of a cluster does with a case: look whether it is stored, solve it, store its row.

Each thread of a worker has a process of its own in which cases are solved, as on one machine: one
that hangs is ended, one that dies costs a row, and the worker goes on answering the scheduler. Each
has a file of its own for rows, too. To the scheduler goes how a case ended, never its result.
"""

from __future__ import annotations

import atexit
import multiprocessing
import secrets
import socket
import threading
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path

from pebble import ProcessPool

from fem_bump.errors import AnalysisError
from geometry.design.design import Design
from studies.records import owner, rows, unfinished
from studies.records.machine import StorageError, is_of_the_machine, sentence
from studies.records.record import CaseRecord
from studies.runs.memory import memory_watch
from studies.runs.processes import POOL_RESTARTS, Limits, case_key_of, pool_for, solved_alone
from studies.runs.workers import one_thread_each, unguarded_left_out


class Refused(Exception):
    """A worker that cannot take part: one sentence says which and why."""


@dataclass(frozen=True)
class Run:
    """What all cases of a run have in common, as workers need it.

    Attributes
    ----------
    folder
        The output folder, absolute, on a disk that all share.
    token
        Of the run that owns the folder.
    """

    evaluator: str
    folder: Path
    token: str
    limits: Limits


@dataclass(frozen=True)
class Task:
    """A case.

    Attributes
    ----------
    fields
        Where to keep its fields, if anywhere.
    instead_of
        Checksum of the row that it is to replace, of a failed case that is tried again.
    """

    key: str
    design: Design
    fields: Path | None = None
    instead_of: int | None = None


def check(run: Run, task: Task) -> None:
    """Whether this worker would solve what the run asks for, and store it where the run looks.

    Raises
    ------
    Refused
        Where its program, Gmsh or materials are others, or it does not see the folder.
    """
    if case_key_of(run.evaluator)(task.design) != task.key:
        raise Refused(
            "runs another version of the program, its materials or Gmsh than this run (there "
            f"fem-bump {metadata.version('fem-bump')}, Gmsh {_gmsh()})"
        )
    if not owner.is_owned(run.folder, run.token):
        raise Refused(
            f"on {socket.gethostname()} does not see the output folder '{run.folder}' of this run; "
            "it must be on a disk that all workers share"
        )


def topic(token: str) -> str:
    """Under which the workers of a run say that they begin a case."""
    return f"fem-bump-{token}"


def solve_and_store(run: Run, task: Task) -> CaseRecord:
    """A case, to a row that is synced; how it ended is told, without the result.

    A scheduler runs a task that had ended again when its worker dies: then the row is there, and
    the case is not solved again.
    """
    from distributed import get_worker

    check(run, task)
    found = rows.find(run.folder, task.key)
    if found is not None and found[0].checksum != task.instead_of:
        return rows.ending(found[1])
    worker = get_worker()
    worker.log_event(topic(run.token), {"key": task.key, "worker": worker.address})
    record = _HAND.solve(run, task)
    try:
        rows.append_of_worker(run.folder, _HAND.token, rows.line_of(task.key, record))
    except OSError as error:
        if not is_of_the_machine(error):
            raise
        raise StorageError(sentence(error)) from error
    unfinished.remove(run.folder, task.key, record)
    return replace(record, result=None)


class _Hand(threading.local):
    """A thread of this worker: the name of its rows, and the process in which it solves."""

    def __init__(self) -> None:
        self.token = secrets.token_hex(8)
        self.pool: ProcessPool | None = None

    def solve(self, run: Run, task: Task) -> CaseRecord:
        for _ in range(POOL_RESTARTS):
            if self.pool is None:
                # a process of a nanny may have no children; these end with their parent
                multiprocessing.current_process()._config["daemon"] = False  # type: ignore[attr-defined]
                with one_thread_each(), unguarded_left_out():
                    self.pool = pool_for(run.evaluator, 1)
                atexit.register(self.pool.stop)  # or the worker waits for its children as it ends
            try:
                with memory_watch(run.limits.memory_mb, _KILLED):
                    return solved_alone(
                        self.pool, run.evaluator, task.design, task.fields, run.limits, _KILLED,
                        unfinished.place_of(run.folder, task.key),
                    )  # fmt: skip
            except BrokenProcessPool:
                self.pool.stop()
                self.pool.join()
                self.pool = None
        raise AnalysisError("worker processes die before they take a case")


_HAND = _Hand()
_KILLED: set[int] = set()  # processes of this worker that held too much memory


def _gmsh() -> str:
    return metadata.version("gmsh")
