"""Penny-shaped cracks of radius a in a large body.

In one material, under tension s, shear tau or torsion s_zt = tau r / a far away,

    K_I = 2 s sqrt(a / pi),
    K_III = (4 / 3) tau sqrt(a / pi) under torsion,
    K_II = 4 tau sqrt(a / pi) cos(theta) / (2 - nu),
    K_III = 4 (1 - nu) tau sqrt(a / pi) sin(theta) / (2 - nu)

(I. N. Sneddon, Proc. R. Soc. A 187, 229 (1946); M. K. Kassir and G. C. Sih, J. Appl. Mech. 33, 601
(1966); for torsion K_III = 2 / (a sqrt(pi a)) times the integral of s_zt r^2 / sqrt(a^2 - r^2) over
the radius, H. Tada, P. C. Paris and G. R. Irwin, The Stress Analysis of Cracks Handbook). Between
two materials, under tension,

    K_I + i K_II = 2 s sqrt(a) Gamma(2 + i eps) / Gamma(1/2 + i eps) (2 a)^(-i eps)

(M. K. Kassir and A. M. Bregman, J. Appl. Mech. 39, 308 (1972)). The body is a cylinder whose radius
and half height are many times a; tractions on its outside leave it in a uniform state but for the
crack. Between two materials that takes a radial traction on the second one, so that both stretch
alike. What the cylinder's size leaves is of the order of (a / radius)^3.
"""

from __future__ import annotations

import numpy as np
from scipy.special import gamma

from fem_bump.body.cracks import crack_tip, open_crack
from fem_bump.body.model import Model
from fem_bump.fracture.energy_release import EnergyRelease, energy_difference, energy_release
from fem_bump.fracture.interface_tip import TipMaterials
from fem_bump.materials import Material
from fem_bump.mechanics.harmonic_elasticity import elastic_harmonic
from fem_bump.mechanics.harmonic_stress import HarmonicStress
from fem_bump.mechanics.state import ThermalStress
from fem_bump.mechanics.thermal_stress import thermal_stress
from fem_bump.verification.grids import graded, grid
from fem_bump.verification.row import Row, compared, vanishing

NAME = "penny-shaped crack"
SNEDDON = "Sneddon 1946, K_I = 2 s sqrt(a/pi)"
KASSIR_SIH = "Kassir and Sih 1966"
TADA = "Tada, Paris and Irwin, penny-shaped crack in torsion"
KASSIR_BREGMAN = "Kassir and Bregman 1972"
RADIUS, TENSION, SHEAR = 1.0, 100.0, 60.0
SIZE = 12.0  # radius and half height of the body, in a
STEEL = Material("steel", 200e3, 0.3, 1.2e-5)
PAIR = (Material("stiff", 200e3, 0.2, 0.0), Material("soft", 20e3, 0.4, 0.0))
PATCH = 6  # equal cells on every side of the tip


def lines(centre: float, low: float, high: float, smallest: float, ratio: float) -> np.ndarray:
    """Grid lines with equal cells next to a centre, growing outwards."""
    patch = PATCH * smallest
    out = [centre + smallest * np.arange(-PATCH, PATCH + 1)]
    if low < centre - patch:
        out.insert(0, graded(low, centre - patch, smallest, ratio, at="stop")[:-1])
    if high > centre + patch:
        out.append(graded(centre + patch, high, smallest, ratio, at="start")[1:])
    return np.concatenate(out)


def model(
    materials: tuple[Material, Material], cells: int = 60, ratio: float = 1.4, growth: int = 0
) -> Model:
    """Half-section of the cylinder, cut open; ``cells`` on a would be equal, were it uniform.

    ``growth`` opens that many more facets of the same mesh.
    """
    smallest = RADIUS / cells / 4
    r = lines(RADIUS, 0.0, SIZE, smallest, ratio)
    z = lines(0.0, -SIZE, SIZE, smallest, ratio)
    stop = r[np.abs(r - RADIUS).argmin() + growth]
    mesh = grid(
        r,
        z,
        regions={"upper": (0, SIZE, 0, SIZE), "lower": (0, SIZE, -SIZE, 0)},
        interiors={
            "crack": (0.0, stop, 0.0, 0.0),
            "side_lower": (SIZE, SIZE, -SIZE, 0.0),
        },
    )
    return Model(open_crack(mesh, "upper"), {"upper": materials[0], "lower": materials[1]})


def tension(body: Model) -> HarmonicStress:
    """Tension along z, and what keeps the lower half as wide as the upper one."""
    a, b = body.materials["upper"], body.materials["lower"]
    (e, nu), (f, mu) = ((m.at("young_mpa", 25.0), m.at("poisson", 25.0)) for m in (a, b))
    radial = float((mu * TENSION / f - nu * TENSION / e) * f / (1 - mu))
    return elastic_harmonic(
        body,
        0,
        traction_mpa={
            "top": lambda r, z: np.array([0 * r, 0 * r, 0 * r + TENSION]),
            "bottom": lambda r, z: np.array([0 * r, 0 * r, 0 * r - TENSION]),
            "side_lower": lambda r, z: np.array([0 * r + radial, 0 * r, 0 * r]),
        },
    )


def shear(body: Model) -> HarmonicStress:
    """Shear along x: ends shifted against each other, s_xz = tau on the side."""
    material = body.materials["upper"]
    modulus = material.at("young_mpa", 25.0) / (2 * (1 + material.at("poisson", 25.0)))
    shift = float(SHEAR / modulus) * SIZE
    return elastic_harmonic(
        body,
        1,
        prescribed_um={
            name: {"r": sign * shift, "t": -sign * shift, "z": 0.0}
            for name, sign in (("top", 1.0), ("bottom", -1.0))
        },
        traction_mpa={"right": lambda r, z: np.array([0 * r, 0 * r, 0 * r + SHEAR])},
    )


def torsion(body: Model) -> HarmonicStress:
    """Ends turned against each other: s_zt = tau r / a."""
    return elastic_harmonic(
        body,
        0,
        traction_mpa={
            "top": lambda r, z: np.array([0 * r, SHEAR * r / RADIUS, 0 * r]),
            "bottom": lambda r, z: np.array([0 * r, -SHEAR * r / RADIUS, 0 * r]),
        },
    )


def exact_pair(materials: TipMaterials, reference_um: float) -> complex:
    """K_I + i K_II between two materials, MPa sqrt(um), at a reference length."""
    eps = materials.oscillation
    k = 2 * TENSION * np.sqrt(RADIUS) * gamma(2 + 1j * eps) / gamma(0.5 + 1j * eps)
    return complex(k * (reference_um / (2 * RADIUS)) ** (1j * eps))


def both(body: Model) -> ThermalStress:
    """Ends pulled apart and shifted against each other; the side is free."""
    ends = ("top", "bottom")
    pull, shift = 1e-3 * SIZE, 2e-3 * SIZE
    return thermal_stress(
        body,
        prescribed_um={name: {"z": s * pull} for name, s in zip(ends, (1, -1), strict=True)},
        lateral_shift_um={name: s * shift for name, s in zip(ends, (1, -1), strict=True)},
    )


def by_other_means(found: EnergyRelease, theta_deg: float) -> dict[str, float]:
    """G at an angle by crack closure and from the intensities."""
    assert found.g_closure_j_per_m2 is not None
    return {
        "closure": float(found.g_closure_j_per_m2.at(theta_deg)),
        "intensities": found.g_of_intensity(theta_deg),
    }


def rows(cells: int = 60) -> list[Row]:
    """Tension, shear, torsion, tension between two materials, and two loads there at once."""
    body, pair = model((STEEL, STEEL), cells), model(PAIR, cells)
    pulled, sheared = energy_release(tension(body)), energy_release(shear(body))
    turned = energy_release(torsion(body))
    apart, mixed = energy_release(tension(pair)), energy_release(both(pair))
    nu, root, unit = 0.3, np.sqrt(RADIUS / np.pi), "MPa sqrt(um)"
    k_1, k_2 = 2 * TENSION * root, 4 * SHEAR * root / (2 - nu)
    k_3 = -(1 - nu) * k_2  # the upper half moves along x, against theta at 90 deg
    k_pair = exact_pair(apart.materials, apart.reference_length_um)
    release = pulled.materials.energy_release
    expected = [
        ("tension: K_I", unit, pulled.intensity[0][0], k_1, SNEDDON),
        ("tension: G", "J/m2", pulled.g_j_per_m2.mean, release(k_1, 0.0), SNEDDON),
        ("shear: K_II", unit, sheared.intensity[1][1], k_2, KASSIR_SIH),
        ("shear: K_III", unit, sheared.intensity[1][2], k_3, KASSIR_SIH),
        (
            "shear: G at 0 deg",
            "J/m2",
            float(sheared.g_j_per_m2.at(0.0)),
            release(0.0, k_2),
            KASSIR_SIH,
        ),
        (
            "shear: G at 90 deg",
            "J/m2",
            float(sheared.g_j_per_m2.at(90.0)),
            release(0.0, 0.0, k_3),
            KASSIR_SIH,
        ),
        ("two materials: K_I", unit, apart.intensity[0][0], k_pair.real, KASSIR_BREGMAN),
        ("two materials: K_II", unit, apart.intensity[0][1], k_pair.imag, KASSIR_BREGMAN),
        ("torsion: K_III", unit, turned.intensity[0][2], 4 / 3 * SHEAR * root, TADA),
        (
            "torsion: G",
            "J/m2",
            turned.g_j_per_m2.mean,
            release(0.0, 0.0, 4 / 3 * SHEAR * root),
            TADA,
        ),
        (
            "two materials: G",
            "J/m2",
            apart.g_j_per_m2.mean,
            apart.materials.energy_release(k_pair.real, k_pair.imag),
            KASSIR_BREGMAN,
        ),
    ]
    out = [
        compared(NAME, quantity, of, computed, exact, 5e-3, source)
        for quantity, of, computed, exact, source in expected
    ]
    out.append(vanishing(NAME, "tension: K_II", unit, pulled.intensity[0][1], k_1, 1e-3, SNEDDON))
    out.append(
        compared(
            NAME,
            "two materials: G by two solutions",
            "J/m2",
            _difference(cells),
            apart.g_j_per_m2.mean,
            0.01,
            "domain integral",
        )
    )
    for name, found, angles in (
        ("shear", sheared, (0.0, 90.0)),
        ("torsion", turned, (0.0,)),
        ("two materials", apart, (0.0,)),
        ("both loads", mixed, (0.0, 90.0, 180.0)),
    ):
        for theta in angles:
            exact = float(found.g_j_per_m2.at(theta))
            for means, value in by_other_means(found, theta).items():
                quantity = f"{name}: G at {theta:g} deg by {means}"
                out.append(compared(NAME, quantity, "J/m2", value, exact, 0.01, "domain integral"))
    return out


def _difference(cells: int) -> float:
    """Mean G over two facets by the energies of two solutions."""
    states = [tension(model(PAIR, cells, growth=k)) for k in (-1, 1)]
    inner, outer = (crack_tip(state.model).radius_um for state in states)
    area = np.pi * (outer**2 - inner**2)
    return energy_difference(states[0], states[1], area, "traction")
