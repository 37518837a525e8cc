"""Penny-shaped cracks whose faces touch.

A body carries on the plane z = 0 a radial shear s_rz = k r and a pressure p(r). Of the shear

    u_r = 2 nu k r z / E,    u_z = (k r^2 - k z^2) / E

is the state (E, nu the material's); a uniform pressure without lateral strain adds u_z proportional
to z; and a spot around the origin that is warmer by T(R), R^2 = r^2 + z^2, adds

    u_R = alpha (1 + nu) / (1 - nu) R I(R),    I = integral of T R^2 / R^3 from 0 to R,
    p = E alpha / (1 - nu) (T(r) - I(r)).

A crack inside r <= a there stays closed where p > 0 and slides, held back by mu p: shear on the
faces of a penny-shaped crack makes no normal stress on its plane, and a radial one has the integral
equation of torsion with mu / (1 - nu) in place of the shear modulus mu (M. K. Kassir and G. C. Sih,
Three-Dimensional Crack Problems, 1975; torsion: :mod:`fem_bump.verification.fracture.penny_crack`):

    K_II = 2 / (a sqrt(pi a)) integral of t(r) r^2 / sqrt(a^2 - r^2),  t = k r - mu p,

which is 4/3 k a sqrt(a / pi) without friction. Two materials whose bonded halves are in such states
(u_r = 0 on z = 0, u_z alike) have the same K_II, with a pressure beside the one given, and
G = K_II^2 / (E* cosh^2(pi eps)).

Around a cold spot in a pressed body a crack is pulled open in the middle and pressed outside. It
opens to the radius c at which K_I = (2 / sqrt(pi c)) integral of -p r / sqrt(c^2 - r^2) vanishes
(I. N. Sneddon, 1946), and in the middle by

    8 (1 - nu^2) / (pi E) integral over t < c of (1/t) integral of -p r / sqrt(t^2 - r^2).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import gamma, gammainc

from fem_bump.algebra.quadrature import unit_gauss
from fem_bump.body.cracks import crack_tip
from fem_bump.body.model import Model
from fem_bump.fracture.contact import close_faces, face_pairs
from fem_bump.fracture.energy_release import energy_difference, energy_release
from fem_bump.materials import Material
from fem_bump.mechanics.state import ThermalStress
from fem_bump.mechanics.thermal_stress import thermal_stress
from fem_bump.verification.fracture.penny_crack import RADIUS, model
from fem_bump.verification.row import Row, compared, vanishing

NAME = "penny-shaped crack whose faces touch"
KASSIR_SIH = "Kassir and Sih 1975, radial shear on a penny-shaped crack"
SNEDDON = "Sneddon 1946, K_I = 0 where a pressed crack closes"
COMNINOU = "Comninou 1977, closed tip between two materials"
YOUNG, POISSON, CTE = 200e3, 0.3, 1.2e-5
STEEL = Material("steel", YOUNG, POISSON, CTE)
PAIR = (Material("stiff", 200e3, 0.2, 0.0), Material("soft", 20e3, 0.4, 0.0))
SHEAR, PRESSURE = 60.0, 200.0  # k; uniform p
FRICTION = 0.3
RATIO = 1.3  # of neighbouring grid lines: the spot must be resolved
RULE = 40

Field = Callable[[np.ndarray, np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Spot:
    """Warmer than the rest by T = peak (R / size)^power exp(-(R / size)^2), K."""

    peak: float
    power: int
    size: float

    def rise(self, radius: np.ndarray) -> np.ndarray:
        x = radius / self.size
        return self.peak * x**self.power * np.exp(-(x**2))

    def mean(self, radius: np.ndarray) -> np.ndarray:
        """I: a third of the mean inside a radius."""
        x, half = np.maximum(radius / self.size, 1e-6), (self.power + 3) / 2
        return self.peak * gamma(half) * gammainc(half, x**2) / (2 * x**3)

    def pressure(self, radius: np.ndarray) -> np.ndarray:
        """p on the plane, MPa."""
        return YOUNG * CTE / (1 - POISSON) * (self.rise(radius) - self.mean(radius))


WARM = Spot(130.0, 2, 1.5)  # no pressure in the middle: the faces slide everywhere
COLD, CLOSING = Spot(-60.0, 0, 0.5), 30.0  # and a uniform p


def field(
    material: Material,
    shear: float = 0.0,
    pressure: float = 0.0,
    bend: float = 0.0,
    spot: Spot | None = None,
) -> Field:
    """(2, ...) u_r, u_z of a state; ``bend`` adds s_rr = s_tt = bend z."""
    e, nu = (float(material.at(name, 25.0)) for name in ("young_mpa", "poisson"))

    def u(r: np.ndarray, z: np.ndarray) -> np.ndarray:
        radial = (2 * nu * shear + (1 - nu) * bend) * r * z / e
        axial = (2 * shear - (1 - nu) * bend) * r**2 / (2 * e) - (shear + nu * bend) * z**2 / e
        axial = axial - pressure * (1 + nu) * (1 - 2 * nu) / (1 - nu) * z / e
        out = np.array([radial, axial])
        if spot is not None:
            out += CTE * (1 + nu) / (1 - nu) * spot.mean(np.hypot(r, z)) * np.array([r, z])
        return out

    return u


def loaded(body: Model, upper: Field, lower: Field, spot: Spot | None = None) -> ThermalStress:
    """A body whose outside moves as in a state of its halves; its crack is free."""

    def component(c: int) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
        return lambda r, z: np.where(z > 0, upper(r, z)[c], lower(r, z)[c])

    moved = {"r": component(0), "z": component(1)}
    sides = dict.fromkeys(("top", "bottom", "right"), moved)
    return thermal_stress(
        body,
        delta_t=0.0 if spot is None else lambda r, z: spot.rise(np.hypot(r, z)),
        prescribed_um=sides,
        keep_factors=True,
    )


def slid(cells: int, friction: float, growth: int = 0, spot: Spot | None = WARM) -> ThermalStress:
    """The crack of one material under shear and the pressure of a spot, or a uniform one."""
    body = model((STEEL, STEEL), cells, RATIO, growth)
    state = field(STEEL, SHEAR, 0.0 if spot else PRESSURE, spot=spot)
    return close_faces(loaded(body, state, state, spot), friction)


def pair(cells: int) -> ThermalStress:
    """Between two materials, without friction."""
    (stiff, _), (soft, nu) = (
        (float(m.at("young_mpa", 25.0)), float(m.at("poisson", 25.0))) for m in PAIR
    )
    upper = field(PAIR[0], SHEAR, PRESSURE)
    lower = field(PAIR[1], SHEAR, PRESSURE, 2 * SHEAR * (1 - soft / stiff) / (1 - nu))
    return close_faces(loaded(model(PAIR, cells), upper, lower))


def partly_open(cells: int) -> ThermalStress:
    """Around a cold spot."""
    state = field(STEEL, pressure=CLOSING, spot=COLD)
    return close_faces(loaded(model((STEEL, STEEL), cells, RATIO), state, state, COLD))


def exact_k(friction: float) -> float:
    """K_II of the crack in one material, MPa sqrt(um)."""
    x, w = unit_gauss(RULE)
    sine = np.sin(np.pi / 2 * x)  # r / a
    driving = SHEAR * RADIUS * sine - friction * WARM.pressure(RADIUS * sine)
    return float(2 * np.sqrt(RADIUS / np.pi) * np.pi / 2 * (driving * sine**2) @ w)


def pulled(radius: float) -> float:
    """(1/t) integral of -p r / sqrt(t^2 - r^2) to a radius t, MPa, around the cold spot."""
    x, w = unit_gauss(RULE)
    sine = np.sin(np.pi / 2 * x)  # r / t
    return float(-np.pi / 2 * (sine * COLD.pressure(radius * sine)) @ w - CLOSING)


def rows(cells: int = 60) -> list[Row]:
    """Sliding without and with friction, held, between two materials, partly open."""
    out = []
    unit = "MPa sqrt(um)"
    for friction in (0.0, FRICTION):
        found = energy_release(slid(cells, friction))
        k = exact_k(friction)
        g = found.materials.energy_release(0.0, k)
        assert found.g_closure_j_per_m2 is not None
        ways = {
            "domain integral": found.g_j_per_m2.mean,
            "closure": found.g_closure_j_per_m2.mean,
            "two solutions": _difference(cells, friction),
        }
        label = f"friction {friction:g}"
        out.append(
            compared(NAME, f"{label}: K_II", unit, found.intensity[0][1], k, 5e-3, KASSIR_SIH)
        )
        out += [
            compared(NAME, f"{label}: G by {way}", "J/m2", value, g, 1e-2, KASSIR_SIH)
            for way, value in ways.items()
        ]
        touching = found.opening.contact_um
        out.append(compared(NAME, f"{label}: contact", "um", touching, RADIUS, 1e-9, KASSIR_SIH))
    held = energy_release(slid(cells, 2.0, spot=None))
    out.append(
        vanishing(NAME, "held by friction: K_II", unit, held.intensity[0][1], exact_k(0.0), 1e-3,
                  "no sliding")
    )  # fmt: skip
    two = energy_release(pair(cells))
    k = exact_k(0.0)
    out.append(compared(NAME, "two materials: K_II", unit, two.intensity[0][1], k, 5e-3, COMNINOU))
    out.append(
        compared(NAME, "two materials: G", "J/m2", two.g_j_per_m2.mean,
                 two.materials.energy_release(0.0, k), 1e-2, COMNINOU)
    )  # fmt: skip
    return out + _partly_open(cells)


def _partly_open(cells: int) -> list[Row]:
    found = energy_release(partly_open(cells))
    c = float(brentq(pulled, 0.1 * RADIUS, RADIUS))
    x, w = unit_gauss(RULE)
    inside = np.array([pulled(c * t) for t in x]) @ w * c
    apart = 8 * (1 - POISSON**2) / (np.pi * YOUNG) * inside
    whole = 2 * pulled(1e-3 * RADIUS) * np.sqrt(RADIUS / np.pi)  # K_I if that pulled everywhere
    step = found.opening.contact_step_um / c
    return [
        compared(NAME, "partly open: radius of the open part", "um",
                 RADIUS - found.opening.contact_um, c, max(step, 1e-2), SNEDDON),
        compared(NAME, "partly open: opening in the middle", "um",
                 found.opening.normal_um[-1], apart, 2e-2, SNEDDON),
        vanishing(NAME, "partly open: G", "J/m2", found.g_j_per_m2.mean,
                  found.materials.energy_release(whole, 0.0), 1e-3, SNEDDON),
    ]  # fmt: skip


def _difference(cells: int, friction: float) -> float:
    """Mean G over two facets by two solutions: what energies differ by, less friction's share.

    Forces of the shorter crack and of the longer one work on what the faces slide in between; where
    the shorter one is bonded, those of the longer one.
    """
    shorter, longer = (slid(cells, friction, growth) for growth in (-1, 1))
    inner, outer = (crack_tip(state.model).radius_um for state in (shorter, longer))
    area = float(np.pi * (outer**2 - inner**2))
    before, after = _sliding(shorter), _sliding(longer)
    taken = 0.0
    for place, (slip, force) in after.items():
        earlier, first = before.get(place, (0.0, force))
        taken -= (force + first) / 2 * (slip - earlier)
    return energy_difference(shorter, longer, area) - taken / area


def _sliding(state: ThermalStress) -> dict[float, tuple[float, float]]:
    """Radius of every pair to how far it slid, um, and the friction on its side a, uN."""
    pairs, (part,) = face_pairs(crack_tip(state.model)), state.parts
    slip = (pairs.jumps(state.model.node_count) @ part.u_um.ravel())[len(pairs.a) :]
    force = part.nodal_forces(np.arange(state.model.mesh.nelements))[pairs.a]
    friction = (force * pairs.along).sum(axis=1)
    radius = np.round(state.model.node_points_um[0, pairs.a], 9)
    return {r: (s, f) for r, s, f in zip(radius, slip, friction, strict=True)}
