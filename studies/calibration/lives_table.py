"""The table of lives: a sample a row, its time, its condition, and whether it had failed.

Columns ``time_h``, ``temperature_degc``, ``density_a_per_cm2`` or ``current_a``, and ``failed`` or
``censored``; lines that begin with # are comments.
"""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

import numpy as np

from fem_bump.errors import InputError
from fem_bump.life.calibration import Lives
from studies.plan.case_table import Names, Value, read_cases

TIME, DEGC = "time_h", "temperature_degc"
DENSITY, CURRENT = "density_a_per_cm2", "current_a"
FAILED, CENSORED = "failed", "censored"
COLUMNS = (TIME, DENSITY, CURRENT, DEGC, FAILED, CENSORED)
NEEDS = (
    f"it needs {TIME}, {DEGC}, {DENSITY} or {CURRENT}, and {FAILED} or {CENSORED} "
    "(fem-bump calibrate --example shows one)"
)
YES = {"yes": True, "no": False, "y": True, "n": False, "true": True, "false": False}
_COMMENT = re.compile(rb"^[ \t]*#[^\r\n]*", re.MULTILINE)


def example() -> str:
    """A table of lives with comments."""
    return (resources.files("studies.calibration") / "lives.csv").read_text(encoding="utf-8")


def read_lives(path: Path) -> tuple[Lives, str]:
    """Lives of a table, and which of density and current it has.

    Raises
    ------
    InputError
        When it is no such table, lacks a column or has another, or a cell is not what it must be.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read '{path}': {error.strerror}") from None
    content = _COMMENT.sub(b"", content)  # blank lines keep the numbers of the others
    names, rows = read_cases(path, content, "lives", Names(COLUMNS.__contains__, lambda: COLUMNS))
    here = f"lives: '{path}'"
    if other := [name for name in names if name not in COLUMNS]:
        raise InputError(f"{here} has a column '{other[0]}' that is none of {', '.join(COLUMNS)}")
    for one in (TIME, DEGC):
        if one not in names:
            raise InputError(f"{here} lacks the column '{one}'; {NEEDS}")
    stress = _one_of(here, names, DENSITY, CURRENT)
    ended = _one_of(here, names, FAILED, CENSORED)
    columns: dict[str, list[float]] = {name: [] for name in (TIME, stress, DEGC)}
    failed = []
    for k, row in enumerate(rows, 1):
        for name, values in columns.items():
            values.append(_number(f"{here}, sample {k}", name, row.get(name)))
        said = _yes(f"{here}, sample {k}", ended, row.get(ended))
        failed.append(said if ended == FAILED else not said)
    try:
        time, density, degc = (np.array(columns[name]) for name in (TIME, stress, DEGC))
        lives = Lives(time, density, degc, np.array(failed))
    except InputError as error:
        raise InputError(f"{here}: {str(error).replace('density =', f'{stress} =')}") from None
    return lives, stress


def _one_of(here: str, names: list[str], first: str, second: str) -> str:
    given = [name for name in (first, second) if name in names]
    if len(given) == 2:
        raise InputError(f"{here} has both '{first}' and '{second}'; leave one out")
    if not given:
        raise InputError(f"{here} lacks the column '{first}' or '{second}'; {NEEDS}")
    return given[0]


def _number(here: str, name: str, value: Value | None) -> float:
    if value is None or isinstance(value, bool | str):
        said = "is empty" if value is None else f"= '{value}'"
        raise InputError(f"{here}: {name} {said}; it must be a number")
    return float(value)


def _yes(here: str, name: str, value: Value | None) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, int) and value in (0, 1):
        return bool(value)
    if isinstance(value, str) and value.casefold() in YES:
        return YES[value.casefold()]
    said = "is empty" if value is None else f"= '{value}'"
    raise InputError(f"{here}: {name} {said}; it must be yes or no, 1 or 0")
