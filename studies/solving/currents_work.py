"""What the current does to a solved design, for its record: heat, and migration of atoms.

Flags, notes, what the solvers took, courses over time, values along interfaces and in fields. The
metrics of it are :mod:`studies.metrics.shipped.heat` and :mod:`studies.metrics.shipped.migration`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from fem_bump import InputError
from fem_bump.interfaces.averages import disc, sample_region
from studies.loads.shipped.heat import is_heated
from studies.loads.shipped.migration import critical_mpa, migrates, voids_grow
from studies.loads.states import borne_current
from studies.metrics.names import Place
from studies.metrics.registry import REGISTRY, Values
from studies.metrics.shipped.migration import JUDGED, moving
from studies.metrics.shipped.voids.void_lives import before
from studies.records.record import Course, Curve
from studies.solution.solved import Solved
from studies.wording.times import lasting

NUCLEATION = REGISTRY["time_to_nucleation"]
COURSE_POINTS, COURSE_DECADES = 61, 6
DIGITS = 7


def flags(fine: Solved, found: Values) -> dict[str, Any]:
    """Where it is hottest, and why a void is not followed."""
    lost = "; ".join(_not_followed(fine, found).values())
    return {**_hot_spot(fine), **({"void_not_followed": lost} if lost else {})}


def _hot_spot(fine: Solved) -> dict[str, Any]:
    if not is_heated(fine.section.design):
        return {}
    r, z = fine.heated.heat.hot_spot_um
    (element,), _, _ = fine.model.locate(np.array([[r], [z]]), None)
    region = fine.model.region_names[fine.model.region_index[element]]
    return {"hot_spot": region, "hot_spot_r_um": float(r), "hot_spot_z_um": float(z)}


def borne(fine: Solved) -> tuple[dict[str, Any], list[str]]:
    """How much current the design bears, as flags and as a note."""
    if not is_heated(fine.section.design):
        return {}, []
    found = borne_current(fine.section, fine.model)
    amperes = {"current_at_solidus_a": found.solidus_a, "current_limit_a": found.runaway_a}
    known = {name: a if math.isfinite(a) else None for name, a in amperes.items()}
    return known, [str(found)]


def notes(fine: Solved, found: Values) -> list[str]:
    """Metals that are immortal, and those whose void comes too late."""
    design = fine.section.design
    return [
        *(_fates(fine, found) if migrates(design) else ()),
        *(_void_fates(fine, found) if voids_grow(design) else ()),
    ]


def _not_followed(fine: Solved, found: Values) -> dict[str, str]:
    """By region why a void that begins there is not followed: it meets no conductor."""
    out = {}
    for region in JUDGED if voids_grow(fine.section.design) else ():
        if found.get(NUCLEATION.name(before(fine.section, region))) is not None:
            try:
                fine.grown(region)
            except InputError as why:
                out[region] = f"no life by a void in the {region}: {why}"
    return out


def _void_fates(fine: Solved, found: Values) -> Iterator[str]:
    """Voids that are not followed, that stop, and after which there is no state."""
    lost = _not_followed(fine, found)
    for region in JUDGED:
        place = before(fine.section, region)
        if found.get(NUCLEATION.name(place)) is None:
            yield from _only_blocked(place, found)
            continue
        if region in lost:
            yield lost[region]
            continue
        grown = fine.grown(region)
        for name, each in () if grown is None else grown.histories.items():
            if each.runaway:
                yield (
                    f"the {name} in the {region} ends after {lasting(each.stages[-1].ends_s)}: "
                    f"{each.runaway}"
                )
            settled, margin = each.settled_um3, each.margin()
            if settled is not None and each.life() is None:
                said = "" if margin is None else f", {margin:.3g} times less than +20 % takes"
                yield (
                    f"the {name} in the {region} stops growing at {settled:.3g} um3{said}: the "
                    "resistance never rises by 20 %"
                )


def _only_blocked(place: Place, found: Values) -> Iterator[str]:
    """A metal in which a void begins only where its free side is taken as blocked."""
    blocked = found.get(NUCLEATION.name(Place(region=place.region)))
    margin = found.get(REGISTRY["migration_margin"].name(place))
    if place.spot is None or blocked is None or margin is None or margin <= 1:
        return
    yield (
        f"no void begins in the {place.region} with its side free, at a margin of {margin:.3g}: "
        f"immortal. With the side blocked one begins after {lasting(blocked)}; whether it settles "
        "or the resistance rises is found with load.migration.void.free_surface = false"
    )


def _fates(fine: Solved, found: Values) -> Iterator[str]:
    end_s = fine.section.design.load.migration.end_s
    for region in moving(fine.section):
        load, margin = f"migration_load_{region}", found.get(f"migration_margin_{region}")
        reached = found.get(load)
        if reached is None or found.get(f"time_to_nucleation_{region}_s") is not None:
            continue
        where = region.replace("_", " ")
        if reached >= 1:
            yield (
                f"no void begins in the {where} within load.migration.end_s = {end_s:g} "
                f"({lasting(end_s)}), though one would later: see {load}"
            )
        elif region in JUDGED:
            critical = critical_mpa(fine.section.design, region)
            said = "it is nowhere in tension"
            if margin is not None:
                said = f"the largest of all times is {reached * critical:.3g} MPa, a margin of "
                said += f"{margin:.3g}"
            yield f"the {where} is immortal at a critical stress of {critical:g} MPa; {said}"


def solvers(fine: Solved) -> dict[str, Any]:
    """What heat took."""
    if not is_heated(fine.section.design):
        return {}
    found = fine.heated
    return {
        "heat": {
            "conduction_solves": found.conduction_solves,
            "heat_solves": found.heat_solves,
            "residual": found.residual,
        }
    }


def courses(fine: Solved, found: Values) -> dict[str, Course]:
    """Stress over time in every metal, as the mean over the disc where it is largest."""
    design = fine.section.design
    if not migrates(design):
        return {}
    out = {}
    end_s, radius = design.load.migration.end_s, design.load.migration.over_um
    times = np.geomspace(end_s / 10**COURSE_DECADES, end_s, COURSE_POINTS)
    for region in moving(fine.section):
        at = [found.get(f"void_{c}_{region}_um") for c in "rz"]
        theta = found.get(f"void_angle_{region}_deg") or 0.0
        if at[0] is None or at[1] is None:
            continue
        elements = fine.model.elements(region)
        sample = sample_region(fine.model, elements, disc(at[0], at[1], radius), False)
        if sample is None:
            continue
        points = sample.element, sample.x, sample.y
        means = [sample.mean(fine.migration.at(t).stress_at(*points, theta)) for t in times]
        out[region] = Course(_rounded(times), _rounded(means), critical_mpa(design, region))
    return out


def on_curves(fine: Solved, curves: Mapping[str, Curve]) -> dict[str, Curve]:
    """Curves with the temperature, and with the steady stress of a metal beside, at theta = 0.

    Both are taken at the facets' nodes, start, middle and end.
    """
    design, out = fine.section.design, dict(curves)
    lines = {pair: one.line for pair, one in fine.tractions("a").items()}
    lines |= {pair: one.line for pair, one in fine.fluxes("a").items()}
    for (a, b), line in lines.items():
        nodes, more = line.nodes[[0, 2, 1]].T.ravel(), {}
        if is_heated(design):
            more["temperature_degc"] = _rounded(fine.heated.node_temperature_degc[nodes])
        if migrates(design):
            for region in _moving_beside(fine, a, b):
                more["migration_stress_mpa"] = _rounded(_at_nodes(fine, region)[nodes])
        if more:
            curve = out[f"{a}/{b}"]
            out[f"{a}/{b}"] = replace(curve, densities={**curve.densities, **more})
    return out


def _moving_beside(fine: Solved, *sides: str) -> list[str]:
    """The region of an interface's sides whose atoms move: of the pad, or of the solder."""
    moved = {region for block in fine.migration.body.blocks for region in block.regions}
    return [side for side in sides if side in moved][:1]


def _at_nodes(fine: Solved, region: str) -> np.ndarray:
    """(second-order nodes,) steady stress of a region at theta = 0; not a number elsewhere."""
    model, elements = fine.model, fine.model.regions[region]
    out = np.full(model.node_count, np.nan)
    out[model.nodes[:, elements]] = fine.migration.steady.local_stress_mpa()[elements].T
    return out


def fields(fine: Solved) -> dict[str, np.ndarray]:
    """(elements, 6) temperature and steady stress at the nodes of each element, at theta = 0."""
    design, out = fine.section.design, {}
    if is_heated(design):
        out["temperature_degc"] = fine.heated.node_temperature_degc[fine.model.nodes].T
    if migrates(design):
        steady = fine.migration.steady
        stress = steady.local_stress_mpa()
        stress[~steady.body.mask] = np.nan
        out["migration_stress_mpa"] = stress
    return out


def _rounded(values: Any) -> list[float]:
    return [float(f"{v:.{DIGITS}g}") for v in values]
