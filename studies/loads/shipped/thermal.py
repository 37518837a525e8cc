"""The cool-down: from the stress-free temperature to the one that is analysed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from geometry.design.schema import Section
from geometry.design.values import DesignValues
from studies.case import quantities as kinds
from studies.case.solid import stays_solid
from studies.loads.load import load

if TYPE_CHECKING:
    from fem_bump import MaterialLibrary, Model
    from geometry import CrossSection, Design

BY_REGION = "load.thermal.stress_free_by_region_degc"
# oxides and nitrides under the first metal are grown near 1000 degC
BEFORE_METAL = kinds.degc(1200)
# what the names of solders begin with; lead with tin melts last, at 312 degC, and films beside
# solder are annealed near 400 degC
SOLDERS = ("Sn", "SAC", "Pb", "In", "Bi")
MOLTEN = kinds.degc(400)


class ThermalLoad(Section):
    stress_free_degc: kinds.StressFree = 217.0
    temperature_degc: kinds.Temperature = 25.0
    lateral: Literal["periodic", "free"] = "periodic"
    underside: Literal["held-flat", "free"] = "held-flat"
    stress_free_by_region_degc: dict[str, kinds.StressFree] = Field(default_factory=dict)


def regions_are_known(d: DesignValues) -> str | None:
    for region in d.load.thermal.stress_free_by_region_degc:
        if region not in d.region_names:
            return (
                f"{BY_REGION} names the unknown region '{region}'; "
                f"allowed are {', '.join(d.region_names)}"
            )
    return None


def molten_note(design: DesignValues) -> str | None:
    """Kelvin below the highest credible temperature of a film, but not of a bump of solder."""
    free, material = design.load.thermal.stress_free_degc, design.bump.material
    # above the usual range the key has its own note
    if not material.startswith(SOLDERS) or MOLTEN.holds(free) or not kinds.degc(450).holds(free):
        return None
    likely = MOLTEN.likely(free)
    return (
        f"check the unit of load.thermal.stress_free_degc = {free:g}: a bump of {material} is "
        f"molten there, credible is up to {MOLTEN.high:g} degC" + (likely and f" ({likely})")
    )


def is_solid_in_the_end(
    design: Design, library: MaterialLibrary, section: Callable[[], CrossSection]
) -> None:
    """Refuse an analysed temperature at which something has melted."""
    said, named = "load.thermal.temperature_degc", getattr(design.load, "condition", None)
    if named is not None:
        said = f"load.condition = '{named}': {said}"
    degc = design.load.thermal.temperature_degc
    stays_solid(said, degc, design.regions, library, "the analysed state")


def temperatures(design: Design) -> Iterator[tuple[str, tuple[str, ...], tuple[float, ...]]]:
    given = design.load.thermal
    for region in design.regions:
        free = given.stress_free_by_region_degc.get(region.name, given.stress_free_degc)
        yield region.material, ("cte_per_k",), (free, given.temperature_degc)
        elastic = ("young_mpa", "poisson", "yield_mpa")
        yield region.material, elastic, (given.temperature_degc,)


@load(
    "thermal",
    acts_on="thermal_stress",
    schema=ThermalLoad,
    always=True,
    rules=(regions_are_known,),
    notes=(molten_note,),
    usual={f"{BY_REGION}.{region}": BEFORE_METAL for region in ("chip", "dielectric")},
    check=is_solid_in_the_end,
    temperatures=temperatures,
    statement="studies.loads.statements.thermal:STATEMENT",
)
def thermal(section: CrossSection, model: Model) -> dict[str, Any]:
    given = section.design.load.thermal
    free = {
        region: given.stress_free_by_region_degc.get(region, given.stress_free_degc)
        for region in model.regions
    }
    return {
        "delta_t": {region: given.temperature_degc - start for region, start in free.items()},
        "stress_free_degc": free,
        "fixed": {"chip_bottom": "z"} if given.underside == "held-flat" else {},
        "tied": {"cell_side": "r"} if given.lateral == "periodic" else {},
    }
