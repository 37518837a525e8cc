"""What the checks know of a design file: every key with unit and ranges, materials with sources.

Nothing is judged here: what a key may hold is its type's, what it credibly holds its kind's
(:mod:`geometry.design.quantities`), what is known of a material its library's, and the notes are
those that go with every result (:mod:`studies.case.input_notes`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from fem_bump.materials.property import PROPERTIES, REFERENCE_DEGC
from fem_bump.materials.provenance import Provenance
from fem_bump.materials.quantities import QUANTITIES
from geometry.design.design import Design
from geometry.design.flow import tables
from geometry.design.notes import credible
from geometry.design.paths import dotted
from geometry.design.quantities import Usual
from geometry.design.sentences import describe, type_at, usual
from geometry.design.values import defaults
from studies.case.design_materials import design_library, other_materials
from studies.case.input_notes import input_notes, temperatures_used

NUMBER, LIST = "a number ", "a list of one or more, each "


@dataclass(frozen=True)
class KeyRow:
    """One key of a design.

    Attributes
    ----------
    given
        ``file``, ``default``, or ``implied``: it follows from another key or from a recipe.
    possible, credible
        In words; empty where nothing is said of it.
    note
        What is noted of the value, or None.
    """

    key: str
    value: Any
    unit: str
    given: str
    possible: str
    credible: str
    note: str | None


@dataclass(frozen=True)
class PropertyRow:
    """One property of a material that a design uses.

    Attributes
    ----------
    value
        At 25 degC, or the text of what is no property by itself: a parameter of a law.
    used_degc
        Lowest and highest temperature at which the design takes it, or None.
    """

    material: str
    property: str
    value: Any
    stated: str
    unit: str
    range: tuple[float, float] | None
    credible: str
    used_degc: tuple[float, float] | None
    source: str
    validity: str
    verified: bool
    confidence: str | None


@dataclass(frozen=True)
class Inspection:
    """All of it, of one design; ``used_by`` are the keys that name each material."""

    name: str
    keys: tuple[KeyRow, ...]
    properties: tuple[PropertyRow, ...]
    used_by: Mapping[str, tuple[str, ...]]
    notes: tuple[str, ...]

    def record(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)


def inspected(design: Design, said: Mapping[str, Any]) -> Inspection:
    """What is known of a design; ``said`` is what its file says, as plain data."""
    used_by: dict[str, tuple[str, ...]] = {}
    for key, name in design.material_names.items():
        used_by[name] = (*used_by.get(name, ()), key)
    for name in sorted(other_materials(design)):
        used_by.setdefault(name, ())
    return Inspection(
        design.name,
        tuple(_keys(design, said)),
        tuple(row for name in used_by for row in _properties(design, name)),
        used_by,
        tuple(input_notes(design)),
    )


# ------------------------------------------------------------------------------- keys


def _keys(design: Design, said: Mapping[str, Any]) -> Iterator[KeyRow]:
    whole = design.to_dict()
    alone = {name: defaults(name).model_dump(mode="json") for name in tables()}
    usual_data = {key: value for key, value in Design().to_dict().items() if value is not None}
    usually = dict(_leaves({**alone, **usual_data}, ()))
    for place, value in _leaves(whole, ()):
        # the name of a layer stands in its keys
        if place[0] in ("schema", "materials") or place[3:] == ("name",) or value is None:
            continue
        kind = type_at(Design, place)
        key = dotted(_called(whole, place))
        kind_usual = usual(kind) if isinstance(value, int | float | list) else None
        expected = None if kind_usual is None else credible(key, kind_usual)
        default = "default" if usually.get(place) == value else "implied"
        yield KeyRow(
            key,
            value,
            expected.unit if expected else "",
            "file" if _says(said, place) else default,
            "" if kind is None else _possible(describe(kind)),
            "" if expected is None else expected.text.removesuffix(f" {expected.unit}"),
            _note(expected, key, value),
        )


def _leaves(node: Any, place: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Values with their places; a list of numbers is one."""
    items: Any = ()
    if isinstance(node, Mapping):
        items = node.items()
    elif isinstance(node, list) and any(isinstance(each, Mapping) for each in node):
        items = enumerate(node)
    elif node != []:
        yield place, node
    for key, each in items:
        yield from _leaves(each, (*place, key))


def _called(whole: Mapping[str, Any], place: tuple[Any, ...]) -> Iterator[str]:
    """Keys of a place; a layer by its name."""
    node: Any = whole
    for key in place:
        node = node[key]
        yield str(node["name"]) if isinstance(key, int) else str(key)


def _says(said: Any, place: tuple[Any, ...]) -> bool:
    for key in place:
        known = isinstance(said, Mapping) and key in said
        if not known and not (isinstance(said, list) and isinstance(key, int) and key < len(said)):
            return False
        said = said[key]
    return True


def _possible(text: str) -> str:
    """What a type allows, in few words: a table has many rows."""
    if text.startswith("a name"):
        return ""
    text = text.replace(LIST, "each ").replace("'", "")
    return text.replace(NUMBER, "").replace("from ", "")


def _note(expected: Usual | None, key: str, value: Any) -> str | None:
    if expected is None or isinstance(value, bool):
        return None
    values = value if isinstance(value, list) else [value]
    return next((note for each in values if (note := expected.note(key, each))), None)


# ------------------------------------------------------------------------------- materials


def _properties(design: Design, name: str) -> Iterator[PropertyRow]:
    library = design_library(design)
    used = temperatures_used(design).get(name, {})
    for row in library.provenance(name, migration=False):
        quantity = QUANTITIES.get(row.property)
        low, high = quantity.credible if quantity else (0.0, 0.0)
        yield PropertyRow(
            name,
            row.property,
            _at_reference(library[name], row),
            row.value,
            row.unit,
            row.range,
            f"{low:g} to {high:g}" if quantity else "",
            used.get(row.property),
            row.source,
            row.validity,
            row.verified,
            row.confidence,
        )


def _at_reference(material: Any, row: Provenance) -> Any:
    if row.property not in PROPERTIES:
        return row.value
    return float(material.at(row.property, REFERENCE_DEGC))
