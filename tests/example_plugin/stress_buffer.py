"""A stress buffer between passivation and UBM: a film with its process step, in one module.

It ends at the passivation's opening, or within it, and then it is the mask of the pad etch.
"""

from pydantic import BaseModel, ConfigDict

from geometry.design import quantities
from geometry.design.flow import Region, Table
from geometry.process import operations
from geometry.process.step import Stage, process_step, under_ubm

NAME = "stress_buffer"


class StressBuffer(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    material: str = "BCB"
    thickness_um: quantities.CoatingThickness = 3.0
    opening_diameter_um: quantities.Width = 60.0

    @property
    def opening_radius_um(self):
        return self.opening_diameter_um / 2


def opened_with_the_mask(d):
    film, first = d.stress_buffer, d.passivation.opening_radius_um
    if film is None or (d.pad_etch.mask == NAME and film.opening_radius_um <= first):
        return None
    if d.pad_etch.mask == "passivation" and film.opening_radius_um == first:
        return None
    return (
        f"stress_buffer.opening_diameter_um = {film.opening_diameter_um:g} must be {2 * first:g} "
        f"with pad_etch.mask = 'passivation', or at most that with '{NAME}'; the mask is "
        f"'{d.pad_etch.mask}' (step: stress buffer coating)"
    )


def regions(d):
    film = d.stress_buffer
    if film is None:
        return []
    thick = film.thickness_um
    return [Region(NAME, film.material, NAME, thickness_um=thick, element_um=thick)]


def edges(d):
    foot, film = d.pad.thickness_um, d.stress_buffer
    if film.opening_radius_um == d.passivation.opening_radius_um:
        foot += d.passivation.thickness_um
    return {"mask_edge": (film.opening_radius_um, foot)}


@process_step(
    "stress buffer",
    tables={NAME: Table("stress buffer coating", StressBuffer, mask=True)},
    after=("passivation",),
    before=("polyimide", "pad etch"),
    rules=(opened_with_the_mask,),
    regions=regions,
    interfaces=(under_ubm(NAME),),
    cracks=(under_ubm(NAME),),
    colours={NAME: "#d07fb0"},
    reach_um=lambda d: (
        d.pad_radius_um + d.passivation.thickness_um + d.stress_buffer.thickness_um
        if d.stress_buffer
        else 0.0
    ),
    brittle={NAME: edges},
)
def stress_buffer(d):
    film = d.stress_buffer
    if film is None:
        return []
    radius = film.opening_radius_um
    return [
        Stage(
            "stress buffer coated",
            lambda stack: operations.deposit(stack, NAME, film.material, film.thickness_um),
            regions(d)[0].text,
        ),
        Stage(
            "stress buffer opened",
            lambda stack: operations.pattern(stack, NAME, radius),
            f"opening ⌀ {2 * radius:g} µm",
        ),
    ]
