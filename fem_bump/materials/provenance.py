"""Provenance: where a value of the library comes from, and how a file states it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from fem_bump.errors import InputError
from fem_bump.materials.property import is_table

SOURCE_KEYS = ("source", "validity", "verified", "confidence")
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
