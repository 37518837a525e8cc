"""Kernels of one harmonic against the scikit-fem reference form, and against each other."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.sparse import csc_matrix, tril
from skfem import Basis, ElementTriP2, ElementVector

from fem_bump import Model, elastic_harmonic
from fem_bump.algebra.pattern import lower_pattern
from fem_bump.algebra.shape_functions import (
    QUADRATURE_ORDER,
    shape_functions,
    shape_table,
    triangle_rule,
)
from fem_bump.mechanics import harmonic_kernels
from fem_bump.mechanics.harmonic_elasticity import reference_form
from tests.fem_bump.algebra.test_kernels import SOFT, STIFF, bulged, irregular

HARMONICS = [0, 1, 2, 7]


@pytest.fixture(scope="module", params=["straight", "curved"])
def model(request):
    mesh = irregular()
    return Model(
        bulged(mesh) if request.param == "curved" else mesh, {"lower": SOFT, "upper": STIFF}
    )


def assembled(model, n):
    """Lower triangle in the unknowns of the kernel, nothing held."""
    rule, weights = triangle_rule()
    owner = model.region_index[:, None].repeat(len(weights), 1)
    young = np.where(owner == 0, 50e3, 130e3)
    poisson = np.where(owner == 0, 0.36, 0.27)
    dofs = (3 * model.nodes.T[:, :, None] + np.arange(3)).reshape(-1, 18)
    count = 3 * model.node_count
    colptr, rows = lower_pattern(dofs, count)
    data, load = np.zeros(colptr[-1]), np.zeros(count)
    harmonic_kernels.assemble_harmonic(
        model.node_points_um, model.nodes, float(n), shape_table(shape_functions(rule)), weights,
        young, poisson, np.zeros((6, *young.shape)), dofs, np.zeros(dofs.shape), colptr, rows,
        data, load,
    )  # fmt: skip
    lower = csc_matrix((data, rows, colptr), shape=(count, count))
    return lower + tril(lower, -1).T, young, poisson


def reference(model, n, young, poisson):
    basis = Basis(model.mesh, ElementVector(ElementTriP2(), 3), intorder=QUADRATURE_ORDER)
    matrix = reference_form().assemble(basis, young=young, poisson=poisson, harmonic=n).tocsr()
    # scikit-fem's local order: (node, component) as well, nodes in the same order
    mine = (3 * model.nodes.T[:, :, None] + np.arange(3)).reshape(-1, 18)
    order = np.empty(basis.N, dtype=int)
    order[mine.ravel()] = basis.element_dofs.T.ravel()
    return matrix[order][:, order]


@pytest.mark.parametrize("n", HARMONICS)
def test_stiffness(model, n):
    matrix, young, poisson = assembled(model, n)
    expected = reference(model, n, young, poisson)
    turn = np.eye(3 * model.node_count)
    for node in model.axis_nodes:
        turn[3 * node : 3 * node + 2, 3 * node : 3 * node + 2] = [[1, 1], [1, -1]]
    expected = turn.T @ expected @ turn
    assert np.abs(matrix - expected).max() < 1e-12 * np.abs(expected).max()


@pytest.mark.parametrize("n", HARMONICS)
def test_rigid_motions_of_a_harmonic_have_no_force(model, n):
    """Translation and turn for n = 0 and 1; a motion of another harmonic does have one."""
    r, z = model.node_points_um
    one, none = np.ones_like(r), np.zeros_like(r)
    matrix, _, _ = assembled(model, n)
    size = np.abs(matrix).max()
    motions = {
        0: [(none, none, one), (none, r, none)],
        1: [(one, -one, none), (z, -z, -r)],
    }
    for motion in motions.get(n, []):
        u = np.array(motion).T.copy()
        axis = model.axis_nodes
        u[axis, :2] = np.array([u[axis, 0] + u[axis, 1], u[axis, 0] - u[axis, 1]]).T / 2
        assert np.abs(matrix @ u.ravel()).max() < 1e-11 * size
    stray = np.array([one, -one, none]).T if n != 1 else np.array([none, none, one]).T
    assert np.abs(matrix @ stray.ravel()).max() > 1e-3 * size


def test_nodal_forces_are_the_matrix_times_the_solution(model):
    given = {"top": {"t": lambda r, z: 0.1 * r, "z": lambda r, z: r}}
    found = elastic_harmonic(model, 2, fixed={"bottom": "rtz"}, prescribed_um=given)
    matrix, _, _ = assembled(model, 2)
    forces = found.nodal_forces(np.arange(model.mesh.nelements))
    off_axis = np.setdiff1d(np.arange(model.node_count), model.axis_nodes)
    u = found.u_um.copy()
    assert np.abs(u[model.axis_nodes]).max() == 0
    assert_allclose(
        (matrix @ u.ravel()).reshape(-1, 3)[off_axis], forces[off_axis],
        rtol=0, atol=1e-10 * np.abs(forces).max(),
    )  # fmt: skip
    inside = np.setdiff1d(
        off_axis, np.union1d(model.boundary_nodes("bottom"), model.boundary_nodes("top"))
    )
    assert np.abs(forces[inside]).max() < 1e-10 * np.abs(forces).max()


def test_stress_of_a_polynomial_field():
    """u = (a r^2, b r z, c z^2) has strains by hand; on the axis quotients take their limits."""
    model = Model(irregular(), {"lower": SOFT, "upper": SOFT})
    r, z = model.node_points_um
    a, b, c, n = 0.3, -0.7, 0.2, 3
    u = np.array([a * r**2, b * r * z, c * r * z]).T
    at = np.array([[0.4, 1.3, 1.9, 0.0], [0.3, 0.8, 0.1, 0.5]])
    element, x, y = model.locate(at)
    one = np.ones(len(element))
    out = np.empty((6, len(element)))
    harmonic_kernels.harmonic_stress(
        model.node_points_um, model.nodes, element, float(n), x, y, u, 50e3 * one, 0.36 * one,
        np.zeros((6, len(element))), out,
    )  # fmt: skip
    r, z = at
    strain = np.array(
        [
            2 * a * r,
            c * r,
            a * r + n * b * z,
            c * z,
            b * z - b * z - n * a * r,
            b * r - n * c * z,
        ]
    )
    mu = 50e3 / 2 / 1.36
    lam = 2 * mu * 0.36 / (1 - 0.72)
    expected = 2 * mu * strain
    expected[3:] /= 2
    expected[:3] += lam * strain[:3].sum(axis=0)
    assert_allclose(out, expected, rtol=0, atol=1e-9 * np.abs(expected).max())
