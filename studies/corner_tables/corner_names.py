"""What a corner is called: its regions and its place, in the words of the process."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from geometry import CrossSection
from geometry.process.probed import mark_of, probe_of
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
    design = section.design
    r = point[0]
    recessed = design.depth_um > 0
    lower = {"pad", *(region.name for region in design.regions if region.wafer)}
    ubm = regions & set(section.members("ubm"))
    probe = probe_of(design)
    marked = () if mark_of(design) is None or probe is None else probe.edges_um
    places = [
        (design.ubm_radius_um, "UBM edge", "bump" in regions or bool(ubm)),
        (design.recess_floor_radius_um, "recess foot", recessed and len(regions & lower) > 0
         and not regions & design.masks.keys()),
        (design.recess_top_radius_um, "recess edge", recessed and "pad" in regions),
        (design.opening_radius_um, "mask edge", True),
        *((edge, "mark edge", "pad" in regions) for edge in marked),
        *((film.opening_radius_um, f"{name.replace('_', ' ')} opening", True)
          for name, film in design.masks.items()),
        (design.pad_radius_um, "pad rim", True),
        (section.cell_radius_um, "cell side", True),
    ]  # fmt: skip
    if design.assembly is not None and "substrate_pad" in regions:
        places.insert(0, (design.assembly.pad.diameter_um / 2, "substrate pad rim", True))
    for radius, place, applies in places:
        if applies and abs(r - radius) < 1e-3:
            return place
    if at_terminal:
        return "terminal edge"
    return "UBM step" if ubm else "step"


def with_distinct_names(corners: list[DesignCorner]) -> list[DesignCorner]:
    """Names made unique: by height, then by radius."""
    for tell in (
        lambda p: f" at z = {p[1]:.4g} um",
        lambda p: f" and r = {p[0]:.4g} um",
    ):
        count = Counter(corner.name for corner in corners)
        corners = [
            replace(c, name=c.name + tell(c.point_um)) if count[c.name] > 1 else c for c in corners
        ]
    return corners
