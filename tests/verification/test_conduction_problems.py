"""Holm's constriction of a flux tube and Berger's contact, here round, fed at its rim.

Exact values against published ones (the polynomial of Negus and Yovanovich for the equipotential
spot, the isoflux series, the half-space limits 1 and 32 / (3 pi^2)); errors, and the orders in the
size at the spot's edge and in the pad's thickness.
"""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from fem_bump.verification.conduction import annular_feed, flux_tube
from fem_bump.verification.row import order


def test_exact_constriction_is_the_published_one():
    for e, equipotential, flux in (
        (0.1, 0.85937, 0.94009),
        (0.2, 0.72081, 0.80095),
        (0.5, 0.33965, 0.40921),
    ):
        assert_allclose(flux_tube.exact(e, "equipotential"), equipotential, rtol=2e-4)
        assert_allclose(flux_tube.exact(e, "flux"), flux, rtol=2e-5)
    # the polynomial is off by 2e-3 there, as finer finite elements confirm below
    assert_allclose(flux_tube.exact(0.8, "equipotential"), 0.06735, rtol=3e-3)
    assert_allclose(flux_tube.exact(0.8, "flux"), 0.10080, rtol=5e-5)


def test_exact_constriction_does_not_depend_on_its_truncation():
    for e in (0.2, 0.5, 0.8):
        coarse = flux_tube.exact(e, "equipotential", terms=1000, densities=3)
        assert_allclose(flux_tube.exact(e, "equipotential"), coarse, rtol=1e-5)
        assert_allclose(flux_tube.exact(e, "flux"), flux_tube.exact(e, "flux", 1000), rtol=2e-6)


def test_small_spots_tend_to_the_half_space():
    e = 0.01
    assert_allclose(flux_tube.exact(e, "equipotential"), 1 - 1.40978 * e, rtol=2e-3)
    assert_allclose(flux_tube.exact(e, "flux"), 32 / (3 * np.pi**2) - 1.40978 * e, rtol=2e-3)


@pytest.mark.parametrize("kind", ["equipotential", "flux"])
@pytest.mark.parametrize("e", [0.2, 0.5, 0.8])
def test_constriction_settles_from_below(kind, e):
    true = flux_tube.exact(e, kind)
    ratios = (2.0, 1.6, 1.3)
    errors = [1 - flux_tube.psi(flux_tube.solve(e, kind, 1e-5, q), e) / true for q in ratios]
    assert errors[0] > errors[1] > errors[2] > 0
    assert errors[2] < 1e-4


def test_equipotential_spot_order_at_the_edge():
    sizes = (0.08, 0.04, 0.02)
    true = flux_tube.exact(0.5, "equipotential")
    errors = [
        abs(flux_tube.psi(flux_tube.solve(0.5, "equipotential", h, 1.1), 0.5) - true) for h in sizes
    ]
    assert_allclose(order(errors, sizes), 1.0, rtol=0.1)


def test_exact_rim_crowding_is_the_known_one():
    for x, value in ((0.5, 1.0309), (1, 1.1201), (2, 1.4331), (3, 1.8519), (5, 2.7984)):
        assert_allclose(annular_feed.exact(x), value, rtol=5e-5)


@pytest.mark.parametrize("x", [1.0, 2.0, 5.0])
def test_thin_pads_tend_to_the_sheet(x):
    thick = (0.04, 0.02, 0.01, 0.005)
    errors = [
        abs(annular_feed.crowding(annular_feed.solve(x, t)) / annular_feed.exact(x) - 1)
        for t in thick
    ]
    assert errors[-1] < 2e-4
    assert_allclose(order(errors[:2], thick[:2]), 2.0, rtol=0.05)
    assert_allclose(order(errors, thick), 2.0, rtol=0.05)
    very_thin = annular_feed.crowding(annular_feed.solve(x, 0.001))
    assert_allclose(very_thin, annular_feed.exact(x), rtol=1e-5)
