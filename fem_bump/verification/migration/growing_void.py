"""A void that grows: the resistance around it, what feeds it, and the life that follows.

Around an insulating disc of radius a = e b across a cylinder of radius b and conductivity s, which
carries a current from one end to the other, the potential is odd about the disc's plane. With
J1(d_n) = 0, t = r / a and the jump over it a sum of c_m (1 - t^2)^mu, mu = m + 1/2, whose
transforms at x = d_n e are q_m = 2^mu Gamma(mu + 1) J_(mu+1)(x) / x^(mu+1) (Sonine), no current
through the disc, weakly, is

    sum over k of c_k sum over n of 2 d_n e^2 q_m q_k / J0(d_n)^2 = 1 / (2 (mu_m + 1)),

and the disc adds R = 4 e^2 / (pi s b) sum over m of c_m / (2 (mu_m + 1)); for small e that is
8 e^3 / (3 pi^2 s b). A ring from the cylinder's side to e b adds twice what the
equipotential spot of :mod:`fem_bump.verification.conduction.flux_tube` does, by symmetry.

A line of length L with a void at the end that electrons enter, blocked at the other, free of stress
at first (M. A. Korhonen et al., J. Appl. Phys. 73, 3790, 1993): the void's volume over A G L^2 / B
is, with tau = kappa t / L^2,

    1/2 - 16 sum over odd m of (-1)^((m - 1) / 2) exp(-(m pi / 2)^2 tau) / (m pi)^3,

at first v t A with the drift velocity v = D |Z*| e rho j / (k T), at last |Z*| e rho j L^2 /
(2 Omega B) per area. Far from a face that covers a part of the line's start the stress is the same,
so that a void in a long line has that volume whatever its face: a disc of thickness h has the
volume pi (e b)^2 h when the series says it, and the resistance above.
"""

from __future__ import annotations

from functools import partial

import numpy as np
from scipy.optimize import brentq
from scipy.special import gamma, j0, jv

from fem_bump.body.model import Model
from fem_bump.conduction.current_flow import current_flow
from fem_bump.coupling.electromigration import electromigration
from fem_bump.materials import Material
from fem_bump.verification.conduction.flux_tube import bessel_roots
from fem_bump.verification.conduction.flux_tube import exact as spot
from fem_bump.verification.grids import graded, grid
from fem_bump.verification.migration.korhonen_line import (
    DENSITY_A_PER_M2,
    KELVIN,
    RESISTIVITY,
    WIRE,
    kappa_um2_per_s,
    slope_mpa_per_um,
)
from fem_bump.verification.row import Row, compared, observed_order
from fem_bump.voids.growth import void_growth
from fem_bump.voids.state import VoidGrowth
from fem_bump.voids.supply import Supply, supply

NAME = "growing void"
TUBE, HALF = 1.0, 3.0  # um; its ends are within 1e-4 of uniform
LINE_UM, RADIUS_UM = 100.0, 10.0
FINE, RATIO = 1e-4, 1.3
KORHONEN = "Korhonen et al. 1993, series"
DISC = "Fourier-Bessel series"
LONG_UM, THICK_UM, RISE = 300.0, 2.5, 1e-3
METAL = Material("wire", 1e5, 0.3, 1e-5, 1 / RESISTIVITY, migration=WIRE)
WALL = Material("wall", 1e5, 0.3, 1e-5, 1 / RESISTIVITY, migration="immobile")


def added_ohm(e: float, s_per_um: float, terms: int = 4000, jumps: int = 4) -> float:
    """What an insulating disc adds to the resistance of a cylinder of radius 1 um."""
    d, mu = bessel_roots(terms), np.arange(jumps) + 0.5
    x = d * e
    q = np.array([2**m * gamma(m + 1) * jv(m + 1, x) / x ** (m + 1) for m in mu])
    work = 2 * e**2 * (q * (d / j0(d) ** 2)) @ q.T
    # terms left out: q_0^2 has mean 1 / (2 x^4), J0(d)^2 tends to 2 / (pi d)
    work[0, 0] += 1 / (2 * np.pi * e**2 * (terms + 0.75))
    loads = 1 / (2 * (mu + 1))
    c = np.linalg.solve(work, loads)
    return float(4 * e**2 / (np.pi * s_per_um) * (c @ loads))


def tube_ohm(e: float, kind: str, smallest: float = FINE, ratio: float = RATIO) -> float:
    """What a void in the middle of a cylinder adds: a ``"disc"`` to e, a ``"ring"`` from there."""
    r = np.concatenate(
        [graded(0.0, e, smallest, ratio, "stop"), graded(e, TUBE, smallest, ratio, "start")[1:]]
    )
    up = graded(0.0, HALF, smallest, ratio, "start")
    span = (0, e, 0, 0) if kind == "disc" else (e, TUBE, 0, 0)
    mesh = grid(r, np.concatenate([-up[:0:-1], up]), interiors={"void": span})
    model = Model(mesh, {"body": Material("tube", 1e5, 0.3, 1e-5, 1e6)})
    flow = partial(current_flow, model, 1.0, source="bottom", sink="top")
    return flow(insulated_facets=model.facets("void")).resistance_ohm - flow().resistance_ohm


def line(cells: int) -> tuple[Supply, float]:
    """What feeds a void over the whole start of Korhonen's line, and A G L^2 / B in um^3."""
    z = np.concatenate([[-1.0], np.linspace(0.0, LINE_UM, cells + 1)])
    regions = {"wall": (0, RADIUS_UM, -1, 0), "line": (0, RADIUS_UM, 0, LINE_UM)}
    mesh = grid(np.array([0.0, RADIUS_UM]), z, regions, interiors={"face": (0, RADIUS_UM, 0, 0)})
    model = Model(mesh, {"wall": WALL, "line": METAL})
    current = DENSITY_A_PER_M2 * np.pi * (RADIUS_UM * 1e-6) ** 2
    flow = current_flow(model, current, source="bottom", sink="top")
    moved = electromigration(model, flow, temperature_degc=KELVIN - 273.15)
    block = moved.body.blocks[0]
    found = supply(
        block, moved.drive, {}, model.facets("face"), np.zeros(block.count), tolerance=1e-8
    )
    slope = slope_mpa_per_um(WIRE, RESISTIVITY, DENSITY_A_PER_M2)
    return found, np.pi * RADIUS_UM**2 * slope * LINE_UM**2 / WIRE.modulus_mpa


def volume(tau: float, terms: int = 400) -> float:
    """Volume of Korhonen's void over A G L^2 / B."""
    m = np.arange(1, terms, 2)
    sign = (-1.0) ** ((m - 1) // 2)
    return float(0.5 - 16 * (sign * np.exp(-((m * np.pi / 2) ** 2) * tau) / (m * np.pi) ** 3).sum())


def long_line(sizes: int, smallest: float = 0.05) -> VoidGrowth:
    """A disc that spreads on a wall in a cylinder of 1 um, at the start of a long line."""
    r = np.linspace(0.0, TUBE, 21)
    up = graded(0.0, LONG_UM, smallest, 1.25, "start")
    down = graded(0.0, HALF, smallest, 1.25, "start")
    regions = {"wall": (0, TUBE, -HALF, 0), "line": (0, TUBE, 0, LONG_UM)}
    mesh = grid(r, np.concatenate([-down[:0:-1], up]), regions)
    model = Model(mesh, {"wall": WALL, "line": METAL})
    current = DENSITY_A_PER_M2 * np.pi * (TUBE * 1e-6) ** 2
    flow = partial(current_flow, model, current, source="bottom", sink="top")
    moved = electromigration(model, flow(), temperature_degc=KELVIN - 273.15)
    found = void_growth(
        moved, flow, critical_mpa=1.0, over_um=0.2, thickness_um=THICK_UM, rises=[RISE],
        idealizations=["disc"], sizes=sizes,
    )  # fmt: skip
    assert found is not None
    return found


def rows() -> list[Row]:
    """Resistances, volumes over time, at first and at last, mass, a life."""
    out = []
    for e in (0.3, 0.6):
        exact = added_ohm(e, 1.0)
        what = f"what an insulating disc adds, e = {e:g}"
        out.append(compared(NAME, what, "ohm", tube_ohm(e, "disc"), exact, 1e-3, DISC))
        exact = 2 * spot(e, "equipotential") / (4 * e)
        what = f"what an insulating ring adds, e = {e:g}"
        out.append(compared(NAME, what, "ohm", tube_ohm(e, "ring"), exact, 1e-3, DISC))
    sizes = (4e-2, 1e-2)
    wrong = [tube_ohm(0.6, "disc", size, 1.1) - added_ohm(0.6, 1.0) for size in sizes]
    what = "order in the size at the disc's edge"
    out.append(observed_order(NAME, what, wrong, sizes, 1.0, 0.1, "inverse square root"))
    found, scale = line(160)
    per_s = kappa_um2_per_s() / LINE_UM**2
    for tau in (0.001, 0.1, 1.0):
        value = found.volume_um3(tau / per_s) / scale
        what = f"volume / (A G L2 / B) at kappa t / L2 = {tau:g}"
        out.append(compared(NAME, what, "1", value, volume(tau), 1e-5, KORHONEN))
    kt_j = 1.380649e-23 * KELVIN
    diffusivity = WIRE.d0_m2_per_s * np.exp(-WIRE.activation_ev * 1.602176634e-19 / kt_j)
    push_n = WIRE.effective_charge * 1.602176634e-19 * RESISTIVITY * DENSITY_A_PER_M2
    drift = diffusivity * push_n / kt_j * 1e6  # um / s
    early = 1e-3 / per_s
    value = found.volume_um3(early) / (np.pi * RADIUS_UM**2 * early)
    out.append(compared(NAME, "velocity at first", "um/s", value, drift, 1e-5, "D Z* e rho j / kT"))
    exact = push_n * 1e12 * (LINE_UM * 1e-6) ** 2 / (2 * WIRE.atomic_volume_m3)
    exact *= 1e-6 / (WIRE.modulus_mpa * 1e6) * np.pi * RADIUS_UM**2
    what = "volume at last"
    out.append(compared(NAME, what, "um3", found.settled_um3, exact, 1e-6, KORHONEN))
    mass = found.through_face_um3(0.1 / per_s) / found.volume_um3(0.1 / per_s)
    what = "what passed the face over what the line holds more"
    out.append(compared(NAME, what, "1", mass, 1.0, 1e-5, "conservation"))
    out.append(_life())
    return out


def _life() -> Row:
    """Time from a disc's nucleation on a long line until the resistance has risen."""
    whole = (LONG_UM + HALF) * RESISTIVITY * 1e6 / (np.pi * TUBE**2)
    e = brentq(lambda e: added_ohm(e, 1e-6 / RESISTIVITY) - RISE * whole, 0.1, 0.9)
    slope = slope_mpa_per_um(WIRE, RESISTIVITY, DENSITY_A_PER_M2)
    scale = np.pi * TUBE**2 * slope * LONG_UM**2 / WIRE.modulus_mpa
    tau = brentq(lambda tau: volume(tau) * scale - np.pi * e**2 * THICK_UM, 1e-6, 10.0)
    found = long_line(12).histories["disc"]
    end_s = found.life(RISE)
    assert end_s is not None
    what = "time of a disc's growth at the start of a long line"
    exact = tau * LONG_UM**2 / kappa_um2_per_s()
    return compared(NAME, what, "s", end_s - found.began.time_s, exact, 0.03, "both series")
