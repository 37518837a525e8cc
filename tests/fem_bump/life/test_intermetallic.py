"""The intermetallic layer: parabola, mass balance, and when the metal is gone."""

import pytest
from numpy.testing import assert_allclose

from fem_bump.errors import InputError
from fem_bump.life.intermetallic import Growth, compounds, known_growth, shares_of

CU = known_growth("Cu")


def test_the_measured_layer_is_what_was_read():
    """9 um after 60 days at 150 degC; twice that after four times as long."""
    assert_allclose(CU.thickness_um(60 * 24, 150.0), 9.0, rtol=1e-12)
    assert_allclose(CU.thickness_um(240 * 24, 150.0), 18.0, rtol=1e-12)
    # 65.4 kJ/mol between 150 and 125 degC: exp(-65400 / 8.3145 (1 / 398.15 - 1 / 423.15))
    assert_allclose(CU.rate_at(125.0) / CU.rate_at(150.0), 0.3112, rtol=1e-3)
    assert CU.verified and "10.1007/BF03027277" in CU.source


def test_a_layer_that_is_there_already_grows_on():
    whole = CU.thickness_um(700.0, 150.0)
    assert_allclose(CU.thickness_um(400.0, 150.0, CU.thickness_um(300.0, 150.0)), whole, rtol=1e-12)


@pytest.mark.parametrize(
    ("name", "volume", "share"),
    [("Cu6Sn5", 117.733, 0.36145), ("Cu3Sn", 34.758, 0.61213), ("Ni3Sn4", 75.251, 0.26268)],
)
def test_mass_balance_by_molar_volumes(name, volume, share):
    """What a um of the layer takes of the metal, and its mass: metal and tin together."""
    found = compounds()[name]
    assert_allclose(found.molar_volume_cm3, volume, rtol=1e-4)
    assert_allclose(found.metal_share, share, rtol=1e-4)
    density = {"Cu": 8.96, "Ni": 8.908}[found.metal]
    tin = found.tin_atoms * 118.71 / found.molar_volume_cm3  # g in a cm3 of the layer
    assert_allclose(found.metal_share * density + tin, found.density_g_per_cm3, rtol=1e-9)


def test_a_layer_of_metal_is_gone_when_it_is_all_in_the_compounds():
    early, late = CU.hours_until_gone(5.0, 150.0, start_um=2.0)
    assert early < late
    for hours, k in ((early, 1), (late, 0)):
        assert_allclose(CU.used_up_um(hours, 150.0, 2.0)[k], 5.0, rtol=1e-12)


def test_nickel_has_no_constants_that_could_be_read():
    assert known_growth("Ni") is None
    own = Growth(1e-6, 150.0, 60.0, shares_of(["Ni3Sn4"]))
    assert own.shares[0] == own.shares[1] == compounds()["Ni3Sn4"].metal_share


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Growth(0.0, 150.0, 60.0, (0.3, 0.6)), "rate_um2_per_s = 0 must be above 0"),
        (lambda: Growth(1.0, 150.0, -1.0, (0.3, 0.6)), "activation_kj_per_mol = -1 must be"),
        (lambda: CU.thickness_um(-1.0, 150.0), "hours = -1 and"),
        (lambda: CU.hours_until_gone(0.0, 150.0), "metal_um = 0 must be above 0"),
        (lambda: shares_of(["AuSn4"]), "compound 'AuSn4' is none of Cu6Sn5"),
        (lambda: CU.rate_at(-300.0), "temperature -300 degC"),
    ],
    ids=["rate", "energy", "time", "metal", "compound", "cold"],
)
def test_what_cannot_be_is_refused(make, said):
    with pytest.raises(InputError, match=said):
        make()
