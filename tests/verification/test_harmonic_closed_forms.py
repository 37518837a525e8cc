"""The closed forms of the harmonics obey the equations they are to solve.

Strains are finite differences of the displacement, equilibrium is that of the stress, and currents
are divergence-free, so that a mistake in a closed form cannot hide behind the same one in the
solver. Printed values are held to ones computed independently.
"""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from fem_bump.verification.conduction import arc_fed_rings, rim_source_disk
from fem_bump.verification.harmonics import (
    bonded_bars,
    compatible_eigenstrain,
    flexure,
    rigid_harmonics,
)
from fem_bump.verification.harmonics.harmonic_fields import hooke

STEP = 1e-5
R, Z = np.array([0.45, 0.7, 0.95]), np.array([0.2, 0.6, 1.0])


def slopes(f, r, z):
    """Central differences in r and in z."""
    return (
        (f(r + STEP, z) - f(r - STEP, z)) / (2 * STEP),
        (f(r, z + STEP) - f(r, z - STEP)) / (2 * STEP),
    )


def strain(harmonic, displacement, r, z):
    """Strain rr, zz, tt, rz, rt, tz of a displacement of one harmonic."""
    u, v, w = displacement(r, z)
    (ur, vr, wr), (uz, vz, wz) = slopes(displacement, r, z)
    n = harmonic
    return np.array(
        [ur, wz, (u + n * v) / r, uz + wr, vr - (v + n * u) / r, vz - n * w / r], dtype=float
    )


def imbalance(harmonic, stress, r, z):
    """Force per volume r, t, z that a stress of one harmonic leaves over."""
    rr, _, tt, rz, rt, tz = stress(r, z)
    (drr, _, _, drz, drt, _), (_, dzz, _, dzr, _, dzt) = slopes(stress, r, z)
    n = harmonic
    return np.array(
        [
            drr + (rr - tt + n * rt) / r + dzr,
            drt + (2 * rt - n * tt) / r + dzt,
            drz + (rz + n * tz) / r + dzz,
        ]
    )


@pytest.mark.parametrize("motion", rigid_harmonics.MOTIONS)
def test_rigid_motions_do_not_strain(motion):
    harmonic, displacement = rigid_harmonics.MOTIONS[motion]
    assert_allclose(strain(harmonic, displacement, R, Z), np.zeros((6, 3)), rtol=0, atol=1e-9)


def test_rigid_motions_are_those_of_a_solid():
    # at some angle, in Cartesian components
    angle, r, z = 0.7, 1.3, 0.4
    c, s = np.cos(angle), np.sin(angle)
    u, v, w = rigid_harmonics.MOTIONS["tilt"][1](r, z)
    u, v, w = u * c, v * s, w * c
    tilt = rigid_harmonics.TILT
    assert_allclose([u * c - v * s, u * s + v * c, w], [tilt * z, 0, -tilt * r * c], atol=1e-15)
    u, v, w = rigid_harmonics.MOTIONS["translation"][1](r, z)
    u, v = u * c, v * s
    assert_allclose([u * c - v * s, u * s + v * c, w], [rigid_harmonics.MOVE_UM, 0, 0], atol=1e-15)


@pytest.mark.parametrize("body", compatible_eigenstrain.BODIES)
def test_eigenstrain_is_the_displacements(body):
    field, _ = compatible_eigenstrain.BODIES[body]
    found = strain(field.harmonic, field.displacement, R, Z)
    assert_allclose(field.strain(R, Z), found, rtol=0, atol=1e-7 * np.abs(found).max())


@pytest.mark.parametrize("body", compatible_eigenstrain.BODIES)
def test_every_strain_of_every_eigenstrain_is_there(body):
    largest = np.abs(compatible_eigenstrain.BODIES[body][0].strain(R, Z)).max(axis=1)
    assert (largest > 1e-5).all()


@pytest.mark.parametrize("poisson", [0.0, 0.3, 0.45])
def test_flexure_is_in_equilibrium_and_elastic(poisson):
    state = flexure.Flexure(poisson)
    elastic = hooke(strain(1, state.displacement, R, Z), flexure.YOUNG, poisson)
    scale = np.abs(elastic).max()
    assert_allclose(state.stress(R, Z), elastic, rtol=0, atol=1e-6 * scale)
    left = imbalance(1, state.stress, R, Z)
    assert_allclose(left, np.zeros((3, 3)), rtol=0, atol=1e-6 * scale)
    # the side is free, the section carries P and the moment P (L - z)
    assert_allclose(state.stress(flexure.RADIUS_UM, 0.3)[[0, 3, 4]], 0, atol=1e-12 * scale)
    r = (np.arange(4000) + 0.5) / 4000 * flexure.RADIUS_UM
    _, zz, _, rz, _, tz = state.stress(r, 0.3 + 0 * r)
    area = np.pi * r * flexure.RADIUS_UM / 4000
    assert_allclose(((rz - tz) * area).sum(), flexure.FORCE_UN, rtol=1e-6)
    moment = -flexure.FORCE_UN * (flexure.LENGTH_UM - 0.3)
    assert_allclose((zz * r * area).sum(), moment, rtol=1e-6)


def test_flexure_values_are_the_known_ones():
    for nu, middle, edge in ((0.3, 1.384615, 1.230769), (0.36, 1.367647, 1.264706), (0, 1.5, 1)):
        state = flexure.Flexure(nu)
        mean = flexure.FORCE_UN / (np.pi * flexure.RADIUS_UM**2)
        assert_allclose(state.stress(0.0, 1.0)[3] / mean, middle, rtol=1e-6)
        assert_allclose(-state.stress(flexure.RADIUS_UM, 1.0)[5] / mean, edge, rtol=1e-6)


BONDED = {
    "equal": (1, bonded_bars.EQUAL, bonded_bars.bending(bonded_bars.EQUAL)),
    "unequal": (1, bonded_bars.UNEQUAL, bonded_bars.bending(bonded_bars.UNEQUAL)),
    "anisotropic": (2, bonded_bars.UNEQUAL, bonded_bars.anisotropic()),
}


@pytest.mark.parametrize("case", BONDED)
@pytest.mark.parametrize("part", ["core", "shell"])
def test_bonded_parts_are_in_equilibrium_and_elastic(case, part):
    harmonic, poisson, state = BONDED[case]
    r = R if part == "core" else R + 0.6

    def stress(r, z):
        return state.in_part(part, r, z)[1]

    found = strain(harmonic, lambda r, z: state.in_part(part, r, z)[0], r, Z)
    if case == "anisotropic" and part == "core":
        found -= bonded_bars.STRAIN * np.array([1, 0, -1, 0, -2, 0])[:, None]
    elastic = hooke(found, bonded_bars.YOUNG[part], poisson[part])
    scale = np.abs(elastic).max()
    assert_allclose(stress(r, Z), elastic, rtol=0, atol=1e-6 * scale)
    left = imbalance(harmonic, stress, r, Z)
    assert_allclose(left, np.zeros((3, 3)), rtol=0, atol=1e-6 * scale)


@pytest.mark.parametrize("case", BONDED)
def test_bonded_parts_fit(case):
    _, _, state = BONDED[case]
    (u, s), (v, t) = (
        state.in_part(p, np.array(bonded_bars.BOND_UM), np.array(0.3)) for p in ("core", "shell")
    )
    assert_allclose(u, v, rtol=0, atol=1e-12 * np.abs(u).max())
    scale = max(np.abs(s).max(), np.abs(t).max())
    assert_allclose(s[[0, 3, 4]], t[[0, 3, 4]], rtol=0, atol=1e-9 * scale)
    _, outside = state.in_part("shell", np.array(bonded_bars.OUTER_UM), np.array(0.3))
    assert_allclose(outside[[0, 3, 4]], 0, rtol=0, atol=1e-9 * scale)
    if case != "equal":
        assert abs(s[0]) > 1e-3 * scale


def test_rim_source_values_are_the_known_ones():
    volt = rim_source_disk.CURRENT_A * rim_source_disk.SHEET_OHM

    def difference(rho, theta, half):
        ends = (rim_source_disk.potential(x, 0.0, theta, half) for x in (rho, 0.0))
        return (next(ends) - next(ends)) / volt

    # a point source, from the logarithm; arcs from an independent sum
    assert_allclose(difference(0.9, 0, 1e-4), 0.797393, rtol=2e-6)
    assert_allclose(difference(0.9, 180, 1e-4), -0.139851, rtol=4e-6)
    assert_allclose(difference(1, 0, 10), 0.953677, rtol=2e-6)
    assert_allclose(difference(1, 180, 10), -0.140654, rtol=4e-6)
    assert_allclose(difference(1, 0, 30), 0.605057, rtol=2e-6)
    assert_allclose(difference(1, 180, 30), -0.137397, rtol=4e-6)


@pytest.mark.parametrize("count", [1, 3])
def test_disk_current_is_the_gradient_and_leaves_no_charge(count):
    step, rho, z, theta = 1e-4, 0.8, 0.6, 25.0
    half = 12.0
    a = rim_source_disk.RADIUS_UM

    def phi(x=0.0, y=0.0, up=0.0):
        return rim_source_disk.potential(rho + x, z + up, theta + np.degrees(y), half, count)

    gradient = [
        (phi(x=step) - phi(x=-step)) / (2 * step * a),
        (phi(y=step) - phi(y=-step)) / (2 * step * rho * a),
        (phi(up=step) - phi(up=-step)) / (2 * step),
    ]
    found = rim_source_disk.current_density(rho, z, theta, half, count)
    conductivity = rim_source_disk.CONDUCTIVITY * 1e-6
    assert_allclose(found, -conductivity * np.array(gradient), rtol=1e-5)

    def flow(x=0.0, y=0.0, up=0.0):
        turn = theta + np.degrees(y)
        return rim_source_disk.current_density(rho + x, z + up, turn, half, count)

    divergence = (
        (flow(x=step)[0] - flow(x=-step)[0]) / (2 * step * a)
        + found[0] / (rho * a)
        + (flow(y=step)[1] - flow(y=-step)[1]) / (2 * step * rho * a)
        + (flow(up=step)[2] - flow(up=-step)[2]) / (2 * step)
    )
    assert_allclose(divergence * a / np.abs(found).max(), 0, rtol=0, atol=1e-5)
    # what comes in per area of the arc, summed over the arcs, is the current
    assert_allclose(
        found[2] * np.pi * a**2 * rim_source_disk.THICKNESS_UM / z,
        rim_source_disk.CURRENT_A,
        rtol=1e-12,
    )


def test_rings_of_one_metal_are_one_ring(monkeypatch):
    monkeypatch.setattr(arc_fed_rings, "INNER", arc_fed_rings.OUTER)
    n = np.array([1, 4, 9])
    b, m, a = arc_fed_rings.BORE_UM, arc_fed_rings.BOND_UM, arc_fed_rings.RIM_UM
    source = arc_fed_rings.CURRENT_A * np.sinc(n * arc_fed_rings.HALF_ANGLE_DEG / 180)
    source /= np.pi * a * arc_fed_rings.THICKNESS_UM
    # phi = c ((r/b)^n - (b/r)^n) with s phi'(a) = source
    slope = (m / b) ** n + (b / m) ** n
    expected = source * a / m * slope / ((a / b) ** n + (b / a) ** n)
    assert_allclose([arc_fed_rings.amplitude(k) for k in n], expected, rtol=1e-12)


def test_ring_windows_add_up_to_the_current():
    half = arc_fed_rings.window_mean(-90, 90) + arc_fed_rings.window_mean(90, 270)
    area = np.pi * arc_fed_rings.BOND_UM * arc_fed_rings.THICKNESS_UM
    assert_allclose(half * area, arc_fed_rings.CURRENT_A, rtol=1e-12)
