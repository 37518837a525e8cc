"""The joint in service: the bump soldered to a substrate with pad and mask, underfilled or not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import shapely
from pydantic import field_validator
from shapely import Polygon, box
from shapely.geometry.base import BaseGeometry

from geometry.design import quantities as kinds
from geometry.design.flow import Region, Table
from geometry.design.schema import Name, Section
from geometry.design.values import DesignValues
from geometry.errors import DesignError
from geometry.process import solder
from geometry.process.operations import GRID_UM, Film, Stack, clean, revolved_volume
from geometry.process.step import Corner, Interface, Line, Stage, always, process_step
from geometry.process.steps.ubm import edge_um


class SubstratePad(Section):
    material: Name = "Cu"
    diameter_um: kinds.Width = 70.0
    thickness_um: kinds.Height = 15.0


class SolderMask(Section):
    material: Name = "solder-mask"
    thickness_um: kinds.Height = 20.0
    opening_diameter_um: kinds.Width = 90.0


class Substrate(Section):
    material: Name = "BT"
    thickness_um: kinds.BoardThickness = 100.0


class Underfill(Section):
    material: Name = "underfill"


class Assembly(Section):
    """The joint as it is in service: substrate with pad and solder mask, underfill or none."""

    standoff_um: kinds.Height = 60.0
    pad: SubstratePad = SubstratePad()
    solder_mask: SolderMask = SolderMask()
    substrate: Substrate = Substrate()
    underfill: Underfill | None = Underfill()

    @field_validator("underfill", mode="before")
    @classmethod
    def _false_is_none(cls, value: Any) -> Any:
        """TOML has no null: ``underfill = false`` leaves it out."""
        return None if value is False else value

    @property
    def mask_defined(self) -> bool:
        """Whether the solder mask, rather than the pad's own edge, bounds the solder."""
        return self.solder_mask.opening_diameter_um < self.pad.diameter_um

    @property
    def wetted_radius_um(self) -> float:
        return min(self.solder_mask.opening_diameter_um, self.pad.diameter_um) / 2


def joint_is_soldered(d: DesignValues) -> str | None:
    if d.assembly is None or d.bump.shape == "reflowed":
        return None
    return (
        f"bump.shape = '{d.bump.shape}': a joint is soldered; with an assembly it must be "
        "'reflowed' (step: assembly)"
    )


def substrate_is_possible(d: DesignValues) -> str | None:
    joint = d.assembly
    if joint is None:
        return None
    if joint.solder_mask.opening_diameter_um == joint.pad.diameter_um:
        return (
            f"assembly.solder_mask.opening_diameter_um = {joint.pad.diameter_um:g} must differ "
            "from assembly.pad.diameter_um, above for a pad-defined joint, below for a "
            "mask-defined one (step: assembly)"
        )
    if joint.mask_defined and joint.solder_mask.thickness_um <= joint.pad.thickness_um:
        return (
            f"assembly.solder_mask.thickness_um = {joint.solder_mask.thickness_um:g} must exceed "
            f"assembly.pad.thickness_um = {joint.pad.thickness_um:g} to overlap the pad "
            "(step: assembly)"
        )
    gap = joint.standoff_um
    if not joint.mask_defined:
        gap += joint.pad.thickness_um - joint.solder_mask.thickness_um
    if gap <= 0:
        return (
            f"assembly.standoff_um = {joint.standoff_um:g} leaves no room above the solder mask "
            f"({joint.solder_mask.thickness_um:g} um thick) (step: assembly)"
        )
    return None


def regions(d: DesignValues) -> list[Region]:
    joint = d.assembly
    if joint is None:
        return []
    out = [
        Region("substrate_pad", joint.pad.material, "assembly.pad", board=True),
        Region("solder_mask", joint.solder_mask.material, "assembly.solder_mask", board=True,
               in_front=True),
        Region("substrate", joint.substrate.material, "assembly.substrate", board=True,
               in_front=True),
    ]  # fmt: skip
    if joint.underfill is not None:
        filler = joint.underfill.material
        out.append(Region("underfill", filler, "assembly.underfill", in_front=True))
    return out


def reach_um(d: DesignValues) -> float:
    if d.assembly is None:
        return 0.0
    return max(d.assembly.pad.diameter_um, d.assembly.solder_mask.opening_diameter_um) / 2


def outer_name(line: Line, d: DesignValues) -> str | None:
    on_back = line.sides == {"substrate"} and line.on_top_of("substrate")
    return "substrate_back" if on_back else None


def boundaries(line: Line, d: DesignValues) -> Iterator[str]:
    joint = d.assembly
    if joint is None:
        return
    # bare where there is neither mask nor underfill
    if "substrate_pad" in line.sides and line.stands_at(joint.pad.diameter_um / 2):
        yield "substrate_pad_rim"
    if line.sides == {"bump", "substrate_pad"}:
        yield "bump_top"
    elif line.sides >= {"bump", "underfill"}:
        yield "bump_side"


def assemble(
    stack: Stack,
    material: str,
    metal_um3: float,
    edge_radius_um: float,
    joint: Assembly,
    liquid: solder.Reflow,
) -> Stack:
    """Solder the bump to a substrate at a stand-off; underfill what is left, if asked for.

    The solder is pinned at the UBM's edge and at the edge of the substrate pad, or of the solder
    mask where that defines the joint; its side is a surface of constant mean curvature (of Young
    and Laplace where gravity matters).
    """
    from geometry.liquid.reflow import bridge

    wetted = solder.receive(stack, metal_um3, edge_radius_um)
    bare, edge = wetted.bare, wetted.edge_um
    plane = edge + joint.standoff_um
    pad_radius, pad_height = joint.pad.diameter_um / 2, joint.pad.thickness_um
    mask_radius, mask_height = (
        joint.solder_mask.opening_diameter_um / 2,
        joint.solder_mask.thickness_um,
    )
    well: BaseGeometry = Polygon()
    if joint.mask_defined:
        face = plane + mask_height  # of the substrate
        well = box(0.0, plane, mask_radius, face - pad_height)
    else:
        face = plane + pad_height
    inside = revolved_volume(well) if not well.is_empty else 0.0
    side = bridge(
        metal_um3 - wetted.below_um3 - inside,
        edge_radius_um,
        joint.wetted_radius_um,
        joint.standoff_um,
        edge,
        surface_tension_n_per_m=liquid.surface_tension_n_per_m,
        density_kg_per_m3=liquid.density_kg_per_m3,
        gravity=liquid.gravity,
        step="assembly",
    )
    if side.max_radius_um >= stack.cell_radius_um:
        raise DesignError(
            f"the joint of radius {side.max_radius_um:g} um bridges to its neighbour in a cell of "
            f"radius {stack.cell_radius_um:g} um (step: assembly)"
        )
    body = Polygon([(0.0, edge), *solder.chords(side, None), (0.0, plane)])
    shape = wetted.solder(body, well, "assembly")
    cell = stack.cell_radius_um
    top = face + joint.substrate.thickness_um
    pad = box(0.0, face - pad_height, pad_radius, face)
    mask = box(mask_radius, face - mask_height, cell, face).difference(pad)
    out = bare.with_film(Film("bump", material, shape, meridian=side, volume_um3=metal_um3))
    for region, made_of, block in (
        ("substrate_pad", joint.pad.material, pad),
        ("solder_mask", joint.solder_mask.material, mask),
        ("substrate", joint.substrate.material, box(0.0, face, cell, top)),
    ):
        block = shapely.set_precision(block, GRID_UM)
        if shapely.intersection(block, out.solid, grid_size=GRID_UM).area > 1e-9:
            raise DesignError(f"the {region} collides with the joint (step: assembly)")
        out = out.with_film(Film(region, made_of, block))
    if joint.underfill is not None:
        gap = box(0.0, bare.solid.bounds[1], cell, face)
        empty = clean(shapely.difference(gap, out.solid, grid_size=GRID_UM))
        out = out.with_film(Film("underfill", joint.underfill.material, empty))
    return out


def corners(d: DesignValues) -> list[Corner]:
    if d.assembly is None:
        return []
    return [Corner(d.assembly.pad.diameter_um / 2, "substrate pad rim", ("substrate_pad",))]


@process_step(
    "assembly",
    tables={"assembly": Table("assembly", Assembly, said=True)},
    after=("bump",),
    rules=(joint_is_soldered, substrate_is_possible),
    regions=regions,
    interfaces=(Interface("bump", "substrate_pad", rank=3, current=always),),
    corners=corners,
    colours={
        "substrate_pad": "#c8793a",
        "solder_mask": "#3d6b35",
        "substrate": "#d9cf9f",
        "underfill": "#6d7b8d",
    },
    outer_name=outer_name,
    boundaries=boundaries,
    reach_um=reach_um,
)
def assembly(d: DesignValues) -> list[Stage]:
    """One stage: solder, board and underfill at a stand-off."""
    joint, metal = d.assembly, d.bump
    if joint is None:
        return []

    def soldered(stack: Stack) -> Stack:
        volume = solder.metal_volume_um3(stack, metal.metal_volume_fraction)
        edge = edge_um(stack, d)
        return assemble(stack, metal.material, volume, edge, joint, metal.reflow)

    filled = ", underfilled" if joint.underfill else ""
    text = f"stand-off {joint.standoff_um:g} µm, volume kept"
    return [Stage(f"soldered to substrate{filled}", soldered, text)]
