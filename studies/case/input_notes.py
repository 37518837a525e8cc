"""What is noted of a design's input: values of a slipped unit, tables that end before the load.

A design judges its own numbers (`Design.notes`) and a material its properties (`Material.notes`).
This room knows both: which materials a design uses, and at which temperatures. Notes go with every
output and change no result.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from fem_bump import Material, MaterialLibrary
from fem_bump.materials.notes import what_matters
from geometry import Design
from studies.case.design_materials import design_library
from studies.case.inelastic import is_inelastic
from studies.case.part import parts

Range = tuple[float, float]
MOST_NOTED = 1000  # designs, each in 0.2 ms


class _Materials:
    """Notes of materials, each found once for all designs that take it in the same range."""

    def __init__(self) -> None:
        # with the material, which keeps its identity from being another's
        self._known: dict[tuple[Any, ...], tuple[Material, list[str]]] = {}
        self._matters: dict[int, Callable[[Mapping[str, Range]], tuple[Any, ...]]] = {}

    def notes(self, material: Material, used: Mapping[str, Range]) -> list[str]:
        """:meth:`fem_bump.Material.notes`."""
        if id(material) not in self._matters:
            self._matters[id(material)] = what_matters(material)
        key = (id(material), self._matters[id(material)](used))
        return self._found(key, material, lambda: material.notes(used))

    def of_film(self, material: Material, thickness_um: float) -> list[str]:
        """What is noted of a law at a film's thickness alone."""

        def found() -> list[str]:
            film = material.for_thickness(thickness_um)
            return sorted(set(film.notes()) - set(material.notes()))

        return self._found((id(material), thickness_um), material, found)

    def _found(
        self, key: tuple[Any, ...], material: Material, find: Callable[[], list[str]]
    ) -> list[str]:
        if key not in self._known:
            self._known[key] = material, find()
        return self._known[key][1]


def input_notes(design: Design) -> list[str]:
    """What is noted of a design's numbers and of the materials it uses, a sentence each."""
    return _notes(design, _Materials())


def _notes(design: Design, materials: _Materials) -> list[str]:
    library = design_library(design)
    out = design.notes()
    for name, used in temperatures_used(design).items():
        out += materials.notes(library[name], used)
        own = design.materials.get(name, {}).get("law", "elastic")
        if own != "elastic" and not is_inelastic(design):
            out.append(
                f"the law of material '{name}' is not used: without load.inelastic = true a design "
                "is elastic"
            )
    return out + _film_notes(design, library, materials) if is_inelastic(design) else out


def _film_notes(design: Design, library: MaterialLibrary, materials: _Materials) -> list[str]:
    """Of laws at the thickness of a region that they are not known for."""
    thick = [(library[r.material], r.thickness_um) for r in design.regions]
    found = (materials.of_film(one, um) for one, um in thick if um is not None)
    return sorted({note for notes in found for note in notes})


def notes_of_designs(designs: Sequence[Design]) -> list[str]:
    """Notes of several designs, each once, with how many it is true of.

    Of very many designs some are looked at, drawn without regard to their order; every result has
    its own notes.
    """
    count: dict[str, int] = {}
    total, of, materials = len(designs), "cases", _Materials()
    if total > MOST_NOTED:
        designs = random.Random(0).sample(designs, MOST_NOTED)
        total, of = MOST_NOTED, f"cases, drawn from {total}"
    for design in designs:
        for note in dict.fromkeys(_notes(design, materials)):
            count[note] = count.get(note, 0) + 1
    return [
        note if total == 1 else f"{'all' if n == total else n} of {total} {of}: {note}"
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
