"""Sampling plans: how factors scatter, and the cases that a sequence of points draws from them.

A sequence of uniforms u in the unit cube, with a seed that is stored. The first n points of a Sobol
sequence are the same however many are drawn, so that a plan that grows keeps its cases. Correlated
factors take z = L q(u), q the standard normal's quantile and L L^T their correlation (a normal
copula); each factor is the quantile of its own distribution. Points that a constraint rules out are
passed over; the sequence goes on.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from fem_bump.errors import InputError, is_number
from geometry.design.sentences import shown
from studies.plan.comparisons import comparison
from studies.plan.flat_paths import flat_paths

Array = NDArray[np.float64]
MOST_DRAWN = (
    64  # points of the sequence for each that is asked for, where constraints rule some out
)
FULL_DEPTH = {"pad_etch.depth_ratio": 1.0}  # an etch that lasts longer ends there: over-etch
KEYS = {
    "uniform": (("lowest", "highest"), ()),
    "normal": (("mean", "sd"), ("lowest", "highest")),
    "lognormal": (("mean", "sd"), ("lowest", "highest")),
    "levels": (("levels",), ("shares",)),
}


class Correlation(BaseModel):
    """How two factors go together: the correlation of their normal scores."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    between: Annotated[list[str], Field(min_length=2, max_length=2)]
    value: Annotated[float, Field(strict=True, gt=-1, lt=1)]


class Sampling(BaseModel):
    """Cases by chance: what each factor's range or distribution is, by dotted path."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    method: Literal["sobol", "lhs"] = "sobol"
    n: Annotated[int, Field(strict=True, ge=1, le=100_000)]
    seed: Annotated[int, Field(strict=True, ge=0, le=2**32 - 1)] = 0
    ranges: Annotated[dict[str, Any], Field(min_length=1)]
    correlations: list[Correlation] = []
    constraints: list[str] = []

    @model_validator(mode="after")
    def _sobol_needs_a_power_of_two(self) -> Sampling:
        if self.method == "sobol" and self.n & (self.n - 1):
            raise ValueError(f"a sobol plan is balanced only for n = 2, 4, 8, ..., not {self.n}")
        return self

    @property
    def scatters(self) -> bool:
        """Whether any factor has a distribution, and is not merely spread over a range."""
        return any(isinstance(given, Mapping) for given in self.ranges.values())


def checked_sampling(where: str, sampling: Sampling) -> Sampling:
    """A plan whose paths name parameters, with its distributions, correlations and constraints.

    Raises
    ------
    InputError
        For any mistake in it.
    """
    ranges = flat_paths(sampling.ranges, f"{where}: sampling range", through=True)
    for path, given in ranges.items():
        check_range(f"{where}: sampling range '{path}'", given)
    checked = sampling.model_copy(update={"ranges": ranges})
    for correlation in sampling.correlations:
        for path in correlation.between:
            _numeric(where, "correlation", path, ranges)
        if correlation.between[0] == correlation.between[1]:
            raise InputError(f"{where}: correlation of '{correlation.between[0]}' with itself")
    if sampling.correlations and np.linalg.eigvalsh(_correlations(checked)).min() <= 1e-9:
        raise InputError(
            f"{where}: correlations contradict each other: no factors can have them all"
        )
    for text in sampling.constraints:
        for path in comparison(f"{where}: constraint '{text}'", text).names:
            _numeric(where, f"constraint '{text}'", path, ranges)
    return checked


def _numeric(where: str, what: str, path: str, ranges: Mapping[str, Any]) -> None:
    if path not in ranges or is_levels(ranges[path]):
        numbers = [each for each in ranges if not is_levels(ranges[each])]
        raise InputError(
            f"{where}: {what} names '{path}', which is no factor of numbers of this sampling, as "
            f"{' and '.join(numbers) or 'none'} would be"
        )


def is_levels(given: Any) -> bool:
    """Whether a factor takes one of some levels."""
    return isinstance(given, Mapping) and given.get("distribution") == "levels"


def check_range(where: str, given: Any) -> None:
    """Refuse what is neither a range nor a distribution.

    Raises
    ------
    InputError
        With what it lacks.
    """
    if not isinstance(given, Mapping):
        ok = isinstance(given, list) and len(given) == 2
        if not ok or not all(type(end) in (int, float) for end in given) or given[0] >= given[1]:
            raise InputError(
                f"{where} = {shown(given)} must be [lowest, highest] or a table with a distribution"
            )
        return
    kind = given.get("distribution")
    if kind not in KEYS:
        raise InputError(f"{where}: distribution = {shown(kind)} must be one of {', '.join(KEYS)}")
    needed, allowed = KEYS[kind]
    for key in needed:
        if key not in given:
            raise InputError(f"{where}: a {kind} distribution needs {key}")
    if more := sorted(set(given) - {"distribution", *needed, *allowed}):
        raise InputError(
            f"{where}: {more[0]} is no key of a {kind} distribution; it has "
            f"{', '.join((*needed, *allowed))}"
        )
    if kind == "levels":
        _check_levels(where, given)
        return
    for key in (*needed, *allowed):
        if key in given and not (is_number(given[key]) and math.isfinite(given[key])):
            raise InputError(f"{where}: {key} = {shown(given[key])} must be a finite number")
    lowest, highest = _ends(given)
    if lowest >= highest:
        raise InputError(f"{where}: lowest = {lowest:g} must be below highest = {highest:g}")
    if given.get("sd", 1) <= 0:
        raise InputError(f"{where}: sd = {given['sd']:g} must be positive")
    if kind == "lognormal" and given["mean"] <= 0:
        raise InputError(f"{where}: mean = {given['mean']:g} of a lognormal must be positive")
    if kind != "uniform" and np.ptp(_tails(given)) < 1e-6:
        raise InputError(f"{where}: nothing of it lies between {lowest:g} and {highest:g}")


def _check_levels(where: str, given: Mapping[str, Any]) -> None:
    levels = given["levels"]
    if not isinstance(levels, list) or not levels:
        raise InputError(f"{where}: levels = {shown(levels)} must be a list of one or more")
    shares = given.get("shares", [1] * len(levels))
    if not isinstance(shares, list) or len(shares) != len(levels):
        raise InputError(f"{where}: shares = {shown(shares)} must be a list of {len(levels)}")
    if not all(is_number(share) and 0 < share < math.inf for share in shares):
        raise InputError(f"{where}: shares = {shown(shares)} must be positive numbers")


# ---------------------------------------------------------------------------------- drawing


def draw(sampling: Sampling, where: str) -> Iterator[dict[str, Any]]:
    """The cases of a plan, values by dotted path.

    Raises
    ------
    InputError
        When constraints leave too few points.
    """
    constraints = [comparison(where, text) for text in sampling.constraints]
    points = (point for block in _blocks(sampling) for point in block)
    allowed = (point for point in points if all(each.holds(point) for each in constraints))
    drawn = list(islice(allowed, sampling.n))
    if len(drawn) < sampling.n:
        raise InputError(
            f"{where}: constraints leave {len(drawn)} of {MOST_DRAWN * sampling.n} points, fewer "
            f"than n = {sampling.n}"
        )
    yield from drawn


def _blocks(sampling: Sampling) -> Iterator[list[dict[str, Any]]]:
    """Points of the sequence, as many at a time as the plan asks for."""
    from scipy.special import ndtr, ndtri
    from scipy.stats import qmc

    kind = {"sobol": qmc.Sobol, "lhs": qmc.LatinHypercube}[sampling.method]
    sequence = kind(d=len(sampling.ranges), rng=sampling.seed)
    lower = np.linalg.cholesky(_correlations(sampling)) if sampling.correlations else None
    for _ in range(MOST_DRAWN if sampling.constraints else 1):
        u = sequence.random(sampling.n)
        if lower is not None:
            u = ndtr(ndtri(np.clip(u, 1e-12, 1 - 1e-12)) @ lower.T)
        columns = [
            values_at(path, given, part)
            for (path, given), part in zip(sampling.ranges.items(), u.T, strict=True)
        ]
        rows = zip(*columns, strict=True)
        yield [dict(zip(sampling.ranges, row, strict=True)) for row in rows]


def _correlations(sampling: Sampling) -> Array:
    paths = list(sampling.ranges)
    matrix = np.eye(len(paths))
    for correlation in sampling.correlations:
        i, j = (paths.index(path) for path in correlation.between)
        matrix[i, j] = matrix[j, i] = correlation.value
    return matrix


def values_at(path: str, given: Any, u: Array) -> Sequence[Any]:
    """Quantiles of a factor, six digits: enough for a fab, and the same text on every platform."""
    if is_levels(given):
        levels = given["levels"]
        shares = np.cumsum(given.get("shares", [1] * len(levels)))
        return [levels[k] for k in np.searchsorted(shares[:-1] / shares[-1], u, side="right")]
    most = FULL_DEPTH.get(path, math.inf)
    return [min(float(f"{x:.6g}"), most) for x in quantiles(given, u).tolist()]


def quantiles(given: Any, u: Array) -> Array:
    """Values of a range or distribution of numbers below which shares ``u`` of it lie."""
    from scipy.special import ndtri

    if not isinstance(given, Mapping) or given["distribution"] == "uniform":
        lowest, highest = _ends(given) if isinstance(given, Mapping) else given
        return u * (highest - lowest) + lowest
    below, until = _tails(given)
    z = ndtri(np.clip(below + u * (until - below), 1e-12, 1 - 1e-12))
    mean, sd = _normal(given)
    x = mean + sd * z
    return np.exp(x) if given["distribution"] == "lognormal" else x


def _normal(given: Mapping[str, Any]) -> tuple[float, float]:
    """Mean and deviation of what is normal: the value, or its logarithm."""
    if given["distribution"] == "normal":
        return given["mean"], given["sd"]
    variance = math.log1p((given["sd"] / given["mean"]) ** 2)
    return math.log(given["mean"]) - variance / 2, math.sqrt(variance)


def _ends(given: Mapping[str, Any]) -> tuple[float, float]:
    return given.get("lowest", -math.inf), given.get("highest", math.inf)


def _tails(given: Mapping[str, Any]) -> Array:
    """Probabilities below the lowest and below the highest value of a normal or lognormal, (2,)."""
    from scipy.special import ndtr

    mean, sd = _normal(given)
    ends = np.array(_ends(given))
    if given["distribution"] == "lognormal":
        ends = np.log(np.maximum(ends, 1e-300))
    return ndtr((ends - mean) / sd)
