"""What must hold between a design and what is known only outside it: materials, interfaces.

A design by itself is checked where it is made. What is refused here takes the material library, or
the cross-section, but no mesh: a mistake is said before anything is meshed or solved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fem_bump.errors import InputError
from geometry.design.design import Design
from geometry.design.flow import step_of
from geometry.design.sentences import shown
from studies.case.design_materials import design_library, lateral_displacement_um

if TYPE_CHECKING:
    from fem_bump import MaterialLibrary
    from geometry import CrossSection

CONDUCTORS = ("pad.", "trace.", "via.", "ubm.", "bump.", "assembly.pad.")
RESISTIVITY = "load.current.contact_resistivity_ohm_m2"
STRENGTH = "metrics.strength"


def check_design(design: Design) -> None:
    """Refuse unknown materials and interfaces, insulators in the current's way, a huge shift.

    Raises
    ------
    InputError
        In one sentence: key, value, and what is allowed.
    """
    library = design_library(design)
    for key, name in design.material_names.items():
        _check_material(key, name, library)
    _check_shift(design)
    if design.load.current.contact_resistivity_ohm_m2 or design.metrics.strength:
        from geometry import build_cross_section

        section = build_cross_section(design)
        _check_resistivities(section, library)
        _check_strengths(section)


def _check_material(key: str, name: str, library: MaterialLibrary) -> None:
    tail = step_of(key)
    if name not in library:
        raise InputError(
            f"{key} = '{name}' is no known material; the nearest names are "
            f"{', '.join(library.nearest(name))}, and [materials] takes your own{tail}"
        )
    if key.startswith(CONDUCTORS) and not library[name].is_conductor:
        like = ", ".join([known for known in library if library[known].is_conductor][:4])
        raise InputError(
            f"{key} = '{name}' carries the current, but has no conductivity_s_per_m; it must be a "
            f"conductor such as {like}{tail}"
        )


def _check_shift(design: Design) -> None:
    load, height = design.load.shear, design.joint_height_um
    shift = abs(lateral_displacement_um(design))
    if load is not None and load.dnp_um and shift > height:
        raise InputError(
            f"load.shear.dnp_um = {load.dnp_um:g} shifts the board by {shift:.4g} um, more than "
            f"the joint's height of {height:g} um; it must be from 0 to "
            f"{load.dnp_um * height / shift:.4g}"
        )


# ------------------------------------------------------------------------------- interfaces


def _check_resistivities(section: CrossSection, library: MaterialLibrary) -> None:
    given = section.design.load.current.contact_resistivity_ohm_m2
    conducting = {name for name, of in section.region_materials.items() if library[of].is_conductor}
    if section.design.discrete_vias is not None:
        conducting.discard("via")  # a sector of each is fed instead
    touching = _touching(section, conducting)
    for name, value in given.items():
        pair, _, leg = name.partition(":")
        said = f"{RESISTIVITY} names '{name}' = {value:g}"
        if pair.count("/") != 1:
            raise InputError(f"{said}, which is not 'a/b' or 'a/b:leg'; {_these(touching)}")
        if not _meet(section, pair):
            raise InputError(f"{said}, which is no interface of this design; {_these(touching)}")
        if not _meet(section, pair, conducting):
            raise InputError(f"{said}, which no current can cross; {_these(touching)}")
        legs = section.legs_of(*pair.split("/"))
        if leg and legs and leg not in legs:
            raise InputError(f"{said}, but the legs of {pair} are {', '.join(legs)}")


def _check_strengths(section: CrossSection) -> None:
    named = dict.fromkeys(name.split(":")[0] for name in section.boundaries)
    known = [name for name in named if name.startswith("ubm/")]
    for name, strength in section.design.metrics.strength.items():
        if name not in known:
            given = {k: v for k, v in strength.model_dump().items() if v is not None}
            raise InputError(f"{STRENGTH} names '{name}' = {shown(given)}; {_these(known)}")


def _touching(section: CrossSection, conducting: set[str]) -> list[str]:
    """Named interfaces with conductors on both sides, in the section's order of names."""
    pairs = dict.fromkeys(name.split(":")[0] for name in section.boundaries if "/" in name)
    return [pair for pair in pairs if _meet(section, pair, conducting)]


def _meet(section: CrossSection, pair: str, among: set[str] | None = None) -> bool:
    """Whether the regions or groups ``a/b`` share an edge, counting all or only some regions."""
    one, other = (
        {n for n in section.members(name) if among is None or n in among}
        for name in pair.split("/")
    )
    return any(
        (edge.left in one and edge.right in other) or (edge.left in other and edge.right in one)
        for edge in section.edges
    )


def _these(names: list[str]) -> str:
    return f"interfaces here are {', '.join(names)}"
