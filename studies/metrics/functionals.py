"""Metrics as linear functionals of the solution, and the estimated error of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from fem_bump.accuracy.estimates import Estimator, Functional, GoalError, goal_errors
from fem_bump.interfaces.windows import Extreme

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
class Metric:
    """A functional, its value, and its change under the improved solution.

    That of an extreme is the larger of two, with its window where it is and with its window moved:
    see :func:`extreme_change`. That of a mean of something non-linear is taken as it is. None: what
    the functional says.
    """

    functional: Functional
    value: float
    change: float | None = None

    def times(self, factor: float) -> Metric:
        """A metric that is a multiple of this one."""
        change = None if self.change is None else factor * self.change
        return Metric(self.functional.times(factor), factor * self.value, change)


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


MakeMetric = Callable[[], Metric]


@dataclass(frozen=True)
class Goals:
    """Metrics of one physics, made when they are asked for.

    Attributes
    ----------
    scaled
        Others that are multiples of them: (which, the factor).
    """

    estimators: Sequence[Estimator]
    metrics: dict[str, MakeMetric]
    scaled: dict[str, tuple[str, float]]

    def estimated(self, known: Mapping[str, Estimated]) -> dict[str, Estimated]:
        """Error of every metric; those that are ``known`` are not estimated again."""
        metrics = {name: make() for name, make in self.metrics.items() if name not in known}
        functionals = [metric.functional for metric in metrics.values()]
        out = {name: known[name] for name in self.metrics if name in known}
        errors = goal_errors(self.estimators, functionals)
        for (name, metric), error in zip(metrics.items(), errors, strict=True):
            if metric.change is not None:
                error = replace(error, signed=metric.change)
            out[name] = Estimated(metric.value, error)
        out.update({name: out[of].times(factor) for name, (of, factor) in self.scaled.items()})
        return out
