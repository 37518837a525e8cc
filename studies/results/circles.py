"""Recorded densities on the whole circle of an interface, from their amplitudes."""

from __future__ import annotations

import numpy as np

from studies.records.record import Circle

SINE = ("shear_theta_mpa",)  # what goes with the sine


def around(said: Circle, column: str, theta_deg: np.ndarray) -> np.ndarray:
    """(points, angles) values of a density at angles."""
    n = np.array(said.flux_harmonics if column == "jn_a_per_cm2" else said.traction_harmonics)
    phase = np.outer(n, np.radians(theta_deg))
    if column == "jn_a_per_cm2" and len(said.flux_phases_deg):
        phase = phase - np.radians(said.flux_phases_deg)[:, None]
    amplitudes = np.array(said.amplitudes[column])
    return amplitudes.T @ (np.sin(phase) if column in SINE else np.cos(phase))
