"""Forces of pairs that may touch: every condition holds, also where few pairs are neighbours."""

import numpy as np
import pytest
import scipy.sparse as sp
from numpy.testing import assert_allclose
from scipy.optimize import nnls

from fem_bump.algebra import complementarity
from fem_bump.algebra.complementarity import touching_forces
from fem_bump.errors import AnalysisError


def problem(m, seed, coupled=1.0):
    """Compliance and gaps without order; the more ``coupled`` the farther from diagonal."""
    rng = np.random.default_rng(seed)
    root = np.eye(2 * m) + coupled * rng.normal(size=(2 * m, 2 * m)) / np.sqrt(2 * m)
    return root @ root.T, rng.normal(size=2 * m)


def solved(compliance, gap, friction=0.0, rough=None, pressing=None):
    m = len(gap) // 2
    rough = np.ones(m, dtype=bool) if rough is None else rough
    found = touching_forces(
        compliance, gap, rough, friction, sp.eye(m, format="csr") if pressing is None else pressing
    )
    force = np.concatenate([found.normal, found.tangential])
    return found, gap + compliance @ force


@pytest.mark.parametrize("seed", range(4))
def test_without_friction_it_is_the_least_energy(seed):
    compliance, gap = problem(30, seed)
    found, gaps = solved(compliance, gap)
    root = np.linalg.cholesky(compliance[:30, :30])
    least, _ = nnls(root.T, -np.linalg.solve(root, gap[:30]))
    assert_allclose(found.normal, least, atol=1e-9)
    assert_allclose(found.tangential, 0.0, atol=0)
    assert gaps[:30].min() > -1e-9


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("friction", [0.1, 0.4])
def test_with_friction_every_pair_obeys_coulomb(seed, friction):
    compliance, gap = problem(25, seed, 0.4)
    found, gaps = solved(compliance, gap, friction)
    (g_n, g_t), f_n, f_t = gaps.reshape(2, -1), found.normal, found.tangential
    assert f_n.min() >= 0 and g_n.min() > -1e-9
    assert_allclose(f_n * g_n, 0.0, atol=1e-9)
    assert (np.abs(f_t) <= friction * f_n + 1e-9).all()
    closed, slid = f_n > 0, np.abs(g_t) > 1e-9
    assert (closed & slid).any()
    assert friction < 0.4 or (closed & ~slid).any()
    both = closed & slid
    assert_allclose(f_t[both], -friction * f_n[both] * np.sign(g_t[both]), atol=1e-9)


def test_pairs_without_friction_slide_freely():
    compliance, gap = problem(20, 1, 0.4)
    rough = np.arange(20) % 2 == 0
    found, _ = solved(compliance, gap, 0.5, rough)
    assert_allclose(found.tangential[~rough], 0.0, atol=0)
    assert np.abs(found.tangential[rough]).max() > 0


def test_friction_may_go_with_the_pressure_of_another_pair():
    compliance, gap = np.eye(4), np.array([-1.0, -2.0, 3.0, 3.0])
    pressing = sp.csr_matrix([[0.0, 0.5], [0.0, 1.0]])
    found, _ = solved(compliance, gap, 0.5, pressing=pressing)
    assert_allclose(found.normal, [1.0, 2.0], rtol=1e-12)
    assert_allclose(found.tangential, [-0.5, -1.0], rtol=1e-12)


def test_what_cannot_move_is_left_alone():
    compliance, gap = np.diag([1.0, 0.0, 1.0, 0.0]), np.array([-1.0, -1.0, 1.0, 1.0])
    found, _ = solved(compliance, gap, 0.3)
    assert_allclose(found.normal, [1.0, 0.0], rtol=1e-12)
    assert_allclose(found.tangential, [-0.3, 0.0], rtol=1e-12)


def test_what_does_not_settle_is_refused(monkeypatch):
    compliance, gap = problem(30, 0)
    monkeypatch.setattr(complementarity, "MOST", 1)
    with pytest.raises(AnalysisError, match="not settled after 2 steps with a friction of 0"):
        solved(compliance, gap)


@pytest.mark.parametrize("seed", range(3))
def test_changes_one_at_a_time_end_as_well(seed, monkeypatch):
    compliance, gap = problem(30, seed)
    together, _ = solved(compliance, gap)
    monkeypatch.setattr(complementarity, "PATIENCE", 0)
    alone, _ = solved(compliance, gap)
    assert_allclose(alone.normal, together.normal, atol=1e-9)


def test_where_one_beginning_is_not_determined_another_is_tried():
    compliance, gap = np.array([[1.0, 2.0], [2.0, 5.0]]), np.array([-1.0, 1.0])
    found, gaps = solved(compliance, gap, friction=0.5)
    assert_allclose([*found.normal, *found.tangential], [7.0, -3.0], rtol=1e-12)
    assert_allclose(gaps, 0.0, atol=1e-12)
