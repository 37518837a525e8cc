"""A thin pad fed at its rim, on a contact that has another film around the axis.

As in :mod:`~fem_bump.verification.conduction.annular_feed`, but the contact resistivity is r1
within b and r0 between b and the rim a. With the transfer lengths L1 = sqrt(r1 s t), L0 = sqrt(r0 s
t) the potential of the sheet is

    A I0(r / L1)  for r < b,      B I0(r / L0) + C K0(r / L0)  for b < r < a,

value and slope continuous at b; the slope at a is that of the current I, which gives

    R = potential(a) / I,      current through r < b = 2 pi b s t A I1(b / L1) / L1.

As r1 rises from r0 the resistance rises from that of one film to that of a ring alone, and the
current through the middle vanishes.

Berger, Solid-State Electron. 15 (1972) 145 (the transmission-line contact, here of two rings). What
a pad of finite thickness adds is of order (t / L)^2.
"""

from __future__ import annotations

import numpy as np
from scipy.special import iv, kv

from fem_bump.body.model import Model
from fem_bump.conduction.current_flow import current_flow
from fem_bump.materials import Material
from fem_bump.verification.grids import graded, grid
from fem_bump.verification.row import Row, compared, observed_order, vanishing

NAME = "annular contact"
SOURCE = "sheet with distributed contact in two rings, modified Bessel functions"
RADIUS_UM, MARK_UM, BASE_UM, CURRENT_A = 20.0, 9.0, 2.0, 0.1
PAD, BASE = 2e7, 2e13  # S/m; the base is as good as an equipotential
LENGTH_UM = 10.0  # transfer length beside the mark


def exact(ratio: float, thickness_um: float) -> tuple[float, float]:
    """Resistance, ohm, and share of the current through the middle.

    ``ratio`` is the resistivity there over that beside it; infinite for none.
    """
    sheet = PAD * 1e-6 * thickness_um  # S
    beside, b, a = LENGTH_UM, MARK_UM, RADIUS_UM
    within = beside * np.sqrt(ratio)
    # potential and slope of 1 in the middle, carried on as B I0 + C K0
    value, slope = (iv(0, b / within), iv(1, b / within) / within) if ratio < np.inf else (1.0, 0.0)
    at_b = [[iv(0, b / beside), kv(0, b / beside)], [iv(1, b / beside), -kv(1, b / beside)]]
    first, second = np.linalg.solve(at_b, [value, slope * beside])
    at_rim = first * iv(0, a / beside) + second * kv(0, a / beside)
    current = first * iv(1, a / beside) - second * kv(1, a / beside)
    whole = 2 * np.pi * a * sheet * current / beside
    return float(at_rim / whole), float(2 * np.pi * b * sheet * slope / whole)


def solve(ratio: float, thickness_um: float, cells: int = 24) -> tuple[float, float]:
    """Computed resistance and share of the current through the middle."""
    fine = MARK_UM / cells / 6
    r = np.concatenate(
        [
            graded(0.0, MARK_UM, fine, 1.15, "stop"),
            graded(MARK_UM, RADIUS_UM, fine, 1.15, "start")[1:],
        ]
    )
    top = BASE_UM + thickness_um
    z = np.concatenate([[0.0], np.linspace(BASE_UM, top, 4)])
    mesh = grid(
        r,
        z,
        {"base": (0, RADIUS_UM, 0, BASE_UM), "pad": (0, RADIUS_UM, BASE_UM, top)},
        interiors={
            "rim": (RADIUS_UM, RADIUS_UM, BASE_UM, top),
            "base/pad:scar": (0, MARK_UM, BASE_UM, BASE_UM),
            "base/pad:beside": (MARK_UM, RADIUS_UM, BASE_UM, BASE_UM),
        },
    )
    materials = {
        "pad": Material("pad", 1e5, 0.3, 1e-5, PAD),
        "base": Material("base", 1e5, 0.3, 1e-5, BASE, idealized=True),
    }
    resistivity = LENGTH_UM**2 / (PAD * 1e-6 * thickness_um) * 1e-12
    flow = current_flow(
        Model(mesh, materials),
        CURRENT_A,
        source="rim",
        sink="bottom",
        contact_resistivity_ohm_m2={
            "base/pad:scar": ratio * resistivity,
            "base/pad:beside": resistivity,
        },
    )
    contact = flow.interface("base", "pad")
    traces = contact.line.traces(contact.values, "scar")
    return flow.resistance_ohm, 2 * np.pi * sum(t.integral() for t in traces) / CURRENT_A


def rows(thickness_um: float = 0.2, cells: int = 24) -> list[Row]:
    """Both figures for films from one alike to one that blocks, and the order in the thickness."""
    out = []
    for ratio in (1.0, 10.0, 1000.0):
        found, known = solve(ratio, thickness_um, cells), exact(ratio, thickness_um)
        for k, (quantity, unit) in enumerate((("resistance", "ohm"), ("share in the middle", "1"))):
            what = f"{quantity}, film {ratio:g} times that beside it"
            out.append(compared(NAME, what, unit, found[k], known[k], 1e-3, SOURCE))
    blocked, share = solve(1e7, thickness_um, cells)
    ring = exact(np.inf, thickness_um)[0]
    what = "resistance, film that blocks the middle"
    out.append(compared(NAME, what, "ohm", blocked, ring, 1e-3, SOURCE))
    what = "share in the middle, film that blocks it"
    out.append(vanishing(NAME, what, "1", share, 1.0, 1e-7, SOURCE))
    thick = (0.4, 0.2)
    wrong = [abs(solve(10.0, t, cells)[0] / exact(10.0, t)[0] - 1) for t in thick]
    what, why = "order in the pad's thickness", "sheet theory leaves (t / L)^2"
    out.append(observed_order(NAME, what, wrong, thick, 2.0, 0.05, why))
    return out
