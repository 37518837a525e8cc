"""Messages about a design's values: what is odd, and layers by their names."""

import pytest

from geometry import Design


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("thickness_um", "x", "ubm.layers.ti.thickness_um = 'x'"),
        ("thickness_um", -1.0, "ubm.layers.ti.thickness_um = -1"),
        ("material", 3, "ubm.layers.ti.material = 3"),
        ("thicknes", 1.0, "unknown key 'ubm.layers.ti.thicknes'"),
    ],
)
def test_a_layer_goes_by_its_name(key, value, said):
    layers = [dict(layer) for layer in Design().to_dict()["ubm"]["layers"]]
    layers[0][key] = value
    with pytest.raises(ValueError, match=said):
        Design(ubm={"layers": layers})


def test_a_temperature_in_kelvin_within_the_range_says_why_it_is_odd():
    (note,) = Design(load={"thermal": {"stress_free_degc": 431.15}}).notes()
    assert "it ends in .15" in note and "431.15 K would be 158 degC" in note
    assert "credible is" not in note


@pytest.mark.parametrize("free", [423.0, 448.0, 410.0])
def test_solder_is_molten_at_a_temperature_in_kelvin(free):
    load = {"thermal": {"stress_free_degc": free}}
    (note,) = Design(load=load, bump={"material": "SAC305"}).notes()
    assert (
        f"stress_free_degc = {free:g}: a bump of SAC305 is molten there, credible is up to 400"
        in note
    )
    assert f"{free:g} K would be" in note
    assert not Design(load=load, bump={"material": "Cu"}).notes()


@pytest.mark.parametrize("free", [125.0, 217.0, 312.0, 400.0])
def test_solder_is_solid_or_just_molten_where_its_stress_begins(free):
    load = {"thermal": {"stress_free_degc": free}}
    assert not Design(load=load, bump={"material": "Pb95Sn5"}).notes()


@pytest.mark.parametrize("thickness", [1.0, 1.6])
def test_a_board_in_mm_is_noted(thickness):
    notes = Design(
        assembly={"substrate": {"thickness_um": thickness}}, bump={"shape": "reflowed"}
    ).notes()
    key = f"assembly.substrate.thickness_um = {thickness:g}"
    (note,) = [note for note in notes if key in note]
    assert f"{thickness:g} mm would be {1000 * thickness:g} um" in note
