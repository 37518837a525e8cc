"""Coupled harmonics of a sheared joint that flows, against CalculiX in three dimensions.

Half of the body in bricks, installed as ``ccx`` on the path. They agree as far as the mesh of the
bricks goes; harmonic 1 alone does not.
"""

import importlib
import shutil
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
CELLS, TOLERANCE = 2, 1e-2

pytestmark = [
    pytest.mark.peer,
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("ccx") is None, reason="CalculiX (ccx) is not installed"),
]


@pytest.fixture(scope="module")
def bench():
    sys.path.insert(0, str(BENCHMARKS))
    try:
        return importlib.import_module("sheared_joint")
    finally:
        sys.path.remove(str(BENCHMARKS))


def test_coupled_harmonics_agree_with_three_dimensions(bench):
    """With yield: creep, which is smoother around the axis, is in the benchmark."""
    flow = bench.FLOWS["J2"]
    coarse, fine = (bench.theirs("ccx", CELLS, flow, increments) for increments in (6, 12))
    other = bench.limit_in_time(coarse, fine)
    four = bench.ours(flow, 2 * CELLS, 4, 8, TOLERANCE)
    for key, value in other.items():
        if "stress" in key:
            assert abs(four[key] - value) < 1.0, key  # MPa
        else:  # at 180 degrees the bricks' points miss most of the peak at the corner
            assert abs(four[key] / value - 1) < (0.07 if "180" in key else 0.035), key
    one, key = bench.ours(flow, 2 * CELLS, 1, 2, TOLERANCE), "strain at 0 deg"
    assert abs(one[key] / other[key] - 1) > 0.1
