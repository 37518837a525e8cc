"""A quantity that varies around the front of a crack."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np


@dataclass(frozen=True)
class Cosines:
    """A quantity that varies around the front as sum of value[k] cos(k theta)."""

    value: np.ndarray

    def at(self, theta_deg: float | np.ndarray) -> np.ndarray:
        """Its value at angles, degrees."""
        k = np.arange(len(self.value))
        return np.cos(np.radians(np.asarray(theta_deg))[..., None] * k) @ self.value

    @property
    def mean(self) -> float:
        """Around the front."""
        return float(self.value[0])

    @cached_property
    def largest(self) -> tuple[float, float]:
        """Largest value and its angle, degrees in [0, 180]."""
        theta = np.linspace(0.0, 180.0, 181)
        k = int(self.at(theta).argmax())
        fine = np.linspace(theta[max(k - 1, 0)], theta[min(k + 1, 180)], 201)
        values = self.at(fine)
        return float(values.max()), float(fine[values.argmax()])
