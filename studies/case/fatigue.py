"""By which law the solder's life in thermal cycling is taken: ``[metrics.fatigue]`` of a design.

A law by name with the set of its constants, each of which holds with its own creep law and its own
layer of solder alone; what a crack has to cross, the UBM's width unless said; and a condition of
use to which cycles are converted by Norris and Landzberg.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from fem_bump.errors import InputError
from geometry.design.quantities import Usual, um
from geometry.design.schema import Section
from geometry.design.values import DesignValues
from studies.case import quantities as kinds
from studies.case.inelastic import CYCLED, is_cycled
from studies.case.part import Part, add
from studies.case.solid import stays_solid

if TYPE_CHECKING:
    from fem_bump import MaterialLibrary
    from fem_bump.life.joint_life import JointLife
    from geometry import CrossSection, Design

KEY = "metrics.fatigue"
SOLDER = "bump"

Path = Annotated[float, Field(strict=True, gt=0.0, le=1e6, allow_inf_nan=False), um(2, 1e3)]
Ductility = Annotated[
    float, Field(strict=True, gt=0.0, le=100.0, allow_inf_nan=False), Usual(0.02, 10.0, "", ())
]
Exponent = Annotated[
    float, Field(strict=True, gt=-1.0, lt=0.0, allow_inf_nan=False), Usual(-0.99, -0.05, "", ())
]
Shape = Annotated[
    float, Field(strict=True, gt=0.0, le=100.0, allow_inf_nan=False), Usual(0.5, 30.0, "", ())
]
PerDay = Annotated[
    float,
    Field(strict=True, gt=0.0, le=1e6, allow_inf_nan=False),
    Usual(1e-3, 200.0, "cycles/day", (("cycles/year", 1 / 365.25),)),
]


class Use(Section):
    """A condition of use, and the constants by which cycles are converted to it."""

    low_degc: kinds.Temperature
    high_degc: kinds.Temperature
    cycles_per_day: PerDay = 1.0
    set: str = "SAC305"


class Fatigue(Section):
    """The law of life, and what a Weibull line of it is drawn with.

    ``shape`` is Weibull's; 2.6 is that of Darveaux' joints.
    """

    law: str = "Darveaux"
    set: str | None = None
    by: Literal["work", "strain"] | None = None
    twice_ductility: Ductility | None = None
    exponent: Exponent | None = None
    crack_um: Path | None = None
    shape: Shape = 2.6
    use: Use | None = None


class Keys(Section):
    fatigue: Fatigue | None = None


def fatigue_of(design: DesignValues) -> Fatigue | None:
    """What a design says of fatigue; None where it says nothing."""
    return getattr(design.metrics, "fatigue", None)


def crack_um(design: DesignValues) -> float:
    """What a crack crosses: the UBM's width, unless the design says it."""
    stated = fatigue_of(design)
    assert stated is not None
    return stated.crack_um or 2 * design.ubm_radius_um


def solder_life(
    design: DesignValues, library: MaterialLibrary, mean_degc: float, cycles_per_day: float
) -> JointLife:
    """The law that a design states, for its solder, its layer and its UBM.

    Raises
    ------
    InputError
        In one sentence: what `fem_bump.life.joint_life.joint_life` refuses, with the key.
    """
    # what only few designs need, and with laws comes the compiler
    from fem_bump.life.joint_life import Joint, joint_life

    stated = fatigue_of(design)
    assert stated is not None
    solder = design.bump.material
    law = library[solder].law
    if law is None:
        raise InputError(f"{KEY}: the solder {solder} does not creep; a cycle does no work in it")
    layer = design.load.cycling.layer_um
    joint = Joint(solder, law, layer, crack_um(design), mean_degc, cycles_per_day)
    try:
        return joint_life(
            stated.law, joint, stated.set, stated.by, stated.twice_ductility, stated.exponent
        )
    except InputError as error:
        raise InputError(f"{KEY}: {error}") from error


def needs_cycles(d: DesignValues) -> str | None:
    if fatigue_of(d) is None or is_cycled(d):
        return None
    return (
        f'[{KEY}] is a life in thermal cycles; give load.history.kind = "cycles" and '
        "[load.cycling], or leave it out"
    )


def use_is_a_cycle(d: DesignValues) -> str | None:
    stated = fatigue_of(d)
    if stated is None or stated.use is None:
        return None
    from fem_bump.life.fatigue import Condition, acceleration  # with the compiler behind it

    use = stated.use
    if not use.low_degc < use.high_degc:
        return f"{KEY}.use.low_degc = {use.low_degc:g} must be below high_degc = {use.high_degc:g}"
    itself = Condition(use.high_degc - use.low_degc, use.high_degc, use.cycles_per_day)
    try:
        acceleration(use.set, itself, itself)
    except InputError as error:
        return f"{KEY}.use.set: {error}"
    return None


def forgets(_: Mapping[str, Any], said: Mapping[str, Any]) -> Iterator[str]:
    loads = said.get("load")
    gone = isinstance(loads, Mapping) and "history" not in loads
    elastic = said.get("load.inelastic", True) is not True
    if gone or elastic or said.get("load.history.kind", "cycles") not in CYCLED:
        yield KEY


def constants_hold(
    design: Design, library: MaterialLibrary, section: Callable[[], CrossSection]
) -> None:
    stated = fatigue_of(design)
    if stated is None:
        return
    solder_life(design, library, mean_degc=25.0, cycles_per_day=24.0)
    if stated.use is not None:
        said = f"{KEY}.use.high_degc"
        stays_solid(said, stated.use.high_degc, design.regions, library, "use")


def outside_of_constants(d: DesignValues) -> str | None:
    """That a joint is none of those that the constants are from."""
    from studies.case.design_materials import design_library

    if fatigue_of(d) is None or not is_cycled(d):
        return None
    try:
        found = solder_life(d, design_library(d), mean_degc=25.0, cycles_per_day=24.0)  # type: ignore[arg-type]
    except InputError:
        return None  # refused by its own sentence
    return f"{KEY}: {found.outside}" if found.outside else None


add(
    Part(
        name="fatigue",
        table="metrics",
        keys=Keys.model_fields,
        silent=True,
        rules=(needs_cycles, use_is_a_cycle),
        notes=(outside_of_constants,),
        titles={f"{KEY}.law": "life law of the solder", f"{KEY}.set": "constants of the life law"},
        forgets=forgets,
        check=constants_hold,
    )
)
