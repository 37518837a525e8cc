"""The heat of a contact film: between two rods in series, and under a pad fed at its rim.

Two rods of length L / 2 each, of rho and k, joined by a film of contact resistivity rc, cold at
both ends: half of the film's heat J^2 rc per area, and all of a rod's, goes either way, so that at
the film

    u = J^2 (rc L / 4 + rho L^2 / 8) / k,

T being continuous. A thin pad on an ideal base, fed at its rim (:mod:`annular_feed
<fem_bump.verification.conduction.annular_feed>`), has the potential V I0(r / L_T) / I0(x), so that

    heat of the film = pi a^2 V^2 / rc [1 - (I1(x) / I0(x))^2],    x = a / L_T.

What a pad of finite thickness adds is of order (t / L_T)^2.
"""

from __future__ import annotations

import numpy as np
from scipy.special import iv

from fem_bump.body.model import Model
from fem_bump.coupling.electrothermal import electrothermal
from fem_bump.coupling.state import ElectroThermal
from fem_bump.materials import Material
from fem_bump.verification.grids import graded, grid
from fem_bump.verification.row import Row, compared, observed_order

NAME = "heat of contact films"
LENGTH, RADIUS, CURRENT_A = 20.0, 5.0, 0.4
RESISTIVITY, THERMAL, FILM = 0.1, 50e-6, 3.0  # ohm um, W/(um K), ohm um^2
PAD_UM, BASE_UM, X = 20.0, 2.0, 2.0  # radius, and a / L_T
SHEET = "sheet with distributed contact, modified Bessel functions"


def _metal(name: str, resistivity: float) -> Material:
    return Material(name, 5e4, 0.3, 2e-5, 1e6 / resistivity, THERMAL * 1e6, idealized=True)


def series(cells: int = 8) -> ElectroThermal:
    """The two rods."""
    half = LENGTH / 2
    regions = {"lower": (0, RADIUS, 0, half), "upper": (0, RADIUS, half, LENGTH)}
    mesh = grid(np.linspace(0, RADIUS, 3), np.linspace(0, LENGTH, 2 * cells + 1), regions)
    metals = {name: _metal(name, RESISTIVITY) for name in regions}
    return electrothermal(
        Model(mesh, metals), CURRENT_A, "top", "bottom",
        contact_resistivity_ohm_m2={"upper/lower": FILM * 1e-12},
        held_degc={"top": 25.0, "bottom": 25.0},
    )  # fmt: skip


def feed(thickness: float, cells: int = 24) -> ElectroThermal:
    """The pad, of a thickness in units of its radius."""
    t = thickness * PAD_UM
    r = graded(0.0, PAD_UM, PAD_UM / cells / 6, 1.15, "stop")
    z = np.concatenate([[0.0, BASE_UM], BASE_UM + t * np.linspace(0, 1, 4)[1:]])
    regions = {"base": (0, PAD_UM, 0, BASE_UM), "pad": (0, PAD_UM, BASE_UM, BASE_UM + t)}
    rim = {"rim": (PAD_UM, PAD_UM, BASE_UM, BASE_UM + t)}
    mesh = grid(r, z, regions, interiors=rim)
    metals = {"pad": _metal("pad", RESISTIVITY), "base": _metal("base", 1e-7 * RESISTIVITY)}
    film = (PAD_UM / X) ** 2 * RESISTIVITY / t
    return electrothermal(
        Model(mesh, metals), 1e-3, "rim", "bottom",
        contact_resistivity_ohm_m2={"pad/base": film * 1e-12}, held_degc={"bottom": 25.0},
    )  # fmt: skip


def share(found: ElectroThermal, thickness: float) -> float:
    """Heat of the film over that of a sheet with the same potential at its rim."""
    film = (PAD_UM / X) ** 2 * RESISTIVITY / (thickness * PAD_UM)
    volt = found.source_potential_v
    sheet = np.pi * PAD_UM**2 * volt**2 / film * (1 - (iv(1, X) / iv(0, X)) ** 2)
    return float(found.contact_power_w / sheet)


def rows(thickness: float = 0.01) -> list[Row]:
    """The film's temperature, its heat, and the order in which thinner pads approach the sheet."""
    bars, density = series(), CURRENT_A / (np.pi * RADIUS**2)
    rise = density**2 * (FILM * LENGTH / 4 + RESISTIVITY * LENGTH**2 / 8) / THERMAL
    ends = bars.heat_out_w("top") + bars.heat_out_w("bottom")
    fed = [feed(t) for t in (2 * thickness, thickness)]
    shares = [share(found, t) for found, t in zip(fed, (2 * thickness, thickness), strict=True)]
    wrong = [abs(s - 1) for s in shares]
    out, power = fed[-1].heat_out_w("bottom"), fed[-1].power_w
    return [
        compared(
            NAME, "rise at a film in series", "K", bars.temperature_max_degc - 25.0, rise, 1e-9,
            "heat halves at the film",
        ),
        compared(NAME, "heat of a series, out", "W", ends, bars.power_w, 1e-9, "balance"),
        compared(NAME, "film heat over a sheet's, annular feed", "1", shares[-1], 1.0, 1e-3, SHEET),
        observed_order(
            NAME, "order in the pad's thickness", wrong, [2.0, 1.0], 2.0, 0.1,
            "sheet theory leaves (t / L_T)^2",
        ),
        compared(NAME, "heat of the annular feed, out", "W", out, power, 1e-9, "balance"),
    ]  # fmt: skip
