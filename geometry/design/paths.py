"""Dotted paths of design data, as TOML writes keys: ``pad.thickness_um``, ``a."ubm/pad"``.

A key of letters, digits, ``_`` and ``-`` stands bare; any other, such as the name of an interface
or of a material, stands in quotes. A path that TOML could not read is split at its dots.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterable, Mapping
from typing import Any

from groundwork.toml_text import key_text

KEY = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\[^\n])*"|'[^'\n]*')"""
PATH = re.compile(rf"{KEY}(?:[ \t]*\.[ \t]*{KEY})*")


@functools.lru_cache(maxsize=4096)
def keys_of(path: str) -> tuple[str, ...]:
    """The keys of a dotted path, without their quotes.

    Examples
    --------
    >>> keys_of('metrics.strength."ubm/pad".peel_mpa')
    ('metrics', 'strength', 'ubm/pad', 'peel_mpa')
    """
    if PATH.fullmatch(path) and ('"' in path or "'" in path):
        try:
            node = tomllib.loads(f"{path} = 0")
        except tomllib.TOMLDecodeError:
            return tuple(path.split("."))
        keys = []
        while isinstance(node, dict):
            [(key, node)] = node.items()
            keys.append(key)
        return tuple(keys)
    return tuple(path.split("."))


def dotted(keys: Iterable[str]) -> str:
    """The dotted path of keys, those in quotes that cannot stand bare."""
    return ".".join(map(key_text, keys))


def renamed(value: Any, names: Mapping[str, str]) -> Any:
    """Plain data with names replaced wherever they stand: as values, keys and in dotted paths."""
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, Mapping):
        return {_renamed_path(key, names): renamed(item, names) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(renamed(item, names) for item in value)
    return value


def _renamed_path(path: Any, names: Mapping[str, str]) -> Any:
    if path in names:
        return names[path]
    for name, short in names.items() if isinstance(path, str) else ():
        if path == f"materials.{name}" or path.startswith(f"materials.{name}."):
            return f"materials.{short}{path[len('materials.') + len(name) :]}"
    keys: tuple[str, ...] = tuple(keys_of(path)) if isinstance(path, str) else ()
    if len(keys) > 1 and keys[0] == "materials" and keys[1] in names:
        return dotted([keys[0], names[keys[1]], *keys[2:]])
    return path
