"""The constitutive laws that regions can be given, by the names that a design file calls them.

Laws stand above materials (:mod:`fem_bump.laws`); a material holds one without knowing what it
does. Modules of other packages add theirs by an entry point of the group ``fem_bump.laws``.
"""

from __future__ import annotations

from typing import Any

from fem_bump.errors import InputError
from groundwork.registry import Registry

LAWS: Registry[Any] = Registry("fem_bump.laws", folder="fem_bump.laws.shipped")


def law_kind(name: object) -> Any:
    """The kind of law that is called ``name``; InputError that lists the known ones."""
    kinds = {kind.name: kind for kind in LAWS.values()}
    if not isinstance(name, str) or name not in kinds:
        raise InputError(f"law {name!r} is unknown; known are {', '.join(kinds)}")
    return kinds[name]
