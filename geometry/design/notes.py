"""What is noted of a design's numbers: possible values that no bump credibly has.

Nothing here refuses. Every key is judged by its kind (:mod:`geometry.design.quantities`); what
several keys say together is judged here: which films are made before any metal, the current over
the opening.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from geometry.design.quantities import Usual, degc, um
from geometry.design.sentences import usual
from geometry.design.values import DesignValues

BY_REGION = "load.thermal.stress_free_by_region_degc"
# oxides and nitrides under the first metal are grown near 1000 degC
_BEFORE_METAL = degc(1200)
# a pillar is a plated layer of the UBM, as far as its shape goes
_PLATED = um(0.02, 150)
# keys of a kind that may do more than its others
_WIDER = {
    f"{BY_REGION}.chip": _BEFORE_METAL,
    f"{BY_REGION}.dielectric": _BEFORE_METAL,
}
# what the names of solders begin with; lead with tin melts last, at 312 degC, and films beside
# solder are annealed near 400 degC
SOLDERS = ("Sn", "SAC", "Pb", "In", "Bi")
_MOLTEN = degc(400)
# in solder, which lasts no hour at it
CREDIBLE_A_PER_CM2 = 1.5e5


def notes(design: DesignValues) -> list[str]:
    """Sentences of :meth:`geometry.Design.notes`."""
    together = (_current_note(design), _molten_note(design))
    return [*key_notes(design), *(note for note in together if note)]


def key_notes(design: DesignValues) -> list[str]:
    """Notes of single keys, one for a whole list."""
    found: dict[str, str | None] = {}
    for key, value, expected in quantities(design):
        found[key] = found.get(key) or expected.note(key, value)
    return [note for note in found.values() if note]


def quantities(design: DesignValues) -> Iterator[tuple[str, float, Usual]]:
    """Every number of a design that has a unit or is a share: its key, value and usual range."""
    yield from _of_model(design, "")


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
            plated = key.startswith("ubm.enhanced.")
            yield key, float(value), _PLATED if plated else _WIDER.get(key, expected)


def _molten_note(design: DesignValues) -> str | None:
    """Kelvin below the highest credible temperature of a film, but not of a bump of solder."""
    free, material = design.load.thermal.stress_free_degc, design.bump.material
    # above the usual range the key has its own note
    if not material.startswith(SOLDERS) or _MOLTEN.holds(free) or not degc(450).holds(free):
        return None
    likely = _MOLTEN.likely(free)
    return (
        f"check the unit of load.thermal.stress_free_degc = {free:g}: a bump of {material} is "
        f"molten there, credible is up to {_MOLTEN.high:g} degC" + (likely and f" ({likely})")
    )


def _current_note(design: DesignValues) -> str | None:
    """A current in mA is ordinary as a number of A, but not over its opening."""
    current, radius_cm = design.load.current.current_a, design.opening_radius_um * 1e-4
    most = CREDIBLE_A_PER_CM2 * math.pi * radius_cm**2
    if current <= most:
        return None
    return (
        f"check the unit of load.current.current_a = {current:g}: over the mask opening of "
        f"{2 * design.opening_radius_um:g} um it is {current / (math.pi * radius_cm**2):.2g} "
        f"A/cm2, credible is up to {CREDIBLE_A_PER_CM2:g} ({current:g} mA would be "
        f"{current * 1e-3:g} A)"
    )
