"""Metrics as linear functionals of the solution, and the estimated error of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from fem_bump.estimates import Estimator, Functional, GoalError, goal_errors


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

    The change of an extreme includes that its window moves; that of a mean of something non-linear
    is taken as it is. None: what the functional says.
    """

    functional: Functional
    value: float
    change: float | None = None

    def times(self, factor: float) -> Metric:
        """A metric that is a multiple of this one."""
        change = None if self.change is None else factor * self.change
        return Metric(self.functional.times(factor), factor * self.value, change)


@dataclass(frozen=True)
class Goals:
    """Metrics of one physics, and others that are multiples of them: (which, the factor)."""

    estimators: Sequence[Estimator]
    metrics: dict[str, Metric]
    scaled: dict[str, tuple[str, float]]

    def estimated(self) -> dict[str, Estimated]:
        """Error of every metric."""
        names = list(self.metrics)
        functionals = [self.metrics[name].functional for name in names]
        out = {}
        for name, error in zip(names, goal_errors(self.estimators, functionals), strict=True):
            metric = self.metrics[name]
            if metric.change is not None:
                error = replace(error, signed=metric.change)
            out[name] = Estimated(metric.value, error)
        out.update({name: out[of].times(factor) for name, (of, factor) in self.scaled.items()})
        return out
