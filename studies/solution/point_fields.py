"""Fields of a solution at reference points of elements and an angle, axisymmetric or not."""

from __future__ import annotations

import numpy as np

from fem_bump import AngularStress, CurrentFlow
from fem_bump.algebra.shape_functions import shape_functions
from studies.loads.states import AnyStress


def displacement_at(
    stress: AnyStress, element: np.ndarray, x: np.ndarray, y: np.ndarray, theta_deg: float
) -> np.ndarray:
    """(3, N) displacement r, theta, z in um at reference points of elements."""
    plane = stress.axisymmetric if isinstance(stress, AngularStress) else stress
    shape, _, _ = shape_functions(np.array([x, y]))
    nodes = stress.model.nodes[:, element]
    r, z = np.einsum("mi,imc->cm", shape, plane.u_um[nodes])
    out = np.array([r, np.zeros_like(r), z])
    if isinstance(stress, AngularStress):
        angle = stress.shear.harmonic * np.radians(theta_deg)
        turn = np.array([np.cos(angle), np.sin(angle), np.cos(angle)])
        out += turn[:, None] * np.einsum("mi,imc->cm", shape, stress.shear.u_um[nodes])
    return out


def stress_at(
    stress: AnyStress, element: np.ndarray, x: np.ndarray, y: np.ndarray, theta_deg: float
) -> np.ndarray:
    """(6, N) stress rr, zz, tt, rz, rt, tz in MPa at reference points of elements."""
    if isinstance(stress, AngularStress):
        return stress.stress_at(element, x, y, theta_deg)
    plane = stress.stress_at(element, x, y)
    return np.concatenate([plane, np.zeros((2, len(element)))])


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
