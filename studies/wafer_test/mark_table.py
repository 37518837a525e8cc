"""The table of a wafer test: where on its pad each mark lies, and how deep it is.

Columns ``x_um``, ``y_um``: the mark's centre from that of the pad, along and across the trace if
one feeds it; ``depth_um``; and, if wanted, ``pad``, the pad's name. A pad may have several marks.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from fem_bump.errors import InputError
from studies.plan.case_table import Names, Value, read_cases

NUMBERS = ("x_um", "y_um", "depth_um")
PAD = "pad"
COLUMNS = (*NUMBERS, PAD)


@dataclass(frozen=True)
class GivenMark:
    """One mark: its row in the table, its pad, its centre from the pad's, and its depth, um."""

    row: int
    pad: str
    x_um: float
    y_um: float
    depth_um: float

    @property
    def offset_um(self) -> float:
        return math.hypot(self.x_um, self.y_um)

    @property
    def azimuth_deg(self) -> float:
        """Against the trace, on either side of it alike: 0 to 180."""
        return abs(math.degrees(math.atan2(self.y_um, self.x_um)))


def read_marks(path: Path) -> list[GivenMark]:
    """Every mark of a table.

    Raises
    ------
    InputError
        When it is no such table, lacks a column, or a cell is no finite number.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read '{path}': {error.strerror}") from None
    names, rows = read_cases(path, content, "marks", Names(COLUMNS.__contains__, lambda: COLUMNS))
    lacking = [name for name in NUMBERS if name not in names]
    if lacking:
        raise InputError(
            f"marks: '{path}' lacks the column {' and '.join(map(repr, lacking))}; it needs "
            f"{', '.join(NUMBERS)}, and may have {PAD}"
        )
    if other := [name for name in names if name not in COLUMNS]:
        raise InputError(
            f"marks: '{path}' has a column '{other[0]}' that is none of {', '.join(COLUMNS)}"
        )
    return [_mark(path, k, row) for k, row in enumerate(rows, 1)]


def _mark(path: Path, k: int, row: dict[str, Value]) -> GivenMark:
    pad = str(row.get(PAD, k))
    here = f"marks: '{path}', mark {k} (pad {pad})"
    found = []
    for name in NUMBERS:
        value = row.get(name)
        if value is None or isinstance(value, bool | str) or not math.isfinite(value):
            said = "is empty" if value is None else f"= '{value}'"
            raise InputError(f"{here}: {name} {said}; it must be a finite number, in um")
        found.append(float(value))
    x, y, depth = found
    if depth < 0.0:
        raise InputError(f"{here}: depth_um = {depth:g} must be at least 0")
    return GivenMark(k, pad, x, y, depth)
