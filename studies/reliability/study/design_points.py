"""The most probable way to fail: a part's design point of each limit state, on its surrogate.

Factors and strengths become standard normals. Of all points at which the limit state's sum reaches
its limit it is the one nearest to the medians, within their topology. Only factors whose Sobol
index is shown may move: what a surrogate makes of others is its error.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from studies.plan.sampling import is_levels, quantiles, values_at
from studies.records.record import Json
from studies.records.stored_plan import StoredPart
from studies.reliability.design_points import find_design_points, origin_fails
from studies.reliability.limit_state import LimitState
from studies.reliability.standard_space import identity_space
from studies.reliability.study.limit_surrogates import (
    SumSurrogate,
    sum_surrogate,
    survives_of,
    total,
)
from studies.reliability.study.surrogates import by_topology, matrix
from studies.reliability.surrogate.indices import sobol_indices
from studies.results.results import Results

Array = NDArray[np.float64]
MOST = 100_000  # evaluations of a surrogate


@dataclass(frozen=True)
class StudyDesignPoint:
    """Where a part fails a limit state most probably.

    Attributes
    ----------
    factors, strengths
        The point, by name.
    distance
        From the medians, standard deviations.
    importance
        Share of each in the square of the distance, by name; 0 of what changes nothing.
    g
        How far the limit state's sum is below its limit by the surrogate, about 0, and the
        surrogate's standard error.
    solved
        The same with the design solved, and its error bar; None where it is not.
    """

    part: str
    limit: str
    factors: Mapping[str, Any]
    strengths: Mapping[str, float]
    distance: float
    importance: Mapping[str, float]
    g: tuple[float, float]
    solved: tuple[float, float] | None = None


def study_design_points(results: Results) -> list[StudyDesignPoint]:
    """Those of parts of independent factors whose surrogate says something."""
    found = []
    for part in results.study.part:
        sampling = part.sampling
        if sampling is None or not sampling.scatters:
            continue
        if sampling.constraints or sampling.correlations:
            continue
        for limit in results.study.limit:
            known = sum_surrogate(results, part, limit)
            if not isinstance(known, str) and known.says_something:
                point = _nearest(part, limit, known)
                found += [] if point is None else [point]
    return found


def with_solved(results: Results, point: StudyDesignPoint) -> StudyDesignPoint:
    """With what the design there was found to be, where a run has it."""
    limit = next(each for each in results.study.limit if each["name"] == point.limit)
    survives, names = survives_of(limit), results.study.with_further(point.part)
    rows = {(row["part"], row["case"]): row for row in results.table.to_dict(orient="records")}
    for case in results.plan.cases:
        if case.part in names and dict(case.factors) == dict(point.factors):
            sums = total(results, survives, limit, rows[case.part, case.number])
            if sums is not None:
                shift = survives.constant + sum(
                    survives.weights[name] * value for name, value in point.strengths.items()
                )
                return replace(point, solved=(-(sums[0] + shift), sums[1]))
    return point


def _nearest(part: StoredPart, limit: Json, known: SumSurrogate) -> StudyDesignPoint | None:
    assert part.sampling is not None
    survives, given = survives_of(limit), limit.get("strengths") or {}
    moving = [*_moving(part, known), *given]
    ranges = dict(part.sampling.ranges)

    def factors(u: Array) -> list[Mapping[str, Any]]:
        columns = {
            path: values_at(path, each, ndtr(u[:, moving.index(path)]))
            if path in moving
            else values_at(path, each, np.full(len(u), 0.5))
            for path, each in ranges.items()
        }
        return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]

    def strengths(u: Array) -> dict[str, Array]:
        return {n: quantiles(s, ndtr(u[:, moving.index(n)])) for n, s in given.items()}

    predict = _within_topology(part, known, factors)

    def g(u: Array) -> Array:
        added = sum(survives.weights[n] * value for n, value in strengths(u).items())
        return np.asarray(-(predict(u)[0] + survives.constant + added))

    if not moving:
        return None
    state = LimitState(g, identity_space(len(moving)), MOST)
    rng = np.random.default_rng(1)
    points = find_design_points(state, rng, origin_fails(state), np.empty((0, len(moving))))
    if not len(points.points):
        return None
    at = points.points[:1]
    length = float(points.distances[0])
    shares = (at[0] if length > 1e-6 else points.normals[0]) ** 2
    importance = dict.fromkeys([*ranges, *given], 0.0)
    importance |= dict(zip(moving, (shares / shares.sum()).tolist(), strict=True))
    return StudyDesignPoint(
        part.name,
        limit["name"],
        factors(at)[0],
        {name: float(value[0]) for name, value in strengths(at).items()},
        length,
        importance,
        (float(g(at)[0]), float(predict(at)[1][0])),
    )


def _moving(part: StoredPart, known: SumSurrogate) -> list[str]:
    """Factors without steps that the sum is shown to depend on."""
    assert part.sampling is not None
    surrogate = known.surrogate
    indices = sobol_indices(
        surrogate,
        surrogate.inputs,
        len(part.sampling.ranges),
        surrogate.noise_variance * surrogate.validated.widening**2,
    )
    pairs = zip(part.sampling.ranges.items(), indices.total, strict=True)
    return [path for (path, given), index in pairs if index.shown and not is_levels(given)]


def _within_topology(
    part: StoredPart, known: SumSurrogate, factors: Callable[[Array], list[Mapping[str, Any]]]
) -> Callable[[Array], tuple[Array, Array]]:
    """The surrogate's mean and widened error; nan where the topology is not that of the medians."""
    sampling, surrogate = part.sampling, known.surrogate
    assert sampling is not None
    median = [{p: values_at(p, g, np.array([0.5]))[0] for p, g in sampling.ranges.items()}]
    (own,) = by_topology(sampling, matrix(sampling, median))

    def predict(u: Array) -> tuple[Array, Array]:
        x = matrix(sampling, factors(u))
        inside = by_topology(sampling, x).get(own, np.empty(0, dtype=np.intp))
        mean, error = np.full(len(x), np.nan), np.full(len(x), np.nan)
        if len(inside):
            mean[inside], error[inside] = surrogate.predict(x[inside])
        return mean, surrogate.validated.widening * error

    return predict
