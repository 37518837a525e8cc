"""What more cycles may still change of a number per cycle, by how it changed in the last ones.

Where the changes d of a number from one cycle to the next fall by a ratio q, all that are to come
add up to d q / (1 - q). Several things that settle at different rates make q itself grow with the
cycles, so that this falls short, in a soldered joint by up to 1.8 times: it is taken SLOWING
times, and never less than the last change. The first cycle tells nothing of q, as it begins
elsewhere: at another temperature, and in a body that has not flowed to and fro yet. Changes that
do not fall end nowhere that is known.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

SLOWING = 2.0
RESOLVED = 2e-4  # of the number's size: changes below it are not told from none
LEAST_CYCLES = 4  # of which the last three show a ratio


def left_by_jump(before: ArrayLike, behind: ArrayLike, last: ArrayLike) -> NDArray[np.float64]:
    """What a number per cycle differs by behind cycles that were extrapolated over and before them.

    Or from one cycle behind them, other than the first, to the next, where that is more.
    """
    now = np.asarray(last, dtype=float)
    return np.maximum(np.abs(now - before), np.abs(now - behind))


def still_to_come(
    numbers: ArrayLike, values: ArrayLike, size: ArrayLike | None = None
) -> NDArray[np.float64]:
    """What more cycles may still change.

    Parameters
    ----------
    numbers
        (k,) of the cycles that were solved, from 1, in order.
    values
        (k, ...) of each.
    size
        (...) that changes are measured by, by default the last values'.

    Returns
    -------
    (...) in the unit of the values; infinite where it is not known: of fewer than three cycles
    behind the first, and where changes do not fall.

    Examples
    --------
    >>> from fem_bump.mechanics.cycling.tail import still_to_come
    >>> works = [3.0, 1.8, 1.4, 1.2]  # the last two changed by 0.4 and 0.2: 0.2 is left, twice
    >>> round(float(still_to_come([1, 2, 3, 4], works)), 6)
    0.4
    >>> float(still_to_come([1, 2, 3], works[:3]))
    inf
    """
    at, found = np.asarray(numbers, dtype=float), np.asarray(values, dtype=float)
    if len(at) < LEAST_CYCLES:
        return np.full(found.shape[1:], np.inf)
    apart = np.diff(at[-3:])
    # a cycle's change in the mean, where cycles between were left out
    before, last = (np.abs(d) / n for d, n in zip(np.diff(found[-3:], axis=0), apart, strict=True))
    least = RESOLVED * np.abs(found[-1] if size is None else np.asarray(size, dtype=float))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (last / before) ** (1.0 / apart.mean())
        rest = SLOWING * last * ratio / (1.0 - ratio)
    falls = (last < before) & (ratio < 1.0)
    found_rest = np.where(falls, np.maximum(rest, np.maximum(last, least)), np.inf)
    return np.where((before <= least) & (last <= least), least, found_rest)
