"""Both solvers against dense algebra, against each other, and on systems that have no answer."""

import numpy as np
import pytest
import scipy.sparse as sp
from numpy.testing import assert_allclose

from fem_bump import AnalysisError
from fem_bump.algebra.linear_solver import AsymmetricFactorization, Factorization, solve_factorized
from fem_bump.verification import balances
from fem_bump.verification.elasticity import film_on_substrate

SOLVERS = ("cholmod", "superlu")


@pytest.fixture(params=SOLVERS)
def solver(request):
    if request.param == "cholmod":
        pytest.importorskip("kvxopt")
    return request.param


def solve(matrix, load, solver):
    lower = sp.csc_matrix(np.tril(matrix))
    lower.sort_indices()
    return solve_factorized(lower, Factorization(lower, solver), load)


def laplacian(n):
    return 2.0 * np.eye(n) - np.eye(n, k=1) - np.eye(n, k=-1)


def test_a_matrix_that_is_not_symmetric():
    """Its pattern is; what stands above the diagonal is given at the mirror places."""
    rng = np.random.default_rng(2)
    matrix = np.where(laplacian(40) != 0.0, rng.normal(size=(40, 40)), 0.0)  # small pivots too
    lower = sp.csc_matrix(np.tril(matrix))
    upper = sp.csc_matrix(np.tril(matrix.T)).data
    load = rng.normal(size=40)
    x = AsymmetricFactorization(lower, upper).solve(load)
    assert_allclose(x, np.linalg.solve(matrix, load), rtol=1e-9)
    with pytest.raises(AnalysisError, match="free to move"):
        AsymmetricFactorization(sp.csc_matrix(np.zeros((3, 3)) + np.eye(3, k=-1)), np.ones(2))


def test_dense_answer(solver):
    rng = np.random.default_rng(1)
    matrix = rng.normal(size=(30, 30))
    matrix = matrix @ matrix.T + 30 * np.eye(30)
    load = rng.normal(size=30)
    x, info = solve(matrix, load, solver)
    assert_allclose(x, np.linalg.solve(matrix, load), rtol=1e-11)
    assert info.name == solver and info.unknowns == 30 and info.nonzeros_lower == 30 * 31 // 2
    assert info.relative_residual < 1e-14
    assert info.record()["name"] == solver


def test_the_inverse_at_a_few_unknowns(solver):
    rng = np.random.default_rng(4)
    matrix = laplacian(40) + np.diag(rng.uniform(size=40))
    chosen = np.array([31, 7, 8, 0])
    lower = sp.csc_matrix(np.tril(matrix))
    factor = Factorization(lower, solver)
    exact = np.linalg.inv(matrix)
    assert_allclose(factor.inverse_at(chosen), exact[np.ix_(chosen, chosen)], rtol=1e-12)
    # and the factorization is what it was
    assert_allclose(factor.solve(np.eye(40)[:, :3]), exact[:, :3], rtol=1e-10, atol=1e-14)


def test_no_load_no_answer(solver):
    x, _ = solve(laplacian(5), np.zeros(5), solver)
    assert_allclose(x, np.zeros(5), rtol=0, atol=0)


def test_singular_system_is_refused(solver):
    free = laplacian(6)
    free[0, 0] = free[5, 5] = 1.0  # nothing holds the chain
    with pytest.raises(AnalysisError, match=r"singular|positive definite"):
        solve(free, np.arange(6.0), solver)


def test_indefinite_system_is_refused_by_cholmod():
    pytest.importorskip("kvxopt")
    with pytest.raises(AnalysisError, match="positive definite"):
        solve(np.diag([1.0, -1.0]), np.ones(2), "cholmod")


def test_solvers_agree_on_both_physics():
    pytest.importorskip("kvxopt")
    model = balances.build(3)
    one, other = (
        balances.thermal_stress(
            model, delta_t=-100.0, fixed={"bottom": "z"}, tied={"right": "r"}, solver=name
        )
        for name in SOLVERS
    )
    assert (one.solver.name, other.solver.name) == SOLVERS
    assert one.solver.unknowns == other.solver.unknowns
    scale = np.abs(one.u_um).max()
    assert_allclose(one.u_um / scale, other.u_um / scale, rtol=0, atol=1e-11)
    currents = [
        balances.current_flow(model, 0.1, source="pad_rim", sink="top", solver=name)
        for name in SOLVERS
    ]
    assert_allclose(
        currents[0].local_potential_v(), currents[1].local_potential_v(), rtol=0, atol=1e-13
    )
    assert_allclose(*(c.resistance_ohm for c in currents), rtol=1e-11)


def test_auto_names_the_solver_that_ran():
    assert film_on_substrate.solve(False, 300.0, 1).solver.name in SOLVERS
