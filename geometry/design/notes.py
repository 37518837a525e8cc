"""What is noted of a design's numbers: possible values that no bump credibly has.

Nothing here refuses. Every key is judged by its kind (:mod:`geometry.design.quantities`); what
several keys say together is judged by whose keys they are (:mod:`geometry.design.case_keys`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from geometry.design.case_keys import declared
from geometry.design.quantities import Usual, um
from geometry.design.sentences import usual
from geometry.design.values import DesignValues

# a pillar is a plated layer of the UBM, as far as its shape goes
_PLATED = um(0.02, 150)


def notes(design: DesignValues) -> list[str]:
    """Sentences of :meth:`geometry.Design.notes`."""
    together = (note(design) for keys in declared() for note in keys.notes)
    return [*key_notes(design), *(note for note in together if note)]


def key_notes(design: DesignValues) -> list[str]:
    """Notes of single keys, one for a whole list."""
    found: dict[str, str | None] = {}
    for key, value, expected in quantities(design):
        found[key] = found.get(key) or expected.note(key, value)
    return [note for note in found.values() if note]


def quantities(design: DesignValues) -> Iterator[tuple[str, float, Usual]]:
    """Every number of a design that has a unit or is a share: its key, value and usual range."""
    for key, value, expected in _of_model(design, ""):
        yield key, value, credible(key, expected)


def credible(key: str, expected: Usual) -> Usual:
    """The usual range of a key: that of its kind, or a wider one where the key has it by itself."""
    if key.startswith("ubm.enhanced."):
        return _PLATED
    wider = {name: usual for keys in declared() for name, usual in keys.usual.items()}
    return wider.get(key, expected)


def _of_model(model: BaseModel, prefix: str) -> Iterator[tuple[str, float, Usual]]:
    for name, field in type(model).model_fields.items():
        yield from _of_value(getattr(model, name), prefix + name, _annotation(field))


def _annotation(field: FieldInfo) -> Any:
    """The type of a field with what stands beside it, which pydantic keeps apart."""
    return Annotated[field.annotation, field] if field.metadata else field.annotation


def _of_value(value: Any, key: str, annotation: Any) -> Iterator[tuple[str, float, Usual]]:
    if isinstance(value, BaseModel):
        yield from _of_model(value, f"{key}.")
    elif isinstance(value, tuple | dict):
        named = value.items() if isinstance(value, dict) else enumerate(value)
        for index, item in named:
            name = getattr(item, "name", index)
            inner = key if isinstance(name, int) else f"{key}.{name}"
            yield from _of_value(item, inner, annotation)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        expected = usual(annotation)
        if expected is not None:
            yield key, float(value), expected
