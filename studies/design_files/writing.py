"""A design file begun from a preset: other values in it, its comments kept, ranges beside numbers.

A comment on a value goes with the value: where another takes its place, what was said of it falls
away. Layout and all other comments stay as the preset has them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import tomlkit
from tomlkit.items import Float, InlineTable, Integer, Item

from geometry.design.design import Design
from geometry.design.notes import quantities
from geometry.design.parameters import override
from geometry.design.paths import keys_of
from studies.design_files.presets import Preset

COMMENTS_AT = 37  # column


def design_text(preset: Preset, name: str, values: Mapping[str, Any], schema: str) -> str:
    """The text of a design file.

    Parameters
    ----------
    name
        Of the design.
    values
        By dotted path, in place of the preset's.
    schema
        Path of the JSON schema, for editors, from the file's folder.

    Raises
    ------
    DesignError
        The values make no possible design.
    """
    wanted = override(preset.data, {**values, "name": name})
    design = Design(**wanted)
    document = tomlkit.parse(preset.body)
    replaced = {id(item) for item in _replace(document, wanted)}
    for path, _, usual in quantities(design):
        item = _item(document, keys_of(path))
        if item is not None:
            said = "" if id(item) in replaced else item.trivia.comment.lstrip("# ")
            _comment(item, keys_of(path)[-1], "; ".join(filter(None, [usual.text, said])))
    head = [
        f"#:schema ./{schema}",
        f"# Begun from the preset {preset.name}" + (f": {preset.about}" if preset.about else ""),
        *(f"# {line}".rstrip() for line in preset.head),
        "# Beside a number stands what a bump credibly has; keys that are left out have defaults.",
    ]
    return "\n".join([*head, tomlkit.dumps(document)])


def _replace(document: Any, wanted: Mapping[str, Any]) -> list[Item]:
    """Give a table other values; returns the items that are new in it."""
    new: list[Item] = []
    for key in [key for key in document if key not in wanted]:
        del document[key]
    for key, value in wanted.items():
        there = document.get(key)
        if isinstance(value, Mapping) and isinstance(there, Mapping):
            new += _replace(there, value)
        elif _are_tables(value) and _are_tables(there) and len(value) == len(there):
            for item, inner in zip(there, value, strict=True):
                new += _replace(item, inner)
        elif there != value:
            document[key] = value
            new.append(document.item(key))
    return new


def _are_tables(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, Mapping) for each in value)


def _item(document: Any, keys: tuple[str, ...]) -> Item | None:
    """The number that a file has at a place; None where it has none, or within a list."""
    for key in keys[:-1]:
        document = document.get(key)
        if not isinstance(document, Mapping):
            return None
    item = document.item(keys[-1]) if keys[-1] in document else None
    of_its_own = not isinstance(document, InlineTable)  # a line that a comment can end
    return item if of_its_own and isinstance(item, Float | Integer) else None


def _comment(item: Item, key: str, text: str) -> None:
    item.comment(text)
    item.trivia.comment_ws = " " * max(2, COMMENTS_AT - len(f"{key} = {item.as_string()}"))
