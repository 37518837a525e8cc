"""Sizes of elements: equal shares stay, good numbers are forgotten, slopes are limited."""

import numpy as np
from numpy.testing import assert_allclose
from two_materials import model_of, post_on_plate

from fem_bump.accuracy.element_sizes import GRADATION, element_count, size_ratios, vertex_sizes
from fem_bump.accuracy.estimates import corner_factor, corner_vertices


def test_corners_are_where_materials_or_outlines_turn():
    model = model_of(post_on_plate())
    found = model.points_um[:, corner_vertices(model)].T
    expected = {(1.0, 1.0), (2.0, 0.0), (2.0, 1.0), (1.0, 2.0)}
    assert {tuple(map(float, point)) for point in found.round(9)} == expected
    assert_allclose(corner_factor(0.5), 1 / (1 - (2 / 3) ** 2), rtol=1e-12)


def test_sizes_answer_the_numbers_that_miss():
    model = model_of(post_on_plate())
    n = model.mesh.nelements
    nowhere = np.zeros(model.mesh.nvertices, dtype=bool)
    even = np.full((1, n), 1 / n)
    ratios = size_ratios(model, even, np.array([1 / 16]), nowhere, 4.0)
    assert_allclose(ratios, 0.5, rtol=1e-3)
    # a second number that is good enough by far changes nothing
    both = np.vstack([even, np.eye(1, n)])
    again = size_ratios(model, both, np.array([1 / 16, 1e6]), nowhere, 4.0)
    assert_allclose(again, ratios, rtol=1e-3)
    # halving elements around a corner is cheap, and done first
    corners = corner_vertices(model)
    at_corner = corners[model.triangles].any(axis=0)
    with_corner = size_ratios(model, even, np.array([1 / 16]), corners, 4.0)
    assert with_corner[at_corner].mean() < with_corner[~at_corner].min()


def test_size_slopes_are_limited():
    model = model_of(post_on_plate())
    ratios = np.ones(model.mesh.nelements)
    ratios[0] = 1e-3
    corners = np.zeros(model.mesh.nvertices, dtype=bool)
    size = vertex_sizes(model, ratios, corners, 10.0)
    ends = model.mesh.facets
    length = np.hypot(*(model.points_um[:, ends[1]] - model.points_um[:, ends[0]]))
    assert (np.abs(np.diff(size[ends], axis=0)[0]) <= GRADATION * length * (1 + 1e-12)).all()
    assert size.max() <= 10.0


def test_elements_are_counted_as_slopes_let_them_be():
    model = model_of(post_on_plate())
    n, nowhere = model.mesh.nelements, np.zeros(model.mesh.nvertices, dtype=bool)
    ratios = np.full(n, 0.5)
    even = vertex_sizes(model, ratios, nowhere, 10.0)
    assert_allclose(element_count(model, even), 4 * n, rtol=1e-9)
    # one that is to be tiny makes those around it small as well
    ratios[0] = 1e-4
    steep = element_count(model, vertex_sizes(model, ratios, nowhere, 10.0))
    assert 4 * n + 9 < steep < 0.1 * (ratios**-2).sum()
