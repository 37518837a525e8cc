"""When and where a void begins: the first disc whose mean stress reaches the critical one.

Every disc's mean is a sum of decaying exponentials (:mod:`fem_bump.migration.decay`): it is looked
at on a ladder of times, and where it has crossed, the crossing is bisected. It may overshoot its
steady state: beside a metal that is slower, where an end holds a stress, and in one metal where
atoms that lie off the current's path come later to where it enters. So the largest of all times is
sought as well, and more closely between the ladder's times.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from fem_bump.migration.solution import BlockSolution
from fem_bump.migration.state import Body, DiscMean, Discs

TIMES_PER_OCTAVE = 4
BEFORE, AFTER = 1e-2, 40.0  # first time over that of the quickest mode, last of the slowest
BISECTIONS = 50
PARTS = 64  # of the two steps of the ladder around the largest mean


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
        self.discs, self.solution, self.cosines = discs, solution, cosines
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

    def climb(self) -> tuple[np.ndarray, np.ndarray]:
        """(t,) times from 0 on, that of the largest mean among them; the largest mean at each."""
        times = np.append(0.0, ladder(self.solution))
        largest = np.array([self.at(time_s).max() for time_s in times.tolist()])
        k = int(largest.argmax())
        if 1 < k < len(times) - 1:
            where = divmod(int(self.at(times[k]).argmax()), self.cosines.shape[1])
            between = np.geomspace(times[k - 1], times[k + 1], PARTS + 1)
            disc, angle = (np.full(len(between), each) for each in where)
            time_s = between[self.of(disc, angle, between).argmax()]
            place = int(np.searchsorted(times, time_s))
            times = np.insert(times, place, time_s)
            largest = np.insert(largest, place, self.at(time_s).max())
        return times, largest


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
    found = []
    for history in _histories(body, solutions, over_um, region):
        times, largest = history.climb()
        reached = np.nonzero(largest[1:] >= critical_mpa)[0]
        if len(reached):
            between = float(times[reached[0]]), float(times[reached[0] + 1])
            disc, angle = np.nonzero(history.at(between[1]) >= critical_mpa)
            angles = body.around.angles_deg
            found.append(_earliest(history, disc, angle, between, critical_mpa, angles))
    return min(found, key=lambda each: each.time_s, default=None)


def largest_ever(
    body: Body,
    solutions: Sequence[BlockSolution],
    over_um: float,
    region: str | None,
    steady: DiscMean,
) -> DiscMean:
    """The largest mean over a disc of all times, in one region or any.

    That is ``steady``, the largest of the steady state, unless one before is more tension by more
    than the block's error in time.
    """
    best, least = steady, max(steady.mean_mpa, 0.0)
    for history in _histories(body, solutions, over_um, region):
        times, largest = history.climb()
        k = int(largest.argmax())
        error = sum(each.error for each in history.solution.decays)
        if largest[k] > max(best.mean_mpa, least + error):
            means = history.at(float(times[k]))
            disc, angle = divmod(int(means.argmax()), means.shape[1])
            best = DiscMean(
                float(means[disc, angle]),
                history.discs.place(disc),
                history.discs.region,
                float(body.around.angles_deg[angle]),
            )
    return best


def _histories(
    body: Body, solutions: Sequence[BlockSolution], over_um: float, region: str | None
) -> Iterator[DiscHistory]:
    """Of all discs in one region or group, or in any."""
    members = None if region is None else body.model.members(region)
    cosines = body.around.cosines(body.around.angles_deg)
    for k, discs in body.discs(over_um):
        if members is None or discs.region in members:
            yield DiscHistory(discs, solutions[k], cosines)


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
