"""Black's law relative to a reference: ratios over the band of the exponent, and their errors."""

import math

import pytest
from numpy.testing import assert_allclose

from fem_bump.errors import InputError
from fem_bump.life.black import (
    Energy,
    Exponent,
    Stressed,
    black_exponent,
    heated_mttf_ratios,
    mttf_ratios,
)

SQUARE = Exponent(2.0, 1.0, 3.0, "test", True)


def test_ratio_is_the_power_of_the_densities():
    ratios = [ratio for ratio, _ in mttf_ratios(SQUARE, 2.0, 1.0)]
    assert_allclose(ratios, [4.0, 2.0, 8.0], rtol=1e-15)


def test_the_band_is_ordered_by_ratio():
    ratios = [ratio for ratio, _ in mttf_ratios(SQUARE, 1.0, 2.0)]
    assert_allclose(ratios, [1 / 4, 1 / 8, 1 / 2], rtol=1e-15)


def test_errors_are_those_of_the_densities_to_first_order():
    step = 1e-6
    found = mttf_ratios(SQUARE, 2.0, 1.0, 2.0 * step, step)
    worst = mttf_ratios(SQUARE, 2.0 * (1 + step), 1.0 - step)
    for (ratio, error), (moved, _) in zip(found, worst, strict=True):
        assert_allclose(error, moved - ratio, rtol=1e-5)


def test_an_unknown_error_leaves_the_ratio_without_one():
    assert [error for _, error in mttf_ratios(SQUARE, 2.0, 1.0, None, 0.1)] == [None] * 3
    assert [error for _, error in mttf_ratios(SQUARE, 2.0, 1.0, 0.1, None)] == [None] * 3
    assert [error for _, error in mttf_ratios(SQUARE, 2.0, 1.0)] == [0.0] * 3


def test_densities_are_positive():
    with pytest.raises(InputError, match="must be positive"):
        mttf_ratios(SQUARE, 0.0, 1.0, 0.0, 0.0)


def test_only_materials_of_the_library_have_an_exponent():
    solder = black_exponent("SAC305")
    assert solder is not None and solder.low < solder.value < solder.high
    assert black_exponent("SAC305 of mine") is None


def test_each_at_its_own_temperature():
    """Ea / k (1 / T - 1 / T_ref) at 373.15 and 383.15 K: with 1 eV life falls by 2.25 times."""
    warm = Energy(1.0, 0.5, 1.2, "test", True)
    cold, hot = Stressed(1.0, 100.0), Stressed(1.0, 110.0)
    ratios = [ratio for ratio, _ in heated_mttf_ratios(SQUARE, warm, cold, hot)]
    expected = [math.exp(-ev / 8.617333262e-5 * (1 / 373.15 - 1 / 383.15)) for ev in (1, 1.2, 0.5)]
    assert_allclose(ratios, expected, rtol=1e-12)
    assert_allclose(ratios[0], 0.4441, rtol=1e-4)
    denser = [ratio for ratio, _ in heated_mttf_ratios(SQUARE, warm, cold, Stressed(2.0, 110.0))]
    assert_allclose(denser[1], expected[1] / 8, rtol=1e-12)


def test_errors_of_temperatures_count_to_first_order():
    step = 1e-5
    warm = Energy(1.0, 0.5, 1.2, "test", True)
    reference = Stressed(2.0, 100.0, 0.0, step)
    found = heated_mttf_ratios(SQUARE, warm, reference, Stressed(1.0, 120.0, step, step))
    worst = heated_mttf_ratios(
        SQUARE, warm, Stressed(2.0, 100.0 + step), Stressed(1.0 - step, 120.0 - step)
    )
    for (ratio, error), (moved, _) in zip(found, worst, strict=True):
        assert_allclose(error, moved - ratio, rtol=1e-3)
    unknown = heated_mttf_ratios(SQUARE, warm, reference, Stressed(1.0, 120.0, 0.0, None))
    assert [error for _, error in unknown] == [None] * 3
