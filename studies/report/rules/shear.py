"""What the board's shear does: who is lowest under which load, where, and how far it holds.

A difference within the sum of the errors is none. Theta is 0 on the side of the joint that lies
away from the chip's neutral point.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from geometry.design.design import Design
from studies.case.design_materials import design_library
from studies.loads.shipped.shear import shear as LOAD
from studies.metrics.families import Family
from studies.report.rules.compared import Finding, finding
from studies.report.rules.loads import Places, places
from studies.results.ranking import Call, Ranking, difference, sign_of
from studies.results.results import Entry, Results, Row, rank_rows, variant_label, variants
from studies.results.twins import flows
from studies.wording.labels import Measured, level, number

LOADS = ("by_cooldown", "by_shear", "")  # each alone, and both together
KINDS = ("peel_max", "shear_max")
Rows = Sequence[Row]


@dataclass(frozen=True)
class Lead:
    """Who is lowest under one load, and how far ahead of the next at the headline length.

    ``close`` is by what share the next lies behind, where material data do not carry that.
    """

    load: str
    family: Family
    ranking: Ranking
    ahead: Measured | None = None
    second: str = ""
    close: float | None = None


@dataclass(frozen=True)
class Wins:
    """The verdict on the variants under one load in every group, each with one of its cases."""

    load: str
    calls: Sequence[Call]
    every: Rows


@dataclass(frozen=True)
class Gap:
    """What the deepest etch has more than no recess, at both ends of a series."""

    label: str
    first: Measured
    last: Measured


@dataclass(frozen=True)
class AlongDnp:
    """Who has the lowest peel at each step away from the neutral point.

    ``gap`` only where it moves by more than the errors and stays positive.
    """

    path: str
    row: Row
    levels: Sequence[str]
    calls: Sequence[Call]
    gap: Gap | None


@dataclass(frozen=True)
class ModeMix:
    """Mode mix by design in degrees; ``turn`` is -1 where a recess turns it towards peel."""

    length_um: float | None
    degrees: Mapping[str, Measured]
    turn: int | None


@dataclass(frozen=True)
class Stiffness:
    """Size of the lateral force and the stiffness, by design; ``varies``: beyond the errors."""

    force_mn: Mapping[str, Measured]
    mn_per_um: Mapping[str, Measured]
    varies: bool


@dataclass(frozen=True)
class Limit:
    """Where the mean shear of one case reaches what its solder bears."""

    row: Row
    mean_mpa: Measured
    bears_mpa: float
    yield_mpa: tuple[float, float, float]
    dnp_um: float | None

    @property
    def is_exceeded(self) -> bool:
        return self.mean_mpa.value > self.bears_mpa


class ByLoad(NamedTuple):
    """What the numbers say of peel or shear at an interface under one load."""

    kind: str
    pair: str
    load: str
    finding: Finding


@dataclass(frozen=True)
class Shear:
    """All that is found of the board's shear next to the cool-down."""

    entries: Sequence[Entry]
    table: Sequence[ByLoad]
    leads: Mapping[str, Sequence[Lead]]
    wins: Sequence[Wins]
    along: Sequence[AlongDnp]
    sides: Mapping[str, Places]
    mode_mix: ModeMix | None
    stiffness: Stiffness | None
    limits: Sequence[Limit]


def shear(results: Results) -> Shear | None:
    """What the board's shear does; None where the board does not move.

    Where metals yield and creep, cool-down and shear do not add up: neither is there alone.
    """
    rows = sheared(results)
    if not rows or "peel_max_by_shear_ubm_pad" not in results.families:
        return None
    entries = _sheared_side_by_side(results, rows)
    sides = {}
    for kind in KINDS:
        family = results.families.get(f"{kind}_theta_ubm_pad")
        found = None if family is None else places(results, rows, family)
        if found is not None:
            sides[kind] = found
    adds_up = not any(map(flows, rows))
    kinds = KINDS if adds_up else ()
    return Shear(
        entries, by_load(results, entries) if adds_up else [],
        {kind: each for kind in kinds if (each := leads(results, entries, kind))},
        _wins_over_study(results, rows) if adds_up else [], along_dnp(results), sides,
        _mode_mix(results, entries), _stiffness(entries), limits(results, rows),
    )  # fmt: skip


def _sheared_side_by_side(results: Results, rows: Sequence[Row]) -> list[Entry]:
    """The designs side by side if the board moves there, else the variants where it first does."""
    keys = {row["key"] for row in rows}
    found = [e for e in results.compared if e.row["key"] in keys]
    if found or not results.compares_variants:
        return found
    groups = [rs for rs in results.groups.values() if len(variants(rs)) > 1]
    groups = [rs for rs in groups if rs[0]["key"] in keys]
    if not groups:
        return []
    nearest = min(groups, key=lambda rs: abs(float(rs[0]["lateral_displacement_um"])))
    chosen = variants(nearest, number(results.base.depth_ratio))
    return [results.entry(row, variant_label(row)) for row in chosen.values()]


def sheared(results: Results) -> list[Row]:
    """Solved cases in which the board does move."""
    return [row for row in results.solved if number(row.get("lateral_displacement_um"))]


def leads(results: Results, entries: Sequence[Entry], kind: str) -> list[Lead]:
    """Who is lowest under each load among the designs side by side; none if a metric is missing."""
    families = {load: results.families.get(stem(kind, load)) for load in LOADS}
    if len(entries) < 2 or None in families.values():
        return []
    return [
        lead(load, finding(results, family, entries))
        for load, family in families.items()
        if family is not None
    ]


def lead(load: str, found: Finding) -> Lead:
    """Who is lowest, and the distance to the next."""
    family, ranking, values = found.family, found.ranking, found.values
    best = None if ranking.winner is None else values[ranking.winner]
    if best is None:
        return Lead(load, family, ranking)
    rest = {a: v for a, v in values.items() if v is not None and a != ranking.winner}
    second = min(rest, key=lambda label: (rest[label].value, label))
    ahead = difference(rest[second], best)
    return Lead(load, family, ranking, ahead, second, found.close.get(second))


def by_load(results: Results, entries: Sequence[Entry]) -> list[ByLoad]:
    """Peel and shear under each load at the interfaces that all of several designs have."""
    known = [k for f in results.families.values() if (k := f.known) is not None]
    places = [k.place for k in known if k.metric.stem == stem("peel_max", "by_shear", "")]
    pairs = [place.pair for place in sorted(places, key=lambda place: place.order) if place.pair]
    out = []
    for pair, kind, load in itertools.product(pairs, KINDS, LOADS):
        family = results.families.get(stem(kind, load, "_".join(pair)))
        if family is not None and len(entries) > 1:
            out.append(ByLoad(kind, "/".join(pair), load, finding(results, family, entries)))
    return [row for row in out if not row.finding.lacking]


def among_variants(results: Results, family: Family, rows: Sequence[Row]) -> Ranking:
    """Rank the variants of a group, as the rest of the report does."""
    chosen = variants(list(rows), number(results.base.depth_ratio))
    return rank_rows(family, {variant_label(row): row for row in chosen.values()})


def _wins_over_study(results: Results, sheared_rows: Rows) -> list[Wins]:
    """Which variant has the lowest peel under each load, over all groups."""
    out = []
    moved = {row["key"] for row in sheared_rows}
    for load in LOADS:
        family = results.families[stem("peel_max", load)]
        groups = [
            rows
            for rows in results.groups.values()
            if len(variants(rows)) > 1 and (load != "by_shear" or rows[0]["key"] in moved)
        ]
        if len(groups) < 2:
            return []
        calls = [among_variants(results, family, rows).call for rows in groups]
        out.append(Wins(load, calls, [rows[0] for rows in groups]))
    return out


def along_dnp(results: Results) -> list[AlongDnp]:
    """Between which distances the lowest peel under both loads changes hands."""
    family = results.families["peel_max_ubm_pad"]
    path = next((p for p in results.numeric_factors if p.startswith(f"{LOAD.name}.")), None)
    if path is None:
        return []
    rest = [p for p in results.other_factors if p != path]
    series: dict[tuple[Any, ...], list[tuple[float, list[Row]]]] = {}
    for rows in results.groups.values():
        value = number(rows[0][path])
        if value is not None and len(rows) > 1:
            key = (rows[0]["part"], *(level(rows[0][p]) for p in rest))
            series.setdefault(key, []).append((value, rows))
    out = []
    for steps in series.values():
        steps.sort(key=lambda step: step[0])
        if len(steps) > 1:
            calls = [among_variants(results, family, rows).call for _, rows in steps]
            levels = [level(value) for value, _ in steps]
            gap = _gap(results, family, steps[0][1], steps[-1][1])
            out.append(AlongDnp(path, steps[0][1][0], levels, calls, gap))
    return out


def _gap(results: Results, family: Family, first: Rows, last: Rows) -> Gap | None:
    """How the gap between no recess and the deepest etch moves with the shear."""
    gaps = []
    for rows in (first, last):
        a, b = (family.read(row, family.at(results.headline_um)) for row in (rows[0], rows[-1]))
        if rows[0]["variant"] != "no-recess" or a is None or b is None:
            return None
        gaps.append((variant_label(rows[-1]), difference(b, a)))
    (label, before), (other, after) = gaps
    if label != other or not sign_of(after, before) or min(before.value, after.value) <= 0:
        return None
    return Gap(label, before, after)


def _mode_mix(results: Results, entries: Sequence[Entry]) -> ModeMix | None:
    family = results.families.get("mode_mix_ubm_pad")
    if family is None:
        return None
    length = family.at(results.headline_um)
    known = [(e, v) for e in entries if (v := family.read(e.row, length)) is not None]
    if not known:
        return None
    turn = None
    if known[0][0].row["variant"] == "no-recess" and len(known) > 1:
        signs = {sign_of(v, known[0][1]) for _, v in known[1:]}
        turn = signs.pop() if len(signs) == 1 else None
    return ModeMix(length, {e.label: v for e, v in known}, turn)


def _stiffness(entries: Sequence[Entry]) -> Stiffness | None:
    """Force, stiffness, and whether the recess changes it; None unless all designs have a force.

    What yields and creeps has no stiffness.
    """
    forces, found = {}, {}
    for entry in entries:
        force = Family("lateral_force", "mn", ()).read(entry.row, None)
        stiffness = Family("lateral_stiffness", "mn_per_um", ()).read(entry.row, None)
        if force is None:
            return None
        forces[entry.label] = Measured(abs(force.value), force.error)
        if stiffness is not None:
            found[entry.label] = stiffness
    if not forces:
        return None
    if len(found) < len(forces):
        return Stiffness(forces, {}, False)
    first, *rest = found.values()
    return Stiffness(forces, found, not all(sign_of(v, first) == 0 for v in rest))


def limits(results: Results, rows: Sequence[Row]) -> list[Limit]:
    """Mean shear over the UBM against the solder's yield strength over sqrt(3), case by case.

    Of elastic cases: one that yields and creeps has its limit in it.
    """
    family = Family("lateral_shear_mean", "mpa", ())
    out = []
    for row in rows:
        if flows(row):
            continue
        mean, design = family.read(row, None), results.entry(row).design
        band = solder_yield_mpa(design)
        if mean is None or not mean.value or band is None:
            continue
        bears = band[1] / math.sqrt(3.0)
        load = LOAD.of(design)
        distance = None if load is None else load.dnp_um
        dnp = None if distance is None else distance * bears / mean.value
        out.append(Limit(row, mean, bears, band, dnp))
    return out


def solder_yield_mpa(design: Design) -> tuple[float, float, float] | None:
    """Lowest, nominal, highest credible yield strength of the bump's metal at the temperature."""
    library = design_library(design)
    material = library[design.bump.material]
    if material.yield_mpa is None:
        return None
    low, nominal, high = material.yield_band_mpa(design.load.thermal.temperature_degc)
    return float(low), float(nominal), float(high)


def stem(kind: str, load: str, pair: str = "ubm_pad") -> str:
    """Of a metric under one load, or under both together."""
    return "_".join(filter(None, (kind, load, pair)))
