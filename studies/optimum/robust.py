"""Fronts at a percentile: what most of the designs stay below that scatter around a chosen one.

Some factors scatter whatever is chosen, by their distributions in the part; the others are the
design. Compared is, of each objective and constraint, the percentile over what scatters, on the
worse side. The surrogate takes it, of a sample of the scatter that is the same for all designs;
its interval runs from the percentile of all means low by their error to that of all high, the
largest error bar of the design's solves added. Solved are, of each design that is shown, the one
with all that scatters at its medians, and for each objective those points of the scatter that stand
at the percentile, a little below and a little above it by what the surrogate says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fem_bump.errors import InputError
from studies.optimum.question import Question
from studies.optimum.rounds import NEAR, Budget, Look, Solve, compared, placed
from studies.optimum.search import search, spread
from studies.optimum.space import Box, Space, space_of, values_of
from studies.optimum.stands import by_values
from studies.optimum.stored import Check, Front, Point, Round, Valued
from studies.plan.comparisons import comparison
from studies.plan.flat_paths import nearest_of
from studies.plan.sampling import Sampling, draw
from studies.records.stored_plan import StoredPart, StoredSampling
from studies.reliability.study.surrogates import Cell, matrix
from studies.results.results import Results

Array = NDArray[np.float64]
EACH_ROUND = 4  # designs
SOUGHT, SAID = 64, 512  # points of the scatter while it is searched, and in the end
POPULATION, GENERATIONS = 40, 40
ASIDE = 2.5  # percent, of the points below and above the percentile


@dataclass(frozen=True)
class Scatter:
    """What scatters: its columns among the factors, a sample (m, columns) and the medians."""

    columns: NDArray[np.intp]
    sample: Array
    medians: Array


@dataclass(frozen=True)
class Asked:
    """A design (d,) with what scatters at its medians, and the points solved around it.

    Attributes
    ----------
    cells
        Of the nominal design, then of the points by ``about``.
    about
        Of each point the objective and the rank, percent.
    """

    x: Array
    cells: tuple[Cell, ...]
    about: tuple[tuple[int, float], ...]


def robust_front(
    look: Look, solve: Solve, part: StoredPart, question: Question, budget: Budget
) -> Front:
    """The front of a part at a percentile; parameters as of ``confirmed_front``.

    Raises
    ------
    InputError
        For factors that cannot scatter by themselves, and a budget below one design's solves.
    """
    results, rounds, asked = look(), list[Round](), list[Asked]()
    if part.sampling is not None:
        _check(part, part.sampling, question)
    each = 1 + 3 * len(question.goals)
    if budget.cases < each:
        raise InputError(
            f"--budget = {budget.cases} is below the {each} solves that confirm one design at a "
            "percentile"
        )
    agreed = False
    while not agreed:
        space = space_of(results, part, question)
        if isinstance(space, str):
            return Front(part.name, rounds=tuple(rounds), why_not=space)
        count = min(EACH_ROUND, (budget.cases - sum(one.asked for one in rounds)) // each)
        designs = _proposed(space, question, asked, budget.seed + len(rounds), count)
        if not len(designs):
            agreed = count > 0
            break
        x, about = _around(space, question, designs)
        cells = solve(part.name, [space.point(one) for one in x])
        results = look()
        rounds.append(compared(results, part, question, cells, space.predict(x)[0]))
        agreed = rounds[-1].agreed == rounds[-1].asked
        size = len(about) + 1
        asked += [
            Asked(one, tuple(cells[k * size : (k + 1) * size]), about)
            for k, one in enumerate(designs)
        ]
    space = space_of(results, part, question)
    if isinstance(space, str) or not asked:
        return Front(part.name, rounds=tuple(rounds), why_not=space if isinstance(space, str) else
                     "no design is predicted to keep the constraints")  # fmt: skip
    points, broken = _solved(results, space, question, asked)
    return Front(part.name, points, broken, tuple(rounds), agreed)


def _check(part: StoredPart, sampling: StoredSampling, question: Question) -> None:
    where, paths = f"part '{part.name}': --scatter", list(sampling.ranges)
    for path in question.scatter:
        if path not in paths:
            raise InputError(f"{where} '{path}' is no factor of it; {nearest_of(path, paths)}")
        if not isinstance(sampling.ranges[path], Mapping):
            raise InputError(f"{where} '{path}' has no distribution in it, only a range")
    if set(question.scatter) == set(paths):
        raise InputError(f"{where} names all factors: nothing is left to choose")
    tied = [("correlation", one["between"]) for one in sampling.correlations]
    tied += [
        (f"constraint '{text}'", comparison(where, text).names) for text in sampling.constraints
    ]
    for what, names in tied:
        if 0 < len(set(names) & set(question.scatter)) < len(set(names)):
            raise InputError(
                f"{where}: a {what} ties {' and '.join(names)}, of which some scatter and some are "
                "chosen"
            )


def scatter_of(space: Space, question: Question, count: int) -> Scatter:
    """A sample of what scatters, drawn as the part draws it."""
    given, names = space.sampling, set(question.scatter)
    ranges = {path: each for path, each in given.ranges.items() if path in names}
    alone = StoredSampling(
        "sobol",
        count,
        (given.seed + 2) % 2**32,
        ranges,
        [one for one in given.correlations if set(one["between"]) <= names],
        [text for text in given.constraints if set(comparison("", text).names) <= names],
    )
    drawn = list(draw(Sampling(**alone.to_json()), f"part '{space.part.name}'"))
    sample = matrix(alone, drawn)
    columns = np.array([k for k, path in enumerate(space.paths) if path in names])
    return Scatter(columns, sample, np.quantile(sample, 0.5, axis=0, method="inverted_cdf"))


def within(space: Space, columns: NDArray[np.intp], x: Array) -> Array:
    """Factors (n, d) with what scatters moved to the nearest design range that there is."""
    best, least = x.copy(), np.full(len(x), np.inf)
    for box in space.boxes:
        moved = x.copy()
        moved[:, columns] = np.clip(x, box.low, box.high)[:, columns]
        width = np.where(box.high > box.low, box.high - box.low, 1.0)
        away = np.abs((moved - x) / width).max(axis=1)
        away[~((moved >= box.low) & (moved <= box.high)).all(axis=1)] += 1e6
        nearer = away < least
        best[nearer], least[nearer] = moved[nearer], away[nearer]
    return best


def scattered(space: Space, scatter: Scatter, designs: Array) -> Array:
    """Every design (n, d) at every point of the scatter, (n, m, d)."""
    every = np.repeat(designs[:, None, :], len(scatter.sample), axis=1)
    every[:, :, scatter.columns] = scatter.sample
    flat = within(space, scatter.columns, every.reshape(-1, every.shape[2]))
    return flat.reshape(every.shape)


def percentiles(space: Space, question: Question, scatter: Scatter, designs: Array) -> Array:
    """Percentile of every quantity, all to be small, of designs (n, d): (n, quantities)."""
    assert question.percentile is not None
    every = scattered(space, scatter, designs)
    mean = space.predict(every.reshape(-1, every.shape[2]))[0]
    return _percentile(mean.reshape(*every.shape[:2], mean.shape[1]), question.percentile)


def _percentile(values: Array, percent: float) -> Array:
    return np.asarray(np.percentile(values, percent, axis=1, method="inverted_cdf"))


def _proposed(
    space: Space, question: Question, asked: Sequence[Asked], seed: int, count: int
) -> Array:
    """Designs (n, d) on the front at the percentile, away from those that were asked."""
    scatter, goals = scatter_of(space, question, SOUGHT), len(question.goals)
    found = [np.zeros((0, len(space.paths)))]
    for k, box in enumerate(_chosen_boxes(space, scatter)):

        def functions(u: Array, box: Box = box) -> tuple[Array, Array]:
            x = box.points(u)
            values = percentiles(space, question, scatter, x)
            return values[:, :goals], np.hstack([values[:, goals:], space.kept(x)])

        u = search(functions, len(box.free), seed + 1000 * k, POPULATION, GENERATIONS)
        found.append(within(space, scatter.columns, box.points(u)))
    x = np.unique(np.concatenate(found), axis=0)
    if not len(x) or count <= 0:
        return x[:0]
    values = percentiles(space, question, scatter, x)[:, :goals]
    front = by_values(values)
    x, values = x[front], values[front]
    there = np.array([one.x for one in asked]).reshape(-1, x.shape[1])
    known = percentiles(space, question, scatter, there)[:, :goals]
    return x[spread(values, known, count, NEAR)]


def _chosen_boxes(space: Space, scatter: Scatter) -> list[Box]:
    """Ranges of what is chosen in every topology of it, what scatters at its medians."""
    groups: dict[tuple[float, ...], list[Box]] = {}
    for box in space.boxes:
        key = tuple(np.delete(np.array(box.key), scatter.columns).tolist())
        groups.setdefault(key, []).append(box)
    found = []
    for boxes in groups.values():
        low = np.max([box.low for box in boxes], axis=0)
        high = np.min([box.high for box in boxes], axis=0)
        low[scatter.columns] = high[scatter.columns] = scatter.medians
        found.append(replace(boxes[0], low=low, high=np.maximum(low, high)))
    return found


def _around(
    space: Space, question: Question, designs: Array
) -> tuple[Array, tuple[tuple[int, float], ...]]:
    """What is solved of designs: each as it is, then at, below and above each percentile."""
    assert question.percentile is not None
    scatter = scatter_of(space, question, SAID)
    every = scattered(space, scatter, designs)
    mean = space.predict(every.reshape(-1, every.shape[2]))[0]
    mean = mean.reshape(*every.shape[:2], mean.shape[1])
    above = min(question.percentile + ASIDE, 100 - 100 / SAID)
    ranks = (question.percentile, question.percentile - ASIDE, above)
    about = [(goal, rank) for goal in range(len(question.goals)) for rank in ranks]
    points = []
    for k, design in enumerate(designs):
        points.append(design)
        for goal, rank in about:
            order = mean[k, :, goal].argsort(kind="stable")
            points.append(every[k, order[int(np.ceil(rank / 100 * SAID)) - 1]])
    return np.array(points), tuple(about)


def _solved(
    results: Results, space: Space, question: Question, asked: Sequence[Asked]
) -> tuple[tuple[Point, ...], int]:
    """Designs whose nominal is solved, at the percentile, those apart that break a constraint."""
    assert question.percentile is not None
    keys = {(case.part, case.number): case for case in results.plan.cases}
    known = [values_of(results, space.part, quantity) for quantity in question.quantities]
    asked = [one for one in asked if all(one.cells[0] in values for values in known)]
    if not asked:
        return (), 0
    scatter = scatter_of(space, question, SAID)
    value, low, high = _intervals(space, question, scatter, np.array([one.x for one in asked]))
    bars = np.array(
        [
            [max(values[cell][1] for cell in one.cells if cell in values) for values in known]
            for one in asked
        ]
    )
    low, high = low - bars, high + bars
    goals = len(question.goals)
    about: list[dict[str, Any]] = []
    for one, least, most in zip(asked, low, high, strict=True):
        checks = _checks(question, one, known)
        case = keys[one.cells[0]]
        at = [c for c in checks if c.goal is not None and c.rank == question.percentile]
        agree = [
            _overlaps(c.values[k], least[k], most[k], goal.sign)
            for k, goal in enumerate(question.goals)
            for c in at
            if c.goal == goal.metric
        ]
        chosen = {p: v for p, v in space.point(one.x).items() if p not in question.scatter}
        about.append(
            {"part": case.part, "number": case.number, "key": case.key or "", "factors": chosen,
             "checks": checks, "confirmed": len(agree) == goals and all(agree)}
        )  # fmt: skip
    kept = np.asarray((low[:, goals:] < 0).all(axis=1))
    about = [what for what, keep in zip(about, kept, strict=True) if keep]
    return placed(question, value[kept], low[kept], high[kept], about), int((~kept).sum())


def _intervals(
    space: Space, question: Question, scatter: Scatter, designs: Array
) -> tuple[Array, Array, Array]:
    """Percentiles (n, quantities) with the ends that the surrogates' errors leave."""
    assert question.percentile is not None
    every = scattered(space, scatter, designs)
    mean, error = space.predict(every.reshape(-1, every.shape[2]))
    away = 2 * error * [one.validated.widening for one in space.surrogates]
    shape = (*every.shape[:2], mean.shape[1])
    low, value, high = (
        _percentile((mean + shift).reshape(shape), question.percentile)
        for shift in (-away, 0 * away, away)
    )
    return value, low, high


def _checks(
    question: Question, one: Asked, known: Sequence[Mapping[Cell, tuple[float, float]]]
) -> tuple[Check, ...]:
    """What the solves around a design were found to be."""
    goals = question.goals
    found = []
    for cell, (goal, rank) in zip(one.cells, [(None, 50.0), *one.about], strict=True):
        if all(cell in values for values in known):
            values = tuple(
                _valued(values[cell], each.sign) for each, values in zip(goals, known, strict=False)
            )
            metric = None if goal is None else goals[goal].metric
            found.append(Check(cell, metric, rank, values))
    return tuple(found)


def _valued(measured: tuple[float, float], sign: float) -> Valued:
    value, bar = sign * measured[0], measured[1]
    return Valued(value, value - bar, value + bar)


def _overlaps(found: Valued, low: float, high: float, sign: float) -> bool:
    """Whether a solve, bar included, lies in an interval of what is minimized."""
    ends = sorted((sign * found.low, sign * found.high))
    return bool(ends[0] <= high and ends[1] >= low)
