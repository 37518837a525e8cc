"""Columns of life over that of a reference: by Black's law, to nucleation, to a grown void, cycled.

Relative to no recess with otherwise identical factors in the same part, and (``_to_base``) relative
to the study's base where that is one of the cases. Black's law at equal current, (j_ref / j)^n, has
the band of n as ``_low`` and ``_high``; ``_at_temperature``, where the current heats, it takes each
at its own temperature, over the bands of n and of the activation energy. Where the design of a case
has a calibration, the constants are that one's, and the band is what its lives leave open. The time
until a void has raised the resistance by 20 % has the band of the void's shapes. Cycles to fatigue
are compared where both sides have one law with one set of constants. Behind each stands its
``error_``, from those of densities, temperatures, times and cycles, all summed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from studies.case.calibrated import recorded_calibration
from studies.metrics.life_ratio import (
    ENDS,
    FATIGUE_CYCLES,
    FATIGUE_STEM,
    NUCLEATION_STEM,
    PARTS,
    STEM,
    TO_BASE,
    VOID_STEM,
    Density,
    Published,
    Ratio,
    density_name,
    heated_band,
    nucleation_name,
    published,
    ratio_band,
    ratio_place,
    temperature_name,
    time_ratio,
    void_life_band,
    void_life_name,
)
from studies.metrics.names import format_name
from studies.wording.labels import RECESS, Measured, number

if TYPE_CHECKING:
    import pandas as pd

    from fem_bump.life.calibration import Calibration

FILMS = "flag_contact_films"  # as the evaluator's flag says them
BYPASSED = "flag_pad_is_bypassed"  # by vias that feed the UBM alone
NO_RATIO: Ratio = (None, None)
LAW_KEYS = ("law", "set", "by", "twice_ductility", "exponent")

Row = Mapping[str, Any]


def is_life_ratio(column: str) -> bool:
    """Whether a column is one of these."""
    return column.removeprefix("error_").startswith(
        (f"{STEM}_", f"{NUCLEATION_STEM}_", f"{VOID_STEM}_", f"{FATIGUE_STEM}_")
    )


def add_life_ratios(
    table: pd.DataFrame,
    factors: list[str],
    base_key: str | None,
    designs: Mapping[str, Mapping[str, Any]] | None = None,
) -> pd.DataFrame:
    """Add the columns, with their errors.

    Parameters
    ----------
    table
        Rows with ``part status key variant headline_length_um bump_material pad_material``, the
        factors, and the densities, temperatures and times that there are.
    factors
        Names of the factor columns.
    base_key
        Key of the study's base design.
    designs
        As records have them, by key: those with a calibration of their own.
    """
    rows = table.to_dict(orient="records")
    same = ["part", *(f for f in factors if f not in RECESS)]
    identity = [tuple(json.dumps(row[name]) for name in same) for row in rows]
    reference: dict[str, dict[Any, Row]] = {"": {}, TO_BASE: {}}
    for who, row in zip(identity, rows, strict=True):
        if row["status"] == "solved":
            if row["variant"] == "no-recess":
                reference[""].setdefault(who, row)
            if row["key"] == base_key:
                reference[TO_BASE].setdefault(None, row)
    columns: dict[str, list[float | None]] = {}
    for who, row in zip(identity, rows, strict=True):
        for part in PARTS:
            for against, by_identity in reference.items():
                base = by_identity.get(who if against == "" else None)
                law = _law(part, row, (designs or {}).get(row["key"], {}))
                found = [*_ratios(part, against, base, row, law)]
                if part == "solder" and FATIGUE_CYCLES in row:
                    stated = [(designs or {}).get(one["key"], {}) for one in (base, row) if one]
                    alike = len({_fatigue_law(one) for one in stated}) == 1
                    name = format_name(FATIGUE_STEM, ratio_place(part, against, ""), None)
                    found.append((name, _cycles(base, row) if alike else NO_RATIO))
                for name, (ratio, error) in found:
                    columns.setdefault(name, []).append(ratio)
                    columns.setdefault(f"error_{name}", []).append(error)
    import pandas as pd

    # object columns of None would not be numbers in the Parquet file
    added = pd.DataFrame(columns, index=table.index, dtype=float)
    return pd.concat([table, added], axis=1)


def _ratios(
    part: str, against: str, base: Row | None, row: Row, law: Published | Calibration | None
) -> Iterator[tuple[str, Ratio]]:
    """Names and ratios of a row: the same names of every row of a table."""
    cold = _black(part, base, row, law)
    for end, ratio in zip(ENDS, cold, strict=True):
        yield format_name(STEM, ratio_place(part, against, end), None), ratio
    if temperature_name(part) in row:
        warm = _black(part, base, row, law, heated=True)
        for end, ratio in zip(ENDS, warm, strict=True):
            yield format_name(STEM, ratio_place(part, against, end, heated=True), None), ratio
    if nucleation_name(part) in row:
        place = ratio_place(part, against, "")
        yield format_name(NUCLEATION_STEM, place, None), _times(base, row, nucleation_name(part))
    if void_life_name(part, "low") in row:
        short, long = (_times(base, row, void_life_name(part, end)) for end in ("low", "high"))
        for end, ratio in zip(ENDS, void_life_band(short, long), strict=True):
            yield format_name(VOID_STEM, ratio_place(part, against, end), None), ratio


def _fatigue_law(design: Mapping[str, Any]) -> str:
    """What two designs must have in common for their cycles to be compared: law and layer."""
    stated = (design.get("metrics") or {}).get("fatigue") or {}
    cycling = (design.get("load") or {}).get("cycling") or {}
    return json.dumps([*(stated.get(key) for key in LAW_KEYS), cycling.get("layer_um")])


def _cycles(base: Row | None, row: Row) -> Ratio:
    """Cycles over those of the reference; one, whatever their error, against itself."""
    found = _times(base, row, FATIGUE_CYCLES)
    itself = base is not None and base["key"] == row["key"] and found[0] is not None
    return (1.0, 0.0) if itself else found


def _times(base: Row | None, row: Row, name: str) -> Ratio:
    """A time over that of the reference."""
    return time_ratio(*(None if one is None else _measured(one, name) for one in (base, row)))


def _law(part: str, row: Row, design: Mapping[str, Any]) -> Published | Calibration | None:
    """A case's own law of life of a part's metal, or the library's."""
    own = recorded_calibration(design, part)
    return own or published(row["bump_material" if part == "solder" else "pad_material"])


def _black(
    part: str,
    base: Row | None,
    row: Row,
    law: Published | Calibration | None,
    heated: bool = False,
) -> Sequence[Ratio]:
    """Ratio and its error for the constants' values, then the lowest and the highest ratio."""
    unknown = [NO_RATIO] * len(ENDS)
    if base is None or row["status"] != "solved":
        return unknown
    if part == "pad" and any(side.get(BYPASSED) in (True,) for side in (base, row)):
        return unknown  # what flows in and out of a dead end wears nothing
    if films_of(base) != films_of(row):
        return unknown  # a film spreads the current: densities say nothing of life then
    # a ratio compares like with like: the row's own averaging length on both sides
    column = density_name(part, row["headline_length_um"])
    reference, now = _density(base, column), _density(row, column)
    if reference is None or now is None or law is None:
        return unknown
    is_base = base["key"] == row["key"]
    if not heated:
        return ratio_band(law, None if is_base else reference, now)
    warm = [_measured(one, temperature_name(part)) for one in (base, row)]
    if warm[0] is None or warm[1] is None:
        return unknown
    before = None if is_base else (reference, warm[0])
    return heated_band(law, before, (now, warm[1]))


def films_of(row: Row) -> str:
    """The contact films of a case, which tell equal from unequal ones; empty without any."""
    said = row.get(FILMS)
    return said if isinstance(said, str) else ""


def _density(row: Row, column: str) -> Density | None:
    """A density with its relative error; None where it is absent, NaN or no current."""
    found = _measured(row, column)
    if found is None or not found.value > 0:
        return None
    return found.value, None if found.error is None else found.error / found.value


def _measured(row: Row, column: str) -> Measured | None:
    """A value with its error; None where it is absent or NaN."""
    value = number(row.get(column))
    return None if value is None else Measured(value, number(row.get(f"error_{column}")))
