"""Solve verification problems with the sources in the working folder, a line of JSON for each.

    python try_problems.py LIMIT_S all|first|apart PROBLEM ...

A line has the problem and what is wrong: rows that left their tolerance, or the error that ended
it. ``first`` stops at the first problem with something wrong. A problem that takes longer than the
limit ends the process by SIGALRM, as broken compiled code may by another signal. ``apart`` solves
each problem in a process of its own and adds the files of ``fem_bump`` whose functions or kernels
it used; a compiled function that others call counts as theirs.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import warnings
from collections.abc import Iterable
from pathlib import Path
from types import FrameType
from typing import Any

OPTIMIZED = 0x1  # a function's code, and not that of a module or a class


def wrong(problem: str) -> list[str]:
    """Quantities out of tolerance, or the error."""
    from fem_bump.verification import table

    try:
        return [row.quantity for row in table([problem]) if not row.passed]
    except Exception as error:
        return [f"{type(error).__name__}: {error}"]


def used_by(problem: str) -> tuple[list[str], list[str]]:
    """What is wrong, and the files whose functions were called or compiled."""
    files = set()

    def note(frame: FrameType, event: str, _: Any) -> None:
        if event == "call" and frame.f_code.co_flags & OPTIMIZED:
            files.add(frame.f_code.co_filename)

    sys.setprofile(note)
    found = wrong(problem)
    sys.setprofile(None)
    for name, module in list(sys.modules.items()):
        if name.startswith("fem_bump."):
            kernels = [k for k in vars(module).values() if getattr(k, "overloads", None)]
            files.update(k.py_func.__code__.co_filename for k in kernels)
    package = Path.cwd() / "fem_bump"
    inside = (Path(file) for file in files if Path(file).is_relative_to(package))
    return found, sorted(file.relative_to(package).as_posix() for file in inside)


def main(limit_s: int, how: str, problems: Iterable[str]) -> None:
    """Print a line per problem."""
    sys.path.insert(0, str(Path.cwd()))
    warnings.simplefilter("error")
    if how == "apart":
        import numba  # noqa: F401  here, so that each process has them from the start
        import scipy.sparse.linalg  # noqa: F401
        import skfem  # noqa: F401
    for problem in problems:
        if how == "apart":
            child = os.fork()
            if child:
                _, status = os.waitpid(child, 0)
                if status:
                    sys.exit(f"{problem} ended with status {status}")
                continue
        signal.alarm(limit_s)
        found, files = used_by(problem) if how == "apart" else (wrong(problem), [])
        signal.alarm(0)
        print(json.dumps({"problem": problem, "wrong": found, "files": files}), flush=True)
        if how == "apart":
            os._exit(0)
        if how == "first" and found:
            return


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3:])
