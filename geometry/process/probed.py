"""A probed pad, as its table in the design file says it: the mark, and what the etch leaves of it.

What is asked of it by other steps stands here; what the step itself does, and what it refuses, in
:mod:`geometry.process.steps.probe`.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import model_validator
from shapely import Polygon

from geometry.design import quantities as kinds
from geometry.design.rules import THINNEST_PAD_UM
from geometry.design.schema import Section
from geometry.design.values import DesignValues
from geometry.errors import DesignError
from geometry.process.mark import Mark, etched, surviving_relief

TABLE = "probe"
STEP = "(step: probe)"
DEPTH_RATIO = 0.4  # where the table says no depth
Point = tuple[float, float]


class Probe(Section):
    """A probe's mark; see ``docs/probe-mark.md`` for definitions and what is not modelled."""

    when: Literal["in-opening", "before-passivation"] = "in-opening"
    depth_ratio: kinds.Share | None = None
    depth_um: kinds.MarkDepth | None = None
    diameter_um: kinds.Width = 16.0
    wall_width_um: kinds.MarkWidth = 0.4
    ring_diameter_um: kinds.MarkWidth = 0.0
    offset_um: kinds.MarkWidth = 0.0
    azimuth_deg: kinds.Azimuth = 0.0
    pile_up_share: kinds.Share = 0.9
    pile_up_width_um: kinds.Width = 4.0
    film_resistivity_ohm_m2: kinds.MarkResistivity = 1e-11
    film_depth_um: kinds.MarkDepth = 0.05
    seam_um: kinds.MarkDepth = 0.0
    dielectric_crack_um: kinds.MarkDepth = 0.0
    worked_strain: kinds.Share = 0.3
    worked_depth_um: kinds.MarkDepth = 0.3

    @model_validator(mode="before")
    @classmethod
    def _one_depth(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        ratio, depth = data.get("depth_ratio"), data.get("depth_um")
        if ratio is not None and depth is not None:
            raise DesignError(
                f"probe.depth_ratio = {ratio} and probe.depth_um = {depth} both say how deep the "
                f"mark is; give one of them {STEP}"
            )
        return {**data, "depth_ratio": DEPTH_RATIO} if ratio is None and depth is None else data

    @property
    def edges_um(self) -> Point:
        """Inner and outer radius of the mark around its own centre; a crater's inner one is 0."""
        half, middle = self.diameter_um / 2, self.ring_diameter_um / 2
        return (middle - half, middle + half) if middle > 0.0 else (0.0, half)


def probe_of(d: DesignValues) -> Probe | None:
    """The probe of a design; None where the pad is not probed, or nothing of it is left."""
    found: Probe | None = getattr(d, TABLE, None)
    if found is None or (depth_um(found, d) == 0.0 and found.film_resistivity_ohm_m2 == 0.0):
        return None
    return found


def mark_of(d: DesignValues) -> Mark | None:
    """The relief of the mark as probed; None on a pad without one."""
    probe = probe_of(d)
    if probe is None or depth_um(probe, d) == 0.0:
        return None
    inner, outer = probe.edges_um
    return Mark(
        d.pad.thickness_um,
        depth_um(probe, d),
        inner,
        outer,
        probe.wall_width_um,
        probe.pile_up_share,
        probe.pile_up_width_um,
    )


def relief_of(d: DesignValues) -> float:
    """Share of the mark's relief that survives the etch of the pad; 0 where there is none."""
    mark = mark_of(d)
    if mark is None or d.depth_ratio == 1.0:
        return 0.0
    return surviving_relief(d.pad_etch.relief, mark.depth_um, d.depth_um)


def etched_surface_um(d: DesignValues) -> Any:
    """(n, 2) radii and heights of what the pad's etch leaves of the mark; None where it is flat."""
    mark, relief = mark_of(d), relief_of(d)
    if mark is None or relief == 0.0:
        return None
    return etched(mark.surface_um, mark.pad_um, d.depth_um, relief, THINNEST_PAD_UM)


def left_under_mark_um(d: DesignValues) -> float | None:
    """Pad metal left under the mark's floor after the etch, um; None without a mark."""
    mark = mark_of(d)
    if mark is None:
        return None
    left = d.pad.thickness_um - d.depth_um - relief_of(d) * mark.depth_um
    return left if left >= THINNEST_PAD_UM else 0.0


def over_etch_um(d: DesignValues) -> float:
    """What a full-depth etch goes on for until the rim has cleared too, um."""
    mark = mark_of(d)
    if mark is None or d.depth_ratio < 1.0:
        return 0.0
    return d.pad_etch.relief * mark.rim_height_um


def scar_um(d: DesignValues) -> Point | None:
    """Radii of the leg ``scar``: the mark and its rims; None where UBM and pad are as unprobed."""
    probe, mark = probe_of(d), mark_of(d)
    if probe is None or probe.offset_um > 0.0 or d.depth_ratio == 1.0:
        return None
    if mark is None:
        return probe.edges_um
    return mark.reach_um if relief_of(d) > 0.0 or probe.film_resistivity_ohm_m2 > 0.0 else None


def close_up_um(d: DesignValues) -> Point | None:
    """Radii of a relief, or where a film ends; of a crater only its wall and rim."""
    probe, mark = probe_of(d), mark_of(d)
    if probe is None or probe.offset_um > 0.0:
        return None
    inner, outer = probe.edges_um if mark is None else mark.reach_um
    return (inner if inner > 0.0 else probe.edges_um[1] - probe.wall_width_um), outer


def nodes(d: DesignValues) -> list[Point]:
    """Where a scar ends on a flat pad."""
    scar = scar_um(d)
    if scar is None or relief_of(d) > 0.0:
        return []
    return [(r, d.pad.thickness_um - d.depth_um) for r in scar if r > 0.0]


def seam_of(d: DesignValues) -> Polygon | None:
    """The void that the UBM leaves at the foot of the rim, on its outer side; None without one.

    A triangle of two equal sides: on the pad from the foot outwards, and upright on the foot.
    """
    mark, probe = mark_of(d), probe_of(d)
    if mark is None or probe is None or probe.seam_um == 0.0 or relief_of(d) == 0.0:
        return None
    r, z, size = mark.reach_um[1], d.pad.thickness_um - d.depth_um, probe.seam_um
    return Polygon([(r, z), (r + size, z), (r, z + size)])


def depth_um(probe: Probe, d: DesignValues) -> float:
    """Depth of a mark, however it is said, um."""
    if probe.depth_um is not None:
        return probe.depth_um
    return (probe.depth_ratio or 0.0) * d.pad.thickness_um
