"""Cases solved by processes of this machine, that no case, however broken, takes down.

One case is one task with a wall-time limit, after which its worker frees all that it took; workers
are replaced now and then all the same, for what libraries may lose. ``AnalysisError`` and
``MeshingError``, a case out of time or memory and the death of a worker are data: a record with a
reason. ``InputError`` and ``DesignError`` make the case invalid. Anything else is a bug and
propagates, after what is finished has been stored.
"""

from __future__ import annotations

import importlib
import logging
import os
import shutil
import time
from collections import deque
from collections.abc import Callable, Container, Generator, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from pebble import ProcessExpired, ProcessPool

from fem_bump.errors import AnalysisError, InputError
from geometry.design.design import Design
from geometry.errors import DesignError, MeshingError
from studies.plan.cases import Case
from studies.records import store, unfinished
from studies.records.machine import working_place
from studies.records.record import CaseRecord, Result
from studies.records.run_log import tell_started
from studies.results.table_files import load_libraries
from studies.runs.memory import memory_watch
from studies.runs.threads import let_go
from studies.runs.told import line_of
from studies.runs.workers import new_pool, one_thread_each, unguarded_left_out

LOG = logging.getLogger("studies")
EVALUATOR = "studies.solving.evaluate:evaluate"
TASKS_PER_WORKER = 250  # where none is forked, to start one takes as long as four cases
POOL_RESTARTS = 3
LOOK_S = 1.0  # between two looks whether a pool is still there


class Limits(NamedTuple):
    """Of one case: seconds of wall time, and resident memory of its process or none."""

    timeout_s: float
    memory_mb: float | None


class Said(NamedTuple):
    """What the log of a run folder is told as a case begins."""

    folder: Path
    case: dict[str, Any]


def module_of(evaluator: str) -> str:
    """The module that an evaluator stands in."""
    return evaluator.partition(":")[0]


def case_key_of(evaluator: str) -> Callable[[Design], str]:
    """The ``case_key`` that belongs to an evaluator, which is loaded with the first valid case.

    The program's own is known without what solves, which this process has no use for.
    """
    module = "studies.solving.case_key" if evaluator == EVALUATOR else module_of(evaluator)

    def case_key(design: Design) -> str:
        key: str = importlib.import_module(module).case_key(design)
        return key

    return case_key


def place_of_fields(folder: Path, case: Case) -> Path | None:
    """Where a case keeps its fields, if it does."""
    if not case.keep_fields:
        return None
    assert case.key is not None
    return folder / "fields" / store.fields_name(case.part, case.label, case.key)


def solved_here(
    todo: list[Case], folder: Path, workers: int, limits: Limits, evaluator: str
) -> Generator[tuple[Case, CaseRecord], None, None]:
    """Solve cases in parallel; each is yielded as it ends, with its record stored."""
    with closing(_records(todo, folder, workers, limits, evaluator)) as records:
        for case, record in records:
            assert case.key is not None
            store.write_record(folder, case.key, record)
            unfinished.remove(folder, case.key, record)
            yield case, record


def solved_alone(
    pool: ProcessPool,
    evaluator: str,
    design: Design,
    fields: Path | None,
    limits: Limits,
    killed: Container[int],
    kept: Path | None = None,
) -> CaseRecord:
    """One design to its record, in a process of a pool; raises BrokenProcessPool.

    ``killed`` are the processes that held too much memory; ``kept``: where it keeps how far it is.
    """
    future = _schedule(pool, evaluator, design, fields, limits.timeout_s, kept)
    _ended([future], pool)
    return _outcome(future, limits, killed)


def _records(
    todo: list[Case], folder: Path, workers: int, limits: Limits, evaluator: str
) -> Generator[tuple[Case, CaseRecord], None, None]:
    queue, breaks = deque(todo), 0
    with one_thread_each(), unguarded_left_out(), memory_watch(limits.memory_mb) as killed:
        while queue:
            pool = pool_for(evaluator, workers)
            running: dict[Future, Case] = {}
            try:
                while queue or running:
                    # a short queue: what has not been handed out is not lost with a broken pool
                    while queue and len(running) < workers + 1:
                        case = queue[0]
                        assert case.design is not None and case.key is not None
                        where = place_of_fields(folder, case)
                        kept = unfinished.place_of(folder, case.key)
                        said = Said(folder, line_of(case))
                        future = _schedule(
                            pool, evaluator, case.design, where, limits.timeout_s, kept, said
                        )
                        running[future] = queue.popleft()
                    load_libraries()  # of the table, while the first cases are solved
                    done = _ended(running, pool)
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


def pool_for(evaluator: str, workers: int) -> ProcessPool:
    """Processes for cases, started."""
    return new_pool(workers, module_of(evaluator), TASKS_PER_WORKER)


def _schedule(
    pool: ProcessPool,
    evaluator: str,
    design: Design,
    fields: Path | None,
    timeout_s: float,
    kept: Path | None = None,
    said: Said | None = None,
) -> Future:
    try:
        task = (evaluator, design, fields, kept, said)
        return pool.schedule(_solve, args=task, timeout=timeout_s)
    except RuntimeError as error:  # the pool takes no more tasks
        raise BrokenProcessPool from error


def _ended(running: Iterable[Future], pool: ProcessPool) -> set[Future]:
    """Tasks that have ended, once one has.

    Raises
    ------
    BrokenProcessPool
        The pool is no more and has left them: one that breaks as it is given a task forgets it.
    """
    while True:
        is_active = pool.active
        done, _ = wait(running, LOOK_S, FIRST_COMPLETED)
        if done:
            return done
        if not is_active:
            raise BrokenProcessPool


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


def _solve(
    evaluator: str,
    design: Design,
    fields: Path | None,
    kept: Path | None,
    said: Said | None,
) -> CaseRecord:
    """In the worker: one design to its record."""
    if said is not None:
        tell_started(said.folder, said.case)
    module, _, function = evaluator.partition(":")
    evaluate = getattr(importlib.import_module(module), function)
    # half a field file must not look like a whole one, and it may have others beside it
    temporary = None if fields is None else working_place(fields)
    if temporary is not None:
        temporary.parent.mkdir(exist_ok=True)
    began = time.monotonic()
    try:
        with unfinished.kept_in(kept):
            found = evaluate(design, temporary)
        record = CaseRecord("solved", result=Result.from_json(found))
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
        let_go()
    return replace(record, seconds=round(time.monotonic() - began, 3))
