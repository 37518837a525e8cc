"""The memory that a case may take: a worker that holds more is killed, and known by its number.

Watched from outside: code that allocates holds the interpreter, and a limit of the system on a
process's addresses counts what it reserves and never touches, which is a multiple.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from fem_bump.errors import InputError

POLL_S = 0.1
MB = 1e6


def check_limit(limit_mb: float | None) -> None:
    """Raise InputError where a limit is none, or cannot be watched on this system."""
    if limit_mb is None:
        return
    if not limit_mb > 0:
        raise InputError(f"--case-memory-mb = {limit_mb:g} must be a number of MB above 0")
    if resident_mb(os.getpid()) is None:
        raise InputError(
            f"--case-memory-mb = {limit_mb:g}: this system does not say what a process holds; "
            "leave it out"
        )


@contextmanager
def memory_watch(limit_mb: float | None) -> Iterator[set[int]]:
    """Kill child processes that hold more than a limit while the block runs.

    Parameters
    ----------
    limit_mb
        Of resident memory, in 10^6 bytes; None watches nothing.

    Yields
    ------
    set of int
        Numbers of the processes that were killed so far.

    """
    killed: set[int] = set()
    if limit_mb is None:
        yield killed
        return
    over = threading.Event()

    def watch() -> None:
        while not over.wait(POLL_S):
            for child in multiprocessing.active_children():
                held = None if child.pid is None else resident_mb(child.pid)
                if child.pid is not None and held is not None and held > limit_mb:
                    killed.add(child.pid)  # before it can be missed
                    with suppress(ProcessLookupError):
                        os.kill(child.pid, signal.SIGKILL)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield killed
    finally:
        over.set()
        thread.join()


def resident_mb(process: int) -> float | None:
    """What a process holds in memory, in 10^6 bytes; None where that is not known."""
    with suppress(OSError, ValueError, IndexError):
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / MB
    return None
