"""Thermal cycles in a report: between which temperatures, how fast, how many."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from studies.case.inelastic import is_inelastic
from studies.loads.shipped.cycling import CyclingLoad, cycle_of
from studies.loads.statement import Share, Statement

if TYPE_CHECKING:
    from geometry import Design


class Test(NamedTuple):
    """One kind of cycles, and the name that a standard gives it."""

    low_degc: float
    high_degc: float
    ramp_s: float
    dwell_low_s: float
    dwell_high_s: float
    cycles: int
    name: str


class Tests(NamedTuple):
    """Of how many designs metals go through cycles, and through which.

    ``only_cooled`` is how many designs there are whose metals yield and creep without cycles.
    """

    share: Share
    only_cooled: int
    kinds: tuple[Test, ...]


def find(designs: Sequence[Design], tables: Sequence[CyclingLoad | None]) -> Tests:
    """The cycles of those designs that have them."""
    given = [table for table in tables if table is not None]
    found = []
    for table in given:
        cycle = cycle_of(table)
        name = f"{table.standard} {table.condition}" if table.standard else ""
        found.append(
            Test(cycle.low_degc, cycle.high_degc, cycle.ramp_up_s, cycle.dwell_low_s,
                 cycle.dwell_high_s, table.cycles, name)
        )  # fmt: skip
    only_cooled = sum(map(is_inelastic, designs)) - len(given)
    return Tests(Share(len(given), len(designs)), only_cooled, tuple(dict.fromkeys(found)))


def _sentences(found: Tests) -> Iterator[str]:
    if not found.share.some:
        return
    said = " or ".join(_course(kind) for kind in found.kinds)
    some = found.share.some != found.share.every
    which = f" in {found.share.some} of {found.share.every} designs" if some else ""
    yield f"Then{which} come thermal cycles: {said}."


def _course(kind: Test) -> str:
    """How they go: ``3 between -40 and 125 °C (JESD22-A104 G), ramps of 900 s, ...``."""
    name = f" ({kind.name})" if kind.name else ""
    return (
        f"{kind.cycles} between {kind.low_degc:g} and {kind.high_degc:g} °C{name}, ramps of "
        f"{kind.ramp_s:g} s, dwells of {kind.dwell_low_s:g} s cold and {kind.dwell_high_s:g} s hot"
    )


def _left_out(found: Tests) -> Iterator[tuple[str, str]]:
    """What designs leave out whose metals flow on one way down."""
    if found.only_cooled:
        some = f" in {found.only_cooled} of {found.share.every} designs" if found.share.some else ""
        yield "Thermal cycles", f"There is only the first cool-down{some}."


STATEMENT = Statement(
    find=find,
    partly=lambda found: [(found.share, "thermal cycles")],
    sentences=_sentences,
    left_out=_left_out,
)
