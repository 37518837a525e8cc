"""JSON schemas of design and study files, for editors that complete, explain and check keys.

Generated from the models, tables of every step and load included, other packages' as well: names,
types, what is possible, what is credible and in which unit. TOML has no null, so what may be absent
is left out of a file and null is not offered. What must hold between keys is no part of a schema:
``fem-bump check`` says that.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from fem_bump.materials.property import REQUIRED, UNITS
from fem_bump.materials.provenance import CONFIDENCES
from fem_bump.materials.quantities import QUANTITIES
from geometry.design.case_keys import declared
from geometry.design.design import Design
from geometry.design.flow import flow
from geometry.design.notes import credible
from geometry.design.parameters import LISTS, open_tables, parameter_names
from geometry.design.paths import keys_of
from geometry.design.sentences import type_at, usual
from geometry.design.values import fit_declared
from studies.plan.sampling import KEYS
from studies.plan.study import Study
from studies.wording.labels import factor_title

Schema = dict[str, Any]
DIALECT = "http://json-schema.org/draft-07/schema#"
KINDS = ("design", "study")
FILE = {kind: f"{kind}.schema.json" for kind in KINDS}
TITLE = {kind: f"fem-bump {kind}" for kind in KINDS}
NUMBER = {"type": "number"}


def json_schema(kind: str) -> Schema:
    """The schema of ``design`` or ``study`` files."""
    made = _design() if kind == "design" else _study()
    return {"$schema": DIALECT, "title": TITLE[kind], **made}


# ------------------------------------------------------------------------------- designs


def _design() -> Schema:
    flow(), declared()  # with the tables of every step and the keys of every load
    fit_declared()
    whole = Design.model_json_schema(by_alias=True)
    made = _explained(_inlined(whole, whole["$defs"]), (), Design)
    made["description"] = "One bump on one etched pad; every key is optional."
    made["properties"]["materials"] = {
        "type": "object",
        "description": "Your own materials, or changes to shipped ones.",
        "additionalProperties": _material(),
    }
    return made


def _inlined(node: Any, defs: Mapping[str, Any]) -> Any:
    """Without references, titles and nulls."""
    if isinstance(node, list):
        return [_inlined(item, defs) for item in node]
    if not isinstance(node, dict):
        return node
    out = {
        key: {name: _inlined(each, defs) for name, each in value.items()}
        if key == "properties"
        else _inlined(value, defs)
        for key, value in node.items()
        if key not in ("$defs", "$ref", "title", "default")
    }
    if "$ref" in node:
        out = {**_inlined(defs[node["$ref"].rsplit("/", 1)[-1]], defs), **out}
    if isinstance(node.get("default"), bool | int | float | str):
        out["default"] = node["default"]
    if "anyOf" in out:
        kinds = [each for each in out.pop("anyOf") if each != {"type": "null"}]
        # a table that is there by default is left out by false
        if node.get("default", False) is not None and {"type": "null"} in node["anyOf"]:
            kinds.append({"const": False})
        out = {**kinds[0], **out} if len(kinds) == 1 else {"anyOf": kinds, **out}
    if "description" in out:
        first = inspect.cleandoc(str(out["description"])).split("\n\n")[0]
        out["description"] = " ".join(first.replace("``", "").split())
    return out


def _explained(node: Schema, keys: tuple[Any, ...], model: Any) -> Schema:
    """With what each key means, its unit and its credible range."""
    for name, inner in node.get("properties", {}).items():
        _explained(inner, (*keys, name), model)
    for inner in node.get("anyOf", ()):
        _explained(inner, keys, model)
    if isinstance(node.get("items"), dict):
        _explained(node["items"], (*keys, 0), model)
    names = [str(key) for key in keys if not isinstance(key, int)]
    kind = type_at(model, keys)
    if names and "properties" not in node and kind is not None:
        path = ".".join(names)
        expected = usual(kind)
        of_kind = node.get("description", "")
        said = [factor_title(path), "" if of_kind == "a name" else of_kind]
        if expected is not None:
            said.append(f"credible {credible(path, expected).text}")
        node["description"] = "; ".join(filter(None, said))
    return node


def _material() -> Schema:
    texts = {name: {"type": "string"} for name in ("description", "note", "based_on")}
    properties = {name: _property(name) for name in UNITS}
    whole = {name: {"type": ["string", "object"]} for name in ("law", "migration")}
    return {
        "type": "object",
        "description": f"Needs based_on, or {', '.join(REQUIRED)}.",
        "additionalProperties": False,
        "properties": {**texts, **properties, **whole},
    }


def _property(name: str) -> Schema:
    quantity = QUANTITIES[name]
    low, high = quantity.physical
    number = {"type": "number", "minimum": low, "maximum": high}
    pair = {"type": "array", "items": [NUMBER, number], "minItems": 2, "maxItems": 2}
    value: Schema = {"anyOf": [number, {"type": "array", "items": pair}]}
    more: Schema = {
        "value": value,
        "unit": {"const": quantity.unit},
        "range": {"type": "array", "items": number, "minItems": 2, "maxItems": 2},
        "source": {"type": "string"},
        "validity": {"type": "string"},
        "verified": {"type": "boolean"},
        "confidence": {"enum": list(CONFIDENCES)},
    }
    if name == "resistivity_ohm_m":
        more["reference_degc"] = NUMBER
    table = {"type": "object", "additionalProperties": False, "properties": more,
             "required": ["value"]}  # fmt: skip
    credible_text = f"{quantity.credible[0]:g} to {quantity.credible[1]:g}{quantity.after}"
    return {
        "description": f"Credible {credible_text}; a number, a table over degC, or with its source",
        "anyOf": [*value["anyOf"], table],
    }


# ------------------------------------------------------------------------------- studies


def _study() -> Schema:
    whole = Study.model_json_schema(by_alias=True)
    made: Schema = _inlined(whole, whole["$defs"])
    design = _design()
    ends = {"type": "array", "items": NUMBER, "minItems": 2, "maxItems": 2}
    drawn: Schema = {"anyOf": [ends, *map(_distribution, KEYS)]}
    made["definitions"] = {
        "design": design,
        "values": _by_path(design, lambda leaf: leaf),
        "levels": _by_path(design, _levels, {"type": "array", "minItems": 1}),
        "ranges": _by_path(design, lambda leaf: drawn),
    }
    made["properties"]["base"] = _defined("design")
    part = made["properties"]["part"]["items"]["properties"]
    part["set"] = _defined("values")
    part["factors"] = _defined("levels")
    part["case"]["items"] = _defined("values")
    part["sampling"]["properties"]["ranges"] = _defined("ranges")
    return made


def _distribution(kind: str) -> Schema:
    """A table of a sampling from which a factor is drawn."""
    needed, allowed = KEYS[kind]
    lists = {"levels": {"type": "array", "minItems": 1},
             "shares": {"type": "array", "items": NUMBER, "minItems": 2}}  # fmt: skip
    keys = {key: lists.get(key, NUMBER) for key in (*needed, *allowed)}
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {"distribution": {"const": kind}, **keys},
        "required": ["distribution", *needed],
    }


def _defined(name: str) -> Schema:
    return {"$ref": f"#/definitions/{name}"}


def _levels(leaf: Schema) -> Schema:
    return {"type": "array", "items": leaf, "minItems": 1}


def _by_path(
    design: Schema, changed: Callable[[Schema], Schema], table: Schema | None = None
) -> Schema:
    """Keys of a design, nested or by dotted path, each with what stands for its value.

    ``table`` is what may stand for a whole table beside the keys in it.
    """
    ratio = {**NUMBER, "exclusiveMinimum": 0, "exclusiveMaximum": 1,
             "description": "mask opening over pad diameter"}  # fmt: skip
    made = _varied(design, (), changed, table)
    made["properties"]["opening_ratio"] = changed(ratio)
    for path in parameter_names():
        leaf = _at(design, keys_of(path))
        if leaf is not None and "." in path:
            made["properties"][path] = changed(leaf)
    return made


def _varied(
    node: Schema,
    keys: tuple[str, ...],
    changed: Callable[[Schema], Schema],
    table: Schema | None,
) -> Schema:
    path = ".".join(keys)
    if path in LISTS:  # layers go by their names there
        layer = _varied(node["items"], (*keys, "*"), changed, table)
        return {"anyOf": [{"type": "object", "additionalProperties": layer}, changed(node)]}
    if path in open_tables():
        return {"anyOf": [{"type": "object"}, changed(node)]}
    options = node.get("anyOf", [node])
    inner = next((each["properties"] for each in options if "properties" in each), None)
    if inner is None:
        return changed(node)
    made: Schema = {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            name: _varied(each, (*keys, name), changed, table) for name, each in inner.items()
        },
        "patternProperties": {"\\.": {}},  # a path in quotes may lead on from any table
    }
    others = [changed(node)] if "anyOf" in node else [table] if table and keys else []
    return {"anyOf": [made, *others]} if others else made


def _at(node: Schema, keys: tuple[str, ...]) -> Schema | None:
    for key in keys:
        found = node.get("properties", {}).get(key)
        if found is None:
            return None
        node = found
    return node
