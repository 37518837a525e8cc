"""Where functions of time bend: instants between which they are all but straight.

A step sees a function at its ends and in its middle; a pulse or a turn in between would be missed,
and metals remember turns. Each interval is sampled, and divided at the sample that is farthest from
the chord until none is farther than a share of the function's range: D. H. Douglas and T. K.
Peucker, Cartographica 10, 112 (1973).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

SAMPLES, LEAST_SAMPLES = 1024, 16  # of all intervals together, and of each at least


def bends(
    functions: Sequence[Callable[[float], float]], times: Sequence[float], share: float
) -> list[float]:
    """Instants inside the intervals between ``times`` where functions bend, ascending.

    Parameters
    ----------
    share
        Of a function's range, by which it may be off its chord.
    """
    count = max(LEAST_SAMPLES, SAMPLES // (len(times) - 1))
    inner = np.linspace(0.0, 1.0, count + 1)
    found: set[float] = set()
    for function in functions:
        at = [start + (stop - start) * inner for start, stop in pairwise(times)]
        values = [np.array([function(float(t)) for t in each]) for each in at]
        allowed = share * float(np.ptp(np.concatenate(values)))
        if not allowed > 0.0:  # a constant
            continue
        for t, value in zip(at, values, strict=True):
            found.update(_divided(t, value, allowed))
    return sorted(found)


def _divided(t: np.ndarray, value: np.ndarray, allowed: float) -> list[float]:
    """Samples within one interval that chords have to go through."""
    out, open_ = [], [(0, len(t) - 1)]
    while open_:
        first, last = open_.pop()
        chord = np.interp(t[first : last + 1], t[[first, last]], value[[first, last]])
        off = np.abs(value[first : last + 1] - chord)
        worst = first + int(off.argmax())
        if off.max() > allowed:
            out.append(float(t[worst]))
            open_ += [(first, worst), (worst, last)]
    return out
