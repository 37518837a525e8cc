"""Layers in a periodic cell: the side conditions of harmonics 1 and 2, and the compliant face.

**Simple shear.** The upper face of a stack is shifted by U in x, the lower one is held; on the
cell's side u_z = 0 and s_rr = s_rt = 0. Every layer shears by t / G under one shear stress t,

    u_r = -u_theta = u(z),   s_rz = -s_tz = t,   t = U / (sum of h / G + 1 / k),

k (MPa/um) being the stiffness of a compliant face. The traction on a plane between layers is t in x
everywhere, on the axis too.

**Anisotropic layers.** In layer i eps_xx = e_i = -eps_yy, harmonic 2. With u_r tied along the side,
without net force, and u_theta there that of the same strain,

    u_r = e r,   u_theta = -e r,   e = sum of G h e_i / sum of G h,   s_rr = 2 G (e - e_i).

Second-order elements hold both exactly. Equilibrium of layers in parallel and in series.
"""

from __future__ import annotations

import numpy as np

from fem_bump.body.model import Model
from fem_bump.materials import Material
from fem_bump.mechanics.harmonic_elasticity import elastic_harmonic
from fem_bump.mechanics.harmonic_stress import HarmonicStress
from fem_bump.mechanics.state import ThermalStress
from fem_bump.mechanics.thermal_stress import thermal_stress
from fem_bump.verification.grids import grid
from fem_bump.verification.harmonics.harmonic_fields import centres
from fem_bump.verification.row import Row, compared, vanishing

SHEARED = "layered cell in simple shear"
ANISOTROPIC = "layered cell with anisotropic layers"
SOURCE = "layers in series"
PARALLEL = "layers in parallel"
RADIUS_UM, SHIFT_UM, FACE_MPA_PER_UM = 2.0, 0.01, 4e4
HEIGHT_UM = {"lower": 1.0, "upper": 0.4}
YOUNG = {"lower": 130e3, "upper": 50e3}
POISSON = {"lower": 0.28, "upper": 0.36}
STRAIN = {"lower": 5e-4, "upper": 2e-3}
SHEAR = {layer: YOUNG[layer] / (2 * (1 + POISSON[layer])) for layer in YOUNG}


def cell(parts: int) -> Model:
    """The two layers, on an uneven grid."""
    low, high = HEIGHT_UM["lower"], sum(HEIGHT_UM.values())
    mesh = grid(
        RADIUS_UM * np.linspace(0, 1, 2 * parts + 1) ** 0.8,
        np.concatenate([np.linspace(0, low, parts + 1), np.linspace(low, high, parts + 1)[1:]]),
        {"lower": (0, RADIUS_UM, 0, low), "upper": (0, RADIUS_UM, low, high)},
    )
    return Model(
        mesh, {layer: Material(layer, YOUNG[layer], POISSON[layer], 1e-5) for layer in YOUNG}
    )


def shear_mpa(compliant: bool) -> float:
    """Exact shear stress."""
    give = sum(HEIGHT_UM[layer] / SHEAR[layer] for layer in SHEAR)
    return SHIFT_UM / (give + (1 / FACE_MPA_PER_UM if compliant else 0.0))


def shift(parts: int, compliant: bool) -> ThermalStress:
    """The sheared cell."""
    return thermal_stress(
        cell(parts),
        fixed={"bottom": "z", "top": "z"},
        tied={"right": "r"},
        lateral_shift_um={"bottom": 0.0, "top": SHIFT_UM},
        counter_stiffness_mpa_per_um={"top": FACE_MPA_PER_UM} if compliant else None,
    )


def common_strain() -> float:
    """Exact e of the anisotropic layers."""
    weight = {layer: SHEAR[layer] * HEIGHT_UM[layer] for layer in SHEAR}
    return sum(weight[layer] * STRAIN[layer] for layer in weight) / sum(weight.values())


def expand(parts: int) -> HarmonicStress:
    """The cell with anisotropic layers."""

    def eigenstrain(r, z):
        e = np.where(z < HEIGHT_UM["lower"], STRAIN["lower"], STRAIN["upper"]) + 0 * r
        return np.multiply.outer(np.array([1.0, 0.0, -1.0, 0.0, -2.0, 0.0]), e)

    return elastic_harmonic(
        cell(parts),
        2,
        tied={"right": "r"},
        prescribed_um={"right": {"t": -common_strain() * RADIUS_UM}},
        eigenstrain=eigenstrain,
    )


def _shear_rows(parts: int) -> list[Row]:
    out = []
    for compliant, face in ((False, "rigid face"), (True, "compliant face")):
        found, exact = shift(parts, compliant), shear_mpa(compliant)
        force = exact * np.pi * RADIUS_UM**2
        what = f"force, {face}"
        out.append(compared(SHEARED, what, "uN", found.reaction_un("top"), force, 1e-9, SOURCE))
        # in Cartesian components all over the body: s_xz alone
        element, x, y = centres(found.part(1))
        for turn in (0.0, 50.0):
            c, s = np.cos(np.radians(turn)), np.sin(np.radians(turn))
            rr, zz, tt, rz, rt, tz = found.stress_at(element, x, y, turn)
            wrong = [rr, zz, tt, rt, rz * c - tz * s - exact, rz * s + tz * c]
            what = f"wrong stress at {turn:g} deg, {face}"
            worst = np.abs(wrong).max()
            out.append(vanishing(SHEARED, what, "MPa", worst, exact, 1e-9, SOURCE))
        between = found.interface("upper", "lower")
        wrong_traction = between.amplitudes[1] - exact * np.array([1, -1, 0])[:, None, None]
        worst = np.abs(wrong_traction).max()
        what = f"wrong traction between the layers, {face}"
        out.append(vanishing(SHEARED, what, "MPa", worst, exact, 1e-8, SOURCE))
    # a vector of one direction and size, read in components that turn
    window = found.interface("upper", "lower").worst_window(RADIUS_UM / 4, 60.0)
    part = exact * np.sinc(60 / 360)
    for what, value in (
        ("largest shear along r", window.shear_s_max_mpa),
        ("largest shear around", window.shear_theta_max_mpa),
        ("largest magnitude of the mean shear", window.shear_max_mpa),
    ):
        out.append(compared(SHEARED, f"{what}, 60 deg", "MPa", value, part, 1e-8, SOURCE))
    return out


def _anisotropic_rows(parts: int) -> list[Row]:
    found, e = expand(parts), common_strain()
    r = found.model.node_points_um[0]
    wrong = np.abs(found.u_um.T - e * r * np.array([[1.0], [-1.0], [0.0]])).max()
    scale = e * RADIUS_UM
    out = [vanishing(ANISOTROPIC, "wrong displacement", "um", wrong, scale, 1e-9, PARALLEL)]
    for layer in SHEAR:
        element, x, y = (v[found.model.regions[layer]] for v in centres(found))
        stress = 2 * SHEAR[layer] * (e - STRAIN[layer]) * np.array([1, 0, -1, 0, -1, 0])
        worst = np.abs(found.stress_at(element, x, y) - stress[:, None]).max()
        what = f"wrong stress in the {layer} layer"
        out.append(vanishing(ANISOTROPIC, what, "MPa", worst, np.abs(stress).max(), 1e-9, PARALLEL))
    return out


def rows(parts: int = 4) -> list[Row]:
    """Force, stress and traction of the sheared cell; displacement and stress of the other."""
    return [*_shear_rows(parts), *_anisotropic_rows(parts)]
