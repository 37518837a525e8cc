"""A disk fed through arcs of its rim: the side trace without a bump.

The disk of radius a, thickness t and conductivity s takes the current I as a uniform flux through
N arcs |theta - 2 pi k / N| < p of its rim and gives it off uniformly through its upper face. With
Rs = 1 / (s t), rho = r / a and sinc x = sin x / x,

    phi = I Rs (r^2 / 2 - z^2 - a^2 / 4 + t^2) / (2 pi a^2)
          + (I Rs / pi) sum over n = N, 2N, ... of sinc(n p) rho^n cos(n theta) / n

whatever the thickness (the face's mean potential is zero): every harmonic n >= 1 is plane. The mean
potential of the arcs gives R. Laplace's equation by separation; for one vanishing arc the sum is
-ln(1 - 2 rho cos theta + rho^2) / 2.

As N grows at a fixed covered share of the rim, N p / pi, what the arcs add to R falls as 1 / N: the
ring of sources becomes the annular one.
"""

from __future__ import annotations

import numpy as np

from fem_bump.body.model import Model
from fem_bump.conduction.current_flow import current_flow
from fem_bump.conduction.flow import CurrentFlow
from fem_bump.materials import Material
from fem_bump.verification.grids import graded, grid
from fem_bump.verification.row import Row, compared, observed_order, vanishing

NAME = "disk fed through arcs of its rim"
RING = "ring of N sources, a quarter of the rim covered"
SOURCE = "Laplace's equation by separation"
RADIUS_UM, THICKNESS_UM, CURRENT_A, CONDUCTIVITY = 20.0, 2.0, 0.1, 2e7  # S/m
SHEET_OHM = 1 / (CONDUCTIVITY * 1e-6 * THICKNESS_UM)
TERMS = 200_000
ACCURACY = 1e-4
SHARE = 0.25


def series(coefficient, half_angle_deg: float, count: int, terms: int = TERMS) -> np.ndarray:
    """Sum over n = N, 2N, ... of sinc(n p) coefficient(n); the last axis of that is n."""
    n = count * np.arange(1, terms + 1)
    return (np.sinc(n * half_angle_deg / 180) * coefficient(n)).sum(axis=-1)


def potential(
    rho: float, z_um: float, theta_deg: float, half_angle_deg: float, count: int = 1
) -> float:
    """Exact potential, V."""
    a, t = RADIUS_UM, THICKNESS_UM
    sides = series(lambda n: rho**n * np.cos(n * np.radians(theta_deg)) / n, half_angle_deg, count)
    around = (rho**2 / 2 - (z_um / a) ** 2 - 0.25 + (t / a) ** 2) / 2
    return float(CURRENT_A * SHEET_OHM / np.pi * (around + sides))


def current_density(
    rho: float, z_um: float, theta_deg: float, half_angle_deg: float, count: int = 1
) -> np.ndarray:
    """Exact current density r, theta, z inside the disk, A/um^2."""
    a, t, turn = RADIUS_UM, THICKNESS_UM, np.radians(theta_deg)
    unit = CURRENT_A / (np.pi * a * t)
    along = series(lambda n: rho ** (n - 1) * np.cos(n * turn), half_angle_deg, count)
    around = series(lambda n: rho ** (n - 1) * np.sin(n * turn), half_angle_deg, count)
    return unit * np.array([-rho / 2 - along, around, z_um / a])


def excess_ohm(half_angle_deg: float, count: int = 1) -> float:
    """Exact resistance that the arcs add to the annular feed's, ohm."""
    p = half_angle_deg / 180
    return float(SHEET_OHM / np.pi * series(lambda n: np.sinc(n * p) / n, half_angle_deg, count))


def annular_ohm() -> float:
    """Exact resistance with the whole rim as source, ohm."""
    return SHEET_OHM / np.pi * (1 / 8 + (THICKNESS_UM / RADIUS_UM) ** 2 / 3)


def build(cells: int) -> Model:
    """The disk, graded towards its rim, where the high harmonics live."""
    mesh = grid(
        graded(0.0, RADIUS_UM, RADIUS_UM / cells / 8, 1.12, "stop"),
        np.linspace(0, THICKNESS_UM, 3),
    )
    return Model(mesh, {"body": Material("metal", 1e5, 0.3, 1e-5, CONDUCTIVITY)})


def solve(half_angle_deg: float, count: int = 1, cells: int = 24) -> CurrentFlow:
    """The disk fed through arcs."""
    return current_flow(
        build(cells),
        CURRENT_A,
        source="right",
        sink="top",
        source_kind="flux",
        sink_kind="flux",
        source_half_angle_deg=half_angle_deg,
        source_count=count,
        accuracy=ACCURACY,
    )


def rows(cells: int = 24) -> list[Row]:
    """Potential, current density and resistance of several arcs; the ring of N sources.

    Potential and current density at a point are plain sums of harmonics, without a tail.
    """
    out = []
    volt = CURRENT_A * SHEET_OHM
    height = 0.7 * THICKNESS_UM
    for half in (5.0, 10.0, 30.0):
        found = solve(half, cells=cells)
        exact = annular_ohm() + excess_ohm(half)
        for quantity, unit, value, true in (
            ("resistance", "ohm", found.resistance_ohm, exact),
            ("power", "W", found.power_w, CURRENT_A**2 * exact),
        ):
            what = f"{quantity}, half angle {half:g} deg"
            out.append(compared(NAME, what, unit, value, true, 1e-5, SOURCE))
        for rho, theta in ((1.0, 0.0), (1.0, 180.0), (0.6, 0.0), (0.6, 60.0)):
            place = np.array([[rho * RADIUS_UM, 0.0], [height, height]])
            rim, middle = found.potential(place, theta_deg=theta)
            exact = potential(rho, height, theta, half) - potential(0.0, height, theta, half)
            what = f"V(r = {rho:g} a, {theta:g} deg) - V(0) over I Rs, half angle {half:g} deg"
            # at the rim, what N harmonics leave out is of the order of 1 / (p N)^2
            limit = 1e-2 if rho == 1.0 else 1e-4
            value = (rim - middle) / volt
            out.append(compared(NAME, what, "1", value, exact / volt, limit, SOURCE))
    half = 10.0
    found = solve(half, cells=cells)
    for rho, theta in ((0.8, 0.0), (0.8, 15.0), (0.8, 120.0), (0.0, 30.0)):
        j = found.current_density(np.array([[rho * RADIUS_UM], [height]]), theta_deg=theta)[:, 0]
        exact_j = current_density(rho, height, theta, half)
        out.append(
            vanishing(
                NAME,
                f"wrong J at r = {rho:g} a, {theta:g} deg, half angle {half:g} deg",
                "A/um^2",
                np.abs(j - exact_j).max(),
                np.abs(exact_j).max(),
                1e-3 if rho else 1e-2,  # the mesh is fine at the rim
                SOURCE,
            )
        )
    axis = np.array([[0.0], [height]])
    ends = [found.potential(axis, theta_deg=turn)[0] for turn in (0.0, 180.0)]
    what = "potential on the axis, 0 against 180 deg"
    out.append(vanishing(NAME, what, "V", ends[0] - ends[1], volt, 1e-14, "one point"))
    counts = (4, 8, 16, 32)
    added = []
    for count in counts:
        half = 180 * SHARE / count
        added.append(solve(half, count, cells).resistance_ohm - annular_ohm())
        out.append(
            compared(
                RING,
                f"resistance added by {count} arcs",
                "ohm",
                added[-1],
                excess_ohm(half, count),
                1e-4,
                SOURCE,
            )
        )
    out.append(
        observed_order(
            RING,
            "order in 1 / N of what the arcs add",
            added,
            [1 / n for n in counts],
            1.0,
            0.01,
            SOURCE,
        )
    )
    return out
