"""Volume mean of |J| in the pad over a band of width L on either side of the mask edge.

Through the whole pad; with arcs as the source, over the in-plane window in front of the first of
them. It is often the real limiter.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from fem_bump.conduction.arc_means import arc_points, flow_at
from fem_bump.interfaces.averages import Sample, sample_region
from geometry import CrossSection
from studies.metrics.linearized import Linearized, Multiple
from studies.metrics.names import Place
from studies.metrics.registry import Places, metric
from studies.solution.interfaces import A_PER_CM2, arc_deg
from studies.solution.solved import Solved, View

SIDES = ("inside", "outside")


def _bands(section: CrossSection) -> Iterator[Place]:
    for k, length in enumerate(section.design.metrics.averaging_lengths_um):
        for i, spot in enumerate((*SIDES, None)):
            yield Place(spot=spot, length_um=length, order=(k, i))


def _band(section: CrossSection, place: Place) -> shapely.Polygon:
    """The part of the section on one side of the mask edge."""
    length = place.length_um
    assert length is not None
    a, low, high = section.design.opening_radius_um, -1.0, section.design.pad.thickness_um + 1.0
    if place.spot == "inside":
        return shapely.box(max(a - length, 0.0), low, a, high)
    return shapely.box(a, low, a + length, high)


def _flow(view: View, place: Place) -> _Flow | None:
    def make() -> _Flow | None:
        pad = view.current.system.elements_of("pad")
        sample = sample_region(view.model, pad, _band(view.section, place), True)
        return None if sample is None else _Flow(view.solved, sample)

    return view.once(("pad flow", place), make)


def _larger_side(view: View, place: Place) -> Place | None:
    sides = [Place(spot=spot, length_um=place.length_um) for spot in SIDES]
    found = {side: flow.value for side in sides if (flow := _flow(view, side)) is not None}
    return max(found, key=lambda side: found[side], default=None)


def _linearized(view: View, place: Place) -> Linearized | Multiple | None:
    if place.spot is None:
        side = _larger_side(view, place)
        return None if side is None else Multiple("pad_lateral_density", side, 1.0)
    flow = _flow(view, place)
    return None if flow is None else flow.linearized()


@metric(
    "pad_lateral_density", unit="a_per_cm2",
    title="Current density in the pad at the opening's edge",
    places=Places(_bands, tuple(Place(spot=spot) for spot in (None, *SIDES))),
    better="lower", headline=6, functional=_linearized, needs_equal_films=True,
    says="Mean magnitude over a band of width L on the side of the mask edge where it is larger, "
    "or on one side.",
)  # fmt: skip
def pad_lateral_density(view: View, place: Place) -> float | None:
    side = _larger_side(view, place) if place.spot is None else place
    flow = None if side is None else _flow(view, side)
    return None if flow is None else flow.value * A_PER_CM2


class _Flow:
    """Mean of |J| over sample points and, with arcs as the source, over the window in front.

    ``angles`` are radians, with ``weights`` in the mean; the factors of the harmonics' unit
    responses there are ``cosine`` (r, z) and ``sine`` (around the axis, given over n).
    """

    def __init__(self, solved: Solved, sample: Sample) -> None:
        self.solved, self.sample = solved, sample
        current, place = solved.current, (sample.element, sample.x, sample.y)
        # where nothing depends on the angle, any one stands for all
        self.angles, self.weights = np.zeros(1), np.ones(1)
        if current.varies_around:
            self.angles, self.weights = arc_points(arc_deg(solved.section.design))
        amplitude, n = current.amplitude_at(*place), current.numbers
        self.flow = np.array([flow_at(current, amplitude, theta) for theta in self.angles])
        phase = np.outer(n, self.angles) - np.radians(current.phases_deg)[:, None]
        c = current.state_factors(len(n) - 1)[:, None]
        self.cosine, self.sine = c * np.cos(phase), c * n[:, None] * np.sin(phase)
        self.size = np.sqrt((self.flow**2).sum(axis=1))
        self.value = self._mean(self.size)

    def _mean(self, size: np.ndarray) -> float:
        return float(self.weights @ (size @ self.sample.weight))

    def linearized(self) -> Linearized:
        """A/cm^2; linearized: the direction of J is kept; and as the improved solution has it."""
        flows = self.solved.flow_estimates
        cosine, sine = flows.sampled_factors(self.cosine), flows.sampled_factors(self.sine)
        size = self.size[:, None]
        direction = np.divide(self.flow, size, out=np.zeros_like(self.flow), where=size > 0)
        better, of_density = self.flow.copy(), []
        for estimator, c, s in zip(flows.estimators, cosine, sine, strict=True):
            factor = np.array([c, s, c]).T[:, :, None]  # (angles, components, 1)
            better += factor * estimator.density_change(self.sample)
            of_density.append(np.tensordot(self.weights, factor * direction, 1))
        change = self._mean(np.sqrt((better**2).sum(axis=1))) - self.value
        mean = flows.density_mean(self.sample, of_density)
        return Linearized(flows.estimators, mean, self.value, change).times(A_PER_CM2)
