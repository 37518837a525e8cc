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
