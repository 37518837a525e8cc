"""Meshes with defects are refused with count and place; what is harmless changes no number."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from skfem import ElementTriP2, MeshHex, MeshLine, MeshQuad, MeshTet, MeshTri, MeshTri1DG, MeshTri2
from skfem.io import from_meshio

from fem_bump import InputError, Material, Model, current_flow, thermal_stress
from fem_bump.body.cracks import open_crack
from fem_bump.verification.grids import grid

BODY = Material("body", 70e3, 0.33, 23e-6, conductivity_s_per_m=3.5e7)
CAP = Material("cap", 120e3, 0.34, 17e-6, conductivity_s_per_m=5e7)
LINES = np.linspace(0, 4, 5)


def square(points=None, triangles=None):
    """Unmarked triangles over 0 <= r, z <= 4, in steps of 1, with arrays replaced."""
    mesh = MeshTri.init_tensor(LINES, LINES)
    return MeshTri(mesh.p if points is None else points, mesh.t if triangles is None else triangles)


def arrays():
    mesh = square()
    return mesh.p.copy(), mesh.t.copy()


def vertex(points, r, z):
    return int(np.hypot(points[0] - r, points[1] - z).argmin())


def refusal(mesh, **changes):
    with pytest.raises(InputError) as caught:
        Model(mesh, {"body": BODY}, **changes)
    sentence = str(caught.value)
    assert "\n" not in sentence
    return sentence


# ---------------------------------------------------------------------------- carriers


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


# ---------------------------------------------------------------------------- arrays


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


# ---------------------------------------------------------------------------- defects


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


# ---------------------------------------------------------------------------- slits


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


# ---------------------------------------------------------------------------- axis, curves


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


# ---------------------------------------------------------------------------- harmless


def resistance(mesh, materials):
    return current_flow(Model(mesh, materials), 0.1, "bottom", "top").resistance_ohm


def numbers(mesh, materials, rise=-100.0):
    model = Model(mesh, materials)
    stress = thermal_stress(model, rise, 125.0, fixed={"bottom": "z"})
    found = [
        current_flow(model, 0.1, "bottom", "top").resistance_ohm,
        stress.displacement(np.array([[3.5], [3.5]]))[1, 0],
        stress.strain_energy,
    ]
    if len(materials) == 2:
        found.append(stress.interface("up", "low").window(1.0).peel_max_mpa)
        found.append(stress.interface("up", "low").window(1.0).shear_max_mpa)
    return found


LAYERS = grid(
    LINES,
    LINES,
    {"low": (0, 4, 0, 2), "up": (0, 4, 2, 4)},
    interiors={"up/low:floor": (0, 4, 2, 2)},
)
TWO = {"low": BODY, "up": CAP}


@pytest.fixture(scope="module")
def known():
    return numbers(LAYERS, TWO)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**31), curved=st.booleans())
def test_order_and_orientation_of_elements_and_vertices_are_free(known, seed, curved):
    draw = np.random.default_rng(seed)
    vertex_number = draw.permutation(LAYERS.nvertices)
    element_order = draw.permutation(LAYERS.nelements)
    t = draw.permuted(vertex_number[LAYERS.t[:, element_order]], axis=0)
    p = np.empty_like(LAYERS.p)
    p[:, vertex_number] = LAYERS.p
    # sort_t=False keeps elements that turn clockwise as they are
    mesh = MeshTri(p, t, sort_t=False)
    facet_number = {
        tuple(ends): k for k, ends in enumerate(np.sort(mesh.facets, axis=0).T.tolist())
    }
    boundaries = {
        name: np.array(
            [
                facet_number[tuple(sorted(ends))]
                for ends in vertex_number[LAYERS.facets[:, found]].T.tolist()
            ]
        )
        for name, found in LAYERS.boundaries.items()
    }
    where = np.argsort(element_order)
    regions = {name: where[found] for name, found in LAYERS.subdomains.items()}
    if curved:
        mesh = MeshTri2.from_mesh(mesh)
    mesh = mesh.with_boundaries(boundaries).with_subdomains(regions)
    assert_allclose(numbers(mesh, TWO), known, rtol=1e-9)


@pytest.mark.parametrize("kind", [np.float32, np.float16])
def test_coordinates_of_less_precision(known, kind):
    mesh = MeshTri(
        LAYERS.p.astype(kind), LAYERS.t.astype(np.uint8), LAYERS.boundaries, LAYERS.subdomains
    )
    assert_allclose(numbers(mesh, TWO), known, rtol=1e-12)


def test_meshio_round_trip_keeps_the_numbers(known):
    from skfem.io.meshio import to_meshio

    assert_allclose(numbers(from_meshio(to_meshio(LAYERS)), TWO), known, rtol=1e-9)
