"""Metal through the dielectric under the pad, flush with the dielectric's top: a feed of the pad.

A ring of round vias is smeared into an annulus; what feeds the pad there is a footprint of its own.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from geometry.design import quantities as kinds
from geometry.design.flow import Region, Table, step_of
from geometry.design.rules import keys_apply, only_with_feed
from geometry.design.schema import Choice, Name
from geometry.design.values import DesignValues
from geometry.process import operations as process
from geometry.process.operations import MERGE_UM
from geometry.process.step import (
    Anatomy,
    Interface,
    Line,
    Point,
    Stage,
    process_step,
    under_ubm,
)


class Via(Choice):
    """Metal through the dielectric under the pad, flush with the dielectric's top.

    ``central`` is one via on the axis, ``ring`` an annular trench, ``discrete`` a ring of N round
    vias. An axisymmetric section holds the metal of a ring smeared into an annulus of the same
    area, which is what the stress sees. For the current each via is a sector of its own area,
    d sqrt(pi)/2 wide in r and as long in theta.
    """

    kind: Literal["central", "ring", "discrete"] = "ring"
    material: Name = "Cu"
    diameter_um: kinds.Width = 6.0
    inner_diameter_um: kinds.Width = 66.0
    outer_diameter_um: kinds.Width = 74.0
    count: Annotated[int, Field(strict=True, ge=2, le=1000)] = 16
    circle_diameter_um: kinds.Width = 70.0

    KEYS_OF_KIND: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "central": ("diameter_um",),
        "ring": ("inner_diameter_um", "outer_diameter_um"),
        "discrete": ("diameter_um", "count", "circle_diameter_um"),
    }

    def idle_keys(self) -> dict[str, str]:
        mine = self.KEYS_OF_KIND[self.kind]
        every = dict.fromkeys(key for keys in self.KEYS_OF_KIND.values() for key in keys)
        said = f"via.kind = '{self.kind}', whose size is {' and '.join(mine)}"
        return {key: said for key in every if key not in mine}

    @property
    def radii_um(self) -> tuple[float, float]:
        """Inner and outer radius of the via, or of the annulus that holds the ring's metal."""
        if self.kind == "central":
            return 0.0, self.diameter_um / 2
        if self.kind == "ring":
            return self.inner_diameter_um / 2, self.outer_diameter_um / 2
        middle = self.circle_diameter_um / 2
        half = self.count * self.diameter_um**2 / (16 * middle)
        return middle - half, middle + half

    @property
    def footprint_radii_um(self) -> tuple[float, float]:
        """Inner and outer radius of the sectors through which discrete vias feed the pad."""
        middle, half = self.circle_diameter_um / 2, self.diameter_um * math.sqrt(math.pi) / 4
        return middle - half, middle + half

    @property
    def footprint_half_angle_deg(self) -> float:
        """Half the angle of one of these sectors; its area is that of the round via."""
        half = self.diameter_um * math.sqrt(math.pi) / 4
        return math.degrees(half / (self.circle_diameter_um / 2))


def belongs_to_the_feed(d: DesignValues) -> str | None:
    return only_with_feed(d, "via", d.via)


def sizes_apply(d: DesignValues) -> str | None:
    return keys_apply("via", d.via)


def lies_under_the_pad(d: DesignValues) -> str | None:
    via, pad = d.via, d.pad.diameter_um
    if via is None:
        return None
    under = f"the via lies under the pad, whose pad.diameter_um = {pad:g}{step_of('via')}"
    if via.kind == "discrete":
        low, high = via.diameter_um, pad - via.diameter_um
        if low <= via.circle_diameter_um <= high:
            return _vias_keep_apart(via)
        if low > high:
            return f"via.diameter_um = {via.diameter_um:g} must be at most {pad / 2:g}: {under}"
        return (
            f"via.circle_diameter_um = {via.circle_diameter_um:g} must be from {low:g} to {high:g} "
            f"with via.diameter_um = {via.diameter_um:g}: {under}"
        )
    key = "diameter_um" if via.kind == "central" else "outer_diameter_um"
    outer = getattr(via, key)
    if outer > pad:
        return f"via.{key} = {outer:g} must be above 0 and at most {pad:g}: {under}"
    if via.kind == "ring" and not via.inner_diameter_um < outer:
        return (
            f"via.inner_diameter_um = {via.inner_diameter_um:g} must be above 0 and smaller than "
            f"via.outer_diameter_um = {outer:g}{step_of('via')}"
        )
    return None


def _vias_keep_apart(via: Via) -> str | None:
    """Round vias may not overlap.

    The sectors of equal area reach 11 % less far in r, and round vias that keep apart have sectors
    that keep apart and off the axis: sqrt(pi)/2 sin(pi/N) < pi/N, sqrt(pi)/2 < 1.
    """
    chord = via.circle_diameter_um * math.sin(math.pi / via.count)
    if via.diameter_um < chord:
        return None
    most = math.ceil(math.pi / math.asin(via.diameter_um / via.circle_diameter_um)) - 1
    fit = f"from 2 to {most}" if most > 1 else "less than 2, so none fit"
    return (
        f"via.count = {via.count} vias of via.diameter_um = {via.diameter_um:g} overlap on "
        f"via.circle_diameter_um = {via.circle_diameter_um:g}, where neighbours are {chord:g} um "
        f"apart; the count must be {fit}{step_of('via')}"
    )


def regions(d: DesignValues) -> list[Region]:
    if d.via is None:
        return []
    through = d.dielectric.thickness_um
    return [Region("via", d.via.material, "via", element_um=through, wafer=True, called="via, ")]


def boundaries(line: Line, d: DesignValues) -> Iterator[str]:
    """Where current enters: the via's bottom, or the footprint of a ring of vias."""
    if line.outer:
        return
    if line.sides == {"via", "chip"}:
        yield "via_bottom"
    if _in_footprint(line, d):
        yield "via_footprint"


def _in_footprint(line: Line, d: DesignValues) -> bool:
    """Underside of pad or UBM between the radii of the vias' sectors, whatever lies below."""
    vias = d.discrete_vias
    if vias is None:
        return False
    ubm = {region.name for region in d.regions if "ubm" in region.groups}
    if not line.sides & {"pad", *ubm}:
        return False
    near = 2 * MERGE_UM  # an end may have become one with a film's corner
    inner, outer = vias.footprint_radii_um
    (r0, z0), (r1, z1) = line.p, line.q
    flat = max(abs(z0), abs(z1)) < near
    return bool(flat and inner - near < min(r0, r1) and max(r0, r1) < outer + near)


def nodes(d: DesignValues) -> list[Point]:
    """Where current stops entering, beside the corners of the films."""
    vias = d.discrete_vias
    return [] if vias is None else [(r, 0.0) for r in vias.footprint_radii_um]


def notes(section: Anatomy) -> list[str]:
    """Whether pad or UBM is fed, and what smearing means."""
    if section.design.via is None:
        return []
    vias = section.design.discrete_vias
    on_pad, on_ubm = _fed(section)
    if vias is None:
        name, feeds, off = "the via", "feeds", "the via"
        said = []
    else:
        name, feeds, off = "the vias", "feed", "them"
        said = [
            f"current enters through {vias.count} vias, each a sector of its own area; for the "
            "stress their metal is smeared into an annulus of the same area"
        ]
    if on_ubm and on_pad:
        they = "they feed" if vias else "it feeds"
        said.append(f"the recess straddles {name}: {they} both the UBM and the pad")
    elif on_ubm:
        said.append(f"the recess lands the UBM on {name} and cuts {off} off from the pad")
    else:
        said.append(f"{name} {feeds} the pad; the UBM takes its current from the pad")
    return said


def pad_is_bypassed(section: Anatomy) -> bool:
    """Whether vias feed the UBM alone: no net current passes through the pad."""
    return section.design.via is not None and not _fed(section)[0]


def _fed(section: Anatomy) -> tuple[bool, bool]:
    """Whether vias reach the pad, and whether they reach the UBM."""
    if section.design.discrete_vias is None:
        return bool(section.legs_of("pad", "via")), bool(section.legs_of("ubm", "via"))
    fed = section.beside("via_footprint")
    return "pad" in fed, bool(fed & set(section.members("ubm")))


def _whole_face(d: DesignValues) -> Point:
    return 0.0, math.inf


@process_step(
    "via",
    tables={
        "via": Table("via through the dielectric", Via, said=True, asked_by=("pad.feed", "via"))
    },
    after=("wafer",),
    rules=(sizes_apply, belongs_to_the_feed, lies_under_the_pad),
    regions=regions,
    interfaces=(
        # the current of discrete vias is given, through their footprint
        under_ubm("via", rank=2, scarred=True, current=lambda d: d.discrete_vias is None),
        Interface("pad", "via", _whole_face, rank=2),
    ),
    colours={"via": "#7b2d12"},
    boundaries=boundaries,
    nodes=nodes,
    notes=notes,
)
def via(d: DesignValues) -> list[Stage]:
    """Etched through the dielectric and filled."""
    via = d.via
    if via is None:
        return []
    kind = {"central": "via", "ring": "ring via", "discrete": f"{via.count} vias (smeared)"}
    inner, outer = via.radii_um
    return [
        Stage(
            f"{kind[via.kind]} through the dielectric",
            lambda stack: process.via(stack, "via", via.material, inner, outer),
            f"{via.material}, r = {inner:g} to {outer:.4g} µm",
        )
    ]
