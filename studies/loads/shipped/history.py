"""The cool-down as a history: at a rate, and then a rest, of metals that yield and creep.

Defaults are from reflow practice. IPC/JEDEC J-STD-020D, table 5-2, allows 6 K/s from the peak down,
suppliers' profiles mostly 3 K/s; 2 K/s is a choice below both, and an hour of rest another:
what is looked at is looked at later than that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
from pydantic import Field

from fem_bump.errors import InputError
from geometry.design.quantities import PERCENT, Usual
from geometry.design.schema import Section
from geometry.design.values import DesignValues
from studies.case.design_materials import design_library
from studies.case.inelastic import follows_process, has_history, is_inelastic
from studies.case.part import Part, add
from studies.case.solid import stays_solid
from studies.loads.load import load, loads
from studies.loads.shipped.thermal import BY_REGION, thermal

if TYPE_CHECKING:
    from fem_bump import MaterialLibrary, Model
    from geometry import CrossSection, Design

Rate = Annotated[
    float,
    Field(strict=True, ge=1e-9, le=1e4, allow_inf_nan=False),
    Usual(0.005, 10, "K/s", (("K/min", 1 / 60),)),
]
Rest = Annotated[
    float,
    Field(strict=True, ge=0.0, le=1e10, allow_inf_nan=False),
    Usual(0.0, 1e8, "s", ()),
]
Tolerance = Annotated[
    float, Field(strict=True, ge=1e-5, le=0.2, allow_inf_nan=False), Usual(1e-5, 0.2, "", PERCENT)
]
LEAST_REST_S = 1e-3  # but for none at all
ELASTIC: tuple[str, ...] = (
    "thermal",
    "shear",
)  # of the loads on an elastic body, those that a history has too


class Inelastic(Section):
    """Whether laws of materials are heeded; without the key, and with false, they are not."""

    inelastic: Annotated[bool, Field(strict=True)] | None = None


class HistoryLoad(Section):
    """How the body comes from the stress-free temperature to the one that is analysed.

    ``tolerance`` is the estimated integration error of a step, relative to a region's stress.
    """

    kind: Literal["cooldown", "cycles", "process"] = "cooldown"
    cooling_k_per_s: Rate = 2.0
    rest_s: Rest = 3600.0
    tolerance: Tolerance = 0.05


def belongs_to_inelastic(d: DesignValues) -> str | None:
    if d.load.history is None or has_history(d):
        return None
    return (
        "[load.history] is of a body that yields and creeps; give load.inelastic = true or kind = "
        '"process", or leave it out'
    )


def others_are_elastic(d: DesignValues) -> str | None:
    if not has_history(d):
        return None
    what, on, borne = "load.inelastic = true", "elastic bodies", ELASTIC
    if follows_process(d):
        what, on = 'load.history.kind = "process"', "bodies without a process"
        borne = tuple(kind for kind in ELASTIC if kind != "shear")
    for other in loads("thermal_stress"):
        if other.kind not in borne and getattr(d.load, other.kind, None) is not None:
            return (
                f"{what} and [load.{other.kind}] cannot be together: it acts on "
                f"{on} only; leave out one of them"
            )
    return None


def takes_time(d: DesignValues) -> str | None:
    given, heat = d.load.history, d.load.thermal
    if given is not None and 0 < given.rest_s < LEAST_REST_S:
        return (
            f"load.history.rest_s = {given.rest_s:g} must be 0 or at least {LEAST_REST_S:g}: "
            "shorter is no rest"
        )
    if given is None or follows_process(d):
        return None
    if given.rest_s > 0 or heat.stress_free_degc != heat.temperature_degc:
        return None
    return (
        f"load.history.rest_s = {given.rest_s:g} must be above 0 where load.thermal keeps the "
        f"temperature at {heat.temperature_degc:g} degC: creep takes time"
    )


def follows_inelastic(said: Any) -> Mapping[str, Any]:
    return {"load.history": {}} if said("load", "inelastic") is True else {}


def forgets(out: Mapping[str, Any], said: Mapping[str, Any]) -> Iterator[str]:
    elastic = said.get("load.inelastic", True) is not True
    now: Any = out
    for key in ("load", "history", "kind"):
        now = (
            now.get(key) if isinstance(now, Mapping) else None
        )  # what is no table is refused later
    if elastic and said.get("load.history.kind", now) != "process":
        yield "load.history"


def something_flows(
    design: Design, library: MaterialLibrary, section: Callable[[], CrossSection]
) -> None:
    if not is_inelastic(design):
        return
    used = dict.fromkeys(region.material for region in design.regions)
    if all(library[name].law is None for name in used):
        raise InputError(
            "load.inelastic = true needs a material that yields or creeps, and none of this design "
            f"({', '.join(used)}) has a law; give one under [materials], or leave it out"
        )


def begins_solid(
    design: Design, library: MaterialLibrary, section: Callable[[], CrossSection]
) -> None:
    """Refuse a history that begins where something is molten, which no law of a solid follows."""
    if not is_inelastic(design) or follows_process(design):
        return
    heat = design.load.thermal
    said, step = "load.thermal.stress_free_degc", "cool-down with yield and creep"
    stays_solid(said, heat.stress_free_degc, design.regions, library, step)
    for region in design.regions:
        if (degc := heat.stress_free_by_region_degc.get(region.name)) is not None:
            stays_solid(f"{BY_REGION}.{region.name}", degc, [region], library, step)


def temperatures(design: Design) -> Iterator[tuple[str, tuple[str, ...], tuple[float, ...]]]:
    """Moduli of what flows are taken all along the way."""
    if not is_inelastic(design):
        return
    heat, library = design.load.thermal, design_library(design)
    for name in dict.fromkeys(region.material for region in design.regions):
        if library[name].law is not None:
            yield name, ("young_mpa", "poisson"), (heat.stress_free_degc, heat.temperature_degc)


add(
    Part(
        name="load.inelastic",
        table="load",
        keys=Inelastic.model_fields,
        silent=True,
        titles={"load.inelastic": "yield and creep"},
        check=something_flows,
    )
)


@load(
    "history",
    acts_on="stress_history",
    schema=HistoryLoad,
    silent=True,
    rules=(belongs_to_inelastic, others_are_elastic, takes_time),
    titles={
        "load.history.cooling_k_per_s": "rate of cooling (K/s)",
        "load.history.rest_s": "rest after cooling (s)",
    },
    implied=follows_inelastic,
    forgets=forgets,
    check=begins_solid,
    temperatures=temperatures,
    statement="studies.loads.statements.history:STATEMENT",
)
def history(section: CrossSection, model: Model) -> dict[str, Any]:
    design = section.design
    given, heat = design.load.history, design.load.thermal
    start, end = heat.stress_free_degc, heat.temperature_degc
    times, degc = [0.0], [start]
    if start != end:
        times.append(abs(start - end) / given.cooling_k_per_s)
        degc.append(end)
    if given.rest_s > 0:
        times.append(times[-1] + given.rest_s)
        degc.append(end)
    elastic = thermal.arguments(section, model)
    held = {key: value for key, value in elastic.items() if key != "delta_t"}
    out = {"times_s": times, "temperatures_degc": degc, "tolerance": given.tolerance, **held}
    if design.load.shear is not None:
        from studies.loads.shipped.shear import harmonics_of, shift_over_temperature

        out |= harmonics_of(design)
        out["lateral_shift_um"] = {
            name: partial(_over_time, at, times, degc)
            for name, at in shift_over_temperature(design).items()
        }
    return out


def _over_time(
    at: Callable[[float], float], times: list[float], degc: list[float], time_s: float
) -> float:
    return at(float(np.interp(time_s, times, degc)))
