"""Bars and a thick cylinder of a solid that relaxes.

A bar of constant Poisson's ratio has E(t) itself: strained at a rate r from t = 0 to t1, then held,

    s(t) = r [F(t) - F(t - t1)],   F(t) = E_inf t + E0 sum of share_k time_k (1 - e^(-t / time_k)),

and held while it is warmed, E at the reduced time z = integral of dt / a(T). With an elastic bulk
modulus K and one branch the lateral contraction grows: by Laplace's transform, mu(s) = mu0 (s +
p) / (s + 1 / time), p = (1 - share) / time, 1 / E = 1 / (3 mu) + 1 / (9 K),

    held:    s(t) = e (E_inf + (E0 - E_inf) exp(-q t)),   q = (3 K / time + mu0 p) / (3 K + mu0),
    loaded:  e(t) = s (1 / E_inf + (1 / E0 - 1 / E_inf) exp(-p t)).

A long cylinder, plane strain, whose inner wall is moved by u0 and whose outer one is free: u =
A r + B / r with A = a u0 / (a^2 + b^2 (K / mu + 1 / 3)), where by the principle of correspondence
mu is that of s: A and B go from their elastic values to those of the relaxed modulus as
exp(-t / theta), and the pressure at the inner wall is 2 (1 / a^2 - 1 / b^2) times mu * dB.
R. M. Christensen, Theory of Viscoelasticity (1982).
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from scipy.integrate import quad

from fem_bump.body.model import Model
from fem_bump.laws.shipped.viscoelastic import Viscoelastic
from fem_bump.materials import Material
from fem_bump.mechanics.history import History, stress_history
from fem_bump.verification.grids import grid
from fem_bump.verification.plasticity.bars import axial_stress, strained_bar
from fem_bump.verification.row import Row, compared

NAME = "viscoelastic solids"
SOURCE = "Christensen, Theory of Viscoelasticity (1982)"
YOUNG, POISSON = 5000.0, 0.34
BULK, SHEAR = YOUNG / (3 * (1 - 2 * POISSON)), YOUNG / (2 * (1 + POISSON))
SHARE, TIME_S = 0.7, 100.0
LASTING = (1 - SHARE) / TIME_S  # p, 1/s
SERIES = {"share1": 0.3, "time1_s": 5.0, "share2": 0.4, "time2_s": 200.0}
ACTIVATION_K, REFERENCE = 15e3, 80.0
STRAIN, STRESS = 1e-3, 4.0
INNER, OUTER, HEIGHT, MOVED = 1.0, 2.0, 0.25, 1e-3


def modulus(z: float) -> float:
    """E(t) of two branches, MPa."""
    shares = ((SERIES[f"share{k}"], SERIES[f"time{k}_s"]) for k in (1, 2))
    return YOUNG * (1 - sum(g * -math.expm1(-z / tau) for g, tau in shares))


def _ramped(t: float) -> float:
    """Integral of E(t) from 0 on, MPa s; 0 before."""
    if t <= 0:
        return 0.0
    shares = [(SERIES[f"share{k}"], SERIES[f"time{k}_s"]) for k in (1, 2)]
    last = 1 - sum(g for g, _ in shares)
    return YOUNG * (last * t + sum(g * tau * -math.expm1(-t / tau) for g, tau in shares))


def _bar_rows(tolerance: float) -> list[Row]:
    two = Viscoelastic(**SERIES, bulk=1.0, activation_k=ACTIVATION_K, reference_degc=REFERENCE)
    up, end = 60.0, 300.0
    pulled = strained_bar(
        two, YOUNG, POISSON, [0, up, end], [REFERENCE] * 3, [0, STRAIN, STRAIN], tolerance
    )
    out = []
    for t in (up, end):
        exact = STRAIN / up * (_ramped(t) - _ramped(t - up))
        what = f"strained for {up:g} s, then held: stress at {t:g} s"
        out.append(compared(NAME, what, "MPa", axial_stress(pulled, t), exact, 1e-9, SOURCE))
    shifted = math.exp(ACTIVATION_K * (1 / (125 + 273.15) - 1 / (REFERENCE + 273.15)))
    warm = strained_bar(
        two, YOUNG, POISSON, [0, up * shifted, end * shifted], [125.0] * 3, [0, STRAIN, STRAIN],
        tolerance,
    )  # fmt: skip
    out.append(
        compared(NAME, "the same at 125 degC in times of a(T)", "MPa",
                 axial_stress(warm, end * shifted), axial_stress(pulled, end), 1e-9,
                 "thermorheologically simple")
    )  # fmt: skip
    heated = strained_bar(two, YOUNG, POISSON, [0, end], [25.0, 70.0], [STRAIN, STRAIN], tolerance)
    reduced = quad(lambda t: _rate(25.0 + 45.0 * t / end), 0, end)[0]
    out.append(
        compared(NAME, "held and warmed from 25 to 70 degC", "MPa", axial_stress(heated, end),
                 STRAIN * modulus(reduced), 1e-3, SOURCE)
    )  # fmt: skip
    return [*out, *_elastic_bulk_rows(tolerance)]


def _rate(degc: float) -> float:
    """1 / a(T)."""
    return math.exp(-ACTIVATION_K * (1 / (degc + 273.15) - 1 / (REFERENCE + 273.15)))


def _elastic_bulk_rows(tolerance: float) -> list[Row]:
    one = Viscoelastic(share1=SHARE, time1_s=TIME_S)
    relaxed = 9 * BULK * SHEAR * (1 - SHARE) / (3 * BULK + SHEAR * (1 - SHARE))
    at, end = 80.0, 160.0
    q = (3 * BULK / TIME_S + SHEAR * LASTING) / (3 * BULK + SHEAR)
    held = strained_bar(one, YOUNG, POISSON, [0, end], [25.0] * 2, [STRAIN, STRAIN], tolerance)
    exact = STRAIN * (relaxed + (YOUNG - relaxed) * math.exp(-q * at))
    out = [
        compared(NAME, f"elastic bulk modulus, held: stress at {at:g} s", "MPa",
                 axial_stress(held, at), exact, 1e-3, SOURCE)
    ]  # fmt: skip
    times = np.linspace(0, end, 65).tolist()
    compliances = (1 / relaxed + (1 / YOUNG - 1 / relaxed) * math.exp(-LASTING * t) for t in times)
    strains = [STRESS * each for each in compliances]
    loaded = strained_bar(one, YOUNG, POISSON, times, [25.0] * len(times), strains, tolerance)
    out.append(
        compared(NAME, f"loaded, by its strain: stress at {end:g} s", "MPa",
                 axial_stress(loaded, end), STRESS, 1e-3, SOURCE)
    )  # fmt: skip
    return out


# ---------------------------------------------------------------------------- cylinder


def solve(cells: int, tolerance: float, end_s: float) -> History:
    """A slice whose inner wall is moved at once and then held."""
    mesh = grid(np.linspace(INNER, OUTER, cells + 1), np.linspace(0, HEIGHT, cells // 4 + 1))
    law = Viscoelastic(share1=SHARE, time1_s=TIME_S)
    model = Model(mesh, {"body": Material("resin", YOUNG, POISSON, 0.0, law=law)})
    return stress_history(
        model, [0.0, end_s], [25.0, 25.0], 25.0, fixed={"bottom": "z", "top": "z"},
        prescribed_um={"left": {"r": MOVED}}, tolerance=tolerance,
    )  # fmt: skip


def exact_cylinder() -> tuple[Callable[[float], float], Callable[[float], float]]:
    """Displacement of the outer wall, um, and pressure at the inner, MPa, over time."""

    def slope(shear: float) -> float:
        return INNER * MOVED / (INNER**2 + OUTER**2 * (BULK / shear + 1 / 3))

    first, last = slope(SHEAR), slope(SHEAR * (1 - SHARE))
    # the pole of A: (a^2 + b^2 / 3) (s + p) + b^2 K / mu0 (s + 1 / time) = 0
    own, other = INNER**2 + OUTER**2 / 3, OUTER**2 * BULK / SHEAR
    theta = (own + other) / (own * LASTING + other / TIME_S)

    def a(t: float) -> float:
        return last + (first - last) * math.exp(-t / theta)

    def b(t: float) -> float:
        return INNER * (MOVED - INNER * a(t))

    def wall(t: float) -> float:
        return a(t) * OUTER + b(t) / OUTER

    def pressure(t: float) -> float:
        fading = b(0.0) - INNER * (MOVED - INNER * last)  # of B
        steady = INNER * (MOVED - INNER * last) * -math.expm1(-t / TIME_S)
        mixed = (math.exp(-t / theta) - math.exp(-t / TIME_S)) / (1 - TIME_S / theta)
        memory = steady + fading * mixed
        return 2 * (1 / INNER**2 - 1 / OUTER**2) * SHEAR * (b(t) - SHARE * memory)

    return wall, pressure


def pressure(history: History, time_s: float) -> float:
    """Pressure at the inner wall, MPa, from the forces that hold it."""
    found = history.at(time_s)
    model = found.model
    force = found.part(0).nodal_forces(np.arange(model.mesh.nelements))
    return float(force[model.boundary_nodes("left"), 0].sum() / (2 * np.pi * INNER * HEIGHT))


def rows(cells: int = 8, tolerance: float = 1e-4) -> list[Row]:
    """Stress of bars; of a cylinder the outer wall and the pressure, at once, between, and late."""
    out = _bar_rows(tolerance)
    wall, exact = exact_cylinder()
    history = solve(cells, tolerance, 1000.0)
    for t in (0.0, 70.0, 1000.0):
        found = history.at(t)
        model = found.model
        moved = float(found.u_um[model.boundary_nodes("right"), 0].mean())
        out.append(
            compared(NAME, f"cylinder, outer wall at {t:g} s", "um", moved, wall(t), 1e-3, SOURCE)
        )
        out.append(
            compared(NAME, f"cylinder, inner pressure at {t:g} s", "MPa", pressure(history, t),
                     exact(t), 1e-3, SOURCE)
        )  # fmt: skip
    return out
