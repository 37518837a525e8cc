"""Energy release: invariances, agreement of independent ways, contact, and what is refused."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from fem_bump.body.cracks import crack_tip, open_crack
from fem_bump.body.model import Model
from fem_bump.errors import AnalysisError, InputError
from fem_bump.fracture.cosines import Cosines
from fem_bump.fracture.crack_opening import Opening
from fem_bump.fracture.energy_release import energy_difference, energy_release
from fem_bump.materials import Material
from fem_bump.mechanics.harmonic_elasticity import elastic_harmonic
from fem_bump.mechanics.thermal_stress import thermal_stress
from fem_bump.verification.fracture import film_delamination, penny_crack
from fem_bump.verification.grids import grid

FILM = Material("film", 100e3, 0.3, 2e-5)
BASE = Material("base", 20e3, 0.4, 5e-6)
HEIGHT = 1.0


def body(stop=1.0, start=0.0, scale=1.0, unit="um", side_a="upper", cells=24, materials=None):
    """Two bonded discs, 3 um wide, parted between two radii; coordinates times ``scale``."""
    r, z = np.linspace(0, 3, 3 * cells + 1), np.linspace(-HEIGHT, HEIGHT, 2 * cells + 1)
    mesh = grid(
        scale * r,
        scale * z,
        regions={
            "upper": (0, 3 * scale, 0, HEIGHT * scale),
            "lower": (0, 3 * scale, -HEIGHT * scale, 0),
        },
        interiors={"crack": (start * scale, stop * scale, 0, 0)},
    )
    upper, lower = materials or (FILM, BASE)
    return Model(open_crack(mesh, side_a), {"upper": upper, "lower": lower}, length_unit=unit)


def pulled(model, end=0.01, delta_t=0.0):
    return thermal_stress(
        model,
        delta_t=delta_t,
        prescribed_um={"top": {"z": end}, "bottom": {"z": -end}},
    )


def sheared(model, pull=0.01, shift=0.02):
    return thermal_stress(
        model,
        prescribed_um={"top": {"z": pull}, "bottom": {"z": -pull}},
        lateral_shift_um={"top": shift, "bottom": -shift},
    )


@pytest.fixture(scope="module")
def plain():
    return energy_release(pulled(body()))


def test_energy_is_quadratic_and_intensities_linear(plain):
    twice = energy_release(pulled(body(), end=0.02))
    assert_allclose(twice.g_j_per_m2.mean, 4 * plain.g_j_per_m2.mean, rtol=1e-9)
    assert_allclose(twice.intensity[0], 2 * plain.intensity[0], rtol=1e-9)
    assert_allclose(twice.mode_mix_deg(), plain.mode_mix_deg(), rtol=1e-9)


def test_length_units_do_not_matter(plain):
    found = energy_release(pulled(body(scale=1e-6, unit="m")))
    assert_allclose(found.g_j_per_m2.mean, plain.g_j_per_m2.mean, rtol=1e-9)
    assert_allclose(found.intensity[0], plain.intensity[0], rtol=1e-8)


def test_sides_may_be_named_either_way(plain):
    found = energy_release(pulled(body(side_a="lower")))
    assert_allclose(found.g_j_per_m2.mean, plain.g_j_per_m2.mean, rtol=1e-10)
    # the mirror turns sliding, and the index with it
    assert_allclose(found.intensity[0][:2] * [1, -1], plain.intensity[0][:2], rtol=1e-8)
    assert_allclose(found.opening.normal_um, plain.opening.normal_um, rtol=1e-10)


def test_another_reference_length_turns_the_phase_by_eps(plain):
    other = energy_release(pulled(body()), reference_length_um=1.0)
    eps = plain.materials.oscillation
    assert abs(eps) > 0.02
    assert_allclose(
        other.mode_mix_deg() - plain.mode_mix_deg(), np.degrees(eps * np.log(10)), rtol=1e-9
    )
    assert_allclose(other.g_of_intensity(), plain.g_of_intensity(), rtol=1e-12)


@pytest.mark.slow
def test_three_ways_agree_under_both_loads():
    found = energy_release(sheared(body(cells=40)))
    assert found.domain_spread < 1e-3
    g = found.g_j_per_m2
    assert abs(g.value[1]) > 0.01 * g.mean  # the materials couple the loads
    for theta in (0.0, 60.0, 90.0, 180.0):
        assert_allclose(found.g_of_intensity(theta), g.at(theta), rtol=0.01)
        assert_allclose(found.g_closure_j_per_m2.at(theta), g.at(theta), rtol=0.01)


@pytest.mark.slow
def test_energy_of_both_loads_is_not_the_sum():
    model = body()
    both, one = energy_release(sheared(model)), energy_release(pulled(model))
    two = energy_release(sheared(model, pull=0.0))
    # around the circle it is: harmonics are orthogonal
    assert_allclose(both.g_j_per_m2.mean, one.g_j_per_m2.mean + two.g_j_per_m2.mean, rtol=1e-9)
    apart = one.g_j_per_m2.at(0.0) + two.g_j_per_m2.at(0.0)
    assert abs(both.g_j_per_m2.at(0.0) / apart - 1) > 0.01
    assert_allclose(both.intensity[1], two.intensity[1], rtol=1e-9)


@pytest.mark.slow
def test_mean_around_the_circle_is_the_energy_of_two_solutions():
    # one facet on each side of r = 1
    states = [sheared(body(stop=1.0 + k / 24)) for k in (-1, 1)]
    radii = [crack_tip(state.model).radius_um for state in states]
    difference = energy_difference(*states, np.pi * (radii[1] ** 2 - radii[0] ** 2))
    found = energy_release(sheared(body()))
    assert_allclose(found.g_j_per_m2.mean, difference, rtol=0.01)


def test_a_shift_all_around_is_a_harmonic_on_its_own():
    model = body()
    alone = elastic_harmonic(
        model,
        1,
        prescribed_um={
            name: {"r": s * 0.02, "t": -s * 0.02, "z": 0.0}
            for name, s in (("top", 1), ("bottom", -1))
        },
        temperature_degc=25.0,
    )
    found, both = energy_release(alone), energy_release(sheared(model, pull=0.0))
    assert_allclose(found.g_j_per_m2.value, both.g_j_per_m2.value, rtol=1e-8, atol=1e-12)


def test_torsion_is_mode_three_all_around():
    whole = penny_crack.model((penny_crack.STEEL,) * 2, 30)
    found = energy_release(penny_crack.torsion(whole))
    k = found.intensity[0]
    assert k[2] > 0  # the upper face goes along +theta
    assert_allclose(k[:2], 0.0, atol=1e-6 * k[2])
    assert_allclose(found.g_j_per_m2.at([0.0, 90.0]), found.g_j_per_m2.mean, rtol=1e-12)
    assert_allclose(found.g_of_intensity(90.0), found.g_j_per_m2.mean, rtol=0.01)


def test_pressed_faces_are_said_to_be_closed(plain):
    assert not plain.opening.closed()
    assert plain.opening.overlap_share() == 0.0
    pressed = energy_release(pulled(body(), end=-0.01))
    assert pressed.opening.closed() and pressed.opening.overlap_share() > 0.95
    # the formula still gives the energy of overlapping faces, the same as of open ones
    assert_allclose(pressed.g_j_per_m2.mean, plain.g_j_per_m2.mean, rtol=1e-9)


def test_faces_close_on_one_side_of_the_circle():
    found = energy_release(sheared(body(), pull=2e-4, shift=0.05)).opening
    assert found.closed()
    shares = [found.overlap_share(theta) for theta in (0.0, 180.0)]
    assert min(shares) < max(shares)
    assert_allclose(found.least_um(), np.minimum(found.least_um(0.0), found.least_um(180.0)))
    noise = Opening(
        np.array([0.5, 1.0]), np.array([-1e-15, 1e-15]), np.zeros(2), 1.0, *np.zeros((2, 1))
    )
    assert not noise.closed()


def test_cosines():
    g = Cosines(np.array([2.0, -1.0, 0.5]))
    assert_allclose(g.at(np.array([0.0, 90.0, 180.0])), [1.5, 1.5, 3.5], rtol=1e-12)
    assert_allclose(g.largest, (3.5, 180.0), rtol=1e-12)
    inside = Cosines(np.array([1.0, 0.3, -1.0]))  # maximum where cos = 0.3 / 4
    value, theta = inside.largest
    assert_allclose(np.cos(np.radians(theta)), 0.075, atol=1e-3)
    assert_allclose(value, 2 + 0.3**2 / 8, rtol=1e-5)


@pytest.mark.slow
def test_uneven_moduli_are_a_thermal_term_too():
    # stiffness falls with temperature, temperature rises along r: G must not depend on the domain
    soft = Material("soft", [(0.0, 120e3), (300.0, 30e3)], 0.3, 0.0)
    model = body(materials=(soft, soft), cells=40)
    state = pulled(model, delta_t=lambda r, z: 100 * r)
    wide, narrow = (energy_release(state, domain_um=d).g_j_per_m2.mean for d in (0.9, 0.3))
    assert_allclose(wide, narrow, rtol=1e-3)


def test_refusals():
    state = pulled(body())
    with pytest.raises(InputError, match=r"domain_um = 1\.5 "):
        energy_release(state, domain_um=1.5)  # the crack reaches the axis before
    with pytest.raises(InputError, match="reference_length_um"):
        energy_release(state, reference_length_um=0.0)
    with pytest.raises(InputError, match="2 tips"):
        energy_release(pulled(body(start=0.5)))
    with pytest.raises(InputError, match="loaded_by"):
        energy_difference(state, state, 1.0, "weight")
    with pytest.raises(AnalysisError, match="too coarse"):
        energy_release(pulled(body(stop=0.5, cells=4)))
    with pytest.raises(InputError, match="eigenstrain"):
        grown = elastic_harmonic(body(), 0, eigenstrain=lambda r, z: np.zeros((6, *r.shape)))
        energy_release(grown)


def test_of_two_tips_each_has_its_own():
    state = pulled(body(start=1.0, stop=2.0))
    inner, outer = (energy_release(state, near=(r, 0.0)) for r in (1.0, 2.0))
    assert inner.tip.radius_um < outer.tip.radius_um
    for found in (inner, outer):
        assert_allclose(found.g_of_intensity(), found.g_j_per_m2.mean, rtol=0.02)


def test_domain_may_cross_an_interface_and_says_where_it_ends():
    state = film_delamination.solve(cells=12, cap=film_delamination.CAP, cap_is="ahead")
    narrow, wide = (energy_release(state, domain_um=d) for d in (0.4, 0.7))
    assert_allclose(wide.g_j_per_m2.mean, narrow.g_j_per_m2.mean, rtol=5e-3)
    assert_allclose(wide.intensity[0], energy_release(state).intensity[0], rtol=1e-12)


def test_penny_crack_order():
    exact = 2 * penny_crack.TENSION * np.sqrt(1 / np.pi)
    cells = (15, 30, 60)
    found = []
    for n in cells:
        whole = penny_crack.model((penny_crack.STEEL,) * 2, n)
        found.append(energy_release(penny_crack.tension(whole)))
    g = np.array([one.g_j_per_m2.mean for one in found])
    release = found[0].materials.energy_release(exact, 0.0)
    assert abs(g[-1] / release - 1) < 1e-3
    # first order in the size at the tip, as for any root singularity on an ungraded patch
    assert_allclose((g[1] - g[0]) / (g[2] - g[1]), 2.0, rtol=0.25)
