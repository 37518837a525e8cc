"""What a cycle does to zones of a body, mean stress and strain at every step, and to interfaces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from fem_bump.mechanics.cycling.zones import Zone
from fem_bump.mechanics.history import History
from fem_bump.mechanics.state import ThermalStress

COLUMNS = 10  # stress and inelastic strain (rr, zz, tt, rz each), equivalent, work
STRESS, STRAIN = slice(0, 4), slice(4, 8)
EQUIVALENT, WORK = 8, 9

SIDES = ("a", "b")

Floats = NDArray[np.float64]
Seen = tuple[str, str, str]  # an interface's regions or groups a and b, and the side


@dataclass(frozen=True, eq=False)
class Trace:
    """Means over zones at the start of a cycle and after every step of it.

    Attributes
    ----------
    number
        Of the cycle, from 1.
    times_s, degc
        (k,)
    means
        (k, zones, 10) stress, MPa, and inelastic strain, each rr, zz, tt, rz, accumulated
        equivalent inelastic strain, inelastic work, MJ/m3.
    turns
        Where in these its ramps and dwells end.
    iterations
        Newton's, of all of its steps.
    rejected
        Steps that were tried and were too long.
    integration_error
        The largest of its steps.
    tractions
        Per interface and side, at its start and where ramps and dwells end: harmonic to traction,
        as :class:`~fem_bump.interfaces.traction.TractionInterface` has it.
    """

    number: int
    times_s: Floats
    degc: Floats
    means: Floats
    turns: tuple[int, ...] = ()
    iterations: int = 0
    rejected: int = 0
    integration_error: float = 0.0
    tractions: Mapping[Seen, tuple[Mapping[int, Floats], ...]] = field(default_factory=dict)

    @property
    def steps(self) -> int:
        return len(self.times_s) - 1

    @property
    def gained(self) -> Floats:
        """(zones, 10) what is more at its end than at its start."""
        return np.asarray(self.means[-1] - self.means[0])

    def followed_by(self, leg: History, zones: Sequence[Zone]) -> Trace:
        """This and one more ramp or dwell, whose start is its end."""
        times = leg.times_s[1:]
        means = [zone_means(leg, float(t), zones) for t in times]
        degc = np.array([float(each.degc) for each in leg.instants[1:]])  # type: ignore[arg-type]
        joined = np.concatenate([self.means, means])
        return Trace(
            self.number,
            np.concatenate([self.times_s, times]),
            np.concatenate([self.degc, degc]),
            joined,
            (*self.turns, len(joined) - 1),
            self.iterations + sum(step.iterations for step in leg.steps),
            self.rejected + sum(step.rejected for step in leg.steps),
            max([self.integration_error, *(step.integration_error for step in leg.steps)]),
        )

    def with_tractions(
        self, states: Sequence[ThermalStress], interfaces: Sequence[tuple[str, str]]
    ) -> Trace:
        """This with the tractions of its states at the start and where ramps and dwells end."""
        found = {
            (a, b, side): tuple(state.interface(a, b, side).amplitudes for state in states)
            for a, b in interfaces
            for side in SIDES
        }
        return replace(self, tractions=found)


def zone_means(history: History, time_s: float, zones: Sequence[Zone]) -> Floats:
    """(zones, 10) means at an accepted instant."""
    inelastic = history.at(time_s).inelastic
    out = np.zeros((len(zones), COLUMNS))
    if inelastic is None:
        return out
    for k, zone in enumerate(zones):
        out[k, STRESS] = zone.mean(inelastic, inelastic.stress)
        out[k, STRAIN] = zone.mean(inelastic, inelastic.strain)
        out[k, EQUIVALENT] = zone.mean(inelastic, inelastic.equivalent)
        out[k, WORK] = zone.mean(inelastic, inelastic.work)
    return out
