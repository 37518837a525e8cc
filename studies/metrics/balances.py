"""What must balance: forces on UBM and bump, and currents through the UBM."""

from __future__ import annotations

import numpy as np

from fem_bump import ThermalStress
from fem_bump.interfaces.flux import FluxInterface
from geometry import CrossSection
from studies.loads.shipped.shear import counter_face
from studies.metrics.registry import Values
from studies.solution.interfaces import interface_names


def balances(
    section: CrossSection,
    stress: ThermalStress,
    fluxes: dict[tuple[str, str], FluxInterface],
    current_a: float,
) -> Values:
    """Net force on UBM and bump, and current through the UBM, against the absolute integrals.

    Under a lateral shift also the force in x that crosses the UBM's lower interfaces, against the
    counter face's.
    """

    def share(parts: list[tuple[float, float]], expected: float = 0.0) -> float | None:
        net, size = np.sum(parts, axis=0)
        return float(abs(net - expected) / size) if size > 0 else None

    below = [
        (j.net_current_a, j.mean_magnitude_a_per_um2 * j.contact_area_um2)
        for (_, b), j in fluxes.items()
        # what enters the UBM straight from a single via crosses no interface of conductors
        if b in (("ubm",) if section.design.discrete_vias else ("pad", "via"))
    ]
    force, joint = None, section.design.assembly
    # bump and UBM are one body: where the UBM ends at the mask's edge both touch it there
    films = dict.fromkeys(b for _, b in interface_names(section))
    lower = [stress.interface("bump_and_ubm", b) for b in films]
    if joint is None:
        # an assembled bump also leans on substrate and underfill, partly across a curved face
        plane = [i.axisymmetric for i in lower]
        force = share(
            [(i.net_force_un, i.mean_magnitude_mpa * i.contact_area_um2) for i in plane],
            _held_un(stress),
        )
    out = {"force_balance": force, "current_balance": share(below, current_a)}
    if stress.varies_around and (joint is None or joint.underfill is None):
        # without underfill the joint is all that links board and chip
        reaction = stress.reaction_un(counter_face(section.design))
        crossing = sum(i.lateral_force_un for i in lower)
        size = abs(reaction) or 1.0
        out["lateral_force_balance"] = abs(crossing - reaction) / size
    return out


def _held_un(stress: ThermalStress) -> float:
    """Axial force, uN, that loads exert on bump and UBM where they hold them."""
    plane = stress.part(0)
    force = plane.nodal_forces(stress.model.elements("bump_and_ubm"))[:, -1]
    return float(force[plane.held[:, -1]].sum())
