"""Meshes with defects are refused with count and place: elements, slits, axis, curved elements."""

import numpy as np
import pytest
import shapely
from damaged_meshes import BODY, CAP, LINES, arrays, refusal, square
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from skfem import MeshTri, MeshTri2

from fem_bump import InputError, Model, current_flow
from fem_bump.body.cracks import open_crack
from fem_bump.verification.grids import grid


def vertex(points, r, z):
    return int(np.hypot(points[0] - r, points[1] - z).argmin())


def test_elements_with_a_repeated_vertex():
    p, t = arrays()
    t[1, 4] = t[0, 4]
    assert "1 element with a repeated vertex" in refusal(MeshTri(p, t))


def test_flat_elements():
    p, t = arrays()
    middle = vertex(p, 0, 0), vertex(p, 1, 0), vertex(p, 2, 0)
    sentence = refusal(MeshTri(p, np.hstack([t, np.array([middle]).T])))
    assert "1 flat element without area, the first at (r, z) = (1, 0) um" in sentence


def test_flat_films_are_no_flat_elements():
    # 20 nm on 500 um, and angles of 179.9 degrees
    film = grid([0, 250, 500], [0, 0.01, 0.02, 400])
    assert Model(film, {"body": BODY}).mesh is film
    for free_standing in (grid([0, 1, 2], [0, 0.001]), grid([0, 250, 500], [0, 0.01, 0.02])):
        Model(free_standing, {"body": BODY})


def test_elements_that_are_there_twice():
    p, t = arrays()
    sentence = refusal(MeshTri(p, np.hstack([t, t[[2, 0, 1], 5:7]])))
    assert "2 doubled elements with the same three vertices" in sentence


def test_facets_of_three_elements():
    p, t = arrays()
    extra = np.array([[vertex(p, 1, 1), vertex(p, 2, 1), vertex(p, 3, 3)]]).T
    assert "1 facet of more than two elements" in refusal(MeshTri(p, np.hstack([t, extra])))


def test_folded_elements():
    p, t = arrays()
    p[:, vertex(p, 2, 2)] = [3.4, 2.3]
    sentence = refusal(MeshTri(p, t), length_unit="mm")
    assert "with both elements on the same side" in sentence and "mm" in sentence


def fan(turns, count, radius, first=0.0):
    """Triangles around (8, 0) that turn by so many turns, its first and last side apart."""
    angle = first + np.linspace(0, 2 * np.pi * turns, count + 1)
    rim = np.array([8 + radius * np.cos(angle), radius * np.sin(angle)])
    t = np.array([np.zeros(count, int), np.arange(1, count + 1), np.arange(2, count + 2)])
    return np.hstack([[[8.0], [0.0]], rim]), t


def test_elements_around_a_vertex_that_cover_each_other():
    p, t = fan(2, 14, 3.0)
    t[2, -1] = 1  # closed: an inner vertex with 720 degrees
    sentence = refusal(MeshTri(p[:, :-1], t))
    assert "cover each other" in sentence and "720 degrees" in sentence and "(8, 0)" in sentence
    p, t = fan(1.3, 9, 3.0)
    assert "468 degrees" in refusal(MeshTri(p, t))


def ring(turns, drift):
    """A band around (20, 0) that overlaps itself, or nearly, after one turn."""
    angle = np.linspace(0, 2 * np.pi * turns, 41)
    inner, outer = 5 + drift * angle, 7 + drift * angle
    p = np.hstack([20 + inner * np.cos(angle), 20 + outer * np.cos(angle)])
    q = np.hstack([inner * np.sin(angle), outer * np.sin(angle)])
    i = np.arange(40)
    t = np.hstack([np.array([i, i + 1, i + 41]), np.array([i + 1, i + 42, i + 41])])
    return MeshTri(np.array([p, q]), t)


def test_parts_that_overlap():
    assert "of outer facets that cross" in refusal(ring(1.2, 0.2))
    Model(ring(0.97, 0.0), {"body": BODY})
    Model(ring(1.5, 1.0), {"body": BODY})  # a spiral whose turns are apart


def unmerged(gap=0.0, bridge=True):
    """Two blocks that share a line of places, and vertices only at its far end."""
    low = MeshTri.init_tensor(LINES, LINES)
    up = low.translated((0.0, 4.0 + gap))
    p = np.hstack([low.p, up.p])
    t = np.hstack([low.t, up.t + low.nvertices])
    if bridge:
        for r in (3, 4):
            one, two = vertex(low.p, r, 4), vertex(up.p, r, 4 + gap) + low.nvertices
            t[t == two] = one
    return p, t


@pytest.mark.parametrize("gap", [0.0, 1e-12, 1e-6])
@pytest.mark.parametrize("bridge", [True, False])
def test_vertices_in_one_place(gap, bridge):
    sentence = refusal(MeshTri(*unmerged(gap, bridge)))
    count = 6 if bridge else 10
    assert f"{count} doubled vertices in the place of another one" in sentence
    assert "remove_duplicate_nodes" in sentence and "4) um" in sentence


def test_a_gap_is_a_gap():
    p, t = unmerged(0.01)
    Model(MeshTri(p, t), {"body": BODY})


def test_merged_as_told_it_is_accepted_and_whole():
    mesh = MeshTri(*unmerged()).remove_duplicate_nodes()
    whole = grid(LINES, np.linspace(0, 8, 9))
    marks = {"bottom": lambda x: x[1] == 0, "top": lambda x: x[1] == 8}
    found, known = (m.with_boundaries(marks) for m in (mesh, whole))
    assert_allclose(
        resistance(found, {"body": BODY}), resistance(known, {"body": BODY}), rtol=1e-12
    )


def test_faces_of_a_crack_may_lie_on_each_other():
    mesh = grid(
        LINES,
        LINES,
        interiors={"crack": (0, 2, 2, 2)},
        regions={"low": (0, 4, 0, 2), "up": (0, 4, 2, 4)},
    )
    opened = open_crack(mesh, "up")
    model = Model(opened, {"low": BODY, "up": CAP})
    assert len(model.facets("crack_a")) == 2
    del opened.boundaries["crack_a"], opened.boundaries["crack_b"]
    with pytest.raises(InputError, match="4 doubled vertices in the place of another one"):
        Model(opened, {"low": BODY, "up": CAP})


def test_hanging_vertices():
    low, up = MeshTri.init_tensor(LINES, LINES), MeshTri.init_tensor(np.linspace(0, 4, 9), LINES)
    p = np.hstack([low.p, up.p + np.array([[0.0], [4.0]])])
    t = np.hstack([low.t, up.t + low.nvertices])
    mesh = MeshTri(p, t).remove_duplicate_nodes()
    sentence = refusal(mesh)
    assert "4 hanging vertices on the facet of an element" in sentence
    assert "(0.5, 4) um" in sentence


def test_bodies_say_where_the_smallest_lies():
    p, t = arrays()
    far = np.hstack([p, np.array([[9, 10, 9], [0, 0, 1.0]])])
    sentence = refusal(MeshTri(far, np.hstack([t, [[25], [26], [27]]])))
    assert "2 disconnected bodies, the smallest of 1 elements at (r, z) = (9.33333" in sentence


def test_bodies_that_touch_in_one_vertex_are_two():
    one = MeshTri.init_tensor(LINES, LINES)
    mesh = one + one.translated((4.0, 4.0))
    assert "2 disconnected bodies" in refusal(mesh)


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 2**31), scale=st.sampled_from([1e-6, 1.0, 1e3]))
def test_what_is_accepted_covers_its_outline_once(seed, scale):
    """Against shapely: the triangles' union has the mesh's area and outline, and is one piece."""
    draw = np.random.default_rng(seed)
    lines = np.linspace(0, 4, draw.integers(3, 6))
    mesh = damaged(MeshTri.init_tensor(lines, lines), draw)
    faces = shapely.polygons(mesh.p[:, mesh.t].transpose(2, 1, 0))
    ends = mesh.p[:, mesh.facets[:, mesh.boundary_facets()]]
    fits = False
    if (shapely.area(faces) > 1e-9).all():
        union = shapely.union_all(faces)
        fits = (
            union.geom_type == "Polygon"
            and np.isclose(union.area, shapely.area(faces).sum(), rtol=1e-9)
            and np.isclose(union.length, np.hypot(*(ends[:, 1] - ends[:, 0])).sum(), rtol=1e-9)
        )
    try:
        unit = "m" if scale < 1 else "um"
        Model(mesh.scaled([scale, scale]), {"body": BODY}, length_unit=unit)
        assert fits
    except InputError as error:
        # shapely takes a miss by round-off for a gap, and a touch in one place for whole
        touches = ("on the facet of an element of other vertices", "in the place of another one")
        assert not fits or any(words in str(error) for words in touches)


def damaged(mesh, draw):
    """One to three of the defects that meshes come with."""
    p, t = mesh.p.copy(), mesh.t.copy()
    for kind in draw.integers(0, 7, draw.integers(1, 4)):
        element, corner, vertex = draw.integers([t.shape[1], 3, p.shape[1]])
        if kind == 0:  # moved
            p[:, vertex] += draw.normal(0, 1, 2) * draw.choice([0.1, 1, 3])
            p[0] = np.abs(p[0])
        elif kind == 1:  # wrong vertex
            t[corner, element] = vertex
        elif kind == 2:  # not merged
            p = np.hstack([p, p[:, [t[corner, element]]]])
            t[corner, element] = p.shape[1] - 1
        elif kind == 3:  # missing
            t = np.delete(t, element, axis=1)
        elif kind == 4:  # foreign
            t = np.hstack([t, draw.integers(0, p.shape[1], (3, 1))])
        elif kind == 5:  # split, and the neighbour not told
            a, b, c = t[:, element]
            p = np.hstack([p, p[:, [a, b]].mean(axis=1, keepdims=True)])
            t[:, element] = [a, p.shape[1] - 1, c]
            t = np.hstack([t, [[p.shape[1] - 1], [b], [c]]])
        else:  # pulled onto another
            p[:, vertex] = p[:, t[corner, element]]
    return MeshTri(p, t)


def test_negative_radii_have_count_and_place():
    sentence = refusal(square().translated((-1.0, 0.0)))
    assert "r = -1 um, 5 vertices" in sentence


@pytest.mark.parametrize("miss", [-3e-9, 3e-9])
def test_round_off_of_the_axis_is_the_axis(miss):
    model = Model(square().translated((miss, 0.0)), {"body": BODY})
    assert len(model.axis_nodes) == 9


def test_a_pinhole_along_the_axis_is_refused():
    sentence = refusal(square().translated((1e-6, 0.0)))
    assert "5 vertices next to the axis" in sentence
    Model(square().translated((0.01, 0.0)), {"body": BODY})


def bent(change):
    mesh = MeshTri2.from_mesh(square())
    nodes = mesh.doflocs.copy()
    change(nodes, mesh)
    return MeshTri2(nodes, mesh.t)


def test_midpoints_numbered_wrongly():
    def swap(nodes, mesh):
        nodes[:, [30, 40]] = nodes[:, [40, 30]]

    def roll(nodes, mesh):
        nodes[:, 25:] = np.roll(nodes[:, 25:], 1, axis=1)

    for change in (swap, roll):
        assert "folded over, the first at" in refusal(bent(change))


def test_a_midpoint_too_far_from_its_facet():
    def pull(by):
        def change(nodes, mesh):
            middle = vertex(nodes, 1.5, 2.0)
            nodes[1, middle] += by

        return change

    assert "folded over" in refusal(bent(pull(0.8)))
    Model(bent(pull(0.2)), {"body": BODY})


def test_quarter_points_are_legal():
    def quarter(nodes, mesh):
        tip = vertex(nodes, 2, 2)
        for k in np.nonzero((mesh.facets == tip).any(axis=0))[0]:
            far = mesh.facets[:, k].sum() - tip
            nodes[:, mesh.nvertices + k] = 0.75 * nodes[:, tip] + 0.25 * nodes[:, far]

    assert Model(bent(quarter), {"body": BODY}).curved_elements.any()


def resistance(mesh, materials):
    return current_flow(Model(mesh, materials), 0.1, "bottom", "top").resistance_ohm
