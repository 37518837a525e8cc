"""The stress in the dielectric under the edge of a probe's mark, which opens a crack there or not.

A probe may leave a crack in the dielectric under the mark's edge, upright and all around. It stays
whatever is etched of the pad. Positive opens it; negative presses its faces together, so that what
is released as it grows takes a problem of contact.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely

from fem_bump.accuracy.estimates import Functional
from fem_bump.interfaces.averages import Sample, sample_region
from geometry import CrossSection
from geometry.process.probed import mark_of, probe_of
from studies.metrics.linearized import Linearized
from studies.metrics.names import Place
from studies.metrics.registry import Places, metric
from studies.metrics.sections import ANGLES_DEG, sections
from studies.solution.solved import View

FILM = "dielectric"
DEPTH_UM = 0.5  # of a crack that the design does not say
WIDTH_UM = 0.1  # of the band over which the mean is taken


def _places(section: CrossSection) -> Iterator[Place]:
    if mark_of(section.design) is not None and FILM in section.regions:
        yield Place(region=FILM)


@dataclass(frozen=True)
class _Section:
    """The mean over a sample in the section where it is largest, and at which angle."""

    sample: Sample
    theta: float
    value: float


def _worst(view: View, place: Place) -> _Section | None:
    return view.once(("mark edge", place), lambda: _find_worst(view))


def _find_worst(view: View) -> _Section | None:
    design, model = view.design, view.model
    probe = probe_of(design)
    assert probe is not None
    depth = min(probe.dielectric_crack_um or DEPTH_UM, design.dielectric.thickness_um)
    r = probe.edges_um[1]
    band = shapely.box(r - WIDTH_UM / 2, -depth, r + WIDTH_UM / 2, 0.0)
    sample = sample_region(model, model.elements(FILM), band, False)
    if sample is None:
        return None
    tensors = sections(view.stress, (sample.element, sample.x, sample.y))
    found = [
        _Section(sample, theta, sample.mean(tensor[0]))
        for theta, tensor in zip(np.radians(ANGLES_DEG), tensors, strict=False)
    ]
    return max(found, key=lambda section: section.value)


def _linearized(view: View, place: Place) -> Linearized | None:
    at = _worst(view, place)
    if at is None:
        return None
    goals = {}
    for state, estimator in enumerate(view.solved.stress_estimators):
        radial = np.zeros((6 if state else 4, len(at.sample.weight)))
        radial[0] = np.cos(at.theta) if state else 1.0
        goals[state] = estimator.stress_goal(at.sample, radial)
    return Linearized(view.solved.stress_estimators, Functional(goals), at.value)


@metric(
    "mark_edge_stress", unit="mpa", title="Stress across a crack under the mark's edge in {where}",
    short="stress across a crack under the mark's edge",
    places=Places(_places, (Place(region=FILM),)), described=True, functional=_linearized,
    says="Mean radial stress over the depth of such a crack, 0.5 um where none is said: above 0 it "
    "opens one, below it presses it together.",
)  # fmt: skip
def mark_edge_stress(view: View, place: Place) -> float | None:
    found = _worst(view, place)
    return None if found is None else found.value
