"""Errors of numbers without duals: how far solutions differ that stand beside each other.

Two meshes and the two sides of an interface; after a history two tolerances as well. What elements
of twice the size differ by is the error itself where it falls with the size, and three times it
where it falls with its square; what four times the tolerance differs by is three times the error of
steps of second order. Singular corners and fronts of flow keep neither order strictly, so the
differences are taken whole; and as two numbers may agree by chance, no bar after a history is less
than LEAST of its value. That holds 95 % of finer values and is some four times as wide as they are
off (:mod:`studies.solving.history_bars`).
"""

from __future__ import annotations

from dataclasses import dataclass

from studies.metrics.names import Place
from studies.metrics.registry import Metric
from studies.solution.solved import View

LEAST = 0.002  # of a value: the least that its mesh and tolerance leave open after a history


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
    """Largest difference between meshes or sides, the tail, and what a history adds.

    None without any difference.
    """
    found = [metric.value(view, place) for view in (beside.coarse, beside.other)]
    differences = [abs(value - v) for v in found if v is not None]
    if not differences:
        return None
    error = max(differences) + (tail or 0.0)
    if beside.looser is None:
        return error
    looser = metric.value(beside.looser, place)
    return error + LEAST * abs(value) + (0.0 if looser is None else abs(value - looser))
