"""Means of the current density over an arc of the angle, by quadrature."""

from __future__ import annotations

import numpy as np

from fem_bump.algebra.quadrature import unit_gauss
from fem_bump.conduction.flow import CurrentFlow

ARC_POINTS = 5  # Gauss points over an arc


def arc_points(arc_deg: float) -> tuple[np.ndarray, np.ndarray]:
    """Angles, radians, and weights of a mean over an arc around theta = 0."""
    position, weight = unit_gauss(ARC_POINTS)
    return np.radians(arc_deg) * (position - 0.5), weight


def angular_density(
    current: CurrentFlow, element: np.ndarray, x: np.ndarray, y: np.ndarray, arc_deg: float
) -> np.ndarray:
    """(N,) mean over |theta| < arc / 2 of the magnitude of J at reference points, A/um^2."""
    amplitude = current.amplitude_at(element, x, y)
    out = np.zeros(len(element))
    for theta, weight in zip(*arc_points(arc_deg), strict=True):
        flow = flow_at(current, amplitude, theta)
        out += weight * np.sqrt((flow**2).sum(axis=0))
    return out


def flow_at(current: CurrentFlow, amplitude: np.ndarray, theta: float) -> np.ndarray:
    """(3, N) J r, theta, z at one angle, radians, from amplitudes (harmonics, 3, N)."""
    turned = current.numbers * theta - np.radians(current.phases_deg)
    flow = np.einsum("k,kcm->cm", np.cos(turned), amplitude)
    flow[1] = np.sin(turned) @ amplitude[:, 1]
    return flow
