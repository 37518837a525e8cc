"""How far the faces of a crack have come apart, and where they overlap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fem_bump.body.cracks import CrackTip
from fem_bump.fracture.tip_domain import Amplitudes

ROUND_OFF = 1e-6  # of the largest relative displacement: a smaller overlap is none
OVERLAP_SHARE = 0.01  # of the crack's length; a shorter overlap is the oscillation at the tip


@dataclass(frozen=True)
class Opening:
    """How far the faces of the crack have come apart.

    Attributes
    ----------
    distance_um
        (m,) from the tip.
    normal_um
        (m,) of harmonic 0, positive for an open crack.
    normal_amplitude_um
        (m,) of harmonic 1, which goes with cos theta; zero without one.
    largest_um
        Largest displacement of one face against the other, sliding included.
    """

    distance_um: np.ndarray
    normal_um: np.ndarray
    normal_amplitude_um: np.ndarray
    largest_um: float

    def least_um(self, theta_deg: float | None = None) -> np.ndarray:
        """(m,) opening at an angle of a load that goes with cos theta, or the least all around."""
        if theta_deg is None:
            return self.normal_um - np.abs(self.normal_amplitude_um)
        return self.normal_um + self.normal_amplitude_um * np.cos(np.radians(theta_deg))

    def overlap_share(self, theta_deg: float | None = None) -> float:
        """Share of the crack's length along which faces overlap at an angle, or anywhere.

        The material cannot do that: there the crack is closed and the energy release is not that
        of the body.
        """
        overlaps = self.least_um(theta_deg) < -ROUND_OFF * self.largest_um
        piece = np.diff(np.concatenate([[0.0], self.distance_um]))
        return float(piece[overlaps].sum() / piece.sum())

    def closed(self, theta_deg: float | None = None) -> bool:
        """Whether faces overlap beyond what the oscillation at the tip explains."""
        return self.overlap_share(theta_deg) > OVERLAP_SHARE


def crack_opening(tip: CrackTip, fields: Sequence[Amplitudes]) -> Opening:
    """Normal opening along the crack; on a kinked one along the normal of each facet."""
    p = tip.model.node_points_um
    along = p[:, tip.faces[0, 0]] - p[:, tip.faces[0, 1]]
    along = along / np.hypot(*along)
    turned = np.array([-along[1], along[0]])
    handed = np.sign(tip.normal @ np.array([-tip.direction[1], tip.direction[0]]))
    normal = (turned * handed).T  # (m, 2)
    steady = np.zeros(2 * normal.shape[0])
    varying = np.zeros_like(steady)
    largest = 0.0
    for field in fields:
        a, b = (face[[2, 1]].T for face in tip.faces)  # midpoint, far end
        jump = field.u_um[a] - field.u_um[b]
        largest += float(np.abs(jump).max())
        opening = np.einsum("mkc,mc->mk", jump[..., [0, 2]], normal).ravel()
        if field.harmonic == 0:
            steady = opening
        else:
            varying = opening
    return Opening(tip.distance_um.ravel(), steady, varying, largest)
