"""What a front is asked for: metrics to be small or large, and sums that must stay below zero."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from fem_bump.errors import InputError
from studies.metrics.families import Family, families
from studies.plan.comparisons import comparison
from studies.plan.flat_paths import nearest_of
from studies.results.results import Results
from studies.wording.labels import number

SENSES = ("min", "max")


@dataclass(frozen=True)
class Quantity:
    """A sum of metrics and factors, each times a number.

    Attributes
    ----------
    name
        As people call it: the metric, or the comparison that the sum is of.
    """

    name: str
    weights: Mapping[str, float]
    constant: float = 0.0


@dataclass(frozen=True)
class Goal:
    """A metric that is to be small, or large."""

    metric: str
    sense: Literal["min", "max"]

    @property
    def quantity(self) -> Quantity:
        """What is minimized: the metric, or the negative of one that is to be large."""
        return Quantity(self.metric, {self.metric: self.sign})

    @property
    def family(self) -> Family:
        """The metric as people read it."""
        return next(iter(families([self.metric]).values()))

    @property
    def sign(self) -> float:
        return 1.0 if self.sense == "min" else -1.0


@dataclass(frozen=True)
class Question:
    """What a front is asked for.

    Attributes
    ----------
    goals
        Two or more.
    bounds
        Sums that must stay below zero.
    percentile
        Goals and bounds are taken at, over what scatters; None where nothing does.
    scatter
        Factors that follow their distribution, whatever design is chosen.
    """

    goals: tuple[Goal, ...]
    bounds: tuple[Quantity, ...] = ()
    percentile: float | None = None
    scatter: tuple[str, ...] = ()

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """Goals, then bounds."""
        return (*(goal.quantity for goal in self.goals), *self.bounds)


def asked(
    results: Results,
    objectives: str,
    constraints: Sequence[str] = (),
    percentile: float | None = None,
    scatter: Sequence[str] = (),
) -> Question:
    """A question as it is written, of a study that has been run.

    Parameters
    ----------
    objectives
        ``"metric_a:min, metric_b:max"``.
    constraints
        Comparisons of metrics and factors, ``"metric < 80"``, or names of limit states.

    Raises
    ------
    InputError
        For a metric that no design has, fewer than two objectives, a limit whose strength scatters.
    """
    goals = tuple(_goal(results, text) for text in objectives.split(","))
    if len(goals) < 2:
        raise InputError(
            f"--objectives '{objectives}' is one objective; a front is between two or more, as in "
            "'metric_a:min,metric_b:max'"
        )
    names = [goal.metric for goal in goals]
    if again := next((name for name in names if names.count(name) > 1), None):
        raise InputError(f"--objectives names '{again}' twice")
    if percentile is not None and not 50 < percentile < 100:
        raise InputError(f"--percentile = {percentile:g} must lie between 50 and 100")
    if (percentile is None) != (not scatter):
        raise InputError(
            "--percentile and --scatter go together: over which factors is the percentile taken?"
        )
    bounds = tuple(_bound(results, text) for text in constraints)
    return Question(goals, bounds, percentile, tuple(scatter))


def _goal(results: Results, text: str) -> Goal:
    name, colon, sense = text.strip().partition(":")
    if not colon or sense not in SENSES:
        raise InputError(
            f"--objectives: '{text.strip()}' must be a metric with ':min' or ':max', as in "
            "'peel_max_ubm_pad_L1_mpa:min'"
        )
    _check("--objectives", name, results, metrics_of(results))
    return Goal(name, "min" if sense == "min" else "max")


def _bound(results: Results, text: str) -> Quantity:
    limit = next((one for one in results.study.limit if one["name"] == text.strip()), None)
    if limit is not None and limit.get("strengths"):
        raise InputError(
            f"--constraint: limit '{text.strip()}' has strengths that scatter; give a comparison "
            "with a number"
        )
    where = f"--constraint '{text}'"
    said = comparison(where, limit["survives"] if limit else text)
    known = metrics_of(results)
    for name in said.names:
        _check(where, name, results, (*known, *results.factors))
    if not set(said.names) & set(known):
        raise InputError(f"{where} names no metric")
    return Quantity(limit["survives"] if limit else text.strip(), said.weights, said.constant)


def metrics_of(results: Results) -> list[str]:
    """Columns of the table that designs are judged by: metrics, numbers of the section."""
    found = [record.result for record in results.records.values() if record.result]
    every = dict.fromkeys(name for result in found for name in (*result.metrics, *result.derived))
    judged = set(results.table.columns) - set(results.factors)
    return [name for name in every if name in judged]


def _check(where: str, name: str, results: Results, known: Sequence[str]) -> None:
    if name not in known:
        raise InputError(
            f"{where} names '{name}', which no design of study '{results.study.name}' has; "
            f"{nearest_of(name, tuple(known))}"
        )


def value_of(quantity: Quantity, row: Mapping[str, object]) -> tuple[float, float] | None:
    """The sum with its error bar in a row of the table; None where the row lacks a number."""
    total, error = quantity.constant, 0.0
    for name, weight in quantity.weights.items():
        value = number(row.get(name))
        if value is None:
            return None
        total += weight * value
        error += abs(weight) * (number(row.get(f"error_{name}")) or 0.0)
    return total, error
