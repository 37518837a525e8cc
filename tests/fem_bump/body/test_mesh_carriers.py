"""Meshes of other packages, and arrays that are none, are refused with the way to convert them."""

import numpy as np
import pytest
from damaged_meshes import BODY, CAP, LINES, arrays, numbers, refusal, square
from numpy.testing import assert_allclose, assert_array_equal
from skfem import ElementTriP2, MeshHex, MeshLine, MeshQuad, MeshTet, MeshTri, MeshTri1DG, MeshTri2
from skfem.io import from_meshio

from fem_bump import Model


class Foreign:
    """A mesh of another package."""


def foreign(package):
    return type("Grid", (Foreign,), {"__module__": f"{package}.core"})()


@pytest.mark.parametrize(
    ("mesh", "words"),
    [
        (None, ["NoneType", "docs/own-meshes.md"]),
        ("bump.msh", ["file name (bump.msh)", "MeshTri.load"]),
        ((np.zeros((3, 2)), np.zeros((1, 3))), ["tuple", "MeshTri(points.T, triangles.T)"]),
        ({"vertices": [], "triangles": []}, ["dict", "MeshTri(points.T, triangles.T)"]),
        ([square(), MeshQuad()], ["list", "several meshes"]),
        (MeshQuad(), ["MeshQuad1", "mesh.to_meshtri()"]),
        (MeshTet(), ["MeshTet1", "section"]),
        (MeshHex(), ["MeshHex1", "section"]),
        (MeshLine(), ["MeshLine1", "area"]),
        (MeshTri1DG.from_mesh(square()), ["MeshTri1DG", "remove_duplicate_nodes"]),
        (MeshTri(elem=ElementTriP2), ["MeshTri1", "its elem is ElementTriP2"]),
        (foreign("meshio"), ["Grid", "skfem.io.from_meshio(mesh)"]),
        (foreign("pyvista"), ["Grid", "pyvista.to_meshio"]),
        (foreign("netgen"), ["Grid", "docs/own-meshes.md"]),
    ],
)
def test_other_carriers_are_named_with_the_way_to_convert_them(mesh, words):
    sentence = refusal(mesh)
    for word in words:
        assert word in sentence


def test_matplotlib_and_scipy_triangulations_say_how():
    from matplotlib.tri import Triangulation
    from scipy.spatial import Delaunay

    p = np.array([[0, 0], [1, 0], [0, 1], [1, 1.0]])
    for mesh in (Triangulation(*p.T), Delaunay(p)):
        assert "MeshTri(" in refusal(mesh)


def test_quads_converted_as_told_keep_their_marks():
    quads = MeshQuad.init_tensor(LINES, LINES).with_defaults()
    quads = quads.with_subdomains({"low": lambda x: x[1] < 2, "up": lambda x: x[1] > 2})
    model = Model(quads.to_meshtri(), {"low": BODY, "up": CAP})
    assert_allclose(model.points_um[1, model.mesh.facets[:, model.facets("bottom")]], 0.0)
    assert len(model.regions["low"]) == len(model.regions["up"]) == 16


def test_a_constant_third_coordinate_is_dropped_and_a_varying_one_refused():
    p, t = arrays()
    flat = np.vstack([p, np.full(p.shape[1], 3.0)])
    model = Model(MeshTri(flat, t), {"body": BODY})
    assert_array_equal(model.points_um, p)
    assert "third varies from 0 to 4" in refusal(MeshTri(np.vstack([p[0], 0 * p[0], p[1]]), t))


def test_transposed_points_are_refused():
    p, _ = arrays()
    assert "(2, vertices)" in refusal(MeshTri(p.T, np.array([[0], [1], [0]])))


def test_no_elements_are_refused():
    p, _ = arrays()
    assert "elements >= 1" in refusal(MeshTri(p, np.zeros((3, 0), dtype=int)))


@pytest.mark.parametrize("number", [-1, 25, 1000])
def test_vertices_that_do_not_exist(number):
    p, t = arrays()
    t[1, 3] = number
    sentence = refusal(MeshTri(p, t))
    assert "1 element with vertices" in sentence and "allowed is 0 to 24" in sentence


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_coordinates_that_are_not_finite(value):
    p, t = arrays()
    p[1, [3, 7]] = value
    sentence = refusal(MeshTri(p, t))
    assert "2 nodes" in sentence and "number 3" in sentence
    assert "not finite" in refusal(MeshTri2(**_curved(lambda x: np.where(x == 0.5, value, x))))


def _curved(change):
    mesh = MeshTri2.from_mesh(square())
    return {"doflocs": np.array([mesh.doflocs[0], change(mesh.doflocs[1])]), "t": mesh.t}


def test_quads_that_were_lost_beside_triangles_leave_their_vertices():
    import meshio

    p, t = arrays()
    quads = MeshQuad.init_tensor(np.linspace(4, 8, 9), LINES)
    points = np.hstack([p, quads.p]).T
    cells = [("triangle", t.T), ("quad", quads.t.T + 25)]
    sentence = refusal(from_meshio(meshio.Mesh(points, cells)))
    assert "45 of the mesh's 70 nodes belong to no triangle, the first is number 25" in sentence
    Model(from_meshio(meshio.Mesh(points, cells)).remove_unused_nodes(), {"body": BODY})


def test_nodes_behind_the_midpoints_mean_nothing():
    mesh = MeshTri2.from_mesh(square())
    more = MeshTri2(np.hstack([mesh.doflocs, np.full((2, 2), np.nan)]), mesh.t)
    assert_array_equal(
        Model(more, {"body": BODY}).node_points_um, Model(mesh, {"body": BODY}).node_points_um
    )


def test_a_mesh_in_another_plane_that_lost_a_coordinate_is_flat():
    p, t = arrays()
    assert "32 flat elements" in refusal(MeshTri(np.array([p[0], 0 * p[1]]), t))


def test_second_order_nodes_must_be_as_many_as_there_are_facets():
    mesh = MeshTri2.from_mesh(square())
    assert "25 vertices" in refusal(MeshTri2(mesh.doflocs[:, :-1], mesh.t))


# of second order, nodes behind the last vertex are midpoints
@pytest.mark.parametrize(("order", "at"), [(1, 0), (1, 12), (1, 25), (2, 0), (2, 12)])
def test_vertices_that_no_element_uses_change_nothing(order, at):
    p, t = arrays()
    points = np.insert(p, at, [np.nan, 99.0], axis=1)
    rise = np.insert(-100.0 - p[1], at, np.nan)
    clean, dirty = MeshTri(p, t), MeshTri(points, t + (t >= at))
    marks = {"bottom": lambda x: x[1] == 0, "top": lambda x: x[1] == 4}
    if order == 2:
        clean, middles = MeshTri2.from_mesh(clean), MeshTri2.from_mesh(clean).doflocs[:, 25:]
        dirty = MeshTri2(np.hstack([points, middles]), dirty.t)
    clean = clean.with_boundaries(marks)
    dirty = dirty.with_boundaries(clean.boundaries)
    for delta_t in (rise, np.delete(rise, at)):
        assert_allclose(
            numbers(dirty, {"body": BODY}, delta_t),
            numbers(clean, {"body": BODY}, np.delete(rise, at)),
            rtol=1e-12,
        )
