"""Opening a mesh along facets: which vertices part, what stays, and where the tips are."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from skfem import MeshTri2

from fem_bump.body.cracks import FACE_A, FACE_B, crack_tip, open_crack
from fem_bump.body.model import Model
from fem_bump.errors import InputError
from fem_bump.materials import Material
from fem_bump.verification.grids import grid

STEEL = Material("steel", 200e3, 0.3, 1.2e-5)
REGIONS = {"upper": (0, 4, 0, 2), "lower": (0, 4, -2, 0)}


def block(start, stop, extra=None):
    """A block whose upper half lies on its lower one, to be parted from r = start to stop."""
    return grid(
        np.linspace(0, 4, 9),
        np.linspace(-2, 2, 9),
        regions=REGIONS,
        interiors={
            "crack": (start, stop, 0, 0),
            "upper/lower:floor": (0, 4, 0, 0),
            **(extra or {}),
        },
    )


def modelled(mesh):
    return Model(mesh, dict.fromkeys(mesh.subdomains, STEEL))


@pytest.mark.parametrize(
    ("start", "stop", "parted", "tips"),
    [(0, 2, 4, 1), (2, 4, 4, 1), (1, 3, 3, 2)],  # from the axis, from a free side, inside
)
def test_only_tips_stay_whole(start, stop, parted, tips):
    mesh = block(start, stop)
    opened = open_crack(mesh, "upper")
    assert opened.nvertices == mesh.nvertices + parted
    assert opened.nelements == mesh.nelements
    a, b = opened.boundaries[FACE_A], opened.boundaries[FACE_B]
    assert len(a) == len(b) == 2 * (stop - start) and not set(a) & set(b)
    # free faces: one element each, of the right side
    assert (opened.f2t[1, np.concatenate([a, b])] < 0).all()
    for face, region in ((a, "upper"), (b, "lower")):
        assert np.isin(opened.f2t[0, face], opened.subdomains[region]).all()
        assert_allclose(opened.p[1, opened.facets[:, face]], 0.0, atol=1e-15)
    shared = np.intersect1d(opened.facets[:, a], opened.facets[:, b])
    assert len(shared) == tips


def test_everything_else_is_kept():
    mesh = block(2, 4)
    opened = open_crack(mesh, "upper")
    assert "crack" not in opened.boundaries
    for name in ("left", "right", "bottom", "top"):
        before, after = (
            m.p[:, m.facets[:, m.boundaries[name]]].sum(axis=1) for m in (mesh, opened)
        )
        assert_allclose(np.sort(before), np.sort(after), rtol=1e-14)
    # the interface keeps what is still bonded
    legs = opened.boundaries["upper/lower:floor"]
    assert_allclose(opened.p[0, opened.facets[:, legs]].max(), 2.0, rtol=1e-14)
    for name, found in mesh.subdomains.items():
        assert_array_equal(opened.subdomains[name], found)
    corners = [np.sort(m.p[0, m.t] + 10 * m.p[1, m.t], axis=0) for m in (mesh, opened)]
    assert_allclose(corners[0], corners[1], rtol=1e-14)


def test_another_boundary_on_the_crack_keeps_side_a():
    opened = open_crack(block(2, 4, {"footprint": (3, 4, 0, 0)}), "upper")
    found = opened.boundaries["footprint"]
    assert np.isin(found, opened.boundaries[FACE_A]).all() and len(found) == 2


def test_curved_facets_stay_curved():
    mesh = block(0, 2)
    middle = mesh.p[:, mesh.facets].mean(axis=1)
    bent = mesh.boundaries["right"]
    middle[0, bent] += 0.02
    curved = MeshTri2(np.hstack([mesh.p, middle]), mesh.t)
    curved = curved.with_subdomains(mesh.subdomains).with_boundaries(mesh.boundaries)
    opened = open_crack(curved, "upper")
    assert isinstance(opened, MeshTri2)
    model = modelled(opened)
    assert_array_equal(np.nonzero(model.curved_facets)[0], np.sort(opened.boundaries["right"]))
    assert_allclose(model.quadrature[1].sum(), modelled(curved).quadrature[1].sum(), rtol=1e-13)


def test_inside_one_region_a_mask_says_the_side():
    mesh = block(2, 4)
    whole = mesh.with_subdomains({"body": np.arange(mesh.nelements)})
    above = mesh.p[1, mesh.t].mean(axis=0) > 0
    opened, same = open_crack(whole, above), open_crack(mesh, "upper")
    for name in (FACE_A, FACE_B):
        assert_array_equal(opened.boundaries[name], same.boundaries[name])
    assert_array_equal(opened.t, same.t)
    with pytest.raises(InputError, match="must lie between elements of side_a and others"):
        open_crack(whole, np.zeros(mesh.nelements, dtype=bool))
    with pytest.raises(InputError, match="a mask over the 128 elements"):
        open_crack(whole, np.nonzero(above)[0])


def test_tip_and_its_axes():
    tip = crack_tip(modelled(open_crack(block(2, 4), "upper")))
    assert_allclose(tip.point_um, [2.0, 0.0], atol=1e-14)
    assert_allclose(tip.direction, [-1.0, 0.0], atol=1e-14)
    assert_allclose(tip.normal, [0.0, 1.0], atol=1e-14)
    assert_allclose(tip.length_um, 2.0, rtol=1e-14)
    assert_allclose(tip.distance_um[0], [0.25, 0.5], rtol=1e-14)
    p = tip.model.node_points_um
    assert_allclose(p[:, tip.faces[0]], p[:, tip.faces[1]], atol=1e-14)
    assert tip.ahead is not None
    assert_allclose(p[:, tip.ahead[1]], [1.5, 0.0], atol=1e-14)
    swapped = crack_tip(modelled(open_crack(block(2, 4), "lower")))
    assert_allclose(swapped.normal, [0.0, -1.0], atol=1e-14)


def test_of_two_tips_the_near_one():
    model = modelled(open_crack(block(1, 3), "upper"))
    with pytest.raises(InputError, match="2 tips"):
        crack_tip(model)
    assert_allclose(crack_tip(model, near=(2.9, 0.1)).point_um, [3.0, 0.0], atol=1e-14)
    assert_allclose(crack_tip(model, near=(0.9, 0.1)).direction, [-1.0, 0.0], atol=1e-14)


def test_bad_input():
    with pytest.raises(InputError, match="no boundary 'slit'"):
        open_crack(block(0, 2), "upper", boundary="slit")
    with pytest.raises(InputError, match="unknown region 'middle'"):
        open_crack(block(0, 2), "middle")
    with pytest.raises(InputError, match="must lie between"):
        open_crack(block(0, 2), ["upper", "lower"])
    with pytest.raises(InputError, match="must lie between"):
        open_crack(block(0, 2), "upper", boundary="top")
    with pytest.raises(InputError, match="unknown boundary"):
        crack_tip(modelled(block(0, 2)))
    opened = open_crack(block(0, 1, {"second": (3, 4, 0, 0)}), "upper")
    with pytest.raises(InputError, match="has an open crack already"):
        open_crack(opened, "upper", boundary="second")
