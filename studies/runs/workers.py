"""Worker processes: one thread each, deaf to Ctrl-C, gone when their parent is.

Where processes can be forked they are copies of one that runs no thread and has loaded what they
need: it is loaded once, and can be while this process does something else (:func:`load_ahead`).
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.machinery import ModuleSpec
from multiprocessing import resource_tracker
from multiprocessing.context import BaseContext
from pathlib import Path
from types import ModuleType

from pebble import ProcessPool

from studies.runs.threads import THREAD_VARIABLES, seldom_look_for_cycles

PER_WORKER = 4  # tasks of about a second that one more worker is worth: to start it takes two
WITH_KERNELS = "studies.runs.with_kernels"


@contextmanager
def worker_pool(workers: int, module: str) -> Iterator[ProcessPool]:
    """A pool for tasks of a module; leaving it, in whatever way, ends its processes."""
    with unguarded_left_out():
        with one_thread_each():
            pool = new_pool(workers, module)
        try:
            yield pool
        finally:
            pool.stop()
            pool.join()


def new_pool(workers: int, module: str, max_tasks: int = 0) -> ProcessPool:
    """Processes for tasks of a module, started; each is replaced after so many tasks, 0: never."""
    pool = ProcessPool(
        max_workers=workers,
        max_tasks=max_tasks,
        initializer=_begin,
        initargs=(dict(os.environ),),
        context=_context(module),
    )
    with no_interrupt():
        assert pool.active  # this starts it
    return pool


def load_ahead(module: str) -> None:
    """Begin to load a module for workers that start later; where none are forked, do nothing."""
    context = _context(module)
    if context.get_start_method() == "forkserver":
        from multiprocessing import forkserver

        with one_thread_each(), no_interrupt():
            forkserver.ensure_running()


def _context(module: str) -> BaseContext:
    """How workers start. What their process is forked from loads, the first time decides."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([module, WITH_KERNELS])
    return context


def _begin(environment: dict[str, str]) -> None:
    """In the worker: know the environment, lose no time to searches for cycles of objects.

    The environment it has is of the time when the process it is forked from began.
    """
    os.environ.clear()
    os.environ.update(environment)
    seldom_look_for_cycles()
    _die_with_parent()


def _die_with_parent() -> None:
    """End at once when the run is killed, rather than finish a case for nobody."""
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
def unguarded_left_out() -> Iterator[None]:
    """Keep processes that are started in here from running a script without guard once more.

    Each imports the script that started it, for what that defines. One without ``if __name__ ==
    "__main__":`` would start a run in every worker, which Python refuses; it is left out. What it
    defines itself, workers then do not know.
    """
    main = sys.modules["__main__"]
    if _is_guarded(main):
        yield
        return
    before = main.__spec__
    main.__spec__ = ModuleSpec("__main__", None)  # that of a module that is not imported again
    try:
        yield
    finally:
        main.__spec__ = before


def _is_guarded(main: ModuleType) -> bool:
    """Whether a main module may be imported again; one that is in no file never is."""
    file = getattr(main, "__file__", None)
    try:
        return file is None or b"__main__" in Path(file).read_bytes()
    except OSError:
        return True


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
