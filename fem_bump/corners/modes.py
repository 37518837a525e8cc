"""Corners where wedges of different materials meet: exponents and angular functions.

The transfer matrices of the wedges (:mod:`fem_bump.corners.wedges`) multiply; the faces at the two
ends, or w(360 deg) = w(0) when bonded wedges fill the circle, leave a small matrix that is singular
at the exponents.

Plane strain is the leading order of an axisymmetric body off its axis: the hoop strain u_r / R is
regular at the corner. A thermal strain that is constant in every wedge adds a regular stress term
r^0 (with logarithms when 1 is a defective exponent) and does not change the exponents.

M. L. Williams, J. Appl. Mech. 19 (1952) 526; D. B. Bogy, J. Appl. Mech. 38 (1971) 377; J. P.
Dempsey and G. B. Sinclair, J. Elasticity 9 (1979) 373.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from fem_bump.corners.characteristic_roots import SAME_ROOT, Root, null_space, roots
from fem_bump.corners.wedges import (
    ConductingWedge,
    ElasticWedge,
    conduction_transfer,
    elastic_transfer,
)
from fem_bump.errors import InputError

RE_MIN = 0.01  # below: only the rigid translation and the constant potential, at 0
IM_MAX = 2.0  # two bonded materials reach 0.18 at most; beyond 2 a stress term turns at every 5 %
PANEL_POINTS = 48  # Gauss points per wedge in integrals over the angle

# rows of w that vanish on a face, and rows that stay unknown there
ELASTIC_FACES = {
    "free": ((2, 3), (0, 1)),
    "fixed": ((0, 1), (2, 3)),
    "roller": ((1, 2), (0, 3)),  # no normal displacement, no shear: a plane of symmetry
}
CONDUCTION_FACES = {"insulated": ((1,), (0,)), "equipotential": ((0,), (1,))}


@dataclass(frozen=True)
class Exponent:
    """An exponent lambda and what belongs to it.

    Attributes
    ----------
    value
        lambda; stress, or current density, goes with r^(lambda - 1). Complex ones come in pairs.
    multiplicity
        As a root of the characteristic equation.
    modes
        Independent angular functions; fewer than ``multiplicity`` mean r^lambda log r beside them.
    rigid
        A rotation about the corner: no stress.
    """

    value: complex
    multiplicity: int
    modes: tuple[Mode, ...]
    rigid: bool

    @property
    def singular(self) -> bool:
        """Whether stress or current density is unbounded at the corner."""
        return self.value.real < 1 - SAME_ROOT

    @property
    def logarithmic(self) -> bool:
        return self.multiplicity > len(self.modes)


class Corner:
    """What elastic and conducting corners share: angles, faces, exponents, modes.

    Parameters
    ----------
    wedges
        Counter-clockwise from ``start_deg``.
    faces
        What holds at the first and at the last face; None: the wedges fill the circle and the last
        is bonded to the first.
    start_deg
        Direction of the first face in the section, from +r towards +z.
    reference_deg
        Direction in which modes are normalized; by default the first interface, or the bisector of
        a single wedge.

    Raises
    ------
    InputError
        Angles that are not positive or add up to more than 360 degrees, to anything else for a
        closed corner; unknown faces.
    """

    known_faces: Mapping[str, tuple[tuple[int, ...], tuple[int, ...]]]
    size: int

    def __init__(
        self,
        wedges: Sequence,
        faces: tuple[str, str] | None,
        start_deg: float = 0.0,
        reference_deg: float | None = None,
    ) -> None:
        self.wedges, self.faces, self.start_deg = tuple(wedges), faces, float(start_deg)
        if not self.wedges:
            raise InputError("a corner needs at least one wedge")
        self.limits = np.radians(np.cumsum([0.0, *(wedge.angle_deg for wedge in self.wedges)]))
        total = float(np.degrees(self.limits[-1]))
        if total > 360 + 1e-6 or (faces is None and total < 360 - 1e-6):
            wanted = "exactly 360" if faces is None else "at most 360"
            raise InputError(f"wedge angles add up to {total:g} degrees, must be {wanted}")
        if faces is None:
            self.limits[-1] = 2 * np.pi
        for face in faces or ():
            if face not in self.known_faces:
                raise InputError(f"face '{face}' must be one of {', '.join(self.known_faces)}")
        if reference_deg is None:
            at = self.limits[1] if len(self.wedges) > 1 else self.limits[1] / 2
            self.reference = float(at)
        else:
            self.reference = math.radians((reference_deg - start_deg) % 360)
            if self.reference > self.limits[-1] + 1e-9:
                raise InputError(f"reference_deg = {reference_deg:g} points out of the body")

    # ------------------------------------------------------------------ characteristic matrix

    def _wedge_transfer(self, k: int, lam: np.ndarray, angle: np.ndarray) -> np.ndarray:
        raise NotImplementedError

    def characteristic(self, lam: np.ndarray) -> np.ndarray:
        """(m, n, n) matrices that are singular at the exponents, for (m,) lambda."""
        total = self._wedge_transfer(0, lam, self.limits[1] - self.limits[0])
        for k in range(1, len(self.wedges)):
            total = self._wedge_transfer(k, lam, self.limits[k + 1] - self.limits[k]) @ total
        if self.faces is None:
            return total - np.eye(self.size)
        first, last = (self.known_faces[face] for face in self.faces)
        return total[:, last[0]][:, :, first[1]]

    def exponents(self, re_max: float = 1.0, im_max: float = IM_MAX) -> tuple[Exponent, ...]:
        """Every exponent with 0.01 <= Re <= re_max and |Im| <= im_max, by real part.

        Those below 1 are singular; 1 itself (rotation, uniform stress) and more are regular.

        Raises
        ------
        AnalysisError
            When the roots found and their count by the argument principle differ.
        """
        return tuple(
            self._exponent(root) for root in roots(self.characteristic, RE_MIN, re_max, im_max)
        )

    def _exponent(self, root: Root) -> Exponent:
        modes = self.modes(root.value, root.vectors)
        rigid = all(mode.is_rigid for mode in modes)
        return Exponent(root.value, root.multiplicity, modes, rigid)

    def modes(
        self, value: complex, vectors: np.ndarray | None = None, multiplicity: int = 1
    ) -> tuple[Mode, ...]:
        """Modes of a known exponent, also of its complement -lambda."""
        if vectors is None:
            vectors = null_space(self.characteristic(np.array([complex(value)]))[0], multiplicity)
        out = []
        for vector in vectors.T:
            start = np.zeros(self.size, dtype=complex)
            if self.faces is None:
                start[:] = vector
            else:
                start[list(self.known_faces[self.faces[0]][1])] = vector
            if abs(complex(value).imag) < SAME_ROOT:
                # a real matrix: the null vector is real up to a common phase
                phase = start[np.abs(start).argmax()]
                start = (start * np.conj(phase) / abs(phase)).real.astype(complex)
            out.append(Mode(self, complex(value), start))
        return _canonical(out)

    # ------------------------------------------------------------------ angles

    def wedge_of(self, theta: np.ndarray) -> np.ndarray:
        """Index of the wedge that holds each angle (rad from the first face)."""
        inner = np.searchsorted(self.limits, theta, side="right") - 1
        return np.clip(inner, 0, len(self.wedges) - 1)

    @cached_property
    def gauss(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Angles (rad), wedge indices and weights for integrals over all wedges."""
        x, w = np.polynomial.legendre.leggauss(PANEL_POINTS)
        half = np.diff(self.limits) / 2
        theta = (self.limits[:-1] + half)[:, None] + half[:, None] * x
        wedge = np.repeat(np.arange(len(self.wedges)), len(x))
        return theta.ravel(), wedge, (half[:, None] * w).ravel()

    def states(
        self, lam: complex, start: np.ndarray, theta: np.ndarray, wedge: np.ndarray
    ) -> np.ndarray:
        """(n, N) state vector at angles, each in its own wedge."""
        out = np.empty((self.size, len(theta)), dtype=complex)
        one = np.array([lam], dtype=complex)
        for k in range(len(self.wedges)):
            here = wedge == k
            if here.any():
                across = theta[here] - self.limits[k]
                transfer = self._wedge_transfer(k, np.full(len(across), one[0]), across)
                out[:, here] = (transfer @ start).T
            start = self._wedge_transfer(k, one, self.limits[k + 1] - self.limits[k])[0] @ start
        return out


class ElasticCorner(Corner):
    """Elastic wedges around a point; faces "free", "fixed" or "roller" (a plane of symmetry).

    Examples
    --------
    >>> crack = ElasticCorner([ElasticWedge(360.0, 70e3, 0.3)], ("free", "free"))
    >>> [round(e.value.real, 6) for e in crack.exponents() if not e.rigid]
    [0.5, 1.0]
    """

    known_faces = ELASTIC_FACES
    size = 4
    wedges: tuple[ElasticWedge, ...]

    @cached_property
    def scale_mpa(self) -> float:
        """Shear modulus by which displacements are multiplied, so that states are of one unit."""
        return float(np.exp(np.mean([np.log(wedge.shear_mpa) for wedge in self.wedges])))

    def _wedge_transfer(self, k: int, lam: np.ndarray, angle: np.ndarray) -> np.ndarray:
        return elastic_transfer(self.wedges[k], self.scale_mpa, lam, angle)

    def radial_stress(self, lam: complex, states: np.ndarray, wedge: np.ndarray) -> np.ndarray:
        """S_rr from the state vectors."""
        g = np.array([w.shear_mpa for w in self.wedges])[wedge] / self.scale_mpa
        lame = np.array([w.lame_mpa for w in self.wedges])[wedge] / self.scale_mpa
        p = lame + 2 * g
        return (p - lame**2 / p) * lam * states[0] + lame / p * states[3]


class ConductionCorner(Corner):
    """Conducting wedges around a point; faces "insulated" or "equipotential".

    Examples
    --------
    >>> edge = ConductionCorner([ConductingWedge(270.0, 3e7)], ("insulated", "insulated"))
    >>> [round(e.value.real, 6) for e in edge.exponents()]
    [0.666667]
    """

    known_faces = CONDUCTION_FACES
    size = 2
    wedges: tuple[ConductingWedge, ...]

    @cached_property
    def scale_s_per_m(self) -> float:
        """Conductivity by which potentials are multiplied, so that states are of one unit."""
        return float(np.exp(np.mean([np.log(w.conductivity_s_per_m) for w in self.wedges])))

    def _wedge_transfer(self, k: int, lam: np.ndarray, angle: np.ndarray) -> np.ndarray:
        return conduction_transfer(self.wedges[k], self.scale_s_per_m, lam, angle)


@dataclass(frozen=True)
class Mode:
    """Angular functions of one exponent.

    Elastic: u = r^lambda U, s = r^(lambda - 1) S, normalized so that the traction vector
    (S_tt, S_rt) in the reference direction has unit length, S_tt >= 0 there; a rigid rotation so
    that |U| = 1. Conduction: normalized so that the largest |J| over the angle is r^(lambda - 1)
    and the mean of J over the angle points upwards (+z), or outwards (+r) where it is horizontal.
    """

    corner: Corner
    value: complex
    start: np.ndarray

    def elastic(
        self, theta: np.ndarray, wedge: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """U (2, N) as r, theta (um per MPa um^(1 - lambda)) and S (3, N) as rr, tt, rt.

        ``theta`` is in rad from the first face; ``wedge`` decides the side at an interface.
        """
        assert isinstance(self.corner, ElasticCorner)
        wedge = self.corner.wedge_of(theta) if wedge is None else wedge
        state = self.corner.states(self.value, self.start, theta, wedge)
        rr = self.corner.radial_stress(self.value, state, wedge)
        return state[:2] / self.corner.scale_mpa, np.array([rr, state[3], state[2]])

    def conduction(
        self, theta: np.ndarray, wedge: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Potential (N,), V, and current density (2, N) as r, theta, at r = 1 um."""
        assert isinstance(self.corner, ConductionCorner)
        wedge = self.corner.wedge_of(theta) if wedge is None else wedge
        state = self.corner.states(self.value, self.start, theta, wedge)
        s = np.array([w.conductivity_s_per_m for w in self.corner.wedges])[wedge]
        potential = state[0] / self.corner.scale_s_per_m
        density = -np.array([s * self.value * potential, state[1]])
        return potential * 1e6, density  # S/m = 1e-6 S/um

    @property
    def traction(self) -> np.ndarray:
        """(S_tt, S_rt) in the reference direction."""
        _, stress = self.elastic(np.array([self.corner.reference]))
        return stress[1:, 0]

    @property
    def mode_mix_deg(self) -> float:
        """atan2(|S_rt|, S_tt) with the sign of S_rt: 0 opening, +/- 90 sliding; real modes."""
        opening, sliding = self.traction.real
        return math.degrees(math.atan2(sliding, opening))

    @cached_property
    def is_rigid(self) -> bool:
        if not isinstance(self.corner, ElasticCorner):
            return False
        theta, wedge, _ = self.corner.gauss
        displacement, stress = self.elastic(theta, wedge)
        strain = np.abs(stress).max() / self.corner.scale_mpa
        return bool(strain < 1e-5 * np.abs(displacement).max())

    def normalized(self) -> Mode:
        """The same mode on its scale, see the class."""
        theta, wedge, weight = self.corner.gauss
        if isinstance(self.corner, ConductionCorner):
            _, density = self.conduction(theta, wedge)
            # the mean current in the section, whatever face the angles are counted from
            direction = theta + np.radians(self.corner.start_deg)
            cosine, sine = np.cos(direction) * weight, np.sin(direction) * weight
            up = float((sine * density[0] + cosine * density[1]).sum().real)
            out = float((cosine * density[0] - sine * density[1]).sum().real)
            lead = up if abs(up) > 1e-6 * abs(out) else out
            factor: complex = math.copysign(1.0, lead) / np.hypot(*np.abs(density)).max()
        elif self.is_rigid:
            displacement, _ = self.elastic(theta, wedge)
            factor = 1 / np.hypot(*np.abs(displacement)).max()
        else:
            _, stress = self.elastic(theta, wedge)
            traction = self.traction
            length = float(np.hypot(*np.abs(traction)))
            if length < 1e-6 * np.abs(stress).max():
                # the reference direction is a free one for this mode
                factor = 1 / np.abs(stress).max()
            else:
                lead = traction[0] if abs(traction[0]) > 1e-6 * length else traction[1]
                factor = np.conj(lead) / abs(lead) / length
        return Mode(self.corner, self.value, self.start * factor)


def _canonical(modes: list[Mode]) -> tuple[Mode, ...]:
    """Modes on their scale; two of one exponent as pure opening and pure sliding."""
    if len(modes) == 2 and isinstance(modes[0].corner, ElasticCorner):
        tractions = np.array([mode.normalized().traction for mode in modes])
        if np.linalg.cond(tractions) < 1e3:
            starts = np.array([mode.normalized().start for mode in modes])
            pure = np.linalg.solve(tractions, starts)
            modes = [Mode(modes[0].corner, modes[0].value, start) for start in pure]
    return tuple(mode.normalized() for mode in modes)


def pairing(mode: Mode, dual: Mode) -> complex:
    """What a mode and one of exponent -lambda exchange across any circle around the corner.

    Integral over the angle of s(mode) . u(dual) - s(dual) . u(mode) (radial components; MPa um^2
    per unit intensities), or of F(dual) J_r(mode) - F(mode) J_r(dual). It vanishes unless the two
    exponents are opposite, which makes intensities separable.
    """
    theta, wedge, weight = mode.corner.gauss
    if isinstance(mode.corner, ConductionCorner):
        (f, j), (g, h) = mode.conduction(theta, wedge), dual.conduction(theta, wedge)
        return complex(((g * j[0] - f * h[0]) * weight).sum())
    (u, s), (v, t) = mode.elastic(theta, wedge), dual.elastic(theta, wedge)
    work = s[0] * v[0] + s[2] * v[1] - t[0] * u[0] - t[2] * u[1]
    return complex((work * weight).sum())
