"""Window averages against exact integrals, brute force, and in the limits of their length."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.integrate import quad

from fem_bump.interfaces.windows import Trace, extreme_mean, magnitude_mean, share_above


def trace(f, s, radius=lambda s: 1 + 0 * s):
    s = np.asarray(s, dtype=float)
    at = np.array([s[:-1], (s[:-1] + s[1:]) / 2, s[1:]]).T
    return Trace(s, radius(s), f(at))


def test_integral_of_a_quadratic_over_a_slanted_line_is_exact():
    found = trace(lambda s: 1 + 2 * s - 3 * s**2, [0, 0.3, 1.0, 1.7], lambda s: 2 + 0.5 * s)
    exact = quad(lambda s: (1 + 2 * s - 3 * s**2) * (2 + 0.5 * s), 0, 1.7)[0]
    assert_allclose(found.integral(), exact, rtol=1e-13)
    halfway = quad(lambda s: (1 + 2 * s - 3 * s**2) * (2 + 0.5 * s), 0, 0.8)[0]
    assert_allclose(found.cumulative()(np.array(0.8)), halfway, rtol=1e-12)


def test_interior_maximum_of_a_quadratic():
    # mean over [x, x + L] of 1 - (s - 1)^2 is largest in the middle: 1 - L^2 / 12
    found = extreme_mean([trace(lambda s: 1 - (s - 1) ** 2, np.linspace(0, 2, 8))], 0.5, 1)
    assert_allclose(found.value, 1 - 0.25 / 12, rtol=1e-12)
    assert_allclose(found.start_um, 0.75, rtol=1e-5)
    assert_allclose(found.length_um, 0.5, rtol=1e-15)
    assert not found.clipped


def test_minimum_sits_at_the_ends():
    found = extreme_mean([trace(lambda s: 1 - (s - 1) ** 2, np.linspace(0, 2, 8))], 0.5, -1)
    exact = quad(lambda s: 1 - (s - 1) ** 2, 0, 0.5)[0] / 0.5
    assert_allclose(found.value, exact, rtol=1e-12)


def test_weight_is_the_radius():
    found = extreme_mean([trace(lambda s: s, [0, 0.5, 1.0], lambda s: 1e-12 + s)], 1.0, 1)
    assert_allclose(found.value, 2 / 3, rtol=1e-9)


def test_short_windows_tend_to_the_value_and_long_ones_to_the_mean():
    line = trace(lambda s: np.cos(s), np.linspace(0, 2, 40))
    assert_allclose(extreme_mean([line], 1e-3, 1).value, 1.0, rtol=1e-5)
    whole = extreme_mean([line], 5.0, 1)
    assert whole.clipped
    assert_allclose(whole.length_um, 2.0, rtol=1e-15)
    assert_allclose(whole.value, np.sin(2) / 2, rtol=1e-7)


def test_windows_cross_jumps_and_short_chains_do_not_count():
    step = Trace(np.array([0.0, 1.0, 2.0]), np.ones(3), np.array([[0.0] * 3, [4.0] * 3]))
    assert_allclose(extreme_mean([step], 1.5, 1).value, 4 / 1.5, rtol=1e-12)
    spike = Trace(np.array([5.0, 5.1]), np.ones(2), np.full((1, 3), 100.0))
    assert_allclose(extreme_mean([step, spike], 1.5, 1).value, 4 / 1.5, rtol=1e-12)
    assert_allclose(extreme_mean([step, spike], 0.1, 1).value, 100.0, rtol=1e-12)


@settings(max_examples=40, deadline=None)
@given(
    steps=st.lists(st.floats(0.05, 1.0), min_size=2, max_size=6),
    values=st.lists(st.floats(-10, 10), min_size=18, max_size=18),
    share=st.floats(0.05, 1.0),
    sign=st.sampled_from([1, -1]),
)
def test_no_window_beats_the_extreme(steps, values, share, sign):
    s = np.concatenate([[0.0], np.cumsum(steps)])
    line = Trace(s, 1 + s, np.reshape(values, (-1, 3))[: len(steps)])
    length = share * s[-1]
    found = extreme_mean([line], length, sign)
    unit = Trace(s, 1 + s, np.ones((len(steps), 3)))
    starts = np.linspace(0, s[-1] - length, 400)
    density, weight = line.cumulative(), unit.cumulative()
    means = (density(starts + length) - density(starts)) / (
        weight(starts + length) - weight(starts)
    )
    assert sign * found.value >= (sign * means).max() - 1e-4 * (1 + np.abs(values).max())
    # a parabola through three values exceeds them by at most a quarter
    assert abs(found.value) <= 1.25 * np.abs(line.values).max() + 1e-9


def test_share_and_magnitude():
    line = trace(lambda s: s - 0.5, np.linspace(0, 2, 9))
    assert_allclose(share_above([line], 0.5), 0.5, rtol=1e-2)
    assert_allclose(magnitude_mean([line]), (0.125 + 1.125) / 2, rtol=1e-12)
    with pytest.raises(ValueError, match="no window"):
        extreme_mean([], 1.0, 1)
