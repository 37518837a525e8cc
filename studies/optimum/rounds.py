"""Fronts that are confirmed: what a surrogate proposes is solved, learned, and proposed again.

A round searches the front on the surrogates of a part, solves designs spread over it where none has
been solved, and compares. It ends when a round was as predicted, proposes nothing new, or the
budget of solves is spent. The front is then that of the solved designs, by what they were solved to
be; the surrogate has no more say in it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studies.optimum.question import Question
from studies.optimum.search import search, spread
from studies.optimum.space import Box, Space, space_of, values_of
from studies.optimum.stands import by_values, stands
from studies.optimum.stored import Front, Point, Round, Valued
from studies.records.stored_plan import StoredPart
from studies.reliability.study.surrogates import Cell, matrix
from studies.results.results import Results

Array = NDArray[np.float64]
Look = Callable[[], Results]
Solve = Callable[[str, Sequence[Mapping[str, Any]]], Sequence[Cell]]
EACH_ROUND = 8  # designs
AGREES = 0.02  # share of what an objective varies over the part's designs
NEAR = 0.01  # share of a front's extent below which two of its points are one
AVOIDED = 0.05  # share of a box around a point that could not be solved


@dataclass(frozen=True)
class Budget:
    """Cases that may be solved for a part, and the seed of the search."""

    cases: int
    seed: int


def confirmed_front(
    look: Look, solve: Solve, part: StoredPart, question: Question, budget: Budget
) -> Front:
    """The front of a part, nothing of which scatters.

    Parameters
    ----------
    look
        The run's results as they are now.
    solve
        Solves points of a part, and says which case each has become; see
        :func:`studies.runs.further.solve_further`.
    """
    results, rounds = look(), list[Round]()
    agreed = False
    while not agreed:
        space = space_of(results, part, question)
        if isinstance(space, str):
            if not rounds:
                return Front(part.name, why_not=space)
            break
        count = min(EACH_ROUND, budget.cases - sum(one.asked for one in rounds))
        proposed = _proposed(results, space, question, budget.seed + len(rounds), count)
        if not len(proposed):
            agreed = count > 0
            break
        predicted = space.predict(proposed)[0]
        cells = solve(part.name, [space.point(x) for x in proposed])
        results = look()
        rounds.append(compared(results, part, question, cells, predicted))
        agreed = rounds[-1].agreed == rounds[-1].asked
    points, broken = _solved(results, part, question)
    return Front(part.name, points, broken, tuple(rounds), agreed)


def functions_of(space: Space, box: Box, goals: int) -> Callable[[Array], tuple[Array, Array]]:
    """What is minimized in a box, and what must be at most zero, at points of its unit cube."""

    def functions(u: Array) -> tuple[Array, Array]:
        x = box.points(u)
        mean = space.predict(x)[0]
        return mean[:, :goals], np.hstack([mean[:, goals:], space.kept(x)])

    return functions


def _proposed(results: Results, space: Space, question: Question, seed: int, count: int) -> Array:
    """Designs (n, d) on the front as it is predicted, away from those that are solved."""
    goals = len(question.goals)
    found = [np.zeros((0, len(space.paths)))]
    for k, box in enumerate(space.boxes):
        functions = functions_of(space, box, goals)
        x = box.points(search(functions, len(box.free), seed + 1000 * k))
        found.append(x[~_near_failed(results, space, box, x)])
    x = np.unique(np.concatenate(found), axis=0)
    if not len(x) or count <= 0:
        return x[:0]
    values = space.predict(x)[0][:, :goals]
    front = by_values(values)
    x, values = x[front], values[front]
    there, _ = _solved(results, space.part, question)
    signs = np.array([goal.sign for goal in question.goals])
    known = [signs * [one.value for one in p.values] for p in there if p.on_front]
    return x[spread(values, np.array(known).reshape(-1, goals), count, NEAR)]


def _near_failed(results: Results, space: Space, box: Box, x: Array) -> NDArray[np.bool_]:
    """Whether designs (n, d) lie where one could not be solved."""
    names = results.study.with_further(space.part.name)
    solved = {key for key, record in results.records.items() if record.status == "solved"}
    lost = [c.factors for c in results.plan.cases if c.part in names and c.key not in solved]
    if not lost or not len(x):
        return np.zeros(len(x), dtype=bool)
    width = np.where(box.high > box.low, box.high - box.low, 1.0)
    apart = np.abs(x[:, None, :] - matrix(space.sampling, lost)[None, :, :]) / width
    return np.asarray((apart.max(axis=2) < AVOIDED).any(axis=1))


def compared(
    results: Results,
    part: StoredPart,
    question: Question,
    cells: Sequence[Cell],
    predicted: Array,
) -> Round:
    """How far solves are from what was predicted of them (n, quantities)."""
    off = np.zeros(len(cells))
    for quantity, means in zip(question.quantities, predicted.T, strict=True):
        values = values_of(results, part, quantity)
        extent = float(np.ptp([value for (name, _), (value, _) in values.items() if
                               name == part.name] or [0.0]))  # fmt: skip
        for k, (cell, mean) in enumerate(zip(cells, means.tolist(), strict=True)):
            if cell not in values:
                off[k] = np.nan
                continue
            value, bar = values[cell]
            allowed = max(bar, AGREES * extent)
            off[k] = max(off[k], abs(value - mean) / allowed if allowed else 0.0)
    known = off[np.isfinite(off)]
    furthest = float(known.max()) if len(known) else None
    return Round(len(cells), len(known), int((known <= 1.0).sum()), furthest)


def _solved(
    results: Results, part: StoredPart, question: Question
) -> tuple[tuple[Point, ...], int]:
    """Designs of a part and of its further points that break no constraint for certain."""
    each = [values_of(results, part, quantity) for quantity in question.quantities]
    names = results.study.with_further(part.name)
    cases = [
        case for case in results.plan.cases
        if case.part in names and all((case.part, case.number) in values for values in each)
    ]  # fmt: skip
    first = {case.key: case for case in reversed(cases)}  # a design that is there twice is one
    cases = [case for case in cases if first[case.key] is case]
    known = np.array([[values[c.part, c.number] for values in each] for c in cases])
    known = known.reshape(len(cases), len(each), 2)
    goals = len(question.goals)
    value, bar = known[..., 0], known[..., 1]
    kept = (value[:, goals:] - bar[:, goals:] < 0).all(axis=1)
    cases = [case for case, keep in zip(cases, kept, strict=True) if keep]
    value, bar = value[kept], bar[kept]
    return placed(
        question,
        value,
        value - bar,
        value + bar,
        [
            {"part": c.part, "number": c.number, "key": c.key or "", "factors": c.factors}
            for c in cases
        ],
    ), int((~kept).sum())


def placed(
    question: Question,
    value: Array,
    low: Array,
    high: Array,
    about: Sequence[Mapping[str, Any]],
) -> tuple[Point, ...]:
    """Points with their stand, of quantities (n, k), all to be small, with their intervals.

    A point that breaks a constraint by its value, if not for certain, is on no front by its value.
    """
    goals = len(question.goals)
    if not len(value):
        return ()
    holds, sure = (np.asarray((each[:, goals:] < 0).all(axis=1)) for each in (value, high))
    found = stands(low[:, :goals], high[:, :goals], sure)
    front = np.zeros(len(value), dtype=bool)
    front[holds] = by_values(value[holds][:, :goals])
    signs = [goal.sign for goal in question.goals]
    points = []
    for k, what in enumerate(about):
        ends = zip(value[k].tolist(), low[k].tolist(), high[k].tolist(), strict=True)
        each = [Valued(*one) for one in ends]
        values = tuple(_signed(one, s) for one, s in zip(each[:goals], signs, strict=True))
        points.append(
            Point(
                **what, values=values, bounds=tuple(each[goals:]), stand=found[k],
                on_front=bool(front[k]),
            )
        )  # fmt: skip
    return tuple(points)


def _signed(one: Valued, sign: float) -> Valued:
    """A value as it is, of the one that is minimized."""
    return one if sign > 0 else Valued(-one.value, -one.high, -one.low)
