"""All metrics of a solved design, and the error of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from geometry import CrossSection
from studies.metrics.catalogue import catalogue, named_in_errors
from studies.metrics.linearized import Estimated, Linearized, Multiple, estimate
from studies.metrics.registry import Known, Values, headlines
from studies.metrics.rough import Beside, rough_error, twin_error
from studies.metrics.unprobed import against_control
from studies.solution.solved import NotLinear, Solved, View


def headline_names(section: CrossSection, length_um: float | None = None) -> list[str]:
    """Metrics a design is judged by that exist here, at the headline length or another."""
    length = length_um or section.design.metrics.headline_length_um
    every = catalogue().of_section(section)
    return [m.name(place) for m, place in headlines(every, length)]


def headline_metrics(solved: Solved, length_um: float) -> list[Known]:
    """The same with their places."""
    return solved.once(("headlines", length_um), lambda: headlines(_every(solved), length_um))


def taken(view: View) -> list[Known]:
    """Every metric that is taken of a solution, at each of its places."""
    every = [
        known for known in _every(view.solved)
        if view.unetched is not None or not known.metric.needs_unetched
    ]  # fmt: skip
    return every if view.unprobed is None else [*every, *_against_control(view)]


def _against_control(view: View) -> list[Known]:
    """Headline metrics at all lengths against the control of a probed pad."""
    lengths = view.design.metrics.averaging_lengths_um
    every = [known for length in lengths for known in headline_metrics(view.solved, length)]
    return [one for known in dict.fromkeys(every) if (one := against_control(known)) is not None]


def _every(solved: Solved) -> list[Known]:
    return solved.once("metrics", lambda: list(catalogue().of_section(solved.section)))


def values(view: View, only: Callable[[Known], bool] | None = None) -> Values:
    """Every metric, or some."""
    every = taken(view) if only is None else filter(only, taken(view))
    out: Values = {}
    for metric, place in every:
        with named_in_errors(metric):
            out[metric.name(place)] = metric.value(view, place)
    return out


def tails(view: View) -> Values:
    """What counting, harmonics left out, or chords of a curve may add to some."""
    found = {m.name(place): m.tail(view, place) for m, place in taken(view) if m.tail is not None}
    return {name: tail for name, tail in found.items() if tail is not None}


@dataclass(frozen=True)
class Estimates:
    """Estimated error per metric, and where fields may be singular (a mask of vertices)."""

    of: dict[str, Estimated]
    corners: np.ndarray


def estimates(
    solved: Solved, headline_only: bool, lengths_um: Sequence[float] | None = None
) -> Estimates:
    """Estimated errors of the headline metrics at some lengths, or of all that are functionals.

    What was estimated before is kept with the solution. Without ``lengths_um`` all of the design.
    """
    view = solved.seen_from("a")
    if headline_only:
        lengths = lengths_um or solved.section.design.metrics.averaging_lengths_um
        every = [known for length in lengths for known in headline_metrics(solved, length)]
    else:
        every = taken(view)
    known: dict[str, Estimated] = solved.once("estimated", dict)
    wanted, multiples = _wanted(view, every, known)
    known.update(zip(wanted, estimate(wanted.values()), strict=True))
    for name in multiples:
        _resolve(name, multiples, known)
    names = {metric.name(place) for metric, place in every}
    of = {name: one for name, one in known.items() if name in names}
    corners = solved.flow_estimates.corners
    if not solved.has_history:
        corners = corners | solved.stress_estimators[0].corners
    return Estimates(of, corners)


def _wanted(
    view: View, every: Iterable[Known], known: dict[str, Estimated]
) -> tuple[dict[str, Linearized], dict[str, tuple[str, float]]]:
    """Functionals that are not estimated yet, and metrics that are multiples of one."""
    wanted: dict[str, Linearized] = {}
    multiples: dict[str, tuple[str, float]] = {}
    waiting = list(every)
    for metric, place in waiting:
        name = metric.name(place)
        if metric.functional is None or name in known or name in wanted or name in multiples:
            continue
        try:
            with named_in_errors(metric):
                made = metric.functional(view, place)
        except NotLinear:
            continue
        if isinstance(made, Multiple):
            other = catalogue()[made.stem]
            multiples[name] = other.name(made.place), made.factor
            waiting.append(Known(other, made.place))
        elif made is not None:
            wanted[name] = made
    return wanted, multiples


def _resolve(
    name: str, multiples: dict[str, tuple[str, float]], known: dict[str, Estimated]
) -> Estimated | None:
    """The estimate of a multiple, from that of what it is a multiple of."""
    if name not in known and name in multiples:
        of, factor = multiples[name]
        if (one := _resolve(of, multiples, known)) is not None:
            known[name] = one.times(factor)
    return known.get(name)


def other_error(
    known: Known, view: View, beside: Beside, value: float, tail: float | None, errors: Values
) -> float | None:
    """Error of a metric that is no functional, by its own rule.

    Parameters
    ----------
    view, beside
        The solution, and those that it is compared with.
    errors
        Those of the metrics before it.
    """
    metric, place = known
    if callable(metric.rule):
        return metric.rule(view, place, errors)
    if metric.rule == "exact":
        return 0.0
    if metric.rule == "twins":
        return twin_error(metric, place, value, beside, tail)
    return rough_error(metric, place, value, beside, tail)
