"""Thermal cycles by the conditions and soak modes of a standard, and what departs from it."""

from __future__ import annotations

import math

from fem_bump.errors import InputError
from fem_bump.life.standards import Condition, standard
from fem_bump.mechanics.cycling.cycle import Cycle


def standard_cycle(condition: Condition, soak_mode: int, ramp_k_per_min: float) -> Cycle:
    """The cycle of a condition whose ends are held for a soak mode's least time.

    Parameters
    ----------
    ramp_k_per_min
        Of both ramps: no condition fixes it.

    Raises
    ------
    InputError
        For a standard without soak modes, a mode that there is not, or no ramp.
    """
    soak = standard(condition.standard).soak
    if soak is None:
        raise InputError(f"{condition.standard} has no soak modes that are known; give dwells")
    if not 1 <= soak_mode <= len(soak.modes_min):
        raise InputError(
            f"soak_mode = {soak_mode} of {condition.standard} must be 1 to {len(soak.modes_min)}"
        )
    if not (math.isfinite(ramp_k_per_min) and ramp_k_per_min > 0):
        raise InputError(f"ramp_k_per_min = {ramp_k_per_min:g} must be above 0 and finite")
    ramp = 60 * (condition.high_degc - condition.low_degc) / ramp_k_per_min
    dwell = 60 * soak.modes_min[soak_mode - 1]
    return Cycle(condition.low_degc, condition.high_degc, ramp, ramp, dwell, dwell)


def departures(cycle: Cycle, standard_name: str) -> list[str]:
    """What of a cycle is outside what its standard asks of solder joints; a sentence each."""
    soak = standard(standard_name).soak
    if soak is None:
        return []
    out = []
    if cycle.fastest_k_per_min > soak.fastest_k_per_min * (1 + 1e-9):
        out.append(
            f"a ramp of {cycle.fastest_k_per_min:g} K/min is faster than {standard_name}'s "
            f"{soak.fastest_k_per_min:g} for solder joints ({soak.tag})"
        )
    rate, (low, high) = 3600 / cycle.period_s, soak.cycles_per_hour
    if not low * (1 - 1e-9) <= rate <= high * (1 + 1e-9):
        out.append(
            f"{rate:.3g} cycles an hour are not {standard_name}'s {low:g} to {high:g} ({soak.tag})"
        )
    return out
