"""A table of cases as spreadsheets save it: separators, decimal commas, blank columns and lines.

What can be read in one way only is read; what could mean two numbers is refused with its line and
column. Names of parameters hold no separator, so that the header says which one the table has.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from fem_bump.errors import InputError
from geometry.design.parameters import parameter_exists, parameter_names
from groundwork.user_text import text_of

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
WORKBOOKS = (b"PK\3\4", b"\xd0\xcf\x11\xe0")  # of today's and earlier spreadsheets
SEPARATOR_LINE = re.compile(r'"?sep=(?P<separator>.)"?\s*', re.IGNORECASE)
POWER = r"(?:[eE][+-]?\d+)?"
WITH_POINT = re.compile(rf"[+-]?(?:\d+(?:\.\d*)?|\.\d+){POWER}")
WITH_COMMA = re.compile(rf"[+-]?\d*,\d+{POWER}")
# one comma before three digits: a decimal comma, or thousands
EITHER = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
# one point before three digits where semicolons separate, as they do beside decimal commas
POINT_OR_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}\.\d{3}")
LIKE_A_NUMBER = re.compile(rf"[+-]?[\d.,;|'’\s]*\d[\d.,;|'’\s]*{POWER}")
PER_CENT = re.compile(r"[+-]?[\d.,]+\s*%")
UNITS = frozenset(
    "um µm μm nm mm m micron microns pa mpa gpa a ma degc °c c k deg ° 1 - – % ohm".split()
)


class Names(NamedTuple):
    """What columns may be called: whether a name is known, and those that can be listed."""

    known: Callable[[str], bool]
    listed: Callable[[], Iterable[str]]


PARAMETERS = Names(parameter_exists, parameter_names)

Value = bool | int | float | str  # of a cell


class _Cell(NamedTuple):
    line: int
    column: str
    text: str

    def __str__(self) -> str:
        return f"line {self.line}, column '{self.column}'"


def read_cases(
    path: Path, content: bytes, where: str, may_be: Names = PARAMETERS
) -> tuple[list[str], list[dict[str, Value]]]:
    """The header's names, which are the caller's to check, and each row's values by name.

    Parameters
    ----------
    path, content
        The file's name, for sentences, and its bytes.
    where
        What refusals begin with.
    may_be
        What columns may be called: parameters, or names of a table of another kind.

    Returns
    -------
    names, cases
        Values are numbers, booleans and texts; an empty cell is left out.

    Raises
    ------
    InputError
        When the file is no such table, or a cell could mean more than one number.
    """
    here = f"{where}: '{path}'"
    if content.startswith(WORKBOOKS):
        raise InputError(f"{here} is a workbook; save it as CSV")
    try:
        text = text_of(content)
    except ValueError as error:
        raise InputError(f"{here} is {error}") from None
    rows, separator = _rows(text, here, may_be)
    if len(rows) < 2:
        raise InputError(f"{here} needs a header and at least one row below it")
    names = _header(rows, here, may_be)
    cases = [_cells(row, names, separator, here) for row in rows[1:]]
    _check_units(cases[0], here)
    _check_numbers([cell for case in cases for cell in case], separator, here)
    values = [{cell.column: _value(cell.text) for cell in case} for case in cases]
    return [name for name in names if name], values


# ---------------------------------------------------------------------------------- rows


def _rows(text: str, here: str, may_be: Names) -> tuple[list[tuple[int, list[str]]], str]:
    """Rows that are not blank with their lines, and what separates their cells."""
    lines = text.split("\n")
    said = SEPARATOR_LINE.fullmatch(lines[0])
    first = 1 if said else 0  # a line that tells spreadsheets the separator
    open_quotes = [k for k, line in enumerate(lines, 1) if line.count('"') % 2]
    if len(open_quotes) % 2:
        raise InputError(f'{here}, line {open_quotes[-1]}: a quote (") is not closed')
    header = next((line for line in lines[first:] if line.strip(" ,;|\t")), "")
    if header.lstrip(' "').startswith("#"):
        raise InputError(f"{here}, line {lines.index(header) + 1} is a comment; leave it out")
    best = max(SEPARATORS, key=lambda s: _fit(header, s, may_be))
    separator = said["separator"] if said else best
    if _fit(header, separator, may_be)[0] < _fit(header, best, may_be)[0]:
        raise InputError(
            f"{here}, line 1 says sep={separator}, but the header is separated by "
            f"{SEPARATORS[best]}; leave the line out"
        )
    reader = csv.reader(
        io.StringIO("\n".join(lines[first:])), delimiter=separator, skipinitialspace=True
    )
    try:
        found = [(reader.line_num + first, [cell.strip() for cell in row]) for row in reader]
    except csv.Error as error:
        raise InputError(f"{here}, line {reader.line_num + first}: {error}") from None
    return [(line, row) for line, row in found if any(row)], separator


def _fit(header: str, separator: str, may_be: Names) -> tuple[int, int]:
    """How well a separator makes a header: known names, then any."""
    cells = next(csv.reader([header], delimiter=separator, skipinitialspace=True), [])
    return sum(may_be.known(_name(cell, may_be)) for cell in cells), len(cells)


def _name(cell: str, may_be: Names) -> str:
    """A column's name, whatever case a spreadsheet wrote it in."""
    cell = cell.strip()
    if may_be.known(cell):
        return cell
    lower = cell.casefold()
    return next((name for name in may_be.listed() if name.casefold() == lower), cell)


def _header(rows: Sequence[tuple[int, list[str]]], here: str, may_be: Names) -> list[str]:
    """Names of the columns; empty for a column in which nothing stands."""
    names = [_name(cell, may_be) for cell in rows[0][1]]
    for name in names:
        if name and names.count(name) > 1:
            raise InputError(f"{here} names a parameter twice in its header: '{name}'")
    for line, row in rows[1:]:
        for k, (name, cell) in enumerate(zip(names, row, strict=False), 1):
            if cell and not name:
                raise InputError(f"{here}, line {line}: column {k} has no name in the header")
    return names


def _cells(
    row: tuple[int, list[str]], names: Sequence[str], separator: str, here: str
) -> list[_Cell]:
    """The cells of a case that are not empty."""
    line, cells = row
    while len(cells) > len(names) and not cells[-1]:
        cells = cells[:-1]  # columns that are blank to the end
    joined = ",".join(cells)
    if len(names) == 1 and separator == "," and WITH_COMMA.fullmatch(joined):
        cells = [joined]  # nothing separates a single column
    if len(cells) > len(names):
        why = "; a decimal comma must stand in quotes, or be a point" if separator == "," else ""
        raise InputError(
            f"{here}, line {line} has more cells than the header: {len(cells)} for {len(names)}"
            f"{why}"
        )
    for cell in cells:
        if len(cells) < len(names) and WITH_COMMA.fullmatch(cell):
            raise InputError(
                f"{here}, line {line} has fewer cells than the header: '{cell}' may be one of them "
                f"or two, as the header's are separated by {SEPARATORS.get(separator, separator)}"
            )
    return [_Cell(line, n, cell) for n, cell in zip(names, cells, strict=False) if cell]


# ---------------------------------------------------------------------------------- numbers


def _check_units(first: Sequence[_Cell], here: str) -> None:
    words = [cell.text.strip("[]()").strip().casefold() for cell in first]
    if set(words) <= UNITS and any(word not in ("1", "-", "–") for word in words):
        raise InputError(
            f"{here}, line {first[0].line} is a row of units ('{first[0].text}'), which stand in "
            "the names of parameters; leave it out"
        )


def _check_numbers(cells: Sequence[_Cell], separator: str, here: str) -> None:
    """Refuse cells that could mean more than one number, or none."""
    points = [c for c in cells if WITH_POINT.fullmatch(_ascii(c.text)) and "." in c.text]
    commas = [c for c in cells if WITH_COMMA.fullmatch(_ascii(c.text))]
    for cell in cells:
        text = _ascii(cell.text)
        if text.startswith(("#", "=")):
            raise InputError(f"{here}, {cell}: '{cell.text}' is an error or a formula, no value")
        if PER_CENT.fullmatch(text):
            raise InputError(f"{here}, {cell}: '{cell.text}' must be a number without %")
        if _is_number(text) and math.isinf(float(text.replace(",", "."))):
            raise InputError(f"{here}, {cell}: '{cell.text}' is larger than any number can be")
        if _is_number(text) or not LIKE_A_NUMBER.fullmatch(text):
            continue
        other = next((s for s in SEPARATORS if s in text and s not in (separator, ",")), None)
        why = (
            f"it holds {SEPARATORS[other]}, but the header is separated by "
            f"{SEPARATORS.get(separator, separator)}"
            if other
            else "write it without separators of thousands, with one decimal point or comma"
        )
        raise InputError(f"{here}, {cell}: '{cell.text}' is no number; {why}")
    if points and commas:
        raise InputError(
            f"{here} has decimal commas ('{commas[0].text}' in {commas[0]}) and decimal points "
            f"('{points[0].text}' in {points[0]}); use one of them"
        )
    if commas and separator != ";" and all(EITHER.fullmatch(_ascii(c.text)) for c in commas):
        raise InputError(
            f"{here}, {commas[0]}: '{commas[0].text}' may have a decimal comma or one of "
            "thousands; write it with a decimal point, or without comma"
        )
    if points and separator == ";":
        if all(POINT_OR_THOUSANDS.fullmatch(_ascii(c.text)) for c in points):
            raise InputError(
                f"{here}, {points[0]}: '{points[0].text}' may have a decimal point or one of "
                "thousands, as semicolons separate; write it with another number of decimals, or "
                "without point"
            )


def _ascii(text: str) -> str:
    return text.replace("\u2212", "-")


def _is_number(text: str) -> bool:
    return bool(WITH_POINT.fullmatch(text) or WITH_COMMA.fullmatch(text))


def _value(text: str) -> Value:
    words: Mapping[str, bool] = {"true": True, "false": False}
    if text.casefold() in words:
        return words[text.casefold()]
    number = _ascii(text)
    if not _is_number(number):
        return text
    whole = re.fullmatch(r"[+-]?\d+", number)
    return int(number) if whole else float(number.replace(",", "."))
