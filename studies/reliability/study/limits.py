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
their error to all high, bar included, narrows that of the counted designs. Where none says them
well, the scatter of the designs does, as far as a limit is away from it. Further points of the
part count for the surrogate alone: nothing has drawn them.

A limit is often the least known number of all. Moved up and down, with the same designs, it shows
which probabilities hang on it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fem_bump.errors import InputError
from studies.records.record import Json
from studies.records.stored_plan import StoredPart
from studies.reliability import intervals
from studies.reliability.study import own_scatter
from studies.reliability.study.limit_surrogates import Bound, sum_surrogate, survives_of, total
from studies.results.lives.immortal import never_comes
from studies.results.results import Results
from studies.wording.labels import listing, number

Array = NDArray[np.float64]
SHARES = tuple(k / 20 for k in range(8, 41))  # of a limit as it is stated, to which it is moved


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
        What the pairs and the intervals of the two probabilities leave together.
    pairs
        From the pairs of designs, counted.
    apart
        What the two counted intervals leave without the pairs.
    """

    limit: str
    part: str
    other: str
    difference: float
    interval: tuple[float, float]
    pairs: tuple[float, float]
    apart: tuple[float, float]


@dataclass(frozen=True)
class MovedLimit:
    """How probable failure is where a limit is another one.

    Attributes
    ----------
    shares
        Of what the study states: of all its strengths together, or of its number where it has none.
    found
        One for each share, by part.
    """

    limit: str
    shares: tuple[float, ...]
    found: Mapping[str, tuple[LimitProbability, ...]]


@dataclass(frozen=True)
class _Sums:
    """What the rows of a part say of a limit state, without its number and its strengths.

    Attributes
    ----------
    totals
        Sum and error, (n, 2); nan where a row lacks a number.
    possible
        Which rows are designs.
    """

    totals: Array
    possible: NDArray[np.bool_]


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
    parts = _scattering(results)
    found: list[LimitProbability] = []
    differences: list[Difference] = []
    for limit in results.study.limit:
        bound = Bound.of(limit)
        failing = {part.name: _failing(_sums(results, part, limit), bound) for part in parts}
        these = {
            part.name: _judged(results, part, limit, bound, failing[part.name]) for part in parts
        }
        found += these.values()
        for a, b in combinations(parts, 2):
            if _draw_alike(a, b):
                differences.append(
                    _difference(these[b.name], these[a.name], failing[b.name], failing[a.name])
                )
    return found, differences


def moved_limits(results: Results, shares: Sequence[float] = SHARES) -> list[MovedLimit]:
    """Probabilities of failure with limits moved to shares of what the study states.

    Raises
    ------
    InputError
        As `limit_probabilities` does.
    """
    parts = _scattering(results)
    found = []
    for limit in results.study.limit:
        sums = {part.name: _sums(results, part, limit) for part in parts}
        moved: dict[str, list[LimitProbability]] = {part.name: [] for part in parts}
        for bound in (Bound.of(limit, share) for share in shares):
            for part in parts:
                failing = _failing(sums[part.name], bound)
                moved[part.name].append(_judged(results, part, limit, bound, failing))
        by_part = {name: tuple(each) for name, each in moved.items()}
        found.append(MovedLimit(limit["name"], tuple(shares), by_part))
    return found


def _scattering(results: Results) -> list[StoredPart]:
    """Parts that have a probability."""
    study = results.study
    parts = [part for part in study.part if part.sampling and part.sampling.scatters]
    if not study.limit:
        raise InputError(f"study '{study.name}' has no [[limit]]: when does a design survive?")
    if not parts:
        raise InputError(
            f"study '{study.name}' has no part with a distribution in [part.sampling.ranges]: "
            "without scatter there is no probability"
        )
    for limit in study.limit:
        _refuse_unknown(results, limit, [part.name for part in parts])
    return parts


def _refuse_unknown(results: Results, limit: Json, parts: Collection[str]) -> None:
    """A limit state that names a column in which no design of the parts has a number."""
    rows = [row for row in results.table.to_dict(orient="records") if row["part"] in parts]
    if not any(row["status"] == "solved" for row in rows):
        return
    for name in survives_of(limit).names:
        known = name in (limit.get("strengths") or {}) or name in results.factors
        if not known and all(
            number(row.get(name)) is None and not never_comes(results, row, name) for row in rows
        ):
            raise InputError(
                f"limit '{limit['name']}' names '{name}', which no solved design of "
                f"{listing(parts)} has"
            )


def _draw_alike(a: StoredPart, b: StoredPart) -> bool:
    """Whether cases of the same number come from the same point of the sequence."""
    one, other = a.sampling, b.sampling
    if one is None or other is None or one.constraints or other.constraints:
        return one == other
    same = ("method", "n", "seed", "correlations")
    return all(getattr(one, name) == getattr(other, name) for name in same) and list(
        one.ranges
    ) == list(other.ranges)


def _rows(results: Results, part: StoredPart) -> list[dict[str, Any]]:
    return results.table[results.table.part == part.name].to_dict(orient="records")


def _sums(results: Results, part: StoredPart, limit: Json) -> _Sums:
    survives, rows = survives_of(limit), _rows(results, part)
    totals = np.array([total(results, survives, limit, row) or (np.nan, np.nan) for row in rows])
    return _Sums(totals.reshape(-1, 2), np.array([row["status"] != "invalid" for row in rows]))


def _failing(sums: _Sums, bound: Bound) -> _Failing:
    middle, error = sums.totals.T
    solved = ~np.isnan(middle)
    each = np.full((len(middle), 3), np.nan)
    ends = np.stack([middle - error, middle, middle + error], axis=1)
    each[solved] = bound.fails(ends[solved])
    return _Failing(each, sums.possible, solved & sums.possible)


def _counted(part: str, limit: str, failing: _Failing) -> LimitProbability:
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


def _judged(
    results: Results, part: StoredPart, limit: Json, bound: Bound, failing: _Failing
) -> LimitProbability:
    """Counted, and narrowed by what is known beyond the designs."""
    found = _counted(part.name, limit["name"], failing)
    if found.unsolved or found.impossible or not found.designs:
        return found
    known = sum_surrogate(results, part, limit)
    if isinstance(known, str):
        return found
    if known.says_something:
        low, middle, high = known.ends(bound, known.surrogate.bar)
        estimate, count = float(np.nanmean(middle)), len(low)
        least = intervals.of_counts(float(low.sum()), 0, count)[0]
        most = intervals.of_counts(float(high.sum()), 0, count)[1]
    else:
        estimate = found.probability
        least, most = own_scatter.interval(results, part, known, bound)
    least, most = max(least, found.counted[0]), min(most, found.counted[1])
    if least >= most:
        return found
    probability = float(np.clip(estimate, least, most))
    return replace(found, probability=probability, interval=(least, most))


def _difference(
    one: LimitProbability, other: LimitProbability, mine: _Failing, theirs: _Failing
) -> Difference:
    both = mine.possible & theirs.possible
    count = int(both.sum())
    solved = (mine.solved & theirs.solved)[both]
    apart = (one.counted[0] - other.counted[1], one.counted[1] - other.counted[0])
    if not count:
        return Difference(one.limit, one.part, other.part, 0.0, (-1.0, 1.0), (-1.0, 1.0), apart)
    a, b = mine.each[both], theirs.each[both]
    lowest = np.where(solved, a[:, 0] - b[:, 2], -1.0)
    highest = np.where(solved, a[:, 2] - b[:, 0], 1.0)
    middle = (a[:, 1] - b[:, 1])[solved]
    pairs = (_mean_ends(lowest, count)[0], _mean_ends(highest, count)[1])
    low = max(pairs[0], one.interval[0] - other.interval[1])
    high = min(pairs[1], one.interval[1] - other.interval[0])
    interval = (low, high) if low < high else pairs
    difference = float(np.clip(middle.mean() if len(middle) else 0.0, *interval))
    return Difference(one.limit, one.part, other.part, difference, interval, pairs, apart)


def _mean_ends(differences: Sequence[float] | Array, count: int) -> tuple[float, float]:
    """Ends of the mean of differences: those upwards and those downwards have an interval each."""
    values = np.asarray(differences)
    up = intervals.of_counts(float(np.maximum(values, 0).sum()), 0, count)
    down = intervals.of_counts(float(np.maximum(-values, 0).sum()), 0, count)
    return up[0] - down[1], up[1] - down[0]
