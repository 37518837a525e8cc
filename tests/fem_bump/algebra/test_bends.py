"""Where functions of time bend."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from fem_bump.algebra.bends import bends


def farthest(function, times):
    fine = np.linspace(times[0], times[-1], 20001)
    values = np.array([function(t) for t in fine])
    chords = np.interp(fine, times, [function(t) for t in times])
    return np.abs(values - chords).max() / np.ptp(values)


@pytest.mark.parametrize(
    "function",
    [
        lambda t: np.sin(6 * t),
        lambda t: np.exp(-(((t - 7.3) / 0.2) ** 2)),
        lambda t: abs(t - 4.1),
        lambda t: t**3,
    ],
    ids=["wave", "pulse", "turn", "power"],
)
def test_chords_between_bends_are_near_the_function(function):
    for share in (1e-2, 1e-3):
        found = bends([function], [0.0, 10.0], share)
        assert farthest(function, [0.0, *found, 10.0]) < 2 * share + 2e-3
        assert found == sorted(set(found)) and 0.0 < found[0] and found[-1] < 10.0


def test_what_is_straight_between_instants_has_none():
    times = [0.0, 3.0, 10.0]
    straight = [lambda t: 2.0 + 1e-3 * t, lambda t: 5.0, lambda t: np.interp(t, times, [0, 1, -1])]
    assert bends(straight, times, 1e-3) == []
    assert bends([], times, 1e-3) == []


def test_fewer_where_more_is_allowed():
    counts = [len(bends([np.sin], [0.0, 20.0], share)) for share in (1e-1, 1e-2, 1e-3)]
    assert counts[0] < counts[1] / 2 < counts[2] / 4


def test_both_sides_of_a_jump_are_hit():
    found = bends([lambda t: float(t > 5.2)], [0.0, 10.0], 1e-3)
    assert len(found) == 2
    assert_allclose(found, 5.2, atol=0.02)
