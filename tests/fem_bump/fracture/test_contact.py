"""Faces of a crack that touch: no overlap, forces in balance, and what is refused."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from fem_bump.body.cracks import crack_tip, open_crack
from fem_bump.body.model import Model
from fem_bump.errors import InputError
from fem_bump.fracture.contact import close_faces, face_pairs
from fem_bump.fracture.energy_release import energy_release
from fem_bump.fracture.face_tractions import face_tractions
from fem_bump.materials import Material
from fem_bump.mechanics.thermal_stress import thermal_stress
from fem_bump.verification.grids import grid

FILM = Material("film", 100e3, 0.3, 2e-5)
BASE = Material("base", 20e3, 0.4, 5e-6)


def body(crack=((0.0, 1.0, 0.0, 0.0),), regions=None, cells=12, map_points=None):
    """Two bonded discs, 3 um wide, parted along boxes."""
    mesh = grid(
        np.linspace(0, 3, 3 * cells + 1),
        np.linspace(-1, 1, 2 * cells + 1),
        regions=regions or {"upper": (0, 3, 0, 1), "lower": (0, 3, -1, 0)},
        interiors={f"crack{k}": box for k, box in enumerate(crack)},
        map_points=map_points,
    )
    parts = [mesh.boundaries[f"crack{k}"] for k in range(len(crack))]
    mesh = mesh.with_boundaries({**mesh.boundaries, "crack": np.unique(np.concatenate(parts))})
    return Model(open_crack(mesh, "upper"), {"upper": FILM, "lower": BASE})


def loaded(model, end, slide=0.0, **given):
    """The ends pressed together by ``end`` (or pulled apart) and stretched against each other."""
    ends = {"top": {"z": end, "r": lambda r, z: slide * r},
            "bottom": {"z": 0.0, "r": lambda r, z: -slide * r}}  # fmt: skip
    return thermal_stress(
        model, prescribed_um=ends,
        **{"keep_factors": True, **given},
    )  # fmt: skip


@pytest.fixture(scope="module")
def free():
    return loaded(body(), -0.01, 0.02)


def jumps(state):
    tip = crack_tip(state.model)
    pairs = face_pairs(tip)
    found = pairs.jumps(state.model.node_count) @ state.parts[0].u_um.ravel()
    return pairs, *found.reshape(2, -1)


@pytest.mark.parametrize("friction", [0.0, 0.3, 1.0])
def test_faces_do_not_overlap_and_forces_balance(free, friction):
    state = close_faces(free, friction)
    assert jumps(free)[1].min() < -1e-4
    pairs, normal, slid = jumps(state)
    assert normal.min() > -1e-14
    part = state.parts[0]
    force = part.nodal_forces(np.arange(state.model.mesh.nelements))
    inside = state.model.node_points_um[0, pairs.a] > 0  # the axis exerts forces of its own
    assert_allclose(force[pairs.a][inside], -force[pairs.b][inside], atol=1e-9)
    pressing = (force[pairs.a] * pairs.normal).sum(axis=1)
    dragging = np.where(inside, (force[pairs.a] * pairs.along).sum(axis=1), 0.0)
    assert pressing.min() > -1e-9 * pressing.max()
    assert_allclose(pressing * normal, 0.0, atol=1e-9 * pressing.max())
    most = friction * (pairs.pressing @ pressing)
    assert (np.abs(dragging) <= most + 1e-9 * pressing.max()).all()
    slides = np.abs(slid) > 1e-12
    assert slides.any() == (friction < 1.0)
    assert (dragging[slides] * slid[slides] <= 1e-12).all()
    assert_allclose(np.abs(dragging[slides]), most[slides], atol=1e-9 * pressing.max())
    # the outside holds what the contact carries
    assert_allclose(force[state.model.boundary_nodes("top"), 1].sum(),
                    -force[state.model.boundary_nodes("bottom"), 1].sum(), rtol=1e-9)  # fmt: skip


def test_an_open_crack_stays_as_it_is():
    state = loaded(body(), 0.01)
    touching = close_faces(state, 0.3)
    assert_allclose(touching.parts[0].u_um, state.parts[0].u_um, rtol=1e-13, atol=1e-18)
    assert not energy_release(touching).opening.touching.any()
    assert energy_release(touching).g_j_per_m2.mean == energy_release(state).g_j_per_m2.mean


def test_pressure_is_that_of_the_body_without_a_crack():
    """Alike materials, pressed evenly: a crack that does not slide is not felt at all."""
    model = body()
    model = Model(model.mesh, {"upper": FILM, "lower": FILM})
    state = close_faces(loaded(model, -0.01, slide=0.0, tied={"right": "r"}))
    found = energy_release(state)
    assert_allclose(found.opening.contact_um, 1.0, rtol=1e-12)
    assert found.opening.tip_closed and found.opening.contact_step_um == 0.0
    tractions = face_tractions(found.tip, state.parts)
    whole = state.stress(np.array([found.tip.model.node_points_um[0, found.tip.faces[0, 2]],
                                   np.full(found.tip.faces.shape[2], 0.01)]), "upper")  # fmt: skip
    assert_allclose(tractions.pressure_mpa[2:], -whole[1][2:], rtol=0.02)


def test_friction_lessens_what_reaches_the_tip(free):
    g, k = zip(*[
        (found.g_j_per_m2.mean, found.intensity[0])
        for found in (energy_release(close_faces(free, mu)) for mu in (0.0, 0.2, 0.4, 5.0))
    ], strict=True)  # fmt: skip
    assert g[0] > g[1] > g[2] > 0
    assert_allclose([one[0] for one in k], 0.0, atol=0)
    assert all(one[1] != 0 for one in k[:3])
    assert abs(g[3]) < 1e-4 * g[0]
    held = [energy_release(close_faces(free, mu)).opening.tip_held for mu in (0.4, 5.0)]
    assert held == [False, True]


@pytest.mark.slow
def test_ways_agree_where_faces_slide():
    state = loaded(body(cells=24), -0.01, 0.02)
    for friction, closure in ((0.0, 1e-3), (0.2, 5e-3)):
        found = energy_release(close_faces(state, friction))
        g = found.g_j_per_m2.mean
        assert_allclose(found.g_closure_j_per_m2.mean, g, rtol=closure)
        # both are of first order in the size at the tip, with other constants
        assert_allclose(found.g_of_intensity(), g, rtol=0.06)
        assert abs(found.mode_mix_deg()) == 90.0


def test_a_corner_has_both_normals():
    """A crack up a wall and along a floor: no node of the corner passes either."""
    regions = {"lower": (0, 3, -1, 1), "upper": (0, 1.5, 0, 1)}
    model = body(((0.5, 1.5, 0.0, 0.0), (1.5, 1.5, 0.0, 1.0)), regions)
    tip = crack_tip(model)
    pairs = face_pairs(tip)
    at, count = np.unique(pairs.a, return_counts=True)
    (corner,) = at[count == 2]
    assert_allclose(model.node_points_um[:, corner], [1.5, 0.0], atol=1e-12)
    assert not pairs.rough[pairs.a == corner].any() and pairs.rough.sum() == len(pairs.a) - 2
    state = close_faces(thermal_stress(model, delta_t=-100.0, keep_factors=True,
                                       prescribed_um={"bottom": {"z": 0.0}, "top": {"z": -0.01}}),
                        0.2)  # fmt: skip
    _, normal, _ = jumps(state)
    assert normal.min() > -1e-14


def test_a_crack_with_two_tips_closes_between_them():
    model = body(((1.0, 2.0, 0.0, 0.0),), cells=24)
    state = close_faces(loaded(model, -0.01, 0.02), near=(2.0, 0.0))
    for near in ((1.0, 0.0), (2.0, 0.0)):
        found = energy_release(state, near=near)
        assert found.opening.tip_closed
        assert_allclose(found.opening.contact_um, 1.0, rtol=1e-9)
        assert_allclose(found.g_of_intensity(), found.g_j_per_m2.mean, rtol=0.05)


def test_a_partial_contact_says_how_well_its_end_is_known():
    """The film's rim bends up, its middle is pressed: they touch in the middle alone."""
    model = body(((0.0, 2.0, 0.0, 0.0),))
    state = close_faces(loaded(model, lambda r, z: -0.02 + 0.02 * r))
    opening = energy_release(state).opening
    assert 0 < opening.contact_um < 2.0 and not opening.tip_closed
    assert_allclose(opening.contact_step_um, 1 / 24, rtol=1e-9)
    assert opening.overlap_share() == 0.0


def test_refusals(free):
    with pytest.raises(InputError, match=r"friction = -0\.1 must be a number of at least 0"):
        close_faces(free, -0.1)
    with pytest.raises(InputError, match="keep_factors"):
        close_faces(loaded(body(), -0.01, keep_factors=False))
    with pytest.raises(InputError, match="unknown boundary"):
        close_faces(thermal_stress(whole(), keep_factors=True))
    sheared = thermal_stress(
        body(), prescribed_um={"top": {"z": -0.01}, "bottom": {"z": 0.0}},
        lateral_shift_um={"top": 0.01, "bottom": 0.0}, keep_factors=True,
    )  # fmt: skip
    with pytest.raises(InputError, match="varies around the axis is not available"):
        close_faces(sheared)


def whole():
    mesh = grid(np.linspace(0, 3, 7), np.linspace(-1, 1, 5))
    return Model(mesh, {"body": FILM})
