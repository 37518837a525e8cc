"""A thin pad fed at its rim, on a resistive contact.

A disc of radius a, thickness t and conductivity s lies on an ideal conductor with the contact
resistivity rc between them and takes its current at the rim. If t is small against the transfer
length L_T = sqrt(rc s t), the potential is that of a sheet, V I0(r/L_T) / I0(x), x = a / L_T, and

    j(a) / j_mean = (x / 2) I0(x) / I1(x),     R = I0(x) / (2 pi x s t I1(x)).

Berger, Solid-State Electron. 15 (1972) 145 (the transmission-line contact, here round). The figure
is read from the interface flux at the rim. What a pad of finite thickness adds is of order
(t / L_T)^2, and that is what the computed value must do as the pad thins.
"""

from __future__ import annotations

import numpy as np
from scipy.special import iv

from fem_bump.body.model import Model
from fem_bump.conduction.current_flow import current_flow
from fem_bump.conduction.flow import CurrentFlow
from fem_bump.materials import Material
from fem_bump.verification.grids import graded, grid
from fem_bump.verification.row import Row, compared, observed_order

NAME = "annular feed with contact resistivity"
SOURCE = "sheet with distributed contact, modified Bessel functions"
RADIUS_UM, BASE_UM, CURRENT = 20.0, 2.0, 0.1
PAD, BASE = 2e7, 2e13  # S/m; the base is as good as an equipotential


def exact(x: float) -> float:
    """Rim over mean current density for a vanishing thickness."""
    return float(x / 2 * iv(0, x) / iv(1, x))


def solve(x: float, thickness: float, cells: int = 24) -> CurrentFlow:
    """The feed for a = x L_T and a thickness in units of a."""
    t = thickness * RADIUS_UM
    r = graded(0.0, RADIUS_UM, RADIUS_UM / cells / 6, 1.15, "stop")
    z = np.concatenate([[0.0, BASE_UM], BASE_UM + t * np.linspace(0, 1, 4)[1:]])
    mesh = grid(
        r,
        z,
        {"base": (0, RADIUS_UM, 0, BASE_UM), "pad": (0, RADIUS_UM, BASE_UM, BASE_UM + t)},
        interiors={"rim": (RADIUS_UM, RADIUS_UM, BASE_UM, BASE_UM + t)},
    )
    materials = {
        "pad": Material("pad", 1e5, 0.3, 1e-5, PAD),
        "base": Material("base", 1e5, 0.3, 1e-5, BASE, idealized=True),  # nearly perfect
    }
    resistivity = (RADIUS_UM / x) ** 2 / (PAD * 1e-6 * t)  # ohm um^2
    return current_flow(
        Model(mesh, materials),
        CURRENT,
        source="rim",
        sink="bottom",
        contact_resistivity_ohm_m2={"pad/base": resistivity * 1e-12},
    )


def crowding(found: CurrentFlow) -> float:
    """Current density into the base at the rim over its mean."""
    contact = found.interface("base", "pad")
    return float(contact.jn_a_per_um2[-1] * contact.contact_area_um2 / contact.net_current_a)


def rows(thickness: float = 0.01, cells: int = 24) -> list[Row]:
    """Crowding at a stated thickness, and the order in which thinner pads approach the sheet."""
    out = [
        compared(
            NAME,
            f"rim over mean density, a = {x:g} L_T, t = {thickness:g} a",
            "1",
            crowding(solve(x, thickness, cells)),
            exact(x),
            1e-3,
            SOURCE,
        )
        for x in (1.0, 2.0, 5.0)
    ]
    x = 2.0
    fed = solve(x, thickness, cells)
    sheet = 1 / (PAD * 1e-6 * thickness * RADIUS_UM)  # ohm per square
    resistance = sheet / (2 * np.pi * x) * iv(0, x) / iv(1, x)
    out.append(
        compared(NAME, "resistance, a = 2 L_T", "ohm", fed.resistance_ohm, resistance, 1e-3, SOURCE)
    )
    out.append(
        compared(
            NAME,
            "current into the conductor",
            "A",
            fed.interface("base", "pad").net_current_a,
            CURRENT,
            1e-9,
            "continuity",
        )
    )
    thick = (0.02, 0.01)
    for x in (2.0, 5.0):
        wrong = [abs(crowding(solve(x, t, cells)) - exact(x)) for t in thick]
        out.append(
            observed_order(
                NAME,
                f"order in the pad's thickness, a = {x:g} L_T",
                wrong,
                thick,
                2.0,
                0.1,
                "sheet theory leaves (t / L_T)^2",
            )
        )
    return out
