"""The recess in the pad, etched through the mask's opening."""

from __future__ import annotations

from typing import Annotated

from geometry.design import quantities as kinds
from geometry.design.flow import Table, masks
from geometry.design.rules import THINNEST_PAD_UM
from geometry.design.schema import OneOf, Section
from geometry.design.values import DesignValues
from geometry.process import operations as process
from geometry.process.probed import etched_surface_um, mark_of, relief_of
from geometry.process.step import Anatomy, Corner, Stage, process_step


class PadEtch(Section):
    mask: Annotated[str, OneOf(masks)] = "passivation"
    depth_ratio: kinds.Share | None = None
    undercut_um: kinds.Overlap = 0.0
    sidewall_angle_deg: kinds.WallAngle = 90.0
    relief: kinds.Share = 1.0
    preclean_um: kinds.Preclean = 0.02
    clean_resistivity_ohm_m2: kinds.CleanResistivity = 1e-13


def recess_is_possible(d: DesignValues) -> str | None:
    etch, a = d.pad_etch, d.opening_radius_um
    if etch.undercut_um and d.depth_um == 0:
        return (
            f"pad_etch.undercut_um = {etch.undercut_um:g} needs an etched pad, but "
            "pad_etch.depth_ratio is 0 (step: pad etch)"
        )
    left = d.pad.thickness_um - d.depth_um
    if 1e-9 < left < THINNEST_PAD_UM:
        return (
            f"pad_etch.depth_ratio = {d.depth_ratio:g} leaves {left:g} um of pad; allowed is 1, or "
            f"at least {THINNEST_PAD_UM:g} um left (step: pad etch)"
        )
    if not a + etch.undercut_um < d.pad_radius_um:
        return (
            f"pad_etch.undercut_um = {etch.undercut_um:g} must leave some pad: less than "
            f"{d.pad_radius_um - a:g} um (step: pad etch)"
        )
    if not d.recess_floor_radius_um > 0:
        return (
            f"pad_etch.sidewall_angle_deg = {etch.sidewall_angle_deg:g} closes the recess before "
            f"it is {d.depth_um:g} um deep (step: pad etch)"
        )
    return None


def derived(section: Anatomy) -> dict[str, float | None]:
    d = section.design
    return {
        "opening_ratio": d.opening_ratio,
        "recess_ratio": d.depth_ratio,
        "recess_depth_um": d.depth_um,
    }


def _left(d: DesignValues) -> str:
    """What the etch does to a mark, for a caption."""
    if mark_of(d) is None:
        return ""
    relief = relief_of(d)
    return f", {relief:.3g} of the mark left" if relief else ", the mark gone"


def corners(d: DesignValues) -> list[Corner]:
    mask = Corner(d.opening_radius_um, "mask edge")
    if not d.depth_um > 0:
        return [mask]
    below = "pad", *(region.name for region in d.regions if region.wafer)
    return [
        Corner(d.recess_floor_radius_um, "recess foot", below, d.masks),
        Corner(d.recess_top_radius_um, "recess edge", ("pad",)),
        mask,
    ]


@process_step(
    "pad etch",
    tables={"pad_etch": Table("pad etch", PadEtch, always=True)},
    after=("passivation", "polyimide"),
    rules=(recess_is_possible,),
    corners=corners,
    derived=derived,
)
def pad_etch(d: DesignValues) -> list[Stage]:
    """Left out at depth 0."""
    etch = d.pad_etch
    if not d.depth_um > 0:
        return []
    return [
        Stage(
            f"pad etched, {etch.mask} as mask",
            lambda stack: process.etch(
                stack,
                "pad",
                d.opening_radius_um,
                d.depth_um,
                etch.undercut_um,
                etch.sidewall_angle_deg,
                d.pad.thickness_um,
                etched_surface_um(d),
            ),
            f"recess {d.depth_um:g} of {d.pad.thickness_um:g} µm deep{_left(d)}",
        )
    ]
