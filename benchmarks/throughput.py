"""Cases a minute of a shipped study, as a ratio of this tree against another checkout.

The same cases, spread over the study, are solved by as many workers of either tree, each of them a
process that has solved one before (imports and compilation do not count). Batches of one case a
worker take turns between the trees, so that both meet the same machine; those of one tree run side
by side. Ratios are of CPU time, per case, and of wall time, per batch; below them the share of the
wall time that each stage of an evaluation took; what is solved once a metric asks for it, twins of
a history among it, counts for its physics and for the metrics. Another checkout is a folder, as
that of ``git worktree add ../before COMMIT``; without one, this tree's figures stand alone.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parents[1]
PR_SET_CHILD_SUBREAPER = 36  # of Linux's prctl.h
STUDIES = ("recess", "recess-inelastic", "recess-trace", "recess-shear")


class Worker:
    """A process that evaluates designs with the code of one tree."""

    def __init__(self, tree: Path) -> None:
        command = [sys.executable, __file__, "--serve"]
        environment = {**os.environ, "PYTHONPATH": str(tree)}
        for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
            environment[name] = "1"
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, text=True, env=environment, cwd=tree
        )

    def ask(self, design: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(design) + "\n")
        self._process.stdin.flush()

    def answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit("a worker has ended; its message stands above")
        out: dict[str, Any] = json.loads(line)
        return out

    def end(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def serve() -> None:
    """Evaluate designs as they come, one a line; answer CPU time and stages, s."""
    from geometry import Design
    from studies.solving.evaluate import evaluate

    for line in sys.stdin:
        began = time.process_time()
        record = evaluate(Design(**json.loads(line)))
        spent = time.process_time() - began
        answer = {"cpu_s": spent, "stages": record["wall_s"], "meshes": len(record["meshes"])}
        print(json.dumps(answer), flush=True)


def whole(tree: Path, study: Path, workers: int) -> tuple[int, float, float]:
    """Cases of a study, CPU time of all processes that solve it, s, and wall time, s."""

    def spent() -> float:
        found = resource.getrusage(resource.RUSAGE_CHILDREN)
        return found.ru_utime + found.ru_stime

    run = "from studies.cli import main; main()"
    before, began = spent(), time.perf_counter()
    with tempfile.TemporaryDirectory() as place:
        options = ["--jobs", str(workers), "--no-report", "--out", f"{place}/out"]
        command = [sys.executable, "-c", run, "run", str(study), *options]
        environment = {**os.environ, "PYTHONPATH": str(tree)}
        subprocess.run(command, env=environment, cwd=tree, check=True, stdout=subprocess.DEVNULL)
        wall_s = time.perf_counter() - began
        wait_for_adopted()
        with open(f"{place}/out/table.csv", encoding="utf-8") as table:
            cases = sum(1 for _ in table) - 1
    return cases, spent() - before, wall_s


def adopt_orphans() -> None:
    """Become the parent of what a command leaves behind: the process its workers are forked from.

    What it and they took counts only for who waits for it. On Linux; elsewhere none are forked.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def wait_for_adopted() -> None:
    """Wait until no process of a command is left."""
    with suppress(ChildProcessError):
        while True:
            os.wait()


def elastic_only(study: str, folder: str) -> Path:
    """A shipped study without its cases that yield and creep, if it has others."""
    text = (HERE / "studies" / "library" / f"{study}.toml").read_text(encoding="utf-8")
    head, *parts = text.split("[[part]]")
    elastic = [part for part in parts if '"load.inelastic" = true' not in part]
    left_out = [part.split('name = "')[1].split('"')[0] for part in parts if part not in elastic]
    lines = [
        line
        for line in head.splitlines()
        if not any(f'part = "{name}"' in line for name in left_out)
    ]
    path = Path(folder) / f"{study}.toml"
    path.write_text("[[part]]".join(["\n".join(lines) + "\n", *elastic]), encoding="utf-8")
    return path


def compare_whole(
    trees: Sequence[Path], study: str, workers: int, warm: list[dict[str, Any]]
) -> None:
    """Whole runs of the elastic cases, this tree's first; what compiling takes is not in them."""
    adopt_orphans()
    with tempfile.TemporaryDirectory() as folder:
        path = elastic_only(study, folder)
        spent = []
        for name, tree in zip(("this tree", "the other"), trees, strict=False):
            compiles = Worker(tree)
            Tally().batch([compiles], warm)
            compiles.end()
            cases, cpu_s, wall_s = whole(tree, path, workers)
            spent.append(cpu_s)
            print(
                f"{name}: {cases} cases, all processes, {cpu_s / cases:.2f} CPU s a case, "
                f"{60 * workers * cases / cpu_s:.0f} a minute by CPU time on {workers} cores, "
                f"{60 * cases / wall_s:.0f} by wall time",
                flush=True,
            )
    if len(spent) == 2:
        print(f"RATIO of cases a minute, this tree over the other: {spent[1] / spent[0]:.2f}")


def designs(study: str, count: int, accuracy: float) -> list[dict[str, Any]]:
    """Some of a study's possible designs, evenly spread over its cases."""
    from studies.plan.cases import make_plan
    from studies.plan.study import load_study

    cases = make_plan(
        load_study(HERE / "studies" / "library" / f"{study}.toml"), lambda design: ""
    ).valid
    count = min(count, len(cases))
    spread = [cases[(2 * k + 1) * len(cases) // (2 * count)].design for k in range(count)]
    found = [one.replace(**{"mesh.accuracy": accuracy}) for one in spread if one is not None]
    return [_without_empty(one.to_dict()) for one in found]


def _without_empty(tables: dict[str, Any]) -> dict[str, Any]:
    """Without tables that hold nothing: older code may not know them."""
    return {
        key: _without_empty(value) if isinstance(value, dict) else value
        for key, value in tables.items()
        if value != {}
    }


class Tally:
    """What the cases of one tree took."""

    def __init__(self) -> None:
        self.cpu_s: list[float] = []
        self.wall_s: list[float] = []
        self.stages: Counter[str] = Counter()
        self.meshes = 0

    def batch(self, workers: Sequence[Worker], cases: Sequence[dict[str, Any]]) -> None:
        """One case per worker, side by side."""
        began = time.perf_counter()
        for worker, case in zip(workers, cases, strict=False):
            worker.ask(case)
        found = [worker.answer() for worker, _ in zip(workers, cases, strict=False)]
        self.wall_s.append(time.perf_counter() - began)
        for one in found:
            self.cpu_s.append(one["cpu_s"])
            self.stages.update(one["stages"])
            self.meshes += one["meshes"]

    def told(self, name: str, cores: int) -> str:
        mean = statistics.mean(self.cpu_s)
        total = self.stages.pop("total")
        shares = [f"{stage} {s / total:.0%}" for stage, s in self.stages.most_common()]
        return (
            f"{name}: {60 * cores / mean:.0f} cases a minute by CPU time on {cores} cores "
            f"({mean:.2f} s a case), {60 * len(self.cpu_s) / sum(self.wall_s):.0f} by wall time; "
            f"{self.meshes / len(self.cpu_s):.1f} meshes a case; {', '.join(shares)}"
        )


def batches(cases: list[dict[str, Any]], size: int) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, len(cases), size):
        yield cases[start : start + size]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("other", nargs="?", type=Path, help="another checkout, to compare with")
    parser.add_argument("--study", choices=STUDIES, default="recess")
    parser.add_argument("--cases", type=int, default=12)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--accuracy", type=float, default=0.02)
    parser.add_argument("--whole", action="store_true", help="the command on the elastic cases")
    chosen = parser.parse_args()
    trees = [HERE] if chosen.other is None else [HERE, chosen.other.resolve()]
    sys.path.insert(0, str(HERE))
    cases = designs(chosen.study, chosen.cases, chosen.accuracy)
    if chosen.whole:
        compare_whole(trees, chosen.study, chosen.workers, cases[:1])
        return
    workers = {tree: [Worker(tree) for _ in range(chosen.workers)] for tree in trees}
    tallies = {tree: Tally() for tree in trees}
    for tree in trees:
        Tally().batch(workers[tree], cases[:1] * chosen.workers)
    for turn, batch in enumerate(batches(cases, chosen.workers)):
        for tree in trees if turn % 2 == 0 else trees[::-1]:
            tallies[tree].batch(workers[tree], batch)
    for each in workers.values():
        for worker in each:
            worker.end()
    print(f"{chosen.study}, {len(cases)} cases to {chosen.accuracy:g}")
    if len(trees) == 2:
        ours, theirs = tallies.values()
        by_cpu = [b / a for a, b in zip(ours.cpu_s, theirs.cpu_s, strict=True)]
        by_wall = [b / a for a, b in zip(ours.wall_s, theirs.wall_s, strict=True)]
        print(
            f"RATIO of cases a minute, this tree over the other: {statistics.median(by_cpu):.2f} "
            f"by CPU time ({min(by_cpu):.2f} to {max(by_cpu):.2f}), "
            f"{statistics.median(by_wall):.2f} by wall time"
        )
    for name, tally in zip(("this tree", "the other"), tallies.values(), strict=False):
        print(tally.told(name, chosen.workers))


if __name__ == "__main__":
    serve() if "--serve" in sys.argv else main()
