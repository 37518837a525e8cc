"""The intermetallic layer that a design asks for: its line, its constants, and refusals."""

import pytest

from geometry import Design, DesignError

ASKED = {"hours": 1440.0, "temperature_degc": 150.0}


def layered(asked=ASKED, **design):
    return Design(metrics={"intermetallic": asked}, **design)


def test_the_line_says_thickness_metal_used_up_and_where_it_is_from():
    """9 um after 60 days at 150 degC take 3.25 to 5.51 um of copper, of which there are 5.5."""
    post = [{"name": "post", "material": "Cu", "thickness_um": 5.0}]
    (note,) = layered(bump={"material": "Sn96.5Ag3.5"}, ubm={"enhanced": post}).notes()
    assert "is 9 um thick and has used up 3.25 to 5.51 um of 5.5 um of Cu" in note
    assert "gone after 1.44e+03 to 4.12e+03 h" in note and "10.1007/BF03027277" in note
    (thin,) = layered(bump={"material": "Sn96.5Ag3.5"}).notes()
    assert "would make 9 um" in thin and "of which there are 0.5: it is gone after 11.9" in thin
    assert "intermetallic" not in Design().to_dict()["metrics"]


def test_own_constants_serve_where_none_could_be_read():
    nickel = [{"name": "barrier", "material": "Ni", "thickness_um": 3.0}]
    own = {"rate_um2_per_s": 1e-6, "rate_degc": 150.0, "activation_ev": 0.7}
    (note,) = layered({**ASKED, **own}, ubm={"enhanced": nickel}).notes()
    assert "of 3 um of Ni" in note and "the design's own constants" in note


def test_outside_the_measured_temperatures_the_line_says_so():
    (note,) = layered({**ASKED, "temperature_degc": 30.0}, bump={"material": "SAC305"}).notes()
    assert "measured between 70 and 200 degC only" in note


@pytest.mark.parametrize(
    ("asked", "design", "said"),
    [
        ({}, {"bump": {"material": "Sn63Pb37"}}, "no constants of Cu under Sn63Pb37 could be read"),
        ({"rate_um2_per_s": 1e-6}, {}, "go together; give all three, or none"),
        ({}, {"ubm": {"layers": [{"name": "ti", "material": "Ti", "thickness_um": 0.1}]}},
         "needs copper or nickel under the solder, not 'Ti'"),
        ({"hours": 0.0}, {}, "metrics.intermetallic.hours = 0 must be a number above 0"),
    ],
    ids=["solder", "half", "titanium", "no time"],
)  # fmt: skip
def test_what_cannot_be_is_refused(asked, design, said):
    with pytest.raises(DesignError, match=said) as caught:
        layered({**ASKED, **asked}, **design)
    assert "\n" not in str(caught.value)
