"""A round bar, one end of which is shifted sideways: stiffness, moments, tractions on a section.

One end of a bar of radius a and length L is moved by U in x, both are held against tilt and
warping. The compliance U / P is a cubic polynomial of L but for terms that decay with
exp(-2.7 L / a) (Saint-Venant's principle), and its leading coefficient is 1 / (12 E I): over four
equally spaced lengths its third difference is (step)^3 / (2 E I), whatever happens at the ends.
Each end takes half of the moment P L.

On a section that is far from both ends, e above mid-length, the tractions are those of
Saint-Venant's flexure (:mod:`fem_bump.verification.harmonics.flexure`),

    s_zz = P e r / I,   s_rz = K (a^2 - r^2),   s_tz = -K (a^2 - m r^2),

so its window means are known: over r1 < r < r2 with weight r, and an arc c in the angle, every one
has the factor sin(c/2) / (c/2).
"""

from __future__ import annotations

import numpy as np

from fem_bump.body.model import Model
from fem_bump.interfaces.traction import TractionInterface
from fem_bump.materials import Material
from fem_bump.mechanics.state import ThermalStress
from fem_bump.mechanics.thermal_stress import thermal_stress
from fem_bump.verification.grids import grid
from fem_bump.verification.row import Row, compared, vanishing

NAME = "round bar with one end shifted"
SECTION = "tractions on a section of it"
SOURCE = "Saint-Venant's flexure"
RADIUS_UM, YOUNG, POISSON, SHIFT_UM = 1.0, 100e3, 0.3, 0.01
INERTIA = np.pi * RADIUS_UM**4 / 4
LENGTHS_UM = (6.0, 8.0, 10.0, 12.0)
CUT_UM, LENGTH_UM = 4.0, 12.0
WINDOW_UM, ARC_DEG = 0.25, 40.0


def bar(length_um: float, cells: int) -> Model:
    """The bar with some cells to its radius, of one material; cut in two regions if long enough."""
    parts = {"upper": (0, RADIUS_UM, 0, length_um)}
    if length_um > CUT_UM:
        parts["lower"] = (0, RADIUS_UM, 0, CUT_UM)
    mesh = grid(
        np.linspace(0, RADIUS_UM, cells + 1),
        np.linspace(0, length_um, round(cells * length_um / 2) + 1),
        parts,
    )
    return Model(mesh, dict.fromkeys(parts, Material("metal", YOUNG, POISSON, 1e-5)))


def shift(model: Model, **settings) -> ThermalStress:
    """The bar with its upper end shifted; further settings of ``thermal_stress``."""
    return thermal_stress(
        model,
        fixed={"bottom": "z", "top": "z"},
        lateral_shift_um={"bottom": 0.0, "top": SHIFT_UM},
        **settings,
    )


def solve(length_um: float, cells: int) -> ThermalStress:
    """A bar of some length, shifted."""
    return shift(bar(length_um, cells))


def section(r: np.ndarray, force_un: float) -> np.ndarray:
    """Exact amplitudes of the traction r, theta, z on the lower part at the section, MPa."""
    nu = POISSON
    k = force_un * (3 + 2 * nu) / (8 * INERTIA * (1 + nu))
    m = (1 - 2 * nu) / (3 + 2 * nu)
    axial = force_un * (CUT_UM - LENGTH_UM / 2) * r / INERTIA
    return np.array([k * (RADIUS_UM**2 - r**2), -k * (RADIUS_UM**2 - m * r**2), axial])


def section_mean(low_um: float, high_um: float, force_un: float) -> np.ndarray:
    """Exact means of these over low < r < high, weight r."""
    nodes, weights = np.polynomial.legendre.leggauss(4)
    r = low_um + (high_um - low_um) * (nodes + 1) / 2
    return section(r, force_un) @ (weights * r) / (weights * r).sum()


def _section_rows(cut: TractionInterface, force_un: float) -> list[Row]:
    r = cut.line.model.node_points_um[0][cut.line.nodes].T
    wrong = np.abs(cut.amplitudes[1] - section(r, force_un)).max()
    largest = np.abs(section(np.linspace(0, RADIUS_UM, 9), force_un)).max()
    out = [
        vanishing(SECTION, "wrong traction, harmonic 1", "MPa", wrong, largest, 5e-3, SOURCE),
        vanishing(
            SECTION,
            "traction of harmonic 0",
            "MPa",
            np.abs(cut.amplitudes[0]).max(),
            largest,
            1e-9,
            "nothing is heated",
        ),
    ]
    worst = cut.worst_window(WINDOW_UM, ARC_DEG)
    width = np.sinc(ARC_DEG / 360)
    inside = width * section_mean(0.0, WINDOW_UM, force_un)
    outside = width * section_mean(RADIUS_UM - WINDOW_UM, RADIUS_UM, force_un)
    # the section lies below mid-length: compressed at theta = 0, hence peel at 180 degrees
    for quantity, unit, computed, exact in (
        ("largest peel", "MPa", worst.peel_max_mpa, -outside[2]),
        ("smallest peel", "MPa", worst.peel_min_mpa, outside[2]),
        ("largest shear along r", "MPa", worst.shear_s_max_mpa, inside[0]),
        ("largest shear around", "MPa", worst.shear_theta_max_mpa, -inside[1]),
        ("largest magnitude of the mean shear", "MPa", worst.shear_max_mpa, -inside[1]),
        ("angle of the largest peel", "deg", worst.peel_max_theta_deg, 180.0),
        ("angle of the largest shear around", "deg", worst.shear_theta_max_theta_deg, 90.0),
        (
            "mode mix at the largest peel",
            "deg",
            worst.mode_mix_deg,
            np.degrees(np.arctan2(abs(outside[0]), -outside[2])),
        ),
    ):
        where = f"{quantity}, window {WINDOW_UM:g} um by {ARC_DEG:g} deg"
        out.append(compared(SECTION, where, unit, computed, exact, 2e-3, SOURCE))
    aside = cut.window(WINDOW_UM, theta_deg=(20.0, 80.0)).shear_theta_max_mpa
    turn = np.sinc(1 / 6) * np.sin(np.radians(50.0))
    exact = -turn * section_mean(0.0, WINDOW_UM, force_un)[1]
    out.append(
        compared(SECTION, "largest shear around, 20 to 80 deg", "MPa", aside, exact, 2e-3, SOURCE)
    )
    at = cut.at(60.0)
    true = section(at.points_um[0], force_un)
    wrong = max(
        np.abs(at.peel_mpa - true[2] / 2).max(),
        np.abs(at.shear_mpa - true[0] / 2).max(),
        np.abs(at.shear_theta_mpa - true[1] * np.sin(np.pi / 3)).max(),
    )
    out.append(vanishing(SECTION, "wrong traction at 60 deg", "MPa", wrong, largest, 5e-3, SOURCE))
    return out


def rows(cells: int = 10) -> list[Row]:
    """Stiffness, force, moments; tractions on a section, point by point and as window means."""
    moved = [solve(length, cells) for length in LENGTHS_UM]
    forces = np.array([one.reaction_un("top") for one in moved])
    last, force = moved[-1], float(forces[-1])
    turning = [last.moment_un_um(end) for end in ("bottom", "top")]
    balance = "equilibrium"
    out = [
        compared(
            NAME,
            "third difference of the compliance",
            "um/uN",
            np.diff(SHIFT_UM / forces, 3)[0],
            (LENGTHS_UM[1] - LENGTHS_UM[0]) ** 3 / (2 * YOUNG * INERTIA),
            1e-6,
            "beam theory, leading term",
        ),
        vanishing(
            NAME,
            "force on the two ends",
            "uN",
            force + last.reaction_un("bottom"),
            force,
            1e-9,
            balance,
        ),
        vanishing(
            NAME,
            "moments of the ends and P L",
            "uN um",
            sum(turning) + force * LENGTH_UM,
            force * LENGTH_UM,
            1e-9,
            balance,
        ),
        compared(
            NAME,
            "moment of the upper end",
            "uN um",
            turning[1],
            -force * LENGTH_UM / 2,
            2e-4,
            "symmetry of the two ends",
        ),
        compared(
            NAME,
            "work of the shift, 2 W / U",
            "uN",
            2 * last.part(1).strain_energy / SHIFT_UM,
            force,
            1e-9,
            "energy balance",
        ),
    ]
    return out + _section_rows(last.interface("upper", "lower"), force)
