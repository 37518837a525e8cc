"""Fields of a solution at reference points of elements and an angle, axisymmetric or not."""

from __future__ import annotations

import numpy as np

from fem_bump import AngularCurrentFlow, ThermalStress
from fem_bump.algebra.shape_functions import shape_functions
from fem_bump.mechanics.amplitudes import whole
from studies.loads.states import AnyCurrent


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
    current: AnyCurrent, element: np.ndarray, x: np.ndarray, y: np.ndarray, theta_deg: float
) -> np.ndarray:
    """(3, N) current density r, theta, z in A/um2 at reference points of elements."""
    if isinstance(current, AngularCurrentFlow):
        return current.current_density_at(element, x, y, theta_deg)
    r, z = current.current_density_at(element, x, y)
    return np.array([r, np.zeros_like(r), z])


def potential_at(
    current: AnyCurrent, element: np.ndarray, x: np.ndarray, y: np.ndarray, theta_deg: float
) -> np.ndarray:
    """(N,) potential in V at reference points of elements; not a number in insulators."""
    if isinstance(current, AngularCurrentFlow):
        local = current.local_potential_v(theta_deg)
    else:
        local = current.local_phi_v
    shape, _, _ = shape_functions(np.array([x, y]))
    found = (shape * local[element]).sum(axis=1)
    return np.where(current.model.mask(current.conducting_elements)[element], found, np.nan)
