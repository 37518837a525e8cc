"""What a corner is called: its regions and its place, in the words of the process."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from geometry import CrossSection
from geometry.process.step import Corner, corners
from studies.corner_tables.corner import DesignCorner, Wedge


def corner_name(
    section: CrossSection,
    point: tuple[float, float],
    wedges: tuple[Wedge, ...],
    at_terminal: bool,
) -> str:
    """Regions, the upper one first, and place: ``ubm_ti/pad, recess foot``."""
    order = section.design.region_names
    regions = sorted({wedge.region for wedge in wedges}, key=order.index, reverse=True)
    return "/".join(regions) + ", " + _place(section, point, set(regions), at_terminal)


def _place(
    section: CrossSection, point: tuple[float, float], regions: set[str], at_terminal: bool
) -> str:
    """Where a corner lies, in the words of the process."""
    cell = Corner(section.cell_radius_um, "cell side")
    for corner in (*corners(section.design), cell):
        if abs(point[0] - corner.radius_um) < 1e-3 and corner.is_of(regions):
            return corner.name
    if at_terminal:
        return "terminal edge"
    return "UBM step" if regions & set(section.members("ubm")) else "step"


def with_distinct_names(found: list[DesignCorner]) -> list[DesignCorner]:
    """Names made unique: by height, then by radius."""
    for tell in (
        lambda p: f" at z = {p[1]:.4g} um",
        lambda p: f" and r = {p[0]:.4g} um",
    ):
        count = Counter(corner.name for corner in found)
        found = [
            replace(c, name=c.name + tell(c.point_um)) if count[c.name] > 1 else c for c in found
        ]
    return found
