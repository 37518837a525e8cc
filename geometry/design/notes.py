"""What is noted of a design's numbers: possible values that no bump credibly has.

Nothing here refuses. Every key is judged by its kind (:mod:`geometry.design.quantities`); what
several keys say together is judged by whose keys they are (:mod:`geometry.design.case_keys`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from geometry.design.case_keys import CaseKeys, declared
from geometry.design.quantities import Usual, um
from geometry.design.sentences import usual
from geometry.design.values import DesignValues
from groundwork.registry import while_same

# a pillar is a plated layer of the UBM, as far as its shape goes
_PLATED = um(0.02, 150)
# by identity: fields of a model cannot be hashed
_FIELDS: dict[int, tuple[FieldInfo, Usual | None]] = {}


def notes(design: DesignValues) -> list[str]:
    """Sentences of :meth:`geometry.Design.notes`."""
    together = (note(design) for keys in declared() for note in keys.notes)
    return [*key_notes(design), *(note for note in together if note)]


def key_notes(design: DesignValues) -> list[str]:
    """Notes of single keys, one for a whole list."""
    found: dict[str, str | None] = {}
    for key, value, expected in quantities(design):
        if not expected.holds(value):
            found[key] = found.get(key) or expected.note(key, value)
    return [note for note in found.values() if note]


def quantities(design: DesignValues) -> list[tuple[str, float, Usual]]:
    """Every number of a design that has a unit or is a share: its key, value and usual range."""
    found: list[tuple[str, float, Usual]] = []
    _add_model(design, "", found)
    wider = _wider(declared())
    return [(key, value, _credible(key, expected, wider)) for key, value, expected in found]


def credible(key: str, expected: Usual) -> Usual:
    """The usual range of a key: that of its kind, or a wider one where the key has it by itself."""
    return _credible(key, expected, _wider(declared()))


def _credible(key: str, expected: Usual, wider: Mapping[str, Usual]) -> Usual:
    return _PLATED if key.startswith("ubm.enhanced.") else wider.get(key, expected)


@while_same
def _wider(keys: tuple[CaseKeys, ...]) -> Mapping[str, Usual]:
    return {name: usual for each in keys for name, usual in each.usual.items()}


def _add_model(model: BaseModel, prefix: str, out: list[tuple[str, float, Usual]]) -> None:
    values = model.__dict__
    for name, field in type(model).model_fields.items():
        value = values[name]
        if value is not None and not isinstance(value, str | bool):
            _add_value(value, prefix + name, field, out)


def _add_value(value: Any, key: str, field: FieldInfo, out: list[tuple[str, float, Usual]]) -> None:
    if isinstance(value, BaseModel):
        _add_model(value, f"{key}.", out)
    elif isinstance(value, tuple | dict):
        named = value.items() if isinstance(value, dict) else enumerate(value)
        for index, item in named:
            name = getattr(item, "name", index)
            inner = key if isinstance(name, int) else f"{key}.{name}"
            _add_value(item, inner, field, out)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        expected = _usual(field)
        if expected is not None:
            out.append((key, float(value), expected))


def _usual(field: FieldInfo) -> Usual | None:
    """What a field credibly holds, looked up once: its type with what stands beside it."""
    known = _FIELDS.get(id(field))
    if known is None or known[0] is not field:
        # pydantic keeps the two apart
        annotation = Annotated[field.annotation, field] if field.metadata else field.annotation
        known = _FIELDS[id(field)] = field, usual(annotation)
    return known[1]
