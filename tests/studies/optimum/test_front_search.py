"""Fronts known in closed form, their pieces, and which solved designs are told apart."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from studies.optimum.search import search, spread
from studies.optimum.stands import by_values, stands
from studies.results.lives.fronts import Stand


def hypervolume(values, worst):
    """Area between a front of two values and a point that all of it dominates."""
    order = values[values[:, 0].argsort()]
    order = order[(order < worst).all(axis=1)]
    ends = np.append(order[1:, 0], worst[0])
    return float(((ends - order[:, 0]) * (worst[1] - order[:, 1])).sum())


def unbounded(function):
    return lambda u: (function(u), np.zeros((len(u), 0)))


def quadratics(u):
    """Squared distances from (0, 0) and (1, 0), in the box from -1 to 2: f2 = (1 - sqrt f1)^2."""
    x, y = 3 * u.T - 1
    return np.stack([x**2 + y**2, (x - 1) ** 2 + y**2], axis=1)


def zdt3(u):
    """Zitzler, Deb and Thiele's third (2000): five pieces, f1 in PIECES where the rest is 0."""
    f1, g = u[:, 0], 1 + 9 * u[:, 1:].mean(axis=1)
    return np.stack([f1, g * (1 - np.sqrt(f1 / g) - f1 / g * np.sin(10 * np.pi * f1))], axis=1)


PIECES = [(0, 0.0830), (0.1822, 0.2577), (0.4093, 0.4538), (0.6183, 0.6525), (0.8233, 0.8518)]


def test_two_quadratics_have_their_front():
    u = search(unbounded(quadratics), 2, seed=3)
    found = quadratics(u)
    exact = 5 / 6  # integral of 1 - (1 - sqrt f)^2 over 0 to 1
    assert 0.98 * exact < hypervolume(found, np.ones(2)) <= exact
    assert np.abs(np.sqrt(found).sum(axis=1) - 1).max() < 0.02
    assert_array_equal(search(unbounded(quadratics), 2, seed=3), u)


def test_round_off_tells_nothing_apart_and_ends_of_ranges_are_met():
    """The second coordinate is best at its end, everywhere; the first value does not know it."""

    def values(u):
        noise = 1e-12 * np.sin(1e4 * u[:, 1])
        return np.stack([2 - u[:, 0] + noise, (u[:, 0] - 2) * (0.6 + 0.2 * u[:, 1])], axis=1)

    found = search(unbounded(values), 2, seed=1)
    assert len(found) > 40 and found[:, 1].min() > 1 - 1e-5
    assert found[:, 0].max() == 1.0 and found[:, 0].min() == 0.0


@pytest.mark.slow
def test_a_front_in_pieces_has_all_of_them():
    found = zdt3(search(unbounded(zdt3), 4, seed=1))
    f1 = np.linspace(0, 1, 20001)
    line = zdt3(np.stack([f1, *[0 * f1] * 3], axis=1))
    best = np.minimum.accumulate(line[:, 1])
    exact = hypervolume(line[line[:, 1] <= best], np.array([1.0, 2.0]))
    assert 0.98 * exact < hypervolume(found, np.array([1.0, 2.0])) <= exact
    where = [(found[:, 0] >= a - 0.01) & (found[:, 0] <= b + 0.01) for a, b in PIECES]
    assert all(each.sum() >= 3 for each in where) and np.any(where, axis=0).all()


def test_nothing_is_proposed_beyond_a_bound_or_where_nothing_is_known():
    def bounded(u):
        x = 3 * u - 1
        return quadratics(u), (0.4 - x[:, :1])  # x at least 0.4

    def unknown(u):
        return np.where(u[:, :1] > 0.5, np.nan, quadratics(u)), np.zeros((len(u), 0))

    assert (3 * search(bounded, 2, seed=1, generations=40)[:, 0] - 1).min() == pytest.approx(
        0.4, abs=0.01
    )
    assert search(unknown, 2, seed=1, generations=40)[:, 0].max() <= 0.5
    assert len(search(lambda u: (quadratics(u), np.ones((len(u), 1))), 2, 1, 8, 3)) == 0
    # where no factor varies there is one point
    one = search(lambda u: (np.ones((len(u), 2)), np.zeros((len(u), 0))), 0, 1)
    assert one.shape == (1, 0)


def test_designs_within_bars_are_not_told_apart():
    values = np.array([[0.0, 4.0], [1.0, 3.5], [2.0, 1.0], [3.0, 3.0], [2.2, 1.1]])
    allowed = np.ones(5, dtype=bool)
    exact = stands(values, values, allowed)
    assert exact == [Stand.FRONT] * 3 + [Stand.BEHIND] * 2
    assert_array_equal(by_values(values), [True, True, True, False, False])
    open_ = stands(values - 0.15, values + 0.15, allowed)
    assert open_ == [Stand.FRONT, Stand.FRONT, Stand.OPEN, Stand.BEHIND, Stand.OPEN]
    # one that may break a constraint beats none for certain
    allowed[2] = False
    assert stands(values, values, allowed) == [
        Stand.FRONT, Stand.FRONT, Stand.OPEN, Stand.BEHIND, Stand.OPEN,
    ]  # fmt: skip


def test_designs_to_solve_are_spread_from_the_ends_on():
    values = np.stack([np.arange(101.0), 100 - np.arange(101.0)], axis=1)
    none = np.zeros((0, 2))
    assert spread(values, none, 3, 0.01) == [0, 100, 50]
    assert spread(values, values[[0, 100]], 1, 0.01) == [50]
    assert spread(values, values, 5, 0.01) == []
