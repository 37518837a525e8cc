"""The wafer before the pad: dielectric on the chip, its top at z = 0."""

from __future__ import annotations

from geometry.design import quantities as kinds
from geometry.design.flow import Region, Table
from geometry.design.schema import Name, Section
from geometry.design.values import DesignValues
from geometry.process import operations as process
from geometry.process.step import Line, Point, Stage, process_step, under_ubm


class Chip(Section):
    material: Name = "Si"
    thickness_um: kinds.Height = 100.0


class Dielectric(Section):
    material: Name = "SiO2"
    thickness_um: kinds.FilmThickness = 1.0


def regions(d: DesignValues) -> list[Region]:
    thickness = d.dielectric.thickness_um
    return [
        Region("chip", d.chip.material, "chip", wafer=True),
        Region(
            "dielectric",
            d.dielectric.material,
            "dielectric",
            thickness_um=thickness,
            element_um=thickness,
            wafer=True,
        ),
    ]


def outer_name(line: Line, d: DesignValues) -> str | None:
    return "chip_bottom" if line.sides == {"chip"} else None


def edges(d: DesignValues) -> dict[str, Point]:
    """Below the edges of mask and pad."""
    return {"mask_edge": (d.opening_radius_um, 0.0), "pad_edge": (d.pad_radius_um, 0.0)}


@process_step(
    "wafer",
    tables={
        "chip": Table("chip", Chip, always=True),
        "dielectric": Table("dielectric deposition", Dielectric, always=True),
    },
    regions=regions,
    interfaces=(under_ubm("dielectric", rank=2, scarred=True),),
    colours={"chip": "#c9ced6", "dielectric": "#8fb8de"},
    outer_name=outer_name,
    brittle={"dielectric": edges},
)
def wafer(d: DesignValues) -> list[Stage]:
    """Flat layers."""
    layers = [(name, part.material, part.thickness_um)
              for name, part in (("dielectric", d.dielectric), ("chip", d.chip))]  # fmt: skip
    return [
        Stage(
            "dielectric on chip",
            lambda stack: process.substrate(stack.cell_radius_um, layers),
            f"{d.dielectric.material} {d.dielectric.thickness_um:g} µm on {d.chip.material}",
        )
    ]
