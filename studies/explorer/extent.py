"""Where the designs of a topology lie, and what is outside of them.

Inside is a point that is in the range of the designs in each factor, and in the smallest ellipsoid
of their own shape that holds them all: its leverage in a linear regression with a constant on the n
designs,

    h(x) = 1/n + (x - m)^T (X^T X)^-1 (x - m),      X the designs less their mean m,

is not larger than the largest of a design (Cook, Technometrics 19, 1977). The ellipsoid is convex,
so what is outside of it is outside the designs' convex hull; of the hull's own corners in many
factors, where nearly everything is outside, it says nothing. How far designs are apart inside is
what the surrogate's error tells.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
FLAT = 1e-9  # share of the largest spread below which designs have none in a direction
ROUND_OFF = 1e-9


@dataclass(frozen=True)
class Extent:
    """What designs of a topology reach.

    Attributes
    ----------
    low, high
        Of each factor, (d,).
    most
        The largest leverage of a design.
    """

    low: Array
    high: Array
    most: float
    _count: int
    _middle: Array
    _width: Array
    _directions: Array
    _spreads: Array

    @classmethod
    def of(cls, x: Array) -> Extent:
        """Of designs (n, d)."""
        low, high, middle = x.min(axis=0), x.max(axis=0), x.mean(axis=0)
        width = np.where(high > low, high - low, 1.0)
        _, spreads, directions = np.linalg.svd((x - middle) / width, full_matrices=False)
        keep = spreads > FLAT * max(float(spreads.max(initial=0.0)), FLAT)
        found = cls(low, high, 0.0, len(x), middle, width, directions[keep], spreads[keep])
        most = float(found.leverages(x).max())
        return cls(
            low, high, most, len(x), middle, width, found._directions, found._spreads
        )  # fmt: skip

    def leverages(self, x: Array) -> Array:
        """Of points (m, d); infinite off the plane of designs that lie in one."""
        z = (x - self._middle) / self._width
        along = z @ self._directions.T
        off = np.linalg.norm(z - along @ self._directions, axis=1)
        found = 1 / self._count + ((along / self._spreads) ** 2).sum(axis=1)
        return np.where(off > 1e-6, np.inf, found)

    def beyond(self, x: Array) -> NDArray[np.bool_]:
        """Which factors (m, d) of points are outside the range of the designs."""
        room = ROUND_OFF * self._width
        return np.asarray((x < self.low - room) | (x > self.high + room))

    def inside(self, x: Array) -> NDArray[np.bool_]:
        """Which points (m, d) are inside in either sense."""
        near = self.leverages(x) <= self.most * (1 + ROUND_OFF)
        return np.asarray(near & ~self.beyond(x).any(axis=1))
