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


def flow_at(current: CurrentFlow, amplitude: np.ndarray, theta: float) -> np.ndarray:
    """(3, N) J r, theta, z at one angle, radians, from amplitudes (harmonics, 3, N)."""
    turned = current.numbers * theta - np.radians(current.phases_deg)
    flow = np.einsum("k,kcm->cm", np.cos(turned), amplitude)
    flow[1] = np.sin(turned) @ amplitude[:, 1]
    return flow
