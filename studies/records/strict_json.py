"""JSON that is strict: no NaN, no infinities, nothing but plain data."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any


def plain(value: Any) -> Any:
    """The value as strict JSON has it: NumPy numbers unwrapped, NaN and infinities as None."""
    kind = type(value)
    if kind is float:
        return value if math.isfinite(value) else None
    if kind is str or kind is int:
        return value
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if hasattr(value, "tolist"):  # a NumPy array or scalar, without importing NumPy
        return plain(value.tolist())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, bool | int | str):
        return value
    raise TypeError(f"a {type(value).__name__} has no place in a result: {value!r}")


def to_json(value: Any, indent: int | None = 1) -> str:
    """Strict JSON text of plain data."""
    return json.dumps(plain(value), indent=indent, allow_nan=False, ensure_ascii=False)
