"""What the solved designs of a part say of a point: predictions, a slice, those that are near.

Surrogates are those of :mod:`studies.reliability.study.surrogates`, one a metric, fitted when they
are first asked for. A metric's band is two standard errors, widened by what leaving out designs has
shown, and the largest error bar of a design.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studies.explorer.extent import Extent
from studies.explorer.space import Factor, Space
from studies.reliability.study.surrogates import (
    PartSurrogate,
    by_topology,
    fewest,
    matrix,
    metric_values,
    part_surrogate,
    rows_with_further,
)
from studies.results.results import Results, Row

Array = NDArray[np.float64]
Point = Mapping[str, Any]
SLICE = 61  # points of a slice
NEAR = 6  # designs that are listed
SAME = 1e-6  # of the range of a factor


@dataclass(frozen=True)
class Predicted:
    """A metric at a point, in the unit of its column.

    Attributes
    ----------
    mean
        None where nothing is said; ``why_not`` then says why.
    scatter
        Two widened standard errors of the surrogate.
    bar
        The largest error bar of a design.
    explained
        Share of the variance of designs left out.
    """

    mean: float | None = None
    scatter: float = 0.0
    bar: float = 0.0
    explained: float | None = None
    why_not: str = ""


@dataclass(frozen=True)
class Slice:
    """A metric over one factor, the others as a point has them.

    Attributes
    ----------
    at
        Values of the factor; numbers, or levels.
    mean, away
        Of each, with the half-width of its band; None where nothing is said.
    inside
        Whether each is where designs are.
    """

    at: Sequence[Any]
    mean: Sequence[float | None]
    away: Sequence[float | None]
    inside: Sequence[bool]


@dataclass(frozen=True)
class Solved:
    """A solved case of the part or of its further points, its factors as the plan has them."""

    row: Row
    factors: Point


@dataclass(frozen=True)
class Near:
    """A solved case with its distance, the root mean square of shares of the factors' ranges."""

    case: Solved
    distance: float


class Predictor:
    """Of one part, as its run's folder was when it was read."""

    def __init__(self, results: Results, space: Space) -> None:
        self.results, self.space = results, space
        self._lock = threading.Lock()
        self._surrogates: dict[str, PartSurrogate | str] = {}

    @cached_property
    def solved(self) -> list[Solved]:
        """Solved cases of the part and of its further points."""
        factors = {(case.part, case.number): case.factors for case in self.results.plan.cases}
        return [
            Solved(row, factors[row["part"], row["case"]])
            for row in rows_with_further(self.results, self.space.part)
            if row["status"] == "solved"
        ]

    @cached_property
    def _x(self) -> Array:
        return self._coded([case.factors for case in self.solved])

    def _coded(self, points: Sequence[Mapping[str, Any]]) -> Array:
        """Factors (n, d), names by their number."""
        return matrix(self.space.sampling, points)

    @cached_property
    def _topologies(self) -> dict[tuple[float, ...], NDArray[np.intp]]:
        return by_topology(self.space.sampling, self._x) if self.solved else {}

    @cached_property
    def extents(self) -> dict[tuple[float, ...], Extent]:
        """Of the topologies that have designs enough for a surrogate."""
        return {
            key: Extent.of(self._x[rows])
            for key, rows in self._topologies.items()
            if len(rows) >= self.fewest
        }

    @property
    def fewest(self) -> int:
        """Solved designs that a topology needs."""
        return fewest(len(self.space.factors))

    @property
    def why_not(self) -> str:
        """Why nothing can be predicted; empty where something can."""
        if self.extents:
            return ""
        most = max(map(len, self._topologies.values()), default=0)
        return f"it has at most {most} solved designs of one topology, fewer than {self.fewest}"

    def start(self) -> dict[str, Any]:
        """The solved design next to the middle of the largest topology."""
        rows = max(self._topologies.values(), key=len)
        x = self._x[rows]
        width = np.where(np.ptp(x, axis=0) > 0, np.ptp(x, axis=0), 1.0)
        nearest = int(rows[np.linalg.norm((x - np.median(x, axis=0)) / width, axis=1).argmin()])
        factors = self.solved[nearest].factors
        return {factor.path: factors[factor.path] for factor in self._factors}

    @property
    def _factors(self) -> tuple[Factor, ...]:
        return self.space.factors

    def _extent(self, x: Array) -> Extent | None:
        (key,) = by_topology(self.space.sampling, x)
        return self.extents.get(key)

    def outside(self, point: Point) -> list[str]:
        """In which senses a point is outside of the designs; empty where it is among them."""
        x = self._coded([point])
        extent = self._extent(x)
        if extent is None:
            (key,) = by_topology(self.space.sampling, x)
            count = len(self._topologies.get(key, ()))
            has = f"{count} solved designs" if count else "no solved design"
            return [f"{has} of this topology, fewer than the {self.fewest} that predict it"]
        said = []
        beyond = extent.beyond(x)[0]
        for k, factor in enumerate(self._factors):
            if beyond[k]:
                ends = f"{extent.low[k]:.4g} to {extent.high[k]:.4g}"
                said.append(f"{factor.text(point[factor.path])} is outside the designs' {ends}")
        leverage = float(extent.leverages(x)[0])
        if not said and leverage > extent.most * (1 + 1e-9):
            said.append(
                f"this combination lies farther out than every design (leverage {leverage:.2g}, "
                f"of the designs at most {extent.most:.2g})"
            )
        return said

    def ranges(self, point: Point) -> dict[str, tuple[float, float]]:
        """Range of the designs of a point's topology, of each factor of numbers."""
        extent = self._extent(self._coded([point]))
        if extent is None:
            return {}
        ends = zip(extent.low.tolist(), extent.high.tolist(), strict=True)
        found = zip(self._factors, ends, strict=True)
        return {factor.path: pair for factor, pair in found if not factor.levels}

    def surrogate(self, metric: str) -> PartSurrogate | str:
        """Of a column, or why there is none; fitted once."""
        with self._lock:
            if metric not in self._surrogates:
                self._surrogates[metric] = self._fitted(metric)
            return self._surrogates[metric]

    def _fitted(self, metric: str) -> PartSurrogate | str:
        values = metric_values(self.results, self.space.part, metric)
        # a topology of a few designs of a grid leaves those of the others as they are
        return part_surrogate(self.results, self.space.part, values, partly=True)

    def predict(self, point: Point, metric: str) -> Predicted:
        """A metric at a point, wherever that lies."""
        surrogate = self.surrogate(metric)
        if isinstance(surrogate, str):
            return Predicted(why_not=surrogate)
        (mean,), (error,) = surrogate.predict(self._coded([point]))
        explained = surrogate.validated.explained
        if not np.isfinite(mean):
            return Predicted(explained=explained, why_not="there is no surrogate of this topology")
        scatter = 2 * surrogate.validated.widening * float(error)
        return Predicted(float(mean), scatter, surrogate.bar, explained)

    def slice(self, point: Point, path: str, metric: str, widely: bool = False) -> Slice | str:
        """A metric over a factor through a point, ``widely`` beyond the factor's range."""
        surrogate = self.surrogate(metric)
        if isinstance(surrogate, str):
            return surrogate
        factor = next(factor for factor in self._factors if factor.path == path)
        if factor.levels:
            at: list[Any] = list(factor.levels)
        else:
            ends = factor.widest if widely else (factor.low, factor.high)
            at = [float(f"{x:.6g}") for x in np.linspace(*ends, SLICE)]
        x = self._coded([{**point, path: value} for value in at])
        mean, error = surrogate.predict(x)
        away = 2 * surrogate.validated.widening * error + surrogate.bar
        inside = np.zeros(len(x), dtype=bool)
        for key, rows in by_topology(self.space.sampling, x).items():
            if key in self.extents:
                inside[rows] = self.extents[key].inside(x[rows])
        return Slice(
            at, _numbers(mean), _numbers(away), inside.tolist()
        )  # fmt: skip

    def near(self, point: Point) -> list[Near]:
        """The solved cases next to a point; another name is as far as a whole range."""
        x = self._coded([point])[0]
        apart = np.zeros(len(self.solved))
        for k, factor in enumerate(self._factors):
            off = np.abs(self._x[:, k] - x[k])
            scale = 1.0 if factor.levels else factor.high - factor.low
            apart += np.minimum(off / scale, 1.0) ** 2 if factor.levels else (off / scale) ** 2
        distance = np.sqrt(apart / len(self._factors))
        order = np.argsort(distance, kind="stable")[:NEAR]
        return [Near(self.solved[k], float(distance[k])) for k in order]

    def here(self, point: Point) -> Solved | None:
        """The solved case at a point, if there is one."""
        found = self.near(point)
        return found[0].case if found and found[0].distance < SAME else None


def _numbers(values: Array) -> list[float | None]:
    return [float(value) if np.isfinite(value) else None for value in values]
