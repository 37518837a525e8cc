"""Thermo-elastic closed forms of Timoshenko and Goodier (Theory of Elasticity, 3rd ed.).

Thick cylinder with a logarithmic temperature (section 151), hollow sphere with T ~ 1/rho (section
152), film on a substrate held flat, and Timoshenko's bimetal (J. Opt. Soc. Am. 11 (1925) 233) as a
plate. The printed exact values are checked against figures computed independently, then errors and
their order on three meshes.
"""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from fem_bump.verification.elasticity import film_on_substrate as film
from fem_bump.verification.elasticity import hollow_sphere, thick_cylinder
from fem_bump.verification.row import order


def test_the_exact_values_are_the_known_ones():
    assert_allclose(thick_cylinder.exact(1.0)[0], -174.853, rtol=3e-6)
    assert_allclose(thick_cylinder.exact(2.0)[0], 110.861, rtol=3e-6)
    assert_allclose(hollow_sphere.exact(1.0)[1], -204.082, rtol=3e-6)
    assert_allclose(hollow_sphere.exact(2.0)[1], 81.633, rtol=6e-6)
    assert_allclose(hollow_sphere.exact(1.5), [-39.305, 6.047], rtol=3e-5)
    assert_allclose(film.curvature() * 1e6, 0.6181, rtol=1e-4)


def test_bowed_film_stress_tends_to_stoney():
    # E_s' h_s^2 kappa / (6 h_f) holds for a film that is thin against its substrate
    young, _ = film._biaxial(film.SUBSTRATE)
    stoney = young * film.SUBSTRATE_UM**2 * film.curvature() / (6 * film.FILM_UM)
    assert_allclose(film.bowed_film_stress(), stoney, rtol=2 * film.FILM_UM / film.SUBSTRATE_UM)


def test_thick_cylinder_order():
    place = np.array([[1.0, 2.0], [0.25, 0.25]])
    exact = np.array([thick_cylinder.exact(r) for r in (1.0, 2.0)]).T
    cells = (8, 16, 32)
    errors = [np.abs(thick_cylinder.solve(n).stress(place)[[2, 1]] - exact) for n in cells]
    for errors_here in np.reshape(errors, (3, -1)).T:
        assert order(errors_here, [1 / n for n in cells]) > 1.9
    assert_allclose(errors[-1] / exact, 0 * exact, rtol=0, atol=3e-4)


def test_thick_cylinder_has_parallel_ends_and_no_axial_force():
    found = thick_cylinder.solve(8)
    top = found.model.boundary_nodes("top")
    assert_allclose(found.u_um[top, 1], found.u_um[top[0], 1], rtol=1e-12)
    force = found.part(0).nodal_forces(np.arange(found.model.mesh.nelements))[top, 1]
    assert_allclose(force.sum() / np.abs(force).sum(), 0.0, rtol=0, atol=1e-10)
    assert found.auto_pinned is None


def test_hollow_sphere_order():
    cells = (8, 16, 32)
    scale = abs(hollow_sphere.exact(1.0)[1])
    errors = []
    for n in cells:
        found = hollow_sphere.solve(n)
        errors.append(
            [
                np.abs(np.subtract(hollow_sphere.sampled(found, r), hollow_sphere.exact(r))).max()
                for r in (1.0, 1.5)
            ]
        )
    for errors_here in np.transpose(errors):
        assert order(errors_here, [1 / n for n in cells]) > 1.85
    assert max(errors[-1]) < 2e-3 * scale


@pytest.mark.parametrize("layers", [1, 3])
def test_held_flat_film_is_exact_on_any_mesh(layers):
    found = film.solve(False, 700.0, layers)
    z = film.SUBSTRATE_UM + film.FILM_UM * np.array([0.1, 0.9, 0.5])
    stress = found.stress(np.array([[0.0, 350.0, 700.0], z]))
    assert_allclose(stress[[0, 2]], film.held_flat_stress(), rtol=1e-9)
    assert_allclose(stress[[1, 3]] / film.held_flat_stress(), 0 * stress[:2], rtol=0, atol=1e-9)


def test_bow_is_pinned_on_the_axis_and_the_rim_fades():
    radii = (4000.0, 8000.0, 16000.0)
    errors = []
    for radius in radii:
        found = film.solve(True, radius, 1)
        assert found.auto_pinned == (0.0, 0.0)
        sag = found.displacement(np.array([[0.0, 1000.0], [0.0, 0.0]]))[1]
        errors.append(abs(2e-6 * (sag[1] - sag[0]) / film.curvature() - 1))
    assert errors[-1] < 3e-4
    assert_allclose(order(errors, [1 / r for r in radii]), 1.0, rtol=0.05)
