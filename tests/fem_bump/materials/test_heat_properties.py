"""What the conduction of heat and its limits take from the library."""

import pytest
from numpy.testing import assert_allclose

from fem_bump import InputError, Material, materials

AT_25_DEGC = {
    "Si": 148.0, "SiO2": 1.4, "Al-0.5Cu": 200.0, "Cu": 399.0, "Ti": 21.9, "Ni": 83.0, "SAC305": 58.0
}  # fmt: skip


def test_conductivities_keep_their_value_at_25_degc():
    for name, value in AT_25_DEGC.items():
        assert_allclose(
            materials[name].at("thermal_conductivity_w_per_mk", 25.0), value, rtol=1e-14
        )
    nickel = materials["Ni"].at("thermal_conductivity_w_per_mk", [25.0, 127.0, 327.0])
    assert nickel[0] > nickel[1] > nickel[2]


def test_every_metal_says_where_it_melts():
    """But TiW, of which no figure is known."""
    missing = [
        name
        for name, material in materials.items()
        if material.is_conductor and material.solidus_degc is None
    ]
    assert missing == ["TiW"]
    assert materials["SAC305"].solidus_degc == 217.0
    assert materials["Cr"].record()["solidus_degc"] == 1907.0
    row = next(row for row in materials.provenance("Cu") if row.property == "solidus_degc")
    assert row.unit == "degC"
    assert not row.verified


@pytest.mark.parametrize("value", [[(0.0, 1.0), (1.0, 2.0)], "217", 5000.0])
def test_a_solidus_is_a_number(value):
    with pytest.raises(InputError, match="solidus_degc"):
        Material("x", 1e5, 0.3, 1e-5, solidus_degc=value)
