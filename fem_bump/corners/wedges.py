"""Wedges of one material around a point: data, and transfer over their angle.

In polar coordinates (r, theta) of the section the displacement is u = r^lambda U(theta) and the
stress s = r^(lambda - 1) S(theta). With e_tt = U_t' + U_r and so on, Hooke's law in plane strain
and equilibrium become a linear system in the angle for w = (U_r, U_t, S_rt, S_tt),

    U_r'  = S_rt / G - (lambda - 1) U_t         S_rt' = S_tt - lambda S_rr
    U_t'  = (S_tt - L lambda U_r) / P - U_r     S_tt' = -(lambda + 1) S_rt
    S_rr  = (P - L^2 / P) lambda U_r + (L / P) S_tt,       L, G Lame's constants, P = L + 2 G,

w' = M(lambda) w with eigenvalues +/- i (lambda +/- 1), whatever the material. exp(M angle) is
written as a polynomial in M with entire coefficients: nothing degenerates at lambda = 0 or 1.
Conduction is the same with the potential r^lambda F(theta) and w = (F, s F'), s the conductivity.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from fem_bump.errors import InputError


@dataclass(frozen=True)
class ElasticWedge:
    """One material at a corner: opening angle (deg), E (MPa), nu."""

    angle_deg: float
    young_mpa: float
    poisson: float

    def __post_init__(self) -> None:
        _check_angle(self.angle_deg)
        if not (math.isfinite(self.young_mpa) and self.young_mpa > 0):
            raise InputError(f"wedge young_mpa = {self.young_mpa} must be positive and finite")
        if not -1 < self.poisson < 0.5:
            raise InputError(f"wedge poisson = {self.poisson} must lie between -1 and 0.5")

    @property
    def shear_mpa(self) -> float:
        return self.young_mpa / (2 * (1 + self.poisson))

    @property
    def lame_mpa(self) -> float:
        return self.young_mpa * self.poisson / ((1 + self.poisson) * (1 - 2 * self.poisson))


@dataclass(frozen=True)
class ConductingWedge:
    """One conductor at a corner: opening angle (deg), conductivity (S/m)."""

    angle_deg: float
    conductivity_s_per_m: float

    def __post_init__(self) -> None:
        _check_angle(self.angle_deg)
        if not (math.isfinite(self.conductivity_s_per_m) and self.conductivity_s_per_m > 0):
            raise InputError(
                f"wedge conductivity_s_per_m = {self.conductivity_s_per_m} must be positive and "
                "finite"
            )


def _check_angle(angle_deg: float) -> None:
    if not (math.isfinite(angle_deg) and 0 < angle_deg <= 360 + 1e-6):
        raise InputError(f"wedge angle_deg = {angle_deg} must be above 0 and at most 360")


def elastic_transfer(
    wedge: ElasticWedge, scale_mpa: float, lam: np.ndarray, angle: np.ndarray
) -> np.ndarray:
    """(m, 4, 4) from w at one face of a wedge to w at an angle (rad), for (m,) lambda.

    ``scale_mpa`` is the shear modulus by which displacements are multiplied.
    """
    g, lame = wedge.shear_mpa / scale_mpa, wedge.lame_mpa / scale_mpa
    p = lame + 2 * g
    m = np.zeros((len(lam), 4, 4), dtype=complex)
    m[:, 0, 1], m[:, 0, 2] = 1 - lam, 1 / g
    m[:, 1, 0], m[:, 1, 3] = -1 - lame * lam / p, 1 / p
    m[:, 2, 0], m[:, 2, 3] = -(lam**2) * (p - lame**2 / p), 1 - lam * lame / p
    m[:, 3, 2] = -(lam + 1)
    return _exponential(m, lam, angle)


def conduction_transfer(
    wedge: ConductingWedge, scale_s_per_m: float, lam: np.ndarray, angle: np.ndarray
) -> np.ndarray:
    """(m, 2, 2) from w at one face of a wedge to w at an angle (rad), for (m,) lambda."""
    s = wedge.conductivity_s_per_m / scale_s_per_m
    x = lam * angle
    out = np.empty((len(lam), 2, 2), dtype=complex)
    out[:, 0, 0] = out[:, 1, 1] = np.cos(x)
    out[:, 0, 1], out[:, 1, 0] = angle * _sinc(x) / s, -s * lam * np.sin(x)
    return out


def _exponential(m: np.ndarray, lam: np.ndarray, angle: np.ndarray) -> np.ndarray:
    """exp(m angle) for matrices whose eigenvalues are +/- i (lambda +/- 1).

    cosh and sinh are interpolated at the two squares -(lambda + 1)^2 and -(lambda - 1)^2; their
    divided differences are written without the quotients that vanish at lambda = 0 and 1.
    """
    lam, angle = np.broadcast_arrays(lam, angle)
    plus, minus = (lam + 1) * angle, (lam - 1) * angle
    even = np.cos(plus)
    even_difference = angle * _sinc(lam * angle) * np.sin(angle) / 2
    odd = angle * _sinc(plus)
    near_zero = np.abs(lam) < 0.5
    safe = np.where(near_zero, 1.0, lam)
    away = (angle * _sinc(minus) - odd) / (4 * safe)
    bracket = angle * _sinc(lam * angle) * np.cos(angle) - np.cos(lam * angle) * np.sin(angle)
    close = bracket / (2 * np.where(near_zero, lam**2 - 1, 1.0))
    odd_difference = np.where(near_zero, close, away)
    square = m @ m
    shifted = square + ((lam + 1) ** 2)[:, None, None] * np.eye(4)

    def scaled(factor: np.ndarray) -> np.ndarray:
        return factor[:, None, None]

    return (
        scaled(even) * np.eye(4)
        + scaled(even_difference) * shifted
        + m @ (scaled(odd) * np.eye(4) + scaled(odd_difference) * shifted)
    )


def _sinc(x: np.ndarray) -> np.ndarray:
    """sin(x) / x for complex x."""
    small = np.abs(x) < 1e-4
    safe = np.where(small, 1.0, x)
    return np.where(small, 1 - x**2 / 6, np.sin(safe) / safe)
