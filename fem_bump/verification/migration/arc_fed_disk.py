"""A blocked disk fed through an arc of its rim: every harmonic of the stress over time.

As in :mod:`fem_bump.verification.conduction.rim_source_disk` the potential's harmonic n is
plane, phi_n (r / a)^n. With the expansion of (r / a)^n in the functions that nothing leaves,

    sigma_n(a, t) / sigma_n(a, infinite)
      = 1 - sum over k of 2 n exp(-k^2 kappa t / a^2) / (k^2 - n^2),

k the zeros of J_n' (Bessel), n >= 1; in the end sigma_n(a) = (Z* e / Omega) phi_n.
"""

from __future__ import annotations

import numpy as np
from scipy.special import jnp_zeros

from fem_bump.body.model import Model
from fem_bump.conduction.current_flow import current_flow
from fem_bump.coupling.electromigration import electromigration
from fem_bump.materials import Material, Migration
from fem_bump.migration.electromigration import Electromigration
from fem_bump.verification.grids import graded, grid
from fem_bump.verification.migration.korhonen_line import kappa_um2_per_s
from fem_bump.verification.row import Row, compared

NAME = "blocked disk fed through an arc"
SOURCE = "Fourier-Bessel series"
RADIUS_UM, THICKNESS_UM, CURRENT_A, CONDUCTIVITY = 20.0, 2.0, 0.02, 2e7
HALF_ANGLE_DEG, KELVIN = 30.0, 400.0
METAL = Migration(5e-8, 0.87, -4.0, 1.66e-29, 7e4)
ZEROS = 400


def exact(number: int, tau: float) -> float:
    """Stress over its steady value at the rim, at kappa t / a^2."""
    k = jnp_zeros(number, ZEROS)
    return float(1 - (2 * number * np.exp(-(k**2) * tau) / (k**2 - number**2)).sum())


def solve(cells: int) -> Electromigration:
    """The disk, graded towards its rim."""
    mesh = grid(
        graded(0.0, RADIUS_UM, RADIUS_UM / cells / 8, 1.12, "stop"),
        np.linspace(0, THICKNESS_UM, 2),
    )
    model = Model(mesh, {"body": Material("metal", 1e5, 0.3, 1e-5, CONDUCTIVITY, migration=METAL)})
    flow = current_flow(
        model, CURRENT_A, source="right", sink="top", source_kind="flux", sink_kind="flux",
        source_half_angle_deg=HALF_ANGLE_DEG, accuracy=0.1,
    )  # fmt: skip
    return electromigration(model, flow, temperature_degc=KELVIN - 273.15, tolerance=1e-6)


def rows(cells: int = 24) -> list[Row]:
    """Harmonics 1, 2 and 5 over time, and the stress on both sides in the end."""
    found, out = solve(cells), []
    (block,) = found.body.blocks
    points = found.model.node_points_um[:, block.node_of]
    rim = int(np.argmax(points[0] - 1e-3 * points[1]))
    sheet = 1 / (CONDUCTIVITY * 1e-6 * THICKNESS_UM)
    per_volt = -4.0 * 1.602176634e-19 / 1.66e-29 * 1e-6
    for number in (1, 2, 5):
        sinc = float(np.sinc(number * HALF_ANGLE_DEG / 180))
        steady = per_volt * CURRENT_A * sheet / np.pi * sinc / number
        for tau in (1e-3, 1e-2, 0.1):
            seconds = tau * RADIUS_UM**2 / kappa_um2_per_s(METAL, KELVIN)
            value = float(found.at(seconds).amplitudes_mpa[0][number, rim])
            true = steady * exact(number, tau)
            what = f"harmonic {number} at the rim, kappa t / a2 = {tau:g}"
            out.append(compared(NAME, what, "MPa", value, true, 3e-4, SOURCE))
        value = float(found.steady.amplitudes_mpa[0][number, rim])
        what = f"harmonic {number} at the rim in the end"
        out.append(compared(NAME, what, "MPa", value, steady, 1e-5, SOURCE))
    near, far = (
        float(found.steady.stress(np.array([[RADIUS_UM], [0.0]]), theta_deg=turn)[0])
        for turn in (0.0, 180.0)
    )
    odd = np.arange(1, found.drive.numbers.max() + 1, 2)
    shares = np.sinc(odd * HALF_ANGLE_DEG / 180) / odd
    true = 2 * per_volt * CURRENT_A * sheet / np.pi * float(shares.sum())
    what = "difference of the two sides in the end"
    out.append(compared(NAME, what, "MPa", near - far, true, 1e-5, SOURCE))
    return out
