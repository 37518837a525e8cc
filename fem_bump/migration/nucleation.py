"""When and where a void begins: the first disc whose mean stress reaches the critical one.

Every disc's mean is a sum of decaying exponentials (:mod:`fem_bump.migration.decay`): it is looked
at on a ladder of times, and where it has crossed, the crossing is bisected.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from fem_bump.migration.solution import BlockSolution
from fem_bump.migration.state import Body, Discs

TIMES_PER_OCTAVE = 4
BEFORE, AFTER = 1e-2, 40.0  # first time over that of the quickest mode, last of the slowest
BISECTIONS = 50


class _Place(NamedTuple):
    time_s: float
    point_um: tuple[float, float]
    region: str


class Nucleation(_Place):
    """Time, place (r, z) and region: ``time_s, point_um, region``.

    Attributes
    ----------
    theta_deg
        Angle around the axis.
    """

    theta_deg: float = 0.0


class DiscHistory:
    """Means over discs at all times.

    Parameters
    ----------
    discs, solution
        Discs in a region of a block, and the block's stress.
    cosines
        (k, angles) factors of harmonics.
    """

    def __init__(self, discs: Discs, solution: BlockSolution, cosines: np.ndarray) -> None:
        self.discs, self.cosines = discs, cosines
        self._steady = discs.weights @ solution.steady_mpa.T  # (d, k)
        self._modes = [discs.weights @ each.modes for each in solution.decays]
        self._rates = [each.rates_per_s for each in solution.decays]

    def at(self, time_s: float) -> np.ndarray:
        """(d, angles) means at a time."""
        left = [m @ np.exp(-r * time_s) for m, r in zip(self._modes, self._rates, strict=True)]
        return (self._steady + np.array(left).T) @ self.cosines

    def of(self, disc: np.ndarray, angle: np.ndarray, time_s: np.ndarray) -> np.ndarray:
        """(c,) means of some discs at some angles, each at its own time."""
        out = (self._steady[disc] * self.cosines[:, angle].T).sum(axis=1)
        for k, (modes, rates) in enumerate(zip(self._modes, self._rates, strict=True)):
            decayed = np.exp(-np.outer(time_s, rates))
            out += (modes[disc] * decayed).sum(axis=1) * self.cosines[k, angle]
        return out


def ladder(solution: BlockSolution) -> np.ndarray:
    """Times, ascending, from before anything has moved until nothing does any more; may be none."""
    rates = np.concatenate([each.rates_per_s for each in solution.decays])
    if len(rates) == 0:
        return rates
    first, last = BEFORE / rates.max(), AFTER / rates.min()
    return np.geomspace(first, last, int(np.ceil(np.log2(last / first) * TIMES_PER_OCTAVE)) + 1)


def first_crossing(
    body: Body,
    solutions: Sequence[BlockSolution],
    critical_mpa: float,
    over_um: float,
    region: str | None = None,
) -> Nucleation | None:
    """The first disc, in one region or any, to reach the critical stress; None if none does."""
    members = None if region is None else body.model.members(region)
    angles = body.around.angles_deg
    cosines = body.around.cosines(angles)
    found = []
    for k, discs in body.discs(over_um):
        if members is not None and discs.region not in members:
            continue
        history, before = DiscHistory(discs, solutions[k], cosines), 0.0
        for time_s in ladder(solutions[k]).tolist():
            disc, angle = np.nonzero(history.at(time_s) >= critical_mpa)
            if len(disc):
                between = before, time_s
                found.append(_earliest(history, disc, angle, between, critical_mpa, angles))
                break
            before = time_s
    return min(found, key=lambda each: each.time_s, default=None)


def _earliest(
    history: DiscHistory,
    disc: np.ndarray,
    angle: np.ndarray,
    between_s: tuple[float, float],
    critical_mpa: float,
    angles_deg: np.ndarray,
) -> Nucleation:
    """The first of some discs that cross between two times."""
    low, high = (np.full(len(disc), t) for t in between_s)
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        reached = history.of(disc, angle, middle) >= critical_mpa
        high = np.where(reached, middle, high)
        low = np.where(reached, low, middle)
    first = int(high.argmin())
    out = Nucleation(
        float(high[first]), history.discs.place(int(disc[first])), history.discs.region
    )
    out.theta_deg = float(angles_deg[angle[first]])
    return out
