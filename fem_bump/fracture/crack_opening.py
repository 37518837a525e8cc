"""How far the faces of a crack have come apart, where they touch, and where they overlap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fem_bump.body.cracks import CrackTip
from fem_bump.fracture.face_tractions import FaceTractions
from fem_bump.fracture.tip_domain import Amplitudes

ROUND_OFF = 1e-6  # of the largest relative displacement: a smaller overlap is none
STILL = 1e-9  # motion over the largest displacement of the faces, below which there is none
AT_TIP = 4  # facets next to a tip, whose stress is the mesh's
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
    touching
        (facets,) whether the faces touch there, by their midpoints, from the tip outwards; of a
        state whose faces may overlap they never do.
    sliding
        (facets,) whether they have moved along each other there.
    """

    distance_um: np.ndarray
    normal_um: np.ndarray
    normal_amplitude_um: np.ndarray
    largest_um: float
    touching: np.ndarray
    sliding: np.ndarray

    @property
    def tip_closed(self) -> bool:
        """Whether the faces touch at the tip: on most of the facets next to it.

        Between two materials single ones part there, as the mesh has it.
        """
        return bool(self.touching[:AT_TIP].mean() > 0.5)

    @property
    def tip_held(self) -> bool:
        """Whether friction lets nothing slide at the tip: nothing is released there."""
        return self.tip_closed and not bool(self.sliding[:AT_TIP].any())

    @property
    def contact_um(self) -> float:
        """Length of the crack along which its faces touch."""
        return float(self._facet_um[self.touching].sum())

    @property
    def contact_step_um(self) -> float:
        """How well that length is known: half of the facets at its ends; 0 without such an end."""
        ends = self.touching[1:] != self.touching[:-1]
        return float(np.maximum(self._facet_um[1:], self._facet_um[:-1])[ends].sum() / 2)

    @property
    def _facet_um(self) -> np.ndarray:
        return np.diff(self.distance_um[1::2], prepend=0.0)

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


def crack_opening(tip: CrackTip, fields: Sequence[Amplitudes], tractions: FaceTractions) -> Opening:
    """Normal opening along the crack; on a kinked one along the normal of each facet."""
    along, normal = tip.facet_axes
    slid = np.zeros(len(along))
    steady = np.zeros(2 * normal.shape[0])
    varying = np.zeros_like(steady)
    largest = moved = 0.0
    for field in fields:
        a, b = (face[[2, 1]].T for face in tip.faces)  # midpoint, far end
        jump = field.u_um[a] - field.u_um[b]
        largest += float(np.abs(jump).max())
        moved += float(np.abs(field.u_um[a]).max())
        opening = np.einsum("mkc,mc->mk", jump[..., [0, 2]], normal).ravel()
        slid += np.abs(np.einsum("mc,mc->m", jump[:, 0, [0, 2]], along)) + np.abs(jump[:, 0, 1])
        if field.harmonic == 0:
            steady = opening
        else:
            varying = opening
    apart = np.abs(steady) + np.abs(varying)
    touching = (apart[::2] <= STILL * moved) & (tractions.pressure_mpa > 0)
    sliding = slid > STILL * moved
    return Opening(tip.distance_um.ravel(), steady, varying, largest, touching, sliding)
