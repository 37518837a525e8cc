"""The factors of a part as something to move: those of which nothing is left to move, too."""

import pytest

from fem_bump.errors import InputError
from studies.explorer.space import Factor, _factor

OVER_ETCHED = {"distribution": "normal", "mean": 2.0, "sd": 0.1}


@pytest.mark.parametrize(
    "path, given, levels",
    [
        ("pad_etch.depth_ratio", OVER_ETCHED, (1.0,)),
        ("opening_ratio", {"distribution": "levels", "levels": [0.8]}, (0.8,)),
    ],
    ids=["over-etched", "one-level"],
)
def test_a_factor_that_stays_where_it_is_has_one_level_and_no_slider(path, given, levels):
    factor = _factor(path, given, [])
    assert factor.levels == levels
    assert factor.checked(levels[0]) == levels[0] and factor.text(levels[0])


def test_a_level_is_known_by_its_value_as_a_page_writes_it():
    factor = Factor("pad_etch.depth_ratio", levels=(0.0, 1.0, False))
    assert isinstance(factor.checked(1), float) and factor.checked(False) is False
    for wrong in (True, 0.5, "0"):
        with pytest.raises(InputError, match="must be one of 0"):
            factor.checked(wrong)


def test_a_narrow_range_has_a_slider_of_some_width():
    factor = _factor("opening_ratio", [0.700001, 0.700002], [])
    assert factor.low < factor.high and 0 < factor.step < 1e-6
