"""Orthonormal functions of the angle, a disc's coefficients on circles, graded quadrature."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from fem_bump.algebra.angular_functions import AngularFunctions, disc_coefficients, graded_pieces

ANGLES = 40_000
THETA = (np.arange(ANGLES) + 0.5) / ANGLES * 2 * np.pi


def indicator(radius, distance, disc_radius, azimuth):
    x, y = radius * np.cos(THETA), radius * np.sin(THETA)
    away = np.hypot(x - distance * np.cos(azimuth), y - distance * np.sin(azimuth))
    return (away < disc_radius).astype(float)


@pytest.mark.parametrize("sines", [False, True])
def test_they_are_orthonormal_in_the_mean(sines):
    found = AngularFunctions.up_to(6, sines).at(THETA)
    assert len(found) == (13 if sines else 7)
    assert_allclose(found @ found.T / ANGLES, np.eye(len(found)), atol=1e-12)


def test_only_a_factor_that_varies_couples_them():
    functions = AngularFunctions.up_to(4, True)
    cosine, sine = np.eye(9)[0], np.zeros(9)
    assert_allclose(functions.products(functions, 3 * cosine, sine), 3 * np.eye(9), atol=1e-15)


@pytest.mark.parametrize("radius", [15.0, 22.0, 29.5])
def test_products_with_a_disc_are_those_of_the_sampled_one(radius):
    rows, columns = AngularFunctions.up_to(5, True), AngularFunctions.up_to(3, False)
    chi = indicator(radius, 22.0, 8.0, 0.7)
    sampled = (chi * rows.at(THETA)) @ columns.at(THETA).T / ANGLES
    found = rows.products(columns, *disc_coefficients(radius, 22.0, 8.0, 0.7, 9))
    assert_allclose(found, sampled, atol=1e-4)


@pytest.mark.parametrize(
    "radius, distance, covered",
    [(13.9, 22.0, 0.0), (30.1, 22.0, 0.0), (3.0, 4.0, 1.0), (12.1, 4.0, 0.0), (2.0, 0.0, 1.0)],
)
def test_circles_that_the_disc_s_edge_does_not_cross(radius, distance, covered):
    cosine, sine = disc_coefficients(np.array([radius]), distance, 8.0, 0.3, 4)
    assert_allclose(cosine[0], [covered, 0, 0, 0], atol=1e-15)
    assert_allclose(sine[0], 0, atol=1e-15)


def test_the_covered_shares_add_up_to_the_disc_s_area():
    kinks = np.array([14.0, 30.0])
    r, weight = graded_pieces(10.0, 35.0, kinks, 12)
    share = disc_coefficients(r, 22.0, 8.0, 0.0, 1)[0][:, 0]
    assert_allclose(2 * np.pi * r * share @ weight, np.pi * 8.0**2, rtol=1e-9)
    # the same points without cuts miss it
    r, weight = graded_pieces(10.0, 35.0, np.zeros(0), 36)
    share = disc_coefficients(r, 22.0, 8.0, 0.0, 1)[0][:, 0]
    assert abs(2 * np.pi * r * share @ weight / (np.pi * 8.0**2) - 1) > 1e-6
