"""Models on meshes that are not ours: regions, groups, units, locating points, refusals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from skfem import MeshQuad, MeshTri

from fem_bump import InputError, Material, Model
from fem_bump.verification.grids import grid

SOFT = Material("soft", 50e3, 0.36, 22e-6)
STIFF = Material("stiff", 130e3, 0.28, 3e-6)
BOXES = {"lower": (0, 2, 0, 1), "upper": (0, 2, 1, 2)}


def two_regions():
    return grid(np.linspace(0, 2, 5), np.linspace(0, 2, 5), BOXES)


@pytest.fixture(scope="module")
def model():
    return Model(two_regions(), {"lower": SOFT, "upper": STIFF}, {"all": ["lower", "upper"]})


def test_regions_groups_and_nodes(model):
    assert model.region_names == ("lower", "upper")
    assert len(model.elements("all")) == model.mesh.nelements
    assert set(model.elements("lower")).isdisjoint(model.elements("upper"))
    assert model.members("all") == ("lower", "upper")
    assert model.nodes.shape == (6, model.mesh.nelements)
    assert model.node_points_um.shape == (2, model.node_count)
    middle = model.node_points_um[:, model.nodes[3:]]
    corner = model.node_points_um[:, model.nodes[:3]]
    assert_allclose(middle, (corner + corner[:, [1, 2, 0]]) / 2, rtol=0, atol=1e-15)
    assert_allclose(model.node_points_um[0, model.axis_nodes], 0.0, rtol=0, atol=0)
    assert len(model.axis_nodes) == 9
    assert_allclose(model.node_points_um[1, model.boundary_nodes("top")], 2.0, rtol=1e-15)


@pytest.mark.parametrize("unit, scale", [("um", 1.0), ("mm", 1e3), ("m", 1e6)])
def test_units(unit, scale):
    mesh = grid(np.array([0, 1, 2.0]) / scale, np.array([0, 1, 2.0]) / scale)
    found = Model(mesh, {"body": SOFT}, length_unit=unit)
    assert_allclose(np.ptp(found.points_um, axis=1), 2.0, rtol=1e-12)
    element, x, y = found.locate(np.array([[0.7], [1.2]]) / scale)
    rule = np.array([x, y])
    assert_allclose(
        found.integration(rule, np.ones(rule.shape[1]))[0][:, element[0], 0], [0.7, 1.2], rtol=1e-12
    )


def test_mesh_without_names_is_one_region():
    found = Model(MeshTri.init_tensor(np.array([0, 1.0]), np.array([0, 1.0])), {"body": SOFT})
    assert found.region_names == ("body",)


def test_round_off_at_the_axis_counts_as_axis():
    mesh = two_regions()
    p = mesh.p.copy()
    p[0, p[0] == 0] = -1e-15
    found = Model(MeshTri(p, mesh.t), {"body": SOFT})
    assert len(found.axis_nodes) == 9


@settings(max_examples=50, deadline=None)
@given(r=st.floats(0, 2), z=st.floats(0, 2))
def test_located_points_are_where_they_are(model, r, z):
    element, x, y = model.locate(np.array([[r], [z]]))
    corner = model.points_um[:, model.triangles[:, element[0]]]
    place = corner @ np.array([1 - x[0] - y[0], x[0], y[0]])
    assert_allclose(place, [r, z], rtol=0, atol=1e-8)


def test_region_decides_the_side(model):
    point = np.array([[0.3], [1.0]])
    for name in ("lower", "upper"):
        element, _, _ = model.locate(point, name)
        assert model.region_names[model.region_index[element[0]]] == name


def test_points_outside(model):
    with pytest.raises(ValueError, match=r"\(2\.5, 1\) um lies outside the mesh"):
        model.locate(np.array([[0.5, 2.5], [0.5, 1.0]]))
    with pytest.raises(ValueError, match="outside region 'lower'"):
        model.locate(np.array([[0.5], [1.5]]), "lower")
    with pytest.raises(InputError, match="finite"):
        model.locate(np.array([[np.nan], [0.0]]))
    with pytest.raises(InputError, match="points must be"):
        model.locate(np.zeros((3, 2)))


def build(mesh=None, materials=None, **changes):
    materials = {"lower": SOFT, "upper": STIFF} if materials is None else materials
    return Model(two_regions() if mesh is None else mesh, materials, **changes)


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"materials": {"lower": SOFT}}, "region 'upper' of the mesh has no material"),
        ({"materials": {"lower": SOFT, "upper": SOFT, "uper": SOFT}}, "did you mean upper"),
        ({"groups": {"g": ["lowr"]}}, "group 'g': unknown region 'lowr'; did you mean lower"),
        ({"groups": {"lower": ["upper"]}}, "has the name of a region"),
        ({"length_unit": "nm"}, "length_unit = 'nm' must be one of"),
        ({"mesh": MeshQuad()}, "MeshQuad1"),
        ({"mesh": two_regions().translated((-1.0, 0.0))}, "r must not be negative"),
        (
            {
                "mesh": two_regions().with_subdomains(
                    {"upper": np.arange(4)},
                )
            },
            "lie in (no|two)",
        ),
        (
            {"mesh": grid([0, 1, 2, 3], [0, 1], {"lower": (0, 1, 0, 1), "upper": (2, 3, 0, 1)})},
            "2 disconnected bodies",
        ),
    ],
)
def test_refusals(changes, message):
    with pytest.raises(InputError, match=message):
        build(**changes)


def test_unknown_names(model):
    with pytest.raises(InputError, match="unknown boundary 'botom'; did you mean bottom"):
        model.facets("botom")
    with pytest.raises(InputError, match="unknown region or group 'al'"):
        model.elements("al")
    mesh = two_regions().with_boundaries({"nothing": np.zeros(0, dtype=np.int64)})
    with pytest.raises(InputError, match="boundary 'nothing' of the mesh is empty"):
        build(mesh).facets("nothing")


def test_an_empty_leg_is_refused_at_once():
    """As with_boundaries leaves it: a function finds no facet between regions by itself."""
    mesh = two_regions().with_boundaries({"upper/lower:floor": lambda x: x[1] < -1})
    with pytest.raises(InputError, match=r"'upper/lower:floor' .* is empty.*boundaries_only"):
        build(mesh)
