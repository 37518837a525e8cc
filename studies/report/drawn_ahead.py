"""Figures drawn on all processors before the page asks for them, one after the other."""

from __future__ import annotations

import multiprocessing
import os
import sys
import warnings
from collections.abc import Sequence

from studies.figures.album import Rendered, rendered
from studies.figures.registry import FIGURES, Figure
from studies.results.results import Results

FEW_ROWS = 30  # figures of fewer cases are drawn sooner than processes begin
MOST_PROCESSES = 4  # each holds the run's results
_RESULTS: list[Results] = []  # of a process that draws


def drawn_ahead(figures: Sequence[Figure], results: Results) -> dict[str, list[Rendered]]:
    """By name what figures show, drawn by several processes where that pays.

    A figure that cannot be drawn there is left out: drawn again in its turn it fails as it should.
    Processes are forked, so that none reads the run again; on one processor, and on systems whose
    libraries bear no fork, nothing is drawn ahead.
    """
    if sys.platform != "linux" or len(results.rows) < FEW_ROWS or len(figures) < 2:
        return {}
    processes = min(len(os.sched_getaffinity(0)), MOST_PROCESSES)
    if processes < 2:
        return {}
    context = multiprocessing.get_context("fork")
    with warnings.catch_warnings():
        # of threads that a child has not; it only draws, which takes no lock of theirs
        warnings.simplefilter("ignore", DeprecationWarning)
        pool = context.Pool(processes, _begin, (results,))
    with pool:
        found = pool.imap(_drawn, [figure.name for figure in figures])
        return {name: made for name, made in found if made is not None}


def _begin(results: Results) -> None:
    _RESULTS.append(results)


def _drawn(name: str) -> tuple[str, list[Rendered] | None]:
    try:
        return name, rendered(FIGURES[name], _RESULTS[0])
    except Exception:  # raised again by who draws it in its turn, with its traceback
        return name, None
