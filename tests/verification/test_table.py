"""The table that ``fem-bump verify`` prints: complete, and every row within its tolerance.

Rows carry computed, exact, error and tolerance; here every problem is run at the
table's resolution. The other modules of this folder look at the same problems on other meshes.
"""

import math
import pkgutil
from dataclasses import FrozenInstanceError

import pytest
from numpy.testing import assert_allclose

from fem_bump import verification
from fem_bump.verification.row import Row, compared, observed_order, order, vanishing


@pytest.mark.slow
@pytest.mark.parametrize("problem", verification.PROBLEMS)
def test_every_row_is_within_its_tolerance(problem):
    rows = verification.table([problem])
    assert rows
    failed = [f"{r.quantity}: {r.computed} for {r.exact}" for r in rows if not r.passed]
    assert not failed
    for row in rows:
        assert row.unit and row.source and 0 < row.tolerance <= 0.1


def test_every_module_is_in_the_table():
    found = pkgutil.walk_packages(verification.__path__, "fem_bump.verification.")
    modules = {m.name.rpartition(".")[2] for m in found if not m.ispkg}
    assert modules - {"row", "grids", "harmonic_fields", "bars", "convergence"} == set(verification.PROBLEMS)


def test_errors_are_what_they_say():
    assert_allclose(compared("n", "q", "MPa", 1.01, 1.0, 0.1, "s").error, 0.01, rtol=1e-12)
    assert_allclose(compared("n", "q", "MPa", -2.0, 1.0, 0.1, "s").error, 3.0, rtol=1e-15)
    assert_allclose(vanishing("n", "q", "MPa", -0.02, 4.0, 0.1, "s").error, 0.005, rtol=1e-12)
    assert_allclose(order([9.0, 8.0, 1.0], [4.0, 2.0, 1.0]), 3.0, rtol=1e-12)
    short = observed_order("n", "q", [4.0, 1.0], [2.0, 1.0], 3.0, 0.1, "s")
    assert_allclose(short.error, 1 / 3, rtol=1e-12)
    assert observed_order("n", "q", [16.0, 1.0], [2.0, 1.0], 3.0, 0.1, "s").passed
    with pytest.raises(FrozenInstanceError):
        short.error = 0.0


def test_nan_never_passes():
    assert not compared("n", "q", "MPa", math.nan, 1.0, 0.1, "s").passed
    assert not observed_order("n", "q", [math.nan, 1.0], [2, 1], 2.0, 0.1, "s").passed
    assert not Row("n", "q", "1", 0.0, 0.0, math.nan, math.inf, "s").passed
