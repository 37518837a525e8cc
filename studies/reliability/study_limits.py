"""Probabilities that the designs of a finished study fail, and differences between its parts.

A part whose factors scatter is a sample of what a line makes; each of its designs fails a limit
state with a probability p_i, that its strengths are too low: 0 or 1 without strengths. The mean of
p_i is the probability of failure. Its interval holds three things: the sample, as if as many
designs had failed (of a balanced sequence the mean scatters less); the error bars of metrics, once
all in favour of survival and once all against it; and designs that could not be solved, once
surviving and once failed. Designs that are impossible are no part of what a line makes.

Parts that draw the same points of the same factors are compared design by design: what fails in
both cancels (common random numbers), and only designs that fail in one of them make the difference
uncertain.

Where all designs are possible and solved, and a surrogate of the limit state's sum says left-out
designs well, it is asked at many more points of the same part; its interval, from all sums low by
their error to all high, bar included, narrows that of the counted designs. Further points of the
part count for the surrogate alone: nothing has drawn them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from fem_bump.errors import InputError
from studies.plan.comparisons import comparison
from studies.records.record import Json
from studies.records.stored_plan import StoredPart
from studies.reliability import intervals
from studies.reliability.limit_surrogates import fails, limit_surrogate, strengths_of, total
from studies.results.results import Results

Array = NDArray[np.float64]


@dataclass(frozen=True)
class LimitProbability:
    """How probable it is that a design of a part fails a limit state.

    Attributes
    ----------
    designs
        How many of the part are possible.
    unsolved
        Of these, how many have no number for the limit state.
    impossible
        How many points of the part are no possible design.
    counted
        The interval that the designs leave without a surrogate; ``interval`` where there is none.
    """

    part: str
    limit: str
    probability: float
    interval: tuple[float, float]
    designs: int
    unsolved: int
    impossible: int
    counted: tuple[float, float]


@dataclass(frozen=True)
class Difference:
    """A part's probability of failure minus another's, for designs drawn alike.

    Attributes
    ----------
    interval
        From the pairs of designs, counted.
    apart
        What the two intervals leave without the pairs.
    """

    limit: str
    part: str
    other: str
    difference: float
    interval: tuple[float, float]
    apart: tuple[float, float]


@dataclass(frozen=True)
class _Failing:
    """Probabilities that each row of a part fails, (n, 3): lowest, estimate, highest.

    ``possible`` and ``solved`` say which rows are designs, and which of them have a number.
    """

    each: Array
    possible: NDArray[np.bool_]
    solved: NDArray[np.bool_]


def limit_probabilities(
    results: Results,
) -> tuple[list[LimitProbability], list[Difference]]:
    """Of every part with distributions and every limit state, and of parts that draw alike.

    Raises
    ------
    InputError
        When the study has no limit states, or no part that scatters.
    """
    study = results.study
    parts = [part for part in study.part if part.sampling and part.sampling.scatters]
    if not study.limit:
        raise InputError(f"study '{study.name}' has no [[limit]]: when does a design survive?")
    if not parts:
        raise InputError(
            f"study '{study.name}' has no part with a distribution in [part.sampling.ranges]: "
            "without scatter there is no probability"
        )
    found: list[LimitProbability] = []
    differences: list[Difference] = []
    for limit in study.limit:
        failing = {part.name: _failing(results, part.name, limit) for part in parts}
        these = {
            part.name: _narrowed(
                results, part, limit, _probability(part.name, limit["name"], failing[part.name])
            )
            for part in parts
        }
        found += these.values()
        for a, b in combinations(parts, 2):
            if _draw_alike(a, b):
                differences.append(
                    _difference(these[b.name], these[a.name], failing[b.name], failing[a.name])
                )
    return found, differences


def _draw_alike(a: StoredPart, b: StoredPart) -> bool:
    """Whether cases of the same number come from the same point of the sequence."""
    one, other = a.sampling, b.sampling
    if one is None or other is None or one.constraints or other.constraints:
        return one == other
    same = ("method", "n", "seed", "correlations")
    return all(getattr(one, name) == getattr(other, name) for name in same) and list(
        one.ranges
    ) == list(other.ranges)


def _failing(results: Results, part: str, limit: Json) -> _Failing:
    survives = comparison(f"limit '{limit['name']}'", limit["survives"])
    rows = [row for row in results.table.to_dict(orient="records") if row["part"] == part]
    strengths = strengths_of(survives, limit.get("strengths") or {})
    each, solved = np.full((len(rows), 3), np.nan), np.zeros(len(rows), dtype=bool)
    for k, row in enumerate(rows):
        if (sums := total(survives, limit, row)) is not None:
            ends = np.array([sums[0] - sums[1], sums[0], sums[0] + sums[1]])
            each[k] = fails(survives, strengths, ends)
            solved[k] = True
    possible = np.array([row["status"] != "invalid" for row in rows])
    return _Failing(each, possible, solved & possible)


def _probability(part: str, limit: str, failing: _Failing) -> LimitProbability:
    count, known = int(failing.possible.sum()), failing.each[failing.solved]
    unsolved = count - len(known)
    low, middle, high = known.sum(axis=0) if len(known) else np.zeros(3)
    interval = (0.0, 1.0)
    if count:
        interval = (
            intervals.of_counts(float(low), 0, count)[0],
            intervals.of_counts(float(high), unsolved, count)[1],
        )
    return LimitProbability(
        part,
        limit,
        float(middle) / len(known) if len(known) else 0.0,
        interval,
        count,
        unsolved,
        len(failing.possible) - count,
        interval,
    )


def _narrowed(
    results: Results, part: StoredPart, limit: Json, found: LimitProbability
) -> LimitProbability:
    """With what a surrogate knows beyond the counted designs, where its error allows."""
    if found.unsolved or found.impossible or not found.designs:
        return found
    known = limit_surrogate(results, part, limit)
    if isinstance(known, str) or not known.says_something:
        return found
    low, middle, high = known.ends(known.surrogate.bar)
    count = len(low)
    least = max(intervals.of_counts(float(low.sum()), 0, count)[0], found.counted[0])
    most = min(intervals.of_counts(float(high.sum()), 0, count)[1], found.counted[1])
    if least >= most:
        return found
    probability = float(np.clip(np.nanmean(middle), least, most))
    return replace(found, probability=probability, interval=(least, most))


def _difference(
    one: LimitProbability, other: LimitProbability, mine: _Failing, theirs: _Failing
) -> Difference:
    both = mine.possible & theirs.possible
    count = int(both.sum())
    solved = (mine.solved & theirs.solved)[both]
    apart = (one.counted[0] - other.counted[1], one.counted[1] - other.counted[0])
    if not count:
        return Difference(one.limit, one.part, other.part, 0.0, (-1.0, 1.0), apart)
    a, b = mine.each[both], theirs.each[both]
    lowest = np.where(solved, a[:, 0] - b[:, 2], -1.0)
    highest = np.where(solved, a[:, 2] - b[:, 0], 1.0)
    middle = (a[:, 1] - b[:, 1])[solved]
    interval = (_mean_ends(lowest, count)[0], _mean_ends(highest, count)[1])
    difference = float(middle.mean()) if len(middle) else 0.0
    return Difference(one.limit, one.part, other.part, difference, interval, apart)


def _mean_ends(differences: Sequence[float] | Array, count: int) -> tuple[float, float]:
    """Ends of the mean of differences: those upwards and those downwards have an interval each."""
    values = np.asarray(differences)
    up = intervals.of_counts(float(np.maximum(values, 0).sum()), 0, count)
    down = intervals.of_counts(float(np.maximum(-values, 0).sum()), 0, count)
    return up[0] - down[1], up[1] - down[0]
