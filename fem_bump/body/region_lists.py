"""Lists of regions as users give them: groups, insulated regions, the side of a crack.

A text is a sequence of letters and so would pass for a list of one-letter regions; what is no list
at all would end in an error of Python. Both are refused by name. A region that stands twice counts
once: its elements are there once.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from fem_bump.errors import InputError
from fem_bump.materials.material import Material


def region_list(argument: str, given: Any) -> tuple[str, ...]:
    """Names in the order given, each once.

    Raises
    ------
    InputError
        For anything but a list of texts.
    """
    wanted = "a list of region names is needed"
    if isinstance(given, str):
        raise InputError(f"{argument} = {given!r} is a text; {wanted}, [{given!r}]")
    if not isinstance(given, Iterable) or isinstance(given, bytes | Mapping):
        raise InputError(f"{argument} = {given!r} is a {type(given).__name__}; {wanted}")
    names = list(given)
    for name in names:
        if not isinstance(name, str):
            raise InputError(f"{argument} holds {name!r}, which is no text; {wanted}")
    return tuple(dict.fromkeys(names))


def region_groups(given: Any) -> dict[str, tuple[str, ...]]:
    """Group names to their regions, which may be unknown ones.

    Raises
    ------
    InputError
        For anything but a dictionary from texts to lists of one or more texts, and for a group
        among the members of another.
    """
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise InputError(
            f"groups = {given!r} is a {type(given).__name__}; a dictionary from group names to "
            "lists of region names is needed"
        )
    for group in given:
        if not isinstance(group, str):
            raise InputError(f"groups has the name {group!r}; names must be text")
    groups = {group: region_list(f"group '{group}'", members) for group, members in given.items()}
    for group, members in groups.items():
        if not members:
            raise InputError(f"group '{group}' is empty; it needs at least one region")
    return groups


def checked_materials(given: Any) -> dict[str, Material]:
    """Materials by region, as a dictionary.

    Raises
    ------
    InputError
        For anything but names of regions with materials.
    """
    if not isinstance(given, Mapping):
        raise InputError(
            f"region_materials is a {type(given).__name__}; a dictionary from region names to "
            "materials is needed"
        )
    for name, material in given.items():
        if not isinstance(name, str):
            raise InputError(f"region_materials has the name {name!r}; names must be text")
        if not isinstance(material, Material):
            hint = f" (MaterialLibrary()[{material!r}])" if isinstance(material, str) else ""
            raise InputError(
                f"region_materials['{name}'] = {material!r} is a {type(material).__name__}; "
                f"a Material is needed{hint}"
            )
    return dict(given)


def unknown_name(kind: str, name: str, known: Iterable[str]) -> str:
    """A sentence on a name that is none of the known ones, with those that look like it."""
    known = list(known)
    close = difflib.get_close_matches(name, known, n=3)
    hint = f"did you mean {' or '.join(close)}?" if close else f"known are {', '.join(known)}"
    return f"unknown {kind} '{name}'; {hint}"


def check_names(
    regions: Mapping[str, np.ndarray],
    materials: Mapping[str, Material],
    groups: Mapping[str, tuple[str, ...]],
) -> None:
    """Refuse names that do not fit together.

    Raises
    ------
    InputError
        For a region without material or elements, a material without region, and a group of what is
        no region or that has the name of one.
    """
    missing = [name for name in regions if name not in materials]
    if missing:
        raise InputError(f"region '{missing[0]}' of the mesh has no material")
    for name in materials:
        if name not in regions:
            raise InputError(unknown_name("region", name, regions))
        if len(regions[name]) == 0:
            raise InputError(f"region '{name}' of the mesh is empty")
    for group, members in groups.items():
        for name in members:
            if name in groups and name not in regions:
                raise InputError(
                    f"group '{group}' holds the group '{name}'; list its regions instead"
                )
            if name not in regions:
                unknown = unknown_name("region", name, regions)
                raise InputError(f"group '{group}': {unknown}")
        if group in regions:
            raise InputError(f"group '{group}' has the name of a region")
