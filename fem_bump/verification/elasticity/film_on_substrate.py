"""A film bonded to a substrate: held flat and periodic, and free to bow.

With E' = E / (1 - nu) both states are equibiaxial away from the edge. Held flat with a side that
stays vertical and carries no net force, both layers share one strain e and
h_f E'_f (e - alpha_f dT) + h_s E'_s (e - alpha_s dT) = 0, hence

    sigma_f = E'_f (alpha_s - alpha_f) dT / (1 + E'_f h_f / (E'_s h_s)),
    sigma_s = -sigma_f h_f / h_s.

Free to bow, the curvature is Timoshenko's (J. Opt. Soc. Am. 11 (1925) 233) with E replaced by E':
for m = h_f / h_s, n = E'_f / E'_s,

    kappa = 6 (alpha_f - alpha_s) dT (1+m)^2 / (h (3 (1+m)^2 + (1+mn) (m^2 + 1/(mn)))),

taken here with the sign of d2 u_z / dr2 (film on top). The second-order element holds both states
exactly, so no mesh error remains away from the edge. The rim does: in a ring about as wide as the
plate is thick the in-plane stress decays, and as Poisson's ratios differ that ring carries a hoop
force and moment. Equilibrium, d(r N_r)/dr = N_t, passes them on to the whole plate as an error of
order thickness / radius (with equal ratios it is two orders smaller). Hence two radii and their
extrapolation.
"""

from __future__ import annotations

import numpy as np

from fem_bump.body.model import Model
from fem_bump.materials import Material
from fem_bump.mechanics.state import ThermalStress
from fem_bump.mechanics.thermal_stress import thermal_stress
from fem_bump.verification.grids import graded, grid
from fem_bump.verification.row import Row, compared, observed_order, vanishing

FLAT = "film on substrate, held flat and periodic"
BOW = "film on substrate, free to bow"
FILM_UM, SUBSTRATE_UM, RISE = 20.0, 500.0, -100.0
FILM = Material("Cu", 120e3, 0.34, 17e-6)
SUBSTRATE = Material("Si", 130e3, 0.28, 2.6e-6)


def _biaxial(material: Material) -> tuple[float, float]:
    young, poisson, cte = (
        float(material.at(name, 25.0)) for name in ("young_mpa", "poisson", "cte_per_k")
    )
    return young / (1 - poisson), cte


def held_flat_stress() -> float:
    """Film stress without curvature, MPa."""
    (ef, af), (es, as_) = _biaxial(FILM), _biaxial(SUBSTRATE)
    return ef * (as_ - af) * RISE / (1 + ef * FILM_UM / (es * SUBSTRATE_UM))


def curvature() -> float:
    """Second derivative of the bowed plate's u_z, 1/um."""
    (ef, af), (es, as_) = _biaxial(FILM), _biaxial(SUBSTRATE)
    m, n = FILM_UM / SUBSTRATE_UM, ef / es
    bend = 3 * (1 + m) ** 2 + (1 + m * n) * (m * m + 1 / (m * n))
    return -6 * (af - as_) * RISE * (1 + m) ** 2 / ((FILM_UM + SUBSTRATE_UM) * bend)


def bowed_film_stress() -> float:
    """Stress in the middle of the bowed film, MPa, from force and moment balance."""
    (ef, af), (es, as_) = _biaxial(FILM), _biaxial(SUBSTRATE)
    # strain e0 - kappa z with z from the substrate's underside
    edges = np.array([0.0, SUBSTRATE_UM, SUBSTRATE_UM + FILM_UM])
    stiffness = np.array([es, ef])
    a, b, d = (np.diff(edges**k) / k @ stiffness for k in (1, 2, 3))
    free = stiffness * np.array([as_, af]) * RISE
    force, moment = (np.diff(edges**k) / k @ free for k in (1, 2))
    e0, kappa = np.linalg.solve([[a, -b], [b, -d]], [force, moment])
    middle = SUBSTRATE_UM + FILM_UM / 2
    return float(ef * (e0 - kappa * middle - af * RISE))


def solve(bow: bool, radius_um: float = 4000.0, layers: int = 2) -> ThermalStress:
    """The plate with some cells through each layer, finer towards its edge."""
    r = graded(0.0, radius_um, 20.0, 1.3, "stop")
    z = np.concatenate(
        [
            np.linspace(0, SUBSTRATE_UM, 3 * layers + 1),
            SUBSTRATE_UM + FILM_UM * np.linspace(0, 1, layers + 1)[1:],
        ]
    )
    top = SUBSTRATE_UM + FILM_UM
    mesh = grid(
        r,
        z,
        {"substrate": (0, radius_um, 0, SUBSTRATE_UM), "film": (0, radius_um, SUBSTRATE_UM, top)},
    )
    model = Model(mesh, {"film": FILM, "substrate": SUBSTRATE})
    if bow:
        return thermal_stress(model, delta_t=RISE)
    return thermal_stress(model, delta_t=RISE, fixed={"bottom": "z"}, tied={"right": "r"})


def rows(
    radius_um: float = 4000.0,
    layers: int = 2,
    bow_radii_um: tuple[float, float] = (8000.0, 16000.0),
) -> list[Row]:
    """Stress in both layers held flat; curvature and film stress of two bowed plates."""
    source = "balance of two layers with one strain"
    flat = solve(False, radius_um, layers)
    sigma = held_flat_stress()
    film = np.array([[0.0, radius_um / 3, radius_um], [SUBSTRATE_UM + FILM_UM / 3] * 3])
    base = np.array([[0.0, radius_um / 3, radius_um], [SUBSTRATE_UM / 3] * 3])
    out = []
    in_film, in_base = flat.stress(film), flat.stress(base)
    for values, true, where in (
        (in_film, sigma, "film"),
        (in_base, -sigma * FILM_UM / SUBSTRATE_UM, "substrate"),
    ):
        in_plane = values[[0, 2]].ravel()
        worst = in_plane[np.abs(in_plane - true).argmax()]
        out.append(
            compared(
                FLAT,
                f"{where} stress, worst of axis, middle, side",
                "MPa",
                worst,
                true,
                1e-9,
                source,
            )
        )
    energy = (
        np.pi
        * radius_um**2
        * sum(
            thickness * value**2 / _biaxial(material)[0]
            for thickness, value, material in (
                (FILM_UM, sigma, FILM),
                (SUBSTRATE_UM, -sigma * FILM_UM / SUBSTRATE_UM, SUBSTRATE),
            )
        )
    )
    out.append(compared(FLAT, "strain energy", "pJ", flat.strain_energy, energy, 1e-9, source))
    traction = flat.interface("film", "substrate")
    largest = np.hypot(traction.peel_mpa, traction.shear_mpa).max()
    out.append(vanishing(FLAT, "interface traction", "MPa", largest, sigma, 1e-9, source))

    return out + _bow_rows(bow_radii_um, layers)


def _bow_rows(radii_um: tuple[float, float], layers: int) -> list[Row]:
    source = "Timoshenko 1925 with E / (1 - nu)"
    true, film_true = curvature(), bowed_film_stress()
    kappa, film = [], []
    for radius in radii_um:
        bowed = solve(True, radius, layers)
        inner = radius / 4
        sag = bowed.displacement(np.array([[0.0, inner], [0.0, 0.0]]))[1]
        kappa.append(2 * (sag[1] - sag[0]) / inner**2)
        film.append(bowed.stress(np.array([[inner], [SUBSTRATE_UM + FILM_UM / 2]]))[2, 0])
    small, large = radii_um

    def endless(values: list[float]) -> float:
        """What the values tend to as 1 / radius goes to zero."""
        return (large * values[1] - small * values[0]) / (large - small)

    rim = [abs(value - true) for value in kappa]
    return [
        compared(
            BOW,
            f"curvature, radius {large / 1e3:g} mm",
            "1/m",
            kappa[1] * 1e6,
            true * 1e6,
            5e-4,
            source,
        ),
        compared(
            BOW, "curvature, endless plate", "1/m", endless(kappa) * 1e6, true * 1e6, 1e-5, source
        ),
        compared(
            BOW, f"film stress, radius {large / 1e3:g} mm", "MPa", film[1], film_true, 1e-4, source
        ),
        compared(BOW, "film stress, endless plate", "MPa", endless(film), film_true, 2e-6, source),
        observed_order(
            BOW,
            "order of the rim's influence in thickness / radius",
            rim,
            [1 / small, 1 / large],
            1.0,
            0.05,
            "ring of width ~ thickness at the rim",
        ),
    ]
