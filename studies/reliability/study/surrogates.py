"""Surrogates of what a study's designs have shown, over the factors of a part that scatter.

One for each topology: a pad that is not etched, etched partly, or through, and each choice among
names. Nothing is interpolated between them. Where the etch reaches the dielectric under a mark in
some designs of a part and in others not, there is none: which it is between them is not known.

A part is a sample of its distributions; parts of further points of it are none, but tell as much of
what lies between. A surrogate is fitted with them, and judged by the sample.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studies.plan.comparisons import comparison
from studies.plan.sampling import Sampling, draw, is_levels, values_at
from studies.records.stored_plan import StoredPart, StoredSampling
from studies.reliability.surrogate import choice
from studies.reliability.surrogate.indices import SobolIndices, sobol_indices
from studies.reliability.surrogate.kriging import Kriging
from studies.results.results import Results
from studies.wording.labels import number

Array = NDArray[np.float64]
Cell = tuple[str, int]  # part and number of a case
Values = Mapping[Cell, tuple[float, float]]  # with error bars
DEPTH = "pad_etch.depth_ratio"
SAMPLE = 4096  # points of a part at which its surrogate is asked
MOST_FITTED = 128  # designs of a topology, the first of the part; others of it are held back
FEWEST = 12  # designs of a topology, and twice as many as factors
EXPLAINED = 0.9  # share of the variance of left-out designs from which a surrogate says anything
BROKEN_THROUGH = ("locally full", "the probe broke through")
EASY, HARD = 0.05, 0.95  # quantiles of a factor between which a tornado swings


@dataclass(frozen=True)
class PartSurrogate:
    """What the designs of a part say of a quantity between them.

    Attributes
    ----------
    pieces
        By topology.
    validated
        Of designs of the part left out, one at a time, and of those that it was not fitted to.
    bar
        The largest error bar of a design, further points among them.
    noise_variance
        Mean square of the error bars of the part.
    """

    sampling: StoredSampling
    pieces: Mapping[tuple[float, ...], Kriging]
    validated: choice.Validated
    bar: float
    noise_variance: float

    def predict(self, x: Array) -> tuple[Array, Array]:
        """Mean and standard error (n,) at factors (n, d), names by their number; nan where none."""
        mean, error = np.full(len(x), np.nan), np.full(len(x), np.nan)
        for key, rows in by_topology(self.sampling, x).items():
            if key in self.pieces:
                mean[rows], error[rows] = self.pieces[key].predict(x[rows])
        return mean, error

    def draws(self, x: Array, count: int, rng: np.random.Generator) -> Array:
        """Functions that agree with the designs, (count, n)."""
        found = np.full((count, len(x)), np.nan)
        for key, rows in by_topology(self.sampling, x).items():
            if key in self.pieces:
                found[:, rows] = self.pieces[key].draws(x[rows], count, rng)
        return found

    def inputs(self, u: Array) -> Array:
        """Factors (n, d) of independent uniforms (n, d)."""
        columns = [
            _coded(given, values_at(path, given, column))
            for (path, given), column in zip(self.sampling.ranges.items(), u.T, strict=True)
        ]
        return np.stack(columns, axis=1)

    def sample(self) -> Array:
        """Factors (n, d) of such points."""
        return matrix(self.sampling, sample_points(self.sampling))

    def believing(self, x: Array) -> PartSurrogate:
        """As if factors x (d,) had been solved and what is expected there were found."""
        (key,) = by_topology(self.sampling, x[None, :])
        piece = self.pieces[key]
        sure = piece.with_value(x, float(piece.predict(x[None, :])[0][0]))
        return replace(self, pieces={**self.pieces, key: sure})


@dataclass(frozen=True)
class Swing:
    """A metric where a factor is at its 5 % and at its 95 % quantile, the others at their medians.

    Attributes
    ----------
    low, high
        Mean and standard error, each widened by what leaving out has shown.
    """

    low: tuple[float, float]
    high: tuple[float, float]


@dataclass(frozen=True)
class Sensitivity:
    """What drives a metric in a part, by its surrogate.

    Attributes
    ----------
    factors
        Dotted paths, in the order of ``indices`` and ``swings``.
    unit_error
        Root mean square error of the surrogate at designs left out, in the metric's unit.
    why_not
        Why there are no indices; then these are None and swings are empty.
    """

    part: str
    metric: str
    factors: tuple[str, ...]
    explained: float | None = None
    error: float | None = None
    indices: SobolIndices | None = None
    swings: tuple[Swing, ...] = ()
    why_not: str = ""


def sensitivities(results: Results) -> list[Sensitivity]:
    """Of every metric of a limit state, in every part that scatters."""
    found = []
    for part in results.study.part:
        if part.sampling is None or not part.sampling.scatters:
            continue
        for metric in limit_metrics(results):
            found.append(_sensitivity(results, part, metric))
    return found


def limit_metrics(results: Results) -> list[str]:
    """Metrics of the limit states, each once."""
    names: dict[str, None] = {}
    for limit in results.study.limit:
        said = comparison(f"limit '{limit['name']}'", limit["survives"])
        strengths = limit.get("strengths") or {}
        names |= dict.fromkeys(n for n in said.names if n not in strengths)
    return [name for name in names if name not in results.factors]


def _sensitivity(results: Results, part: StoredPart, metric: str) -> Sensitivity:
    assert part.sampling is not None
    factors = tuple(part.sampling.ranges)
    surrogate = part_surrogate(results, part, metric_values(results, part, metric))
    if isinstance(surrogate, str):
        return Sensitivity(part.name, metric, factors, why_not=surrogate)
    said = surrogate.validated
    if said.explained < EXPLAINED:
        why = f"the surrogate explains {said.explained:.2f} of the variance at designs left out"
        return Sensitivity(part.name, metric, factors, said.explained, said.error, why_not=why)
    why = ""
    if part.sampling.correlations or part.sampling.constraints:
        why = "indices are those of independent factors"
    elif np.isnan(surrogate.predict(surrogate.sample())[0]).any():
        why = "the factors reach a topology that no design has"
    if why:
        return Sensitivity(part.name, metric, factors, said.explained, said.error, why_not=why)
    indices = sobol_indices(
        surrogate, surrogate.inputs, len(factors), surrogate.noise_variance * said.widening**2
    )
    swings = _swings(surrogate)
    return Sensitivity(part.name, metric, factors, said.explained, said.error, indices, swings)


def _swings(surrogate: PartSurrogate) -> tuple[Swing, ...]:
    d = len(surrogate.sampling.ranges)
    ends = np.full((d, 2, d), 0.5)
    for i in range(d):
        ends[i, :, i] = EASY, HARD
    mean, error = surrogate.predict(surrogate.inputs(ends.reshape(-1, d)))
    pairs = list(zip(mean.tolist(), (error * surrogate.validated.widening).tolist(), strict=True))
    return tuple(Swing(pairs[2 * i], pairs[2 * i + 1]) for i in range(d))


def sample_points(sampling: StoredSampling) -> list[dict[str, Any]]:
    """Points at which a part's surrogate is asked, as the part draws them: values by path."""
    more = {"n": SAMPLE, "method": "sobol", "seed": (sampling.seed + 1) % 2**32}
    return list(draw(Sampling(**sampling.to_json() | more), "surrogate"))


def metric_values(results: Results, part: StoredPart, metric: str) -> Values:
    """A metric where it is known, of the cases of a part and of its further points."""
    found: dict[Cell, tuple[float, float]] = {}
    for row in rows_with_further(results, part):
        if (value := number(row.get(metric))) is not None:
            error = number(row.get(f"error_{metric}")) or 0.0
            found[row["part"], row["case"]] = (value, error)
    return found


def rows_with_further(results: Results, part: StoredPart) -> list[dict[str, Any]]:
    """Rows of the table of a part, and of the parts that are further points of it."""
    names = results.study.with_further(part.name)
    return [row for row in results.table.to_dict(orient="records") if row["part"] in names]


def fewest(factors: int) -> int:
    """Solved designs of a topology that a surrogate needs."""
    return max(FEWEST, 2 * factors + 2)


def part_surrogate(
    results: Results, part: StoredPart, values: Values, partly: bool = False
) -> PartSurrogate | str:
    """The surrogate of values of cases of a part and of its further points, or why there is none.

    A topology that has too few designs, all of them further points, is left out.

    Parameters
    ----------
    values
        With their error bars, as :func:`metric_values` has those of a metric.
    partly
        Whether topologies with too few of the part's own designs are left out too, and do not
        refuse the whole.
    """
    assert part.sampling is not None
    names = results.study.with_further(part.name)
    mine = [c for c in results.plan.cases if c.part in names and (c.part, c.number) in values]
    cases = sorted(mine, key=lambda case: case.part != part.name)  # the sample first
    if not cases:
        return "no solved design has it"
    x = matrix(part.sampling, [case.factors for case in cases])
    y, bars = np.array([values[case.part, case.number] for case in cases]).T
    drawn = np.array([case.part == part.name for case in cases])
    through = np.array([_broken_through(results, case.key) for case in cases])
    needed = fewest(x.shape[1])
    kept = {
        key: rows
        for key, rows in by_topology(part.sampling, x).items()
        if len(rows) >= needed or (drawn[rows].any() and not partly)
    }
    if not kept:
        return f"no topology has {needed} solved designs"
    pieces: dict[tuple[float, ...], Kriging] = {}
    unknown: list[tuple[Array, Array, Array]] = []
    for key, rows in kept.items():
        if 0 < through[rows].sum() < len(rows):
            return "the etch reaches the dielectric under the mark in some designs only"
        if len(rows) < needed:
            return f"a topology has {len(rows)} solved designs, fewer than {needed}"
        sample, further = rows[drawn[rows]], rows[~drawn[rows]]
        fitted = np.concatenate([sample[:MOST_FITTED], further])
        rest = sample[MOST_FITTED:]
        piece = pieces[key] = choice.best(x[fitted], y[fitted], bars[fitted])
        mean, error = piece.predict(x[rest])
        known = slice(len(sample[:MOST_FITTED]))
        left = piece.left_out()
        unknown.append((piece.y[known], left[0][known], left[1][known]))
        unknown.append((y[rest], mean, np.hypot(error, bars[rest])))
    tried = [np.concatenate(each) for each in zip(*unknown, strict=True)]
    if not len(tried[0]):
        return "no design of the part's own is solved"
    used = np.concatenate(list(kept.values()))
    noise = float((bars[used][drawn[used]] ** 2).mean())
    bar = float(bars[used].max())
    return PartSurrogate(part.sampling, pieces, choice.validated(*tried), bar, noise)


def _broken_through(results: Results, key: str | None) -> bool:
    record = results.records.get(key or "")
    notes = record.result.flags.get("notes", ()) if record and record.result else ()
    return any(str(note).startswith(BROKEN_THROUGH) for note in notes)


def matrix(sampling: StoredSampling, points: Sequence[Mapping[str, Any]]) -> Array:
    """Factors (n, d) of points, names by their number among the levels."""
    columns = [
        _coded(given, [point[path] for point in points]) for path, given in sampling.ranges.items()
    ]
    return np.stack(columns, axis=1)


def _coded(given: Any, values: Sequence[Any]) -> Array:
    """Numbers as they are, names by their number among the levels."""
    if is_named(given):
        return np.array([float(given["levels"].index(value)) for value in values])
    return np.asarray(values, dtype=float)


def is_named(given: Any) -> bool:
    """Whether a factor takes one of some names."""
    return is_levels(given) and any(number(level) is None for level in given["levels"])


def by_topology(sampling: StoredSampling, x: Array) -> dict[tuple[float, ...], NDArray[np.intp]]:
    """Rows of factors (n, d) by topology: names, and whether a pad is etched at all or through."""
    keys = np.zeros_like(x)
    for k, (path, given) in enumerate(sampling.ranges.items()):
        if is_named(given):
            keys[:, k] = x[:, k]
        elif path == DEPTH:
            keys[:, k] = np.where(x[:, k] <= 0, 0.0, np.where(x[:, k] >= 1, 1.0, 0.5))
    found: dict[tuple[float, ...], list[int]] = {}
    for row, key in enumerate(map(tuple, keys.tolist())):
        found.setdefault(key, []).append(row)
    return {key: np.array(rows) for key, rows in found.items()}
