"""What thermal cycles did to a solved design, for its record: whether they are settled, and how."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from typing import Any

from fem_bump import ThermalCycles, ThermalStress
from fem_bump.mechanics.cycling.tail import LEAST_CYCLES
from studies.case.inelastic import is_cycled
from studies.loads.shipped.cycling import KEY
from studies.records.record import Cycled
from studies.solution.solved import Solved

COMPONENTS = ("rr", "zz", "tt", "rz")
DIGITS = 7


def flags(fine: Solved) -> dict[str, Any]:
    """Whether more cycles change the work per cycle by little enough."""
    return {"cycles_settled": fine.cycles.is_settled} if is_cycled(fine.section.design) else {}


def notes(fine: Solved) -> Iterator[str]:
    """That they are not, and what cycles that were extrapolated over leave open."""
    if not is_cycled(fine.section.design):
        return
    found = fine.cycles
    last = int(found.numbers[-1])
    if len(found.solved) < LEAST_CYCLES:
        yield (
            f"{last} cycle{'s do' if last > 1 else ' does'} not show what more of them change, so "
            f"that numbers per cycle have no bar; give {KEY}.cycles of at least {LEAST_CYCLES}"
        )
    elif not found.is_settled:
        yield (
            f"the cycles are not settled: the work of the last of {last} differs by "
            f"{found.change:.2g} of itself from that of the one before; {_more(found)}"
        )
    if found.jumps:
        over = sum(jump.cycles for jump in found.jumps)
        worst = sum(jump.error for jump in found.jumps)
        yield (
            f"{len(found.solved)} of {last} cycles were solved and {over} extrapolated over, which "
            f"leaves {worst:.2g} of work, mean stress and strain open"
        )


def _more(found: ThermalCycles) -> str:
    if not isfinite(found.left):
        return "such changes do not fall from cycle to cycle: what more of them add is not known"
    below = f"above {KEY}.settled_below = {found.settled_below:g}"
    return f"more cycles may change it by {found.left:.2g}, {below}"


def cycled(fine: Solved) -> dict[str, Cycled]:
    """What every region and part that flows goes through."""
    if not is_cycled(fine.section.design):
        return {}
    found, out = fine.cycles, {}
    for zone in found.zones:
        loop = found.loop(zone.name)
        if not float(found.work_per_cycle(zone.name)[-1]) > 0:
            continue
        out[zone.name] = Cycled(
            _rounded(loop.times_s - loop.times_s[0]),
            _rounded(loop.degc),
            {c: _rounded(values) for c, values in zip(COMPONENTS, loop.stress_mpa, strict=True)},
            {c: _rounded(values) for c, values in zip(COMPONENTS, loop.strain, strict=True)},
            found.numbers.tolist(),
            _rounded(found.work_per_cycle(zone.name)),
            _rounded(found.strain_per_cycle(zone.name)),
        )
    return out


def _rounded(values: Any) -> list[float]:
    return [float(f"{value:.{DIGITS}g}") for value in values]


def extremes(fine: Solved) -> dict[str, ThermalStress]:
    """States where the last cycle's ramps end, before stress relaxes: ``hot`` and ``cold``."""
    if not is_cycled(fine.section.design):
        return {}
    turns = fine.once("turns", lambda: fine.cycles.states)
    return {"hot": turns[-4], "cold": turns[-2]}


def solvers(fine: Solved) -> dict[str, Any]:
    """What they took."""
    if not is_cycled(fine.section.design):
        return {}
    solved = fine.cycles.solved
    return {
        "cycles": {
            "cycles": solved[-1].number,
            "solved": len(solved),
            "steps": sum(each.steps for each in solved),
            "iterations": sum(each.iterations for each in solved),
            "rejected": sum(each.rejected for each in solved),
            "integration_error": max(each.integration_error for each in solved),
            "change": fine.cycles.change if len(solved) > 1 else None,
            "left": fine.cycles.left if isfinite(fine.cycles.left) else None,
        }
    }
