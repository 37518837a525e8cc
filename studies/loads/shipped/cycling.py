"""Thermal cycles after cool-down or process: free, or by a standard's condition and soak mode.

No condition fixes a ramp: 11 K/min is the default, 15 min from -40 to 125 degC. The layer beside
the UBM is half a mil thick, for which life laws of solder joints have constants; the ring of the
pad begins at the opening's edge and goes outwards, under the passivation, where every variant of
the etch leaves metal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field
from shapely import Point

from fem_bump.errors import InputError
from geometry.design.quantities import PERCENT, Usual, um
from geometry.design.schema import Section
from geometry.design.values import DesignValues
from studies.case import quantities as kinds
from studies.case.inelastic import CYCLED, follows_process, is_cycled, is_inelastic
from studies.case.solid import stays_solid
from studies.loads.load import load

if TYPE_CHECKING:
    from fem_bump import MaterialLibrary, Model
    from fem_bump.mechanics.cycling.cycle import Cycle
    from geometry import CrossSection, Design

RAMP_K_PER_MIN, SOAK_MODE = 11.0, 2  # where a standard's condition says neither
USUAL_CYCLES = 4  # fewer leave numbers per cycle without a bar
KEY = "load.cycling"
FREE = ("low_degc", "high_degc", "ramp_s", "dwell_low_s", "dwell_high_s")
SOLDER, BESIDE, PAD = "bump", "ubm", "pad"
LAYER, RING = "layer", "ring"  # what a part of these is called behind its region's name

Seconds = Annotated[
    float,
    Field(strict=True, ge=1e-3, le=1e9, allow_inf_nan=False),
    Usual(1.0, 1e7, "s", ()),
]
Rate = Annotated[
    float,
    Field(strict=True, ge=1e-3, le=1e5, allow_inf_nan=False),
    Usual(0.5, 100.0, "K/min", (("K/s", 60.0),)),
]
Share = Annotated[
    float, Field(strict=True, ge=1e-5, le=0.5, allow_inf_nan=False), Usual(1e-5, 0.5, "", PERCENT)
]
Layer = Annotated[float, Field(strict=True, gt=0.0, le=1e4, allow_inf_nan=False), um(1.0, 60)]
Width = Annotated[float, Field(strict=True, gt=0.0, le=1e4, allow_inf_nan=False), um(0.5, 30)]


class CyclingLoad(Section):
    """Both ends, ramps and dwells, or the standard, condition and soak mode they follow from.

    They come behind the cool-down of a history of cycles, or behind the last stage of a process.

    ``layer_um`` and ``ring_um`` are the thickness of the layer of solder beside the UBM and the
    width of the pad's ring behind the opening's edge, over which the work of a cycle is taken.
    ``jump_error`` lets cycles be extrapolated over.
    """

    low_degc: kinds.Temperature | None = None
    high_degc: kinds.Temperature | None = None
    ramp_s: Seconds | None = None
    ramp_k_per_min: Rate | None = None
    dwell_low_s: Seconds | None = None
    dwell_high_s: Seconds | None = None
    standard: str | None = None
    condition: str | None = None
    soak_mode: Annotated[int, Field(strict=True, ge=1)] | None = None
    cycles: Annotated[int, Field(strict=True, ge=1, le=100_000)] = USUAL_CYCLES
    layer_um: Layer = 12.7
    ring_um: Width = 5.0
    settled_below: Share = 0.02
    jump_error: Share | None = None


def cycle_of(given: CyclingLoad) -> Cycle:
    """The cycle that a table stands for.

    Raises
    ------
    InputError
        A standard or condition that is not known, with the nearest; what is missing or said twice.
    """
    from fem_bump.life.cycles import standard_cycle
    from fem_bump.life.standards import condition, standard
    from fem_bump.mechanics.cycling.cycle import Cycle

    if given.standard is None and given.condition is None:
        return _free(given)
    for name, other in (("standard", "condition"), ("condition", "standard")):
        if getattr(given, name) is None:
            raise InputError(f"{KEY}.{name} is missing: {KEY}.{other} needs it")
    for name in ("low_degc", "high_degc"):
        if getattr(given, name) is not None:
            raise InputError(f"{KEY}.{name} is the condition's; leave out it or the condition")
    found = condition(f"{standard(str(given.standard)).name} {given.condition}")
    cold, hot = given.dwell_low_s, given.dwell_high_s
    if (cold is None) != (hot is None):
        raise InputError(f"{KEY}: give both dwell_low_s and dwell_high_s, or a soak_mode")
    if cold is not None and given.soak_mode is not None:
        raise InputError(f"{KEY}: give dwells or soak_mode = {given.soak_mode}, not both")
    if given.ramp_s is not None and given.ramp_k_per_min is not None:
        raise InputError(f"{KEY}: give ramp_s or ramp_k_per_min, not both")
    swing = found.high_degc - found.low_degc
    ramp_s = given.ramp_s or 60 * swing / (given.ramp_k_per_min or RAMP_K_PER_MIN)
    if cold is not None and hot is not None:
        return Cycle(found.low_degc, found.high_degc, ramp_s, ramp_s, cold, hot)
    return standard_cycle(found, given.soak_mode or SOAK_MODE, 60 * swing / ramp_s)


def _free(given: CyclingLoad) -> Cycle:
    from fem_bump.mechanics.cycling.cycle import Cycle

    if given.soak_mode is not None:
        raise InputError(f"{KEY}.soak_mode = {given.soak_mode} needs a standard and a condition")
    low, high, ramp_s = given.low_degc, given.high_degc, given.ramp_s
    if ramp_s is None and given.ramp_k_per_min is not None and None not in (low, high):
        ramp_s = 60 * (high - low) / given.ramp_k_per_min  # type: ignore[operator]
    elif given.ramp_k_per_min is not None:
        raise InputError(f"{KEY}: give ramp_s or ramp_k_per_min, not both")
    values = (low, high, ramp_s, given.dwell_low_s, given.dwell_high_s)
    missing = [name for name, value in zip(FREE, values, strict=True) if value is None]
    if missing:
        raise InputError(
            f"{KEY}.{missing[0]} is missing: a cycle has {', '.join(FREE)}, or a standard and a "
            'condition such as "JESD22-A104" and "G"'
        )
    if not low < high:  # type: ignore[operator]
        raise InputError(f"{KEY}.low_degc = {low:g} must be below high_degc = {high:g}")
    return Cycle(low, high, ramp_s, ramp_s, *values[3:])  # type: ignore[arg-type]


def belongs_to_cycles(d: DesignValues) -> str | None:
    history, given = d.load.history, d.load.cycling
    cycled = history is not None and history.kind == "cycles"
    if given is not None and follows_process(d):
        if is_inelastic(d):
            return None
        return (
            f'[{KEY}] behind load.history.kind = "process" needs load.inelastic = true: what is '
            "elastic is after each cycle what it was before"
        )
    if given is not None and not cycled:
        return (
            f'[{KEY}] is of a history of cycles; give load.history.kind = "cycles", or "process" '
            "for cycles behind the process"
        )
    if given is None and cycled:
        return (
            f'load.history.kind = "cycles" needs [{KEY}]: ends, ramps and dwells, or a standard '
            "and a condition"
        )
    return None


def is_a_cycle(d: DesignValues) -> str | None:
    if d.load.cycling is None:
        return None
    try:
        cycle_of(d.load.cycling)
    except InputError as error:
        said = str(error)
        return said if KEY in said else f"{KEY}: {said}"
    return None


def ring_is_of_the_pad(d: DesignValues) -> str | None:
    given = d.load.cycling
    room = d.pad_radius_um - d.opening_radius_um
    if given is None or given.ring_um <= room:
        return None
    return (
        f"{KEY}.ring_um = {given.ring_um:g} must be at most {room:g}: so far the pad reaches "
        "behind the opening's edge"
    )


def forgets(_: Mapping[str, Any], said: Mapping[str, Any]) -> Iterator[str]:
    elastic = said.get("load.inelastic", True) is not True
    if elastic or said.get("load.history.kind", "cycles") not in CYCLED:
        yield KEY


def solder_has_its_layer_and_stays_solid(
    design: Design, library: MaterialLibrary, section: Callable[[], CrossSection]
) -> None:
    """Refuse cycles that melt something, and a layer that is thicker than the solder."""
    given = design.load.cycling
    if given is None or not is_cycled(design):
        return
    said = f"{KEY}.high_degc"
    if given.condition is not None:
        said = f"{KEY}.condition = '{given.condition}' of {given.standard}, whose hot end"
    stays_solid(said, cycle_of(given).high_degc, design.regions, library, "thermal cycles")
    found = section()
    solder = found.regions[SOLDER]
    layers = [found.regions[name] for name in found.groups.get(BESIDE, ()) if name in found.regions]
    contact = [solder.boundary.intersection(film.boundary) for film in layers]
    contact = [line for line in contact if line.length > 0]
    if not contact:
        return
    at = solder.exterior.coords
    reach = max(min(line.distance(Point(each)) for line in contact) for each in at)
    if given.layer_um >= reach:
        raise InputError(
            f"{KEY}.layer_um = {given.layer_um:g} must be below {reach:.3g}: so far the solder "
            "reaches from the UBM; designs that are compared need the same layer"
        )


def tests_note(d: DesignValues) -> str | None:
    """What a condition stands for, where that is from, and what departs from the standard."""
    given = d.load.cycling
    if given is None or given.standard is None:
        return None
    from fem_bump.life.cycles import departures
    from fem_bump.life.standards import condition, standard

    name = standard(given.standard).name
    found, cycle = condition(f"{name} {given.condition}"), cycle_of(given)
    said = [
        f"{KEY}: {found.whole_name} is {found.low_degc:g} to {found.high_degc:g} degC "
        f"({found.tag}), here with ramps of {cycle.ramp_up_s:g} s and dwells of "
        f"{cycle.dwell_low_s:g} and {cycle.dwell_high_s:g} s"
    ]
    return "; ".join([*said, *departures(cycle, name)])


def temperatures(design: Design) -> Iterator[tuple[str, tuple[str, ...], tuple[float, ...]]]:
    given = design.load.cycling
    if given is None or not is_cycled(design):
        return
    cycle = cycle_of(given)
    ends = (cycle.low_degc, cycle.high_degc)
    for name in dict.fromkeys(region.material for region in design.regions):
        yield name, ("young_mpa", "poisson", "cte_per_k"), ends


@load(
    "cycling",
    acts_on="thermal_cycles",
    schema=CyclingLoad,
    silent=True,
    rules=(belongs_to_cycles, is_a_cycle, ring_is_of_the_pad),
    notes=(tests_note,),
    titles={
        "load.cycling.low_degc": "cold end of the cycles (°C)",
        "load.cycling.high_degc": "hot end of the cycles (°C)",
        "load.cycling.ramp_s": "ramp of a cycle (s)",
        "load.cycling.ramp_k_per_min": "ramp of a cycle (K/min)",
        "load.cycling.dwell_low_s": "dwell at the cold end (s)",
        "load.cycling.dwell_high_s": "dwell at the hot end (s)",
        "load.cycling.cycles": "cycles",
        "load.cycling.condition": "condition of the cycles",
    },
    forgets=forgets,
    temperatures=temperatures,
    check=solder_has_its_layer_and_stays_solid,
    statement="studies.loads.statements.cycling:STATEMENT",
)
def cycling(section: CrossSection, model: Model) -> dict[str, Any]:
    from fem_bump.mechanics.cycling.zones import layer, ring

    design = section.design
    given = design.load.cycling
    zones = []
    if SOLDER in model.regions and model.materials[SOLDER].law is not None:
        zones.append(layer(model, f"{SOLDER}_{LAYER}", SOLDER, BESIDE, given.layer_um))
    if PAD in model.regions and model.materials[PAD].law is not None:
        edge = design.opening_radius_um
        zones.append(ring(model, f"{PAD}_{RING}", PAD, edge, edge + given.ring_um))
    return {
        "cycle": cycle_of(given),
        "cycles": given.cycles,
        "zones": zones,
        "settled_below": given.settled_below,
        "jump_error": given.jump_error,
    }
