"""The joint in service: the bump soldered to a substrate with pad and mask, underfilled or not."""

from __future__ import annotations

from collections.abc import Iterator

from geometry.design.flow import Region, Table
from geometry.design.schema import Assembly
from geometry.design.values import DesignValues
from geometry.process import solder
from geometry.process.operations import Stack
from geometry.process.step import Interface, Line, Stage, process_step
from geometry.process.steps.ubm import edge_um


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
        Region("substrate_pad", joint.pad.material, "assembly.pad"),
        Region("solder_mask", joint.solder_mask.material, "assembly.solder_mask"),
        Region("substrate", joint.substrate.material, "assembly.substrate"),
    ]
    if joint.underfill is not None:
        out.append(Region("underfill", joint.underfill.material, "assembly.underfill"))
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


@process_step(
    "assembly",
    tables={"assembly": Table("assembly", Assembly)},
    after=("bump",),
    rules=(joint_is_soldered, substrate_is_possible),
    regions=regions,
    interfaces=(Interface("bump", "substrate_pad", rank=3),),
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

    def assemble(stack: Stack) -> Stack:
        volume = solder.metal_volume_um3(stack, metal.metal_volume_fraction)
        edge = edge_um(stack, d)
        return solder.assemble(stack, metal.material, volume, edge, joint, metal.reflow)

    filled = ", underfilled" if joint.underfill else ""
    text = f"stand-off {joint.standoff_um:g} µm, volume kept"
    return [Stage(f"soldered to substrate{filled}", assemble, text)]
