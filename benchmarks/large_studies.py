"""Listing, resuming and reporting a study of many cases, as ratios of CPU time against a checkout.

Nothing is solved: records are made up by the tests' helpers of either tree, in its own layout.
Every stage is a process of its own, the trees take turns, and imports count. Another checkout is a
folder, as that of ``git worktree add ../before COMMIT``; without one, this tree's figures stand
alone.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
STAGES = ("list", "find stored", "table", "resume", "report")
STUDY = """
[[part]]
name = "growing"
[part.factors]
pad_etch.depth_ratio = [0.0, 0.25, 0.5, 0.75, 1.0]
opening_ratio = [0.5, 0.6, 0.7, 0.75, 0.8]
load.current.current_a = {currents}
"""


def make(folder: Path, cases: int) -> None:
    """A run folder with made-up records, beside it the study."""
    import fabricated_run

    currents = [0.1 + 0.3 * k / max(cases // 25, 1) for k in range(max(cases // 25, 1))]
    fabricated_run.run_folder(folder, STUDY.format(currents=currents))


def stage(name: str, folder: Path) -> None:
    """One stage on a folder."""
    study = folder.with_suffix(".toml")
    if name == "list":
        from studies.cli import main

        main(["run", str(study), "--dry-run", "--out", str(folder.with_name("none"))])
    elif name == "find stored":
        from studies.records import store

        store.read_records(folder, store.read_plan(folder))
    elif name == "table":
        from studies.results.table_files import write_table

        write_table(folder)
    elif name == "resume":  # the middle of several: the first notes what the others find
        from studies.cli import main, options

        options.EVALUATOR = "fake_evaluator:evaluate"
        main(["run", str(study), "--out", str(folder), "--no-report"])
    else:
        from studies.report.page import write_report

        write_report(folder)


def spent_s(tree: Path, *arguments: str) -> float:
    """CPU time of this script in a process with the code of a tree, s."""
    paths = os.pathsep.join(map(str, (tree, tree / "tests" / "helpers")))
    command = [sys.executable, __file__, *arguments]
    before = os.times()
    subprocess.run(
        command, check=True, stdout=subprocess.DEVNULL, cwd=tree,
        env={**os.environ, "PYTHONPATH": paths, "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    after = os.times()
    return after.children_user + after.children_system - before[2] - before[3]


def main() -> None:
    """Print CPU time by stage and tree, and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--against", type=Path, help="another checkout")
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--serve", nargs=2, metavar=("STAGE", "DIR"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve is not None:
        name, folder = given.serve[0], Path(given.serve[1])
        make(folder, given.cases) if name == "make" else stage(name, folder)
        return
    trees = [HERE, *([] if given.against is None else [given.against.resolve()])]
    with tempfile.TemporaryDirectory() as place:
        folders = [Path(place) / f"run-{k}" for k in range(len(trees))]
        for tree, folder in zip(trees, folders, strict=True):
            spent_s(tree, "--cases", str(given.cases), "--serve", "make", str(folder))
        print(f"{given.cases} cases, CPU s, {time.strftime('%Y-%m-%d')}")
        for name in STAGES:
            found: list[list[float]] = [[] for _ in trees]
            for _ in range(given.rounds):
                for tree, folder, out in zip(trees, folders, found, strict=True):
                    out.append(spent_s(tree, "--serve", name, str(folder)))
            middle = [statistics.median(out) for out in found]
            ratio = f"   this tree over the other {middle[0] / middle[1]:.2f}" if middle[1:] else ""
            print(f"{name:12s}" + "".join(f"{value:9.2f}" for value in middle) + ratio, flush=True)


if __name__ == "__main__":
    main()
