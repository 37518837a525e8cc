"""A cross-section whose materials and layers have names that its drawings can hold."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterable, Mapping

from geometry.design.design import Design
from geometry.design.paths import renamed
from geometry.process.operations import Film, Stack
from geometry.section.cross_section import CrossSection
from groundwork.lettering import stand_ins

KEY_IN = 0.15  # of a heading, for each name that has a stand-in


def material_stand_ins(design: Design) -> dict[str, str]:
    """Name to stand-in of those materials that figures cannot name."""
    return stand_ins(design.material_names.values())


def layer_stand_ins(designs: Iterable[Design]) -> dict[str, str]:
    """Name to stand-in, ``layer_1`` and so on, of those UBM layers that figures cannot name."""
    layers = [layer.name for d in designs for layer in (*d.ubm.layers, *d.ubm.enhanced)]
    # as names of layers are written, so that a design with them is one
    free = (f"layer_{k}" for k in itertools.count(1))
    return dict(zip(stand_ins(layers), (n for n in free if n not in layers), strict=False))


def with_stand_ins(
    section: CrossSection, layers: Mapping[str, str] | None = None
) -> tuple[CrossSection, dict[str, str]]:
    """The same section with stand-ins for the names that figures cannot show, and those names.

    ``layers`` are stand-ins of layers that several sections share; the section's own by default.
    """
    materials = material_stand_ins(section.design)
    layers = layer_stand_ins([section.design]) if layers is None else layers
    if not materials and not layers:
        return section, {}
    regions = {
        f"{prefix}_{name}": f"{prefix}_{short}"
        for name, short in layers.items()
        for prefix in ("ubm", "enhanced_ubm")
    }
    films = {
        regions.get(region, region): _film(film, materials, regions)
        for region, film in section.films.items()
    }
    steps = tuple(
        (_label(label, layers), _stack(stack, materials, regions)) for label, stack in section.steps
    )
    data = renamed(section.design.to_dict(), materials)
    for film in ("layers", "enhanced"):
        for layer in data["ubm"][film]:
            layer["name"] = layers.get(layer["name"], layer["name"])
    out = dataclasses.replace(section, design=Design(**data), steps=steps, films=films)
    own = {layer.name for layer in (*section.design.ubm.layers, *section.design.ubm.enhanced)}
    return out, {**materials, **{name: short for name, short in layers.items() if name in own}}


def _label(label: str, layers: Mapping[str, str]) -> str:
    for name, short in layers.items():
        label = label.replace(name, short)
    return label


def _film(film: Film, materials: Mapping[str, str], regions: Mapping[str, str]) -> Film:
    return dataclasses.replace(
        film,
        material=materials.get(film.material, film.material),
        region=regions.get(film.region, film.region),
    )


def _stack(stack: Stack, materials: Mapping[str, str], regions: Mapping[str, str]) -> Stack:
    films: Iterable[Film] = (_film(film, materials, regions) for film in stack.films)
    return dataclasses.replace(stack, films=tuple(films))
