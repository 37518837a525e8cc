"""The atoms that the current moves: how long, what stress a void begins at, where atoms pass.

Without ``[load.migration]`` no atom moves. At the temperature that ``[load.heat]`` gives, else at
``load.current.temperature_degc``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, field_validator

from fem_bump.errors import InputError
from geometry.design import quantities
from geometry.design.quantities import Usual
from geometry.design.schema import Section
from geometry.design.values import DesignValues
from studies.case import quantities as kinds
from studies.case.inelastic import is_inelastic
from studies.case.named_interfaces import connected, sides, these, touching
from studies.loads.load import load

if TYPE_CHECKING:
    from fem_bump import MaterialLibrary, Model
    from geometry import CrossSection, Design

SIDE = "bump_side"  # of the solder, where nothing wraps it
# where no other is given: solder is weaker than the films that critical_mpa is of. A Blech product
# of 30 A/cm, as measured in tin-silver, makes about 50 MPa between the ends of blocked tin, half of
# it tension
CRITICAL_BY_REGION_MPA = {"bump": 30.0}
Duration = Annotated[
    float,
    Field(strict=True, gt=0.0, le=1e12, allow_inf_nan=False),
    Usual(1e4, 1e10, "s", (("h", 3600.0), ("years", 3.15576e7))),
]
# of a surface that holds it; 0 where it is free
Held = Annotated[
    float,
    Field(strict=True, ge=-1e5, le=1e5, allow_inf_nan=False),
    Usual(0.5, 5e3, "MPa", kinds.STRESS, signed=True),
]
Tolerance = Annotated[
    float, Field(strict=True, ge=1e-5, le=0.2, allow_inf_nan=False), Usual(1e-5, 0.2, "", ())
]


class VoidLoad(Section):
    """What becomes of a void after it has begun.

    Attributes
    ----------
    thickness_um
        Of the gap that spreads along the interface.
    idealizations
        Its shapes, of which the life is the interval; none: those of the feed, a ring and a disc,
        or with a current that varies around the axis a lens and a ring, and where the current
        comes into the pad a slit and a sector. A place takes of them those that fit it.
    free_surface
        Whether the solder's side holds no stress, so that atoms find a way out: both before a void
        begins and after. Else it is blocked, before and after.
    """

    thickness_um: quantities.FilmThickness = 1.0
    idealizations: tuple[Literal["ring", "disc", "lens", "slit", "sector"], ...] = ()
    free_surface: bool = True


class MigrationLoad(Section):
    """How long the current flows, and at which stress a void begins.

    Attributes
    ----------
    end_s
        Until when a void is looked for: ten years.
    critical_mpa
        Hydrostatic tension, as a mean over a disc of ``over_um``, at which one begins: that of
        aluminium and copper films.
    critical_by_region_mpa
        The same of single regions; without its own, that of the bump is solder's.
    open_interfaces
        Between metals whose atoms pass from one to the other.
    reservoirs
        Boundaries that hold a stress, MPa; a free surface holds 0.
    initial
        Stress at the start: none, or that of the history's end.
    tolerance
        Error of the stress at any time, over the largest change in a block.
    void
        How a void grows; None: it is not followed.
    """

    end_s: Duration = 3.15576e8
    critical_mpa: kinds.Stress = 200.0
    critical_by_region_mpa: dict[str, kinds.Stress] = Field(default=CRITICAL_BY_REGION_MPA)
    over_um: kinds.Window = 1.0
    open_interfaces: tuple[str, ...] = ()
    reservoirs: dict[str, Held] = Field(default_factory=dict)
    initial: Literal["none", "history"] = "none"
    tolerance: Tolerance = 1e-3
    void: VoidLoad | None = None

    @field_validator("critical_by_region_mpa")
    @classmethod
    def _others_stay(cls, given: dict[str, float]) -> dict[str, float]:
        return CRITICAL_BY_REGION_MPA | given


def migrates(design: DesignValues) -> bool:
    """Whether the current moves atoms in a design."""
    return getattr(design.load, "migration", None) is not None


def voids_grow(design: DesignValues) -> bool:
    """Whether voids are followed after they have begun."""
    return migrates(design) and design.load.migration.void is not None


def starts_from_history(design: DesignValues) -> bool:
    """Whether the stress at the start is that of a history's end."""
    return migrates(design) and design.load.migration.initial == "history"


def free_surface(section: CrossSection) -> str | None:
    """The solder's own side, where it is free, nothing is said of it, and no stress meets it."""
    held = section.design.load.migration.reservoirs
    if SIDE not in section.boundaries or SIDE in held:
        return None
    side = _ends(section, SIDE)
    meets = (mpa and side & _ends(section, name) for name, mpa in held.items())
    return None if any(meets) else SIDE


def void_surface(section: CrossSection, region: str) -> str | None:
    """The solder's own side where it is free of stress before and after a void begins.

    None where it is blocked before and after, as design and region have it.
    """
    free = section.design.load.migration.void.free_surface
    return free_surface(section) if free and region == "bump" else None


def _ends(section: CrossSection, boundary: str) -> set[int]:
    """Vertices of a boundary's edges, none where it is not there."""
    edges = (section.edges[k] for k in section.boundaries.get(boundary, ()))
    return {vertex for edge in edges for vertex in (edge.start, edge.end)}


def critical_mpa(design: DesignValues, region: str) -> float:
    """Stress at which a void begins in a region, MPa."""
    given = design.load.migration
    return float(given.critical_by_region_mpa.get(region, given.critical_mpa))


# ------------------------------------------------------------------------------- rules


def regions_are_known(d: DesignValues) -> str | None:
    if d.load.migration is None:
        return None
    for region in d.load.migration.critical_by_region_mpa:
        if region not in d.region_names:
            return (
                f"load.migration.critical_by_region_mpa names the unknown region '{region}'; "
                f"allowed are {', '.join(d.region_names)}"
            )
    return None


def history_is_inelastic(d: DesignValues) -> str | None:
    if d.load.migration is None or d.load.migration.initial != "history" or is_inelastic(d):
        return None
    return (
        "load.migration.initial = 'history' is the stress after yield and creep; give "
        "load.inelastic = true, or initial = 'none'"
    )


def names_are_of_the_section(
    design: Design, library: MaterialLibrary, sectioned: Callable[[], CrossSection]
) -> None:
    """Refuse conductors without data, and boundaries and interfaces that are not there."""
    if not migrates(design):
        return
    given, section = design.load.migration, sectioned()
    moving = _moving(section, library)
    for name in given.open_interfaces:
        _check_open(section, name, moving)
    if given.reservoirs:
        plain = [name for name in section.boundaries if "/" not in name and name != "axis"]
        for name, value in given.reservoirs.items():
            if name not in section.boundaries:
                raise InputError(
                    f"load.migration.reservoirs names '{name}' = {value:g}, which is no boundary "
                    f"of this design; those are {', '.join(plain)}"
                )


def _moving(section: CrossSection, library: MaterialLibrary) -> set[str]:
    """Regions on the current's path whose atoms move; those without data are refused."""
    materials = {region: library[name] for region, name in section.region_materials.items()}
    conducting = {region for region, material in materials.items() if material.is_conductor}
    if section.design.discrete_vias is not None:
        conducting.discard("via")  # a sector of each is in series
    path = connected(section, "pad", conducting)
    for region in section.region_materials:
        if region in path and materials[region].migration is None:
            raise InputError(
                f"load.migration: region '{region}' carries current and its material "
                f"'{materials[region].name}' has no migration data; give it a table, or "
                f"migration = 'immobile'"
            )
    return {region for region in path if materials[region].migration != "immobile"}


def _check_open(section: CrossSection, name: str, moving: set[str]) -> None:
    """Refuse what is no interface, or has a side whose atoms stay."""
    pair, _, leg = name.partition(":")
    said = f"load.migration.open_interfaces names '{name}'"
    if pair.count("/") != 1:
        raise InputError(f"{said}, which is not 'a/b' or 'a/b:leg'")
    beside = sides(section, pair)
    if not beside:
        known = these(touching(section, moving))
        raise InputError(f"{said}, which is no interface of this design; {known}")
    if not leg and beside - moving:
        raise InputError(
            f"{said}, but no atoms move in {', '.join(sorted(beside - moving))} beside it"
        )


@load(
    "migration",
    acts_on="electromigration",
    schema=MigrationLoad,
    silent=True,
    rules=(regions_are_known, history_is_inelastic),
    check=names_are_of_the_section,
    titles={
        "load.migration.end_s": "time of migration (s)",
        "load.migration.critical_mpa": "critical stress (MPa)",
    },
    statement="studies.loads.statements.migration:STATEMENT",
)
def migration(section: CrossSection, model: Model) -> Mapping[str, Any]:
    given = section.design.load.migration
    return {
        "end_s": given.end_s,
        "open_interfaces": given.open_interfaces,
        "reservoirs": dict(given.reservoirs),
        "tolerance": given.tolerance,
    }
