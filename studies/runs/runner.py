"""Cases to records: a pool of spawned processes that no case, however broken, takes down.

One case is one task with a wall-time limit, and workers are replaced after a few tasks because
Gmsh leaks. ``AnalysisError`` and ``MeshingError``, a case out of time or memory and the death of a
worker are data: a record with a reason. ``InputError`` and ``DesignError`` make the case invalid.
Anything else is a bug and propagates, after what is finished has been stored.
"""

from __future__ import annotations

import importlib
import logging
import multiprocessing
import os
import shutil
import time
from collections import deque
from collections.abc import Callable, Container, Generator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, NamedTuple

from pebble import ProcessExpired, ProcessPool

from fem_bump.errors import AnalysisError, InputError
from geometry.design.design import Design
from geometry.errors import DesignError, MeshingError
from studies.case.input_notes import notes_of_designs
from studies.plan.cases import Case, Plan, impossible, make_plan
from studies.plan.study import load_study
from studies.plan.study_files import WrittenStudy, study_files
from studies.records import provenance, store
from studies.records.machine import kept_safe, working_place
from studies.records.record import CaseRecord, Result
from studies.results.table_files import write_table
from studies.runs.memory import check_limit, memory_watch
from studies.runs.progress import Progress
from studies.runs.told import Told
from studies.runs.workers import (
    die_with_parent,
    no_interrupt,
    one_thread_each,
    unguarded_left_out,
)

LOG = logging.getLogger("studies")
EVALUATOR = "studies.solving.evaluate:evaluate"
TASKS_PER_WORKER = 25
POOL_RESTARTS = 3


@dataclass(frozen=True)
class Summary:
    """What a run did; rows of the table by status, and designs solved now or found stored."""

    folder: Path
    rows: int
    solved: int
    failed: int
    invalid: int
    pending: int
    solved_now: int
    found_stored: int
    wall_s: float
    interrupted: bool = False


def run_study(
    study_file: str | Path | WrittenStudy,
    folder: str | Path | None = None,
    *,
    jobs: int | None = None,
    case_timeout_s: float = 600.0,
    case_memory_mb: float | None = None,
    on_failure: Literal["stop", "continue"] = "continue",
    evaluator: str = EVALUATOR,
    progress: Progress | None = None,
) -> Summary:
    """Solve what is not yet solved of a study and write its results table.

    Parameters
    ----------
    study_file
        The study's TOML: its file, or a study that is in none.
    folder
        Output folder; ``results/<study name>`` by default. A run found there is resumed.
    jobs
        Worker processes; as many as there are processors by default.
    case_timeout_s
        Wall time that one case may take.
    case_memory_mb
        Resident memory that its process may hold, in 10^6 bytes; without a limit by default.
    on_failure
        ``stop`` starts no further case after the first that failed.
    evaluator
        ``module:function`` that solves one design and gives plain data in the layout of a
        :class:`~studies.records.record.Result`; the module's ``case_key`` names a design.

    Raises
    ------
    InputError, DesignError
        For a mistake in the study, or a folder that holds another one.
    StorageError
        When the disk is full, or the folder can no longer be written; the message says what is
        stored.
    """
    if jobs is not None and jobs < 1:
        raise InputError(f"jobs = {jobs} must be a whole number of at least 1")
    if not case_timeout_s > 0:
        raise InputError(f"--case-timeout = {case_timeout_s:g} must be a number of seconds above 0")
    check_limit(case_memory_mb)
    began, started = time.monotonic(), provenance.now()
    plan = make_plan(load_study(study_file), case_key_of(evaluator))
    files = study_files(study_file)
    folder = Path(folder) if folder is not None else Path("results") / plan.study.name
    stored = plan.stored()
    store.check_same_study(folder, stored)
    for note in notes_of_designs(plan.designs):
        LOG.warning("note: %s", note)
    with store.locked(folder), kept_safe(lambda: _what_is_stored(plan, folder)):
        store.claim(folder, stored, files.text, files.inputs)
        todo = unsolved(plan, folder, discard=True)
        if unused := store.unused_records(folder, stored):
            LOG.warning(
                "%d of the stored records fit no case (other levels, or code, materials or Gmsh "
                "have changed); they are kept but not used",
                unused,
            )
        session = provenance.Session(
            started=started,
            environment=provenance.environment(),
            jobs=jobs,
            case_timeout_s=case_timeout_s,
            case_memory_mb=case_memory_mb,
            on_failure=on_failure,
        )
        provenance.record_session(folder, session)
        found = len({case.key for case in plan.valid}) - len(todo)
        workers = min(jobs or os.cpu_count() or 1, max(len(todo), 1))
        told = Told(progress or Progress(), folder, found, workers)
        told.start(len(plan.cases), len(todo))
        solved_now = 0
        limits = Limits(case_timeout_s, case_memory_mb)
        try:
            with closing(_records(todo, folder, workers, limits, evaluator)) as records:
                for done, (case, record) in enumerate(records, 1):
                    assert case.key is not None
                    store.write_record(folder, case.key, record)
                    solved_now += record.status == "solved"
                    told.case_done(done, case, record)
                    if record.status == "failed" and on_failure == "stop":
                        break
        except KeyboardInterrupt:
            told.interrupted = True
        finally:
            # also on the way out with a bug: the table shows what is stored
            told.stop()
            store.remove_unfinished_fields(folder)  # of workers that were stopped
            table = write_table(folder)
            counts = table["status"].value_counts()
            solved, failed, invalid, pending = (
                int(counts.get(status, 0)) for status in ("solved", "failed", "invalid", "pending")
            )
            summary = Summary(
                folder,
                rows=len(table),
                solved=solved,
                failed=failed,
                invalid=invalid,
                pending=pending,
                solved_now=solved_now,
                found_stored=found,
                wall_s=time.monotonic() - began,
                interrupted=told.interrupted,
            )
            shown = {k: v for k, v in vars(summary).items() if k != "folder"}
            ended = replace(session, jobs=workers, finished=provenance.now(), **shown)
            provenance.record_session(folder, ended)
    if summary.invalid == summary.rows:
        first = plan.cases[0].label if plan.cases[0].factors else f"part '{plan.cases[0].part}'"
        reason = table["reason"].iloc[0]
        raise InputError(impossible(plan.study.name, summary.rows, first, reason))
    return summary


def _what_is_stored(plan: Plan, folder: Path) -> str:
    """How much of a run that cannot go on is safe."""
    keys = [case.key for case in plan.valid if case.key]
    records = {key: store.read_record(folder, key) for key in dict.fromkeys(keys)}
    solved = sum(_status(records[key]) == "solved" for key in keys)
    return (
        f"{solved} of {len(plan.cases)} cases are solved and stored in '{folder}'; the same "
        "command resumes the run"
    )


def case_key_of(evaluator: str) -> Callable[[Design], str]:
    """The ``case_key`` that belongs to an evaluator, which is loaded with the first valid case."""

    def case_key(design: Design) -> str:
        key: str = importlib.import_module(evaluator.partition(":")[0]).case_key(design)
        return key

    return case_key


def unsolved(plan: Plan, folder: Path, discard: bool = False) -> list[Case]:
    """One case for every design that has no final record; failed ones are tried again.

    A design that keeps its fields counts as unsolved while they are missing.
    """
    by_key: dict[str, Case] = {}
    for case in plan.valid:
        assert case.key is not None
        first = by_key.setdefault(case.key, case)
        if case.keep_fields and not first.keep_fields:
            by_key[case.key] = case
    todo = []
    for key, case in by_key.items():
        status = _status(store.read_record(folder, key, discard))
        wants_fields = case.keep_fields and store.fields_file(folder, key) is None
        if status != "invalid" and (status != "solved" or wants_fields):
            todo.append(case)
    return todo


def _status(record: CaseRecord | None) -> str | None:
    return None if record is None else record.status


# ------------------------------------------------------------------------------- the pool


class Limits(NamedTuple):
    """Of one case: seconds of wall time, and resident memory of its process or none."""

    timeout_s: float
    memory_mb: float | None


def _records(
    todo: list[Case], folder: Path, workers: int, limits: Limits, evaluator: str
) -> Generator[tuple[Case, CaseRecord], None, None]:
    """Solve cases in parallel; yields each with its record, in the order in which they end."""
    queue, breaks = deque(todo), 0
    with one_thread_each(), unguarded_left_out(), memory_watch(limits.memory_mb) as killed:
        while queue:
            pool = ProcessPool(
                max_workers=workers,
                max_tasks=TASKS_PER_WORKER,
                initializer=die_with_parent,
                context=multiprocessing.get_context("spawn"),
            )
            running: dict[Future, Case] = {}
            try:
                with no_interrupt():
                    assert pool.active  # this starts it
                while queue or running:
                    # a short queue: what has not been handed out is not lost with a broken pool
                    while queue and len(running) < workers + 1:
                        future = _schedule(pool, queue[0], folder, evaluator, limits.timeout_s)
                        running[future] = queue.popleft()
                    done, _ = wait(running, return_when=FIRST_COMPLETED)
                    # in the order of the plan, but what is finished before a bug that propagates
                    ended = [future for future in running if future in done]
                    for future in sorted(ended, key=lambda f: f.exception() is not None):
                        record = _outcome(future, limits, killed)
                        yield running.pop(future), record
                        breaks = 0
            except BrokenProcessPool:
                # a worker died between two cases: nobody's fault, so start over with the rest
                breaks += 1
                if breaks > POOL_RESTARTS:
                    raise AnalysisError("worker processes die before they take a case") from None
                LOG.warning("the worker pool broke down; starting another one")
                queue.extendleft(reversed(running.values()))
            except KeyboardInterrupt:
                for future in [f for f in running if f.done() and f.exception() is None]:
                    yield running.pop(future), future.result()
                raise
            finally:
                pool.stop()
                pool.join()


def _schedule(
    pool: ProcessPool, case: Case, folder: Path, evaluator: str, timeout_s: float
) -> Future:
    assert case.design is not None and case.key is not None
    fields = None
    if case.keep_fields:
        fields = folder / "fields" / store.fields_name(case.part, case.label, case.key)
    try:
        return pool.schedule(_solve, args=(evaluator, case.design, fields), timeout=timeout_s)
    except RuntimeError as error:  # the pool takes no more tasks
        raise BrokenProcessPool from error


def _outcome(future: Future, limits: Limits, killed: Container[int]) -> CaseRecord:
    """The record that a finished task amounts to; bugs propagate.

    ``killed`` are the processes that held too much memory.
    """
    reason = None
    try:
        return future.result()
    except TimeoutError as error:
        # pebble's own has two arguments; one raised by the evaluator is a bug like any other
        if error.args[:1] != ("Task timeout",):
            raise
        reason = f"not finished within the limit of {limits.timeout_s:g} s"
    except ProcessExpired as error:
        code = error.exitcode
        how = f"was killed by signal {-code}" if code < 0 else f"ended with exit status {code}"
        reason = f"the worker process {how}"
        if error.pid in killed:
            reason = f"needed more than {limits.memory_mb:g} MB of memory"
    except MemoryError:
        reason = "out of memory"
    return CaseRecord("failed", reason)


def _solve(evaluator: str, design: Design, fields: Path | None) -> CaseRecord:
    """In the worker: one design to its record."""
    module, _, function = evaluator.partition(":")
    evaluate = getattr(importlib.import_module(module), function)
    # half a field file must not look like a whole one, and it may have others beside it
    temporary = None if fields is None else working_place(fields)
    if temporary is not None:
        temporary.parent.mkdir(exist_ok=True)
    began = time.monotonic()
    try:
        record = CaseRecord("solved", result=Result.from_json(evaluate(design, temporary)))
        if temporary is not None and fields is not None:
            for file in sorted(temporary.parent.iterdir(), key=lambda file: file == temporary):
                os.replace(file, fields.with_name(file.name))
    except (AnalysisError, MeshingError) as error:
        record = CaseRecord("failed", str(error))
    except (InputError, DesignError) as error:
        record = CaseRecord("invalid", str(error))
    finally:
        if temporary is not None:
            shutil.rmtree(temporary.parent)
    return replace(record, seconds=round(time.monotonic() - began, 3))
