"""A limit state in standard space: asked in batches, counted, within a budget, and checked.

Failure is g < 0. Where g has no number (nan: an analysis that could not be done) nothing is known;
whoever asks decides what that leaves open. An infinite g is a sign like another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fem_bump.errors import InputError
from studies.reliability.standard_space import StandardSpace

Array = NDArray[np.float64]
BATCH = 100_000  # points at a time: 8 MB for ten inputs


class BudgetSpent(Exception):
    """More evaluations were asked for than there are left."""


class LimitState:
    """g over standard space.

    Parameters
    ----------
    g
        From inputs (n, inputs) to (n,); failure where it is negative.
    space
        The inputs' standard space.
    most_evaluations
        How many points may be evaluated in all.

    Attributes
    ----------
    evaluations
        How many have been.
    unknown
        At how many of these g had no number.
    """

    def __init__(
        self, g: Callable[[Array], Any], space: StandardSpace, most_evaluations: int
    ) -> None:
        self._g = g
        self.space = space
        self.most_evaluations = most_evaluations
        self.evaluations = 0
        self.unknown = 0

    @property
    def dimension(self) -> int:
        """Of standard space."""
        return self.space.dimension

    @property
    def left(self) -> int:
        """How many evaluations are left."""
        return self.most_evaluations - self.evaluations

    @contextmanager
    def reserved(self, count: int) -> Iterator[None]:
        """Keep some evaluations for later."""
        self.most_evaluations -= count
        try:
            yield
        finally:
            self.most_evaluations += count

    def __call__(self, points: Array) -> Array:
        """g at points (n, dimension) of standard space, (n,); nan where it has no number.

        Raises
        ------
        InputError
            When g does not take arrays of points, or gives something else than a number each.
        BudgetSpent
            When fewer evaluations are left than points are given: none is made then.
        """
        if len(points) > self.left:
            raise BudgetSpent
        parts = [
            self._batch(points[start : start + BATCH]) for start in range(0, len(points), BATCH)
        ]
        values = np.concatenate(parts) if parts else np.empty(0)
        self.evaluations += len(values)
        self.unknown += int(np.isnan(values).sum())
        return values

    def _batch(self, points: Array) -> Array:
        x = self.space.to_inputs(points)
        if self.evaluations:
            return _numbers(self._g(x), x.shape)
        try:
            # one row more than columns: what unpacks rows as if they were inputs is found out
            found = self._g(x)
        except (TypeError, ValueError, IndexError) as error:
            raise InputError(
                f"g takes no array of shape {x.shape} ({error}); it must take inputs (n, "
                f"{x.shape[1]}) and give (n,)"
            ) from error
        return _numbers(found, x.shape)


def _numbers(found: Any, shape: tuple[int, ...]) -> Array:
    values = np.asarray(found)
    if values.shape != shape[:1] or values.dtype.kind not in "fiu":
        kind = "" if values.dtype.kind in "fiu" else f" of {values.dtype}"
        raise InputError(
            f"g gave an array of shape {values.shape}{kind} for inputs {shape}; it must give real "
            f"numbers of shape {shape[:1]}, one a point"
        )
    return values.astype(np.float64)
