"""A stress buffer between passivation and UBM: a film with its process step, in one module."""

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


def opened_with_the_mask(d):
    if d.stress_buffer is None or d.pad_etch.mask == "passivation":
        return None
    return (
        f"a stress buffer is opened with pad_etch.mask = 'passivation', not '{d.pad_etch.mask}' "
        "(step: stress buffer coating)"
    )


def regions(d):
    film = d.stress_buffer
    if film is None:
        return []
    thick = film.thickness_um
    return [Region(NAME, film.material, NAME, thickness_um=thick, element_um=thick)]


def edges(d):
    return {"mask_edge": (d.opening_radius_um, d.pad.thickness_um + d.passivation.thickness_um)}


@process_step(
    "stress buffer",
    tables={NAME: Table("stress buffer coating", StressBuffer)},
    after=("passivation",),
    before=("polyimide", "pad etch"),
    rules=(opened_with_the_mask,),
    regions=regions,
    interfaces=(under_ubm(NAME),),
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
    radius = d.opening_radius_um
    return [
        Stage(
            "stress buffer coated",
            lambda stack: operations.deposit(stack, NAME, film.material, film.thickness_um),
            regions(d)[0].text,
        ),
        Stage(
            "stress buffer opened",
            lambda stack: operations.pattern(stack, NAME, radius),
            f"with the mask, ⌀ {2 * radius:g} µm",
        ),
    ]
