"""A metric from outside the packages: von Mises stress in the pad around the mask edge.

All of it stands here: the value, its linearization for the error, its name, title, unit and rank.
"""

import numpy as np

from fem_bump.accuracy.functionals import Functional
from fem_bump.interfaces.averages import Sample, disc, sample_region, von_mises
from geometry import CrossSection
from studies.metrics.linearized import Linearized
from studies.metrics.names import Place
from studies.metrics.registry import metric
from studies.solution.solved import View

STEM = "von_mises_pad"


def lengths(section: CrossSection) -> list[Place]:
    return [Place(length_um=length) for length in section.design.metrics.averaging_lengths_um]


def around_the_mask_edge(view: View, place: Place) -> tuple[Sample, np.ndarray]:
    design, pad = view.design, view.model.elements("pad")
    shape = disc(design.opening_radius_um, 0.0, place.length_um)
    sample = sample_region(view.model, pad, shape, False)
    return sample, view.stress.axisymmetric.stress_at(sample.element, sample.x, sample.y)


def linearized(view: View, place: Place) -> Linearized:
    sample, stress = around_the_mask_edge(view, place)
    estimators = view.solved.stress_estimators
    rr, zz, tt, rz = stress
    mean, size = (rr + zz + tt) / 3, von_mises(stress)
    gradient = np.array([1.5 * (rr - mean), 1.5 * (zz - mean), 1.5 * (tt - mean), 3 * rz]) / size
    value = sample.mean(size)
    change = sample.mean(von_mises(stress + estimators[0].stress_change(sample))) - value
    goal = estimators[0].stress_goal(sample, gradient)
    return Linearized(estimators, Functional({0: goal}), value, change)


@metric(
    STEM, unit="mpa", title="Von Mises stress in the pad at the mask edge", places=lengths,
    better="lower", headline=8, functional=linearized,
)  # fmt: skip
def von_mises_pad(view: View, place: Place) -> float:
    sample, stress = around_the_mask_edge(view, place)
    return sample.mean(von_mises(stress))
