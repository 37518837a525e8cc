"""What is noted of a design's input: values of a slipped unit, tables that end before the load.

A design judges its own numbers (`Design.notes`) and a material its properties (`Material.notes`).
This room knows both: which materials a design uses, and at which temperatures. Notes go with every
output and change no result.
"""

from __future__ import annotations

from collections.abc import Iterable

from fem_bump import MaterialLibrary
from geometry import Design
from studies.case.design_materials import design_library
from studies.case.inelastic import is_inelastic
from studies.case.part import parts

Range = tuple[float, float]


def input_notes(design: Design) -> list[str]:
    """What is noted of a design's numbers and of the materials it uses, a sentence each."""
    library = design_library(design)
    out = design.notes()
    for name, used in temperatures_used(design).items():
        out += library[name].notes(used)
        own = design.materials.get(name, {}).get("law", "elastic")
        if own != "elastic" and not is_inelastic(design):
            out.append(
                f"the law of material '{name}' is not used: without load.inelastic = true a design "
                "is elastic"
            )
    return out + _film_notes(design, library) if is_inelastic(design) else out


def _film_notes(design: Design, library: MaterialLibrary) -> list[str]:
    """Of laws at the thickness of a region that they are not known for."""
    found: dict[str, None] = {}
    for region in design.regions:
        material = library[region.material]
        if region.thickness_um is not None:
            film = material.for_thickness(region.thickness_um)
            found |= dict.fromkeys(set(film.notes()) - set(material.notes()))
    return sorted(found)


def notes_of_designs(designs: Iterable[Design]) -> list[str]:
    """Notes of several designs, each once, with how many it is true of."""
    count: dict[str, int] = {}
    total = 0
    for design in designs:
        total += 1
        for note in dict.fromkeys(input_notes(design)):
            count[note] = count.get(note, 0) + 1
    return [
        note if total == 1 else f"{'all' if n == total else n} of {total} cases: {note}"
        for note, n in count.items()
    ]


def temperatures_used(design: Design) -> dict[str, dict[str, Range]]:
    """Lowest and highest temperature, degC, at which a property is taken, by material."""
    used: dict[str, dict[str, Range]] = {}
    for part in parts():
        for name, properties, degc in part.temperatures(design):
            _add(used, name, properties, *degc)
    return used


def _add(
    used: dict[str, dict[str, Range]], name: str, properties: Iterable[str], *degc: float
) -> None:
    of = used.setdefault(name, {})
    for prop in properties:
        every = (*of.get(prop, ()), *degc)
        of[prop] = (min(every), max(every))
