"""Metrics of a solved design as linear functionals, and the dual-weighted error of each.

A window keeps its place: where it is an extreme, moving it changes the mean by a square. A mean
principal stress and a mean magnitude of J are linearized. Volume fractions and the share of a
contact in tension are no functionals; see :mod:`studies.adaptive` for their errors.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from fem_bump.adaptivity import CurrentEstimator, Goal, GoalError, StressEstimator
from fem_bump.averages import principal_gradient, principal_max, sample_region
from fem_bump.interface import FluxInterface, TractionInterface
from fem_bump.windows import extreme_mean
from geometry import Design
from studies import metrics as measure
from studies.loads import series_resistance_ohm
from studies.metrics import A_PER_CM2, label
from studies.solved import Solved

MOHM_PER_OHM = 1e3


def applies(design: Design) -> bool:
    """Whether errors can be estimated by duals: axisymmetric loads, perfect contacts."""
    resistive = design.load.current.contact_resistivity_ohm_m2.values()
    return (
        design.load.shear is None
        and design.source_half_angle_deg is None
        and not any(value > 0 for value in resistive)
    )


@dataclass(frozen=True)
class Estimated:
    """A metric and its estimated error."""

    value: float
    error: GoalError

    def times(self, factor: float) -> Estimated:
        """The same of a metric that is a multiple of this one."""
        return Estimated(factor * self.value, self.error.times(factor))


@dataclass(frozen=True)
class _Metric:
    """A functional, its value, and its change under the improved solution.

    The change of an extreme includes that its window moves; that of a mean of something non-linear
    is taken as it is. None: what the functional says.
    """

    goal: Goal
    value: float
    change: float | None = None


@dataclass(frozen=True)
class Estimates:
    """Estimated error per metric, and where fields may be singular (a mask of vertices)."""

    of: dict[str, Estimated]
    corners: np.ndarray


def estimates(solved: Solved, headline_only: bool) -> Estimates:
    """Estimated errors of the headline metrics, or of all that are functionals."""
    lengths = solved.section.design.metrics.averaging_lengths_um
    if headline_only:
        lengths = (solved.section.design.metrics.headline_length_um,)
    stress = _stress_goals(solved, lengths, headline_only)
    current, scaled = _current_goals(solved, lengths, headline_only)
    found: dict[str, Estimated] = {}
    estimator: StressEstimator | CurrentEstimator
    corners = stress[0].corners | current[0].corners
    for estimator, metrics in (stress, current):
        errors = estimator.errors([metric.goal for metric in metrics.values()])
        for (name, metric), error in zip(metrics.items(), errors, strict=True):
            if metric.change is not None:
                error = replace(error, signed=metric.change)
            found[name] = Estimated(metric.value, error)
    if not headline_only:
        found.update({name: found[of].times(factor) for name, (of, factor) in scaled.items()})
    return Estimates(found, corners)


def _stress_goals(
    solved: Solved, lengths: tuple[float, ...], headline_only: bool
) -> tuple[StressEstimator, dict[str, _Metric]]:
    estimator = solved.stress_estimator
    out: dict[str, _Metric] = {}
    for (a, b), found in solved.tractions("a").items():
        assert isinstance(found, TractionInterface)
        line = found.line
        better = estimator.improved_traction(line, "a")
        n, s = line.normal, line.tangent
        peel, shear = ((better * v[:, :, None]).sum(axis=0) for v in (n, s))

        def metric(
            value: float,
            start: float,
            length: float,
            direction: np.ndarray,
            improved: float,
            line=line,
        ) -> _Metric:
            weights = line.window_weights(start, length)
            goal = estimator.traction_goal(line, "a", weights, direction)
            return _Metric(goal, value, improved - value)

        for leg in (None,) if headline_only else (None, *found.legs):
            peels, shears = line.cubic_traces(peel, leg), line.cubic_traces(shear, leg)
            for length in lengths:
                w = found.window(length, leg)
                at = f"{a}_{b}_{leg}_{label(length)}_mpa" if leg else f"{a}_{b}_{label(length)}_mpa"
                span = w.length_um
                high = extreme_mean(peels, length, 1).value
                far = max(abs(extreme_mean(shears, length, sign).value) for sign in (1, -1))
                out[f"peel_max_{at}"] = metric(w.peel_max_mpa, w.peel_max_start_um, span, n, high)
                out[f"shear_max_{at}"] = metric(w.shear_max_mpa, w.shear_max_start_um, span, s, far)
                if leg is None:
                    low = extreme_mean(peels, length, -1).value
                    start = w.peel_min_start_um
                    out[f"peel_min_{at}"] = metric(w.peel_min_mpa, start, span, n, low)
        if not headline_only:
            whole = float(line.length_um.sum())
            weights = line.window_weights(0.0, whole)
            for name, value, along, density in (
                ("peel_mean", found.mean_peel_mpa, n, peel),
                ("shear_mean", found.mean_shear_mpa, s, shear),
            ):
                improved = float((weights * density).sum())
                out[f"{name}_{a}_{b}_mpa"] = metric(value, 0.0, whole, along, improved)
    for length in lengths:
        out.update(_principal_goals(solved, estimator, length, headline_only))
    return estimator, out


def _principal_goals(
    solved: Solved, estimator: StressEstimator, length: float, headline_only: bool
) -> dict[str, _Metric]:
    """Means of the first principal stress; the largest of a region is that of one of its places."""
    out: dict[str, _Metric] = {}
    for region, spots in measure.brittle_places(solved.section).items():
        samples, values, stresses = {}, {}, {}
        for spot, centre in spots.items():
            sample = solved.disc_sample(region, *centre, length)
            if sample is not None:
                samples[spot] = sample
                stresses[spot] = estimator.stress.stress_at(sample.element, sample.x, sample.y)
                values[spot] = sample.mean(principal_max(stresses[spot]))
        if not samples:
            continue
        largest = max(values, key=lambda spot: values[spot])
        for spot in (largest,) if headline_only else samples:
            goal = estimator.stress_goal(samples[spot], principal_gradient(stresses[spot]))
            better = stresses[spot] + estimator.stress_change(samples[spot])
            change = samples[spot].mean(principal_max(better)) - values[spot]
            out[f"principal_{region}_{spot}_{label(length)}_mpa"] = _Metric(
                goal, values[spot], change
            )
        out[f"principal_max_{region}_{label(length)}_mpa"] = out[
            f"principal_{region}_{largest}_{label(length)}_mpa"
        ]
    return out


def _current_goals(
    solved: Solved, lengths: tuple[float, ...], headline_only: bool
) -> tuple[tuple[CurrentEstimator, dict[str, _Metric]], dict[str, tuple[str, float]]]:
    """Goals, and metrics that are multiples of others: (the other, the factor)."""
    section, estimator = solved.section, solved.current_estimator
    current = estimator.current
    out: dict[str, _Metric] = {}
    scaled: dict[str, tuple[str, float]] = {}
    nominal = abs(current.current_a) / (math.pi * section.design.opening_radius_um**2)
    for (a, b), found in solved.fluxes("a").items():
        assert isinstance(found, FluxInterface)
        contact = abs(current.current_a) / found.contact_area_um2
        better = estimator.improved_flux(found.line, "a")
        for leg in (None,) if headline_only else (None, *found.legs):
            traces = found.line.cubic_traces(better, leg)
            for length in lengths:
                window = found.window(length, leg)
                weights = found.line.window_weights(window.start_um, window.length_um)
                value = window.current_density_max_a_per_um2
                sign = 1 if float((weights[:, :3] * found.values).sum()) > 0 else -1
                improved = abs(extreme_mean(traces, length, sign).value)
                at = f"{a}_{b}_{leg}_{label(length)}" if leg else f"{a}_{b}_{label(length)}"
                name = f"current_density_max_{at}_a_per_cm2"
                out[name] = _Metric(
                    estimator.flux_goal(found.line, "a", weights).times(A_PER_CM2),
                    value * A_PER_CM2,
                    (improved - value) * A_PER_CM2,
                )
                if leg is None:
                    scaled[f"crowding_nominal_{at}"] = name, 1 / (nominal * A_PER_CM2)
                    scaled[f"crowding_contact_{at}"] = name, 1 / (contact * A_PER_CM2)
    for length in lengths:
        out.update(_lateral_goals(solved, estimator, length, headline_only))
    assert series_resistance_ohm(section.design) == 0.0  # only arcs have something in series
    resistance = estimator.resistance_goal().times(MOHM_PER_OHM)
    out["resistance_mohm"] = _Metric(resistance, current.resistance_ohm * MOHM_PER_OHM)
    scaled["power_mw"] = "resistance_mohm", current.current_a**2
    return (estimator, out), scaled


def _lateral_goals(
    solved: Solved, estimator: CurrentEstimator, length: float, headline_only: bool
) -> dict[str, _Metric]:
    """Means of |J| in the pad on either side of the opening's edge, and the larger of the two."""
    current = estimator.current
    pad = np.intersect1d(solved.model.elements("pad"), current.conducting_elements)
    found, at = {}, f"_{label(length)}_a_per_cm2"
    for side, band in measure.pad_bands(solved.section, length).items():
        sample = sample_region(solved.model, pad, band, True)
        if sample is not None:
            density = current.current_density_at(sample.element, sample.x, sample.y)
            size = np.hypot(*density)
            found[side] = sample.mean(size), sample, density, size
    out: dict[str, _Metric] = {}
    if not found:
        return out
    largest = max(found, key=lambda side: found[side][0])
    for side in (largest,) if headline_only else found:
        value, sample, density, size = found[side]
        direction = np.divide(density, size, out=np.zeros_like(density), where=size > 0)
        goal = estimator.density_goal(sample, direction).times(A_PER_CM2)
        better = np.hypot(*(density + estimator.density_change(sample)))
        change = (sample.mean(better) - value) * A_PER_CM2
        out[f"pad_lateral_density{side}{at}"] = _Metric(goal, value * A_PER_CM2, change)
    out[f"pad_lateral_density{at}"] = out[f"pad_lateral_density{largest}{at}"]
    return out
