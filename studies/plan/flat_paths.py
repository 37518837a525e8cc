"""Tables of a study, however they are nested, as values by dotted path.

TOML takes ``pad.thickness_um = 1`` for a table in a table; with and without quotes it is the same
parameter. What a part sets, varies, lists, samples or keeps all goes through here.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fem_bump.errors import InputError
from geometry.design.parameters import (
    LISTS,
    is_table,
    layers_by_name,
    open_tables,
    parameter_exists,
    parameter_names,
    value_at,
)
from geometry.design.paths import dotted, keys_of

Keys = tuple[str, ...]
DRAWN = "distribution"  # the key of a table from which values are drawn: no design has it


def flat_paths(
    table: Mapping[str, Any],
    where: str,
    *,
    extra: Sequence[str] = (),
    through: bool = False,
    base: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Values by dotted path, each of which names a parameter.

    Parameters
    ----------
    table
        As TOML has it: paths in quotes, nested tables, or both.
    where
        What it belongs to, for the message.
    extra
        Further names that may stand in it.
    through
        Whether no table is a value by itself, as where every value is a list of levels; but for one
        that is a distribution.
    base
        A design as written; a table takes the place of something else that stands there.

    Raises
    ------
    InputError
        For a path that names no parameter, or one that is given twice.
    """
    flat: dict[str, Any] = {}
    for path, value in _walk((), table, where, extra, through, base or {}):
        if path in flat:
            raise InputError(f"{where} '{path}' is given twice")
        flat[path] = value
    return flat


def nearest_of(path: str, names: Sequence[str]) -> str:
    """``nearest: a, b``: the names that somebody may have meant."""
    if by_name := layers_by_name(path):
        return by_name
    close = difflib.get_close_matches(path, names, n=3, cutoff=0.5)
    # a bare leaf such as depth_ratio is the commonest slip
    leaf = [name for name in names if name.rsplit(".", 1)[-1] == path.rsplit(".", 1)[-1]]
    nearest = list(dict.fromkeys([*leaf, *close]))[:3]
    return f"nearest: {', '.join(nearest)}" if nearest else "see docs/study-file.md"


def _walk(
    keys: Keys,
    items: Mapping[str, Any],
    where: str,
    extra: Sequence[str],
    through: bool,
    base: Mapping[str, Any],
) -> Iterator[tuple[str, Any]]:
    for key, value in items.items():
        # where the keys are names, one that holds dots is no path
        inner = (*keys, *((key,) if _holds_names(keys) else keys_of(key)))
        path = dotted(inner)
        full = isinstance(value, Mapping) and bool(value) and not (through and DRAWN in value)
        if path in extra or (parameter_exists(path) and not (full and _is_walked(inner, through))):
            yield path, value
        elif full:
            found = list(_walk(inner, value, where, extra, through, base))
            there = value_at(base, path)
            # TOML has no null: an assembly's underfill is left out by false
            replaces = not (through or there is None or there is False or _is_open(there))
            yield from [(path, value)] if replaces else found
        elif is_table(path) and _is_of_tables(value):
            yield path, value
        else:
            raise InputError(
                f"{where} '{path}' names no parameter; {nearest_of(path, parameter_names())}"
            )


def _holds_names(keys: Keys) -> bool:
    """Whether what stands in a table are names of the design's own, not keys of the schema."""
    return dotted(keys) in (*open_tables(), *LISTS) or keys[:1] == ("materials",)


def _is_walked(keys: Keys, through: bool) -> bool:
    """Whether a table at a parameter is made of parameters rather than a value of its own."""
    if keys[0] == "materials":
        return len(keys) < 3
    path = dotted(keys)
    return path in LISTS or (through and (path in open_tables() or _holds_names(keys[:-1])))


def _is_open(value: Any) -> bool:
    return isinstance(value, Mapping | list | tuple)


def _is_of_tables(value: Any) -> bool:
    """Whether a value, or every level of a list, is a table or, for one left out, false."""
    levels = value if isinstance(value, list) and value else [value]
    return all(isinstance(level, Mapping) or level is False for level in levels)
