"""Anderson's acceleration of a fixed-point iteration x = g(x).

From the last few pairs of x and f = g(x) - x the combination of smallest residual is taken,

    x_next = g(x) - sum over i of gamma_i (dx_i + df_i),   gamma = argmin |f - sum gamma_i df_i|,

dx, df being the changes between iterations. It finds what the secant method finds in one unknown.
D. G. Anderson, J. ACM 12, 547 (1965); Walker and Ni, SIAM J. Numer. Anal. 49, 1715 (2011).
"""

from __future__ import annotations

import numpy as np

WINDOW = 4  # pairs that are kept


class Anderson:
    """State of an accelerated iteration.

    Parameters
    ----------
    weights
        (n,) of the squares of f in its norm.
    """

    def __init__(self, weights: np.ndarray) -> None:
        self._root = np.sqrt(weights)
        self._x: list[np.ndarray] = []
        self._f: list[np.ndarray] = []

    def next(self, x: np.ndarray, change: np.ndarray) -> np.ndarray:
        """The next x, from this one and g(x) - x."""
        self._x = [*self._x[-WINDOW:], x]
        self._f = [*self._f[-WINDOW:], change]
        found = x + change
        if len(self._x) == 1:
            return found
        dx, df = np.diff(self._x, axis=0), np.diff(self._f, axis=0)
        gamma, *_ = np.linalg.lstsq((df * self._root).T, change * self._root, rcond=1e-12)
        return np.asarray(found - gamma @ (dx + df))
