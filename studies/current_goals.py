"""Current densities, crowding and resistance of a solved design as functionals.

Where current enters through arcs a number is a sum over harmonics of the angle
(:class:`fem_bump.current_estimates.FlowEstimates`), at the angle where its window lies.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache, partial

import numpy as np

from fem_bump import AngularCurrentFlow
from fem_bump.angular_flux import AngularFluxInterface, AngularFluxWindow
from fem_bump.averages import Sample, arc_points, flow_at, sample_region
from fem_bump.harmonics import Interval, angle_means
from fem_bump.interface import FluxInterface, FluxWindow
from fem_bump.windows import extreme_mean
from studies import metrics as measure
from studies.functional_metrics import (
    Goals,
    MakeMetric,
    Metric,
    extreme_change,
    place_to_mend,
)
from studies.loads import series_resistance_ohm
from studies.metrics import A_PER_CM2, AnyFlux, arc_deg, label
from studies.solved import Solved

MOHM_PER_OHM = 1e3


def current_goals(solved: Solved, lengths: Sequence[float], headline_only: bool) -> Goals:
    """Goals of the current."""
    out: dict[str, MakeMetric] = {}
    scaled: dict[str, tuple[str, float]] = {}
    current = solved.current
    nominal = abs(current.current_a) / (math.pi * solved.section.design.opening_radius_um**2)
    for (a, b), found in solved.fluxes("a").items():
        contact = abs(current.current_a) / found.contact_area_um2
        for leg in (None,) if headline_only else (None, *found.legs):
            for length in lengths:
                at = f"{a}_{b}_{leg}_{label(length)}" if leg else f"{a}_{b}_{label(length)}"
                name = f"current_density_max_{at}_a_per_cm2"
                out[name] = density = cache(partial(_worst_mean, solved, found, length, leg))
                if leg is None:
                    scaled[f"crowding_nominal_{at}"] = name, 1 / (nominal * A_PER_CM2)
                    scaled[f"crowding_contact_{at}"] = name, 1 / (contact * A_PER_CM2)
                    if isinstance(found, AngularFluxInterface):
                        out[f"crowding_in_plane_{at}"] = partial(
                            _in_plane, solved, found, length, density
                        )
                        if not headline_only:
                            out[f"current_density_opposite_{at}_a_per_cm2"] = partial(
                                _opposite_mean, solved, found, length
                            )
    for length in lengths:
        out.update(_lateral_goals(solved, length, headline_only))
    out["resistance_mohm"] = partial(_resistance, solved)
    scaled["power_mw"] = "resistance_mohm", current.current_a**2
    return Goals(solved.flow_estimates.estimators, out, scaled)


def _resistance(solved: Solved) -> Metric:
    """Resistance with what is in series, which has no error."""
    whole = solved.current.resistance_ohm + series_resistance_ohm(solved.section.design)
    return Metric(solved.flow_estimates.resistance(), whole).times(MOHM_PER_OHM)


# ------------------------------------------------------------------ windows on interfaces


def _worst_mean(solved: Solved, found: AnyFlux, length: float, leg: str | None) -> Metric:
    """Largest window mean of J.n, A/cm^2."""
    window = measure.flux_window(solved.section.design, found, length, leg)
    if isinstance(found, AngularFluxInterface):
        assert isinstance(window, AngularFluxWindow)
        return _angular_mean(solved, found, window, length, leg)
    return _mean(solved, found, window, length, leg, np.ones(1))


def _in_plane(
    solved: Solved, found: AngularFluxInterface, length: float, density: MakeMetric
) -> Metric:
    """The same over what it were had the current entered all around."""
    plane = found.axisymmetric
    window = plane.window(length)
    whole = _mean(solved, plane, window, length, None, np.ones(1))
    return _ratio(density(), whole)


def _opposite_mean(solved: Solved, found: AngularFluxInterface, length: float) -> Metric:
    """Largest window mean midway between two arcs, A/cm^2."""
    window = measure.opposite_window(solved.section.design, found, length)
    return _angular_mean(solved, found, window, length, None)


def _angular_mean(
    solved: Solved,
    found: AngularFluxInterface,
    window: AngularFluxWindow,
    length: float,
    leg: str | None,
) -> Metric:
    combined = found.mean_over(window.theta_deg, window.harmonics)
    factors = _factors(solved, window.theta_deg, window.harmonics)
    return _mean(solved, combined, window, length, leg, factors)


def _factors(solved: Solved, theta_deg: Interval, harmonics: int) -> np.ndarray:
    """(harmonics + 1,) factors of the unit responses in a mean over an interval of theta."""
    current = solved.current
    assert isinstance(current, AngularCurrentFlow)
    n = current.count * np.arange(harmonics + 1)
    return current.source_factor(n) * angle_means(n, theta_deg)[0]


def _mean(
    solved: Solved,
    found: FluxInterface,
    window: FluxWindow | AngularFluxWindow,
    length: float,
    leg: str | None,
    factors: np.ndarray,
) -> Metric:
    """A window mean of J.n, A/cm^2, along the net current, and that of the improved solution."""
    line, start, span = found.line, window.start_um, window.length_um
    value = window.current_density_max_a_per_um2
    flows = solved.flow_estimates
    change = flows.flux_change(line, "a", factors)
    weights = line.window_weights(start, span)
    mean = float((weights[:, :3] * found.values).sum())
    sign = 1 if mean * value >= 0 else -1
    better = change.copy()
    better[:, :3] += found.values
    improved = extreme_mean(line.traces(better, leg), length, sign)
    in_place, moved = sign * float((weights * change).sum()), sign * improved.value - value
    place = place_to_mend(start, improved, in_place, moved)
    functional = flows.flux_window(line, "a", (place, span), factors).times(sign)
    return Metric(functional, value, extreme_change(in_place, moved)).times(A_PER_CM2)


def _ratio(over: Metric, under: Metric) -> Metric:
    """One metric over another, linearized."""
    assert over.change is not None and under.change is not None
    value = over.value / under.value
    functional = over.functional.plus(under.functional.times(-value)).times(1 / under.value)
    improved = (over.value + over.change) / (under.value + under.change)
    return Metric(functional, value, improved - value)


# ------------------------------------------------------------------ in the pad


def _lateral_goals(solved: Solved, length: float, headline_only: bool) -> dict[str, MakeMetric]:
    """Means of |J| in the pad on either side of the opening's edge, and the larger of the two."""
    pad = np.intersect1d(solved.model.elements("pad"), solved.current.conducting_elements)
    found, at = {}, f"_{label(length)}_a_per_cm2"
    for side, band in measure.pad_bands(solved.section, length).items():
        sample = sample_region(solved.model, pad, band, True)
        if sample is not None:
            found[side] = _Flow(solved, sample)
    out: dict[str, MakeMetric] = {}
    if not found:
        return out
    largest = max(found, key=lambda side: found[side].value)
    for side in (largest,) if headline_only else found:
        out[f"pad_lateral_density{side}{at}"] = cache(found[side].metric)
    out[f"pad_lateral_density{at}"] = out[f"pad_lateral_density{largest}{at}"]
    return out


class _Flow:
    """Mean of |J| over sample points and, with arcs as the source, over the window in front.

    ``angles`` are radians, with ``weights`` in the mean; the factors of the harmonics' unit
    responses there are ``cosine`` (r, z) and ``sine`` (around the axis, given over n).
    """

    def __init__(self, solved: Solved, sample: Sample) -> None:
        self.solved, self.sample = solved, sample
        current, place = solved.current, (sample.element, sample.x, sample.y)
        if isinstance(current, AngularCurrentFlow):
            self.angles, self.weights = arc_points(arc_deg(solved.section.design))
            amplitude, n = current.amplitude_at(*place), current.numbers
            self.flow = np.array([flow_at(amplitude, n, theta) for theta in self.angles])
            phase, c = np.outer(n, self.angles), current.source_factor(n)[:, None]
            self.cosine, self.sine = c * np.cos(phase), c * n[:, None] * np.sin(phase)
        else:
            self.angles, self.weights = np.zeros(1), np.ones(1)
            r, z = current.current_density_at(*place)
            self.flow = np.array([[r, np.zeros_like(r), z]])
            self.cosine, self.sine = np.ones((1, 1)), np.zeros((1, 1))
        self.size = np.sqrt((self.flow**2).sum(axis=1))
        self.value = self._mean(self.size)

    def _mean(self, size: np.ndarray) -> float:
        return float(self.weights @ (size @ self.sample.weight))

    def metric(self) -> Metric:
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
        return Metric(mean, self.value, change).times(A_PER_CM2)
