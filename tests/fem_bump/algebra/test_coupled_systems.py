"""Coupled harmonics against the whole matrix, solved at once."""

import numpy as np
import pytest
import scipy.sparse as sp
from numpy.testing import assert_allclose

from fem_bump.algebra import coupled_systems
from fem_bump.algebra.coupled_systems import Block, CoupledSystems
from fem_bump.errors import AnalysisError

SIZES, PLACES, K = (30, 24, 24), 5, 3


def stiffness(size, shift):
    """A chain of springs, held at its end and lightly everywhere."""
    main = np.full(size, 2.0 + shift)
    return sp.diags([main, np.full(size - 1, -1.0)], [0, -1], format="csc")


def problem(strength=5.0):
    """Blocks, coupling, and the whole matrix, dense."""
    rng = np.random.default_rng(3)
    count = len(SIZES)
    restrictions = [
        sp.csr_matrix(rng.integers(-1, 2, (PLACES * K, size)).astype(float)) for size in SIZES
    ]
    root = rng.normal(size=(PLACES, count * K, count * K))
    coupling = strength * root @ root.swapaxes(1, 2)
    coupling = coupling.reshape(PLACES, count, K, count, K).transpose(0, 1, 3, 2, 4)
    lowers = [stiffness(size, 0.1 * h) for h, size in enumerate(SIZES)]
    blocks = [
        Block.of(lower, restriction, coupling[:, h, h], "auto")
        for h, (lower, restriction) in enumerate(zip(lowers, restrictions, strict=True))
    ]
    cuts = np.concatenate([[0], np.cumsum(SIZES)])
    whole = np.zeros((cuts[-1], cuts[-1]))
    for h, (lower, left) in enumerate(zip(lowers, restrictions, strict=True)):
        own = slice(cuts[h], cuts[h + 1])
        whole[own, own] += (lower + sp.tril(lower, -1).T).toarray()
        for j, right in enumerate(restrictions):
            dense = sp.block_diag(list(coupling[:, h, j])).toarray()
            whole[own, cuts[j] : cuts[j + 1]] += left.T @ dense @ right
    return blocks, coupling, whole


def test_the_whole_matrix_is_what_is_solved():
    blocks, coupling, whole = problem()
    loads = [np.random.default_rng(k).normal(size=size) for k, size in enumerate(SIZES)]
    systems = CoupledSystems(blocks, coupling)
    found = np.concatenate(systems.solve(loads))
    assert_allclose(found, np.linalg.solve(whole, np.concatenate(loads)), rtol=1e-6, atol=1e-8)
    assert systems.info().relative_residual < 1e-8
    assert systems.info().unknowns == sum(SIZES)


def test_without_coupling_every_harmonic_is_its_own():
    blocks, coupling, _ = problem()
    own = coupling * np.eye(len(SIZES))[:, :, None, None]
    loads = [np.ones(size) for size in SIZES]
    for block, load, found in zip(
        blocks, loads, CoupledSystems(blocks, own).solve(loads), strict=True
    ):
        assert_allclose(found, block.factor.solve(load), rtol=1e-10)


def test_a_larger_residual_is_a_rougher_answer():
    blocks, coupling, _ = problem()
    loads = [np.ones(size) for size in SIZES]
    systems = CoupledSystems(blocks, coupling)
    exact, rough = systems.solve(loads), systems.solve(loads, residual=1e-2)
    off = max(
        float(np.abs(one - other).max()) for one, other in zip(exact, rough, strict=True)
    ) / max(float(np.abs(one).max()) for one in exact)
    assert 1e-9 < off < 0.1


def test_too_few_steps_are_a_failed_analysis(monkeypatch):
    blocks, coupling, _ = problem()
    monkeypatch.setattr(coupled_systems, "STEPS", 2)
    with pytest.raises(AnalysisError, match="did not converge within 2"):
        CoupledSystems(blocks, coupling).solve([np.ones(size) for size in SIZES])
