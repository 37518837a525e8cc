"""Which of several solved designs is on the front, and how sure that is.

All values are to be small. One design dominates another if none of its values is larger and one is
smaller. It does so for certain if that holds whatever the error bars hide: value plus bar of the
one against value minus bar of the other.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from studies.results.lives.fronts import Stand

Array = NDArray[np.float64]
GRAIN = 1e-6


def _beats(one: Array, other: Array) -> NDArray[np.bool_]:
    """Whether row i of ``one`` (n, k) dominates row j of ``other`` (n, k), (n, n)."""
    no_larger = (one[:, None, :] <= other[None, :, :]).all(axis=2)
    smaller = (one[:, None, :] < other[None, :, :]).any(axis=2)
    found: NDArray[np.bool_] = np.logical_and(no_larger, smaller)
    np.fill_diagonal(found, False)
    return found


def stands(low: Array, high: Array, is_allowed: NDArray[np.bool_]) -> list[Stand]:
    """Where designs stand by the ends (n, k) of what their values may be.

    Parameters
    ----------
    is_allowed
        Whether a design keeps its constraints for certain, (n,): one that may break them beats none
        for certain, and is not sure of its place.
    """
    behind = np.asarray(_beats(high, low)[is_allowed].any(axis=0))
    at_risk = np.asarray(np.logical_or(_beats(low, high).any(axis=0), ~is_allowed))
    return [
        Stand.BEHIND if lost else Stand.OPEN if risk else Stand.FRONT
        for lost, risk in zip(behind.tolist(), at_risk.tolist(), strict=True)
    ]


def by_values(values: Array) -> NDArray[np.bool_]:
    """Which designs are on the front by their values (n, k) alone, equal ones together."""
    alike = in_grains(values, np.ptp(values, axis=0)) if len(values) else values
    return np.logical_not(_beats(alike, alike).any(axis=0))


def in_grains(values: Array, extent: Array) -> Array:
    """Values (n, k) as multiples of a small share of what each varies by (k,).

    A surrogate's round-off tells nothing apart: a design that is worse in one value would else
    stand beside a better one for being the last digit ahead in another.
    """
    return np.round(values / np.where(extent > 0, GRAIN * extent, 1.0))
