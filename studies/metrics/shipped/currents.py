"""Current density at the interfaces that carry the current, and how crowded it is there.

Where current enters through arcs a number is a sum over harmonics of the angle
(:class:`fem_bump.accuracy.current_estimates.FlowEstimates`), at the angle where its window lies.
"""

from __future__ import annotations

import math

from fem_bump.interfaces.flux import FluxInterface, FluxWindow
from fem_bump.interfaces.windows import extreme_mean
from studies.metrics.chords import around_kinks, chord_error
from studies.metrics.linearized import Linearized, Multiple, extreme_change, place_to_mend
from studies.metrics.names import Place
from studies.metrics.places import (
    all_flux_windows,
    arc_fed_windows,
    flux_windows,
    on_chip_side,
    varying_flux_windows,
)
from studies.metrics.registry import metric
from studies.solution.interfaces import A_PER_CM2
from studies.solution.solved import Solved, View


def _worst_mean(view: View, place: Place) -> Linearized:
    """Largest window mean of J.n, A/cm^2."""
    return view.once(("worst mean", place), lambda: _linearize(view, place))


def _linearize(view: View, place: Place) -> Linearized:
    found, length, leg = view.flux(place.pair), place.length_um, place.leg
    window = view.flux_window(place.pair, length, leg)
    assert length is not None
    return _mean(view.solved, found, window, length, leg)


def _left_out(view: View, place: Place) -> float | None:
    """What harmonics that are left out and chords of a mark may add to the largest mean, A/cm^2."""
    window = view.flux_window(place.pair, place.length_um, place.leg)
    harmonics = window.tail_a_per_um2 * A_PER_CM2 if view.current.varies_around else None
    chords = _between_kinks(view, place, window)
    return harmonics if chords is None else (harmonics or 0.0) + chords


def _between_kinks(view: View, place: Place, window: FluxWindow) -> float | None:
    """What chords of a mark's curves leave open of the largest mean, A/cm^2."""
    if view.section.scar_um is None:
        return None
    found = view.flux(place.pair).mean_over(window.theta_deg, window.harmonics)
    line, span = found.line, (window.start_um, window.length_um)
    cells = view.once(("kinks of flux", place.pair), lambda: around_kinks(line))
    missed = chord_error(line, cells, found.values, *span, place.leg)
    return None if missed is None else missed * A_PER_CM2


@metric(
    "current_density_max", unit="a_per_cm2", title="Current density at {where}",
    short="current density at {where}", places=all_flux_windows, better="lower", headline=3,
    judged=on_chip_side, functional=_worst_mean, tail=_left_out, needs_equal_films=True,
    says="Largest mean of the normal current density over windows of length L, along the net "
    "current; negative on a leg where all current runs against it.",
)  # fmt: skip
def current_density_max(view: View, place: Place) -> float:
    window = view.flux_window(place.pair, place.length_um, place.leg)
    return window.current_density_max_a_per_um2 * A_PER_CM2


# ---------------------------------------------------------------------------- crowding


def _nominal(view: View, place: Place) -> float:
    """A/um^2 over the opening."""
    return abs(view.current.current_a) / (math.pi * view.design.opening_radius_um**2)


def _over_contact(view: View, place: Place) -> float:
    """A/um^2 over the contact."""
    return abs(view.current.current_a) / view.flux(place.pair).contact_area_um2


def _tail_over(view: View, place: Place, reference: float) -> float | None:
    tail = _left_out(view, place)
    return None if tail is None else tail / A_PER_CM2 / reference


def _density_over(place: Place, reference: float) -> Multiple:
    return Multiple("current_density_max", place, 1 / (reference * A_PER_CM2))


@metric(
    "crowding_nominal", title="Crowding at {where}, against the opening's area",
    places=flux_windows,
    functional=lambda view, place: _density_over(place, _nominal(view, place)),
    tail=lambda view, place: _tail_over(view, place, _nominal(view, place)),
    says="Largest current density over the current per area of the opening.",
)  # fmt: skip
def crowding_nominal(view: View, place: Place) -> float:
    window = view.flux_window(place.pair, place.length_um)
    return window.current_density_max_a_per_um2 / _nominal(view, place)


@metric(
    "crowding_contact", title="Crowding at {where}, against the contact's area",
    places=flux_windows,
    functional=lambda view, place: _density_over(place, _over_contact(view, place)),
    tail=lambda view, place: _tail_over(view, place, _over_contact(view, place)),
    says="Largest current density over the current per area of the interface.",
)  # fmt: skip
def crowding_contact(view: View, place: Place) -> float:
    window = view.flux_window(place.pair, place.length_um)
    return window.current_density_max_a_per_um2 / _over_contact(view, place)


# ------------------------------------------------------------------ around the circle


def _even(view: View, place: Place) -> tuple[FluxInterface, float]:
    """J.n had the current entered all around, and its largest mean over the same window."""
    plane = view.flux(place.pair).axisymmetric
    length = view.flux_window(place.pair, place.length_um).length_um
    return plane, plane.window(length).current_density_max_a_per_um2


def _over_even(view: View, place: Place) -> Linearized:
    plane, length = _even(view, place)[0], place.length_um
    assert length is not None
    under = _mean(view.solved, plane, plane.window(length), length, None)
    return _ratio(_worst_mean(view, place), under)


@metric(
    "crowding_in_plane", title="Crowding in plane at {where}, against an even feed",
    places=arc_fed_windows, headline=4, judged=on_chip_side,
    described=True, functional=_over_even,
    tail=lambda view, place: _tail_over(view, place, _even(view, place)[1]),
    says="Largest current density over what it were had the current entered all around; with a "
    "film beside the axis, over the largest of its mean around the axis.",
)  # fmt: skip
def crowding_in_plane(view: View, place: Place) -> float:
    window = view.flux_window(place.pair, place.length_um)
    return window.current_density_max_a_per_um2 / _even(view, place)[1]


@metric(
    "current_density_max_theta", unit="deg",
    title="Angle of the largest current density at {where}",
    places=varying_flux_windows,
    says="0 is where the first arc feeds the pad; a mark beside the axis is at its azimuth.",
)  # fmt: skip
def current_density_max_theta(view: View, place: Place) -> float:
    window = view.flux_window(place.pair, place.length_um)
    return abs(window.theta_middle_deg)


def _opposite_mean(view: View, place: Place) -> Linearized:
    found, length = view.flux(place.pair), place.length_um
    assert length is not None
    window = view.opposite_window(place.pair, length)
    return _mean(view.solved, found, window, length, None)


@metric(
    "current_density_opposite", unit="a_per_cm2",
    title="Current density at {where}, opposite the feed",
    places=arc_fed_windows, functional=_opposite_mean,
    tail=lambda view, place: (
        view.opposite_window(place.pair, place.length_um).tail_a_per_um2 * A_PER_CM2
    ),
    says="Largest mean midway between two arcs of the feed.",
)  # fmt: skip
def current_density_opposite(view: View, place: Place) -> float:
    window = view.opposite_window(place.pair, place.length_um)
    return window.current_density_max_a_per_um2 * A_PER_CM2


# ------------------------------------------------------------------------ linearized


def _mean(
    solved: Solved, found: FluxInterface, window: FluxWindow, length: float, leg: str | None
) -> Linearized:
    """A window mean of J.n, A/cm^2, along the net current, and that of the improved solution."""
    flows = solved.flow_estimates
    factors = flows.angle_factors(window.theta_deg, window.harmonics)
    found = found.mean_over(window.theta_deg, window.harmonics)
    line, start, span = found.line, window.start_um, window.length_um
    value = window.current_density_max_a_per_um2
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
    whole = extreme_change(in_place, moved)
    return Linearized(flows.estimators, functional, value, whole).times(A_PER_CM2)


def _ratio(over: Linearized, under: Linearized) -> Linearized:
    """One metric over another, linearized."""
    assert over.change is not None and under.change is not None
    value = over.value / under.value
    functional = over.functional.plus(under.functional.times(-value)).times(1 / under.value)
    improved = (over.value + over.change) / (under.value + under.change)
    return Linearized(over.estimators, functional, value, improved - value)
