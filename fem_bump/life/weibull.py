"""Weibull lives of solder joints: a characteristic life, a shape, a life before which none fail.

    F(N) = 1 - exp(-[(N - N_ff) / (N_63 - N_ff)]^shape),

63.2 % have failed at N_63 and none before N_ff (0: two parameters). Of n joints the first fails
where F is its median rank, (1 - 0.3) / (n + 0.4).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fem_bump.errors import InputError

CHARACTERISTIC = 1 - math.exp(-1)  # share that has failed at the characteristic life


@dataclass(frozen=True)
class Weibull:
    """Cycles to failure of joints.

    Raises
    ------
    InputError
        For a life or a shape that is not above 0, a failure-free share outside of 0 to 1.

    Examples
    --------
    >>> from fem_bump.life.weibull import Weibull
    >>> joints = Weibull(1721.0, 2.6, free_share=0.5)
    >>> round(joints.first_of(32))
    1058
    """

    characteristic: float
    shape: float
    free_share: float = 0.0  # of the characteristic life

    def __post_init__(self) -> None:
        for name in ("characteristic", "shape"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value > 0):
                raise InputError(f"{name} = {value:g} must be above 0 and finite")
        if not 0 <= self.free_share < 1:
            raise InputError(f"free_share = {self.free_share:g} must be at least 0 and below 1")

    @property
    def failure_free(self) -> float:
        """Cycles before which none fail."""
        return self.free_share * self.characteristic

    def cycles(self, failed: ArrayLike) -> NDArray[np.float64]:
        """Cycles after which these shares have failed."""
        share = np.asarray(failed, dtype=float)
        spread = self.characteristic - self.failure_free
        return self.failure_free + spread * (-np.log1p(-share)) ** (1 / self.shape)

    def first_of(self, joints: int) -> float:
        """Cycles to the first failure of so many joints, at its median rank."""
        if joints < 1:
            raise InputError(f"joints = {joints} must be at least 1")
        return float(self.cycles(0.7 / (joints + 0.4)))
