"""The cool-down in a report: from where to where, and how the cell is held meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from studies.loads.phrases import each, either
from studies.loads.shipped.thermal import ThermalLoad
from studies.loads.statement import Statement

if TYPE_CHECKING:
    from geometry import Design

MELTING_DEGC = 180.0  # cooled from above this, a solder joint comes from its reflow


class Change(NamedTuple):
    """A change of temperature."""

    start_degc: float
    end_degc: float

    @property
    def cools(self) -> bool:
        return self.end_degc < self.start_degc

    @property
    def from_reflow(self) -> bool:
        return self.cools and self.start_degc >= MELTING_DEGC


class Thermal(NamedTuple):
    """The thermal load and how the cell is held meanwhile."""

    change: Change
    lateral: str
    underside: str


def find(_: Sequence[Design], tables: Sequence[ThermalLoad]) -> tuple[Thermal, ...]:
    """Every thermal load of the designs."""
    return each(
        tables,
        lambda given: Thermal(
            Change(given.stress_free_degc, given.temperature_degc), given.lateral, given.underside
        ),
    )


def _history(found: Thermal) -> str:
    change = found.change
    if change.from_reflow:
        return "after reflow"
    return f"from {change.start_degc:g} to {change.end_degc:g} °C"


def _amount(found: Thermal) -> str:
    change = found.change
    return (
        f"{'Cool-down' if change.cools else 'Change of temperature'} from {change.start_degc:g} to "
        f"{change.end_degc:g} °C, sides {found.lateral}, underside {found.underside}"
    )


STATEMENT = Statement(
    find=find,
    state=lambda found: either(found, _history),
    amount=lambda found: either(found, _amount),
)
