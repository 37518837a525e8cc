"""One BLAS thread per process: sparse solutions of this size gain nothing from more.

Idle BLAS threads spin between short calls and take the cores that cases run on: a solution of 20 k
unknowns took twice as long with two threads on two cores, its harmonics up to five times.
"""

from __future__ import annotations

import os

THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMBA_NUM_THREADS",
)


def prefer_one_thread() -> None:
    """Ask for one thread, unless the user has said otherwise; call before numpy is imported."""
    for name in THREAD_VARIABLES:
        os.environ.setdefault(name, "1")
