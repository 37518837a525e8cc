"""Tractions, principal stresses and the lateral force of a solved design as functionals.

Under a lateral shift there are two states, harmonic 0 and harmonic 1. A window lies at the angle
where its mean is worst; there a mean is a sum over both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial

import numpy as np

from fem_bump import AngularStress
from fem_bump.accuracy.estimates import Ends, Functional
from fem_bump.accuracy.stress_estimates import HarmonicStressEstimator, StressEstimator
from fem_bump.algebra.harmonics import angle_means
from fem_bump.interfaces.angular_traction import AngularTractionWindow
from fem_bump.interfaces.averages import (
    Sample,
    disc,
    principal_gradient,
    principal_max,
    sample_region,
)
from fem_bump.interfaces.densities import TractionInterface, TractionWindow
from fem_bump.interfaces.line import InterfaceLine
from fem_bump.interfaces.windows import extreme_mean
from fem_bump.mechanics.angular_stress import superposed
from geometry.process.step import brittle_places
from studies.case.design_materials import lateral_displacement_um
from studies.loads.states import counter_face
from studies.metrics import values as measure
from studies.metrics.functionals import (
    Goals,
    MakeMetric,
    Metric,
    extreme_change,
    place_to_mend,
)
from studies.metrics.values import AnyTraction, label
from studies.solution.solved import Solved

AnyEstimator = StressEstimator | HarmonicStressEstimator
BY_LOAD = {"cooldown": 0, "shear": 1}  # harmonic that each load has
OF_LEGS = ("peel_max", "shear_max")
HELD_FACE = "chip_bottom"  # whose reaction is the lateral force
MN_PER_UN = 1e-3


def stress_goals(solved: Solved, lengths: Sequence[float], headline_only: bool) -> Goals:
    """Goals of the cool-down and, where there is one, of the shear."""
    out: dict[str, MakeMetric] = {}
    scaled: dict[str, tuple[str, float]] = {}
    for pair, found in solved.tractions("a").items():
        out.update(_traction_goals(solved, pair, found, lengths, headline_only))
    for length in lengths:
        out.update(_principal_goals(solved, length, headline_only))
    if isinstance(solved.stress, AngularStress):
        out["lateral_force_mn"] = partial(_lateral_force, solved)
        scaled = _multiples_of_force(solved)
    return Goals(solved.stress_estimators, out, scaled)


# ------------------------------------------------------------------ tractions


@dataclass(frozen=True)
class _Place:
    """A window mean of the traction along a direction: where, and which harmonics it is made of.

    Attributes
    ----------
    mix
        Shares of peel, shear along s, shear around the axis.
    theta_deg
        Ends of the interval of theta.
    sign
        1 for a largest mean, -1 for a least one, 0 for the largest absolute one.
    harmonics
        States that take part.
    """

    value: float
    start_um: float
    length_um: float
    mix: tuple[float, float, float]
    sign: int
    theta_deg: tuple[float, float] = (0.0, 0.0)
    harmonics: tuple[int, ...] = (0,)


def _traction_goals(
    solved: Solved,
    pair: tuple[str, str],
    found: AnyTraction,
    lengths: Sequence[float],
    headline_only: bool,
) -> Iterator[tuple[str, MakeMetric]]:
    name = "_".join(pair)
    wanted = {n for length in lengths for n in measure.headline_names(solved.section, length)}
    for leg in (None,) if headline_only else (None, *found.legs):
        for length in lengths:
            at = f"{name}_{leg}_{label(length)}_mpa" if leg else f"{name}_{label(length)}_mpa"
            for what, place in _places(solved, found, length, leg).items():
                metric = f"{what}_{at}"
                if metric in wanted if headline_only else leg is None or what in OF_LEGS:
                    yield metric, partial(_traction_metric, solved, found, place, length, leg)
    if not headline_only:
        yield from _mean_goals(solved, name, found.axisymmetric)


def _places(
    solved: Solved, found: AnyTraction, length: float, leg: str | None
) -> dict[str, _Place]:
    """Windows of the metrics of one interface, by what they are called."""
    window = measure.traction_window(solved.section.design, found, length, leg)
    if isinstance(found, TractionInterface):
        assert isinstance(window, TractionWindow)
        span = window.length_um
        return {
            "peel_max": _Place(
                window.peel_max_mpa, window.peel_max_start_um, span, (1.0, 0.0, 0.0), 1
            ),
            "shear_max": _Place(
                window.shear_max_mpa, window.shear_max_start_um, span, (0.0, 1.0, 0.0), 0
            ),
            "peel_min": _Place(
                window.peel_min_mpa, window.peel_min_start_um, span, (1.0, 0.0, 0.0), -1
            ),
        }
    assert isinstance(window, AngularTractionWindow)
    out = _angular_places(window, (0, 1))
    if leg is None:
        for load, harmonic in BY_LOAD.items():
            alone = found.only(harmonic).worst_window(length, window.arc_deg)
            of_load = _angular_places(alone, (harmonic,))
            out[f"peel_max_by_{load}"] = of_load["peel_max"]
            out[f"shear_max_by_{load}"] = of_load["shear_max"]
    return out


def _angular_places(w: AngularTractionWindow, harmonics: tuple[int, ...]) -> dict[str, _Place]:
    half, turn = w.arc_deg / 2, np.radians(w.shear_max_direction_deg)

    def place(value: float, start: float, theta: float, mix, sign: int) -> _Place:
        interval = theta - half, theta + half
        return _Place(value, start, w.length_um, mix, sign, interval, harmonics)

    shear = (0.0, float(np.cos(turn)), float(np.sin(turn)))
    peel = (1.0, 0.0, 0.0)
    return {
        "peel_max": place(w.peel_max_mpa, w.peel_max_start_um, w.peel_max_theta_deg, peel, 1),
        "shear_max": place(w.shear_max_mpa, w.shear_max_start_um, w.shear_max_theta_deg, shear, 1),
        "peel_min": place(w.peel_min_mpa, w.peel_min_start_um, w.peel_min_theta_deg, peel, -1),
    }


def _directions(line: InterfaceLine, place: _Place) -> dict[int, np.ndarray]:
    """(components, m) direction of each state's traction in a window's mean.

    Components r, z of harmonic 0; r, t, z of one above it.
    """
    plane = place.mix[0] * line.normal + place.mix[1] * line.tangent
    out = {}
    for n in place.harmonics:
        (cosine,), (sine,) = angle_means(np.array([n]), place.theta_deg)
        around = np.full(plane.shape[1], place.mix[2] * sine)
        out[n] = plane if n == 0 else np.array([cosine * plane[0], around, cosine * plane[1]])
    return out


def _density(found: AnyTraction, directions: Mapping[int, np.ndarray]) -> np.ndarray:
    """(m, 3) traction along the directions, MPa."""
    if isinstance(found, TractionInterface):
        return (found.values * directions[0][:, :, None]).sum(axis=0)
    out = np.zeros((len(found.line.facets), 3))
    for n, direction in directions.items():
        values = found.amplitudes[n][[0, 2]] if n == 0 else found.amplitudes[n]
        out += (values * direction[:, :, None]).sum(axis=0)
    return out


def _traction_metric(
    solved: Solved, found: AnyTraction, place: _Place, length: float, leg: str | None
) -> Metric:
    """A window mean at its place, and its extreme in the improved solution."""
    line, side = found.line, "a"
    directions = _directions(line, place)
    better = np.zeros((len(line.facets), 4))
    better[:, :3] = _density(found, directions)
    weights = line.window_weights(place.start_um, place.length_um)
    mean = float((weights[:, :3] * better[:, :3]).sum())
    for n, direction in directions.items():
        changed = solved.stress_estimators[n].traction_change(line, side)
        better += (changed * direction[:, :, None]).sum(axis=0)
    signs = (place.sign,) if place.sign else (1, -1)
    found_better = [extreme_mean(line.traces(better, leg), length, sign) for sign in signs]
    improved = max(found_better, key=lambda extreme: abs(extreme.value))
    turn = -1.0 if place.sign == 0 and mean < 0 else 1.0
    in_place = turn * (float((weights * better).sum()) - mean)
    moved = (improved.value if place.sign else abs(improved.value)) - place.value
    start = place_to_mend(place.start_um, improved, in_place, moved)
    functional = _traction_functional(solved, line, (start, place.length_um), directions)
    return Metric(functional.times(turn), place.value, extreme_change(in_place, moved))


def _traction_functional(
    solved: Solved,
    line: InterfaceLine,
    window: tuple[float, float],
    directions: Mapping[int, np.ndarray],
) -> Functional:
    """Mean of the traction along the directions over a window (start, length), um."""
    weights, goals, ends = line.window_weights(*window), {}, Ends()
    for n, direction in directions.items():
        estimator = solved.stress_estimators[n]
        goals[n] = estimator.traction_goal(line, "a", weights, direction)
        ends = ends.plus(estimator.traction_ends(line, "a", weights, direction))
    return Functional(goals, ends)


def _mean_goals(
    solved: Solved, name: str, found: TractionInterface
) -> Iterator[tuple[str, MakeMetric]]:
    """Means over the whole contact: harmonic 0 alone has any."""
    line = found.line
    for what, value, direction in (
        ("peel_mean", found.mean_peel_mpa, line.normal),
        ("shear_mean", found.mean_shear_mpa, line.tangent),
    ):
        yield f"{what}_{name}_mpa", partial(_mean_metric, solved, line, value, direction)


def _mean_metric(
    solved: Solved, line: InterfaceLine, value: float, direction: np.ndarray
) -> Metric:
    estimator = solved.stress_estimators[0]
    weights = line.window_weights(0.0, float(line.length_um.sum()))
    goal = estimator.traction_goal(line, "a", weights, direction)
    ends = estimator.traction_ends(line, "a", weights, direction)
    changed = (estimator.traction_change(line, "a") * direction[:, :, None]).sum(axis=0)
    return Metric(Functional({0: goal}, ends), value, float((weights * changed).sum()))


# ------------------------------------------------------------------ points and forces


def _principal_goals(solved: Solved, length: float, headline_only: bool) -> dict[str, MakeMetric]:
    """Means of the first principal stress; the largest of a region is that of one of its places."""
    out: dict[str, MakeMetric] = {}
    for region, spots in brittle_places(solved.section.design).items():
        found = {}
        for spot, centre in spots.items():
            sample = sample_region(
                solved.model, solved.model.elements(region), disc(*centre, length), False
            )
            if sample is not None:
                found[spot] = _worst_section(solved, sample)
        if not found:
            continue
        largest = max(found, key=lambda spot: found[spot].value)
        for spot in (largest,) if headline_only else found:
            out[f"principal_{region}_{spot}_{label(length)}_mpa"] = cache(
                partial(_principal, solved, found[spot])
            )
        out[f"principal_max_{region}_{label(length)}_mpa"] = out[
            f"principal_{region}_{largest}_{label(length)}_mpa"
        ]
    return out


@dataclass(frozen=True)
class _Section:
    """Mean first principal stress over a sample in the section where it is worst."""

    sample: Sample
    theta: float
    stress: np.ndarray
    value: float


def _worst_section(solved: Solved, sample: Sample) -> _Section:
    place = sample.element, sample.x, sample.y
    stress = solved.stress
    if not isinstance(stress, AngularStress):
        tensor = stress.stress_at(*place)
        return _Section(sample, 0.0, tensor, sample.mean(principal_max(tensor)))
    plane, shear = stress.amplitudes_at(*place)
    sections = []
    for theta in np.radians(measure.ANGLES_DEG):
        tensor = superposed(plane, shear, theta)
        sections.append(_Section(sample, theta, tensor, sample.mean(principal_max(tensor))))
    return max(sections, key=lambda section: section.value)


def _principal(solved: Solved, at: _Section) -> Metric:
    """The mean in that section, linearized, and what it is of the improved stress."""
    plane, *shear = solved.stress_estimators
    gradient = principal_gradient(at.stress)
    goals = {0: plane.stress_goal(at.sample, gradient[:4])}
    better = at.stress.copy()
    better[:4] += plane.stress_change(at.sample)
    for estimator in shear:
        turn = np.array([np.cos(at.theta)] * 4 + [np.sin(at.theta)] * 2)[:, None]
        goals[1] = estimator.stress_goal(at.sample, gradient * turn)
        better += estimator.stress_change(at.sample) * turn
    change = at.sample.mean(principal_max(better)) - at.value
    return Metric(Functional(goals), at.value, change)


def _lateral_force(solved: Solved) -> Metric:
    """The force that shifts the board, from what holds the chip."""
    stress, estimator = solved.stress, solved.stress_estimators[1]
    assert isinstance(stress, AngularStress) and isinstance(estimator, HarmonicStressEstimator)
    goal = estimator.reaction_goal(HELD_FACE).times(-MN_PER_UN)
    force = stress.reaction_un(counter_face(solved.section.design)) * MN_PER_UN
    return Metric(Functional({1: goal}), force)


def _multiples_of_force(solved: Solved) -> dict[str, tuple[str, float]]:
    """Metrics that are the lateral force, mN, times a factor."""
    design, shift = solved.section.design, lateral_displacement_um(solved.section.design)
    area = np.pi * design.ubm_radius_um**2
    out = {"lateral_shear_mean_mpa": ("lateral_force_mn", 1 / (MN_PER_UN * area))}
    if shift:
        out["lateral_stiffness_mn_per_um"] = "lateral_force_mn", 1 / shift
    return out
