"""Pareto fronts of functions over a box, by NSGA-II: seeded, the same numbers every time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from groundwork.extras import extra
from studies.optimum.stands import by_values, in_grains

Array = NDArray[np.float64]
POPULATION, GENERATIONS = 80, 100
SPAN = 256  # points that say what values vary by
Functions = Callable[[Array], tuple[Array, Array]]


def search(
    functions: Functions,
    dimension: int,
    seed: int,
    population: int = POPULATION,
    generations: int = GENERATIONS,
) -> Array:
    """Points (m, d) of the unit cube on the front of some functions, that break no bound.

    Parameters
    ----------
    functions
        Of points u (n, d): values (n, k), all to be small, and bounds (n, b), kept where they are
        at most zero; not a number where a point is out of the question.
    dimension
        d; with 0 there is one point.

    Raises
    ------
    groundwork.extras.MissingExtra
        Without pymoo.
    """
    if dimension == 0:
        return np.zeros((1, 0))[_possible(functions, np.zeros((1, 0)))]
    extra("pymoo", "optimum", "a front")
    nsga2, problems, optimize = (
        import_module(f"pymoo.{name}")
        for name in ("algorithms.moo.nsga2", "core.problem", "optimize")
    )

    def evaluate(u: Array, out: dict[str, Any], *_: Any, **__: Any) -> None:
        values, bounds = functions(u)
        lost = np.asarray(~np.isfinite(np.hstack([values, bounds])).all(axis=1))
        out["F"] = np.where(lost[:, None], 0.0, in_grains(values, extent))
        out["G"] = np.where(lost[:, None], 1e30, np.hstack([bounds, np.zeros((len(u), 1))]))

    values, bounds = functions(np.random.default_rng(seed).random((SPAN, dimension)))
    known = values[np.isfinite(values).all(axis=1)]
    extent = np.ptp(known, axis=0) if len(known) else np.zeros(values.shape[1])
    problem = problems.Problem(
        n_var=dimension, n_obj=values.shape[1], n_ieq_constr=bounds.shape[1] + 1, xl=0.0, xu=1.0
    )
    problem._evaluate = evaluate
    found = optimize.minimize(
        problem, nsga2.NSGA2(pop_size=population), ("n_gen", generations), seed=seed, verbose=False
    )
    if found.X is None:
        return np.zeros((0, dimension))
    u = _front(functions, np.atleast_2d(np.asarray(found.X, dtype=float)))
    return _front(functions, np.vstack([u, *_at_ends(u)]))


def _front(functions: Functions, u: Array) -> Array:
    """Of points those that break no bound and are beaten by none."""
    u = np.unique(u, axis=0)
    u = u[_possible(functions, u)]
    return u[by_values(functions(u)[0])] if len(u) else u


def _at_ends(u: Array) -> Iterator[Array]:
    """The points with one coordinate at an end of its range.

    What is best there a search comes near to by chance, and hardly ever meets.
    """
    for k, end in product(range(u.shape[1]), (0.0, 1.0)):
        moved = u.copy()
        moved[:, k] = end
        yield moved


def _possible(functions: Functions, u: Array) -> NDArray[np.bool_]:
    values, bounds = functions(u)
    return np.asarray(np.isfinite(values).all(axis=1) & (bounds <= 0).all(axis=1))


def spread(values: Array, there: Array, count: int, least: float) -> list[int]:
    """Which of some points to take, far from each other and from those that are there.

    Parameters
    ----------
    values, there
        Of the points (n, k), and of those that are there (m, k).
    count
        How many at most.
    least
        Share of the values' extent below which two are the same.
    """
    if not len(values):
        return []
    middle, extent = values.min(axis=0), np.ptp(values, axis=0)
    unit = np.where(extent > 0, extent, 1.0)
    points, taken = (values - middle) / unit, list[int]()
    away = np.full(len(points), np.inf)
    for one in (there - middle) / unit:
        away = np.minimum(away, np.linalg.norm(points - one, axis=1))
    for end in points.argmin(axis=0).tolist():  # the ends of the front before what is between them
        if len(taken) < count and away[end] > least:
            taken.append(end)
            away = np.minimum(away, np.linalg.norm(points - points[end], axis=1))
    while len(taken) < count and away.max() > least:
        k = int(away.argmax())
        taken.append(k)
        away = np.minimum(away, np.linalg.norm(points - points[k], axis=1))
    return taken
