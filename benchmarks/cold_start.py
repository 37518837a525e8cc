"""Cold start: whole processes of the command line, and where their time goes.

``--help`` against an interpreter that does nothing, ``solve`` of the default design as a process
(compiled kernels cached by an untimed first run), the phases that ``solve --json`` reports, and
the imports behind them.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CLI = (sys.executable, "-m", "studies.cli")
IMPORTS = (
    "numpy",
    "shapely",
    "skfem",
    "numba",
    "gmsh",
    "kvxopt.cholmod",
    "fem_bump",
    "geometry",
    "studies.solving.evaluate",
)
HELP_LIMIT_S, SOLVE_LIMIT_S = 0.5, 6.0


def process(*command: str) -> tuple[float, str]:
    start = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=False)
    seconds = time.perf_counter() - start
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command[1:])} failed:\n{done.stderr[-2000:]}")
    return seconds, done.stdout


def median(repeats: int, *command: str) -> tuple[float, str]:
    runs = [process(*command) for _ in range(repeats)]
    return statistics.median(seconds for seconds, _ in runs), runs[-1][1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--design", default="default")
    chosen = parser.parse_args()

    process(*CLI, "solve", chosen.design, "--json")
    bare, _ = median(chosen.repeats, sys.executable, "-c", "pass")
    print(f"python -c pass               {bare:.3f} s")
    seconds, _ = median(chosen.repeats, *CLI, "--help")
    print(
        f"fem-bump --help              {seconds:.3f} s, RATIO {seconds / bare:.1f} "
        f"(target under {HELP_LIMIT_S} s)"
    )
    seconds, said = median(chosen.repeats, *CLI, "solve", chosen.design, "--json")
    print(
        f"fem-bump solve {chosen.design:<13} {seconds:.3f} s, RATIO {seconds / bare:.0f} "
        f"(target under {SOLVE_LIMIT_S} s)"
    )
    wall = {name: value for name, value in json.loads(said)["wall_s"].items() if value is not None}
    print("  it reports, s: " + ", ".join(f"{name} {value:.3f}" for name, value in wall.items()))
    print("imports alone, each in its own process, beyond the bare interpreter:")
    for module in IMPORTS:
        seconds, _ = median(chosen.repeats, sys.executable, "-c", f"import {module}")
        print(f"  {module:<18} {seconds - bare:.3f} s")


if __name__ == "__main__":
    main()
