"""The passivation over the pad, opened to the first diameter."""

from __future__ import annotations

from geometry.design import quantities as kinds
from geometry.design.flow import Region, Table
from geometry.design.schema import Name, Section
from geometry.design.values import DesignValues
from geometry.process import operations as process
from geometry.process.step import Point, Stage, process_step, under_ubm


class Passivation(Section):
    material: Name = "SiN"
    thickness_um: kinds.FilmThickness = 1.0
    opening_diameter_um: kinds.Width = 60.0
    cd_bias_um: kinds.Bias = 0.0

    @property
    def opening_radius_um(self) -> float:
        """Radius as etched: drawn diameter plus bias, over two."""
        return (self.opening_diameter_um + self.cd_bias_um) / 2


def opening_is_smaller_than_the_pad(d: DesignValues) -> str | None:
    first, pad = d.passivation.opening_radius_um, d.pad_radius_um
    if 0 < first < pad:
        return None
    return (
        f"passivation.opening_diameter_um = {2 * first:g} must be smaller than "
        f"pad.diameter_um = {2 * pad:g} (step: passivation opening)"
    )


def regions(d: DesignValues) -> list[Region]:
    film = d.passivation
    thickness = film.thickness_um
    return [
        Region(
            "passivation",
            film.material,
            "passivation",
            thickness_um=thickness,
            element_um=thickness,
        )
    ]


def edges(d: DesignValues) -> dict[str, Point]:
    """At its opening, and at the step over the pad's rim."""
    top = d.pad.thickness_um
    return {
        "mask_edge": (d.passivation.opening_radius_um, top),
        "pad_edge": (d.pad_radius_um, top),
    }


@process_step(
    "passivation",
    tables={"passivation": Table("passivation deposition", Passivation, always=True, mask=True)},
    after=("pad",),
    rules=(opening_is_smaller_than_the_pad,),
    regions=regions,
    interfaces=(under_ubm("passivation"),),
    cracks=(under_ubm("passivation"),),
    colours={"passivation": "#2f6f5c"},
    reach_um=lambda d: d.pad_radius_um + d.passivation.thickness_um,
    brittle={"passivation": edges},
)
def passivation(d: DesignValues) -> list[Stage]:
    """Conformal, with a vertical wall."""
    film = d.passivation
    return [
        Stage(
            "passivation deposited",
            lambda stack: process.deposit(stack, "passivation", film.material, film.thickness_um),
            regions(d)[0].text,
        ),
        Stage(
            "passivation opened",
            lambda stack: process.pattern(stack, "passivation", film.opening_radius_um),
            f"opening ⌀ {2 * film.opening_radius_um:g} µm",
        ),
    ]
