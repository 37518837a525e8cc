"""What more cycles may still change: of decays whose end is known, and where it is not known."""

from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from fem_bump.mechanics.cycling.found import Jump, ThermalCycles
from fem_bump.mechanics.cycling.tail import LEAST_CYCLES, RESOLVED, SLOWING, still_to_come
from fem_bump.mechanics.cycling.trace import Trace

NUMBERS = np.arange(1, 41)


@pytest.mark.parametrize("ratio", [0.3, 0.7, 0.98])
def test_a_decay_at_one_rate(ratio):
    """However slow: of 0.98 fifty times what the last cycle changed."""
    values = 1.0 + 0.5 * ratio**NUMBERS
    for n in range(LEAST_CYCLES, 12):
        left, last = values[n - 1] - 1.0, abs(values[n - 1] - values[n - 2])
        if last < RESOLVED:
            break
        found = still_to_come(NUMBERS[:n], values[:n])
        assert_allclose(found, max(SLOWING * left, last), rtol=1e-6)


def test_decays_at_several_rates_are_held():
    """What settles slowly shows once what settles fast has: here behind eight cycles."""
    values = 1.0 + 0.2 * 0.5**NUMBERS + 0.1 * 0.9**NUMBERS
    for n in range(9, 40):
        assert still_to_come(NUMBERS[:n], values[:n]) >= values[n - 1] - 1.0


def test_cycles_that_were_left_out_count_by_their_number():
    values = 1.0 + 0.5 * 0.9**NUMBERS
    some = np.array([2, 3, 9, 15]) - 1
    left = SLOWING * (values[14] - 1.0)
    assert_allclose(still_to_come(NUMBERS[some], values[some]), left, rtol=0.4)


def test_what_is_not_known():
    """Fewer than three cycles behind the first, and changes that do not fall."""
    values = np.array([2.0, 1.01, 1.0, 0.999])
    assert still_to_come([1, 2, 3], values[:3]) == np.inf
    assert np.isfinite(still_to_come([1, 2, 3, 4], values))
    steady = np.array([[2.0, 1.0], [1.02, 1.0], [1.01, 1.0], [1.0, 1.0]])
    assert_allclose(still_to_come([1, 2, 3, 4], steady), [np.inf, RESOLVED])
    # a strain that stays is small beside what flows to and fro
    ratchet = [3e-4, 1e-5, 2e-5, 4e-5]
    assert still_to_come([1, 2, 3, 4], ratchet) == np.inf
    assert_allclose(still_to_come([1, 2, 3, 4], ratchet, 0.5), 0.5 * RESOLVED)


@pytest.mark.parametrize(("jumps", "left"), [((), 0.2), ((Jump(1, 2, 0.0, 4),), 0.9)])
def test_any_number_of_a_cycle_has_what_is_open(jumps, left):
    """As the changes halve, by twice the last one; behind a jump, by what it passed over too."""
    nothing = np.zeros((1, 1, 10))
    solved = tuple(
        Trace(n, np.zeros(1), np.zeros(1), nothing, (), tractions={"x": value})
        for n, value in zip([1, 2, 3, 4], [1.8, 1.4, 1.2, 1.1], strict=True)
    )
    found = SimpleNamespace(solved=solved, jumps=jumps)
    found.jumped_over = partial(ThermalCycles.jumped_over, found)
    opened = ThermalCycles.open_of(found, lambda trace: trace.tractions["x"])
    assert_allclose(opened, left, rtol=1e-9)
