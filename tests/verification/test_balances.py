"""Balances and side-against-side agreement on a recessed pad, on several meshes.

Sums over the lower interfaces of UBM and solder, current, power, whatever the mesh; the two sides'
tractions away from triple nodes agree the better the more facets lie in between.
"""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from fem_bump.verification import balances


@pytest.fixture(scope="module", params=[1, 2, 5])
def states(request):
    model = balances.build(request.param)
    return balances.cool(model), balances.conduct(model)


def test_axial_force_on_ubm_and_solder(states):
    cooled, _ = states
    lower = [cooled.interface("joint", region) for region in balances.LOWER]
    scale = sum(balances.absolute_force_un(one) for one in lower)
    assert scale > 1e3
    net = sum(one.net_force_un for one in lower)
    assert_allclose(net / scale, 0.0, rtol=0, atol=1e-9)
    # each of them alone carries force: the balance is not one of zeros
    assert abs(lower[0].net_force_un) > 1e-3 * scale


def test_axial_force_on_the_die_equals_its_support(states):
    cooled, _ = states
    upper = [cooled.interface(region, "die") for region in ("pad", "passivation")]
    scale = sum(balances.absolute_force_un(one) for one in upper)
    # the support's net force is zero, as nothing else acts along the axis; b = die
    other = [cooled.interface(region, "die", "b") for region in ("pad", "passivation")]
    assert_allclose(sum(one.net_force_un for one in other) / scale, 0.0, rtol=0, atol=1e-9)


def test_current_through_every_interface_on_its_way(states):
    _, driven = states
    for a, b in (("ubm", "pad"), ("ubm_2", "ubm_1"), ("bump", "ubm")):
        for side in "ab":
            flux = driven.interface(a, b, side)
            excess = flux.net_current_a - balances.CURRENT_A
            assert_allclose(excess / balances.absolute_current_a(flux), 0, rtol=0, atol=1e-9)
    assert_allclose(driven.interface("pad", "ubm").net_current_a, -balances.CURRENT_A, rtol=1e-9)


def test_power_is_current_squared_times_resistance(states):
    _, driven = states
    assert_allclose(driven.power_w, balances.CURRENT_A**2 * driven.resistance_ohm, rtol=1e-9)
    assert driven.contact_power_w > 0.01 * driven.power_w


def test_sides_agree_where_there_is_no_triple_node(states):
    cooled, _ = states
    a, b = (cooled.interface("bump", "ubm", side) for side in "ab")
    scale = a.mean_magnitude_mpa
    assert_allclose(a.peel_mpa / scale, b.peel_mpa / scale, rtol=0, atol=1e-8)
    assert_allclose(a.shear_mpa / scale, b.shear_mpa / scale, rtol=0, atol=1e-8)


def test_sides_agree_away_from_triple_nodes():
    apart = []
    for parts in (2, 4, 8):
        cooled = balances.cool(balances.build(parts))
        a, b = (cooled.interface("ubm", "pad", side) for side in "ab")
        here = (a.points_um[0] < 2.0) & (np.abs(a.normals[1]) > 0.5)
        difference = np.hypot(a.peel_mpa - b.peel_mpa, a.shear_mpa - b.shear_mpa)[here].max()
        apart.append(difference / a.mean_magnitude_mpa)
    assert apart[1] < 1e-2 * apart[0]
    assert apart[2] < 1e-9
