"""Keys of design and study files, from the models that check them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from geometry.design.case_keys import declared
from geometry.design.flow import flow
from geometry.design.flow import tables as step_tables
from geometry.design.sentences import describe, shown, usual
from geometry.design.values import DesignValues
from pages.markdown import code, first_sentence, page, table
from studies.plan.study import Study
from studies.wording.units import UNITS

DESIGN = """\
Every table and key that a design file may have, from the models that check it: the process steps'
tables, those of loads, metrics, mesh and crack. What is outside *possible* is refused, what is
outside *credible* is noted. What the keys mean and how they hang together is in
[the design file](../docs/design-file.md)."""
STUDY = """\
Every key that a study file may have, from the models that check it. What the keys mean is in
[the study file](../docs/study-file.md)."""
COLUMNS = ("key", "unit", "default", "possible", "credible")
# units of keys that no metric has
MORE_UNITS = {
    "ohm_m2": "ohm m2", "n_per_m": "N/m", "kg_per_m3": "kg/m3", "k_per_s": "K/s",
    "j_per_m2": "J/m2", "mpa_per_um": "MPa/um",
}  # fmt: skip


def pages() -> dict[str, str]:
    flow(), declared()  # steps and loads declare their tables
    return {
        "reference/design-keys": page(
            "Keys of a design file", DESIGN, *_tables(DesignValues, "", "design")
        ),
        "reference/study-keys": page("Keys of a study file", STUDY, *_tables(Study, "", "study")),
    }


def _tables(model: type[BaseModel], prefix: str, title: str) -> Iterator[str]:
    """A model's own keys, then each table within it."""
    own, inner = [], []
    for name, field in model.model_fields.items():
        key = field.alias or name
        below = _model_within(field)
        if below is None or _is_collection(field):
            own.append(_row(key, field))
        if below is not None:
            inner.append((key, field, below))
    if own:
        yield f"## {_heading(prefix, title)}"
        yield first_sentence(model.__doc__) if prefix else ""
        yield table(COLUMNS, own)
    for key, field, below in inner:
        path = f"{prefix}.{key}" if prefix else key
        yield from _tables(below, path, step_titles().get(path, ""))
        if not _is_collection(field) and field.default is None and not field.is_required():
            yield "*Left out unless it is given.*"


def step_titles() -> dict[str, str]:
    """What each step's table describes."""
    return {name: each.title for name, each in step_tables().items()}


def _heading(prefix: str, title: str) -> str:
    if not prefix:
        return f"The {title} itself"
    return f"`{prefix}`" + (f": {title}" if title and title != prefix else "")


def _model_within(field: FieldInfo) -> type[BaseModel] | None:
    """The model that a field has, or a list or table of it."""
    seen = [field.annotation]
    while seen:
        kind = seen.pop()
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            return kind
        seen += get_args(kind)
    return None


def _is_collection(field: FieldInfo) -> bool:
    return get_origin(field.annotation) in (tuple, list, dict)


def _row(key: str, field: FieldInfo) -> tuple[str, ...]:
    annotation: Any = Annotated[field.annotation, field] if field.metadata else field.annotation
    credible = usual(annotation)
    return (
        code(key),
        _unit(key) if credible is None else credible.unit,
        _default(field),
        describe(annotation),
        "" if credible is None else f"{credible.low:g} to {credible.high:g}",
    )


def _unit(key: str) -> str:
    ends = {**{suffix: unit.ascii for suffix, unit in UNITS.items()}, **MORE_UNITS}
    found = [suffix for suffix in ends if key.endswith(f"_{suffix}")]
    return ends[max(found, key=len)] if found else ""


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    default = field.get_default(call_default_factory=True)
    if default is None:
        return ""
    if isinstance(default, tuple | list):
        return code("[" + ", ".join(map(shown, default)) + "]")
    return code("{}" if default == {} else f'"{default}"' if isinstance(default, str)
                else shown(default))  # fmt: skip
