"""What a refused value should have been, in one sentence: field, value, what is allowed.

The models of designs and studies say by their types and bounds what a key may hold; both ends of a
range are named, whichever was passed.
"""

from __future__ import annotations

import difflib
import math
import types
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from geometry.design.quantities import Usual
from geometry.design.schema import OneOf

Location = tuple[Any, ...]
LAYERS = ("layers", "enhanced")  # lists of the UBM whose items go by their names
WORDS: dict[type, str] = {
    float: "a number",
    int: "a whole number",
    str: "text",
    bool: "true or false",
    dict: "a table",
}


def one_sentence(error: ValidationError, model: type[BaseModel], data: Any) -> str:
    """The first mistake that validation found in plain data for a model."""
    first = error.errors()[0]
    where = tuple(first["loc"])
    if first["type"] == "extra_forbidden":
        return _unknown_key(where, model, data)
    allowed, depth = _deepest(where, model)
    field = _called(where[:depth], data) or "the file"
    if first["type"] == "missing":
        return f"the key '{field}' is missing; it must be {describe(allowed)}"
    if first["type"] == "value_error":
        return f"{field}: {first['ctx']['error']}"
    value = shown(_value_at(data, where[:depth]))
    return f"{field} = {value} must be {describe(allowed)}{_likely(where, model, data)}"


def describe(annotation: Any) -> str:
    """What a type with its bounds allows, in words: ``a number from 0 to 1``."""
    options = [option for option in _options(annotation) if option is not type(None)]
    return " or ".join(dict.fromkeys(_describe_one(option) for option in options))


def usual(annotation: Any) -> Usual | None:
    """What a type credibly holds, or the items of a collection; None where nothing says it.

    Only what its bounds allow: nothing impossible is credible.
    """
    for option in _options(annotation):
        kind, *notes = get_args(option) if get_origin(option) is Annotated else (option,)
        for note in notes:
            for each in note.metadata if isinstance(note, FieldInfo) else [note]:
                if isinstance(each, Usual):
                    return each.within(_bounds(option)[1])
        for inner in _options(kind) if kind is not option else get_args(kind):
            found = usual(inner)
            if found is not None:
                return found
    return None


def type_at(model: type[BaseModel], where: Location) -> Any:
    """The type with its bounds of what stands at a place: keys, and any number for an item.

    None where the model has no such place.
    """
    found = _types(where, model)
    return found[-1] if len(found) == len(where) + 1 else None


def shown(value: Any) -> str:
    """A value as TOML has it, shortened where it is long."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:g}" if float(f"{value:g}") == value else repr(value)
    if isinstance(value, BaseModel):
        value = value.model_dump(by_alias=True)
    if isinstance(value, Mapping):
        text = "{" + ", ".join(f"{key} = {shown(item)}" for key, item in value.items()) + "}"
    elif isinstance(value, list | tuple):
        text = "[" + ", ".join(map(shown, value)) + "]"
    else:
        text = repr(value)
    return text if len(text) <= 80 else f"{text[:76]} ..."


def nearest(name: str, known: Iterable[str], most: int = 3) -> str:
    """``did you mean 'a' or 'b'?``, or what is allowed where nothing is near."""
    known = list(known)
    close = difflib.get_close_matches(name, known, n=most)
    if close:
        return f"did you mean {' or '.join(close)}?"
    return f"allowed: {', '.join(known)}" if known else "none is allowed"


# ------------------------------------------------------------------------------- types in words


def _describe_one(annotation: Any) -> str:
    kind, bounds = _bounds(annotation)
    if "description" in bounds:
        return str(bounds["description"])
    origin = get_origin(kind)
    if origin is Literal or "choices" in bounds:
        choices = [shown(choice) for choice in bounds.get("choices", get_args(kind))]
        return " or ".join([", ".join(choices[:-1]), choices[-1]] if choices[1:] else choices)
    if origin in (list, tuple):
        return f"a list of {'one or more' if bounds.get('min_length') else 'any number'}, each " + (
            describe(get_args(kind)[0])
        )
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return f"a table of {', '.join(_keys(kind))}"
    return WORDS.get(origin or kind, "another value") + _range(bounds)


def _range(bounds: Mapping[str, Any]) -> str:
    low = f"{bounds['ge']:g}" if "ge" in bounds else None
    high = f"{bounds['le']:g}" if "le" in bounds else None
    if low and high:
        return f" from {low} to {high}"
    if "gt" in bounds:
        return f" above {bounds['gt']:g}" + (f" and at most {high}" if high else "")
    return f" of at least {low}" if low else f" of at most {high}" if high else ""


def _bounds(annotation: Any) -> tuple[Any, dict[str, Any]]:
    """A type without its annotations, and what those say: bounds, description, choices."""
    if get_origin(annotation) is not Annotated:
        return annotation, {}
    kind, *notes = get_args(annotation)
    found: dict[str, Any] = {}
    for note in notes:
        if isinstance(note, FieldInfo):
            found |= {"description": note.description} if note.description else {}
        for each in note.metadata if isinstance(note, FieldInfo) else [note]:
            if isinstance(each, OneOf):
                found["choices"] = tuple(each.known())
            for name in ("ge", "gt", "le", "min_length"):
                if getattr(each, name, None) is not None:
                    found[name] = getattr(each, name)
    return kind, found


def _options(annotation: Any) -> Iterator[Any]:
    """The members of a union, or the type itself."""
    if get_origin(annotation) in (Union, types.UnionType):
        for option in get_args(annotation):
            yield from _options(option)
    else:
        yield annotation


# ------------------------------------------------------------------------------- places


def _likely(where: Location, model: type[BaseModel], data: Any) -> str:
    """``: 21 ppm/K would be 2.1e-05 1/K`` where another unit explains a refused number."""
    found = _types(where, model)
    expected, value = usual(found[-1]), _value_at(data, where[: len(found) - 1])
    if expected is None or isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    likely = expected.likely(value) if math.isfinite(value) else ""
    return likely and f": {likely}"


def _deepest(where: Location, model: type[BaseModel]) -> tuple[Any, int]:
    """The type at a place, and how much of the place is keys: unions append their members.

    An item of a list of plain values is named by its list, whose values belong together.
    """
    found = _types(where, model)
    depth = len(found) - 1
    if depth and isinstance(where[depth - 1], int) and not _is_table(found[depth]):
        depth -= 1
    return found[depth], depth


def _types(where: Location, model: type[BaseModel]) -> list[Any]:
    """The types along a place, as far as it is keys and items."""
    found: list[Any] = [model]
    for part in where:
        inner = _inner(found[-1], part)
        if inner is None:
            break
        found.append(inner)
    return found


def _inner(annotation: Any, part: Any) -> Any:
    """The type of a key or item, None where there is none."""
    for option in _options(annotation):
        kind, _ = _bounds(option)
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            for name, field in kind.model_fields.items():
                if part in (name, field.alias):
                    # pydantic keeps the bounds of a field apart from its type
                    return (
                        Annotated[field.annotation, field] if field.metadata else field.annotation
                    )
        elif get_origin(kind) in (list, tuple) and isinstance(part, int):
            return get_args(kind)[0]
        elif get_origin(kind) is dict:
            return get_args(kind)[1]
    return None


def _is_table(annotation: Any) -> bool:
    kinds = (_bounds(option)[0] for option in _options(annotation))
    return any(isinstance(kind, type) and issubclass(kind, BaseModel) for kind in kinds)


def _value_at(data: Any, where: Location) -> Any:
    for part in where:
        if isinstance(data, BaseModel):
            data = data.model_dump(by_alias=True)
        data = data[part]
    return data


def _called(where: Location, data: Any) -> str:
    """A place as its dotted path; items of a list by their name, or counted from 1."""
    said = []
    for k, part in enumerate(where):
        if not isinstance(part, int):
            said.append(str(part))
            continue
        item = _value_at(data, where[: k + 1])
        name = item.get("name") if isinstance(item, Mapping) else None
        by_name = isinstance(name, str) and name and where[k + 1 :] != ("name",)
        said.append(str(name) if by_name else str(part + 1))
    return ".".join(said)


def _unknown_key(where: Location, model: type[BaseModel], data: Any) -> str:
    table, _ = _deepest(where[:-1], model)
    known = [key for option in _options(table) for key in _keys(_bounds(option)[0])]
    return f"unknown key '{_called(where, data)}'; {nearest(str(where[-1]), known)}"


def _keys(model: Any) -> list[str]:
    return [field.alias or name for name, field in getattr(model, "model_fields", {}).items()]
