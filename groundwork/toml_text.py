"""Plain data as the text of a TOML file, laid out as people write one.

Values of a table come before the tables in it; a table within a list within a list stands in line.
What NumPy calls a number or an array is one; None, for which TOML has no word, is left out of
tables.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
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
    >>> print(toml_text({"name": "two", "part": [{"name": "a", "set": {"pad.feed": "rim"}}]}))
    name = "two"
    <BLANKLINE>
    [[part]]
    name = "a"
    <BLANKLINE>
    [part.set]
    "pad.feed" = "rim"
    <BLANKLINE>
    """
    return "\n".join(_lines(_plain(data, ""), ())).lstrip("\n") + "\n"


def _lines(table: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    inner = {key: value for key, value in table.items() if _is_table(value) or _is_array(value)}
    for key, value in table.items():
        if key not in inner:
            yield f"{key_text(key)} = {_value(value)}"
    for key, value in inner.items():
        below = (*path, key)
        name = ".".join(map(key_text, below))
        for one in value if _is_array(value) else [value]:
            yield ""
            yield f"[[{name}]]" if _is_array(value) else f"[{name}]"
            yield from _lines(one, below)


def _is_table(value: Any) -> bool:
    return isinstance(value, dict)


def _is_array(value: Any) -> bool:
    """Whether a value is a list of tables, each of which gets a heading."""
    return isinstance(value, list) and bool(value) and all(map(_is_table, value))


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


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and not math.isfinite(value):
        return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    return f"{{{', '.join(f'{key_text(key)} = {_value(item)}' for key, item in value.items())}}}"


def key_text(key: str) -> str:
    """A key as TOML writes it: in quotes where it cannot stand bare."""
    return key if BARE.fullmatch(key) else _text(key)


def _text(text: str) -> str:
    # the escapes of JSON are escapes of TOML too; TOML has one more sign that must not stand raw
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
