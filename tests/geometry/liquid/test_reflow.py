"""Reflowed solder: the curve it is given as, the stand-off under a load, paste, bad input."""

import dataclasses
import math
import pickle

import numpy as np
import pytest
from hypothesis import given
from menisci import SOLDER, T, exponent, heavy, quadrature_volume
from numpy.testing import assert_allclose

from geometry.errors import DesignError
from geometry.liquid.reflow import (
    bridge,
    equilibrium_standoff_um,
    free_cap,
    paste_metal_volume_um3,
)

CURVES = {
    "cap": lambda: free_cap(3.0 * 40.0**3, 40.0, 2.0),
    "heavy cap": lambda: free_cap(3.0 * 40.0**3, 40.0, 2.0, **heavy(0.5, 40.0)),
    "zone": lambda: bridge(
        math.pi * 50.0 * (3 * 40.0**2 + 3 * 30.0**2 + 50.0**2) / 6, 40.0, 30.0, 50.0
    ),
    "barrel": lambda: bridge(4e5, 40.0, 30.0, 50.0, 1.0),
    "neck": lambda: bridge(1.2e5, 40.0, 30.0, 50.0, 1.0),
    "heavy bridge": lambda: bridge(3e5, 40.0, 30.0, 50.0, 1.0, **heavy(0.5, 40.0)),
}


@pytest.mark.parametrize("make", CURVES.values(), ids=CURVES.keys())
def test_the_parameter_is_arc_length(make):
    m = make()
    h = 1e-4
    t = np.linspace(h, 1 - h, 50)
    velocity = (m.at(t + h) - m.at(t - h)) / (2 * h)
    assert_allclose(velocity, m.length_um * m.tangent(t), rtol=1e-6, atol=1e-6 * m.length_um)
    assert_allclose(np.hypot(*m.tangent(T)), 1.0, rtol=1e-12)
    assert tuple(m.at(0.0)[:, 0]) == m.start_um
    assert tuple(m.at(1.0)[:, 0]) == m.end_um
    near = m.at(np.array([1e-12, 1 - 1e-12]))
    assert_allclose(near.T, [m.start_um, m.end_um], rtol=1e-10, atol=1e-9)
    assert_allclose(m.volume_um3, quadrature_volume(m), rtol=1e-11)
    r, z = m.at(np.linspace(0.0, 1.0, 20001))
    assert_allclose((m.min_radius_um, m.max_radius_um), (r.min(), r.max()), rtol=1e-7)
    assert_allclose(m.z_range_um, (z.min(), z.max()), rtol=1e-7, atol=1e-6)


@pytest.mark.parametrize("make", CURVES.values(), ids=CURVES.keys())
def test_points_project_onto_the_foot_of_their_perpendicular(make):
    m = make()
    rng = np.random.default_rng(1)
    t = np.concatenate([[0.0, 1.0, 1e-9, 1 - 1e-9], rng.uniform(0, 1, 400)])
    assert_allclose(m.project(m.at(t)), t, rtol=0.0, atol=1e-12)
    tangent = m.tangent(t)
    normal = np.stack([tangent[1], -tangent[0]])
    for away in (-0.1, 0.1, 0.4):  # fractions of the smallest radius of curvature
        reach = away / np.abs(m.curvatures_per_um(T)).max()
        assert_allclose(m.project(m.at(t) + reach * normal), t, rtol=0.0, atol=1e-9)
    beyond = np.stack([m.at(0.0)[:, 0] - 3 * tangent[:, 0], m.at(1.0)[:, 0] + 3 * tangent[:, 1]])
    assert_allclose(m.project(beyond.T), [0.0, 1.0], rtol=0.0, atol=0.0)


def test_a_meridian_cannot_be_changed_but_travels():
    m = CURVES["heavy bridge"]()
    with pytest.raises(dataclasses.FrozenInstanceError):
        m.length_um = 1.0
    with pytest.raises(ValueError, match="read-only"):
        m.curve.coefficients[0, 0, 0] = 1.0
    copy = pickle.loads(pickle.dumps(m))
    assert np.array_equal(copy.at(T), m.at(T))
    assert np.array_equal(CURVES["heavy bridge"]().at(T), m.at(T))
    with pytest.raises(ValueError, match=r"\[0, 1\]"):
        m.at(1.5)


@given(r1=exponent(0, 2), r2=exponent(0, 2), standoff=exponent(-1, 3))
def test_an_unloaded_joint_is_a_zone_of_a_sphere(r1, r2, standoff):
    volume = math.pi * standoff * (3 * r1**2 + 3 * r2**2 + standoff**2) / 6
    assert_allclose(equilibrium_standoff_um(volume, r1, r2), standoff, rtol=1e-12)


@pytest.mark.parametrize("load_un", [-40.0, -1.0, 1.0, 20.0, 100.0])
def test_a_loaded_joint_pushes_back(load_un):
    volume, r1, r2, tension = 3e5, 40.0, 30.0, 0.5
    free = equilibrium_standoff_um(volume, r1, r2)
    standoff = equilibrium_standoff_um(
        volume, r1, r2, load_un, surface_tension_n_per_m=tension
    )  # fmt: skip
    assert (standoff < free) == (load_un > 0)
    m = bridge(volume, r1, r2, standoff)
    assert_allclose(m.axial_pull_um * tension, -load_un, rtol=1e-9)


def test_the_force_is_the_slope_of_the_energy():
    # area of the surface against stand-off at constant volume: dA/dL = axial pull
    def area(standoff):
        m = bridge(3e5, 40.0, 30.0, standoff)
        x, w = np.polynomial.legendre.leggauss(60)
        return m.length_um * math.pi * float(w @ m.at((x + 1) / 2)[0])

    step = 0.01
    slope = (area(60.0 + step) - area(60.0 - step)) / (2 * step)
    assert_allclose(slope, bridge(3e5, 40.0, 30.0, 60.0).axial_pull_um, rtol=1e-6)


def test_too_large_a_load_is_refused():
    for load, sense in ((1e4, "125"), (-1e4, "-55")):
        with pytest.raises(DesignError, match=rf"load_un.*carries at most {sense}"):
            equilibrium_standoff_um(3e5, 40.0, 30.0, load, surface_tension_n_per_m=0.5)
    with pytest.raises(DesignError, match="surface_tension_n_per_m"):
        equilibrium_standoff_um(3e5, 40.0, 30.0, 1.0)


def test_paste_leaves_its_metal():
    assert_allclose(paste_metal_volume_um3(2e5, 0.5), 1e5, rtol=1e-15)
    assert_allclose(paste_metal_volume_um3(2e5, 1.0), 2e5, rtol=1e-15)
    for fraction in (0.0, -0.1, 1.01, math.nan, "half", True):
        with pytest.raises(DesignError, match="metal_volume_fraction"):
            paste_metal_volume_um3(2e5, fraction)
    with pytest.raises(DesignError, match="printed_volume_um3"):
        paste_metal_volume_um3(0.0, 0.5)


@pytest.mark.parametrize("value", [0.0, -1.0, math.nan, math.inf, None, "40"])
@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda v: free_cap(v, 40.0), "volume_um3"),
        (lambda v: free_cap(1e5, v), "base_radius_um"),
        (lambda v: bridge(v, 40.0, 40.0, 50.0), "volume_um3"),
        (lambda v: bridge(1e5, v, 40.0, 50.0), "lower_radius_um"),
        (lambda v: bridge(1e5, 40.0, v, 50.0), "upper_radius_um"),
        (lambda v: bridge(1e5, 40.0, 40.0, v), "standoff_um"),
        (lambda v: free_cap(1e5, 40.0, surface_tension_n_per_m=0.5, density_kg_per_m3=v), "density_kg_per_m3"),  # noqa: E501
        (lambda v: bridge(1e5, 40.0, 40.0, 50.0, surface_tension_n_per_m=v, density_kg_per_m3=7e3), "surface_tension_n_per_m"),  # noqa: E501
    ],
)  # fmt: skip
def test_bad_input_is_named(call, name, value):
    with pytest.raises(DesignError, match=rf"^{name}.*\(step: reflow\)$"):
        call(value)


@pytest.mark.parametrize(
    ("volume", "radius", "liquid"),
    [(0.0, 40.0, {}), (1e3, 40.0, {}), (1e9, 40.0, {}), (1e5, -1.0, {}), (1e14, 1e5, SOLDER)],
)
def test_a_bridge_is_refused_in_the_step_of_its_caller(volume, radius, liquid):
    with pytest.raises(DesignError) as default:
        bridge(volume, radius, radius, 50.0, **liquid)
    with pytest.raises(DesignError) as named:
        bridge(volume, radius, radius, 50.0, **liquid, step="assembly")
    assert str(default.value).endswith(" (step: reflow)")
    assert str(named.value) == str(default.value).replace("(step: reflow)", "(step: assembly)")


def test_gravity_needs_to_be_spelled_and_fed():
    with pytest.raises(DesignError, match=r"gravity = 'on' must be one of auto, always, never"):
        free_cap(1e5, 40.0, gravity="on")
    with pytest.raises(DesignError, match=r"gravity_direction = 'left' must be one of down, up"):
        free_cap(1e5, 40.0, gravity_direction="left")
    with pytest.raises(DesignError, match="surface_tension_n_per_m must be given"):
        free_cap(1e5, 40.0, gravity="always")
    with pytest.raises(DesignError, match="Bond number"):
        free_cap(1e15, 1e6, **SOLDER)
    with pytest.raises(DesignError, match="Bond number"):
        bridge(1e14, 1e5, 1e5, 1e4, **SOLDER)
