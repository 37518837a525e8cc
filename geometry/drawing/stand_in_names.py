"""A cross-section whose materials have names that its drawings can hold."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping

from geometry.design.design import Design
from geometry.drawing.lettering import renamed, stand_ins
from geometry.process.operations import Film, Stack
from geometry.section.cross_section import CrossSection

KEY_IN = 0.15  # of a heading, for each name that has a stand-in


def material_stand_ins(design: Design) -> dict[str, str]:
    """Name to stand-in of those materials that figures cannot name."""
    return stand_ins(design.material_names.values())


def with_stand_ins(section: CrossSection) -> tuple[CrossSection, dict[str, str]]:
    """The same section with stand-ins for the names that figures cannot show, and those names."""
    names = material_stand_ins(section.design)
    if not names:
        return section, names
    films = {region: _film(film, names) for region, film in section.films.items()}
    steps = tuple((label, _stack(stack, names)) for label, stack in section.steps)
    design = Design(**renamed(section.design.to_dict(), names))
    return dataclasses.replace(section, design=design, steps=steps, films=films), names


def _film(film: Film, names: Mapping[str, str]) -> Film:
    return dataclasses.replace(film, material=names.get(film.material, film.material))


def _stack(stack: Stack, names: Mapping[str, str]) -> Stack:
    films: Iterable[Film] = (_film(film, names) for film in stack.films)
    return dataclasses.replace(stack, films=tuple(films))
