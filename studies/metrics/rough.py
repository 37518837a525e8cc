"""Errors of numbers without duals: how far solutions differ that stand beside each other.

Two meshes and the two sides of an interface; after a history two meshes and two tolerances.
A difference from elements of twice the size is the error itself where it falls with the size, three
times it where it falls with its square; that from a tolerance of four times is three times the
error. Singular corners and fronts of flow keep neither order strictly: the factors are those with
which `fem-bump verify --estimators` finds 95 % of the finest values inside.
"""

from __future__ import annotations

from dataclasses import dataclass

from studies.metrics.names import Place
from studies.metrics.registry import Metric
from studies.solution.solved import View

FROM_MESHES, FROM_TOLERANCES = 1.5, 1.0  # error over difference, after a history


@dataclass(frozen=True)
class Beside:
    """Solutions beside one: the same from the interfaces' other side, another mesh, and one of a
    looser tolerance where there is a history."""

    other: View
    coarse: View
    looser: View | None = None


def rough_error(
    metric: Metric, place: Place, value: float, beside: Beside, tail: float | None
) -> float | None:
    """Error from the differences, and the tail; None without any difference."""
    found = [metric.value(view, place) for view in (beside.coarse, beside.other)]
    differences = [abs(value - v) for v in found if v is not None]
    if not differences:
        return None
    error = max(differences) + (tail or 0.0)
    if beside.looser is None:
        return error
    looser = metric.value(beside.looser, place)
    apart = 0.0 if looser is None else abs(value - looser)
    return error + (FROM_MESHES - 1) * max(differences) + FROM_TOLERANCES * apart
