"""Provenance: where a value of the library comes from, and how a file states it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from fem_bump.errors import InputError
from fem_bump.materials.property import checked_range, is_number, is_table, parsed

SOURCE_KEYS = ("source", "validity", "verified", "confidence")
VALUE_KEYS = ("value", "unit", "range", *SOURCE_KEYS)
CONFIDENCES = ("high", "medium", "low")


class Provenance(NamedTuple):
    """Where one value comes from; one row of a report's table of materials."""

    property: str
    value: str
    unit: str
    range: tuple[float, float] | None
    source: str
    validity: str
    verified: bool
    confidence: str | None


def unknown_key(owner: str, key: object, allowed: Sequence[str]) -> InputError:
    return InputError(f"{owner}: key '{key}' is unknown; allowed are {', '.join(allowed)}")


def check_source(where: str, table: dict[str, Any]) -> None:
    """Check what a value's table says of its source, and fill in what it does not say."""
    for key, default in (("source", "user"), ("validity", "not stated")):
        if not isinstance(table.setdefault(key, default), str) or not table[key].strip():
            raise InputError(f"{where}: {key} = {table[key]!r} must be a non-empty string")
    if not isinstance(table.setdefault("verified", False), bool):
        raise InputError(f"{where}: verified = {table['verified']!r} must be true or false")
    confidence = table.setdefault("confidence", None)
    known = isinstance(confidence, str) and confidence in CONFIDENCES
    if confidence is not None and not known:
        raise InputError(
            f"{where}: confidence = {confidence!r} must be one of {', '.join(CONFIDENCES)}"
        )


def value_text(value: Any) -> str:
    """A property or a parameter as a table of provenance shows it."""
    if is_table(value):
        return "; ".join(f"{v:.6g} at {t:g} degC" for t, v in value)
    if callable(value):
        return f"function {getattr(value, '__qualname__', type(value).__qualname__)}"
    return f"{value:.6g}"


def value_row(
    named: str,
    where: str,
    stated: Any,
    unit: str,
    of_whole: Mapping[str, Any],
    allowed: Sequence[str] = VALUE_KEYS,
) -> Provenance:
    """Provenance of one parameter, or of what goes by a name.

    Parameters
    ----------
    stated
        The value, or a table with it.
    of_whole
        What is said of the source of all parameters together, for one that says nothing.
    """
    own = dict(stated) if isinstance(stated, Mapping) else {"value": stated}
    for key in own:
        if key not in allowed:
            raise unknown_key(where, key, allowed)
    if "value" not in own:
        raise InputError(f"{where}: key 'value' is missing")
    table = own if any(key in own for key in SOURCE_KEYS) else {**of_whole, **own}
    if table.setdefault("unit", unit) != unit:
        raise InputError(f"{where}: unit = {table['unit']!r} must be {unit!r}")
    check_source(where, table)
    value = table["value"]
    at_one = float(value) if is_number(value) else None
    span = table.get("range")
    return Provenance(
        named, value if isinstance(value, str) else value_text(parsed(where, "value", value)),
        unit, None if span is None else checked_range(where, "value", span, at_one),
        table["source"], table["validity"], table["verified"], table["confidence"],
    )  # fmt: skip
