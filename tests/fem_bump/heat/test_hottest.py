"""The largest value of quadratics on triangles, against a fine raster."""

import numpy as np
from numpy.testing import assert_allclose

from fem_bump.algebra.shape_functions import shape_functions
from fem_bump.heat.hottest import largest


def test_against_a_raster():
    rng = np.random.default_rng(1)
    x, y = np.meshgrid(np.linspace(0, 1, 201), np.linspace(0, 1, 201))
    keep = x + y <= 1 + 1e-12
    shape, _, _ = shape_functions(np.array([x[keep], y[keep]]))
    for _ in range(40):
        local = rng.normal(size=(3, 6))
        element, a, b, value = largest(local)
        raster = local @ shape.T
        assert_allclose(value, raster.max(), atol=2e-4)
        assert value >= raster.max() - 1e-12
        assert element == raster.max(axis=1).argmax()
        at, _, _ = shape_functions(np.array([[a], [b]]))
        assert_allclose(at[0] @ local[element], value, rtol=1e-12)
