"""A line of two metals, blocked at both ends, its joint blocked or open to atoms.

Blocked, each half is Korhonen's line by itself. Open, stress and volume flux are continuous at the
joint x = a: the steady stress falls by G_1 a to the joint and by G_2 b from there on, and what the
line holds, the integral of sigma / B, decides the rest. On the way to it

    sigma = steady - sum over k of c_k X_k(x) exp(-rate_k t),
    X_k = cos(p_1 x) up to the joint, cos(p_1 a) cos(p_2 (L - x)) / cos(p_2 b) beyond,
    p_i = sqrt(rate / kappa_i),
    (kappa_1 / B_1) p_1 tan(p_1 a) + (kappa_2 / B_2) p_2 tan(p_2 b) = 0,

the X_k orthogonal with weight 1 / B: heat conduction in a composite slab (H. S. Carslaw, J. C.
Jaeger, Conduction of Heat in Solids, 1959, section 12.8).
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq

from fem_bump.body.model import Model
from fem_bump.conduction.current_flow import current_flow
from fem_bump.coupling.electromigration import electromigration
from fem_bump.materials import Material, Migration
from fem_bump.migration.electromigration import Electromigration
from fem_bump.verification.grids import grid
from fem_bump.verification.migration.korhonen_line import (
    kappa_um2_per_s,
    profile,
    slope_mpa_per_um,
)
from fem_bump.verification.row import Row, compared, vanishing

BLOCKED, OPEN = "line of two metals, blocked joint", "line of two metals, open joint"
SOURCE = "Korhonen et al. 1993, series of each"
SERIES = "composite slab (Carslaw and Jaeger)"
LENGTHS_UM, RADIUS_UM, CURRENT_A, KELVIN = (6.0, 14.0), 2.0, 0.05, 400.0
METALS = (
    Migration(7.8e-5, 0.9, -5.0, 1.18e-29, 1e5),
    Migration(2e-5, 0.88, -12.0, 1.66e-29, 4e4),
)
RESISTIVITY = (1.7e-8, 3.1e-8)


def solve(joined: bool, cells: int) -> Electromigration:
    """The line; current downwards, so that electrons enter the first metal at z = 0."""
    a, whole = LENGTHS_UM[0], sum(LENGTHS_UM)
    z = np.concatenate([np.linspace(0, a, cells + 1), np.linspace(a, whole, cells + 1)[1:]])
    box = {"one": (0, RADIUS_UM, 0, a), "two": (0, RADIUS_UM, a, whole)}
    mesh = grid(np.array([0.0, RADIUS_UM]), z, box)
    materials = {
        region: Material(region, 1e5, 0.3, 1e-5, 1 / rho, migration=data)
        for region, rho, data in zip(box, RESISTIVITY, METALS, strict=True)
    }
    model = Model(mesh, materials)
    flow = current_flow(model, CURRENT_A, source="top", sink="bottom")
    return electromigration(
        model, flow, temperature_degc=KELVIN - 273.15, tolerance=1e-7,
        open_interfaces=["one/two"] if joined else [],
    )  # fmt: skip


def slopes() -> tuple[float, float]:
    """How fast the steady stress falls with z in each metal, MPa/um."""
    density = CURRENT_A / (np.pi * (RADIUS_UM * 1e-6) ** 2)
    first, second = (
        -slope_mpa_per_um(data, rho, density) for data, rho in zip(METALS, RESISTIVITY, strict=True)
    )
    return first, second


class Composite:
    """The open line's exact stress."""

    def __init__(self, terms: int = 250) -> None:
        (self.a, self.b), (self.g, self.h) = LENGTHS_UM, slopes()
        self.kappa = np.array([kappa_um2_per_s(data, KELVIN) for data in METALS])
        self.modulus = np.array([data.modulus_mpa for data in METALS])
        shares = np.array(LENGTHS_UM) / self.modulus
        # of the mean of each half, measured from the joint
        means = np.array([self.g * self.a / 2, -self.h * self.b / 2])
        self.at_joint = -float(shares @ means / shares.sum())
        self.rates = self._rates(terms)
        x, weights = self._gauss()
        shape = self._shape(x)
        norms = shape**2 @ weights
        self.parts = (shape * self.steady(x)) @ weights / norms

    def steady(self, x: np.ndarray) -> np.ndarray:
        """Steady stress, MPa."""
        return self.at_joint + np.where(x < self.a, self.g, self.h) * (self.a - x)

    def stress(self, x: np.ndarray, time_s: float) -> np.ndarray:
        """Stress at a time, MPa."""
        x = np.asarray(x, dtype=float)
        left = (self.parts * np.exp(-self.rates * time_s)) @ self._shape(x)
        return self.steady(x) - left

    def _balance(self, rate: float) -> float:
        p, q = np.sqrt(rate / self.kappa)
        c = self.kappa / self.modulus
        first = c[0] * p * np.sin(p * self.a) * np.cos(q * self.b)
        return float(first + c[1] * q * np.sin(q * self.b) * np.cos(p * self.a))

    def _rates(self, terms: int) -> np.ndarray:
        spread = self.a / np.sqrt(self.kappa[0]) + self.b / np.sqrt(self.kappa[1])
        roots = np.arange(0.05, terms, 0.05) * np.pi / spread  # of the square root of the rate
        values = [self._balance(root**2) for root in roots]
        pairs = zip(roots[:-1], roots[1:], values[:-1], values[1:], strict=True)
        return np.array(
            [brentq(self._balance, low**2, high**2) for low, high, f, g in pairs if f * g < 0]
        )

    def _shape(self, x: np.ndarray) -> np.ndarray:
        """(k, x) shapes of the terms."""
        p, q = np.sqrt(self.rates[:, None] / self.kappa).T
        low = np.cos(np.outer(p, x)) * np.cos(q * self.b)[:, None]
        high = np.cos(np.outer(q, self.a + self.b - x)) * np.cos(p * self.a)[:, None]
        return np.where(x < self.a, low, high)

    def _gauss(self, panels: int = 200) -> tuple[np.ndarray, np.ndarray]:
        """Points along the line, and weights with 1 / B."""
        nodes, weights = np.polynomial.legendre.leggauss(8)
        out: list[tuple[np.ndarray, np.ndarray]] = []
        for start, length, modulus in zip(
            (0.0, self.a), (self.a, self.b), self.modulus, strict=True
        ):
            h = length / panels
            middle = start + h * (np.arange(panels) + 0.5)
            x = (middle[:, None] + h / 2 * nodes).ravel()
            out.append((x, np.tile(weights * h / 2 / modulus, panels)))
        x, w = zip(*out, strict=True)
        return np.concatenate(x), np.concatenate(w)


def _at(z: float) -> np.ndarray:
    return np.array([[RADIUS_UM / 2], [z]])


def rows(cells: int = 40) -> list[Row]:
    """Both sides of the joint and both ends, over time and in the end."""
    out = []
    found = solve(False, cells)
    start = 0.0
    for region, length, slope, data in zip(
        ("one", "two"), LENGTHS_UM, slopes(), METALS, strict=True
    ):
        kappa = kappa_um2_per_s(data, KELVIN)
        for tau in (0.01, 0.2):
            seconds = tau * length**2 / kappa
            for x in (0.0, 1.0):
                exact = slope * length * float(profile(tau, np.array([x]))[0])
                state = found.at(seconds)
                value = float(state.stress(_at(start + x * length), region)[0])
                what = f"metal {region}, kappa t / L2 = {tau:g}, x = {x:g} L"
                out.append(compared(BLOCKED, what, "MPa", value, exact, 1e-4, SOURCE))
        steady = found.steady.mean(region)
        what = f"mean of metal {region} in the end"
        scale = slope * length
        out.append(vanishing(BLOCKED, what, "MPa", steady, scale, 1e-12, "conservation"))
        start += length
    found, exact_line = solve(True, cells), Composite()
    whole = sum(LENGTHS_UM)
    for x in (0.0, LENGTHS_UM[0], whole):
        exact = float(exact_line.steady(np.array([x]))[0])
        value = float(found.steady.stress(_at(x))[0])
        what = f"steady stress at {x:g} um"
        out.append(compared(OPEN, what, "MPa", value, exact, 1e-9, "equilibrium and content"))
    slowest = 1 / exact_line.rates[0]
    for share in (0.01, 0.1, 1.0):
        for x in (0.0, LENGTHS_UM[0], 10.0, whole):
            exact = float(exact_line.stress(np.array([x]), share * slowest)[0])
            value = float(found.stress(_at(x), share * slowest)[0])
            what = f"after {share:g} of the slowest time, at {x:g} um"
            scale = abs(exact_line.g) * whole
            out.append(
                vanishing(OPEN, f"wrong stress {what}", "MPa", value - exact, scale, 1e-4, SERIES)
            )
    state = found.at(0.1 * slowest)
    shares = np.array(LENGTHS_UM) / exact_line.modulus
    moved = shares * [state.mean("one"), state.mean("two")]
    what = "what one metal has lost and the other gained"
    out.append(vanishing(OPEN, what, "um", moved.sum(), moved[0], 1e-11, "conservation"))
    return out
