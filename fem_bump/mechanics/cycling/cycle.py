"""One thermal cycle, and many, as a table of times and temperatures: ramps and dwells."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from fem_bump.errors import InputError

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

    Examples
    --------
    >>> from fem_bump import Cycle
    >>> Cycle(-40.0, 125.0, 900.0, 900.0, 300.0, 300.0).period_s
    2400.0
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
