"""What a process that solves is set to: one BLAS thread, and few searches for cycles of objects.

Sparse solutions of this size gain nothing from more threads. Idle ones of BLAS spin between short
calls and take the cores that cases run on: a solution of 20 k unknowns took twice as long with two
threads on two cores, its harmonics up to five times.
"""

from __future__ import annotations

import atexit
import gc
import os
from functools import cache

# Python looks for cycles whenever so many more objects were made than freed. At its own 700 that
# takes 0.2 s of a solve, where nearly all that is made is imported and stays
GARBAGE_OBJECTS = 50_000
THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMBA_NUM_THREADS",
)


def seldom_look_for_cycles() -> None:
    """Let objects that refer to each other lie for longer, in this process.

    As it ends they are not looked for at all: that takes 0.4 s of a run, and frees what the system
    takes back anyway.
    """
    gc.set_threshold(GARBAGE_OBJECTS)
    atexit.register(gc.freeze)


def let_go() -> None:
    """Free what a case leaves behind in cycles: solutions and their factors, some 45 MB of each.

    What was there after the first case, mostly modules, is looked at once and never again: that
    takes 2 ms instead of 100.
    """
    gc.collect()
    _set_aside_once()


@cache
def _set_aside_once() -> None:
    """Once in a process: to ask how much is set aside goes through all of it, 14 ms a case."""
    gc.freeze()


def prefer_one_thread() -> None:
    """Ask for one thread, unless the user has said otherwise; call before numpy is imported."""
    for name in THREAD_VARIABLES:
        os.environ.setdefault(name, "1")
