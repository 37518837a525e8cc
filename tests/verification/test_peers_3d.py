"""Harmonics of the angle against three-dimensional solutions by NGSolve, where it is installed.

Side trace and lateral shear of the default bump on one coarse and one fine mesh of hexahedra: the
fine one agrees, and it is the closer one. NGSolve in this environment or in the Python named by the
variable ``NGSOLVE_PYTHON``; it is no dependency.
"""

import importlib.util
import json
import os
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
NGSOLVE_PYTHON = os.environ.get("NGSOLVE_PYTHON") or (
    sys.executable if importlib.util.find_spec("ngsolve") else None
)

pytestmark = [
    pytest.mark.peer,
    pytest.mark.slow,
    pytest.mark.skipif(NGSOLVE_PYTHON is None, reason="NGSolve is not installed"),
]


@pytest.fixture(scope="module")
def bench():
    sys.path.insert(0, str(BENCHMARKS))
    try:
        import side_trace
    finally:
        sys.path.remove(str(BENCHMARKS))
    return side_trace


@pytest.fixture(scope="module")
def problem(bench):
    return bench.SideTrace()


def errors(bench, problem, task, mine, folder):
    """Relative differences of each quantity, of the coarse and the fine mesh."""
    file = folder / f"{task}.json"
    file.write_text(json.dumps(problem.told(task)), encoding="utf-8")
    found = [
        bench.peer(NGSOLVE_PYTHON, file, task, **bench.CROSS_CHECKS[task, mesh])
        for mesh in ("coarse", "fine")
    ]
    return {name: [abs(run[name] / mine[name] - 1) for run in found] for name in mine}


@pytest.mark.parametrize(
    "task, tolerances",
    [
        ("trace", {"resistance_ohm": 1e-3, "crowding": 3e-3}),
        ("shear", {"reaction_un": 2e-3, "axial_mpa": 3e-3}),
    ],
)
def test_harmonics_agree_with_three_dimensions(bench, problem, tmp_path, task, tolerances):
    found = problem.ours(0.5) if task == "trace" else problem.ours_in_shear(0.5)
    mine = {name: found[name] for name in tolerances}
    for name, (coarse, fine) in errors(bench, problem, task, mine, tmp_path).items():
        assert fine < tolerances[name], name
        assert fine < coarse, name
