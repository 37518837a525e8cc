"""Solder alone on its pad: spheres, heavy drops and puddles.

Plan: spheres against elementary geometry; every other curve against the differential equation it
must satisfy (from derivatives of the returned curve) and the volume asked for, over random valid
input; Bond numbers to zero (order) and to infinity (puddle); the drop that falls.
"""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from menisci import SOLDER, T, exponent, heavy, laplace_residual, quadrature_volume
from numpy.testing import assert_allclose
from scipy.integrate import solve_ivp
from scipy.optimize import minimize_scalar

from geometry.errors import DesignError
from geometry.liquid.liquid_input import STANDARD_GRAVITY_M_PER_S2
from geometry.liquid.reflow import (
    free_cap,
)

CAPILLARY_LENGTH_UM = 1e6 * math.sqrt(0.5 / (7400.0 * STANDARD_GRAVITY_M_PER_S2))


def test_a_hemisphere():
    m = free_cap(2.0 / 3.0 * math.pi * 30.0**3, 30.0, base_z_um=5.0)
    assert m.kind == "sphere"
    assert_allclose(m.end_um, (0.0, 35.0), rtol=1e-14)
    assert_allclose(m.length_um, math.pi * 15.0, rtol=1e-14)
    r, z = m.at(T)
    assert_allclose(np.hypot(r, z - 5.0), 30.0, rtol=1e-14)
    assert_allclose(m.contact_angles_deg[0], 90.0, rtol=1e-13)
    assert m.contact_angles_deg[1] is None
    assert_allclose(m.pressure_per_um, 2.0 / 30.0, rtol=1e-14)


@given(ratio=exponent(-12, 12), radius=exponent(-1, 3))
def test_truncated_spheres_from_films_to_balls(ratio, radius):
    volume = ratio * radius**3
    m = free_cap(volume, radius)
    h = m.end_um[1]
    assert_allclose(math.pi * h * (3 * radius**2 + h**2) / 6, volume, rtol=1e-13)
    assert_allclose(m.volume_um3, volume, rtol=1e-13)
    assert_allclose(quadrature_volume(m), volume, rtol=1e-11)
    r, z = m.at(T)
    assert (r[0], z[0]) == (radius, 0.0) and r[-1] == 0.0
    sphere = (radius**2 + h**2) / (2 * h)
    assert_allclose(r**2 + (h - z) ** 2, 2 * sphere * (h - z), rtol=1e-9, atol=1e-9 * radius**2)
    assert_allclose(m.max_radius_um, radius if h < radius else sphere, rtol=1e-12)


def test_limits_of_the_cap():
    a = 40.0
    film, ball = free_cap(1e-6 * a**3, a), free_cap(1e9 * a**3, a)
    assert_allclose(film.end_um[1], 2 * film.volume_um3 / (math.pi * a**2), rtol=1e-9)
    assert_allclose(film.length_um, a, rtol=1e-9)
    radius = (0.75 * ball.volume_um3 / math.pi) ** (1 / 3)
    assert_allclose(ball.max_radius_um, radius, rtol=1e-9)
    assert_allclose(ball.end_um[1], 2 * radius, rtol=1e-6)


@settings(deadline=None)
@given(
    bond=exponent(-6, 2.5),
    angle=st.floats(0.02, 0.98),
    radius=exponent(0, 3),
    direction=st.sampled_from(["down", "up"]),
)
def test_heavy_drops_obey_young_and_laplace(bond, angle, radius, direction):
    # a volume that the drop can hold: small caps of large Bond numbers, balls of small ones
    reach = 2.0 * math.atan(1.0 / math.sqrt(1.0 + 3.0 * bond)) * angle
    h = radius * math.tan(0.5 * reach)
    volume = math.pi * h * (3 * radius**2 + h**2) / 6
    if direction == "up" and bond > 2.0:
        bond = 2.0
    m = free_cap(volume, radius, 3.0, gravity_direction=direction, **heavy(bond, radius))
    assert m.kind == "young-laplace"
    assert_allclose(m.bond_number, bond, rtol=1e-12)
    assert_allclose(m.volume_um3, volume, rtol=1e-11)
    assert_allclose(quadrature_volume(m), volume, rtol=1e-10)
    assert_allclose(m.curve.point(np.array([0.0]))[:, 0], (radius, 3.0), rtol=1e-11)
    assert_allclose(m.curve.point(np.array([m.length_um]))[1, 0], m.end_um[1], rtol=1e-12)
    assert abs(m.curve.point(np.array([m.length_um]))[0, 0]) < 1e-12 * radius
    assert laplace_residual(m, radius) < 1e-8


@pytest.mark.parametrize("ratio", [0.5, 2.0, 6.0])
def test_gravity_changes_the_sphere_in_proportion_to_the_bond_number(ratio):
    a = 40.0
    sphere = free_cap(ratio * a**3, a)
    changes = []
    for bond in (1e-2, 1e-3, 1e-4):
        for direction, sign in (("down", 1.0), ("up", -1.0)):
            m = free_cap(ratio * a**3, a, gravity_direction=direction, **heavy(bond, a))
            # pressed flat when gravity points to the pad, drawn out when away from it
            change = sign * (sphere.end_um[1] - m.end_um[1]) / (bond * a)
            assert change > 0.0
            changes.append(change)
    assert_allclose(changes[2:4], changes[4:], rtol=0.01)
    assert_allclose(changes[0] + changes[1], changes[4] + changes[5], rtol=0.01)


@settings(deadline=None, max_examples=50)
@given(ratio=exponent(-2, 2), strength=exponent(-6, -4.01))
def test_what_auto_leaves_out_is_small(ratio, strength):
    a = 40.0
    sphere = free_cap(ratio * a**3, a)
    bond = strength / (sphere.max_radius_um / a) ** 4
    liquid = heavy(bond, a)
    assert free_cap(ratio * a**3, a, **(liquid | {"gravity": "auto"})).kind == "sphere"
    m = free_cap(ratio * a**3, a, **liquid)
    away = np.hypot(*(m.at(T) - sphere.at(sphere.project(m.at(T)))))
    assert away.max() < 0.2 * strength * sphere.max_radius_um


def test_auto_integrates_where_gravity_matters():
    m = free_cap(3.0 * 200.0**3, 200.0, **SOLDER)
    assert m.kind == "young-laplace"
    assert_allclose(m.bond_number, (200.0 / CAPILLARY_LENGTH_UM) ** 2, rtol=1e-12)
    hemisphere = 2.0 / 3.0 * math.pi * 40.0**3
    for strength, kind in ((0.99e-4, "sphere"), (1.01e-4, "young-laplace")):
        assert (
            free_cap(hemisphere, 40.0, **heavy(strength, 40.0) | {"gravity": "auto"}).kind == kind
        )
    small = free_cap(3.0 * 10.0**3, 10.0, **SOLDER)
    assert small.kind == "sphere" and small.bond_number < 1e-4
    assert free_cap(3.0 * 200.0**3, 200.0).bond_number is None
    assert free_cap(3.0 * 200.0**3, 200.0, **SOLDER, gravity="never").kind == "sphere"


def test_a_wide_puddle_is_as_high_as_the_two_dimensional_one():
    errors = []
    for width in (20.0, 40.0, 80.0):
        a = width * CAPILLARY_LENGTH_UM
        m = free_cap(math.pi * a**2 * CAPILLARY_LENGTH_UM, a, **SOLDER)
        angle = math.radians(m.contact_angles_deg[0])
        errors.append(m.end_um[1] / (2 * CAPILLARY_LENGTH_UM * math.sin(angle / 2)) - 1)
    assert 0.0 < errors[-1] < 0.01
    # the edge's curvature around the axis is left out of the limit: first order in length/a
    assert_allclose(np.array(errors[:-1]) / errors[1:], 2.0, rtol=0.1)


def test_a_flat_hanging_film_falls_sideways_at_the_zero_of_the_bessel_function():
    # m = 1: J1(sqrt(Bo)) = 0 at 3.83171; a flat film has no other length
    a = 1000.0
    for bond, holds in ((3.83171**2 * 0.999, True), (3.83171**2 * 1.001, False)):
        arguments = {"gravity_direction": "up", **heavy(bond, a)}
        if holds:
            assert free_cap(1e-5 * a**3, a, **arguments).end_um[1] > 0.0
        else:
            with pytest.raises(DesignError, match=r"volume_um3.*fall off.*step: reflow"):
                free_cap(1e-5 * a**3, a, **arguments)


def test_a_hanging_drop_falls_at_the_largest_volume_of_its_family():
    # drops whose edge, of radius 1, lies above their neck; integrated independently of the module
    bond = 0.5

    def volume(apex_pressure: float) -> float:
        def rates(s, x):
            r, z, phi, _ = x
            around = math.sin(phi) / r if r > 1e-12 else apex_pressure / 2
            turn = apex_pressure - bond * z - around
            return [math.cos(phi), math.sin(phi), turn, math.pi * r * r * math.sin(phi)]

        def edge(s, x):
            return x[0] - 1.0

        edge.direction = 1.0  # on the way out: below the belly, then above the neck
        out = solve_ivp(
            rates, (0, 5), [0, 0, 0, 0], method="DOP853", events=edge, rtol=1e-11, atol=1e-13
        )
        return out.y_events[0][1][3]

    found = minimize_scalar(
        lambda p: -volume(p), bounds=(2.0, 2.1), method="bounded", options={"xatol": 1e-7}
    )
    largest, a = -found.fun, 50.0
    arguments = {"gravity_direction": "up", **heavy(bond, a)}
    m = free_cap(largest * (1 - 1e-6) * a**3, a, **arguments)
    apex_pressure = m.pressure_per_um - m.gravity_per_um2 * m.end_um[1]
    assert_allclose(apex_pressure * a, found.x, rtol=2e-3)
    with pytest.raises(DesignError, match="fall off"):
        free_cap(largest * (1 + 1e-6) * a**3, a, **arguments)


def test_a_drop_that_would_hang_over_its_base_is_refused():
    with pytest.raises(DesignError, match=r"hang over the edge of its base.*Bond number"):
        free_cap(100.0 * 1000.0**3, 1000.0, **SOLDER)
