"""Two bonded rings fed through an arc: the flux at an interface, over angle windows.

Rings of conductivity s1 (inside, b < r < m) and s2 (outside, m < r < a), of thickness t; current
enters through |theta| < p of the outer rim and leaves at the bore, an equipotential. The bond has
the contact resistivity rc. Harmonic n of the source is j_n = I sinc(n p) / (pi a t), and with

    beta = (b/m)^2n,  gamma = (m/a)^n,  sigma = s1 / s2,  x = 1 - beta + (n s1 rc / m) (1 + beta),
    kappa = (x - sigma (1 + beta)) / (x + sigma (1 + beta)),

the potential at the rim and the current density at the interface, positive inwards, are

    phi_n = (a j_n / (n s2)) (1 + kappa gamma^2) / (1 - kappa gamma^2)
    q_n   = 2 sigma (a / m) j_n gamma (1 + beta) / ((x + sigma (1 + beta)) (1 - kappa gamma^2)).

Laplace's equation by separation. The mean of the density over an angle window follows term by term.
"""

from __future__ import annotations

import numpy as np

from fem_bump.body.model import Model
from fem_bump.conduction.current_flow import current_flow
from fem_bump.conduction.flow import CurrentFlow
from fem_bump.materials import Material
from fem_bump.verification.grids import graded, grid
from fem_bump.verification.row import Row, compared, vanishing

NAME = "bonded rings fed through an arc"
SOURCE = "Laplace's equation by separation"
BORE_UM, BOND_UM, RIM_UM, THICKNESS_UM = 6.0, 14.0, 20.0, 2.0
INNER, OUTER = 5e6, 4e7  # S/m
CURRENT_A, HALF_ANGLE_DEG, CONTACT_OHM_M2 = 0.1, 14.5, 1e-12
TERMS = 20_000


def _terms(contact_ohm_m2: float) -> tuple[np.ndarray, ...]:
    n = np.arange(1, TERMS + 1)
    beta, gamma = (BORE_UM / BOND_UM) ** (2.0 * n), (BOND_UM / RIM_UM) ** (1.0 * n)
    sigma = INNER / OUTER
    jump = n * INNER * 1e6 * contact_ohm_m2 / BOND_UM  # S/um times ohm um^2 over um
    x = 1 - beta + jump * (1 + beta)
    total = x + sigma * (1 + beta)
    kappa = (x - sigma * (1 + beta)) / total
    source = CURRENT_A * np.sinc(n * HALF_ANGLE_DEG / 180) / (np.pi * RIM_UM * THICKNESS_UM)
    rim = RIM_UM * source / (n * OUTER * 1e-6)
    rim *= (1 + kappa * gamma**2) / (1 - kappa * gamma**2)
    bond = 2 * sigma * RIM_UM / BOND_UM * source * gamma * (1 + beta)
    return n, rim, bond / (total * (1 - kappa * gamma**2))


def resistance_ohm(contact_ohm_m2: float = 0.0) -> float:
    """Exact mean potential of the arc over the current."""
    n, rim, _ = _terms(contact_ohm_m2)
    around = np.log(BOND_UM / BORE_UM) / INNER + np.log(RIM_UM / BOND_UM) / OUTER
    around += contact_ohm_m2 * 1e6 / BOND_UM
    return float(
        around / (2 * np.pi * THICKNESS_UM * 1e-6)
        + (rim * np.sinc(n * HALF_ANGLE_DEG / 180)).sum() / CURRENT_A
    )


def window_mean(low_deg: float, high_deg: float, contact_ohm_m2: float = 0.0) -> float:
    """Exact mean of the density at the interface over an angle window, A/um^2."""
    n, _, bond = _terms(contact_ohm_m2)
    low, high = np.radians([low_deg, high_deg])
    around = CURRENT_A / (2 * np.pi * BOND_UM * THICKNESS_UM)
    return float(around + (bond * (np.sin(n * high) - np.sin(n * low)) / n).sum() / (high - low))


def amplitude(harmonic: int, contact_ohm_m2: float = 0.0) -> float:
    """Exact amplitude of the density at the interface, A/um^2."""
    if harmonic == 0:
        return CURRENT_A / (2 * np.pi * BOND_UM * THICKNESS_UM)
    return float(_terms(contact_ohm_m2)[2][harmonic - 1])


def solve(cells: int = 16, contact_ohm_m2: float = 0.0) -> CurrentFlow:
    """The rings, graded towards bond and rim."""
    r = np.concatenate(
        [
            graded(BORE_UM, BOND_UM, 1.2 / cells, 1 + 1.6 / cells, "stop"),
            graded(BOND_UM, RIM_UM, 0.6 / cells, 1 + 1.6 / cells, "stop")[1:],
        ]
    )
    mesh = grid(
        r,
        np.linspace(0, THICKNESS_UM, 3),
        {
            "inner": (BORE_UM, BOND_UM, 0, THICKNESS_UM),
            "outer": (BOND_UM, RIM_UM, 0, THICKNESS_UM),
        },
    )
    conductors = {"inner": INNER, "outer": OUTER}
    return current_flow(
        Model(mesh, {name: Material(name, 1e5, 0.3, 1e-5, s) for name, s in conductors.items()}),
        CURRENT_A,
        source="right",
        sink="left",
        source_kind="flux",
        source_half_angle_deg=HALF_ANGLE_DEG,
        contact_resistivity_ohm_m2={"inner/outer": contact_ohm_m2},
        accuracy=1e-4,
    )


def rows(cells: int = 16) -> list[Row]:
    """Resistance; interface windows at several angles and their place; single harmonics."""
    out = []
    for contact in (0.0, CONTACT_OHM_M2):
        bonded = solve(cells, contact)
        ohm, turn = resistance_ohm(contact), (-10.0, 10.0)
        window = bonded.interface("inner", "outer").window(THICKNESS_UM / 2, theta_deg=turn)
        for quantity, unit, computed, exact, limit in (
            ("resistance", "ohm", bonded.resistance_ohm, ohm, 1e-5),
            ("power", "W", bonded.power_w, CURRENT_A**2 * ohm, 1e-5),
            (
                "mean density at the bond, -10 to 10 deg",
                "A/um^2",
                window.current_density_max_a_per_um2,
                window_mean(*turn, contact),
                1e-4,
            ),
        ):
            what = f"{quantity}, contact {contact:g} ohm m2"
            out.append(compared(NAME, what, unit, computed, exact, limit, SOURCE))
    found = solve(cells)
    bond = found.interface("inner", "outer")
    length = THICKNESS_UM / 2
    for low, high in ((20.0, 50.0), (170.0, 190.0)):
        window = bond.window(length, theta_deg=(low, high))
        out.append(
            compared(
                NAME,
                f"mean density at the bond, {low:g} to {high:g} deg",
                "A/um^2",
                window.current_density_max_a_per_um2,
                window_mean(low, high),
                1e-4,
                SOURCE,
            )
        )
    width = 20.0
    worst = bond.worst_window(length, width)
    out.append(
        compared(
            NAME,
            f"largest mean density, window of {width:g} deg",
            "A/um^2",
            worst.current_density_max_a_per_um2,
            window_mean(-width / 2, width / 2),
            1e-4,
            SOURCE,
        )
    )
    middle = worst.theta_middle_deg
    out.append(
        vanishing(
            NAME, "where it lies, off the arc's middle", "deg", middle, width, 1e-6, "symmetry"
        )
    )
    numbers = list(bond.harmonic_numbers)
    for n in (1, 5, 15):
        values = bond.amplitudes[numbers.index(n)]
        wrong = np.abs(values - amplitude(n)).max()
        out.append(
            vanishing(
                NAME,
                f"wrong amplitude of harmonic {n} at the bond",
                "A/um^2",
                wrong,
                amplitude(n),
                5e-3,
                SOURCE,
            )
        )
    out.append(
        compared(
            NAME, "net current through the bond", "A", bond.net_current_a, CURRENT_A, 1e-9, SOURCE
        )
    )
    return out
