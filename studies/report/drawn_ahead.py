"""Figures drawn on all processors before the page asks for them, one after the other."""

from __future__ import annotations

import multiprocessing
import os
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from studies.figures.album import Rendered, rendered
from studies.figures.registry import FIGURES, Figure
from studies.results.results import Results

FEW_ROWS = 30  # figures of fewer cases are drawn sooner than processes begin
MOST_PROCESSES = 4  # each holds the run's results
FORKS = sys.platform == "linux"
Ahead = Callable[[Figure], list[Rendered] | None]
_RESULTS: list[Results] = []  # of a process that draws


@contextmanager
def drawn_ahead(figures: Sequence[Figure], results: Results) -> Iterator[Ahead]:
    """Have figures drawn by several processes where that pays, while this one does other things.

    Gives what waits for what a figure shows. That is None where it has to be drawn here: a figure
    that cannot be drawn there fails as it should when it is drawn again in its turn. Processes are
    forked, so that none reads the run again; on one processor, and on systems whose libraries bear
    no fork, nothing is drawn ahead.
    """
    processes = min(len(os.sched_getaffinity(0)), MOST_PROCESSES) if FORKS else 1
    if processes < 2 or len(results.rows) < FEW_ROWS or len(figures) < 2:
        yield lambda figure: None
        return
    context = multiprocessing.get_context("fork")
    with warnings.catch_warnings():
        # of threads that a child has not; it only draws, which takes no lock of theirs
        warnings.simplefilter("ignore", DeprecationWarning)
        pool = context.Pool(processes, _begin, (results,))
    with pool:
        # the last ones first: they have a picture for each metric, and the page waits for all
        begun = {one.name: pool.apply_async(_drawn, (one.name,)) for one in reversed(figures)}
        yield lambda figure: begun[figure.name].get() if figure.name in begun else None


def _begin(results: Results) -> None:
    _RESULTS.append(results)


def _drawn(name: str) -> list[Rendered] | None:
    try:
        return rendered(FIGURES[name], _RESULTS[0])
    except Exception:  # raised again by who draws it in its turn, with its traceback
        return None
