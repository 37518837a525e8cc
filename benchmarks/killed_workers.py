"""Workers of a cluster killed at random while a study runs: is every case solved, and none again?

Starts a Dask scheduler and worker processes on this machine, runs a study on them with a stand-in
for the evaluator, kills one of them with SIGKILL after every few seconds in which any is at work,
starts another in its place, and kills and restarts the scheduler once. Needs the extra
``cluster``::

    .venv/bin/python benchmarks/killed_workers.py --cases 500 --every 5
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
for place in (ROOT, ROOT / "tests" / "helpers", ROOT / "benchmarks"):
    if str(place) not in sys.path:
        sys.path.insert(0, str(place))

import fake_evaluator as fake  # noqa: E402
from fake_evaluator import case_key  # noqa: E402

from studies.records import rows  # noqa: E402

SPEC = "killed_workers:evaluate"


def evaluate(design, fields_path=None):
    """What the stand-in gives; notes which worker begins, and where the case was stored before."""
    worker = multiprocessing.parent_process()
    assert worker is not None
    with open(os.environ["FAKE_LOG"] + ".workers", "a", encoding="utf-8") as log:
        log.write(f"{worker.pid}\n")
    if case_key(design) in rows.keys(Path(os.environ["KILLED_FOLDER"])):
        with open(os.environ["FAKE_LOG"] + ".again", "a", encoding="utf-8") as log:
            log.write(f"{case_key(design)}\n")
    return fake.evaluate(design, fields_path)


@dataclass
class Cluster:
    """A scheduler and workers on this machine, each a process of its own.

    ``each`` are the options of a worker.
    """

    workers: int
    environment: dict[str, str]
    each: tuple[str, ...] = ("--nthreads", "1", "--no-nanny")
    port: int = 0
    processes: dict[str, subprocess.Popen] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"tcp://127.0.0.1:{self.port}"

    def start(self, name: str) -> None:
        """Start the scheduler, or a worker in the place of that name."""
        what = ["scheduler", "--host", "127.0.0.1", "--port", str(self.port), "--no-dashboard"]
        if name != "scheduler":
            what = ["worker", self.address, "--no-dashboard", *self.each]
        self.processes[name] = subprocess.Popen(
            [sys.executable, "-m", "distributed.cli.dask_" + what[0], *what[1:]],
            env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def kill(self, name: str) -> None:
        self.processes[name].kill()
        self.processes[name].wait()

    def names(self) -> list[str]:
        return [f"worker {k}" for k in range(self.workers)]

    def at_work(self, log: Path) -> list[str]:
        """Workers that have begun a case: those that still start are not worth a kill."""
        begun = set(log.read_text().split()) if log.exists() else set()
        return [name for name in self.names() if str(self.processes[name].pid) in begun]

    def replace_dead(self) -> None:
        """Start a worker for each that is gone; those of a scheduler go with it."""
        for name in self.names():
            if self.processes[name].poll() is not None:
                self.start(name)


@contextmanager
def cluster(workers: int, **environment: str) -> Iterator[Cluster]:
    """A scheduler and workers, ended with the block."""
    paths = os.pathsep.join(path for path in sys.path if path)
    found = Cluster(workers, {**os.environ, "PYTHONPATH": paths, **environment})
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        found.port = free.getsockname()[1]
    try:
        for name in ["scheduler", *found.names()]:
            found.start(name)
        yield found
    finally:
        for name in found.processes:
            found.kill(name)


@dataclass
class Outcome:
    """What a run with deaths came to."""

    rows: int
    solved: int
    attempts: int
    again: int
    kills: int
    restarts: int
    files: int
    seconds: float


def run(cases: int, every_s: float, folder: Path, workers: int = 2, seed: int = 1) -> Outcome:
    """Run a study of so many cases on workers that are killed, its scheduler once."""
    import studies.runs.cluster as driver
    from studies.runs.runner import run_study

    driver.LOOK_S = 0.5
    os.environ.update(FAKE_LOG=str(folder / "log"), FAKE_SLEEP="0.05", OMP_NUM_THREADS="1")
    out = folder / "out"
    heights = [round(40 + 0.05 * k, 3) for k in range(cases)]
    study = fake.write_study(folder, fake.heights(*heights))
    stop, count, began = threading.Event(), Counter(), time.monotonic()
    with cluster(workers, KILLED_FOLDER=str(out)) as there:

        def disturb() -> None:
            chosen = random.Random(seed)
            worked_s = 0.0
            while not stop.wait(0.1):
                there.replace_dead()
                stored = len(rows.keys(out))
                at_work = there.at_work(folder / "log.workers")
                worked_s += 0.1 * bool(at_work)
                if at_work and worked_s >= every_s:
                    there.kill(chosen.choice(at_work))
                    count["kills"], worked_s = count["kills"] + 1, 0.0
                if stored > cases / 2 and not count["restarts"]:
                    there.kill("scheduler")
                    count["restarts"] += 1
                    time.sleep(1.0)
                    there.start("scheduler")

        disturbing = threading.Thread(target=disturb)
        disturbing.start()
        try:
            done = run_study(study, out, scheduler=there.address, evaluator=SPEC)
        finally:
            stop.set()
            disturbing.join()
    again = folder / "log.again"
    return Outcome(
        done.rows,
        done.solved,
        len(fake.solved_keys(folder / "log")),
        len(again.read_text().splitlines()) if again.exists() else 0,
        count["kills"],
        count["restarts"],
        len(list((out / rows.FOLDER).iterdir())),
        time.monotonic() - began,
    )


def main() -> None:
    """Print what a run came to."""
    parser = argparse.ArgumentParser(description="A study on workers that are killed at random.")
    parser.add_argument("--cases", type=int, default=500)
    parser.add_argument("--every", type=float, default=5.0, help="seconds between two kills")
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = run(asked.cases, asked.every, Path(folder), asked.workers)
    for name, value in vars(found).items():
        print(f"{name:9} {value:g}")


if __name__ == "__main__":
    main()
