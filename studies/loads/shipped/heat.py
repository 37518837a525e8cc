"""The heat of the current: what is held at a temperature, what cools, and the trace as a heater.

Without ``[load.heat]`` nothing warms: the current flows at ``load.current.temperature_degc``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from fem_bump.errors import InputError
from geometry.design import quantities
from geometry.design.quantities import Usual
from geometry.design.schema import Section
from geometry.design.values import DesignValues
from geometry.section.contact_films import has_off_centre_film
from studies.case import quantities as kinds
from studies.case.design_materials import design_library
from studies.loads.load import load

if TYPE_CHECKING:
    from fem_bump import MaterialLibrary, Model, TraceHeater
    from geometry import CrossSection, Design

# still air 5 to 25, forced air to 300, boiling liquids to 1e5; through a film, its k over thickness
Coefficient = Annotated[
    float,
    Field(strict=True, gt=0.0, le=1e10, allow_inf_nan=False),
    Usual(0.1, 1e8, "W/(m2 K)", ()),  # the range is too wide to tell W/(cm2 K) by the value
]
UNDERSIDE = "chip_bottom"  # what is held where a design says nothing


class TraceCooling(Section):
    """How a trace gives its heat to the chip: through oxide, or by a coefficient of its width.

    By default through a film as thick and of the same material as the dielectric under the pad, to
    the temperature at which the chip's underside is held.
    """

    oxide_um: quantities.FilmThickness | None = None
    coefficient_w_per_m2k: Coefficient | None = None
    substrate_degc: kinds.Temperature | None = None


class Film(Section):
    """A boundary that cools by a coefficient, and the temperature around it."""

    coefficient_w_per_m2k: Coefficient
    ambient_degc: kinds.Temperature = 25.0


class HeatLoad(Section):
    """What carries the heat of the current away.

    Attributes
    ----------
    held_degc
        Boundaries and their temperatures; None: the chip's underside at that of ``load.current``.
    film
        Boundaries that cool by a coefficient.
    angular
        Heat of a current that varies around the axis: its mean around it, or beside all that is of
        the mean also as it is, harmonics of current and heat coupled.
    """

    held_degc: dict[str, kinds.Temperature] | None = None
    film: dict[str, Film] = Field(default_factory=dict)
    angular: Literal["averaged", "coupled"] = "averaged"
    trace: TraceCooling = Field(default_factory=TraceCooling)


def is_heated(design: DesignValues) -> bool:
    """Whether the current warms a design."""
    return getattr(design.load, "heat", None) is not None


def is_coupled(design: DesignValues) -> bool:
    """Whether heat and current are wanted around the axis as well."""
    return is_heated(design) and design.load.heat.angular == "coupled"


def held_degc(design: DesignValues) -> dict[str, float]:
    """Boundaries that are held at a temperature, degC."""
    given = design.load.heat.held_degc
    return {UNDERSIDE: design.load.current.temperature_degc} if given is None else dict(given)


def substrate_degc(design: DesignValues) -> float:
    """What the trace gives its heat to, degC."""
    given = design.load.heat.trace.substrate_degc
    degc = design.load.current.temperature_degc
    return float(held_degc(design).get(UNDERSIDE, degc) if given is None else given)


def trace_heater(design: Design) -> TraceHeater | None:
    """The trace as what heats the pad; None without one, or without a length."""
    from fem_bump import TraceHeater

    trace, given = design.trace, design.load.heat.trace
    if trace is None or trace.length_um == 0:
        return None
    assert design.trace_material is not None and design.trace_thickness_um is not None
    library, degc = design_library(design), substrate_degc(design)
    under: dict[str, float] = {"substrate_w_per_m2k": given.coefficient_w_per_m2k}
    if given.coefficient_w_per_m2k is None:
        film = library[design.dielectric.material]
        film.require("thermal_conductivity_w_per_mk")
        under = {
            "oxide_um": given.oxide_um or design.dielectric.thickness_um,
            "oxide_w_per_mk": float(film.at("thermal_conductivity_w_per_mk", degc)),
        }
    return TraceHeater(
        trace.length_um, trace.width_um, design.trace_thickness_um,
        library[design.trace_material], degc, **under,
    )  # fmt: skip


# ------------------------------------------------------------------------------- rules


def somewhere_to_go(d: DesignValues) -> str | None:
    if d.load.heat is None or held_degc(d) or d.load.heat.film:
        return None
    return (
        "load.heat.held_degc = {} and no load.heat.film: a heated body without a heat sink has no "
        "steady temperature; hold a boundary at a temperature, or cool one"
    )


def one_way_each(d: DesignValues) -> str | None:
    if d.load.heat is None:
        return None
    both = [name for name in held_degc(d) if name in d.load.heat.film]
    if not both:
        return None
    return (
        f"load.heat holds '{both[0]}' at {held_degc(d)[both[0]]:g} degC and cools it by a "
        "coefficient; give held_degc or film, not both"
    )


def trace_is_cooled_one_way(d: DesignValues) -> str | None:
    if d.load.heat is None:
        return None
    given = d.load.heat.trace.model_dump(exclude_none=True)
    if given and (d.trace is None or d.trace.length_um == 0):
        key, value = next(iter(given.items()))
        return (
            f"load.heat.trace.{key} = {value:g} is of a trace that has a length; give "
            "pad.feed = 'trace' and trace.length_um, or leave it out"
        )
    if "oxide_um" in given and "coefficient_w_per_m2k" in given:
        return (
            f"load.heat.trace.oxide_um = {given['oxide_um']:g} and "
            f"load.heat.trace.coefficient_w_per_m2k = {given['coefficient_w_per_m2k']:g} both say "
            "how the trace cools; leave out one"
        )
    return None


def something_varies(d: DesignValues) -> str | None:
    if not is_coupled(d):
        return None
    if d.source_half_angle_deg is not None and not has_off_centre_film(d):
        return None
    return (
        "load.heat.angular = 'coupled' is of a current that comes in through arcs, from a trace or "
        "discrete vias, past no film off the centre; give one of them, or angular = 'averaged'"
    )


def boundaries_are_outer(
    design: Design, library: MaterialLibrary, sectioned: Callable[[], CrossSection]
) -> None:
    """Refuse names that are no outer boundary."""
    if not is_heated(design):
        return
    section, given = sectioned(), design.load.heat
    outer = [
        name
        for name, edges in section.boundaries.items()
        if name != "axis"
        and all(None in (section.edges[k].left, section.edges[k].right) for k in edges)
    ]
    for key, named in (("held_degc", held_degc(design)), ("film", given.film)):
        for name in named:
            if name not in outer:
                raise InputError(
                    f"load.heat.{key} names '{name}', which is no outer boundary of this design; "
                    f"those are {', '.join(outer)}"
                )


def temperatures(design: Design) -> Iterator[tuple[str, tuple[str, ...], tuple[float, ...]]]:
    if not is_heated(design):
        return
    films = [film.ambient_degc for film in design.load.heat.film.values()]
    used = (*held_degc(design).values(), *films)
    for name in [*(region.material for region in design.regions), design.trace_material]:
        if name is not None:
            yield name, ("conductivity_s_per_m", "thermal_conductivity_w_per_mk"), used


@load(
    "heat",
    acts_on="electrothermal",
    schema=HeatLoad,
    silent=True,
    rules=(somewhere_to_go, one_way_each, trace_is_cooled_one_way, something_varies),
    check=boundaries_are_outer,
    other_materials=lambda d: (d.trace_material,) if is_heated(d) else (),
    temperatures=temperatures,
    statement="studies.loads.statements.heat:STATEMENT",
)
def heat(section: CrossSection, model: Model) -> Mapping[str, Any]:
    design = section.design
    given = design.load.heat
    return {
        "trace": trace_heater(design),
        "angular": given.angular,
        "held_degc": held_degc(design),
        "film_w_per_m2k": {
            name: (film.coefficient_w_per_m2k, film.ambient_degc)
            for name, film in given.film.items()
        },
    }
