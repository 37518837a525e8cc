"""Manufactured solutions (Roache, J. Fluids Eng. 124 (2002) 4) for both physics.

The given body force and current source are checked against finite differences of the given stress
and current density, so that a mistake in the closed forms cannot hide; then the observed orders on
three meshes: 3 in L2, 2 in the energy norm, on a body with the axis and on a hollow one.
"""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from fem_bump.verification.conduction import manufactured_conduction
from fem_bump.verification.elasticity import manufactured_elastic
from fem_bump.verification.row import order

STEP = 1e-5
R, Z = np.array([0.45, 0.7, 0.95]), np.array([0.2, 0.6, 1.0])


def slope(f, r, z):
    """Central differences in r and in z."""
    return (
        (f(r + STEP, z) - f(r - STEP, z)) / (2 * STEP),
        (f(r, z + STEP) - f(r, z - STEP)) / (2 * STEP),
    )


@pytest.mark.parametrize("body", manufactured_elastic.BODIES)
def test_body_force_balances_the_stress(body):
    field = manufactured_elastic.BODIES[body][0]
    rr, _, tt, rz = field.stress(R, Z)
    (drr, _, _, drz), (_, dzz, _, dzr) = slope(field.stress, R, Z)
    divergence = np.array([drr + (rr - tt) / R + dzr, drz + rz / R + dzz])
    assert_allclose(-divergence, field.body_force(R, Z), rtol=1e-7)


@pytest.mark.parametrize("body", manufactured_elastic.BODIES)
def test_stress_is_hookes_law_of_the_displacement(body):
    field = manufactured_elastic.BODIES[body][0]
    (err, dr_uz), (dz_ur, ezz) = slope(field.displacement, R, Z)
    ett = field.displacement(R, Z)[0] / R
    rr, zz, tt, rz = field.stress(R, Z)
    e, nu = manufactured_elastic.YOUNG, manufactured_elastic.POISSON
    free = manufactured_elastic.CTE * field.rise(R, Z)
    assert_allclose(err, (rr - nu * (zz + tt)) / e + free, rtol=1e-6)
    assert_allclose(ezz, (zz - nu * (rr + tt)) / e + free, rtol=1e-6)
    assert_allclose(ett, (tt - nu * (rr + zz)) / e + free, rtol=1e-6)
    assert_allclose(dz_ur + dr_uz, 2 * (1 + nu) * rz / e, rtol=1e-6)


@pytest.mark.parametrize("body", manufactured_conduction.BODIES)
def test_source_is_the_divergence_of_the_current(body):
    field = manufactured_conduction.BODIES[body][0]
    jr, _ = field.current_density(R, Z)
    (dr_jr, _), (_, dz_jz) = slope(field.current_density, R, Z)
    assert_allclose(dr_jr + jr / R + dz_jz, field.source(R, Z), rtol=1e-7)
    minus_gradient = -np.array(slope(field.potential, R, Z))
    conductivity = manufactured_conduction.CONDUCTIVITY * 1e-6
    assert_allclose(field.current_density(R, Z), conductivity * minus_gradient, rtol=1e-7)


@pytest.mark.parametrize("physics", [manufactured_elastic, manufactured_conduction])
@pytest.mark.parametrize("body", ["on the axis", "hollow"])
def test_observed_orders(physics, body):
    field, r0, r1 = physics.BODIES[body]
    cells = (6, 12, 24)
    found = np.array([physics.errors(field, physics.solve(field, r0, r1, n)) for n in cells])
    sizes = [1 / n for n in cells]
    l2, energy = order(found[:, 0], sizes), order(found[:, 1], sizes)
    assert_allclose(l2, 3.0, rtol=0.05)
    assert_allclose(energy, 2.0, rtol=0.05)
    assert found[-1, 0] < 2e-5 and found[-1, 1] < 2e-3
