"""Roots of functions of one variable, by Brent's method of SciPy.

Its optimizers take 0.2 s to load, and few of the sections and solutions that are made want a root:
they are loaded with the first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def root_between(
    function: Callable[[float], Any], low: float, high: float, **given: float
) -> float:
    """Where a function is 0 between two places at which its signs differ.

    ``given`` are tolerances of :func:`scipy.optimize.brentq`.
    """
    from scipy.optimize import brentq

    return float(brentq(function, low, high, **given))
