"""Contacts with two films: in rings around the axis, and on a disc off it.

The exact series against each other and against limits; the computed ones on further films, feeds
and azimuths; symmetry and superposition, which need no exact solution.
"""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from fem_bump.verification.conduction import annular_contact, annular_feed, off_centre_contact
from fem_bump.verification.row import order


def test_rings_alike_are_one_contact():
    x = annular_contact.RADIUS_UM / annular_contact.LENGTH_UM
    ohm, _ = annular_contact.exact(1.0, 0.2)
    sheet = annular_contact.PAD * 1e-6 * 0.2
    # R = I0 / (2 pi x s t I1), and the crowding is x I0 / (2 I1)
    assert_allclose(ohm, annular_feed.exact(x) / (np.pi * x**2 * sheet), rtol=1e-12)


def test_resistance_rises_with_the_film_and_its_current_vanishes():
    ratios = (1.0, 3.0, 10.0, 100.0, 1e4, np.inf)
    ohm, share = np.array([annular_contact.exact(ratio, 0.2) for ratio in ratios]).T
    assert (np.diff(ohm) > 0).all() and (np.diff(share) < 0).all() and share[-1] == 0
    found = [annular_contact.solve(ratio, 0.2) for ratio in ratios[:-1]]
    assert_allclose(np.array(found), np.array([ohm, share]).T[:-1], rtol=3e-4)


def test_a_disc_around_the_axis_is_a_ring(monkeypatch):
    monkeypatch.setattr(off_centre_contact, "OFFSET_UM", 1e-9)
    monkeypatch.setattr(off_centre_contact, "DISC_UM", annular_contact.MARK_UM)
    for ratio in (2.0, 100.0):
        ohm, found = off_centre_contact.exact(ratio, 0.2)
        ring = annular_contact.exact(ratio, 0.2)
        assert_allclose(ohm, ring[0], rtol=1e-9)
        assert_allclose(found.share(off_centre_contact.PAD * 1e-6 * 0.2), ring[1], rtol=1e-9)


def test_the_series_meets_its_conditions():
    _, found = off_centre_contact.exact(30.0, 0.2, 25.0, 70.0)
    length, disc = off_centre_contact.LENGTH_UM, off_centre_contact.DISC_UM
    alpha = np.linspace(0, 2 * np.pi, 7)
    x, y = off_centre_contact.OFFSET_UM + disc * np.cos(alpha), disc * np.sin(alpha)
    outside = found.potential(np.hypot(x, y), np.arctan2(y, x))
    k = np.arange(off_centre_contact.ORDERS)[:, None]
    inside = found.cosine[0] @ np.cos(k * alpha) + found.sine[0] @ np.sin(k * alpha)
    assert_allclose(outside, inside, rtol=1e-8)
    # L^2 times the Laplacian is the potential, by differences
    r, theta, h = np.array([16.0]), np.array([2.0]), 1e-2
    x, y = r * np.cos(theta), r * np.sin(theta)

    def at(dx, dy):
        return found.potential(np.hypot(x + dx, y + dy), np.arctan2(y + dy, x + dx))

    bent = (at(h, 0) + at(-h, 0) + at(0, h) + at(0, -h) - 4 * at(0, 0)) / h**2
    assert_allclose(length**2 * bent, at(0, 0), rtol=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("half, azimuth", [(180.0, 0.0), (40.0, 0.0), (40.0, 65.0), (40.0, 180.0)])
@pytest.mark.parametrize("ratio", [0.1, 10.0, 1e4])
def test_films_off_the_centre_meet_the_series(ratio, half, azimuth):
    flow = off_centre_contact.solve(ratio, 0.1, half, azimuth)
    ohm, known = off_centre_contact.exact(ratio, 0.1, half, azimuth)
    assert_allclose(flow.resistance_ohm, ohm, rtol=5e-4)
    share = known.share(off_centre_contact.PAD * 1e-7)
    assert_allclose(off_centre_contact.share(flow), share, rtol=1e-3)
    # the last one lies across the film's edge, where the density jumps
    for place, rtol in (((30, 20.0), 2e-3), ((-100, 20.0), 2e-3), ((-31, 11.0), 1e-2)):
        there = azimuth + place[0], place[1]
        mean = off_centre_contact.window_mean(known, 0.1, azimuth, *there)
        assert_allclose(off_centre_contact.density(flow, *there), mean, rtol=rtol)


@pytest.mark.slow
@pytest.mark.parametrize("half", [180.0, 25.0])
def test_thin_pads_with_a_film_tend_to_the_sheet(half):
    thick = (0.8, 0.4, 0.2)
    errors = [
        abs(
            off_centre_contact.solve(100.0, t, half, 0.0).resistance_ohm
            / off_centre_contact.exact(100.0, t, half, 0.0)[0]
            - 1
        )
        for t in thick
    ]
    assert errors[-1] < 2e-4
    if half == 180.0:
        assert_allclose(order(errors, thick), 2.0, rtol=0.05)
