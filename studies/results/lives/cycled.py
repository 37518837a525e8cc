"""Lives in thermal cycles: who lives longest under which condition, and how sure that is.

Compared are designs that differ in the recess only, and with the study's base. A ratio of cycles
has no band of the law in it; a design lives longer where the difference is beyond the errors.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from fem_bump.life.joint_life import JointLife
from fem_bump.life.weibull import Weibull
from studies.case.fatigue import fatigue_of
from studies.metrics.life_ratio import ENDS, FATIGUE_CYCLES, FATIGUE_STEM, TO_BASE, ratio_place
from studies.metrics.names import format_name
from studies.metrics.shipped.cycled.fatigue import law_of
from studies.results.ranking import are_equal, ratio, sign_of
from studies.results.results import Results, Row, missing, variant_label
from studies.wording.labels import Measured, factor_text, number
from studies.wording.levels import level

DISTANCE = "load.shear.dnp_um"  # to the chip's neutral point
INITIATION, GROWTH = "crack_initiation_cycles_bump", "crack_growth_per_cycle_bump_um"
ACCELERATION = "fatigue_acceleration_bump"


@dataclass(frozen=True, eq=False)
class Cycled:
    """A design with its cycles.

    Attributes
    ----------
    low, high
        The band of the law.
    to_flat, to_base
        Over no recess with all else equal, and over the study's base.
    acceleration
        Cycles in use over these.
    """

    row: Row
    variant: str
    law: JointLife
    shape: float
    cycles: Measured
    low: float
    high: float
    to_flat: Measured | None
    to_base: Measured | None
    initiation: Measured | None
    growth_um: Measured | None
    acceleration: float | None

    @property
    def line(self) -> Weibull:
        """How joints of this life scatter."""
        failed = Weibull(1.0, self.shape, self.law.free_share).cycles(self.law.failed)
        return Weibull(self.cycles.value / float(failed), self.shape, self.law.free_share)


@dataclass(frozen=True, eq=False)
class Group:
    """Designs that differ in the recess only, from shallow to deep."""

    title: str
    cases: Sequence[Cycled]
    is_base: bool

    @cached_property
    def longest(self) -> list[Cycled]:
        """Those than which none is found to live longer, from the longest on."""
        found = [
            one for one in self.cases
            if not any(sign_of(other.cycles, one.cycles) == 1 for other in self.cases)
        ]  # fmt: skip
        return sorted(found, key=lambda one: -one.cycles.value)

    @property
    def alike(self) -> bool:
        """Whether all lives are equal within 5 %, errors included."""
        first, *rest = self.cases
        return all(are_equal(first.cycles, one.cycles) for one in rest)


@dataclass(frozen=True)
class Away:
    """What a distance to the neutral point leaves of the cycles of otherwise equal designs.

    Attributes
    ----------
    ratios
        Cycles at ``far_um`` over those at ``near_um``, one per recess.
    part
        Of the study, where several have distances.
    """

    near_um: float
    far_um: float
    ratios: tuple[Measured, ...]
    part: str = ""

    @property
    def apart(self) -> int:
        """How many of them differ from 1 beyond the errors."""
        return sum(
            one.error is not None and abs(one.value - 1.0) > one.error for one in self.ratios
        )


@dataclass(frozen=True, eq=False)
class Fatigue:
    """All that is found.

    Attributes
    ----------
    laws, outside
        By name, and what constants were not made for.
    away
        Distances to the neutral point against the least of them.
    """

    groups: Sequence[Group]
    laws: tuple[str, ...]
    outside: tuple[str, ...]
    away: tuple[Away, ...] = ()

    @property
    def first(self) -> Group:
        """The group at the study's base, else the first."""
        return next((one for one in self.groups if one.is_base), self.groups[0])


def fatigue(results: Results) -> Fatigue | None:
    """What cycles say of a study's designs; None where no life in cycles is asked for."""
    groups = []
    varied = [p for p in results.other_factors if len({level(r[p]) for r in results.solved}) > 1]
    for key, rows in results.groups.items():
        cases = [one for row in rows if (one := _case(results, row)) is not None]
        if cases:
            said = [factor_text(p, rows[0][p]) for p in varied if not missing(rows[0][p])]
            title = ", ".join(said) or results.parts[rows[0]["part"]]
            groups.append(Group(title, cases, key == results.base_group))
    if not groups:
        return None
    groups = _told_apart(groups)
    every = [case for group in groups for case in group.cases]
    laws = dict.fromkeys(case.law.name for case in every)
    outside = dict.fromkeys(case.law.outside for case in every if case.law.outside)
    return Fatigue(groups, tuple(laws), tuple(outside), tuple(_away(results, groups)))


def _told_apart(groups: Sequence[Group]) -> list[Group]:
    """Groups of which those with one title, in several parts, say their part as well."""
    count = Counter(group.title for group in groups)
    return [
        replace(group, title=f"{group.title}, part {group.cases[0].row['part']}")
        if count[group.title] > 1 else group
        for group in groups
    ]  # fmt: skip


def _away(results: Results, groups: Sequence[Group]) -> Iterator[Away]:
    """Per distance beyond the least of otherwise equal groups."""
    alike: dict[tuple[Any, ...], dict[float, Group]] = {}
    for group in groups:
        row = group.cases[0].row
        at = number(row.get(DISTANCE))
        if at is not None:
            rest = (level(row[p]) for p in results.other_factors if p != DISTANCE)
            alike.setdefault((row["part"], *rest), {})[at] = group
    found: dict[tuple[str, float, float], list[Measured]] = {}
    several = len({part for (part, *_), by_distance in alike.items() if len(by_distance) > 1}) > 1
    for (part, *_), by_distance in alike.items():
        near, *others = sorted(by_distance)
        for far in others:
            least = {one.variant: one.cycles for one in by_distance[near].cases}
            for one in by_distance[far].cases:
                if one.variant in least and (share := ratio(one.cycles, least[one.variant])):
                    key = (str(part) if several else "", near, far)
                    found.setdefault(key, []).append(share)
    for (part, near, far), ratios in found.items():
        yield Away(near, far, tuple(ratios), part)


def _case(results: Results, row: Row) -> Cycled | None:
    def read(column: str) -> Measured | None:
        value = number(row.get(column))
        return None if value is None else Measured(value, number(row.get(f"error_{column}")))

    cycles = read(FATIGUE_CYCLES)
    design = results.entry(row).design
    stated = fatigue_of(design)
    if cycles is None or stated is None:
        return None
    law = law_of(design)
    low, high = (number(row.get(f"{FATIGUE_CYCLES}_{end}")) for end in ENDS[1:])
    assert low is not None and high is not None
    flat, base = (
        read(format_name(FATIGUE_STEM, ratio_place("solder", against, ""), None))
        for against in ("", TO_BASE)
    )
    return Cycled(
        row, variant_label(row), law, stated.shape, cycles, low, high, flat, base,
        read(INITIATION), read(GROWTH), number(row.get(ACCELERATION)),
    )  # fmt: skip
