"""Metrics as linear functionals of the solution, and the estimated error of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from fem_bump.accuracy.estimates import Estimator, GoalError, goal_errors
from fem_bump.accuracy.functionals import Functional
from fem_bump.interfaces.windows import Extreme
from studies.metrics.names import Place

ELSEWHERE = 0.5  # of a window's length: from there on another window is a rival


@dataclass(frozen=True)
class Estimated:
    """A metric and its estimated error."""

    value: float
    error: GoalError

    def times(self, factor: float) -> Estimated:
        """The same of a metric that is a multiple of this one."""
        return Estimated(factor * self.value, self.error.times(factor))


@dataclass(frozen=True)
class Linearized:
    """A functional of one physics, its value, and its change under the improved solution.

    That of an extreme is the larger of two, with its window where it is and with its window moved:
    see :func:`extreme_change`. That of a mean of something non-linear is taken as it is. None: what
    the functional says.

    Attributes
    ----------
    estimators
        Of the states of the physics that it is a functional of.
    """

    estimators: Sequence[Estimator]
    functional: Functional
    value: float
    change: float | None = None

    def times(self, factor: float) -> Linearized:
        """A metric that is a multiple of this one."""
        change = None if self.change is None else factor * self.change
        functional = self.functional.times(factor)
        return Linearized(self.estimators, functional, factor * self.value, change)


@dataclass(frozen=True)
class Multiple:
    """A metric that is another one, by stem and place, times a factor."""

    stem: str
    place: Place
    factor: float


def estimate(metrics: Iterable[Linearized]) -> list[Estimated]:
    """Errors of some metrics, those of one physics at a time."""
    every = list(metrics)
    out: dict[int, Estimated] = {}
    for first in {id(metric.estimators): metric.estimators for metric in every}.values():
        mine = [k for k, metric in enumerate(every) if metric.estimators is first]
        errors = goal_errors(first, [every[k].functional for k in mine])
        for k, error in zip(mine, errors, strict=True):
            if (change := every[k].change) is not None:
                error = replace(error, signed=change)
            out[k] = Estimated(every[k].value, error)
    return [out[k] for k in range(len(every))]


def extreme_change(in_place: float, moved: float) -> float:
    """Change of an extreme from those with its window where it is, and moved to the new extreme.

    The one does not see that the window moves, the other takes every fluctuation of the improved
    density for a gain.
    """
    return max(in_place, moved, key=abs)


def place_to_mend(start: float, improved: Extreme, in_place: float, moved: float) -> float:
    """Where the window starts whose error decides: the extreme's, or that of a rival elsewhere.

    Where the improved solution has its extreme in another place, what must get better is the
    density there; around the window that was found meshes could get finer for ever.
    """
    elsewhere = abs(improved.start_um - start) > ELSEWHERE * improved.length_um
    return improved.start_um if elsewhere and abs(moved) > abs(in_place) else start
