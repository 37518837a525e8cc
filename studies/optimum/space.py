"""Where a front may be searched: between a part's designs, one topology at a time.

Surrogates of all that is asked for stand side by side. A box holds what they have learned of one
topology: the range of its designs in every factor, and the levels of factors that have levels.
Beyond it, and where a topology has no surrogate, nothing is asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fem_bump.errors import InputError
from studies.optimum.question import Quantity, Question, value_of
from studies.plan.comparisons import comparison
from studies.plan.sampling import is_levels
from studies.records.stored_plan import StoredPart, StoredSampling
from studies.reliability.study.surrogates import (
    Cell,
    PartSurrogate,
    is_named,
    part_surrogate,
    rows_with_further,
)
from studies.results.results import Results

Array = NDArray[np.float64]
LEAST_EXPLAINED = 0.5  # of the variance of left-out designs; what it is wrong about, solves say


@dataclass(frozen=True)
class Box:
    """The range of the designs of a topology.

    Attributes
    ----------
    key
        Which topology: of each factor its name, or how far a pad is etched.
    low, high
        Of each factor (d,), names by their number.
    levels
        Of factors that have levels: those within the range; None of others.
    """

    key: tuple[float, ...]
    low: Array
    high: Array
    levels: tuple[Array | None, ...]

    @property
    def free(self) -> NDArray[np.intp]:
        """Factors that vary in it."""
        return np.flatnonzero(self.high > self.low)

    def points(self, u: Array) -> Array:
        """Factors (n, d) at points (n, free) of the unit cube; six digits, as samples have them."""
        x = np.tile(self.low, (len(u), 1))
        for k, column in zip(self.free, u.T, strict=True):
            levels = self.levels[k]
            if levels is not None:
                x[:, k] = levels[np.minimum((column * len(levels)).astype(int), len(levels) - 1)]
            else:
                at = self.low[k] + column * (self.high[k] - self.low[k])
                digits = np.array([float(f"{value:.6g}") for value in at])
                x[:, k] = np.clip(digits, self.low[k], self.high[k])
        return x


@dataclass(frozen=True)
class Space:
    """A part with the surrogates of all that is asked for.

    Attributes
    ----------
    surrogates
        One for each quantity of the question.
    """

    part: StoredPart
    sampling: StoredSampling
    surrogates: tuple[PartSurrogate, ...]

    @property
    def paths(self) -> list[str]:
        return list(self.sampling.ranges)

    @cached_property
    def boxes(self) -> list[Box]:
        """Of every topology of which all surrogates know something."""
        first, *others = (surrogate.pieces for surrogate in self.surrogates)
        keys = [key for key in first if all(key in pieces for pieces in others)]
        found = []
        for key in keys:
            known = [surrogate.pieces[key].x for surrogate in self.surrogates]
            low = np.max([x.min(axis=0) for x in known], axis=0)
            high = np.min([x.max(axis=0) for x in known], axis=0)
            levels = tuple(
                self._levels(path, a, b) for path, a, b in zip(self.paths, low, high, strict=True)
            )
            found.append(Box(key, low, high, levels))
        return found

    def _levels(self, path: str, low: float, high: float) -> Array | None:
        given = self.sampling.ranges[path]
        if not is_levels(given):
            return None
        levels = given["levels"]
        at = np.sort(np.asarray(range(len(levels)) if is_named(given) else levels, dtype=float))
        return at[(at >= low) & (at <= high)]

    @cached_property
    def constraints(self) -> list[tuple[Array, float]]:
        """Weights (d,) and constant of sums of factors that the part keeps at most zero."""
        out = []
        for text in self.sampling.constraints:
            said = comparison(f"part '{self.part.name}'", text)
            out.append((np.array([said.weights.get(p, 0.0) for p in self.paths]), said.constant))
        return out

    def predict(self, x: Array) -> tuple[Array, Array]:
        """Mean and standard error (n, quantities) at factors (n, d)."""
        found = [surrogate.predict(x) for surrogate in self.surrogates]
        return np.stack([m for m, _ in found], axis=1), np.stack([s for _, s in found], axis=1)

    def kept(self, x: Array) -> Array:
        """The part's own constraints (n, c) at factors (n, d), each at most zero."""
        sums = [x @ weights + constant for weights, constant in self.constraints]
        return np.stack(sums, axis=1) if sums else np.zeros((len(x), 0))

    def inside(self, x: Array) -> NDArray[np.bool_]:
        """Whether factors (n, d) lie in a box."""
        each = [((x >= box.low) & (x <= box.high)).all(axis=1) for box in self.boxes]
        return np.asarray(np.any(each, axis=0)) if each else np.zeros(len(x), dtype=bool)

    def point(self, x: Array) -> dict[str, Any]:
        """Factors (d,) as the study has them."""
        given = self.sampling.ranges
        return {
            path: given[path]["levels"][int(value)] if is_named(given[path]) else value
            for path, value in zip(self.paths, x.tolist(), strict=True)
        }


def space_of(results: Results, part: StoredPart, question: Question) -> Space | str:
    """The surrogates of a part, or why there are none."""
    if part.sampling is None:
        return "it does not sample its factors ([part.sampling]), which a surrogate needs"
    found = []
    for quantity in question.quantities:
        surrogate = part_surrogate(results, part, values_of(results, part, quantity))
        if isinstance(surrogate, str):
            return f"of '{quantity.name}' there is no surrogate: {surrogate}"
        explained = surrogate.validated.explained
        if explained < LEAST_EXPLAINED:
            return (
                f"of '{quantity.name}' there is no surrogate: it would explain {explained:.2f} of "
                "the variance at designs left out"
            )
        found.append(surrogate)
    space = Space(part, part.sampling, tuple(found))
    return space if space.boxes else "no topology has a surrogate of all that is asked for"


def values_of(
    results: Results, part: StoredPart, quantity: Quantity
) -> Mapping[Cell, tuple[float, float]]:
    """A quantity with its error bar, where it is known in a part and its further points."""
    return {
        (row["part"], row["case"]): value
        for row in rows_with_further(results, part)
        if (value := value_of(quantity, row)) is not None
    }


def parts_asked(results: Results, names: Sequence[str]) -> list[StoredPart]:
    """The parts that are named; without names all that sample their factors.

    Raises
    ------
    InputError
        For a name that no part has, or without a part that samples.
    """
    parts = {part.name: part for part in results.study.part if part.more_of is None}
    for name in names:
        if name not in parts:
            raise InputError(
                f"--part '{name}' is no part of study '{results.study.name}'; it has "
                f"{', '.join(parts)}"
            )
    found = [parts[n] for n in dict.fromkeys(names)] or [p for p in parts.values() if p.sampling]
    if not found:
        raise InputError(
            f"no part of study '{results.study.name}' samples its factors ([part.sampling]): "
            "there is no surrogate to search"
        )
    return found
