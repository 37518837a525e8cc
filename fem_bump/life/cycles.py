"""Thermal cycles as a table of times and temperatures: ramps and dwells, for a history."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from fem_bump.errors import InputError
from fem_bump.life.standards import Condition, standard

MOST_CYCLES = 100_000


@dataclass(frozen=True)
class Cycle:
    """One cycle between two temperatures.

    Attributes
    ----------
    ramp_up_s, ramp_down_s
        From one end to the other, s.
    dwell_low_s, dwell_high_s
        At the ends, s.

    Raises
    ------
    InputError
        For ends that are not in order, ramps or dwells without time.
    """

    low_degc: float
    high_degc: float
    ramp_up_s: float
    ramp_down_s: float
    dwell_low_s: float
    dwell_high_s: float

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if not math.isfinite(value):
                raise InputError(f"{name} = {value} must be finite")
        if not self.low_degc < self.high_degc:
            raise InputError(
                f"low_degc = {self.low_degc:g} must be below high_degc = {self.high_degc:g}"
            )
        if not self.low_degc >= -273.15:
            raise InputError(f"low_degc = {self.low_degc:g} must be at least -273.15")
        for name in ("ramp_up_s", "ramp_down_s", "dwell_low_s", "dwell_high_s"):
            if not getattr(self, name) > 0:
                raise InputError(f"{name} = {getattr(self, name):g} must be above 0")

    @property
    def period_s(self) -> float:
        return self.ramp_up_s + self.dwell_high_s + self.ramp_down_s + self.dwell_low_s

    @property
    def fastest_k_per_min(self) -> float:
        """The steeper ramp."""
        return 60 * (self.high_degc - self.low_degc) / min(self.ramp_up_s, self.ramp_down_s)


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


def ramp_and_dwell(
    cycle: Cycle, cycles: int, start_degc: float, first: Literal["low", "high"] = "high"
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Times and temperatures at which a history of cycles bends.

    It begins at a temperature, goes to the first end at that ramp's rate, and each cycle ends with
    the dwell at the other end.

    Parameters
    ----------
    start_degc
        Between the ends, or beyond one.

    Returns
    -------
    times_s, temperatures_degc
        (1 + 4 cycles,), or one less where the start is the first end.

    Raises
    ------
    InputError
        For no cycle, or more than there may be.
    """
    if not 1 <= cycles <= MOST_CYCLES:
        raise InputError(f"cycles = {cycles} must be 1 to {MOST_CYCLES}")
    if not math.isfinite(start_degc):
        raise InputError(f"start_degc = {start_degc} must be finite")
    swing = cycle.high_degc - cycle.low_degc
    up = (cycle.high_degc, cycle.ramp_up_s, cycle.dwell_high_s)
    down = (cycle.low_degc, cycle.ramp_down_s, cycle.dwell_low_s)
    legs = [up, down] if first == "high" else [down, up]
    durations, temperatures = [], []
    now = start_degc
    for degc, ramp, dwell in legs * cycles:
        if degc != now:
            durations.append(ramp * abs(degc - now) / swing)
            temperatures.append(degc)
        durations.append(dwell)
        temperatures.append(degc)
        now = degc
    return np.cumsum([0.0, *durations]), np.array([start_degc, *temperatures])
