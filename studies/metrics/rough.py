"""Errors of numbers without duals: how far solutions differ that stand beside each other.

Two meshes and the two sides of an interface; where time passes two tolerances as well, and there,
and of what heats and migrates, neither may lack the number. What elements of twice the size differ
by is the error itself where it falls with the size, and three times it where it falls with its
square; of elements less than twice as large the difference counts more than once, as it is a
smaller part of the error. What four times the tolerance differs by is three times the error of
steps of second order. Singular corners and fronts of flow keep neither order strictly, so the
differences are taken whole; and as two numbers may agree by chance, no bar after a history is less
than LEAST of its value, with heat and migration, whose potentials are smooth, LEAST_SMOOTH. That
holds 95 % of finer values and is some four times as wide as they are off, with heat and migration
as well (:mod:`studies.solving.twin_bars`).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from studies.metrics.names import Place
from studies.metrics.registry import Metric
from studies.solution.solved import View

LEAST = 0.002  # of a value: the least that its mesh and tolerance leave open after a history
LEAST_SMOOTH = 1e-4  # the same with heat and migration


@dataclass(frozen=True)
class Beside:
    """Solutions beside one.

    Attributes
    ----------
    other
        The same from the interfaces' other side.
    coarse, coarser
        Another mesh, and how many times as large its elements are.
    looser
        One of a looser tolerance, where time passes.
    flowed
        Whether stress takes time too.
    """

    other: View
    coarse: View
    looser: View | None = None
    flowed: bool = True
    coarser: float = 2.0

    @property
    def weight(self) -> float:
        """What errors are of differences from the mesh, where they fall with the element size."""
        return 1.0 / (self.coarser - 1.0)


def rough_error(
    metric: Metric, place: Place, value: float, beside: Beside, tail: float | None
) -> float | None:
    """Largest difference between meshes or sides, the tail, and what a history adds.

    None without any difference, or where the tail is infinite: nobody knows it.
    """
    if tail is not None and not isfinite(tail):
        return None
    found = [(beside.weight, beside.coarse), (1.0, beside.other)]
    differences = [
        weight * abs(value - v)
        for weight, view in found
        if (v := metric.value(view, place)) is not None
    ]
    if not differences:
        return None
    error = max(differences) + (tail or 0.0)
    if beside.looser is None or not beside.flowed:
        return error
    looser = metric.value(beside.looser, place)
    return error + LEAST * abs(value) + (0.0 if looser is None else abs(value - looser))


def twin_error(
    metric: Metric, place: Place, value: float, beside: Beside, tail: float | None
) -> float | None:
    """Sum of the differences from another mesh and from a looser tolerance, the least and the tail.

    None where one of them has no such number: what lasts for ever on one mesh and ends on the
    other is not known.
    """
    twins = [(beside.weight, beside.coarse)]
    if beside.looser is not None:
        twins.append((1.0, beside.looser))
    found = [(weight, metric.value(view, place)) for weight, view in twins]
    if any(v is None for _, v in found):
        return None
    apart = sum(weight * abs(value - v) for weight, v in found if v is not None)
    zero = metric.zero(beside.coarse, place) if metric.zero else None
    return apart + LEAST_SMOOTH * abs(value - (zero or 0.0)) + (tail or 0.0)
