"""A cheap stand-in for ``studies.solving.evaluate``, importable in spawned workers.

It notes each design it is asked to solve in the file ``$FAKE_LOG``, takes ``$FAKE_SLEEP`` seconds,
and misbehaves when the bump's height says so. With ``$FAKE_FULL`` its disk is full.
"""

import errno
import hashlib
import json
import multiprocessing
import os
import signal
import time
from pathlib import Path

from fem_bump.errors import AnalysisError, InputError
from geometry.design.design import Design

SPEC = "fake_evaluator:evaluate"
DIES, HANGS, BUG, NO_ANSWER, BAD_INPUT, NO_MEMORY, GREEDY = 11.0, 12.0, 13.0, 14.0, 15.0, 16.0, 17.0
KILLS, BESIDE = 18.0, 19.0  # a case that kills its worker, and one that is there when it does


def case_key(design: Design) -> str:
    data = {key: value for key, value in design.to_dict().items() if key != "name"}
    data["version"] = os.environ.get("FAKE_VERSION")
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


def evaluate(
    design: Design, fields_path: Path | None = None, compare_with_no_recess: bool = False
) -> dict:
    with open(os.environ["FAKE_LOG"], "a", encoding="utf-8") as log:
        log.write(f"{case_key(design)} {os.getpid()}\n")
    height = design.bump.height_um
    if height == DIES:
        os._exit(3)
    if height == HANGS:
        time.sleep(60)
    attempts = solved_keys(Path(os.environ["FAKE_LOG"]))
    if height == KILLS:
        while len(set(attempts)) == 1:
            time.sleep(0.05)
            attempts = solved_keys(Path(os.environ["FAKE_LOG"]))
        os.kill(multiprocessing.parent_process().pid, signal.SIGKILL)
    if height in (KILLS, BESIDE) and attempts.count(case_key(design)) == 1:
        time.sleep(60)
    if height == BUG:
        raise TypeError("a typo in the evaluator")
    if height == NO_ANSWER:
        raise AnalysisError("the stiffness matrix is singular")
    if height == BAD_INPUT:
        raise InputError("material 'Sn' has no conductivity_s_per_m")
    if height == NO_MEMORY:
        raise MemoryError
    if height == GREEDY:
        held = b"x" * 1_000_000_000
        time.sleep(60)
        del held
    time.sleep(float(os.environ.get("FAKE_SLEEP", "0")))
    if "FAKE_FULL" in os.environ:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    if fields_path is not None:
        fields_path.write_text("<VTKFile/>", encoding="utf-8")
        fields_path.with_suffix(".legend.txt").write_text("0 pad", encoding="utf-8")
    j = 2.0 - design.depth_ratio
    metrics = {
        "peel_max_ubm_pad_L1_mpa": float("nan"),
        "current_density_max_bump_ubm_L1_a_per_cm2": 1e4 * j,
        "pad_lateral_density_L1_a_per_cm2": 1e5 * j * design.opening_ratio,
        "threads": float(os.environ["OMP_NUM_THREADS"] == "1"),
    }
    return {
        "design": design.to_dict(),
        "derived": {"opening_ratio": design.opening_ratio, "depth_um": design.depth_um},
        "metrics": metrics,
        "errors": dict.fromkeys(metrics, 0.1),
        "headline": ["current_density_max_bump_ubm_L1_a_per_cm2"],
        "flags": {"window_clipped": False, "auto_pinned": "axis"},
        "curves": {"ubm/pad": {"arc_length_um": [0.0, 1.0]}},
        "mesh": {"unknowns": 1234, "quality": {"minimum": 0.4}},
        "solver": {"name": "none"},
        "wall_s": {"total": 0.0},
    }


def solved_keys(log: Path) -> list[str]:
    """Keys of the designs solved so far, one per attempt."""
    lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    return [line.split()[0] for line in lines]


HEAD = """
schema = 1
name = "small"
[base]
name = "small base"
"""


def write_study(folder: Path, text: str, head: str = HEAD) -> Path:
    """A study file in ``folder``; ``text`` follows the head with name and base."""
    path = folder / "small.toml"
    path.write_text(head + text, encoding="utf-8")
    return path


def heights(*values: float) -> str:
    """One part that varies the bump's height."""
    return f'[[part]]\nname = "only"\n[part.factors]\n"bump.height_um" = {list(values)}\n'
