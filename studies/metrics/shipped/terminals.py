"""What is measured between the terminals: resistance and power, with what is in series."""

from __future__ import annotations

from studies.loads.shipped.current import series_resistance_ohm
from studies.metrics.linearized import Linearized, Multiple
from studies.metrics.names import Place
from studies.metrics.places import WHOLE, current_varies, is_fed_by_arcs, where
from studies.metrics.registry import metric
from studies.solution.solved import View

MOHM_PER_OHM = 1e3
MW_PER_W = 1e3

with_arcs = where(is_fed_by_arcs, WHOLE)


def _linearized(view: View, place: Place) -> Linearized:
    """Resistance with what is in series, which has no error."""
    flows = view.solved.flow_estimates
    whole = view.current.resistance_ohm + series_resistance_ohm(view.design)
    return Linearized(flows.estimators, flows.resistance(), whole).times(MOHM_PER_OHM)


def _left_out_v(view: View) -> float | None:
    """What harmonics that are left out may add to the voltage."""
    current = view.current
    if not current.varies_around:
        return None
    return abs(current.harmonics.tail["entry_potential_error_v"])


def _resistance_tail(view: View, place: Place) -> float | None:
    tail = _left_out_v(view)
    return None if tail is None else tail / abs(view.current.current_a) * MOHM_PER_OHM


def _power_tail(view: View, place: Place) -> float | None:
    tail = _left_out_v(view)
    return None if tail is None else tail * abs(view.current.current_a) * MW_PER_W


@metric(
    "resistance", unit="mohm", title="Resistance between the terminals", short="resistance",
    places=WHOLE, better="lower", headline=7, functional=_linearized, tail=_resistance_tail,
    says="With the trace, or the vias, that lie before the pad.",
)  # fmt: skip
def resistance(view: View, place: Place) -> float:
    series = series_resistance_ohm(view.design)
    return (view.current.resistance_ohm + series) * MOHM_PER_OHM


@metric(
    "power", unit="mw", title="Power between the terminals", places=WHOLE, described=True,
    functional=lambda view, place: Multiple("resistance", place, view.current.current_a**2),
    tail=_power_tail, says="Of the current in that resistance.",
)  # fmt: skip
def power(view: View, place: Place) -> float:
    current = view.current
    return (current.power_w + series_resistance_ohm(view.design) * current.current_a**2) * MW_PER_W


@metric(
    "resistance_series", unit="mohm", title="Resistance in series, up to the pad",
    places=with_arcs, described=True, rule="exact",
    says="Of the trace, or of the vias in parallel: their length over area and conductivity.",
)  # fmt: skip
def resistance_series(view: View, place: Place) -> float:
    return series_resistance_ohm(view.design) * MOHM_PER_OHM


@metric(
    "harmonics", title="Harmonics of the current above 0",
    places=where(current_varies, WHOLE), rule="exact",
    says="How many were solved until what was left out was small enough.",
)  # fmt: skip
def harmonics(view: View, place: Place) -> float:
    return float(view.current.solved)
