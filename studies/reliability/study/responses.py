"""How a metric follows each factor of a part, and how well designs say those that come after them.

A response slice is the surrogate's metric where one factor runs through its distribution and the
others stay at their medians, with a band of two standard errors, widened by what leaving out shows.

Held back is the second half of a part's designs: a surrogate of the first half, the plan before it
was doubled, predicts what doubling it has solved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studies.records.stored_plan import StoredPart
from studies.reliability.study.surrogates import (
    EXPLAINED,
    is_named,
    limit_metrics,
    matrix,
    metric_values,
    part_surrogate,
)
from studies.reliability.surrogate import choice
from studies.results.results import Results

Array = NDArray[np.float64]
QUANTILES = np.linspace(0.01, 0.99, 41)
BAND = 2  # standard errors


@dataclass(frozen=True)
class Slice:
    """A metric along one factor, others at their medians.

    Attributes
    ----------
    x
        Values of the factor, rising, (m,).
    mean, band
        The surrogate's metric there and the half-width of its band, (m,).
    """

    x: Array
    mean: Array
    band: Array


@dataclass(frozen=True)
class Response:
    """Slices of a metric in a part, by dotted path of the factors of numbers that vary there."""

    part: str
    metric: str
    slices: Mapping[str, Slice]


@dataclass(frozen=True)
class HeldBack:
    """What a surrogate of the first half of a part's designs says of its second half.

    Attributes
    ----------
    fitted
        How many designs it knows.
    solved, bars
        The metric as solved at those that it does not, and its error bars, (n,).
    predicted, error
        As the surrogate says it, with its standard error, widened by what leaving out shows, (n,).
    explained
        Share of the variance of the solved values.
    """

    part: str
    metric: str
    fitted: int
    solved: Array
    bars: Array
    predicted: Array
    error: Array
    explained: float

    @property
    def within(self) -> float:
        """Share of designs within two errors of both: bar and standard error."""
        off = np.abs(self.solved - self.predicted)
        return float((off <= BAND * np.hypot(self.error, self.bars)).mean())


def responses(results: Results) -> list[Response]:
    """Of every metric of a limit state, in every part whose surrogate says left-out designs well.

    Found once for each results: figures and sentences ask for them.
    """
    if "responses" not in results.known:
        results.known["responses"] = list(_responses(results))
    found: list[Response] = results.known["responses"]
    return found


def _responses(results: Results) -> Iterator[Response]:
    for part, metric in _asked(results):
        assert part.sampling is not None
        surrogate = part_surrogate(results, part, metric_values(results, part, metric))
        if isinstance(surrogate, str) or surrogate.validated.explained < EXPLAINED:
            continue
        slices = {}
        for k, (path, given) in enumerate(part.sampling.ranges.items()):
            u = np.full((len(QUANTILES), len(part.sampling.ranges)), 0.5)
            u[:, k] = QUANTILES
            x = surrogate.inputs(u)
            if is_named(given) or np.ptp(x[:, k]) == 0:
                continue
            mean, error = surrogate.predict(x)
            slices[path] = Slice(x[:, k], mean, BAND * surrogate.validated.widening * error)
        yield Response(part.name, metric, slices)


def held_back(results: Results) -> list[HeldBack]:
    """Of every metric of a limit state, in every part of which half are enough for a surrogate."""
    found = []
    for part, metric in _asked(results):
        assert part.sampling is not None
        own = [case for case in results.plan.cases if case.part == part.name]
        values = metric_values(results, part, metric)
        half = {case.number for case in own[: len(own) // 2]}
        known = {cell: value for cell, value in values.items()
                 if cell[0] == part.name and cell[1] in half}  # fmt: skip
        later = [case for case in own
                 if case.number not in half and (part.name, case.number) in values]  # fmt: skip
        surrogate = part_surrogate(results, part, known)
        if isinstance(surrogate, str) or not later:
            continue
        mean, error = surrogate.predict(matrix(part.sampling, [case.factors for case in later]))
        solved, bars = np.array([values[part.name, case.number] for case in later]).T
        seen = ~np.isnan(mean)
        if seen.any():
            solved, bars, mean, error = (each[seen] for each in (solved, bars, mean, error))
            said = choice.validated(solved, mean, np.hypot(error, bars))
            widened = surrogate.validated.widening * error
            found.append(
                HeldBack(part.name, metric, len(known), solved, bars, mean, widened, said.explained)
            )
    return found


def _asked(results: Results) -> Iterator[tuple[StoredPart, str]]:
    for metric in limit_metrics(results):
        for part in results.study.part:
            if part.sampling is not None and part.sampling.scatters:
                yield part, metric
