"""Systems that differ by a shift: every solution meets its residual, however it was found."""

import numpy as np
import pytest
import scipy.sparse as sp
from numpy.testing import assert_allclose

from fem_bump import AnalysisError
from fem_bump.shifted_systems import ENOUGH, ShiftedSystems


def problem(n=400):
    """A one-dimensional chain with springs to the ground, stiffness and mass on one pattern."""
    i = np.arange(n)
    pattern = sp.diags_array([np.ones(n), np.ones(n - 1)], offsets=[0, -1], format="csc")
    stiffness, mass = pattern.copy(), pattern.copy()
    stiffness.data[:] = np.where(pattern.tocoo().row == pattern.tocoo().col, 2.0, -1.0)
    mass.data[:] = np.where(pattern.tocoo().row == pattern.tocoo().col, 4.0, 1.0) / (
        1 + pattern.tocoo().col
    )
    load = np.exp(-(((i - 0.8 * n) / 12) ** 2))
    return sp.csc_matrix(stiffness), sp.csc_matrix(mass), load


@pytest.mark.parametrize("solver", ["auto", "superlu"])
def test_every_shift_is_solved_to_its_residual(solver):
    stiffness, mass, load = problem()
    systems = ShiftedSystems(stiffness, mass, load, solver)
    shifts = [float(k * k) for k in range(1, 40)]
    for shift in [*shifts, 2500.0, 3.0]:
        lower = (stiffness + shift * mass).toarray()
        exact = np.linalg.solve(lower + np.tril(lower, -1).T, load)
        assert_allclose(systems.solve(shift), exact, rtol=0, atol=1e-8 * np.abs(exact).max())
    assert systems.worst_residual < ENOUGH
    assert 1 < systems.factorizations < len(shifts)
    assert systems.info().relative_residual == systems.worst_residual


def test_singular_systems_are_refused():
    stiffness, mass, load = problem()
    stiffness.data[:] = 0.0
    mass.data[:] = 0.0
    with pytest.raises(AnalysisError):
        ShiftedSystems(stiffness, mass, load, "auto").solve(1.0)
