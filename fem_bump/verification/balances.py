"""What must balance on a recessed pad, whatever the mesh.

A small bump: die, pad with its middle thinned, passivation over the pad's edge, a two-layer UBM
that fills the recess and overlaps the passivation, solder. Nothing acts on the solder's top in the
thermal case, so the axial force on UBM and solder, summed over all their lower interfaces,
vanishes. In the electrical case the current that leaves the pad and that enters the solder are the
terminal's, and the dissipated power is I^2 R. Interfaces that meet a third region have triple
nodes, next to which the two sides' tractions differ by discretization; one that ends at a free
surface has none, and there both sides must agree.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from fem_bump.body.model import Model
from fem_bump.conduction.current_flow import current_flow
from fem_bump.conduction.flow import CurrentFlow
from fem_bump.interfaces.flux import FluxInterface
from fem_bump.interfaces.traction import TractionInterface
from fem_bump.materials import Material
from fem_bump.mechanics.state import ThermalStress
from fem_bump.mechanics.thermal_stress import thermal_stress
from fem_bump.verification.grids import grid
from fem_bump.verification.row import Row, compared, vanishing

NAME = "balances on a recessed pad"
SOURCE = "equilibrium and continuity"
CURRENT_A, CONTACT = 0.1, 1e-13  # A, ohm m^2
MATERIALS = {
    "die": Material("die", 130e3, 0.28, 2.6e-6),
    "passivation": Material("passivation", 150e3, 0.24, 2.5e-6),
    "pad": Material("pad", 70e3, 0.34, 23e-6, 3.3e7),
    "ubm_2": Material("ubm_2", 120e3, 0.34, 17e-6, 5.5e7),
    "ubm_1": Material("ubm_1", 115e3, 0.32, 8.6e-6, 2e6),
    "bump": Material("bump", 50e3, 0.36, 22e-6, 7.5e6),
}
# (r0, r1, z0, z1), later ones overwrite: the recess is cut out of the pad, the passivation opened
BOXES = {
    "die": (0, 8, 0, 3),
    "passivation": (0, 8, 3, 5),
    "pad": (0, 6, 3, 4),
    "ubm_2": (0, 4.5, 5, 6),
    "ubm_1": (0, 4, 3.5, 5),
    "bump": (0, 4.5, 6, 9),
}
LINES_R = (0, 2, 3, 4, 4.5, 6, 7, 8)
LINES_Z = (0, 2, 3, 3.5, 4, 5, 6, 7.5, 9)
LOWER = ("pad", "passivation")


def build(parts: int) -> Model:
    """The body with every grid interval cut into some parts."""

    def cut(lines):
        steps = [np.linspace(a, b, parts + 1)[:-1] for a, b in pairwise(lines)]
        return np.concatenate([*steps, lines[-1:]])

    mesh = grid(cut(LINES_R), cut(LINES_Z), BOXES, interiors={"pad_rim": (6, 6, 3, 4)})
    return Model(
        mesh, MATERIALS, groups={"ubm": ["ubm_1", "ubm_2"], "joint": ["ubm_1", "ubm_2", "bump"]}
    )


def cool(model: Model) -> ThermalStress:
    """Cooling from 217 to 25 degC, held flat and periodic."""
    return thermal_stress(
        model, delta_t=-192.0, stress_free_degc=217.0, fixed={"bottom": "z"}, tied={"right": "r"}
    )


def conduct(model: Model) -> CurrentFlow:
    """From the pad's rim to the solder's top, through a resistive contact on the pad."""
    return current_flow(
        model,
        CURRENT_A,
        source="pad_rim",
        sink="top",
        contact_resistivity_ohm_m2={"ubm/pad": CONTACT},
    )


def absolute_force_un(interface: TractionInterface) -> float:
    """Integral of the absolute traction."""
    return interface.mean_magnitude_mpa * interface.contact_area_um2


def absolute_current_a(interface: FluxInterface) -> float:
    """Integral of the absolute flux."""
    return interface.mean_magnitude_a_per_um2 * interface.contact_area_um2


def rows(parts: int = 3) -> list[Row]:
    """Force, both sides' tractions, current and power."""
    model = build(parts)
    cooled, driven = cool(model), conduct(model)
    lower = [cooled.interface("joint", region) for region in LOWER]
    scale = sum(absolute_force_un(one) for one in lower)
    out = [
        vanishing(
            NAME,
            "force on UBM and solder",
            "uN",
            sum(one.net_force_un for one in lower),
            scale,
            1e-9,
            SOURCE,
        )
    ]
    a, b = (cooled.interface("bump", "ubm", side) for side in "ab")
    apart = np.hypot(a.peel_mpa - b.peel_mpa, a.shear_mpa - b.shear_mpa).max()
    out.append(
        vanishing(
            NAME,
            "solder/UBM traction, side against side",
            "MPa",
            apart,
            a.mean_magnitude_mpa,
            1e-8,
            SOURCE,
        )
    )
    for name, pair in (("pad into UBM", ("ubm", "pad")), ("UBM into solder", ("bump", "ubm"))):
        flux = driven.interface(*pair)
        excess = flux.net_current_a - CURRENT_A
        out.append(
            vanishing(
                NAME,
                f"current from {name} less the terminal's",
                "A",
                excess,
                absolute_current_a(flux),
                1e-9,
                SOURCE,
            )
        )
    out.append(
        compared(
            NAME,
            "power against I^2 R",
            "W",
            driven.power_w,
            CURRENT_A**2 * driven.resistance_ohm,
            1e-9,
            SOURCE,
        )
    )
    return out
