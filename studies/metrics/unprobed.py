"""Headline metrics against the control of a probed pad: not probed, cleaned and etched alike.

A stress is compared by its difference, over the control's or 5 % of the mean absolute traction at
UBM/pad where that is more: around 0 a ratio says nothing. Everything else by its ratio. Angles are
not compared.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from studies.metrics.catalogue import catalogue
from studies.metrics.names import Place, join, split
from studies.metrics.registry import Errors, Known, Metric
from studies.solution.solved import View

SPOT = "to_unprobed"
SMALL_TRACTION = 0.05  # of the mean absolute traction


def against_control(known: Known) -> Known | None:
    """The comparison of a headline metric at a place; None where it has none."""
    if known.metric.headline is None or known.metric.unit == "deg":
        return None
    return Known(_comparison(known.metric), replace(known.place, spot=SPOT))


def known_metric(name: str) -> Known | None:
    """Metric and place of a name, with length and unit or without; comparisons among them."""
    parts = split(name)
    own = parts.stem.removesuffix(f"_{SPOT}")
    known = catalogue().parse(join(parts._replace(stem=own)))
    return known if known is None or own == parts.stem else against_control(known)


@cache
def _comparison(metric: Metric) -> Metric:
    by_difference = metric.unit == "mpa"

    def parts(view: View, place: Place, error: float | None) -> tuple[float, float | None] | None:
        """Value and error, of which the metric's own is given."""
        own, control = replace(place, spot=None), view.unprobed
        name = metric.name(own)
        assert control is not None
        now, before = metric.value(view, own), control.metrics.get(name)
        apart = control.errors.get(name)
        if now is None or before is None:
            return None
        size = max(abs(before), _small(view, own)) if by_difference else abs(before)
        if size == 0.0:
            return None
        value = (now - before) / size if by_difference else now / before
        if error is None or apart is None:
            return value, None
        of_size = apart * abs(value) / size if size == abs(before) else 0.0
        return value, error / size + (apart / size + of_size if by_difference else of_size)

    def value(view: View, place: Place) -> float | None:
        found = parts(view, place, None)
        return None if found is None else found[0]

    def rule(view: View, place: Place, errors: Errors) -> float | None:
        found = parts(view, place, errors.get(metric.name(replace(place, spot=None))))
        return None if found is None else found[1]

    against = "change against an unprobed pad" if by_difference else "over that of an unprobed pad"
    return replace(
        metric,
        unit=None,
        title=f"{metric.title}, {against}",
        short=f"{metric.short}, {against}",
        value=value,
        better=None,
        headline=None,
        described=False,
        functional=None,
        rule=rule,
        tail=None,
    )


def _small(view: View, place: Place) -> float:
    """What a smaller stress is compared with, MPa."""
    pair = place.pair or ("ubm", "pad")
    return SMALL_TRACTION * view.traction(pair).axisymmetric.mean_magnitude_mpa
