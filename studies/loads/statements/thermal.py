"""The cool-down in a report: from where to where, and how the cell is held meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from studies.case.inelastic import follows_process, is_cycled
from studies.loads.phrases import each, either
from studies.loads.shipped.thermal import ThermalLoad
from studies.loads.statement import Statement
from studies.wording.labels import capitalized

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
    """The thermal load, or the process in its place, and how the cell is held meanwhile.

    ``cycled``: all of the designs then go through thermal cycles.
    """

    change: Change
    lateral: str
    underside: str
    processed: bool
    cycled: bool = False


def find(designs: Sequence[Design], tables: Sequence[ThermalLoad]) -> tuple[Thermal, ...]:
    """Every thermal load of the designs."""
    cycled = all(map(is_cycled, designs))
    pairs = list(zip(designs, tables, strict=True))
    return each(pairs, lambda pair: _thermal(*pair)._replace(cycled=cycled))


def _thermal(design: Design, given: ThermalLoad) -> Thermal:
    change = Change(given.stress_free_degc, given.temperature_degc)
    return Thermal(change, given.lateral, given.underside, follows_process(design))


def _history(found: Thermal) -> str:
    change, then = found.change, " and thermal cycles" if found.cycled else ""
    if found.processed:
        return f"after the process{then}"
    if change.from_reflow:
        return f"after reflow{then}"
    if found.cycled:
        return "after thermal cycles"
    return f"from {change.start_degc:g} to {change.end_degc:g} °C"


def _amount(found: Thermal) -> str:
    change = found.change
    held = f"sides {found.lateral}, underside {found.underside}"
    if found.processed:
        return f"process down to {change.end_degc:g} °C, {held}"
    return (
        f"{'cool-down' if change.cools else 'change of temperature'} from {change.start_degc:g} to "
        f"{change.end_degc:g} °C, {held}"
    )


STATEMENT = Statement(
    find=find,
    state=lambda found: either(found, _history),
    amount=lambda found: capitalized(either(found, _amount)),
)
