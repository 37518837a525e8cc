"""Worker processes: one thread each, deaf to Ctrl-C, gone when their parent is."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing import resource_tracker

from pebble import ProcessPool

from studies.runs.threads import THREAD_VARIABLES

PER_WORKER = 4  # tasks of about a second that one more worker is worth: to start it takes two


@contextmanager
def worker_pool(workers: int, module: str) -> Iterator[ProcessPool]:
    """A pool for tasks of a module; leaving it, in whatever way, ends its processes.

    Where processes can be forked, one that runs no thread loads the module for all of them.
    """
    forks = "forkserver" in multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if forks else "spawn")
    if forks:
        context.set_forkserver_preload([module])
    pool = ProcessPool(workers, initializer=die_with_parent, context=context)
    try:
        with one_thread_each(), no_interrupt():
            assert pool.active  # this starts it
        yield pool
    finally:
        pool.stop()
        pool.join()


def die_with_parent() -> None:
    """In the worker: end at once when the run is killed, rather than finish a case for nobody."""
    parent = multiprocessing.parent_process()
    assert parent is not None

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@contextmanager
def no_interrupt() -> Iterator[None]:
    """Ctrl-C is the run's business: processes and threads started in here never see it."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    # started lazily, it would unblock the signal again
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def one_thread_each() -> Iterator[None]:
    """Workers inherit one thread per process, else N workers run N x cores threads."""
    before = {name: os.environ.get(name) for name in THREAD_VARIABLES}
    os.environ.update(dict.fromkeys(THREAD_VARIABLES, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                with suppress(KeyError):
                    del os.environ[name]
            else:
                os.environ[name] = value
