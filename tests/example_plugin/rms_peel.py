"""Root mean square of peel over the contact area of every interface of the UBM.

It is no linear functional and has no linearization here: its error is the change between two meshes
and between the two sides of the interface.
"""

import numpy as np

from studies.metrics.names import Place
from studies.metrics.places import interfaces
from studies.metrics.registry import metric
from studies.solution.solved import View


@metric(
    "peel_rms", unit="mpa", title="Root mean square of peel at {where}",
    short="rms peel at {where}", places=interfaces, better="lower",
    says="Over the contact's area.",
)  # fmt: skip
def peel_rms(view: View, place: Place) -> float:
    found = view.traction(place.pair).axisymmetric
    start, middle, end = found.peel_mpa.reshape(-1, 3).T
    radii = found.points_um[0].reshape(-1, 3).T
    length, shares = found.line.length_um, np.array([1.0, 4.0, 1.0]) / 6  # Simpson's rule
    area = shares[:, None] * radii * length
    return float(np.sqrt((area * np.array([start, middle, end]) ** 2).sum() / area.sum()))
