"""The constitutive laws that regions can be given, by the names that a design file calls them.

Laws stand above materials (:mod:`fem_bump.laws`); a material holds one without knowing what it
does. Modules of other packages add theirs by an entry point of the group ``fem_bump.laws``.
"""

from __future__ import annotations

from collections.abc import Mapping
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


def law_of_table(owner: str, table: Any) -> Any:
    """The law that a table of a design file states, or the sum of those that a list states.

    ``kind`` names the law; the other keys are its parameters, as numbers or tables over degC.
    """
    if isinstance(table, list) and table:
        first, *others = (law_of_table(owner, each) for each in table)
        for other in others:
            first = first + other
        return first
    if not isinstance(table, Mapping) or "kind" not in table:
        raise InputError(
            f"{owner}: law = {table!r} must be a table with a 'kind', or a list of such"
        )
    given = dict(table)
    try:
        return law_kind(given.pop("kind")).of_table(given)
    except InputError as error:
        raise InputError(f"{owner}: {error}") from error
