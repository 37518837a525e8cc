"""Stress in the sections around the axis that are looked at."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from fem_bump import ThermalStress
from fem_bump.mechanics.state import superposed

ANGLES_DEG = tuple(15.0 * k for k in range(13))  # where fields in the section are sampled


def sections(stress: ThermalStress, place: tuple[np.ndarray, ...]) -> Iterator[np.ndarray]:
    """Stress, MPa, at reference points (element, x, y): at each angle, or the one of all."""
    amplitudes = stress.amplitudes_at(*place)
    for angle in np.radians(ANGLES_DEG if stress.varies_around else ANGLES_DEG[:1]):
        yield superposed(amplitudes, angle)
