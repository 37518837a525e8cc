"""What a part's designs say of a limit state between them: its sum, and how probably that fails.

The sum is that of the metrics and factors which a design must keep below zero, strengths left out;
its surrogate is asked at many more points of the part's own distributions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from studies.plan.comparisons import Comparison, comparison
from studies.plan.sampling import quantiles
from studies.records.record import Json
from studies.records.stored_plan import StoredPart
from studies.reliability.study.surrogates import (
    EXPLAINED,
    PartSurrogate,
    Values,
    matrix,
    part_surrogate,
    rows_with_further,
    sample_points,
)
from studies.results.lives.immortal import never_comes
from studies.results.results import Results
from studies.wording.labels import number

Array = NDArray[np.float64]
STRENGTHS = 2**16  # strengths drawn for every design, evenly: probabilities to 1.5e-5
IMMORTAL = "some of its designs are immortal"
WIDE = 2.0  # standard errors, before they are widened by what leaving out has shown


@dataclass(frozen=True)
class Bound:
    """What the sums of a limit state must stay below: its number, and its strengths in order."""

    survives: Comparison
    strengths: Array

    @classmethod
    def of(cls, limit: Json, share: float = 1.0) -> Bound:
        """That of a limit state, moved to a share."""
        survives = survives_of(limit)
        strengths = _strengths(survives, limit.get("strengths") or {})
        if limit.get("strengths"):
            return cls(survives, share * strengths)
        return cls(replace(survives, constant=share * survives.constant), strengths)

    def fails(self, totals: Array) -> Array:
        """Probability that a strength is too low, of each sum: where all together is >= 0."""
        side: Literal["left", "right"] = "left" if self.survives.strict else "right"
        short = -(totals + self.survives.constant)
        return np.asarray(1 - np.searchsorted(self.strengths, short, side) / len(self.strengths))


@dataclass(frozen=True)
class SumSurrogate:
    """A limit state's sum at the points of a part's sample.

    Attributes
    ----------
    surrogate
        Of the sum of metrics and factors.
    points
        Of the sample, values by dotted path.
    totals
        The sum and its error bar of each case.
    """

    surrogate: PartSurrogate
    points: list[dict[str, Any]]
    totals: Values

    @property
    def says_something(self) -> bool:
        """Whether it explains designs left out well enough to be believed."""
        return self.surrogate.validated.explained >= EXPLAINED

    @cached_property
    def predicted(self) -> tuple[Array, Array]:
        """Mean and standard error of the sum at the points, (n,), widened; nan where none is."""
        mean, error = self.surrogate.predict(matrix(self.surrogate.sampling, self.points))
        return mean, self.surrogate.validated.widening * error

    def ends(self, bound: Bound, bar: float) -> tuple[Array, Array, Array]:
        """Probability to fail at each point: lowest, estimate (nan where none is), highest."""
        mean, error = self.predicted
        unseen, away = np.isnan(mean), WIDE * error + bar
        low, middle, high = (
            np.where(unseen, blind, bound.fails(mean + shift))
            for shift, blind in ((-away, 0.0), (0.0 * away, np.nan), (away, 1.0))
        )
        return low, middle, high

    def believing(self, row: int) -> SumSurrogate:
        """As if the design at a point were solved and found what is expected of it."""
        surrogate = self.surrogate.believing(matrix(self.surrogate.sampling, [self.points[row]])[0])
        return replace(self, surrogate=surrogate)


def sum_surrogate(results: Results, part: StoredPart, limit: Json) -> SumSurrogate | str:
    """That of a part's designs and its further points, or why there is none.

    Found once for each sum: a limit may be moved, and others may be about the same metric.
    """
    survives, strengths = survives_of(limit), limit.get("strengths") or {}
    summed = tuple((name, w) for name, w in survives.weights.items() if name not in strengths)
    key = ("sums asked", part.name, summed)
    if key not in results.known:
        totals = {
            (row["part"], row["case"]): found
            for row in rows_with_further(results, part)
            if (found := total(results, survives, limit, row))
        }
        surrogate = (
            IMMORTAL
            if any(np.isinf(value) for value, _ in totals.values())
            else part_surrogate(results, part, totals)
        )
        results.known[key] = (
            surrogate
            if isinstance(surrogate, str)
            else SumSurrogate(surrogate, sample_points(surrogate.sampling), totals)
        )
    known: SumSurrogate | str = results.known[key]
    return known


def survives_of(limit: Json) -> Comparison:
    """The condition for survival."""
    return comparison(f"limit '{limit['name']}'", limit["survives"])


def total(
    results: Results, survives: Comparison, limit: Json, row: Mapping[str, Any]
) -> tuple[float, float] | None:
    """The sum of metrics and factors, and its error; None where the row lacks a number.

    A life without an end has one that is infinite.
    """
    found, error = 0.0, 0.0
    for name, weight in survives.weights.items():
        if name not in (limit.get("strengths") or {}):
            value = number(row.get(name))
            if value is None:
                if not never_comes(results, row, name):
                    return None
                value = np.inf
            found += weight * value
            error += abs(weight) * (number(row.get(f"error_{name}")) or 0.0)
    return None if np.isnan(found) else (found, error)


def _strengths(survives: Comparison, given: Mapping[str, Any]) -> Array:
    """What strengths add to the sum that a design must keep below zero, in order."""
    from scipy.stats import qmc

    if not given:
        return np.zeros(1)
    if len(given) == 1:
        u = (np.arange(STRENGTHS)[:, None] + 0.5) / STRENGTHS
    else:
        u = qmc.Sobol(len(given), rng=0).random(STRENGTHS)
    parts = [
        survives.weights[name] * quantiles(strength, column)
        for (name, strength), column in zip(given.items(), u.T, strict=True)
    ]
    return np.sort(np.sum(parts, axis=0))
