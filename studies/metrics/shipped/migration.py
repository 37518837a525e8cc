"""Where the current drives atoms to: stress in the steady state, and when a void begins.

The stress is singular at corners, so that means over discs are taken: of radius L for its own sake,
of ``load.migration.over_um`` where it is compared with the critical stress. That is the largest of
all times: mostly of the steady state, but the stress may overshoot it. Below the critical stress a
metal is immortal, and what tells two immortal metals apart is their margin.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from fem_bump import Electromigration, Migration
from fem_bump.interfaces.discs import SPACING
from fem_bump.life.black import KELVIN
from fem_bump.migration.electromigration import BlechProduct
from fem_bump.migration.state import ANGLES_DEG, DiscMean
from geometry import CrossSection, Design
from studies.loads.shipped.heat import is_heated
from studies.loads.shipped.migration import (
    critical_mpa,
    free_surface,
    migration,
)
from studies.metrics.names import Place
from studies.metrics.places import current_varies, having, where
from studies.metrics.registry import REGISTRY, Errors, Places, metric
from studies.solution.solved import View, region_materials
from studies.wording.units import Unit

JUDGED = ("pad", "bump")  # regions by which a design is judged
FREE = "free_surface"  # of solder whose side holds no stress
PER_CM = 1e-2  # of what is per m

migrates = having(migration)


def moving(section: CrossSection) -> Iterator[str]:
    """Regions in which atoms move."""
    for region, material in region_materials(section).items():
        if isinstance(material.migration, Migration):
            yield region


def _regions(section: CrossSection) -> Iterator[Place]:
    for i, region in enumerate(moving(section)):
        yield Place(region=region, order=(i,))
        if region == "bump" and free_surface(section) is not None:
            yield Place(region=region, spot=FREE, order=(i, 1))


def _blocked(section: CrossSection) -> Iterator[Place]:
    return (place for place in _regions(section) if place.spot is None)


def _discs(section: CrossSection) -> Iterator[Place]:
    for i, region in enumerate(moving(section)):
        for k, length in enumerate(section.design.metrics.averaging_lengths_um):
            yield Place(region=region, length_um=length, order=(i, k))


def _is_driven_by_heat(design: Design) -> bool:
    return migrates(design) and is_heated(design)


def _turns(design: Design) -> bool:
    return migrates(design) and current_varies(design)


_SPOTS = (Place(), Place(spot=FREE))
regions = where(migrates, Places(_regions, _SPOTS, any_region=True))
bodies = where(migrates, Places(_blocked, any_region=True))
discs = where(migrates, Places(_discs, any_region=True))


def _state(view: View, place: Place) -> Electromigration:
    return view.migration if place.spot is None else view.solved.freed


def _largest(view: View, place: Place, radius_um: float) -> DiscMean | None:
    """The disc whose steady mean is largest; None where no current reaches the region."""
    found = _state(view, place)
    if not _moves(found, place):
        return None
    return view.once(
        ("largest", place.region, place.spot, radius_um),
        lambda: found.steady.largest(radius_um, place.region),
    )


def _judged(view: View, place: Place) -> DiscMean | None:
    """The disc by which a region is judged: whose mean is largest of all times."""
    found, radius_um = _state(view, place), view.design.load.migration.over_um
    if not _moves(found, place):
        return None
    return view.once(
        ("largest ever", place.region, place.spot),
        lambda: found.largest(radius_um, place.region),
    )


def _moves(found: Electromigration, place: Place) -> bool:
    """Whether current reaches the region."""
    return any(place.region in block.regions for block in found.body.blocks)


def _is_judged(place: Place) -> bool:
    return place.region in JUDGED and place.spot is None


def _apart_um(view: View, place: Place) -> float:
    """How far the centres of discs are apart."""
    return SPACING * float(view.design.load.migration.over_um)


def _apart_deg(view: View, place: Place) -> float:
    """How far angles are apart."""
    return float(ANGLES_DEG[1] - ANGLES_DEG[0])


# ------------------------------------------------------------------------- steady state


@metric(
    "migration_stress_max", unit="mpa", title="Largest steady stress of migration in {where}",
    short="steady stress of migration in {where}", places=discs, described=True,
    judged=lambda place: place.region in JUDGED, rule="twins",
    says="Hydrostatic, tension positive, mean over a disc of radius L where that is largest.",
)  # fmt: skip
def migration_stress_max(view: View, place: Place) -> float | None:
    assert place.length_um is not None
    found = _largest(view, place, place.length_um)
    return None if found is None else found.mean_mpa


@metric(
    "migration_load", title="Largest stress of migration over the critical one in {where}",
    short="largest over critical stress of migration in {where}", places=regions, better="lower",
    headline=14, judged=_is_judged, rule="twins",
    says="Of all times: of the steady state, or before it where the stress overshoots. Below 1 no "
    "void begins, ever. `free_surface`: with the solder's side at no stress, where a skin of oxide "
    "does not hold it.",
)  # fmt: skip
def migration_load(view: View, place: Place) -> float | None:
    found = _judged(view, place)
    assert place.region is not None
    return None if found is None else found.mean_mpa / critical_mpa(view.design, place.region)


def _margin_error(view: View, place: Place, errors: Errors) -> float | None:
    load = migration_load(view, place)
    apart = errors.get(REGISTRY["migration_load"].name(place))
    return None if apart is None or load is None or load <= 0 else apart / load**2


@metric(
    "migration_margin", title="Critical stress over the largest one of migration in {where}",
    short="margin against voids in {where}", places=regions, better="higher", rule=_margin_error,
    says="Of all times. Above 1 immortal; none where the metal is nowhere in tension.",
)  # fmt: skip
def migration_margin(view: View, place: Place) -> float | None:
    load = migration_load(view, place)
    return 1 / load if load is not None and load > 0 else None


@metric(
    "void_r", unit="um", title="Radius at which a void would begin in {where}", places=bodies,
    rule="twins", tail=_apart_um, says="Centre of the disc with the largest mean of all times.",
)  # fmt: skip
def void_r(view: View, place: Place) -> float | None:
    found = _judged(view, place)
    return None if found is None else found.point_um[0]


@metric(
    "void_z", unit="um", title="Height at which a void would begin in {where}", places=bodies,
    rule="twins", tail=_apart_um, says="Above the dielectric.",
)  # fmt: skip
def void_z(view: View, place: Place) -> float | None:
    found = _judged(view, place)
    return None if found is None else found.point_um[1]


@metric(
    "void_angle", unit="deg", title="Angle at which a void would begin in {where}",
    places=where(_turns, bodies), rule="twins", tail=_apart_deg,
    says="From the middle of trace or first via.",
)  # fmt: skip
def void_angle(view: View, place: Place) -> float | None:
    found = _judged(view, place)
    return None if found is None else (found.theta_deg + 180) % 360 - 180


# --------------------------------------------------------------------------------- time


@metric(
    "time_to_nucleation", unit="s", title="Time until a void begins in {where}",
    short="time to nucleation in {where}", places=regions, better="higher", rule="twins",
    says="When the first mean over a disc reaches the critical stress; none where it never does, "
    "or not within `load.migration.end_s`, which a note says.",
)  # fmt: skip
def time_to_nucleation(view: View, place: Place) -> float | None:
    assert place.region is not None
    found, given = _judged(view, place), view.design.load.migration
    critical = critical_mpa(view.design, place.region)
    if found is None or found.mean_mpa < critical:  # at no time
        return None
    begins = view.once(
        ("nucleation", place.region, place.spot),
        lambda: _state(view, place).nucleation(critical, given.over_um, place.region),
    )
    return None if begins is None or begins.time_s > given.end_s else float(begins.time_s)


# ---------------------------------------------------------------------- what decides it


def _blech(view: View, region: str | None) -> BlechProduct | None:
    assert region is not None
    critical = critical_mpa(view.design, region)
    every = view.once(("blech", critical), lambda: view.migration.blech(critical))
    return next((one for one in every if one.region == region), None)


@metric(
    "blech_product", unit=("a_per_cm", Unit("A/cm")), title="Blech product of {where}",
    places=bodies, described=True, judged=_is_judged, rule="twins",
    says="Current density times length along the path: the potential that falls across the region "
    "times its mean conductivity.",
)  # fmt: skip
def blech_product(view: View, place: Place) -> float | None:
    found = _blech(view, place.region)
    return None if found is None else found.jl_a_per_cm


@metric(
    "blech_load", title="Blech product over the critical one of {where}", places=bodies,
    rule="twins", says="Below 1 a blocked metal without stress at the start is immortal, whatever "
    "its shape.",
)  # fmt: skip
def blech_load(view: View, place: Place) -> float | None:
    found = _blech(view, place.region)
    assert place.region is not None
    critical = critical_mpa(view.design, place.region)
    return None if found is None else found.stress_difference_mpa / critical


@metric(
    "thermomigration_stress", unit="mpa", title="Stress of the temperature alone in {where}",
    short="stress of the temperature's gradient in {where}",
    places=where(_is_driven_by_heat, bodies), described=True, judged=_is_judged, rule="twins",
    says="What the heat of transport makes of the difference between the hottest and the coldest "
    "place: Q*/Omega ln(T/T), without its sign.",
)  # fmt: skip
def thermomigration_stress(view: View, place: Place) -> float | None:
    assert place.region is not None
    data = view.model.materials[place.region].migration
    assert isinstance(data, Migration)
    nodes = np.unique(view.model.nodes[:, view.model.regions[place.region]])
    kelvin = view.heat.node_temperature_degc[nodes] + KELVIN
    return abs(data.stress_per_log_kelvin_mpa) * float(np.log(kelvin.max() / kelvin.min()))
