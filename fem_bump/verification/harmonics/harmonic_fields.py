"""Amplitudes of displacement, strain and stress in one circumferential harmonic.

Components are ordered r, t, z (displacement) and rr, zz, tt, rz, rt, tz (strain with engineering
shears, stress); rt, tz and u_t go with sin n theta, the others with cos n theta.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from fem_bump.algebra.shape_functions import shape_functions, triangle_rule
from fem_bump.mechanics.harmonic_stress import HarmonicStress

Amplitudes = Callable[[np.ndarray, np.ndarray], np.ndarray]
COMPONENTS = "rtz"


def lame(young_mpa: float, poisson: float) -> tuple[float, float]:
    """Lame's constants lam, mu, MPa."""
    mu = young_mpa / (2 * (1 + poisson))
    return 2 * mu * poisson / (1 - 2 * poisson), mu


def hooke(strain: np.ndarray, young_mpa: float, poisson: float) -> np.ndarray:
    """Stress (6, ...), MPa, of an elastic strain (6, ...)."""
    lam, mu = lame(young_mpa, poisson)
    stress = mu * np.asarray(strain, dtype=float)
    stress[:3] = 2 * stress[:3] + lam * np.sum(strain[:3], axis=0)
    return stress


def prescribed(displacement: Amplitudes) -> dict[str, Callable]:
    """All three components of a displacement, as ``prescribed_um`` takes them per boundary."""
    return {
        name: (lambda r, z, c=c: displacement(r, z)[c] + 0 * r) for c, name in enumerate(COMPONENTS)
    }


def centres(found: HarmonicStress) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """One reference point in every element."""
    element = np.arange(found.model.mesh.nelements)
    return element, np.full(len(element), 0.3), np.full(len(element), 0.4)


def errors(
    found: HarmonicStress,
    displacement: Amplitudes,
    stress: Amplitudes,
    poisson: float,
    scale: Amplitudes | None = None,
) -> tuple[float, float]:
    """Relative error of the displacement in L2 and of the stress in the energy norm.

    ``scale`` is the stress that the second is relative to, by default the exact one.
    """
    model = found.model
    rule, weights = triangle_rule(8)
    (r, z), volume = model.integration(rule, weights)
    shape, _, _ = shape_functions(rule)
    u = np.einsum("qi,eic->ceq", shape, found.u_um[model.nodes.T])
    true = displacement(r, z)
    l2 = np.sqrt(((u - true) ** 2 * volume).sum() / (true**2 * volume).sum())
    n, q = volume.shape
    here = found.stress_at(np.repeat(np.arange(n), q), np.tile(rule[0], n), np.tile(rule[1], n))

    def energy(rr, zz, tt, rz, rt, tz):
        density = rr**2 + zz**2 + tt**2 - 2 * poisson * (rr * zz + zz * tt + tt * rr)
        return ((density + 2 * (1 + poisson) * (rz**2 + rt**2 + tz**2)) * volume).sum()

    wrong = energy(*(here.reshape(6, n, q) - stress(r, z)))
    return float(l2), float(np.sqrt(wrong / energy(*(scale or stress)(r, z))))
