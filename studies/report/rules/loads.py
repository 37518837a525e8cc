"""What findings on shear and on feeds share: sides of the circle, levels, values side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from studies.metrics.families import Family
from studies.results.results import Entry, Results, Row
from studies.wording.labels import Measured

NEAR_DEG = 15.0  # of the middle of a side


class Side(NamedTuple):
    """A side of the circle: at theta = 0, opposite (180), or at neither, in whole degrees."""

    theta_deg: int


FRONT, BACK = Side(0), Side(180)


@dataclass(frozen=True)
class Places:
    """Where something is worst: cases by side, most cases first."""

    family: Family
    sides: Mapping[Side, Sequence[Row]]

    @property
    def every(self) -> list[Row]:
        return [row for some in self.sides.values() for row in some]


def side_of(theta_deg: float) -> Side:
    """The side at an angle, those near 0 and near 180 degrees as one each."""
    theta = abs(theta_deg)
    if theta <= NEAR_DEG:
        return FRONT
    return BACK if theta >= 180.0 - NEAR_DEG else Side(round(theta))


def places(results: Results, rows: Sequence[Row], family: Family) -> Places | None:
    """Sides by the angles of a metric at the headline length; None where there are none."""
    found: dict[Side, list[Row]] = {}
    for row in rows:
        value = family.read(row, family.at(results.headline_um))
        if value is not None:
            found.setdefault(side_of(value.value), []).append(row)
    if not found:
        return None
    return Places(family, dict(sorted(found.items(), key=lambda item: -len(item[1]))))


def of_entries(results: Results, entries: Sequence[Entry], stem: str) -> dict[str, Measured]:
    """Values of a metric at the headline length, of the designs side by side that have it."""
    family = results.families.get(stem)
    if family is None:
        return {}
    length = family.at(results.headline_um)
    return {e.label: v for e in entries if (v := family.read(e.row, length)) is not None}
