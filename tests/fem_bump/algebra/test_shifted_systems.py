"""Systems that differ by a shift: every solution meets its residual, however it was found."""

import numpy as np
import pytest
import scipy.sparse as sp
from numpy.testing import assert_allclose

from fem_bump import AnalysisError
from fem_bump.algebra import shifted_systems
from fem_bump.algebra.shifted_systems import ENOUGH, REACH, RESIDUAL, ShiftedSystems


def problem(n=400):
    """A one-dimensional chain with springs to the ground, stiffness and mass on one pattern.

    The springs fall off like 1 / r^2, as in a harmonic, and the load excites the whole spectrum.
    """
    i = np.arange(n)
    pattern = sp.diags_array([np.ones(n), np.ones(n - 1)], offsets=[0, -1], format="csc")
    stiffness, mass = pattern.copy(), pattern.copy()
    diagonal = pattern.tocoo().row == pattern.tocoo().col
    stiffness.data[:] = np.where(diagonal, 2.0, -1.0)
    mass.data[:] = np.where(diagonal, 4.0, 1.0) / (1 + pattern.tocoo().col) ** 2
    load = 1.0 / (1 + (i - 0.8 * n) ** 2)
    return sp.csc_matrix(stiffness), sp.csc_matrix(mass), load


def exact(stiffness, mass, load, shift):
    lower = (stiffness + shift * mass).toarray()
    return np.linalg.solve(lower + np.tril(lower, -1).T, load)


def assert_solved(system, shifts, solver="auto"):
    """Every shift against dense algebra; the systems are returned."""
    systems = ShiftedSystems(*system, solver)
    for shift in shifts:
        expected = exact(*system, shift)
        found = systems.solve(shift)
        assert_allclose(found, expected, rtol=0, atol=1e-7 * np.abs(expected).max())
    assert systems.worst_residual < ENOUGH
    return systems


@pytest.mark.parametrize("solver", ["auto", "superlu"])
def test_every_shift_is_solved_to_its_residual(solver):
    shifts = [float(k * k) for k in range(1, 40)]
    systems = assert_solved(problem(), [*shifts, 2500.0, 3.0], solver)
    assert 1 < systems.factorizations < 6
    assert systems.info().relative_residual == systems.worst_residual < RESIDUAL


def test_vectors_made_for_one_shift_serve_all_in_reach():
    """The far end of a pole's reach is as good as the near one, for which the vectors were made."""
    systems = ShiftedSystems(*problem(), "auto")
    systems.solve(1.0)
    made = systems._made
    for shift in np.geomspace(1.0, REACH**2, 12):
        systems.solve(shift)
    assert systems.factorizations == 1
    assert systems._made <= made + 2


@pytest.mark.parametrize("shifts", [(1e8, 1e-4), (1e-4, 1e8, 1.0)])
def test_shifts_many_decades_apart(shifts):
    assert_solved(problem(), shifts)


def test_fewer_unknowns_than_vectors_and_no_load():
    stiffness, mass, load = problem(3)
    assert_solved((stiffness, mass, load), [1.0, 4.0, 100.0])
    assert_allclose(ShiftedSystems(stiffness, mass, 0 * load, "auto").solve(1.0), 0.0, atol=0)


def test_more_vectors_than_there_is_memory_for_at_first(monkeypatch):
    monkeypatch.setattr(shifted_systems, "ROOM", 3)
    systems = assert_solved(problem(), [1.0, 4.0, 400.0])
    assert systems._made > 6


def test_round_off_in_the_basis_starts_it_anew():
    systems = ShiftedSystems(*problem(), "auto")
    systems.solve(1.0)
    systems._products += 1e-6 * np.abs(systems._products).max()  # worse than any round-off
    assert_allclose(systems.solve(1.0), exact(*problem(), 1.0), rtol=1e-6, atol=1e-8)
    assert systems.worst_residual < ENOUGH


def test_a_basis_without_directions_of_its_own_starts_anew():
    systems = ShiftedSystems(*problem(), "auto")
    systems.solve(1.0)
    systems._products[:] = 1.0  # every vector the same: a singular matrix
    assert_allclose(systems.solve(2.0), exact(*problem(), 2.0), rtol=1e-6, atol=1e-8)


def test_a_residual_out_of_reach_is_refused(monkeypatch):
    monkeypatch.setattr(shifted_systems, "RESIDUAL", 1e-30)
    monkeypatch.setattr(shifted_systems, "ENOUGH", 1e-30)
    with pytest.raises(AnalysisError, match="too ill-conditioned"):
        ShiftedSystems(*problem(), "auto").solve(1.0)


def test_a_residual_that_settles_below_enough_is_taken(monkeypatch):
    monkeypatch.setattr(shifted_systems, "RESIDUAL", 1e-30)
    systems = ShiftedSystems(*problem(), "auto")
    systems.solve(1.0)
    assert systems._made < shifted_systems.PATIENCE
    assert 0 < systems.worst_residual < ENOUGH


def test_singular_systems_are_refused():
    stiffness, mass, load = problem()
    stiffness.data[:] = 0.0
    mass.data[:] = 0.0
    with pytest.raises(AnalysisError):
        ShiftedSystems(stiffness, mass, load, "auto").solve(1.0)
