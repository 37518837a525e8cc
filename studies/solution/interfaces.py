"""Which interfaces a design has, and the windows that slide along them.

Where a load is not axisymmetric, a window has a width in angle too: the arc ``metrics.arc_length``
at the opening's edge. It is placed where the mean is worst. Under an axisymmetric load its place
does not matter, so the same names mean the same thing for either.
"""

from __future__ import annotations

import math

from fem_bump.interfaces.flux import FluxInterface, FluxWindow
from fem_bump.interfaces.traction import TractionInterface
from fem_bump.interfaces.traction_windows import TractionWindow
from geometry import CrossSection, Design
from geometry.process.step import interfaces

A_PER_CM2 = 1e8  # from A/um^2

Pair = tuple[str, str]


def interface_names(section: CrossSection) -> list[Pair]:
    """Those of :func:`below_ubm` that exist in this design."""
    return [pair for pair in below_ubm() if section.legs_of(*pair)]


def below_ubm() -> list[Pair]:
    """Interfaces of the UBM, and of the bump where it is broken, with what lies below."""
    pairs = [(i.upper, i.lower) for i in interfaces()]
    below = {lower for upper, lower in pairs if upper == "ubm"}
    return [pair for pair in pairs if pair[0] in ("ubm", "bump") and pair[1] in below]


def current_pairs(section: CrossSection) -> list[Pair]:
    """Interfaces that carry the current, from the pad's side up."""
    return [pair for pair in with_current(section.design) if section.legs_of(*pair)]


def with_current(design: Design | None = None) -> list[Pair]:
    """Interfaces that current crosses where they exist, in a design or in any."""
    return [
        (i.upper, i.lower) for i in interfaces()
        if i.current is not None and (design is None or i.current(design))
    ]  # fmt: skip


def arc_deg(design: Design) -> float:
    """Width in angle of the in-plane window: the arc length at the opening's edge."""
    return math.degrees(design.metrics.arc_length_um / design.opening_radius_um)


def traction_window(
    design: Design, interface: TractionInterface, length_um: float, leg: str | None = None
) -> TractionWindow:
    """The worst window of an interface, in angle too where that matters."""
    return interface.worst_window(length_um, arc_deg(design), leg)


def flux_window(
    design: Design, interface: FluxInterface, length_um: float, leg: str | None = None
) -> FluxWindow:
    """The worst window of an interface, in angle too where that matters."""
    return interface.worst_window(length_um, arc_deg(design), leg)


def opposite_window(design: Design, interface: FluxInterface, length_um: float) -> FluxWindow:
    """The worst window midway between two arcs of the source."""
    half, middle = arc_deg(design) / 2, 180.0 / design.source_count
    return interface.window(length_um, theta_deg=(middle - half, middle + half))
