"""How the cost of one mesh grows with its unknowns: both physics with their metrics, one thread.

CPU time of user and system, the fastest of some runs at each size, warm; an exponent is fitted by
least squares in logarithms over all sizes.
"""

from __future__ import annotations

import argparse
import os

import numpy as np
from common import Problem, our_job

SIZE_FACTORS = (1.0, 0.57, 0.39, 0.268, 0.185)  # 20, 50, 100, 201, 415 thousand unknowns


def cpu_s() -> float:
    times = os.times()
    return times.user + times.system


def cheapest_s(problem: Problem, repeats: int) -> float:
    """CPU seconds of the fastest run."""
    found = []
    for _ in range(repeats):
        mesh = problem.fresh_mesh()
        began = cpu_s()
        our_job(problem, mesh)
        found.append(cpu_s() - began)
    return min(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5, help="runs per size")
    repeats = parser.parse_args().repeats
    our_job(small := Problem(3.0), small.fresh_mesh())  # compile, or load what was compiled
    unknowns, seconds = [], []
    for factor in SIZE_FACTORS:
        problem = Problem(factor)
        unknowns.append(problem.unknowns)
        seconds.append(cheapest_s(problem, repeats))
        print(f"  {unknowns[-1]} unknowns: {seconds[-1]:.3f} s")
    exponent = np.polyfit(np.log(unknowns), np.log(seconds), 1)[0]
    last = np.log(seconds[-1] / seconds[-2]) / np.log(unknowns[-1] / unknowns[-2])
    print(f"  EXPONENT {exponent:.2f} (last two sizes: {last:.2f})")


if __name__ == "__main__":
    main()
