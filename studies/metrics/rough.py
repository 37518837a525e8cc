"""Errors of numbers that are no functionals: how far two meshes and two sides differ."""

from __future__ import annotations

from studies.metrics.names import Place
from studies.metrics.registry import Metric
from studies.solution.solved import View


def rough_error(
    metric: Metric, place: Place, value: float, other: View, coarse: View, tail: float | None
) -> float | None:
    """Largest difference from the other side and from another mesh, and the tail; None without any.

    Parameters
    ----------
    other, coarse
        The same mesh from the interfaces' other side, and another mesh.
    """
    found = [metric.value(view, place) for view in (coarse, other)]
    differences = [abs(value - v) for v in found if v is not None]
    return max(differences) + (tail or 0.0) if differences else None
