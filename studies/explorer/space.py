"""The factors of a part as something to move: ranges of numbers, choices among levels."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from fem_bump.errors import InputError
from geometry.design.sentences import shown
from studies.plan.sampling import FULL_DEPTH, is_levels, quantiles
from studies.records.stored_plan import StoredCase, StoredPart, StoredSampling
from studies.results.results import Results
from studies.wording.labels import factor_text, factor_title, number, with_unit
from studies.wording.labels import level as level_text

TAIL = 1e-3  # quantiles of a distribution between which its slider runs, and 1 less that
STEPS = 200  # of a slider


@dataclass(frozen=True)
class Factor:
    """One that a part varies.

    Attributes
    ----------
    path
        Dotted.
    low, high
        Range of a number.
    levels
        Those of a choice; empty where it is a number.
    """

    path: str
    low: float = 0.0
    high: float = 0.0
    levels: Sequence[Any] = ()

    @property
    def title(self) -> str:
        return factor_title(self.path)

    @property
    def step(self) -> float:
        """A round step of its slider."""
        raw = (self.high - self.low) / STEPS
        power = 10.0 ** math.floor(math.log10(raw))
        return float(f"{next(m for m in (1, 2, 5, 10) if m * power >= 0.999 * raw) * power:.3g}")

    @property
    def widest(self) -> tuple[float, float]:
        """How far its slider runs where extrapolation is allowed."""
        room = (self.high - self.low) / 4
        low, high = self.low - room, self.high + room
        if self.low >= 0:
            low = max(low, 0.0)
        return low, min(high, FULL_DEPTH.get(self.path, math.inf))

    def checked(self, value: Any) -> Any:
        """A value of it.

        Raises
        ------
        InputError
            For anything else.
        """
        if self.levels:
            for level in self.levels:
                # a page writes 1.0 as 1; yes and no are no numbers
                if level == value and isinstance(level, bool) == isinstance(value, bool):
                    return level
            raise InputError(
                f"{self.path} = {shown(value)} must be one of {', '.join(map(shown, self.levels))}"
            )
        found = number(value)
        if found is None:
            raise InputError(f"{self.path} = {shown(value)} must be a finite number")
        return float(f"{found:.6g}")

    def level_text(self, value: Any) -> str:
        """A level as it is written: ``0.8 µm``."""
        return with_unit(self.path, level_text(value))

    def text(self, value: Any) -> str:
        """It at a level: ``pad thickness 0.8 µm``."""
        return factor_text(self.path, value)


@dataclass(frozen=True)
class Space:
    """What may be explored of a part.

    Attributes
    ----------
    part
        The part; of a grid with a sampling that says its factors.
    factors
        Those that vary.
    fixed
        Values of those that have one level only.
    """

    part: StoredPart
    factors: tuple[Factor, ...]
    fixed: Mapping[str, Any]

    @property
    def sampling(self) -> StoredSampling:
        assert self.part.sampling is not None
        return self.part.sampling

    def checked(self, point: Any) -> dict[str, Any]:
        """A point with a value of each factor that varies.

        Raises
        ------
        InputError
            For anything else.
        """
        paths = [factor.path for factor in self.factors]
        if not isinstance(point, Mapping) or set(point) != set(paths):
            raise InputError(f"a point must give {', '.join(paths)} and nothing else")
        return {factor.path: factor.checked(point[factor.path]) for factor in self.factors}


def space_of(results: Results, part: StoredPart) -> Space | str:
    """The space of a part, or why it has none."""
    mine = [case for case in results.plan.cases if case.part == part.name]
    if part.sampling is not None:
        ranges, fixed = dict(part.sampling.ranges), dict[str, Any]()
    else:
        paths = part.varied
        if any(set(case.factors) != set(paths) for case in mine):
            return "its cases do not all give the same factors"
        ranges, fixed = _of_levels(mine, paths)
    factors = tuple(_factor(path, given, mine) for path, given in ranges.items())
    if all(factor.levels for factor in factors):
        return "it varies no number over a range"
    sampling = part.sampling or StoredSampling("grid", len(mine), 0, ranges)
    return Space(replace(part, sampling=sampling), factors, fixed)


def _of_levels(
    cases: Sequence[StoredCase], paths: Sequence[str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Ranges as a sampling has them, of levels that cases have; and values that do not vary."""
    ranges: dict[str, Any] = {}
    fixed: dict[str, Any] = {}
    for path in paths:
        levels: list[Any] = []
        for case in cases:
            if case.factors[path] not in levels:
                levels.append(case.factors[path])
        numbers = [number(level) for level in levels]
        if len(levels) == 1:
            fixed[path] = levels[0]
        elif any(value is None for value in numbers):
            ranges[path] = {"distribution": "levels", "levels": levels}
        else:
            ranges[path] = [min(levels), max(levels)]
    return ranges, fixed


def _factor(path: str, given: Any, cases: Sequence[StoredCase]) -> Factor:
    if is_levels(given):
        return Factor(path, levels=tuple(given["levels"]))
    values = [float(case.factors[path]) for case in cases]
    ends = [*quantiles(given, np.array([TAIL, 1 - TAIL])).tolist(), *values]
    if isinstance(given, list):
        ends += given
    most = FULL_DEPTH.get(path, math.inf)
    low, high = min(*ends, most), min(max(ends), most)
    if low == high:  # over-etch is cut at full depth: nothing is left to move
        return Factor(path, levels=(low,))
    if f"{low:.4g}" != f"{high:.4g}":  # a narrow range keeps the digits that tell its ends apart
        low, high = (min(float(f"{end:.4g}"), most) for end in (low, high))
    return Factor(path, low, high)
