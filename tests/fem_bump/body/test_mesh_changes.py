"""What is harmless about a mesh changes no number: order, orientation, precision, file formats."""

import numpy as np
import pytest
from damaged_meshes import BODY, CAP, LINES, numbers
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from skfem import MeshTri, MeshTri2
from skfem.io import from_meshio

from fem_bump.verification.grids import grid

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
