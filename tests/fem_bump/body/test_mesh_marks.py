"""Regions and boundaries in every form that users mark a mesh in: the same numbers, or refused."""

import logging

import meshio
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from skfem import MeshTri, MeshTri2
from skfem.generic_utils import OrientedBoundary
from skfem.io import from_meshio

from fem_bump import InputError, Material, Model, current_flow, thermal_stress
from fem_bump.body.cracks import open_crack
from fem_bump.verification.grids import grid

LOW = Material("low", 70e3, 0.33, 23e-6, conductivity_s_per_m=3.5e7)
UP = Material("up", 120e3, 0.34, 17e-6, conductivity_s_per_m=5e7)
TWO = {"low": LOW, "up": UP}
MESH = grid(
    np.linspace(0, 10, 7),
    np.linspace(0, 20, 9),
    {"low": (0, 10, 0, 10), "up": (0, 10, 10, 20)},
    interiors={"up/low:inner": (0, 5, 10, 10), "up/low:outer": (5, 10, 10, 10)},
)


def marked(boundaries=None, regions=None):
    return MeshTri(
        MESH.p,
        MESH.t,
        {**MESH.boundaries, **(boundaries or {})},
        {**MESH.subdomains, **(regions or {})},
    )


def mask(found, count):
    out = np.zeros(count, dtype=bool)
    out[found] = True
    return out


def _twice(found, count):
    return np.concatenate([found, found[::-1]])


FORMS = {
    "int32": lambda found, count: found.astype(np.int32),
    "int8": lambda found, count: found.astype(np.uint8),
    "uint64": lambda found, count: found.astype(np.uint64),
    "big-endian": lambda found, count: found.astype(">i4"),
    "objects": lambda found, count: found.astype(object),
    "list": lambda found, count: found.tolist(),
    "tuple": lambda found, count: tuple(found.tolist()),
    "set": lambda found, count: set(found.tolist()),
    "frozenset": lambda found, count: frozenset(found.tolist()),
    "keys": lambda found, count: dict.fromkeys(found.tolist()).keys(),
    "row": lambda found, count: found[None],
    "column": lambda found, count: found[:, None],
    "reversed": lambda found, count: found[::-1],
    "twice": _twice,
    "oriented": lambda found, count: OrientedBoundary(found, np.zeros(len(found))),
    "unmasked": lambda found, count: np.ma.array(found),
    "mask": mask,
    "mask as a list": lambda found, count: mask(found, count).tolist(),
    "mask of objects": lambda found, count: mask(found, count).astype(object),
    "mask as a column": lambda found, count: mask(found, count)[:, None],
    "np.nonzero": lambda found, count: np.nonzero(mask(found, count)),
    "np.argwhere": lambda found, count: np.argwhere(mask(found, count)),
}


def answers(mesh):
    model = Model(mesh, TWO)
    stress = thermal_stress(model, -100.0, 125.0, fixed={"bottom": "z"})
    line = stress.interface("up", "low")
    return (
        current_flow(model, 0.1, "bottom", "top").resistance_ohm,
        line.window(2.0).peel_max_mpa,
        tuple(line.legs),
    )


@pytest.fixture(scope="module")
def known():
    return answers(MESH)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_numbers(known, form):
    boundaries = {n: FORMS[form](found, MESH.nfacets) for n, found in MESH.boundaries.items()}
    regions = {n: FORMS[form](found, MESH.nelements) for n, found in MESH.subdomains.items()}
    if form == "twice":  # a region's numbers twice are as many as there are elements
        regions = {n: np.append(found, found[0]) for n, found in MESH.subdomains.items()}
    found = answers(marked(boundaries, regions))
    assert_allclose(found[:2], known[:2], rtol=1e-12)
    assert found[2] == known[2] == ("inner", "outer")


def test_two_discs_in_series_have_their_exact_resistance_under_a_mask(known):
    exact = 10 / (np.pi * 100) * (1 / 3.5e7 + 1 / 5e7) * 1e6
    bottom = mask(MESH.boundaries["bottom"], MESH.nfacets)
    found = answers(MESH.with_boundaries({"bottom": bottom}))
    assert_allclose(found[0], exact, rtol=1e-12)
    assert_allclose(found[1], known[1], rtol=1e-12)


def test_functions_in_the_dictionary_itself(known):
    mesh = marked(
        {"bottom": lambda x: np.isclose(x[1], 0), "top": lambda x: np.isclose(x[1], 20)},
        {"low": lambda x: x[1] < 10, "up": lambda x: x[1] > 10},
    )
    assert_allclose(answers(mesh)[:2], known[:2], rtol=1e-12)


@settings(max_examples=40, deadline=None)
@given(
    found=st.lists(st.integers(0, MESH.nfacets - 1), min_size=1, max_size=30, unique=True),
    form=st.sampled_from(sorted(FORMS)),
)
def test_any_set_of_facets_in_any_form(found, form):
    if form == "int8":
        found = [k % 256 for k in found]
    numbers = np.unique(found)
    model = Model(marked({"some": FORMS[form](numbers, MESH.nfacets)}), TWO)
    assert_array_equal(np.sort(model.boundaries["some"]), numbers)
    assert model.boundaries["some"].dtype == np.int64


@pytest.mark.parametrize("mark", [[7], np.array([7]), range(7, 8), {7}])
def test_one_number(mark):
    assert Model(marked({"one": mark}), TWO).facets("one").tolist() == [7]


@pytest.mark.parametrize("mark", [1, np.int32(1), np.array(1), np.uint8(1)])
def test_a_number_alone_may_be_a_tag(mark):
    with pytest.raises(InputError) as caught:
        Model(marked({"bottom": mark}), TWO)
    for words in ("boundary 'bottom'", "is 1;", "one of the facets is [1]", "tags == 1"):
        assert words in str(caught.value)
    with pytest.raises(InputError, match=r"region 'low' .* is 1; .*one of the elements is \[1\]"):
        Model(marked(regions={"low": mark}), TWO)


@pytest.mark.parametrize("name", ["bottom", "top"])
def test_numbers_of_vertices_are_no_facets(name):
    """A disc's resistance would be a fraction of itself."""
    vertices = np.unique(MESH.facets[:, MESH.boundaries[name]])
    model = Model(marked({name: vertices}), TWO)
    others = {"bottom": "top", "top": "bottom"}
    loads = (
        lambda: current_flow(model, 0.1, name, others[name]),
        lambda: thermal_stress(model, -100.0, 125.0, fixed={name: "z"}),
        lambda: thermal_stress(model, tied={name: "z"}),
        lambda: thermal_stress(model, prescribed_um={name: {"z": 0.1}}),
    )
    for load in loads:
        with pytest.raises(InputError, match=rf"'{name}' .* lie inside one region .* vertices\?"):
            load()


def _row(z, low=0.0, high=10.0):
    ends = MESH.p[:, MESH.facets]
    return np.nonzero(np.isclose(ends[1], z).all(axis=0) & (ends[0] >= low - 1e-9).all(axis=0)
                      & (ends[0] <= high + 1e-9).all(axis=0))[0]  # fmt: skip


def test_a_line_inside_one_region_may_be_meant():
    line = _row(5.0)
    model = Model(marked({"plane": line, "scattered": line[::2], "one": line[:1]}), TWO)
    exact = 5 / (np.pi * 100) / 3.5e7 * 1e6
    found = current_flow(model, 0.1, "bottom", "plane").resistance_ohm
    assert_allclose(found, exact, rtol=1e-12)
    assert_array_equal(model.facets("one"), line[:1])
    with pytest.raises(InputError, match="3 of its 3 facets lie inside one region"):
        model.facets("scattered")
    mixed = Model(marked({"mixed": np.append(line, MESH.boundaries["top"])}), TWO)
    with pytest.raises(InputError, match="6 of its 12 facets lie inside one region"):
        mixed.facets("mixed")


def test_a_function_finds_facets_between_regions():
    """And leaves out those inside of a region, whose midpoints satisfy it as well."""
    marks = {
        "floor": lambda x: np.isclose(x[1], 10),
        "upper": lambda x: x[1] > 9.9,
        "none": lambda x: np.isclose(x[1], 5),
    }
    model = Model(marked(marks), TWO)
    assert_array_equal(np.sort(model.facets("floor")), _row(10.0))
    outer = np.nonzero((MESH.f2t[1] < 0) & (MESH.p[1, MESH.facets].mean(axis=0) > 9.9))[0]
    assert_array_equal(np.sort(model.facets("upper")), np.union1d(outer, _row(10.0)))
    with pytest.raises(InputError, match="boundary 'none' of the mesh is empty: its mark mar"):
        model.facets("none")


@pytest.mark.parametrize(
    "function",
    [
        lambda x: x[1] - 10,
        lambda x: np.nonzero(x[1] > 10)[0],
        lambda x: True,
        lambda x: None,
        lambda x: x > 10,
        lambda x: (x[1] > 10).astype(int),
    ],
)
def test_functions_return_one_bool_each(function):
    for marks in ({"boundaries": {"rim": function}}, {"regions": {"up": function}}):
        with pytest.raises(InputError, match="of the mesh is a function that returns"):
            Model(marked(**marks), TWO)


def test_a_crack_along_an_interface_that_a_function_marks():
    opened = open_crack(marked({"crack": lambda x: np.isclose(x[1], 10) & (x[0] > 5)}), "up")
    assert len(opened.boundaries["crack_a"]) == 3
    with pytest.raises(InputError, match="boundary 'crack' of the mesh marks no facet"):
        open_crack(marked({"crack": lambda x: x[0] > 11}), "up")


@pytest.mark.parametrize("mark", [[], (), set(), np.zeros(0), np.zeros((0, 2), int), range(0)])
def test_empty_marks_are_refused_where_they_are_needed(mark):
    model = Model(marked({"nothing": mark}, {"unused": mark}), TWO)
    assert "unused" not in model.regions
    with pytest.raises(InputError, match="boundary 'nothing' of the mesh is empty"):
        model.facets("nothing")
    with pytest.raises(InputError, match="region 'unused' of the mesh is empty"):
        Model(marked(regions={"unused": mark}), {**TWO, "unused": UP})


def test_marks_that_are_all_empty_are_no_regions():
    mesh = MeshTri(MESH.p, MESH.t, None, {"left over": np.zeros(0)})
    assert len(Model(mesh, {"body": LOW}).regions["body"]) == MESH.nelements


COUNT = MESH.nfacets
GENERATOR = (k for k in range(3))


@pytest.mark.parametrize(
    ("mark", "words"),
    [
        (np.ones(MESH.nelements, dtype=bool), [f"mask of length {MESH.nelements}", f"{COUNT} fac"]),
        (np.ones(COUNT + 1, dtype=bool), [f"mask of length {COUNT + 1}"]),
        (True, ["is True"]),
        (np.True_, ["is True"]),
        (None, ["is a NoneType"]),
        ("top", ["is a str"]),
        (["top"], ["type <U3"]),
        (GENERATOR, ["is a generator"]),
        ({1: 2}, ["is a dict"]),
        (np.array([1.0, 2.0]), ["type float64"]),
        ([1, 2.5], ["type float64"]),
        (1.0, ["is a float"]),
        (np.array([1, 2.0], dtype=object), ["not whole numbers"]),
        (np.array([True, 2], dtype=object), ["not whole numbers"]),
        ([True, 3], ["mixes bools"]),
        ([[1, 2], [3]], ["ragged"]),
        (np.array([[1, 2], [3, 4]]), ["shape (2, 2)"]),
        (np.array([1 + 0j]), ["complex128"]),
        (np.ma.array([1, 2], mask=[True, False]), ["masked entries"]),
        ([0, -1], ["1 of its 2 numbers", "the first is -1", f"0 to {COUNT - 1}"]),
        ([0, COUNT, COUNT + 7], ["2 of its 3", f"the first is {COUNT}", "vertices?"]),
        (np.array([2**63 + 5], dtype=np.uint64), ["1 of its 1"]),
        (np.ones(COUNT, dtype=int), ["indicator"]),
        (np.arange(COUNT) % 2, ["indicator"]),
        (np.repeat([1, 2, 3], 4), ["repeats 3 numbers in 12 entries"]),
    ],
)
def test_refused_by_name(mark, words):
    with pytest.raises(InputError) as caught:
        Model(marked({"rim": mark}), TWO)
    assert "boundary 'rim' of the mesh" in str(caught.value)
    for word in words:
        assert word in str(caught.value)


def test_region_tags_are_no_element_numbers():
    tags = np.where(mask(MESH.subdomains["up"], MESH.nelements), 2, 1)
    with pytest.raises(InputError, match="region 'up' of the mesh repeats 2 numbers in 96 entries"):
        Model(marked(regions={"up": tags}), TWO)
    with pytest.raises(InputError, match=r"region 'up' .* holds values of type float64"):
        Model(marked(regions={"up": (tags == 2).astype(float)}), TWO)


@pytest.mark.parametrize("attribute", ["boundaries", "subdomains"])
def test_names_must_be_text_and_marks_a_dictionary(attribute):
    given_marks = {**getattr(MESH, attribute), None: np.arange(3)}
    mesh = MeshTri(MESH.p, MESH.t, **{f"_{attribute}": given_marks})
    with pytest.raises(InputError, match=f"mesh.{attribute} has the name None; names must be text"):
        Model(mesh, TWO)
    mesh = MeshTri(MESH.p, MESH.t, **{f"_{attribute}": [np.arange(3)]})
    with pytest.raises(InputError, match=f"mesh.{attribute} is a list; a dictionary"):
        Model(mesh, TWO)


def test_elements_in_no_or_two_regions_say_where():
    everywhere = np.arange(MESH.nelements)
    with pytest.raises(
        InputError, match=r"48 .* two regions \('low' and 'up'\), the first at \(r, z"
    ):
        Model(marked(regions={"up": everywhere}), TWO)
    with pytest.raises(InputError, match="in no regions, the first at"):
        Model(marked(regions={"up": MESH.subdomains["up"][1:]}), TWO)


def test_a_mesh_that_lost_its_marks_says_how_to_mark_it():
    bare = MeshTri(MESH.p, MESH.t)
    with pytest.raises(InputError, match="names no regions while region_materials has 2; mark"):
        Model(bare, TWO)
    with pytest.raises(InputError, match=r"unknown boundary 'top'; the mesh names none .*own-mes"):
        Model(bare, {"low": LOW}).facets("top")


def test_second_order_meshes_lose_boundaries_on_the_way(caplog):
    """scikit-fem reads no boundaries of six-node triangles; the refusal names that."""
    curved = MeshTri2.from_mesh(MESH)
    nodes = curved.dofs.element_dofs.T
    ends = MESH.facets[:, MESH.boundaries["top"]]
    lines = np.vstack([ends, MESH.nvertices + MESH.boundaries["top"]]).T
    sets = {"top": [None, np.arange(len(lines))], "low": [np.arange(96), None]}
    with caplog.at_level(logging.ERROR):
        mesh = from_meshio(
            meshio.Mesh(curved.doflocs.T, [("triangle6", nodes), ("line3", lines)], cell_sets=sets)
        )
    model = Model(mesh, {"low": LOW})
    with pytest.raises(InputError, match="second-order Gmsh meshes"):
        model.facets("top")


def test_cracks_read_marks_the_same_way():
    cut = np.nonzero((np.isclose(MESH.p[1, MESH.facets], 10)).all(axis=0))[0]
    cut = cut[MESH.p[0, MESH.facets[:, cut]].min(axis=0) > 4]
    whole = marked({"crack": cut})
    forms = marked(
        {"crack": mask(cut, MESH.nfacets)},
        {name: mask(found, MESH.nelements) for name, found in MESH.subdomains.items()},
    )
    one, two = open_crack(whole, "up"), open_crack(forms, "up")
    assert_array_equal(one.t, two.t)
    for name, found in one.boundaries.items():
        assert_array_equal(found, two.boundaries[name])
