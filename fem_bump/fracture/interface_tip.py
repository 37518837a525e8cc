"""The singular fields at the tip of a crack between two isotropic materials.

Local coordinates: x along the growth of the crack, y from side b into side a, zeta = x + i y. With

    beta = [mu_a (k_b - 1) - mu_b (k_a - 1)] / [mu_a (k_b + 1) + mu_b (k_a + 1)],   k = 3 - 4 nu,
    eps = ln[(1 - beta) / (1 + beta)] / (2 pi),
    s_yy + i s_xy = K x^(i eps) / sqrt(2 pi x) ahead of the tip,   K = K_I + i K_II,

Muskhelishvili's potentials of the half-planes, traction-free for x < 0 and bonded for x > 0, are

    Phi_a = A zeta^(-1/2 - i eps),  Phi_b = B zeta^(-1/2 - i eps),
    A, B = conj(K) exp(-/+ pi eps) / (2 sqrt(2 pi) cosh(pi eps)),

    s_xx + s_yy = 4 Re Phi,
    s_yy - i s_xy = Phi + Theta(conj zeta) + (zeta - conj zeta) conj(Phi'),
    2 mu (u_x + i u_y) = k phi - theta(conj zeta) - (zeta - conj zeta) conj(Phi),

where Theta of one side is the continuation of Phi of the other and phi, theta are primitives. Mode
III: u_3 = K_III / mu sqrt(2 rho / pi) sin(angle / 2). In plane strain

    G = (K_I^2 + K_II^2) / (E* cosh^2(pi eps)) + K_III^2 / (2 mu*),

2/E* = (1 - nu_a^2)/E_a + (1 - nu_b^2)/E_b, 2/mu* = 1/mu_a + 1/mu_b. J. R. Rice, J. Appl. Mech. 55,
98 (1988); J. W. Hutchinson and Z. Suo, Adv. Appl. Mech. 29, 63 (1991).

At a *closed* tip, whose faces touch and slide without friction, the powers lose their i eps and A,
B are those of K_I = 0: ahead s_xy = K_II / sqrt(2 pi x), on the faces a pressure
beta K_II / sqrt(2 pi |x|), and G is that of K_II in the same formula. M. Comninou, J. Appl. Mech.
44, 631 (1977). With friction on faces of different materials the power differs from -1/2 by about
mu beta / pi (M. Comninou, J. Appl. Mech. 44, 780 (1977)), which is left out.

Units: MPa, um; K in MPa um^(1/2 - i eps).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class TipMaterials:
    """Young's moduli, MPa, and Poisson's ratios of side a and side b."""

    young_mpa: tuple[float, float]
    poisson: tuple[float, float]

    @property
    def shear_modulus_mpa(self) -> tuple[float, float]:
        a, b = (e / (2 * (1 + nu)) for e, nu in zip(self.young_mpa, self.poisson, strict=True))
        return a, b

    @property
    def kolosov(self) -> tuple[float, float]:
        a, b = (3 - 4 * nu for nu in self.poisson)
        return a, b

    @property
    def dundurs(self) -> tuple[float, float]:
        """Dundurs' alpha and beta, plane strain."""
        (m, n), (k, h) = self.shear_modulus_mpa, self.kolosov
        below = m * (h + 1) + n * (k + 1)
        return (m * (h + 1) - n * (k + 1)) / below, (m * (h - 1) - n * (k - 1)) / below

    @property
    def oscillation(self) -> float:
        """The oscillatory index eps."""
        beta = self.dundurs[1]
        return float(np.log((1 - beta) / (1 + beta)) / (2 * np.pi))

    @property
    def plane_modulus_mpa(self) -> float:
        """E* with G = |K|^2 / (E* cosh^2(pi eps))."""
        compliance = sum(
            (1 - nu**2) / e for e, nu in zip(self.young_mpa, self.poisson, strict=True)
        )
        return 2 / compliance

    @property
    def out_of_plane_modulus_mpa(self) -> float:
        """mu* with G = K_III^2 / (2 mu*)."""
        return 2 / sum(1 / mu for mu in self.shear_modulus_mpa)

    def energy_release(self, k_1: float, k_2: float, k_3: float = 0.0) -> float:
        """G, J/m2, of intensities in MPa sqrt(um)."""
        plane = (k_1**2 + k_2**2) / np.cosh(np.pi * self.oscillation) ** 2
        return float(plane / self.plane_modulus_mpa + k_3**2 / (2 * self.out_of_plane_modulus_mpa))


@dataclass(frozen=True)
class TipField:
    """Displacement and stress of a unit intensity, local axes x, y, 3.

    Attributes
    ----------
    displacement
        (3, N) um.
    gradient
        (3, 2, N) derivative of each component along x and y.
    stress
        (3, 3, N) MPa; plane strain, s_33 = nu (s_xx + s_yy).
    """

    displacement: np.ndarray
    gradient: np.ndarray
    stress: np.ndarray


def unit_field(
    mode: int,
    materials: TipMaterials,
    x: np.ndarray,
    y: np.ndarray,
    in_a: np.ndarray,
    closed: bool = False,
) -> TipField:
    """The field of K_I = 1, K_II = 1 or K_III = 1 (``mode`` 1, 2, 3).

    ``in_a`` says on which side a point is; it decides for points on the crack itself. A closed tip
    has no mode 1.
    """
    mu = np.where(in_a, *materials.shear_modulus_mpa)
    nu = np.where(in_a, *materials.poisson)
    n = len(x)
    displacement, gradient = np.zeros((3, n)), np.zeros((3, 2, n))
    stress = np.zeros((3, 3, n))
    # the angle of points on the faces is +pi on side a, -pi on side b
    rho = np.hypot(x, y)
    angle = np.where(in_a, np.arctan2(np.abs(y), x), -np.arctan2(np.abs(y), x))
    if mode == 3:
        scale = np.sqrt(2 * rho / np.pi) / mu
        displacement[2] = scale * np.sin(angle / 2)
        gradient[2] = scale / (2 * rho) * np.array([-np.sin(angle / 2), np.cos(angle / 2)])
        stress[2, :2] = stress[:2, 2] = mu * gradient[2]
        return TipField(displacement, gradient, stress)

    kappa = np.where(in_a, *materials.kolosov)
    eps = materials.oscillation
    factor = np.conj({1: 1.0, 2: 1.0j}[mode]) / (2 * np.sqrt(2 * np.pi) * np.cosh(np.pi * eps))
    upper, lower = factor * np.exp(-np.pi * eps), factor * np.exp(np.pi * eps)
    own, other = np.where(in_a, upper, lower), np.where(in_a, lower, upper)
    power = -0.5 - (0.0 if closed else 1j * eps)
    log = np.log(rho) + 1j * angle
    mirrored = np.conj(log)
    phi_slope, theta_slope = own * np.exp(power * log), other * np.exp(power * mirrored)
    phi = own * np.exp((power + 1) * log) / (power + 1)
    theta = other * np.exp((power + 1) * mirrored) / (power + 1)
    bend = own * power * np.exp((power - 1) * log)
    gap = 2j * y  # zeta - conj(zeta)
    u = (kappa * phi - theta - gap * np.conj(phi_slope)) / (2 * mu)
    along = (kappa * phi_slope - theta_slope - gap * np.conj(bend)) / (2 * mu)
    across = (
        1j * (kappa * phi_slope + theta_slope) - 2j * np.conj(phi_slope) + 1j * gap * np.conj(bend)
    ) / (2 * mu)
    traction = phi_slope + theta_slope + gap * np.conj(bend)
    total = 4 * phi_slope.real
    displacement[:2] = u.real, u.imag
    gradient[:2, 0], gradient[:2, 1] = (along.real, along.imag), (across.real, across.imag)
    stress[1, 1], stress[0, 0] = traction.real, total - traction.real
    stress[0, 1] = stress[1, 0] = -traction.imag
    stress[2, 2] = nu * total
    return TipField(displacement, gradient, stress)
