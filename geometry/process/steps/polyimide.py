"""Polyimide over the opened passivation, opened to the second, smaller diameter: the mask then."""

from __future__ import annotations

from geometry.design import quantities as kinds
from geometry.design.flow import Region, Table
from geometry.design.schema import Name, Section
from geometry.design.values import DesignValues
from geometry.process import operations as process
from geometry.process.step import Point, Stage, process_step, under_ubm


class Polyimide(Section):
    """Coating over the opened passivation, opened to a second, smaller diameter.

    ``opening_diameter_um`` is at the polyimide's foot; a sidewall angle below 90 opens upwards.
    """

    material: Name = "polyimide"
    thickness_um: kinds.CoatingThickness = 5.0
    opening_diameter_um: kinds.Width = 50.0
    sidewall_angle_deg: kinds.WallAngle = 75.0
    cd_bias_um: kinds.Bias = 0.0

    @property
    def opening_radius_um(self) -> float:
        return (self.opening_diameter_um + self.cd_bias_um) / 2


def is_the_mask(d: DesignValues) -> str | None:
    if d.polyimide is None or d.pad_etch.mask == "polyimide":
        return None
    return (
        f"a polyimide is given, but pad_etch.mask = '{d.pad_etch.mask}'; it must be 'polyimide' "
        "(step: pad etch)"
    )


def openings_are_nested(d: DesignValues) -> str | None:
    if d.polyimide is None:
        return None
    first, second = d.passivation.opening_radius_um, d.polyimide.opening_radius_um
    if 0 < second < first:
        return None
    return (
        f"polyimide.opening_diameter_um = {2 * second:g} must be smaller than "
        f"passivation.opening_diameter_um = {2 * first:g}: the polyimide lines the "
        "passivation's edge (step: polyimide opening)"
    )


def regions(d: DesignValues) -> list[Region]:
    film = d.polyimide
    if film is None:
        return []
    thickness = film.thickness_um
    return [
        Region("polyimide", film.material, "polyimide", thickness_um=thickness,
               element_um=thickness)
    ]  # fmt: skip


def reach_um(d: DesignValues) -> float:
    if d.polyimide is None:
        return 0.0
    return d.pad_radius_um + d.passivation.thickness_um + d.polyimide.thickness_um


def edges(d: DesignValues) -> dict[str, Point]:
    return {"mask_edge": (d.opening_radius_um, d.pad.thickness_um)}


@process_step(
    "polyimide",
    tables={"polyimide": Table("polyimide coating", Polyimide, said=True, mask=True)},
    after=("passivation",),
    rules=(is_the_mask, openings_are_nested),
    regions=regions,
    interfaces=(under_ubm("polyimide"),),
    colours={"polyimide": "#e9c3cf"},
    reach_um=reach_um,
    brittle={"polyimide": edges},
)
def polyimide(d: DesignValues) -> list[Stage]:
    """Coated, and opened with a slope."""
    film = d.polyimide
    if film is None:
        return []
    foot, wall = film.opening_radius_um, film.sidewall_angle_deg
    return [
        Stage(
            "polyimide coated",
            lambda stack: process.deposit(stack, "polyimide", film.material, film.thickness_um),
            regions(d)[0].text,
        ),
        Stage(
            "polyimide opened",
            lambda stack: process.pattern(stack, "polyimide", foot, wall),
            f"opening ⌀ {2 * foot:g} µm at its foot, wall {wall:g}°",
        ),
    ]
