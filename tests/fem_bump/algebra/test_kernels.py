"""Compiled kernels against the scikit-fem reference forms, to round-off.

An irregular mesh that reaches the axis, two materials, thermal strain that varies inside elements.
scikit-fem numbers unknowns its own way; both sides are mapped to 2 * node + component through the
element tables.
"""

from itertools import pairwise

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.sparse import csc_matrix, tril
from skfem import Basis, ElementTriP2, ElementVector, MeshTri, MeshTri2

from fem_bump import Material, Model, current_flow, thermal_stress
from fem_bump.algebra.conduction_kernels import assemble_conduction, assemble_harmonic_conduction
from fem_bump.algebra.pattern import lower_pattern, scatter, symmetric_products
from fem_bump.algebra.shape_functions import (
    QUADRATURE_ORDER,
    shape_functions,
    shape_table,
    triangle_rule,
)
from fem_bump.conduction.current_flow import reference_form
from fem_bump.conduction.system import PER_UM
from fem_bump.mechanics.axisymmetric_kernels import assemble_elastic
from fem_bump.mechanics.thermal_stress import reference_forms

SOFT = Material("soft", 50e3, 0.36, 22e-6, 7e6)
STIFF = Material("stiff", 130e3, 0.27, 3e-6, 4e5)


def irregular(cells=5, seed=3):
    """Grid on [0, 2] x [0, 1] with shaken inner nodes and two regions."""
    mesh = MeshTri.init_tensor(np.linspace(0, 2, 2 * cells + 1), np.linspace(0, 1, cells + 1))
    p = mesh.p.copy()
    inner = np.setdiff1d(np.arange(p.shape[1]), mesh.boundary_nodes())
    shake = np.random.default_rng(seed).uniform(-0.25, 0.25, (2, len(inner))) / cells
    p[:, inner] += shake
    owner = mesh.p[:, mesh.t].mean(axis=1)[1] > 0.45
    left, right = (np.nonzero(np.isclose(p[0, mesh.facets], x).all(axis=0))[0] for x in (0, 2))
    bottom, top = (np.nonzero(np.isclose(p[1, mesh.facets], x).all(axis=0))[0] for x in (0, 1))
    return (
        MeshTri(p, mesh.t)
        .with_subdomains({"lower": np.nonzero(~owner)[0], "upper": np.nonzero(owner)[0]})
        .with_boundaries({"axis": left, "side": right, "bottom": bottom, "top": top})
    )


def bulged(mesh):
    """The same mesh with its outer side and some inner facets curved."""
    middle = mesh.p[:, mesh.facets].mean(axis=1)
    r, z = middle
    middle[0] += np.where(r > 1.7, 0.06 * np.sin(np.pi * z) * (r - 1.7), 0.0)
    bent = MeshTri2(np.hstack([mesh.p, middle]), mesh.t)
    return bent.with_subdomains(mesh.subdomains).with_boundaries(mesh.boundaries)


@pytest.fixture(scope="module", params=["straight", "curved"])
def model(request):
    mesh = irregular()
    return Model(
        bulged(mesh) if request.param == "curved" else mesh, {"lower": SOFT, "upper": STIFF}
    )


def per_element(model, name):
    by_region = np.array([float(model.materials[r].at(name, 25.0)) for r in model.region_names])
    return by_region[model.region_index]


def in_model_order(matrix, basis, dofs):
    """A scikit-fem matrix or vector in the numbering of ``dofs``, (elements, local)."""
    order = np.empty(basis.N, dtype=np.int64)
    order[dofs.T.ravel()] = basis.element_dofs.ravel()
    return matrix[order] if matrix.ndim == 1 else matrix[order][:, order]


def assert_same_matrix(colptr, rows, data, reference, rtol=1e-12):
    n = len(colptr) - 1
    assert rows.min() >= 0 and all((np.diff(rows[a:b]) > 0).all() for a, b in pairwise(colptr))
    difference = csc_matrix((data, rows, colptr), shape=(n, n)) - tril(reference)
    assert_allclose(abs(difference).max() / abs(reference).max(), 0.0, rtol=0, atol=rtol)


def test_elastic_matrix_and_load(model):
    rule, weights = triangle_rule()
    n, q = model.mesh.nelements, len(weights)
    r, z = model.quadrature[0]
    young, nu = (np.repeat(per_element(model, k)[:, None], q, 1) for k in ("young_mpa", "poisson"))
    eps = 1e-3 * (1 + r**2 - z)
    dofs = np.empty((n, 12), dtype=np.int64)
    dofs[:, 0::2], dofs[:, 1::2] = 2 * model.nodes.T, 2 * model.nodes.T + 1
    count = 2 * model.node_count
    colptr, rows = lower_pattern(dofs, count)
    data, load = np.zeros(colptr[-1]), np.zeros(count)
    assemble_elastic(
        model.node_points_um,
        model.nodes,
        shape_table(shape_functions(rule)),
        weights,
        young,
        nu,
        eps,
        dofs,
        np.zeros((n, 12)),
        colptr,
        rows,
        data,
        load,
    )

    stiffness, thermal_load = reference_forms()
    basis = Basis(model.mesh, ElementVector(ElementTriP2()), intorder=QUADRATURE_ORDER)
    given = {"young": young, "poisson": nu, "eps": eps}
    reference = in_model_order(stiffness.assemble(basis, **given).tocsr(), basis, dofs)
    assert_same_matrix(colptr, rows, data, reference)
    expected = in_model_order(thermal_load.assemble(basis, **given), basis, dofs)
    assert_allclose(
        load / np.abs(expected).max(), expected / np.abs(expected).max(), rtol=0, atol=1e-12
    )


@pytest.fixture
def conduction(model):
    """Geometry, rule and conductivity as the conduction kernels take them; dofs, pattern, basis."""
    rule, weights = triangle_rule()
    n = model.mesh.nelements
    s = np.repeat(per_element(model, "conductivity_s_per_m")[:, None], len(weights), 1)
    bulk = (
        model.node_points_um,
        model.nodes,
        np.arange(n),
        shape_table(shape_functions(rule)),
        weights,
        s * PER_UM,
    )
    dofs = np.ascontiguousarray(model.nodes.T)
    pattern = lower_pattern(dofs, model.node_count)
    basis = Basis(model.mesh, ElementTriP2(), intorder=QUADRATURE_ORDER)

    def reference(harmonic):
        found = reference_form().assemble(basis, conductivity=s, harmonic=harmonic).tocsr()
        return in_model_order(found, basis, dofs)

    return bulk, dofs, pattern, reference


def test_conduction_matrix(model, conduction):
    bulk, dofs, (colptr, rows), reference = conduction
    data, load = np.zeros(colptr[-1]), np.zeros(model.node_count)
    ones, nothing = np.ones(dofs.shape), np.zeros(dofs.shape)
    assemble_conduction(*bulk, ones, dofs, nothing, colptr, rows, data, load)
    assert_same_matrix(colptr, rows, data, reference(0))
    assert_allclose(load, np.bincount(dofs.ravel()), rtol=1e-15)


@pytest.mark.parametrize("harmonic", [1, 7])
def test_harmonic_conduction_matrices(conduction, harmonic):
    bulk, dofs, (colptr, rows), reference = conduction
    stiffness, mass = np.zeros((2, colptr[-1]))
    assemble_harmonic_conduction(*bulk, dofs, colptr, rows, stiffness, mass)
    assert_same_matrix(colptr, rows, stiffness, reference(0))
    assert_same_matrix(colptr, rows, stiffness + harmonic**2 * mass, reference(harmonic))


def test_harmonic_conduction_leaves_out_what_is_not_free(model, conduction):
    bulk, dofs, _, reference = conduction
    held = model.boundary_nodes("bottom")
    number = np.full(model.node_count, -1)
    free = np.setdiff1d(np.arange(model.node_count), held)
    number[free] = np.arange(len(free))
    colptr, rows = lower_pattern(number[dofs], len(free))
    stiffness, mass = np.zeros((2, colptr[-1]))
    assemble_harmonic_conduction(*bulk, number[dofs], colptr, rows, stiffness, mass)
    assert_same_matrix(colptr, rows, stiffness + 9 * mass, reference(3)[free][:, free])


def test_products_of_two_symmetric_matrices():
    rng = np.random.default_rng(3)
    pattern = np.tril(rng.random((30, 30)) < 0.2)
    np.fill_diagonal(pattern, True)
    lowers = [csc_matrix(np.where(pattern, rng.normal(size=(30, 30)), 0.0)) for _ in range(2)]
    x, found = rng.normal(size=30), np.full((2, 30), np.nan)
    first, second = lowers
    symmetric_products(first.indptr, first.indices, first.data, second.data, x, found[0], found[1])
    for lower, product in zip(lowers, found, strict=True):
        assert_allclose(product, (lower + tril(lower, -1).T) @ x, rtol=1e-12, atol=1e-13)


def test_solution_satisfies_the_reference_forms(model):
    """The nodal forces of all elements are K u - f of scikit-fem, and vanish where free."""
    found = thermal_stress(model, delta_t=lambda r, z: 50 * (1 + r * z), fixed={"bottom": "z"})
    stiffness, thermal_load = reference_forms()
    basis = Basis(model.mesh, ElementVector(ElementTriP2()), intorder=QUADRATURE_ORDER)
    given = {"young": found.state.young, "poisson": found.state.poisson, "eps": found.state.eps}
    dofs = np.empty((model.mesh.nelements, 12), dtype=np.int64)
    dofs[:, 0::2], dofs[:, 1::2] = 2 * model.nodes.T, 2 * model.nodes.T + 1
    k = in_model_order(stiffness.assemble(basis, **given).tocsr(), basis, dofs)
    f = in_model_order(thermal_load.assemble(basis, **given), basis, dofs)
    plane, residual, scale = found.part(0), k @ found.u_um.ravel() - f, np.abs(f).max()
    forces = plane.nodal_forces(np.arange(model.mesh.nelements)).ravel()
    assert_allclose(forces / scale, residual / scale, rtol=0, atol=1e-12)
    assert_allclose(residual[~plane.held.ravel()] / scale, 0, rtol=0, atol=1e-11)
    assert np.abs(residual[plane.held.ravel()]).max() > 1e-3 * scale


def test_current_satisfies_the_reference_form(model):
    found = current_flow(model, 0.2, source="top", sink="bottom")
    basis = Basis(model.mesh, ElementTriP2(), intorder=QUADRATURE_ORDER)
    k = in_model_order(
        reference_form()
        .assemble(basis, conductivity=found.conductivity_s_per_m, harmonic=0)
        .tocsr(),
        basis,
        np.ascontiguousarray(model.nodes.T),
    )
    phi = np.zeros(model.node_count)
    phi[model.nodes.T] = found.local_potential_v()
    flux = k @ phi
    assert_allclose(found.nodal_fluxes(np.arange(model.mesh.nelements)), flux, rtol=0, atol=1e-12)
    assert_allclose(flux[model.boundary_nodes("top")].sum(), 0.2, rtol=1e-10)
    inside = np.setdiff1d(np.arange(model.node_count), found.system.terminal_nodes)
    assert_allclose(flux[inside], 0, rtol=0, atol=1e-12)


def test_prescribed_values_move_to_the_right_side():
    matrix = np.array([[4.0, 1.0, 2.0], [1.0, 5.0, 3.0], [2.0, 3.0, 6.0]])
    dofs = np.array([[1, -1, 0]])
    colptr, rows = lower_pattern(dofs, 2)
    data, load = np.zeros(colptr[-1]), np.zeros(2)
    scatter(
        matrix,
        np.array([10.0, 20.0, 30.0]),
        np.array([0.0, 7.0, 0.0]),
        dofs[0],
        colptr,
        rows,
        data,
        load,
    )
    assert_allclose(
        csc_matrix((data, rows, colptr), shape=(2, 2)).toarray(), [[6, 0], [2, 4]], rtol=1e-15
    )
    assert_allclose(load, [30 - 3 * 7, 10 - 1 * 7], rtol=1e-15)


def test_tied_unknowns_add_up():
    matrix = np.array([[4.0, 1.0, 2.0], [1.0, 5.0, 3.0], [2.0, 3.0, 6.0]])
    dofs = np.array([[0, 1, 0]])
    colptr, rows = lower_pattern(dofs, 2)
    data, load = np.zeros(colptr[-1]), np.zeros(2)
    scatter(matrix, np.ones(3), np.zeros(3), dofs[0], colptr, rows, data, load)
    assert_allclose(
        csc_matrix((data, rows, colptr), shape=(2, 2)).toarray(), [[14, 0], [4, 5]], rtol=1e-15
    )
    assert_allclose(load, [2, 1], rtol=1e-15)


def test_shape_functions():
    points = np.array([[0.0, 1.0, 0.0, 0.5, 0.5, 0.0], [0.0, 0.0, 1.0, 0.0, 0.5, 0.5]])
    shape, dx, dy = shape_functions(points)
    assert_allclose(shape, np.eye(6), rtol=0, atol=1e-15)
    at = np.random.default_rng(0).uniform(0.1, 0.4, (2, 4))
    shape, dx, dy = shape_functions(at)
    step = 1e-6
    ahead, behind = (shape_functions(at + np.array([[s], [0]]))[0] for s in (step, -step))
    assert_allclose(dx, (ahead - behind) / (2 * step), rtol=1e-6, atol=1e-9)
    ahead, behind = (shape_functions(at + np.array([[0], [s]]))[0] for s in (step, -step))
    assert_allclose(dy, (ahead - behind) / (2 * step), rtol=1e-6, atol=1e-9)
    assert_allclose(shape.sum(axis=1), 1.0, rtol=1e-14)
