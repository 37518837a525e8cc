"""Solder between two pads: Delaunay's special members, random bridges, bridges under gravity.

Every curve against the differential equation it must satisfy (from derivatives of the returned
curve) and the volume asked for.
"""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from menisci import T, exponent, heavy, laplace_residual, quadrature_volume
from numpy.testing import assert_allclose

from geometry.errors import DesignError
from geometry.liquid.reflow import (
    bridge,
    bridge_volume_range_um3,
)


def interior_volume(low: float, high: float, share: float) -> float:
    """A volume inside a range, off its ends by at least 0.1 % of its logarithm."""
    return low * (high / low) ** (0.001 + 0.998 * share)


def test_a_cylinder():
    m = bridge(math.pi * 30.0**2 * 100.0, 30.0, 30.0, 100.0, base_z_um=-4.0)
    assert m.kind == "cylinder"
    r, z = m.at(T)
    assert_allclose(r, 30.0, rtol=1e-13)
    assert_allclose(z, -4.0 + 100.0 * T, rtol=1e-12, atol=1e-12)
    assert_allclose(m.pressure_per_um, 1.0 / 30.0, rtol=1e-12)
    assert_allclose(m.axial_pull_um, math.pi * 30.0, rtol=1e-12)


def test_a_catenoid():
    neck, low, high = 20.0, -12.0, 15.0
    radius = lambda z: neck * math.cosh(z / neck)  # noqa: E731
    volume = math.pi * neck**2 / 2 * (high - low)
    volume += math.pi * neck**3 / 4 * (math.sinh(2 * high / neck) - math.sinh(2 * low / neck))
    m = bridge(volume, radius(low), radius(high), high - low, base_z_um=low)
    assert m.kind == "catenoid"
    r, z = m.at(T)
    assert_allclose(r, neck * np.cosh(z / neck), rtol=1e-12)
    s = neck * (math.sinh(high / neck) - math.sinh(low / neck))
    assert_allclose(m.length_um, s, rtol=1e-12)
    assert_allclose(m.min_radius_um, neck, rtol=1e-12)
    assert abs(m.pressure_per_um) < 1e-12


@given(
    r1=exponent(0, 2), r2=exponent(0, 2), standoff=exponent(-1, 3), base=st.floats(-100.0, 100.0)
)
def test_zones_of_spheres(r1, r2, standoff, base):
    volume = math.pi * standoff * (3 * r1**2 + 3 * r2**2 + standoff**2) / 6
    m = bridge(volume, r1, r2, standoff, base)
    assert m.kind == "sphere"
    size = max(r1, r2, standoff)
    centre = base + 0.5 * (standoff + (r2**2 - r1**2) / standoff)
    radius = math.hypot(r1, base - centre)
    r, z = m.at(T)
    assert_allclose(r**2 + (z - centre) ** 2, radius**2, rtol=1e-10)
    ends = m.curve.point(np.array([0.0, m.length_um]))
    assert_allclose(ends[0], (r1, r2), rtol=1e-10)
    assert_allclose(ends[1] - base, (0.0, standoff), rtol=1e-10, atol=1e-11 * size + 1e-12)
    assert_allclose(quadrature_volume(m), volume, rtol=1e-10)
    assert abs(m.axial_pull_um) < 1e-10 * size


@pytest.mark.slow
@settings(deadline=None, max_examples=60)
@given(
    r1=exponent(0.7, 2),
    ratio=exponent(-1, 1),
    slenderness=exponent(-1.3, 1.1),
    share=st.floats(0.0, 1.0),
)
def test_bridges_are_delaunay_surfaces_of_the_volume_asked_for(r1, ratio, slenderness, share):
    r2 = r1 * ratio
    size = max(r1, r2)
    standoff = slenderness * size
    low, high = bridge_volume_range_um3(r1, r2, standoff)
    zone = math.pi * standoff * (3 * r1**2 + 3 * r2**2 + standoff**2) / 6
    assert low < zone < high
    volume = interior_volume(low, high, share)
    m = bridge(volume, r1, r2, standoff, 7.0)
    assert m.kind in {"unduloid", "nodoid", "catenoid", "sphere"}
    assert_allclose(m.volume_um3, volume, rtol=1e-11)
    assert_allclose(quadrature_volume(m), volume, rtol=1e-9)
    ends = m.curve.point(np.array([0.0, m.length_um]))
    assert_allclose(ends, [[r1, r2], [7.0, 7.0 + standoff]], rtol=1e-10)
    assert laplace_residual(m, 1.0 / (1.0 / size + abs(m.pressure_per_um))) < 1e-8
    r, pull = m.at(T)[0], m.axial_pull_um
    constant = 2 * math.pi * r * m.tangent(T)[1] - math.pi * r**2 * m.pressure_per_um
    assert_allclose(constant, pull, rtol=1e-9, atol=1e-9 * size)

    mirrored = bridge(volume, r2, r1, standoff, 7.0)
    there = mirrored.at(1.0 - T)
    there[1] = 14.0 + standoff - there[1]
    assert_allclose(there, m.at(T), rtol=1e-8, atol=1e-8 * size)
    assert mirrored.contact_angles_deg == pytest.approx(m.contact_angles_deg[::-1], rel=1e-6)


@pytest.mark.parametrize(
    ("share", "kind"),
    [(0.6, "nodoid"), (0.95, "unduloid"), (1.0, "cylinder"), (1.05, "unduloid"), (1.3, "nodoid")],
)
def test_kinds_from_neck_to_belly(share, kind):
    # at stand-off = radius: catenoid at 0.79 and sphere at 7/6 of the cylinder's volume
    m = bridge(share * math.pi, 1.0, 1.0, 1.0)
    assert m.kind == kind
    assert (m.pressure_per_um < 0.0) == (share < 0.79)
    assert (m.axial_pull_um < 0.0) == (share > 7 / 6)
    assert (m.max_radius_um > 1.0 + 1e-12) == (share > 1.0)
    assert (m.min_radius_um < 1.0 - 1e-12) == (share < 1.0)


def test_a_bridge_can_hang_over_its_larger_neighbour():
    _, high = bridge_volume_range_um3(100.0, 20.0, 60.0)
    m = bridge(0.999 * high, 100.0, 20.0, 60.0)
    assert m.contact_angles_deg[1] > 180.0
    assert m.z_range_um[1] > 60.0 and m.z_range_um[0] == 0.0
    assert_allclose(quadrature_volume(m), 0.999 * high, rtol=1e-10)


@settings(deadline=None, max_examples=40)
@given(
    bond=exponent(-5, 0.3),
    ratio=exponent(-0.5, 0.5),
    standoff=st.floats(0.2, 1.5),
    fill=st.floats(0.75, 1.4),
    direction=st.sampled_from(["down", "up"]),
)
def test_heavy_bridges_obey_young_and_laplace(bond, ratio, standoff, fill, direction):
    r1, r2 = (100.0, 100.0 * ratio) if ratio < 1 else (100.0 / ratio, 100.0)
    length = 100.0 * standoff
    volume = fill * math.pi * length * (3 * r1**2 + 3 * r2**2 + length**2) / 6
    liquid = heavy(bond, 100.0)
    try:
        m = bridge(volume, r1, r2, length, gravity_direction=direction, **liquid)
    except DesignError as error:
        assert fill != 1.0 or bond > 1e-3, error
        return
    assert_allclose(m.volume_um3, volume, rtol=1e-11)
    assert_allclose(quadrature_volume(m), volume, rtol=1e-9)
    assert laplace_residual(m, 100.0) < 1e-8
    # the two pads together carry the liquid's weight
    r, z = m.at(1.0)[:, 0]
    pressure = m.pressure_per_um - m.gravity_per_um2 * z
    upper = 2 * math.pi * r * m.tangent(1.0)[1, 0] - math.pi * r**2 * pressure
    weight = m.gravity_per_um2 * volume
    assert_allclose(upper - m.axial_pull_um, weight, rtol=1e-8, atol=1e-9 * length)
    assert (m.gravity_per_um2 > 0) == (direction == "down")

    turned = {"down": "up", "up": "down"}[direction]
    mirrored = bridge(volume, r2, r1, length, gravity_direction=turned, **liquid).at(1.0 - T)
    mirrored[1] = length - mirrored[1]
    assert_allclose(mirrored, m.at(T), rtol=1e-8, atol=1e-8 * length)


def test_a_light_bridge_tends_to_the_weightless_one():
    arguments = (1.1 * math.pi * 50.0**2 * 80.0, 50.0, 50.0, 80.0)
    plain = bridge(*arguments)
    changes = []
    for bond in (1e-2, 1e-3):
        m = bridge(*arguments, **heavy(bond, 50.0))
        foot = plain.project(m.at(T))
        changes.append(np.hypot(*(m.at(T) - plain.at(foot))).max() / bond)
        # the belly sags towards the lower pad
        belly = m.at(T)[1, m.at(T)[0].argmax()]
        assert belly < 40.0
    assert_allclose(changes[0], changes[1], rtol=0.01)
    light = heavy(1e-5, 50.0) | {"gravity": "auto"}
    assert bridge(*arguments, **light).kind == "unduloid"


def test_a_long_bridge_breaks_under_its_weight():
    volume = math.pi * 30.0**2 * 150.0
    assert bridge(volume, 30.0, 30.0, 150.0).kind == "cylinder"
    with pytest.raises(DesignError, match="step: reflow"):
        bridge(volume, 30.0, 30.0, 150.0, **heavy(0.5, 30.0))
