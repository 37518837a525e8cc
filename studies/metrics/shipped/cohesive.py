"""First principal stress in the brittle films, averaged over discs at the two edges.

Under a lateral shift it is the largest of the sections at :data:`ANGLES_DEG`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fem_bump.accuracy.functionals import Functional
from fem_bump.interfaces.averages import (
    Sample,
    disc,
    principal_gradient,
    principal_max,
    sample_region,
)
from geometry.process.step import brittle_places
from studies.metrics.linearized import Linearized, Multiple
from studies.metrics.names import Place
from studies.metrics.places import brittle_films, brittle_spots
from studies.metrics.registry import metric
from studies.metrics.sections import ANGLES_DEG, sections
from studies.solution.solved import View


@dataclass(frozen=True)
class _Section:
    """Mean first principal stress over a sample in the section where it is worst."""

    sample: Sample
    theta: float
    stress: np.ndarray
    value: float


def _worst_section(view: View, place: Place) -> _Section | None:
    return view.once(("principal", place), lambda: _find_worst(view, place))


def _find_worst(view: View, place: Place) -> _Section | None:
    assert place.region is not None and place.spot is not None and place.length_um is not None
    model, centre = view.model, brittle_places(view.section.design)[place.region][place.spot]
    shape = disc(*centre, place.length_um)
    sample = sample_region(model, model.elements(place.region), shape, False)
    if sample is None:
        return None
    tensors = sections(view.stress, (sample.element, sample.x, sample.y))
    found = [
        _Section(sample, theta, tensor, sample.mean(principal_max(tensor)))
        for theta, tensor in zip(np.radians(ANGLES_DEG), tensors, strict=False)
    ]
    return max(found, key=lambda section: section.value)


def _linearized(view: View, place: Place) -> Linearized | None:
    """The mean in that section, linearized, and what it is of the improved stress."""
    at = _worst_section(view, place)
    if at is None:
        return None
    plane, *shear = view.solved.stress_estimators
    gradient = principal_gradient(at.stress)
    goals = {0: plane.stress_goal(at.sample, gradient[:4])}
    better = at.stress.copy()
    better[:4] += plane.stress_change(at.sample)
    for estimator in shear:
        turn = np.array([np.cos(at.theta)] * 4 + [np.sin(at.theta)] * 2)[:, None]
        goals[1] = estimator.stress_goal(at.sample, gradient * turn)
        better += estimator.stress_change(at.sample) * turn
    change = at.sample.mean(principal_max(better)) - at.value
    return Linearized(view.solved.stress_estimators, Functional(goals), at.value, change)


@metric(
    "principal", unit="mpa", title="First principal stress in {where}",
    short="principal stress in {where}", places=brittle_spots, functional=_linearized,
    says="Mean over a disc of radius L in the section, around the edge of the mask or the pad.",
)  # fmt: skip
def principal(view: View, place: Place) -> float | None:
    found = _worst_section(view, place)
    return None if found is None else found.value


def _worst_spot(view: View, place: Place) -> Place | None:
    assert place.region is not None
    spots = [
        Place(region=place.region, spot=spot, length_um=place.length_um)
        for spot in brittle_places(view.section.design)[place.region]
    ]
    known = {spot: value for spot in spots if (value := principal(view, spot)) is not None}
    return max(known, key=lambda spot: known[spot], default=None)


def _of_worst_spot(view: View, place: Place) -> Multiple | None:
    spot = _worst_spot(view, place)
    return None if spot is None else Multiple("principal", spot, 1.0)


@metric(
    "principal_max", unit="mpa", title="First principal stress in {where}",
    short="principal stress in {where}", places=brittle_films, better="lower", headline=2,
    functional=_of_worst_spot, says="The largest of a film's spots: what cracks first.",
)  # fmt: skip
def principal_largest(view: View, place: Place) -> float | None:
    spot = _worst_spot(view, place)
    return None if spot is None else principal(view, spot)
