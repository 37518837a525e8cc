"""The intermetallic layer under the solder: what it takes of the UBM in a given time.

``[metrics.intermetallic]`` asks for it: a note of ``check``, ``solve`` and the report, with where
the constants are from. Under tin-silver on copper those of the library, else the user's own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from geometry.design.quantities import Usual
from geometry.design.schema import Section
from geometry.design.values import DesignValues
from studies.case import quantities as kinds
from studies.case.part import Part, add
from studies.case.solid import stays_solid

if TYPE_CHECKING:
    from fem_bump import MaterialLibrary
    from fem_bump.life.intermetallic import Growth
    from geometry import CrossSection, Design

HERE = "metrics.intermetallic"
KJ_PER_MOL_OF_EV = 96.48533212
# solders that are tin but for a few per cent, of which the library's constants are taken
TIN = ("Sn96.5Ag3.5", "SAC305")
Hours = Annotated[
    float,
    Field(strict=True, gt=0.0, le=1e9, allow_inf_nan=False),
    Usual(1.0, 5e5, "h", (("s", 1 / 3600), ("years", 8766.0))),
]
Layer = Annotated[
    float,
    Field(strict=True, ge=0.0, le=1e4, allow_inf_nan=False),
    Usual(0.05, 30.0, "um", (("nm", 1e-3), ("m", 1e6))),
]
Rate = Annotated[
    float,
    Field(strict=True, gt=0.0, le=1e6, allow_inf_nan=False),
    Usual(1e-10, 1e-1, "um2/s", (("m2/s", 1e12), ("cm2/s", 1e8))),
]
Energy = Annotated[
    float,
    Field(strict=True, ge=0.0, le=10.0, allow_inf_nan=False),
    Usual(0.1, 3.0, "eV", (("kJ/mol", 1 / KJ_PER_MOL_OF_EV), ("meV", 1e-3))),
]


class Intermetallic(Section):
    """How long, how hot, and constants of one's own.

    Attributes
    ----------
    start_um
        Thickness after soldering.
    rate_um2_per_s, rate_degc, activation_ev
        k of x^2 = x0^2 + k t at a temperature, and its energy: all three, or none.
    """

    hours: Hours
    temperature_degc: kinds.Temperature
    start_um: Layer = 0.0
    rate_um2_per_s: Rate | None = None
    rate_degc: kinds.Temperature | None = None
    activation_ev: Energy | None = None

    @property
    def own(self) -> tuple[float | None, float | None, float | None]:
        return self.rate_um2_per_s, self.rate_degc, self.activation_ev


class Keys(Section):
    intermetallic: Intermetallic | None = None


def metal_under_solder(d: DesignValues) -> tuple[str, float]:
    """The UBM's material that the solder touches, and how thick it is, um."""
    films = [*d.ubm.layers, *d.ubm.enhanced]
    thick = 0.0
    for film in reversed(films):
        if film.material != films[-1].material:
            break
        thick += film.thickness_um
    return films[-1].material, thick


def _growth(d: DesignValues) -> Growth | str:
    """The constants, or why there are none."""
    from fem_bump.life.intermetallic import Growth, compounds_on, known_growth, shares_of

    given = d.metrics.intermetallic
    metal, _ = metal_under_solder(d)
    names = compounds_on(metal)
    if not names:
        return f"{HERE} needs copper or nickel under the solder, not '{metal}'"
    rate, degc, energy = given.own
    if rate is not None and degc is not None and energy is not None:
        return Growth(rate, degc, energy * KJ_PER_MOL_OF_EV, shares_of(names))
    keys = f"{HERE}.rate_um2_per_s, rate_degc and activation_ev"
    if any(one is not None for one in given.own):
        return f"{keys} go together; give all three, or none"
    known = known_growth(metal) if d.bump.material in TIN else None
    if known is None:
        return (
            f"{HERE}: no constants of {metal} under {d.bump.material} could be read anywhere; give "
            f"your own {keys.removeprefix(f'{HERE}.')}"
        )
    return known


def constants_are_known(d: DesignValues) -> str | None:
    if d.metrics.intermetallic is None:
        return None
    found = _growth(d)
    return found if isinstance(found, str) else None


def grows_under_solid_solder(
    design: Design, library: MaterialLibrary, section: Callable[[], CrossSection]
) -> None:
    """The library's constants are of solids; one's own may be of a reflow."""
    given = design.metrics.intermetallic
    if given is None or given.own[0] is not None:
        return
    said = f"{HERE}.temperature_degc"
    stays_solid(said, given.temperature_degc, design.regions, library, "storage")


def layer_note(d: DesignValues) -> str | None:
    """The layer after the time, the metal used up, and when all of it is."""
    given = d.metrics.intermetallic
    if given is None:
        return None
    growth = _growth(d)
    assert not isinstance(growth, str)
    metal, thick = metal_under_solder(d)
    case = given.temperature_degc, given.start_um
    whole = growth.thickness_um(given.hours, *case)
    least, most = growth.used_up_um(given.hours, *case)
    used, gone = _span((least, most), "um"), _span(growth.hours_until_gone(thick, *case), "h")
    here = f"{given.hours:g} h at {given.temperature_degc:g} degC"
    if least > thick:
        said = (
            f"{here} would make {whole:.3g} um of intermetallic and take {used} of {metal}, of "
            f"which there are {thick:g}: it is gone after {gone}"
        )
    else:
        said = (
            f"after {here} the intermetallic layer is {whole:.3g} um thick and has used up {used} "
            f"of {thick:g} um of {metal}, which is gone after {gone}"
        )
    measured = growth.between_degc
    if measured is not None and not measured[0] <= given.temperature_degc <= measured[1]:
        said += f"; measured between {measured[0]:g} and {measured[1]:g} degC only"
    if growth.source == "user":
        return f"{said} (the design's own constants)"
    return f"{said} (read in {growth.source}; the layer of soldering is in its rate)"


def _span(ends: tuple[float, float], unit: str) -> str:
    low, high = (f"{end:.3g}" for end in ends)
    return f"{low} {unit}" if low == high else f"{low} to {high} {unit}"


add(
    Part(
        name="intermetallic",
        table="metrics",
        keys=Keys.model_fields,
        silent=True,
        rules=(constants_are_known,),
        notes=(layer_note,),
        check=grows_under_solid_solder,
    )
)
