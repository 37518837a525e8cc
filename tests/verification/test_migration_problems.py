"""Korhonen's line, lines of two metals, steady states, a disk fed through an arc.

The exact values against published ones and against what they must satisfy; errors and orders on
coarse meshes.
"""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from fem_bump.verification.migration import (
    arc_fed_disk,
    growing_void,
    joined_lines,
    korhonen_line,
)
from fem_bump.verification.row import order


def test_exact_line_is_the_published_one():
    for tau, exact in korhonen_line.TABLE:
        assert_allclose(korhonen_line.profile(tau, np.array([0.0])), exact, atol=6e-8)
    early = korhonen_line.profile(1e-4, np.array([0.0]))
    assert_allclose(early, np.sqrt(4e-4 / np.pi), rtol=1e-4)


def test_exact_composite_starts_from_nothing_and_is_a_line_where_its_metals_are_one(monkeypatch):
    exact = joined_lines.Composite()
    inside = np.array([1.0, 5.0, 8.0, 17.0])
    scale = abs(exact.g) * 20
    assert_allclose(exact.stress(inside, 0.0), 0.0, atol=2e-3 * scale)
    below, above = exact.stress(np.array([6.0 - 1e-9, 6.0 + 1e-9]), 0.1 / exact.rates[0])
    assert_allclose(below, above, rtol=1e-6)
    monkeypatch.setattr(joined_lines, "METALS", (joined_lines.METALS[0],) * 2)
    monkeypatch.setattr(joined_lines, "LENGTHS_UM", (7.3, 12.7))
    monkeypatch.setattr(joined_lines, "RESISTIVITY", (1.7e-8, 1.7e-8))
    one = joined_lines.Composite()
    x = np.array([0.0, 3.0, 7.0, 20.0])
    tau = 0.03
    line = one.g * 20 * korhonen_line.profile(tau, x / 20)
    assert_allclose(one.stress(x, tau * 400 / one.kappa[0]), line, rtol=1e-6)


def test_exact_harmonics_of_the_disk_begin_as_a_half_space_does():
    for number in (1, 3):
        begun = arc_fed_disk.exact(number, 1e-5)
        assert_allclose(begun, number * np.sqrt(4e-5 / np.pi), rtol=5e-3)


def test_order_of_the_line_over_time_on_coarse_meshes():
    sizes = (1 / 4, 1 / 8, 1 / 16)
    for tau in (0.03, 0.3):
        errors = [
            korhonen_line.rms_error(korhonen_line.solve(round(1 / h), 1e-7), tau) for h in sizes
        ]
        assert order(errors, sizes) > 2.85


@pytest.mark.parametrize("tolerance", [1e-2, 1e-3, 1e-4, 1e-6])
def test_error_in_time_is_within_the_tolerance(tolerance):
    fine = korhonen_line.solve(24, 1e-10)
    found = korhonen_line.solve(24, tolerance)
    x = np.linspace(0.0, 1.0, 101)
    for tau in (1e-4, 1e-3, 1e-2, 0.1, 1.0):
        wrong = korhonen_line.stress(found, tau, x) - korhonen_line.stress(fine, tau, x)
        assert np.abs(wrong).max() < 0.5 * tolerance
    assert found.steps < 5 - 4 * np.log10(tolerance)


def test_a_disc_and_a_ring_add_what_series_say_on_a_coarse_mesh():
    for e in (0.4, 0.7):
        disc = growing_void.tube_ohm(e, "disc", 1e-3, 1.5)
        assert_allclose(disc, growing_void.added_ohm(e, 1.0), rtol=3e-3)
    small = growing_void.added_ohm(0.05, 1.0)
    assert_allclose(small, 8 * 0.05**3 / (3 * np.pi**2), rtol=1e-3)


def test_a_void_in_a_line_starts_with_the_drift_and_ends_at_half():
    assert_allclose(growing_void.volume(1e-3), 1e-3, rtol=1e-9)
    assert_allclose(growing_void.volume(20.0), 0.5, rtol=1e-9)
    found, scale = growing_void.line(24)
    per_s = korhonen_line.kappa_um2_per_s() / korhonen_line.LENGTH_UM**2
    assert_allclose(found.volume_um3(0.1 / per_s) / scale, growing_void.volume(0.1), rtol=1e-5)
