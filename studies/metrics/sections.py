"""Stress in the sections around the axis that are looked at."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from fem_bump import AngularStress
from fem_bump.mechanics.angular_stress import superposed
from studies.loads.states import AnyStress

ANGLES_DEG = tuple(15.0 * k for k in range(13))  # where fields in the section are sampled


def sections(stress: AnyStress, place: tuple[np.ndarray, ...]) -> Iterator[np.ndarray]:
    """Stress, MPa, at reference points (element, x, y): at each angle, or the one of all."""
    if isinstance(stress, AngularStress):
        plane, shear = stress.amplitudes_at(*place)
        for angle in np.radians(ANGLES_DEG):
            yield superposed(plane, shear, angle)
    else:
        yield stress.stress_at(*place)
