"""Facets as scikit-fem numbers them, of whole meshes and of broken ones."""

import numpy as np
import pytest
from skfem import MeshTri, MeshTri2

from groundwork.facets import number_facets

RNG = np.random.default_rng(5)


def shuffled(mesh):
    """The mesh with its vertices renumbered, its elements in another order and turned."""
    new = RNG.permutation(mesh.nvertices)
    t = new[mesh.t][:, RNG.permutation(mesh.nelements)]
    t = np.stack([t[RNG.permutation(3), k] for k in range(t.shape[1])], axis=1)
    return MeshTri(mesh.p[:, np.argsort(new)], t, sort_t=False)


FINE = MeshTri().refined(4)
MESHES = {
    "one triangle": MeshTri(np.array([[0.0, 1, 0], [0, 0, 1]]), np.array([[0], [1], [2]])),
    "refined": FINE,
    "any order": shuffled(FINE),
    "second order": MeshTri2.init_circle(3),
    "a vertex unused": MeshTri(np.hstack([FINE.p, [[9.0], [9.0]]]), FINE.t),
    "three at a facet": MeshTri(
        np.array([[0.0, 1, 0, 1, 2], [0, 0, 1, 1, 3]]), np.array([[0, 1, 1], [1, 2, 2], [2, 3, 4]])
    ),
    "a vertex twice": MeshTri(np.array([[0.0, 1, 0], [0, 0, 1]]), np.array([[0], [1], [1]])),
}


@pytest.mark.parametrize("name", MESHES)
def test_facets_and_their_elements_are_scikit_fems(name):
    mesh = MESHES[name]
    plain = type(mesh)(mesh.doflocs.copy(), mesh.t.copy(), sort_t=False)
    ours = type(mesh)(mesh.doflocs.copy(), mesh.t.copy(), sort_t=False)
    number_facets(ours)
    for attribute in ("facets", "t2f", "f2t"):
        expected, found = getattr(plain, attribute), getattr(ours, attribute)
        np.testing.assert_array_equal(found, expected, err_msg=attribute)
        assert (found.dtype, found.flags.c_contiguous) == (expected.dtype, True)


def test_what_a_mesh_has_stays():
    mesh = MeshTri().refined(2)
    facets, f2t = mesh.facets, mesh.f2t
    number_facets(mesh)
    assert mesh.facets is facets
    assert mesh.f2t is f2t
