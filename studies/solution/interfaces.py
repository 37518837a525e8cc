"""Which interfaces a design has, and the windows that slide along them.

Where a load is not axisymmetric, a window has a width in angle too: the arc ``metrics.arc_length``
at the opening's edge. It is placed where the mean is worst. Under an axisymmetric load its place
does not matter, so the same names mean the same thing for either.
"""

from __future__ import annotations

import math

from fem_bump.interfaces.angular_flux import AngularFluxInterface, AngularFluxWindow
from fem_bump.interfaces.densities import FluxInterface, FluxWindow
from fem_bump.interfaces.traction import TractionInterface
from fem_bump.interfaces.traction_windows import TractionWindow
from geometry import CrossSection, Design
from geometry.process.step import interfaces

A_PER_CM2 = 1e8  # from A/um^2
CURRENT_PAIRS = (("ubm", "pad"), ("ubm", "via"), ("bump", "ubm"), ("bump", "substrate_pad"))

Pair = tuple[str, str]
AnyFlux = FluxInterface | AngularFluxInterface


def interface_names(section: CrossSection) -> list[Pair]:
    """Interfaces of the UBM with what lies below that exist in this design."""
    return [pair for pair in below_ubm() if section.legs_of(*pair)]


def below_ubm() -> list[Pair]:
    """Interfaces of the UBM with what lies below that bumps may have."""
    return [(i.upper, i.lower) for i in interfaces() if i.upper == "ubm"]


def current_pairs(section: CrossSection) -> list[Pair]:
    """Interfaces that carry the current, from the pad's side up."""
    pairs = list(CURRENT_PAIRS)
    if section.design.discrete_vias:
        pairs.remove(("ubm", "via"))  # that current is given, through the vias' footprint
    return [pair for pair in pairs if section.legs_of(*pair)]


def arc_deg(design: Design) -> float:
    """Width in angle of the in-plane window: the arc length at the opening's edge."""
    return math.degrees(design.metrics.arc_length_um / design.opening_radius_um)


def traction_window(
    design: Design, interface: TractionInterface, length_um: float, leg: str | None = None
) -> TractionWindow:
    """The worst window of an interface, in angle too where that matters."""
    return interface.worst_window(length_um, arc_deg(design), leg)


def flux_window(
    design: Design, interface: AnyFlux, length_um: float, leg: str | None = None
) -> FluxWindow | AngularFluxWindow:
    """The worst window of an interface, in angle too where that matters."""
    if isinstance(interface, AngularFluxInterface):
        return interface.worst_window(length_um, arc_deg(design), leg)
    return interface.window(length_um, leg)


def opposite_window(
    design: Design, interface: AngularFluxInterface, length_um: float
) -> AngularFluxWindow:
    """The worst window midway between two arcs of the source."""
    half, middle = arc_deg(design) / 2, 180.0 / interface.count
    return interface.window(length_um, (middle - half, middle + half))
