"""Inelastic strain and work of the last cycle, and what of its strain does not come back.

Of regions with a law, of the layer of solder beside the UBM and of the pad's ring behind the
opening's edge (:mod:`studies.loads.shipped.cycling`), each over its volume. The work of a layer is
what life laws take. Bars have what more cycles may still change, by the last three's changes
(:mod:`fem_bump.mechanics.cycling.tail`); where those do not show it, no bar is known. And
what cycles that were extrapolated over leave open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from fem_bump import ThermalCycles
from geometry import CrossSection
from studies.case.inelastic import is_cycled
from studies.loads.shipped.cycling import LAYER, PAD, RING, SOLDER
from studies.metrics.names import Place
from studies.metrics.places import where
from studies.metrics.registry import Places, Value, metric
from studies.solution.solved import View, region_materials

PARTS = {SOLDER: LAYER, PAD: RING}


def _cycled(section: CrossSection) -> Iterator[Place]:
    for i, (region, material) in enumerate(region_materials(section).items()):
        if material.law is not None:
            yield Place(region=region, order=(i, 0))
            if region in PARTS:
                yield Place(region=region, spot=PARTS[region], order=(i, 1))


CYCLED = where(
    is_cycled,
    Places(_cycled, tuple(Place(spot=spot) for spot in PARTS.values()), any_region=True),
)


def _of_the_last(of: Callable[[ThermalCycles, str], np.ndarray]) -> Value:
    """The last cycle's value at a place."""
    return lambda view, place: float(of(view.cycles, place.text)[-1])


def _open(of: Callable[[ThermalCycles, str], np.ndarray | float], component: int = 0) -> Value:
    """What is open of it; infinite where that is not known."""
    return lambda view, place: float(np.ravel(of(view.cycles, place.text))[component])


def _in_a_part(place: Place) -> bool:
    return place.spot is not None


@metric(
    "inelastic_strain_per_cycle", title="Inelastic strain per cycle of {where}", places=CYCLED,
    better="lower", described=True, tail=_open(ThermalCycles.open_strain_per_cycle),
    says="Equivalent inelastic strain that the last cycle added, over the volume.",
)  # fmt: skip
def inelastic_strain_per_cycle(view: View, place: Place) -> float | None:
    return _of_the_last(ThermalCycles.strain_per_cycle)(view, place)


@metric(
    "inelastic_work_per_cycle", unit="mj_per_m3", title="Inelastic work per cycle of {where}",
    places=CYCLED, better="lower", headline=13, judged=_in_a_part,
    tail=_open(ThermalCycles.open_work_per_cycle),
    says="Work of the stress on the inelastic strain in the last cycle, over the volume: what life "
    "laws take, of the layer of solder beside the UBM.",
)  # fmt: skip
def inelastic_work_per_cycle(view: View, place: Place) -> float | None:
    return _of_the_last(ThermalCycles.work_per_cycle)(view, place)


def _component(k: int) -> Callable[[ThermalCycles, str], np.ndarray]:
    return lambda cycles, zone: cycles.ratchet_per_cycle(zone)[:, k]


RADIAL, SHEAR = _component(0), _component(3)


@metric(
    "ratchet_radial_per_cycle", title="Radial strain that a cycle leaves in {where}",
    places=CYCLED, described=True, tail=_open(ThermalCycles.open_ratchet_per_cycle, 0),
    says="Mean radial inelastic strain at the end of the last cycle less that at its start: what "
    "does not come back.",
)  # fmt: skip
def ratchet_radial_per_cycle(view: View, place: Place) -> float | None:
    return _of_the_last(RADIAL)(view, place)


@metric(
    "ratchet_shear_per_cycle", title="Shear strain that a cycle leaves in {where}",
    places=CYCLED, described=True, tail=_open(ThermalCycles.open_ratchet_per_cycle, 3),
    says="The same of the engineering shear strain in the section.",
)  # fmt: skip
def ratchet_shear_per_cycle(view: View, place: Place) -> float | None:
    return _of_the_last(SHEAR)(view, place)
