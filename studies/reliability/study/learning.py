"""Which designs of a part would tell most of how probably it fails.

First topologies of which too few designs are solved for a surrogate, in the order in which the
part's sample meets them. Then, of the sample, points at which being wrong about a limit state costs
most: the mean over the surrogate's error e of how far the probability to fail is off there,

    E |F(m + e) - F(m)|,    e ~ N(0, s),

which without strengths is the probability of a wrong sign (the U function of Echard and others,
Structural Safety 33, 2011, 145); the sample already lies as dense as the part's designs do. Each
next point of a round believes what is expected at those before it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from studies.records.stored_plan import StoredPart
from studies.reliability.study.limit_surrogates import Bound, SumSurrogate
from studies.reliability.study.limits import LimitProbability
from studies.reliability.study.surrogates import by_topology, fewest, matrix, sample_points
from studies.results.results import Results
from studies.wording.labels import number

Array = NDArray[np.float64]
QUANTILES = 64  # of the surrogate's error
OF_SAMPLE = 0.1  # share of an interval below which learning shortens it no more
LEAST = 1e-12


@dataclass(frozen=True)
class Unsure:
    """A limit state of a part whose interval is wider than was asked for.

    Attributes
    ----------
    known, bound
        Its surrogate, and what that must stay below.
    found
        Its probability.
    """

    known: SumSurrogate
    bound: Bound
    found: LimitProbability

    @property
    def learns(self) -> bool:
        """Whether a sure surrogate would shorten the interval: the rest is sample and meshes."""
        low, _, high = self.known.ends(self.bound, 0.0)
        least, most = self.found.interval
        return bool((high - low).mean() > OF_SAMPLE * (most - least))


def lacking(
    results: Results, part: StoredPart, metrics: Sequence[str], most: int
) -> list[dict[str, Any]]:
    """Points of topologies of which fewer designs are solved than a surrogate needs."""
    assert part.sampling is not None
    points, taken = sample_points(part.sampling), _taken(results, part)
    x = matrix(part.sampling, points)
    solved = _solved(results, part, metrics)
    have = {key: len(rows) for key, rows in by_topology(part.sampling, solved).items()}
    found: list[dict[str, Any]] = []
    for key, rows in by_topology(part.sampling, x).items():
        missing = fewest(x.shape[1]) - have.get(key, 0)
        free = [k for k in rows if tuple(x[k]) not in taken]
        found += [points[k] for k in free[: max(missing, 0)]]
    return found[:most]


def costliest(
    results: Results, part: StoredPart, unsure: Sequence[Unsure], most: int
) -> list[dict[str, Any]]:
    """Points of the sample at which limit states are worth to be known, at most so many."""
    assert part.sampling is not None
    asked = [(each.known, each.bound) for each in unsure]
    points, taken = unsure[0].known.points, _taken(results, part)
    x = matrix(part.sampling, points)
    free = np.array([tuple(row) not in taken for row in x])
    found: list[dict[str, Any]] = []
    while len(found) < most:
        costs = np.where(free, sum(_costs(*each) for each in asked), 0.0)
        row = int(np.argmax(costs))
        if costs[row] <= LEAST:
            break
        found.append(points[row])
        free &= ~(x == x[row]).all(axis=1)
        if len(found) < most:
            asked = [(known.believing(row), bound) for known, bound in asked]
    return found


def _costs(known: SumSurrogate, bound: Bound) -> Array:
    """How far the probability to fail is off at each point, in the mean; 0 where nothing is."""
    mean, error = known.predicted
    seen = ~np.isnan(mean)
    steps = ndtri((np.arange(QUANTILES) + 0.5) / QUANTILES)
    now = bound.fails(mean[seen])
    off = bound.fails(mean[seen][:, None] + error[seen][:, None] * steps) - now[:, None]
    costs = np.zeros(len(mean))
    costs[seen] = np.abs(off).mean(axis=1)
    return costs


def _taken(results: Results, part: StoredPart) -> set[tuple[float, ...]]:
    """Factors of the part's cases, solved or not."""
    assert part.sampling is not None
    names = results.study.with_further(part.name)
    cases = [case.factors for case in results.plan.cases if case.part in names]
    return {tuple(row) for row in matrix(part.sampling, cases)}


def _solved(results: Results, part: StoredPart, metrics: Sequence[str]) -> Array:
    """Factors of the designs that have all metrics, (n, d)."""
    assert part.sampling is not None
    names = results.study.with_further(part.name)
    table: Mapping[Any, Any] = {
        (row["part"], row["case"]): row for row in results.table.to_dict(orient="records")
    }
    cases = [
        case.factors
        for case in results.plan.cases
        if case.part in names
        and all(number(table[case.part, case.number].get(m)) is not None for m in metrics)
    ]
    return matrix(part.sampling, cases)
