"""A flow is a sum of harmonics: one with harmonic 0 alone answers as one with many does."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

import fem_bump
from fem_bump import CurrentFlow, InputError, current_flow
from fem_bump.conduction.harmonic import Harmonic
from fem_bump.corners.current_intensity import current_intensities
from tests.fem_bump.conduction.test_angular_conduction import INSIDE, SOURCE, two_discs

RESISTIVE = {"contact_resistivity_ohm_m2": {"bump/pad": 1e-12}}


@pytest.fixture(scope="module")
def model():
    return two_discs(cells=8)


@pytest.fixture(scope="module")
def even(model):
    return current_flow(model, 0.3, **SOURCE, **RESISTIVE)


@pytest.fixture(scope="module")
def fed(model):
    return current_flow(model, 0.3, **SOURCE, **RESISTIVE, source_half_angle_deg=40.0)


def test_what_varies_says_so_and_has_a_component_around(even, fed):
    assert type(even) is type(fed) is CurrentFlow
    assert not even.varies_around and even.numbers.tolist() == [0]
    assert fed.varies_around and fed.numbers[:3].tolist() == [0, 1, 2]
    assert even.current_density(INSIDE, theta_deg=20.0).shape == (2, 4)
    assert fed.current_density(INSIDE, theta_deg=20.0).shape == (3, 4)
    assert even.axisymmetric is even and not fed.axisymmetric.varies_around
    assert [flow.interface("bump", "pad").varies_around for flow in (even, fed)] == [False, True]


def test_the_even_part_of_arcs_is_the_even_flow(even, fed):
    part = fed.axisymmetric
    assert_allclose(part.potential(INSIDE), even.potential(INSIDE), rtol=0, atol=0)
    for name in ("resistance_ohm", "power_w", "contact_power_w"):
        assert getattr(part, name) == getattr(even, name)
    assert_allclose(even.power_w, 0.3**2 * even.resistance_ohm, rtol=1e-10)


def test_an_even_flow_is_the_same_at_all_angles(even):
    for theta in (0.0, 77.0, np.array([0.0, 10.0, 100.0, 300.0])):
        assert_allclose(even.potential(INSIDE, theta_deg=theta), even.potential(INSIDE))
    there = even.interface("bump", "pad")
    assert_allclose(there.at(50.0).jn_a_per_um2, there.jn_a_per_um2, rtol=0, atol=0)
    one, other = there.window(1.0), there.worst_window(1.0, 20.0)
    assert one.current_density_max_a_per_um2 == other.current_density_max_a_per_um2
    assert (other.harmonics, other.tail_a_per_um2, other.reached) == (0, 0.0, True)
    assert there.harmonics(one).share.tolist() == [pytest.approx(one.current_density_max_a_per_um2)]


def test_dissipation_of_regions_and_contacts_is_that_of_the_fields(model, fed):
    """Mean over the angle of |J|^2 / s by quadrature in theta, in one region; contacts the rest."""
    element, x, y, volume = model.quadrature_of(model.elements("pad"))
    turns = 360.0 * np.arange(200) / 200
    square = np.mean(
        [(fed.current_density_at(element, x, y, t) ** 2).sum(axis=0) for t in turns], axis=0
    )
    assert_allclose(fed.power_by_region_w["pad"], square @ volume / 30.0, rtol=1e-10)
    whole = sum(fed.power_by_region_w.values()) + fed.contact_power_w
    assert whole < fed.power_w  # fields are without the tail
    assert_allclose(whole, fed.power_w, rtol=3e-3)
    assert fed.contact_power_w > 1.01 * fed.axisymmetric.contact_power_w


def test_a_phase_turns_a_harmonic():
    turned = Harmonic(3, np.zeros((1, 6)), phase_deg=90.0)
    theta = np.radians([0.0, 10.0, 70.0])
    assert_allclose(np.cos(turned.turned(theta)), np.sin(3 * theta), rtol=0, atol=1e-15)


def test_the_earlier_order_of_region_and_angle_still_works(fed):
    with pytest.warns(DeprecationWarning, match="theta_deg"):
        early = fed.potential(INSIDE, 30.0)
    assert_allclose(early, fed.potential(INSIDE, theta_deg=30.0), rtol=0, atol=0)
    on_bond = np.array([[6.0], [1.0]])
    with pytest.warns(DeprecationWarning, match="theta_deg"):
        early = fed.current_density(on_bond, np.array([30.0]), "pad")
    assert_allclose(early, fed.current_density(on_bond, "pad", 30.0), rtol=0, atol=0)
    assert not np.allclose(early, fed.current_density(on_bond, "bump", 30.0), rtol=1e-3)
    bond = fed.interface("bump", "pad")
    with pytest.warns(DeprecationWarning, match="theta_deg"):
        early = bond.window(1.0, (10.0, 30.0))
    assert early == bond.window(1.0, theta_deg=(10.0, 30.0))


def test_the_earlier_name_of_a_flow_through_arcs_still_works():
    with pytest.warns(DeprecationWarning, match="fem_bump.CurrentFlow"):
        assert fem_bump.AngularCurrentFlow is CurrentFlow


def test_a_corner_has_one_intensity_only_where_nothing_varies(fed):
    with pytest.raises(InputError, match=r"flow\.axisymmetric"):
        current_intensities(fed, (12.0, 1.0))
