"""Cross-checks with other solvers on the same mesh and constants, where one is installed.

CalculiX as ``ccx`` on the path, NGSolve in this environment or in the Python named by the variable
``NGSOLVE_PYTHON``. Neither is a dependency. CalculiX' axisymmetric element is a wedge of two
degrees and it prints seven digits, hence its wider tolerance.
"""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from numpy.testing import assert_allclose

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
NGSOLVE_PYTHON = os.environ.get("NGSOLVE_PYTHON") or (
    sys.executable if importlib.util.find_spec("ngsolve") else None
)

pytestmark = [pytest.mark.peer, pytest.mark.slow]


@pytest.fixture(scope="module")
def problem(tmp_path_factory):
    sys.path.insert(0, str(BENCHMARKS))
    try:
        from common import Problem, export, our_job
    finally:
        sys.path.remove(str(BENCHMARKS))
    found = Problem(1.0)
    path = tmp_path_factory.mktemp("peers") / "problem.npz"
    export(found, path)
    _, results = our_job(found, found.fresh_mesh())
    return path, results


def said(command):
    done = subprocess.run(command, text=True, capture_output=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def agree(mine, theirs, rtol):
    for name, physics in (
        ("strain_energy_pj", "elasticity"),
        ("bump_top_um", "elasticity"),
        ("resistance_ohm", "conduction"),
    ):
        value = theirs.get(physics, theirs)[name]
        assert_allclose(value, mine[name], rtol=rtol, err_msg=name)


@pytest.mark.skipif(shutil.which("ccx") is None, reason="CalculiX (ccx) is not installed")
def test_calculix_agrees(problem):
    path, mine = problem
    agree(mine, said([sys.executable, str(BENCHMARKS / "peer_calculix.py"), str(path)]), 1e-4)


@pytest.mark.skipif(NGSOLVE_PYTHON is None, reason="NGSolve is not installed")
def test_ngsolve_agrees(problem):
    path, mine = problem
    agree(mine, said([NGSOLVE_PYTHON, str(BENCHMARKS / "peer_ngsolve.py"), str(path)]), 1e-6)
