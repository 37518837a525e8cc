"""Worst windows of tractions, where each lies, and its mean as a functional.

Under a lateral shift there are two states, harmonic 0 and harmonic 1. A window lies at the angle
where its mean is worst; there a mean is a sum over both. A window keeps its place: where it is an
extreme, moving it changes the mean by a square. The same goes for the angle at which it lies, and
for the direction of a largest shear.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from fem_bump.accuracy.functionals import Ends, Functional
from fem_bump.algebra.harmonics import angle_means
from fem_bump.interfaces.line import InterfaceLine
from fem_bump.interfaces.traction import TractionInterface
from fem_bump.interfaces.traction_windows import TractionWindow
from fem_bump.interfaces.windows import extreme_mean, extreme_means
from studies.metrics.chords import around_kinks, chord_error
from studies.metrics.linearized import Linearized, extreme_change, place_to_mend
from studies.metrics.names import Place
from studies.solution.interfaces import arc_deg
from studies.solution.solved import Solved, View

BY_LOAD = {"cooldown": 0, "shear": 1}  # harmonic that each load has


@dataclass(frozen=True)
class Window:
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
    theta_deg: tuple[float, float]
    harmonics: tuple[int, ...]


def alone_window(view: View, place: Place, load: str) -> TractionWindow:
    """The worst window of what one load does alone."""
    harmonic, whole = BY_LOAD[load], view.traction(place.pair)
    assert place.length_um is not None
    length = place.length_um

    def find() -> TractionWindow:
        return whole.only(harmonic).worst_window(length, arc_deg(view.design), place.leg)

    return view.once(("alone", load, view.side, place), find)


def window_mean(what: str, load: str | None = None) -> Callable[[View, Place], Linearized]:
    """Functional of ``peel_max``, ``peel_min`` or ``shear_max``, of all loads or one alone."""

    def functional(view: View, place: Place) -> Linearized:
        whole = view.traction(place.pair)
        if load is None:
            window = view.traction_window(place.pair, place.length_um, place.leg)
            harmonics = tuple(whole.amplitudes)
        else:
            window, harmonics = alone_window(view, place, load), (BY_LOAD[load],)
        assert place.length_um is not None
        found = _at_extreme(window, what, harmonics)
        return _mean(view, place, whole, found)

    return functional


def chord_tail(what: str) -> Callable[[View, Place], float | None]:
    """What chords of a mark's curves leave open of ``peel_max``, ``peel_min``, ``shear_max``."""

    def tail(view: View, place: Place) -> float | None:
        if view.section.scar_um is None:
            return None
        return view.once(("tail", what, view.side, place), lambda: missed(view, place))

    def missed(view: View, place: Place) -> float | None:
        whole = view.traction(place.pair)
        line = whole.line
        cells = view.once(("kinks", view.side, place.pair), lambda: around_kinks(line))
        window = view.traction_window(place.pair, place.length_um, place.leg)
        found = _at_extreme(window, what, tuple(whole.amplitudes))
        density = _density(whole, _directions(line, found))
        return chord_error(line, cells, density, found.start_um, found.length_um, place.leg)

    return tail


def area_mean(what: str) -> Callable[[View, Place], Linearized]:
    """Functional of the mean ``peel`` or ``shear`` over a contact: harmonic 0 alone has any."""

    def functional(view: View, place: Place) -> Linearized:
        found = view.traction(place.pair).axisymmetric
        line, estimator = found.line, view.solved.stress_estimators[0]
        direction = _whole(line.normal if what == "peel" else line.tangent)
        value = found.mean_peel_mpa if what == "peel" else found.mean_shear_mpa
        weights = line.window_weights(0.0, float(line.length_um.sum()))
        goal = estimator.traction_goal(line, "a", weights, direction)
        ends = estimator.traction_ends(line, "a", weights, direction)
        changed = (estimator.traction_change(line, "a") * direction[:, :, None]).sum(axis=0)
        change = float((weights * changed).sum())
        return Linearized(view.solved.stress_estimators, Functional({0: goal}, ends), value, change)

    return functional


def _at_extreme(w: TractionWindow, what: str, harmonics: tuple[int, ...]) -> Window:
    half, turn = w.arc_deg / 2, np.radians(w.shear_max_direction_deg)
    value, start, theta = (getattr(w, f"{what}_{of}") for of in ("mpa", "start_um", "theta_deg"))
    along = what == "shear_max"
    mix = (0.0, float(np.cos(turn)), float(np.sin(turn))) if along else (1.0, 0.0, 0.0)
    sign = {"peel_max": 1, "peel_min": -1}.get(what, 0)
    return Window(value, start, w.length_um, mix, sign, (theta - half, theta + half), harmonics)


def _whole(plane: np.ndarray) -> np.ndarray:
    """(3, m) components r, t, z of a direction (2, m) in the section."""
    return np.array([plane[0], np.zeros_like(plane[0]), plane[1]])


def _directions(line: InterfaceLine, window: Window) -> dict[int, np.ndarray]:
    """(3, m) direction r, t, z of each state's traction in a window's mean."""
    plane = _whole(window.mix[0] * line.normal + window.mix[1] * line.tangent)
    around = np.array([[0.0], [window.mix[2]], [0.0]])
    out = {}
    for n in window.harmonics:
        cosine, sine = angle_means(np.array([n]), window.theta_deg)
        out[n] = cosine * plane + sine * around
    return out


def _density(found: TractionInterface, directions: Mapping[int, np.ndarray]) -> np.ndarray:
    """(m, 3) traction along the directions, MPa."""
    out = np.zeros((len(found.line.facets), 3))
    for n, direction in directions.items():
        out += (found.amplitudes[n] * direction[:, :, None]).sum(axis=0)
    return out


@dataclass(frozen=True)
class _Along:
    """Traction along the directions of a window's mean: as it is, (m, 3), and improved, (m, 4)."""

    directions: dict[int, np.ndarray]
    density: np.ndarray
    better: np.ndarray


def _along(view: View, place: Place, found: TractionInterface, window: Window) -> _Along:
    """That of a window; those of one mix and angle share it."""

    def make() -> _Along:
        directions = _directions(found.line, window)
        density = _density(found, directions)
        return _Along(directions, density, _improved(view.solved, found.line, density, directions))

    key = "along", view.side, place.pair, window.mix, window.theta_deg, window.harmonics
    return view.once(key, make)


def _mean(view: View, place: Place, found: TractionInterface, window: Window) -> Linearized:
    """A window mean at its place, and its extreme in the improved solution."""
    solved, line, length, leg = view.solved, found.line, place.length_um, place.leg
    assert length is not None
    along = _along(view, place, found, window)
    directions, better = along.directions, along.better
    weights = line.window_weights(window.start_um, window.length_um)
    mean = float((weights[:, :3] * along.density).sum())
    signs = (window.sign,) if window.sign else (1, -1)
    found_better = extreme_means(line.traces(better, leg), length, signs)
    improved = max(found_better, key=lambda extreme: abs(extreme.value))
    turn = -1.0 if window.sign == 0 and mean < 0 else 1.0
    in_place = turn * (float((weights * better).sum()) - mean)
    moved = (improved.value if window.sign else abs(improved.value)) - window.value
    start = place_to_mend(window.start_um, improved, in_place, moved)
    functional = _functional(solved, line, (start, window.length_um), directions).times(turn)
    change = extreme_change(in_place, moved)
    return Linearized(solved.stress_estimators, functional, window.value, change)


def mean_angle(view: View, place: Place) -> Linearized:
    """Angle between the mean peel and the mean traction where peel is largest, linearized.

    Its window is where peel has its extreme, not the angle: that the window moves counts in full.
    """
    solved, found = view.solved, view.traction(place.pair)
    worst = view.traction_window(place.pair, place.length_um, place.leg)
    assert place.length_um is not None
    window = _at_extreme(worst, "peel_max", tuple(found.amplitudes))
    line, span = found.line, window.length_um
    densities, better = [], []
    for part in ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)):
        directions = _directions(line, replace(window, mix=part))
        densities.append(_density(found, directions))
        better.append(_improved(solved, line, densities[-1], directions))
    weights = line.window_weights(window.start_um, span)
    peel, along, around = ((weights[:, :3] * density).sum() for density in densities)
    shear = float(np.hypot(along, around))
    per_mpa = float(np.degrees(1.0)) / (peel**2 + shear**2)
    share = per_mpa * peel / shear if shear > 0 else 0.0
    mix = (-per_mpa * shear, share * along, share * around)
    functional = _functional(
        solved, line, (window.start_um, span), _directions(line, replace(window, mix=mix))
    )
    moved = extreme_mean(line.traces(better[0], place.leg), place.length_um, 1).start_um
    in_place, elsewhere = (
        _angle_deg(line.window_weights(start, span), better) - worst.mode_mix_deg
        for start in (window.start_um, moved)
    )
    change = extreme_change(in_place, elsewhere)
    return Linearized(solved.stress_estimators, functional, worst.mode_mix_deg, change)


def _angle_deg(weights: np.ndarray, densities: Sequence[np.ndarray]) -> float:
    """Mode mix of the means of peel, shear along s and shear around."""
    peel, along, around = ((weights * density).sum() for density in densities)
    return float(np.degrees(np.arctan2(np.hypot(along, around), peel)))


def _improved(
    solved: Solved,
    line: InterfaceLine,
    density: np.ndarray,
    directions: Mapping[int, np.ndarray],
) -> np.ndarray:
    """(m, 4) density (m, 3) of tractions along directions as the improved solution has it."""
    out = np.zeros((len(line.facets), 4))
    out[:, :3] = density
    for n, direction in directions.items():
        changed = solved.stress_estimators[n].traction_change(line, "a")
        out += (changed * direction[:, :, None]).sum(axis=0)
    return out


def _functional(
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
