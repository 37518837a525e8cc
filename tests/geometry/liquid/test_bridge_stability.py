"""Limits of stability of bridges.

Against closed forms, an independent shooting from the neck, and a Ritz value of the second
variation.
"""

import math

import numpy as np
import pytest
from menisci import heavy
from numpy.testing import assert_allclose
from scipy.integrate import solve_ivp
from scipy.optimize import brentq, minimize_scalar
from scipy.special import ellipe, ellipk

from geometry.errors import DesignError
from geometry.liquid.reflow import (
    bridge,
    bridge_volume_range_um3,
)


def test_cylinders_longer_than_their_circumference_break():
    for slenderness, holds in ((math.pi * (1 - 1e-5), True), (math.pi * (1 + 1e-5), False)):
        standoff = 2 * 30.0 * slenderness
        volume = math.pi * 30.0**2 * standoff
        if holds:
            assert bridge(volume, 30.0, 30.0, standoff).kind == "cylinder"
        else:
            with pytest.raises(DesignError, match=r"volume_um3.*standoff_um.*break.*stable from"):
                bridge(volume, 30.0, 30.0, standoff)


@pytest.mark.parametrize("neck", [0.95, 0.8, 0.5])
@pytest.mark.parametrize("narrow_ends", [False, True])
def test_long_bridges_break_at_one_period_of_an_unduloid(neck, narrow_ends):
    # the closed form of one period between bulges of radius 1, or scaled, between its necks
    m = 1 - neck**2
    standoff = 2 * (neck * ellipk(m) + ellipe(m))
    volume = 2 * math.pi / 3 * ((2 + 3 * neck + 2 * neck**2) * ellipe(m) - neck**2 * ellipk(m))
    scale = 25.0 / neck if narrow_ends else 25.0
    low, _ = bridge_volume_range_um3(25.0, 25.0, standoff * scale)
    assert_allclose(low, volume * scale**3, rtol=2e-6)


@pytest.mark.parametrize("standoff", [1.0, 2.0, 3.5, 4.2])
def test_short_bridges_break_at_the_least_volume_of_their_family(standoff):
    """Independent of the module: shoot from the neck for radius 1 at half the stand-off."""

    def volume(neck: float) -> float:
        def end(pressure):
            def rates(z, x):
                r, slope, _ = x
                stretch = 1 + slope**2
                return [slope, stretch / r - pressure * stretch**1.5, math.pi * r * r]

            return solve_ivp(rates, (0, standoff / 2), [neck, 0, 0], method="DOP853",
                             rtol=1e-11, atol=1e-13).y[:, -1]  # fmt: skip

        # (1 + r'^2)/r - r'' = P (1 + r'^2)^1.5; the cylinder has P = 1/neck
        low = 1 / neck
        while end(low)[0] < 1.0:
            low -= 0.1
        pressure = brentq(lambda p: end(p)[0] - 1.0, low, low + 0.1, xtol=1e-13)
        return 2 * end(pressure)[2]

    guess = bridge(1.001 * bridge_volume_range_um3(1.0, 1.0, standoff)[0], 1.0, 1.0, standoff)
    neck = guess.min_radius_um
    found = minimize_scalar(
        volume, bounds=(0.8 * neck, 1.1 * neck), method="bounded", options={"xatol": 1e-6}
    )
    assert_allclose(bridge_volume_range_um3(1.0, 1.0, standoff)[0], found.fun, rtol=3e-6)


def test_breaking_turns_from_symmetric_to_lopsided_at_the_known_slenderness():
    # between equal pads: stand-off over diameter 2.13 (tangents at the edge become vertical)
    angles = []
    for slenderness in (2.12, 2.14):
        standoff = 2 * slenderness
        low, _ = bridge_volume_range_um3(1.0, 1.0, standoff)
        angles.append(bridge(low * (1 + 1e-6), 1.0, 1.0, standoff).contact_angles_deg[0])
    assert angles[0] < 89.9
    assert_allclose(angles[1], 90.0, rtol=1e-3)


@pytest.mark.parametrize("standoff", [0.1, 1.0, 3.0, 7.0])
def test_full_bridges_turn_sideways_when_tangent_to_equal_pads(standoff):
    _, high = bridge_volume_range_um3(30.0, 30.0, 30.0 * standoff)
    m = bridge(high * (1 - 1e-6), 30.0, 30.0, 30.0 * standoff)
    assert_allclose(m.contact_angles_deg, 180.0, rtol=1e-4)
    assert m.contact_angles_deg[0] < 180.0
    with pytest.raises(DesignError, match=r"swell sideways.*step: reflow"):
        bridge(high * 1.001, 30.0, 30.0, 30.0 * standoff)


def test_short_thin_bridges_cut_into_their_pads_first():
    low, _ = bridge_volume_range_um3(30.0, 30.0, 12.0)
    m = bridge(low * (1 + 1e-7), 30.0, 30.0, 12.0)
    assert_allclose(m.contact_angles_deg, 0.0, atol=0.1)  # degrees
    with pytest.raises(DesignError, match="cut into a pad"):
        bridge(low * 0.999, 30.0, 30.0, 12.0)


@pytest.mark.slow
def test_the_range_ends_where_the_contact_angle_first_vanishes():
    # a little further apart the least volume jumps: the angle no longer falls to zero on the way
    near, far = (bridge_volume_range_um3(1.0, 1.0, x)[0] for x in (0.805, 0.815))
    assert far < 0.7 * near
    assert_allclose(bridge(near * (1 + 1e-7), 1.0, 1.0, 0.805).contact_angles_deg, 0.0, atol=0.1)
    with pytest.raises(DesignError, match="cut into a pad"):
        bridge(far * 1.01, 1.0, 1.0, 0.805)
    for share in np.linspace(0.01, 0.99, 20):
        angles = bridge(far * (near / far) ** share, 1.0, 1.0, 0.815).contact_angles_deg
        assert min(angles) > 0.0


def ritz(m, mode: int, functions: int = 24) -> float:
    """Least value of the second variation over the area's, by sines in arc length."""
    x, w = np.polynomial.legendre.leggauss(120)
    t, w = (x + 1) / 2, w * m.length_um / 2
    r, (turn, around) = m.at(t)[0], m.curvatures_per_um(t)
    k = np.arange(1, functions + 1)[:, None]
    value = np.sin(math.pi * k * t)
    slope = math.pi * k / m.length_um * np.cos(math.pi * k * t)
    potential = mode**2 / r**2 - turn**2 - around**2 - m.gravity_per_um2 * m.tangent(t)[0]
    energy = (slope * w * r) @ slope.T + (value * w * r * potential) @ value.T
    mass = (value * w * r) @ value.T
    if mode == 0:
        volume = value @ (w * r)
        free = np.linalg.svd(volume[None, :])[2][1:].T  # displacements that keep the volume
        energy, mass = free.T @ energy @ free, free.T @ mass @ free
    root = np.linalg.inv(np.linalg.cholesky(mass))
    return float(np.linalg.eigvalsh(root @ energy @ root.T)[0]) * m.max_radius_um**2


@pytest.mark.parametrize(
    ("radii", "standoff", "bond", "direction", "order"),
    [
        ((1.0, 1.0), 2.0, None, "down", 0.5),
        ((1.0, 1.0), 5.0, None, "down", 1.0),
        ((1.0, 0.5), 2.0, None, "down", 0.5),
        ((0.7, 1.0), 4.0, None, "down", 0.5),
        ((1.0, 1.0), 5.0, 0.01, "down", 0.5),
        ((1.0, 0.6), 1.5, 0.5, "down", 0.5),
        ((1.0, 0.6), 1.5, 0.5, "up", 0.5),
    ],
)
def test_the_second_variation_vanishes_at_the_limits(radii, standoff, bond, direction, order):
    """As the root of the distance at the thin limit, a fold; in proportion to it at a fork (equal
    pads, long bridge). At the full limit the sideways mode does, the other one does not."""
    radii = tuple(30.0 * r for r in radii)
    liquid = {} if bond is None else {"gravity_direction": direction, **heavy(bond, 30.0)}
    low, high = bridge_volume_range_um3(*radii, 30.0 * standoff, **liquid)

    def least(volume: float, mode: int) -> float:
        return ritz(bridge(volume, *radii, 30.0 * standoff, **liquid), mode)

    near, far = least(low * (1 + 1e-4), 0), least(low * (1 + 4e-4), 0)
    assert_allclose(far / near, 4.0**order, rtol=0.05)
    assert least(low * (1 + 1e-4), 1) > 0.4
    middle = math.sqrt(low * high)
    assert min(least(middle, 0), least(middle, 1)) > 0.1
    assert 0.0 < least(high * (1 - 1e-4), 1) < 1e-3  # 24 sines leave some 1e-4
    assert least(high * (1 - 1e-4), 0) > 1.0
