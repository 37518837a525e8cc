"""Plain data as the text of a TOML file.

What NumPy calls a number or an array is one; None, for which TOML has no word, is left out of
tables.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

BARE = re.compile(r"[A-Za-z0-9_-]+")


def toml_text(data: Mapping[str, Any]) -> str:
    """The text of a TOML file that reads as these data.

    Raises
    ------
    ValueError
        For what TOML cannot say, with its place: ``part[0].factors: {1, 2} is a set``.

    Examples
    --------
    >>> print(toml_text({"name": "two", "set": {"pad.feed": "rim", "via.count": None}}))
    name = "two"
    <BLANKLINE>
    [set]
    "pad.feed" = "rim"
    <BLANKLINE>
    """
    import tomlkit

    return tomlkit.dumps(_plain(data, ""))


def key_text(key: str) -> str:
    """A key as TOML writes it: in quotes where it cannot stand bare."""
    if BARE.fullmatch(key):
        return key
    # the escapes of JSON are escapes of TOML too; TOML has one more sign that must not stand raw
    return json.dumps(key, ensure_ascii=False).replace("\x7f", "\\u007f")


def _plain(value: Any, place: str) -> Any:
    """Data of TOML's own kinds."""
    if hasattr(value, "tolist"):  # an array or a number of NumPy
        value = value.tolist()
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str):
                raise ValueError(f"{place or 'the data'}: the key {key!r} is no text")
        known = {key: item for key, item in value.items() if item is not None}
        return {k: _plain(item, f"{place}.{k}" if place else k) for k, item in known.items()}
    if isinstance(value, list | tuple | range):
        return [_plain(item, f"{place}[{k}]") for k, item in enumerate(value)]
    if isinstance(value, PurePath):
        return str(value)
    if isinstance(value, bool | int | float | str):
        return value
    kind = "None" if value is None else f"{value!r} is a {type(value).__name__}"
    raise ValueError(f"{place}: {kind}, which TOML cannot say")
