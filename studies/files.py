"""Files that are either whole or absent, and JSON that is strict."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def write_atomic(path: Path, content: str | bytes) -> None:
    """Write a file so that a kill at any instant leaves the old one or the new one, never half."""
    data = content.encode("utf-8") if isinstance(content, str) else content
    # same folder, hence same file system: only there is the replacement atomic
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with open(temporary, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def plain(value: Any) -> Any:
    """The value as strict JSON has it: NumPy numbers unwrapped, NaN and infinities as None."""
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
