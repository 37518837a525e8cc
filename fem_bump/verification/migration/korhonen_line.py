"""Korhonen's line: blocked at both ends, one material, a uniform current.

    sigma(0, t) = G L [1/2 - 4 sum over odd m of exp(-(m pi)^2 kappa t / L^2) / (m pi)^2],
    G = e Z* rho j / Omega,   kappa = D B Omega / (k T),

at the end where tension builds up; sigma -> G (L / 2 - x). M. A. Korhonen et al., J. Appl. Phys.
73, 3790 (1993). Constants as in a public line solver (UCR VSCLAB), whose atomic volume is
aluminium's; e and k are those of 2019 here.
"""

from __future__ import annotations

import numpy as np

from fem_bump.body.model import Model
from fem_bump.conduction.current_flow import current_flow
from fem_bump.coupling.electromigration import electromigration
from fem_bump.materials import Material, Migration
from fem_bump.migration.electromigration import Electromigration
from fem_bump.verification.grids import grid
from fem_bump.verification.row import Row, compared, observed_order, vanishing

NAME = "Korhonen's line"
SOURCE = "Korhonen et al. 1993, series"
LENGTH_UM, RADIUS_UM, DENSITY_A_PER_M2, RESISTIVITY = 100.0, 10.0, 3e9, 3e-8
KELVIN = 373.0
WIRE = Migration(7.56e-5, 0.86, 10.0, 1.66e-29, 1e5)
# kappa t / L^2 and sigma(0) / (G L)
TABLE = (
    (0.001, 0.0356825), (0.01, 0.1128379), (0.05, 0.2520439), (0.1, 0.3489410), (0.2, 0.4437014),
    (0.5, 0.4970852),
)  # fmt: skip


def kappa_um2_per_s(data: Migration = WIRE, kelvin: float = KELVIN) -> float:
    """D B Omega / (k T), written out."""
    kt_j = 1.380649e-23 * kelvin
    diffusivity = data.d0_m2_per_s * np.exp(-data.activation_ev * 1.602176634e-19 / kt_j)
    return float(diffusivity * data.modulus_mpa * 1e6 * data.atomic_volume_m3 / kt_j * 1e12)


def slope_mpa_per_um(data: Migration, resistivity: float, density: float) -> float:
    """G, written out."""
    push = 1.602176634e-19 * data.effective_charge * resistivity * density
    return push / data.atomic_volume_m3 * 1e-12


def profile(tau: float, x: np.ndarray, terms: int = 4000) -> np.ndarray:
    """sigma / (G L) at x / L and kappa t / L^2."""
    m = np.arange(1, terms, 2) * np.pi
    waves = np.exp(-(m**2) * tau) / m**2
    return 0.5 - np.asarray(x) - 4 * np.cos(np.outer(x, m)) @ waves


def solve(cells: int, tolerance: float = 1e-8) -> Electromigration:
    """The line, current from z = 0 upwards."""
    mesh = grid(np.array([0.0, RADIUS_UM]), np.linspace(0.0, LENGTH_UM, cells + 1))
    metal = Material("wire", 1e5, 0.3, 1e-5, 1 / RESISTIVITY, migration=WIRE)
    model = Model(mesh, {"body": metal})
    current_a = DENSITY_A_PER_M2 * np.pi * (RADIUS_UM * 1e-6) ** 2
    flow = current_flow(model, current_a, source="bottom", sink="top")
    degc = KELVIN - 273.15
    return electromigration(model, flow, temperature_degc=degc, tolerance=tolerance)


def stress(found: Electromigration, tau: float, x: np.ndarray) -> np.ndarray:
    """sigma / (G L) at x / L and kappa t / L^2."""
    points = np.array([np.full(len(x), RADIUS_UM / 3), np.asarray(x) * LENGTH_UM])
    scale = slope_mpa_per_um(WIRE, RESISTIVITY, DENSITY_A_PER_M2) * LENGTH_UM
    return found.stress(points, tau * LENGTH_UM**2 / kappa_um2_per_s()) / scale


def rms_error(found: Electromigration, tau: float) -> float:
    """Root mean square of the error along the line."""
    x = (np.arange(400) + 0.5) / 400
    return float(np.sqrt(np.mean((stress(found, tau, x) - profile(tau, x)) ** 2)))


def rows(cells: int = 160) -> list[Row]:
    """Stress over time, orders, the steady state, what is conserved."""
    out = []
    found = solve(cells)
    end = np.zeros(1)
    for tau, exact in TABLE:
        value = float(stress(found, tau, end)[0])
        limit = 3e-5 if tau < 0.01 else 1e-6  # at first the stress reaches five cells far
        what = f"sigma / (G L) at kappa t / L2 = {tau:g}"
        out.append(compared(NAME, what, "1", value, exact, limit, SOURCE))
    scale = slope_mpa_per_um(WIRE, RESISTIVITY, DENSITY_A_PER_M2) * LENGTH_UM
    for seconds in (1e4, 1e5):
        exact = scale * float(profile(seconds * kappa_um2_per_s() / LENGTH_UM**2, end)[0])
        value = float(found.stress(np.zeros((2, 1)), seconds)[0])
        out.append(compared(NAME, f"stress after {seconds:g} s", "MPa", value, exact, 1e-5, SOURCE))
    steady = float(found.steady.stress(np.zeros((2, 1)))[0])
    out.append(compared(NAME, "steady stress", "MPa", steady, scale / 2, 1e-9, SOURCE))
    moved = max(abs(found.at(t).mean("body")) for t in (1.0, 1e3, 1e5))
    what = "what the line holds, from 1 to 1e5 s"
    out.append(vanishing(NAME, what, "MPa", moved, scale, 1e-13, "conservation"))
    sizes = (1 / 5, 1 / 10, 1 / 20)
    errors = [rms_error(solve(round(1 / h)), 0.02) for h in sizes]
    what = "order in the mesh, kappa t / L2 = 0.02"
    out.append(observed_order(NAME, what, errors, sizes, 3.0, 0.05, SOURCE))
    steps, errors = [], []
    for tolerance in (0.03, 1e-5):
        coarse = solve(cells, tolerance)
        steps.append(coarse.steps)
        errors.append(max(rms_error(coarse, tau) for tau, _ in TABLE))
    what = f"order in the number of steps, {steps[0]} and {steps[1]}"
    out.append(observed_order(NAME, what, errors, [1 / n for n in steps], 3.0, 0.05, SOURCE))
    return out
