"""Temperature of a bump that its current heats: where it is hottest, how it falls, where heat goes.

No corner makes a temperature singular, so that the largest is given as it is. A gradient is the
mean over a region's volume: the largest is a corner's.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from fem_bump.algebra.conduction_kernels import potential_gradient
from fem_bump.coupling.angular_state import AngularState
from geometry import CrossSection, Design
from studies.loads.shipped.current import series_resistance_ohm
from studies.loads.shipped.heat import (
    heat,
    held_degc,
    is_coupled,
    substrate_degc,
    trace_heater,
)
from studies.metrics.names import Place
from studies.metrics.places import WHOLE, having, where
from studies.metrics.registry import Places, metric
from studies.solution.solved import View, region_materials
from studies.wording.units import Unit

MOHM_PER_OHM = 1e3
MW_PER_W = 1e3
UM_PER_CM = 1e4

is_heated = having(heat)
heated = where(is_heated, WHOLE)


def _metals(section: CrossSection) -> Iterator[Place]:
    for i, (region, material) in enumerate(region_materials(section).items()):
        if material.is_conductor:
            yield Place(region=region, order=(i,))


def _sinks(section: CrossSection) -> Iterator[Place]:
    design = section.design
    for i, name in enumerate([*held_degc(design), *design.load.heat.film]):
        yield Place(region=name, order=(i,))


def _has_heater(design: Design) -> bool:
    return is_heated(design) and trace_heater(design) is not None


def _bump(section: CrossSection) -> Iterator[Place]:
    yield Place(region="bump")


metals = where(is_heated, Places(_metals, any_region=True))
sinks = where(is_heated, Places(_sinks, any_region=True))
bump = where(is_heated, Places(_bump, (Place(region="bump"),)))
traced = where(_has_heater, WHOLE)
coupled = where(is_coupled, WHOLE)


def _warmest(view: View, place: Place) -> float:
    """Of the sinks and what a trace lies on, degC: nothing is warmer without a current."""
    design = view.design
    films = (film.ambient_degc for film in design.load.heat.film.values())
    under = [substrate_degc(design)] if _has_heater(design) else []
    return max([*held_degc(design).values(), *films, *under])


@metric(
    "temperature_rise_max", unit="k", title="Largest rise of the temperature",
    short="rise of the temperature", places=heated, better="lower", headline=13, rule="twins",
    says="Of the whole body in the steady state, above the warmest of what it is held at, "
    "cooled by, or has its trace on: nothing is warmer without a current.",
)  # fmt: skip
def temperature_rise_max(view: View, place: Place) -> float:
    return view.heat.temperature_max_degc - _warmest(view, place)


@metric(
    "temperature_max", unit="degc", title="Largest temperature", places=heated, described=True,
    rule="twins", zero=_warmest, says="The same with what it is above.",
)  # fmt: skip
def temperature_max(view: View, place: Place) -> float:
    return view.heat.temperature_max_degc


@metric(
    "temperature_max_in", unit="degc", title="Largest temperature in {where}", places=metals,
    described=True, rule="twins", zero=_warmest, says="Of every conductor.",
)  # fmt: skip
def temperature_max_in(view: View, place: Place) -> float:
    assert place.region is not None
    return view.heat.region_max_degc(place.region)


@metric(
    "temperature_gradient", unit=("k_per_cm", Unit("K/cm")),
    title="Temperature gradient across {where}, + hotter at the chip", places=bump, described=True,
    rule="twins", says="Along the axis, its mean over the solder's volume.",
)  # fmt: skip
def temperature_gradient(view: View, place: Place) -> float:
    model = view.model
    element, x, y, volume = model.quadrature_of(model.regions["bump"])
    local = np.ascontiguousarray(view.heat.node_temperature_degc[model.nodes].T)
    gradient = np.empty((3, len(element)))
    potential_gradient(model.node_points_um, model.nodes, element, x, y, local, gradient)
    return -float(gradient[1] @ volume) / float(volume.sum()) * UM_PER_CM


def resistance_ohm(view: View) -> float:
    """Between the terminals, with what is in series, all at the temperature that it causes."""
    trace = view.heated.trace
    series = series_resistance_ohm(view.design) if trace is None else trace.resistance_ohm
    return view.heated.resistance_ohm + series


@metric(
    "resistance_at_temperature", unit="mohm", title="Resistance between the terminals, heated",
    short="resistance of the heated bump", places=heated, described=True, rule="twins",
    says="With the trace, or the vias, that lie before the pad, all at their temperature.",
)  # fmt: skip
def resistance_at_temperature(view: View, place: Place) -> float:
    return resistance_ohm(view) * MOHM_PER_OHM


@metric(
    "heat_out", unit="mw", title="Heat out through {where}", places=sinks, described=True,
    rule="twins", says="Of the current, and of a trace that heats.",
)  # fmt: skip
def heat_out(view: View, place: Place) -> float:
    assert place.region is not None
    return view.heat.heat_out_w(place.region) * MW_PER_W


@metric(
    "trace_temperature_max", unit="degc", title="Largest temperature in the trace", places=traced,
    described=True, rule="twins", zero=_warmest,
    says="Of a fin that the current heats, between its far end and the pad.",
)  # fmt: skip
def trace_temperature_max(view: View, place: Place) -> float:
    trace = view.heated.trace
    assert trace is not None
    return trace.temperature_max_degc


@metric(
    "trace_heat", unit="mw", title="Heat from the trace into the pad", places=traced,
    described=True, rule="twins", says="Negative where the trace cools the pad.",
)  # fmt: skip
def trace_heat(view: View, place: Place) -> float:
    trace = view.heated.trace
    assert trace is not None
    return trace.heat_into_pad_w * MW_PER_W


# ------------------------------------------------------------------------ around the axis


def _around(view: View) -> AngularState:
    found = view.heated.around
    assert found is not None
    return found


@metric(
    "temperature_max_around", unit="degc", title="Largest temperature at any angle", places=coupled,
    described=True, rule="twins", zero=_warmest,
    says="With harmonics of current and heat coupled; all else is of the heat's mean.",
)  # fmt: skip
def temperature_max_around(view: View, place: Place) -> float:
    return _around(view).temperature_max_degc


@metric(
    "resistance_around", unit="mohm", title="Resistance of the bump, heated unevenly around",
    places=coupled, rule="twins", says="Without what is in series.",
)  # fmt: skip
def resistance_around(view: View, place: Place) -> float:
    return _around(view).resistance_ohm * MOHM_PER_OHM
