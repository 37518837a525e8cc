"""Coupled harmonics against the whole matrix, solved at once."""

import numpy as np
import pytest
import scipy.sparse as sp
from numpy.testing import assert_allclose

from fem_bump.algebra import coupled_systems
from fem_bump.algebra.coupled_systems import Block, CoupledNodes, CoupledSystems
from fem_bump.errors import AnalysisError

SIZES, PLACES, K = (30, 24, 24), 5, 3
# places in a row, each of which shares its last node with the next one's first, turned around
NODES = CoupledNodes(
    2 * np.arange(PLACES)[:, None] + np.arange(K),
    np.array([[-1.0, 1.0, 1.0]]).repeat(PLACES, axis=0),
    2 * PLACES + 1,
)


def stiffness(size, shift):
    """A chain of springs, held at its end and lightly everywhere."""
    main = np.full(size, 2.0 + shift)
    return sp.diags([main, np.full(size - 1, -1.0)], [0, -1], format="csc")


def problem(strength=5.0, solver="auto"):
    """Systems, their loads, and the whole matrix, dense; on one node of one harmonic nothing is."""
    rng = np.random.default_rng(3)
    count = len(SIZES)
    dense = [rng.integers(-1, 2, (NODES.count, size)).astype(float) for size in SIZES]
    dense[1] = dense[2]
    dense[0][4] = 0.0
    restrictions = [sp.csr_matrix(one) for one in dense]
    root = rng.normal(size=(PLACES, count * K, count * K))
    coupling = strength * root @ root.swapaxes(1, 2)
    coupling = coupling.reshape(PLACES, count, K, count, K).transpose(0, 1, 3, 2, 4)
    own = coupling[:, 0, 0]
    lowers = [stiffness(size, 0.1 * (h > 0)) for h, size in enumerate(SIZES)]
    first, second = (
        Block.of(lowers[h], restrictions[h], NODES.assembled(own), solver) for h in range(2)
    )
    blocks = [first, second, second]
    cuts = np.concatenate([[0], np.cumsum(SIZES)])
    whole = np.zeros((cuts[-1], cuts[-1]))
    from_nodes = np.zeros((PLACES * K, NODES.count))
    from_nodes[np.arange(PLACES * K), NODES.of_place.ravel()] = NODES.sign.ravel()
    for h, lower in enumerate(lowers):
        here = slice(cuts[h], cuts[h + 1])
        whole[here, here] += (lower + sp.tril(lower, -1).T).toarray()
        for j in range(count):
            between = from_nodes.T @ sp.block_diag(list(coupling[:, h, j])).toarray() @ from_nodes
            whole[here, cuts[j] : cuts[j + 1]] += dense[h].T @ between @ dense[j]
    loads = [np.random.default_rng(k).normal(size=(size, 2)) for k, size in enumerate(SIZES)]
    return CoupledSystems(blocks, NODES, coupling, own), loads, whole


@pytest.mark.parametrize("solver", ["auto", "superlu"])
def test_the_whole_matrix_is_what_is_solved(solver):
    systems, loads, whole = problem(solver=solver)
    found = systems.solve(loads)
    exact = np.linalg.solve(whole, np.concatenate(loads))
    assert_allclose(np.concatenate(found), exact, rtol=1e-6, atol=1e-8)
    systems.check(loads, found)
    assert 0 < systems.info().relative_residual < 1e-8
    assert systems.info().unknowns == sum(SIZES)


def test_a_residual_is_what_is_wrong():
    systems, loads, whole = problem()
    found = [np.ones_like(load) for load in loads]
    systems.check(loads, found)
    load = np.concatenate(loads)
    wrong = np.abs(load - whole @ np.ones_like(load)).max() / np.abs(load).max()
    assert_allclose(systems.worst_residual, wrong, rtol=1e-10)


def test_columns_do_not_mix_and_empty_ones_are_zero():
    systems, loads, _ = problem()
    both = systems.solve([np.hstack([load, 0 * load]) for load in loads])
    for one, other in zip(systems.solve([load[:, :1] for load in loads]), both, strict=True):
        assert_allclose(other[:, :1], one, rtol=1e-5, atol=1e-8)
        assert (other[:, 2:] == 0).all()


def test_a_larger_residual_is_a_rougher_answer():
    systems, loads, _ = problem()
    exact, rough = systems.solve(loads), systems.solve(loads, residual=1e-2)
    off = max(
        float(np.abs(one - other).max()) for one, other in zip(exact, rough, strict=True)
    ) / max(float(np.abs(one).max()) for one in exact)
    assert 1e-9 < off < 0.1


def test_too_few_steps_are_a_failed_analysis(monkeypatch):
    systems, loads, _ = problem()
    monkeypatch.setattr(coupled_systems, "STEPS", 2)
    with pytest.raises(AnalysisError, match="did not converge within 2"):
        systems.solve(loads)
