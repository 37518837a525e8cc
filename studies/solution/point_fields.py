"""Fields of a solution at reference points of elements and an angle, axisymmetric or not."""

from __future__ import annotations

import numpy as np

from fem_bump import CurrentFlow, ThermalStress
from fem_bump.mechanics.amplitudes import whole


def displacement_at(
    stress: ThermalStress, element: np.ndarray, x: np.ndarray, y: np.ndarray, theta_deg: float
) -> np.ndarray:
    """(3, N) displacement r, theta, z in um at reference points of elements."""
    return whole(stress.displacement_at(element, x, y, theta_deg).T).T


def stress_at(
    stress: ThermalStress, element: np.ndarray, x: np.ndarray, y: np.ndarray, theta_deg: float
) -> np.ndarray:
    """(6, N) stress rr, zz, tt, rz, rt, tz in MPa at reference points of elements."""
    found = stress.stress_at(element, x, y, theta_deg)
    if stress.varies_around:
        return found
    return np.concatenate([found, np.zeros((2, len(element)))])


def current_density_at(
    current: CurrentFlow, element: np.ndarray, x: np.ndarray, y: np.ndarray, theta_deg: float
) -> np.ndarray:
    """(3, N) current density r, theta, z in A/um2 at reference points of elements."""
    found = current.current_density_at(element, x, y, theta_deg)
    if current.varies_around:
        return found
    r, z = found
    return np.array([r, np.zeros_like(r), z])


def potential_at(
    current: CurrentFlow, element: np.ndarray, x: np.ndarray, y: np.ndarray, theta_deg: float
) -> np.ndarray:
    """(N,) potential in V at reference points of elements; not a number in insulators."""
    found = current.potential_at(element, x, y, theta_deg)
    return np.where(current.model.mask(current.conducting_elements)[element], found, np.nan)
