"""Cases solved by the workers of a Dask scheduler; this side of it.

A worker stores the row of its case itself (:mod:`studies.runs.cluster_task`), so nothing that is
done hangs on the scheduler or on this process. Here cases are handed out, few at a time, and rows
of workers folded into those of the run. A scheduler that goes is waited for; cases that it had are
handed out again, and those that were stored in the meantime are looked up.
"""

from __future__ import annotations

import logging
import re
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from typing import Any

from fem_bump.errors import AnalysisError, InputError
from groundwork.extras import extra
from studies.plan.cases import Case
from studies.records import rows, store
from studies.records.machine import is_of_the_machine, sentence
from studies.records.owner import Owner
from studies.records.record import CaseRecord
from studies.runs.cluster_task import Refused, Run, Task, check, solve_and_store, topic
from studies.runs.processes import Limits, place_of_fields

LOG = logging.getLogger("studies")
CONNECT_S = 20.0  # for a scheduler to answer
WORKERS_S = 60.0  # for a first worker to join it
LOST_S = 600.0  # for one that went to come back
LOOK_S = 2.0  # between two looks at workers and at files of rows
MOST_FILES = 64  # of workers, and two for each that there is, before they are folded
ADDRESS = re.compile(r"(?:tcp|tls)://[^\s:/]+(?:\.[^\s:/]+)*:(\d{1,5})", re.ASCII)
LAST_PORT = 65535


class _Lost(Exception):
    """The scheduler does not answer any more."""


class _Absent(InputError):
    """No scheduler answers, or none with a worker: a mistake, or one that has not come back yet."""


def check_address(address: str) -> None:
    """Raise InputError unless it is one that a scheduler can have, MissingExtra without Dask."""
    found = ADDRESS.fullmatch(address)
    if found is None or not 1 <= int(found[1]) <= LAST_PORT:
        raise InputError(
            f"--scheduler = '{address}' must be the address that a Dask scheduler prints as it "
            f"starts, tcp://host:port with a port of 1 to {LAST_PORT}"
        )
    extra("distributed", "cluster", "--scheduler")


def solved_on(
    address: str,
    todo: list[Case],
    owner: Owner,
    limits: Limits,
    evaluator: str,
    started: Callable[[Case, str], None],
) -> Generator[tuple[Case, CaseRecord], None, None]:
    """Solve cases on a cluster; each is yielded as it ends, stored, its record without the result.

    ``started`` is told, from a thread, that a case is being solved and at which worker.

    Raises
    ------
    InputError
        When the scheduler cannot be reached, has no worker, or one of another version or without
        the folder.
    AnalysisError
        When it goes and does not come back; what is stored is safe.
    StorageError
        When a worker cannot store a row.
    """
    run = Run(evaluator, owner.folder.absolute(), owner.token, limits)
    work = _Work(run, deque(todo))
    cases = {case.key: case for case in todo}

    def hear(event: tuple[float, dict[str, str]]) -> None:
        _, said = event
        started(cases[said["key"]], said["worker"])

    lost_at: float | None = None
    try:
        while work.left:
            try:
                with _client(address) as client:
                    client.subscribe_topic(topic(run.token), hear)
                    work.check_workers(client, address)
                    if lost_at is not None:
                        LOG.warning("the scheduler %s is back; the run goes on", address)
                        lost_at = None
                    yield from work.session(client)
            except (_Lost, _Absent) as error:
                if isinstance(error, _Absent) and lost_at is None:
                    raise
                if lost_at is None:
                    lost_at = time.monotonic()
                    LOG.warning("the scheduler %s is gone; waiting for it", address)
                if time.monotonic() - lost_at > LOST_S:
                    raise AnalysisError(
                        f"the scheduler {address} is gone and did not come back within "
                        f"{LOST_S:g} s; the same command resumes the run"
                    ) from None
                time.sleep(1.0)
    finally:
        work.fold(0)


class _Work:
    """Cases that are left: those to hand out, and those that a scheduler has."""

    def __init__(self, run: Run, todo: deque[Case]) -> None:
        self.run, self.queue = run, todo
        self.running: dict[Any, Case] = {}
        # cases that were given up, but not by themselves: each is to have the cluster to itself
        self.suspects: deque[Case] = deque()
        self.accompanied: set[str | None] = set()
        # failed rows that these cases are to replace; any other row means that a case is done
        known = {case.key: rows.find(run.folder, case.key or "") for case in todo}
        self.instead_of = {key: found and found[0].checksum for key, found in known.items()}
        self.threads, self.looked, self.tried = 0, 0.0, 0

    @property
    def left(self) -> bool:
        return bool(self.queue or self.running or self.suspects)

    def task(self, case: Case) -> Task:
        assert case.key is not None and case.design is not None
        fields = place_of_fields(self.run.folder, case)
        return Task(case.key, case.design, fields, self.instead_of[case.key])

    def check_workers(self, client: Any, address: str) -> None:
        """Raise InputError unless there are workers, and all of them can take part."""
        waited = time.monotonic()
        while not (workers := _threads(client)):
            if time.monotonic() - waited > WORKERS_S:
                raise _Absent(
                    f"no worker joined the scheduler {address} within {WORKERS_S:g} s; start some "
                    f"with 'dask worker {address} --nthreads 1'"
                )
            time.sleep(0.2)
        first = self.task(next(iter([*self.queue, *self.running.values(), *self.suspects])))
        said = client.run(check, self.run, first, workers=list(workers), on_error="return")
        for worker, error in said.items():
            if isinstance(error, Refused):
                raise InputError(f"the worker {worker} {error}")
            if isinstance(error, ImportError):
                raise InputError(f"the worker {worker} cannot run this program: {error}")
            if isinstance(error, Exception) and not isinstance(error, OSError):
                raise error

    def session(self, client: Any) -> Iterator[tuple[Case, CaseRecord]]:
        """Hand out cases while the scheduler is there; raises _Lost when it is not."""
        ended: SimpleQueue[Any] = SimpleQueue()
        try:
            while self.left:
                self._look(client)
                # one that waits behind another would be blamed for the deaths at that other
                while self.queue and len(self.running) < self.threads:
                    self._hand_out(client, self.queue.popleft(), ended)
                if self.suspects and self.threads and not self.running:
                    self._hand_out(client, self.suspects.popleft(), ended)
                try:
                    future = ended.get(timeout=LOOK_S)
                except Empty:
                    continue
                case = self.running[future]
                record = self._record(future)
                del self.running[future]
                future.release()
                if record is not None:
                    yield case, record
        finally:
            left = list(self.running)
            self.queue.extendleft(self.running.values())
            self.running.clear()
            with suppress(Exception):  # of a scheduler that is gone there is nothing to take back
                client.cancel(left)

    def _hand_out(self, client: Any, case: Case, ended: SimpleQueue[Any]) -> None:
        """Give a case to the scheduler; ``ended`` has its future when that is done."""
        self.tried += 1
        name = f"case-{case.key}-{self.run.token}-{self.tried}"
        future = client.submit(solve_and_store, self.run, self.task(case), key=name, pure=False)
        self.accompanied.discard(case.key)
        self.running[future] = case
        if len(self.running) > 1:
            self.accompanied.update(one.key for one in self.running.values())
        future.add_done_callback(ended.put)

    def _record(self, future: Any) -> CaseRecord | None:
        """How a case ended; None where nobody knows, and it waits to be handed out again."""
        from distributed import KilledWorker

        case = self.running[future]
        if future.status == "error":
            error = future.exception(timeout=CONNECT_S)
            if isinstance(error, KilledWorker):
                return self._killed(case, error.allowed_failures + 1)
            if isinstance(error, Refused):
                raise InputError(f"a worker that joined {error}")
            raise error
        if future.status == "finished":  # otherwise the scheduler went, and the case with it
            with suppress(Exception):  # its worker died before it told; the row is there
                ended: CaseRecord = future.result(timeout=CONNECT_S)
                return ended
        self.queue.append(case)
        return None

    def _killed(self, case: Case, times: int) -> CaseRecord | None:
        """The row of a case at which worker after worker died, unless one of them has stored it.

        A scheduler blames all cases that a worker had when it died. So one that was not alone is
        tried again when all others are done, by itself: then it is known which of them it was.
        """
        assert case.key is not None
        found = rows.find(self.run.folder, case.key)
        if found is not None and found[0].checksum != self.instead_of[case.key]:
            return rows.ending(found[1])
        if case.key in self.accompanied:
            LOG.warning(
                "%s %d (%s) was given up with others: %d workers died while they had it; it is "
                "tried by itself when the others are done",
                case.part, case.number, case.label, times,
            )  # fmt: skip
            self.suspects.append(case)
            return None
        how = "its worker died" if times == 1 else f"{times} workers died one after another"
        record = CaseRecord("failed", f"{how} while it was the only case that this run solved")
        store.write_record(self.run.folder, case.key, record)
        return record

    def _look(self, client: Any) -> None:
        """Now and then: whether the scheduler is there, how many threads, whether to fold."""
        if client.status != "running":
            raise _Lost
        if time.monotonic() - self.looked < LOOK_S:
            return
        self.looked = time.monotonic()
        threads = sum(_threads(client).values())
        if self.threads and not threads:
            LOG.warning("no worker is left; waiting for others to join")
        self.threads = threads
        self.fold(MOST_FILES + 2 * threads)

    def fold(self, most: int) -> None:
        """Fold rows of workers into those of the run where there are more files than that."""
        if rows.files_of_workers(self.run.folder) <= most:
            return
        try:
            rows.fold(self.run.folder)
        except OSError as error:
            if not is_of_the_machine(error):
                raise
            LOG.warning("rows stay in the workers' files: %s", sentence(error))


def _threads(client: Any) -> dict[str, int]:
    """How many threads each worker has; raises _Lost where nobody answers."""
    try:
        found: dict[str, int] = client.nthreads()
    except Exception:
        raise _Lost from None
    return found


@contextmanager
def _client(address: str) -> Iterator[Any]:
    """A connection that does not try to come back by itself: its cases would not be known there."""
    distributed = extra("distributed", "cluster", "--scheduler")
    # it would say at length what is said here in a sentence
    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        client = distributed.Client(address, timeout=CONNECT_S, set_as_default=False)
    except (OSError, TimeoutError) as error:
        raise _Absent(
            f"--scheduler = '{address}' does not answer within {CONNECT_S:g} s; start one with "
            "'dask scheduler', which prints its address"
        ) from error
    try:
        yield client
    finally:
        with suppress(Exception):
            client.close(timeout=5)
