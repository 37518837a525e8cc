"""Steady states in which nothing moves: drift, thermomigration, one metal of any shape, two rings.

Where both forces are gradients and nothing passes the outline, sigma = (Z* e / Omega) phi
+ (Q* / Omega) ln T + c, in any dimension and for any diffusivity, with c from the integral of
sigma / B that the body keeps.

- **Line under drift.** exp(-Omega sigma / (k T)) over its mean is the density C / C0 of what drifts
  and diffuses between two walls, a L exp(a x) / (exp(a L) - 1) with a = Z* e rho j / (k T): the
  two descriptions have one profile. They differ in what they keep, the density there, sigma / B
  here, and so in the constant that the ratio to the mean takes out.
- **Line with hot and cold ends**, T linear: the mean of ln T is known in closed form.
- **Spot on a tube**: current spreads from a spot into two metals of one Z* / Omega, of different
  resistivity, diffusivity and modulus, their joint open. With another Z* in one of them atoms go
  round for ever; what the body holds it keeps.
- **Two rings** fed around, of two metals, open joint: phi ~ ln r, the stress is continuous.
"""

from __future__ import annotations

import numpy as np

from fem_bump.body.model import Model
from fem_bump.conduction.current_flow import current_flow
from fem_bump.conduction.flow import CurrentFlow
from fem_bump.coupling.electromigration import Degc, electromigration
from fem_bump.materials import Material, Migration
from fem_bump.migration.electromigration import Electromigration
from fem_bump.verification.grids import graded, grid
from fem_bump.verification.migration.korhonen_line import kappa_um2_per_s
from fem_bump.verification.row import Row, compared, vanishing

DRIFT, THERMAL = "blocked line under drift", "line with a hot and a cold end"
SPOT, RINGS = "spot on a tube of two metals, open joint", "two rings, open joint"
SOURCE = "equilibrium and content"
E, K = 1.602176634e-19, 1.380649e-23
LEAD = Migration(8.87e-5, 1.107, -47.0, 3.03e-29, 4.2e4, heat_of_transport_ev=0.278)
COLD_K, HOT_K, LENGTH_UM = 350.0, 400.0, 40.0


def line(
    degc: Degc, current_a: float, data: Migration = LEAD, cells: int = 40, end: float = 1.0
) -> Electromigration:
    """A line along z, current downwards, its cells ``end`` times the even size at both ends."""
    half = np.linspace(0.0, 0.5, cells // 2 + 1) * LENGTH_UM
    if end < 1:
        half = graded(0.0, LENGTH_UM / 2, end * LENGTH_UM / cells, 1.2, "start")
    z = np.concatenate([half, LENGTH_UM - half[-2::-1]])
    mesh = grid(np.array([0.0, 3.0]), z)
    model = Model(mesh, {"body": Material("line", 1e5, 0.3, 1e-5, 5e6, migration=data)})
    flow = current_flow(model, current_a, source="top", sink="bottom")
    return electromigration(model, flow, temperature_degc=degc, tolerance=1e-6)


def _along(x: np.ndarray) -> np.ndarray:
    return np.array([np.full(len(x), 1.0), x * LENGTH_UM])


def drift_rows() -> list[Row]:
    """The density of a line under drift."""
    current_a, kelvin = 0.01, 373.15
    found = line(kelvin - 273.15, current_a)
    x = np.linspace(0.0, 1.0, 2001)
    sigma = found.steady.stress(_along(x))
    density = np.exp(-LEAD.atomic_volume_m3 * sigma * 1e6 / (K * kelvin))
    mean = (density[:-1] / 2 + density[1:] / 2).mean()
    # the field points down, and Z* < 0: atoms drift up
    field = current_a / (np.pi * 9e-12) / 5e6  # V/m
    per_length = -LEAD.effective_charge * E * field / (K * kelvin) * LENGTH_UM * 1e-6
    out = []
    for share in (0.0, 0.25, 0.5, 1.0):
        exact = per_length * np.exp(per_length * share) / np.expm1(per_length)
        value = density[round(2000 * share)] / mean
        what = f"C / C0 at x = {share:g} L"
        out.append(compared(DRIFT, what, "1", value, exact, 1e-6, "drift and diffusion, exact"))
    return out


def thermal_rows() -> list[Row]:
    """Stress of thermomigration, in the end and at first."""
    out = []

    def degc(r: np.ndarray, z: np.ndarray) -> np.ndarray:
        return COLD_K + (HOT_K - COLD_K) * z / LENGTH_UM - 273.15

    still = Migration(8.87e-5, 1.107, 0.0, 3.03e-29, 4.2e4, heat_of_transport_ev=0.278)
    scale = 0.278 * E / 3.03e-29 * 1e-6
    mean = (HOT_K * np.log(HOT_K) - COLD_K * np.log(COLD_K)) / (HOT_K - COLD_K) - 1
    found = line(degc, 0.01, still)
    for share in (0.0, 0.5, 1.0):
        kelvin = COLD_K + share * (HOT_K - COLD_K)
        value = float(found.steady.stress(_along(np.array([share])))[0])
        exact = scale * (np.log(kelvin) - mean)
        out.append(compared(THERMAL, f"x = {share:g} L", "MPa", value, exact, 1e-5, SOURCE))
    both = line(degc, 0.01)
    phi = 0.01 / (np.pi * 9e-12) / 5e6 * LENGTH_UM * 1e-6  # V, top against bottom
    added = both.steady.stress(_along(np.array([1.0, 0.0]))) @ [1.0, -1.0]
    exact = scale * np.log(HOT_K / COLD_K) - 47.0 * E / 3.03e-29 * 1e-6 * phi
    what = "difference of the ends with a current as well"
    out.append(compared(THERMAL, what, "MPa", float(added), exact, 1e-9, SOURCE))
    # at first each end is a half-space at its own temperature
    seconds = 1e-5 * LENGTH_UM**2 / kappa_um2_per_s(LEAD, HOT_K)
    quick = line(degc, 0.01, still, end=0.02)
    for share, kelvin in ((0.0, COLD_K), (1.0, HOT_K)):
        value = abs(float(quick.stress(_along(np.array([share])), seconds)[0]))
        slope = scale * (HOT_K - COLD_K) / LENGTH_UM / kelvin
        exact = slope * np.sqrt(4 * kappa_um2_per_s(LEAD, kelvin) * seconds / np.pi)
        what = f"at first, the end at {kelvin:g} K"
        out.append(compared(THERMAL, what, "MPa", value, exact, 1e-2, "half-space"))
    return out


def spot(upper_charge: float, cells: int = 8) -> tuple[Electromigration, CurrentFlow]:
    """Two metals on each other, fed through a spot, their joint open."""
    r = np.concatenate([np.linspace(0, 4, cells + 1), np.linspace(4, 10, cells + 1)[1:]])
    z = np.concatenate([np.linspace(0, 3, cells // 2 + 1), np.linspace(3, 10, cells + 1)[1:]])
    mesh = grid(
        r, z, {"lower": (0, 10, 0, 3), "upper": (0, 10, 3, 10)},
        interiors={"spot": (0, 4, 10, 10)},
    )  # fmt: skip
    data = {
        "lower": Migration(5e-8, 0.87, -4.0, 1.66e-29, 7e4),
        "upper": Migration(3e-4, 0.95, upper_charge, 3.32e-29, 2e4),
    }
    materials = {
        name: Material(name, 1e5, 0.3, 1e-5, s, migration=data[name])
        for name, s in (("lower", 3e7), ("upper", 7e6))
    }
    model = Model(mesh, materials)
    flow = current_flow(model, 0.2, source="spot", sink="right")
    found = electromigration(
        model, flow, temperature_degc=120.0, open_interfaces=["lower/upper"], tolerance=1e-6
    )
    return found, flow


def spot_rows() -> list[Row]:
    """The stress follows the potential; with another Z* in a metal only the balance is known."""
    found, flow = spot(-8.0)
    model = flow.model
    *points, volumes = model.quadrature_of(np.arange(model.mesh.nelements))
    phi = flow.potential_at(*points)
    modulus = np.array([7e4, 2e4])[model.region_index[points[0]]]
    weights = volumes / modulus
    exact = -4.0 * E / 1.66e-29 * 1e-6 * (phi - phi @ weights / weights.sum())
    wrong = np.abs(found.steady.stress_at(*points) - exact).max()
    scale = np.abs(exact).max()
    out = [vanishing(SPOT, "wrong stress, worst point", "MPa", wrong, scale, 1e-10, SOURCE)]
    other, _ = spot(-20.0)
    for name, body in (("one Z* / Omega", found), ("two", other)):
        for share in (1e-6, 1e-3, 0.1, 1.0):
            sigma = body.at(share * body.times_s[-1]).stress_at(*points)
            held = sigma @ weights / (np.abs(sigma) @ weights)
            what = f"what the body holds at {share:g} of the way, {name}"
            out.append(vanishing(SPOT, what, "1", held, 1.0, 1e-11, "conservation"))
    return out


RING_RADII_UM, RING_HEIGHT_UM, RING_CURRENT_A = (4.0, 7.0, 12.0), 1.0, 0.02
RING_METALS = (
    Migration(7.8e-5, 0.9, -5.0, 1.18e-29, 1e5),
    Migration(2e-5, 0.88, -12.0, 1.66e-29, 4e4),
)
RING_CONDUCTIVITY = (5e7, 2e7)


def ring_rows(cells: int = 16) -> list[Row]:
    """Two rings, current inwards."""
    inner, joint, outer = RING_RADII_UM
    r = np.concatenate(
        [np.linspace(inner, joint, cells + 1), np.linspace(joint, outer, cells + 1)[1:]]
    )
    box = {"in": (inner, joint, 0, 1), "out": (joint, outer, 0, 1)}
    mesh = grid(r, np.array([0.0, RING_HEIGHT_UM]), box)
    materials = {
        name: Material(name, 1e5, 0.3, 1e-5, s, migration=data)
        for name, s, data in zip(box, RING_CONDUCTIVITY, RING_METALS, strict=True)
    }
    model = Model(mesh, materials)
    flow = current_flow(model, RING_CURRENT_A, source="right", sink="left")
    found = electromigration(
        model, flow, temperature_degc=100.0, open_interfaces=["in/out"], tolerance=1e-6
    )
    # sigma = joint's + slope_i ln(r / joint)
    slopes = [
        data.effective_charge * E / data.atomic_volume_m3 * 1e-6
        * RING_CURRENT_A / (2 * np.pi * RING_HEIGHT_UM * s * 1e-6)
        for s, data in zip(RING_CONDUCTIVITY, RING_METALS, strict=True)
    ]  # fmt: skip

    def primitive(radius: float) -> float:
        """Of r ln(r / joint)."""
        return radius**2 / 2 * np.log(radius / joint) - radius**2 / 4

    spans = ((inner, joint), (joint, outer))
    areas = [(high**2 - low**2) / 2 for low, high in spans]
    logs = [primitive(high) - primitive(low) for low, high in spans]
    moduli = [data.modulus_mpa for data in RING_METALS]
    given = sum(g * q / b for g, q, b in zip(slopes, logs, moduli, strict=True))
    at_joint = -given / sum(a / b for a, b in zip(areas, moduli, strict=True))
    out = []
    for radius, slope in ((inner, slopes[0]), (joint, 0.0), (outer, slopes[1])):
        value = float(found.steady.stress(np.array([[radius], [0.5]]))[0])
        exact = at_joint + slope * np.log(radius / joint)
        out.append(compared(RINGS, f"r = {radius:g} um", "MPa", value, exact, 2e-5, SOURCE))
    mean = at_joint + slopes[0] * logs[0] / areas[0]
    value = found.steady.mean("in")
    out.append(compared(RINGS, "mean of the inner ring", "MPa", value, mean, 2e-5, SOURCE))
    early = found.at(found.times_s[-1] / 100)
    moved = [early.mean(name) * a / b for name, a, b in zip(box, areas, moduli, strict=True)]
    what = "what one ring has lost and the other gained"
    out.append(vanishing(RINGS, what, "um2", sum(moved), moved[0], 1e-10, "conservation"))
    return out


def rows() -> list[Row]:
    """All of them."""
    return [*drift_rows(), *thermal_rows(), *spot_rows(), *ring_rows()]
