"""The tidy results table: one row per case, a pure function of the plan and the records.

Columns, in this order: ``part case status reason``, the factors under their dotted paths,
``variant pad_material bump_material headline_length_um``, the derived numbers, every metric with
``error_<metric>`` behind it, the life ratios, ``flag_*``, ``mesh_*``, ``solver_*``,
``wall_s key fields``. Units stand in the names. ``status`` is ``solved``, ``failed``, ``invalid``
or ``pending``.

Life ratios follow Black's law at equal current, (j_ref / j)^n, with the band of n as ``_low`` and
``_high``: relative to no recess with otherwise identical factors in the same part, and
(``_to_base``) relative to the study's base where that is one of the cases. Behind each stands its
``error_``: n times the ratio times the sum of both densities' relative errors.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from studies.metrics.life_ratio import (
    ENDS,
    STEM,
    TO_BASE,
    Density,
    Ratio,
    density_name,
    ratio_band,
    ratio_place,
)
from studies.metrics.names import format_name
from studies.records.record import CaseRecord, Result
from studies.records.stored_plan import StoredCase, StoredPlan
from studies.wording.labels import RECESS

if TYPE_CHECKING:
    import pandas as pd

    from fem_bump.life.black import Exponent

NOTHING = Result({}, {}, {})  # of a case that is not solved
FILMS = "flag_contact_films"  # as the evaluator's flag says them
BYPASSED = "flag_pad_is_bypassed"  # by vias that feed the UBM alone


def build_table(
    plan: StoredPlan,
    records: Mapping[str, CaseRecord],
    fields: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """One row per case of the plan, solved or not.

    Parameters
    ----------
    plan
        Of a run.
    records
        Stored records by key.
    fields
        File of the kept fields by key.
    """
    import pandas as pd

    factors = plan.factors
    rows = [
        _row(case, factors, records.get(case.key or ""), (fields or {}).get(case.key or ""))
        for case in plan.cases
    ]
    # a column for everything that any case has, in the order of first sight within its group
    names: dict[str, None] = {}
    for group in range(len(rows[0])):
        for row in rows:
            names.update(dict.fromkeys(row[group]))
    flat = [{key: value for group in row for key, value in group.items()} for row in rows]
    table = pd.DataFrame(flat, columns=list(names))
    for name in _number_columns(rows):
        table[name] = pd.to_numeric(table[name])
    for name in table.columns:
        kinds = {type(value) for value in table[name] if not pd.isna(value)}
        if len(kinds) > 1 and not kinds <= {int, float}:
            # a Parquet column has one type
            table[name] = table[name].map(str, na_action="ignore")
    table = add_life_ratios(
        table,
        factors,
        plan.base_key,
        {
            "solder": lambda row: _exponent(row["bump_material"]),
            "pad": lambda row: _exponent(row["pad_material"]),
        },
    )
    life = [n for n in table.columns if n.removeprefix("error_").startswith(f"{STEM}_")]
    metrics = {name for row in rows for name in row[3]}
    where = 1 + max((i for i, name in enumerate(table.columns) if name in metrics), default=0)
    rest = [name for name in table.columns if name not in life]
    return table[[*rest[:where], *life, *rest[where:]]] if metrics else table


def add_life_ratios(
    table: pd.DataFrame,
    factors: list[str],
    base_key: str | None,
    exponents: Mapping[str, Callable[[Mapping[str, Any]], Exponent | None]],
) -> pd.DataFrame:
    """Add ``mttf_ratio_<place>[_to_base][_low|_high]`` and their errors for the places.

    Parameters
    ----------
    table
        Rows with ``part status key variant headline_length_um``, the factors and the densities.
    factors
        Names of the factor columns.
    base_key
        Key of the study's base design.
    exponents
        For each place the exponent of Black's law, given a row; None where none is known.
    """
    same = ["part", *(f for f in factors if f not in RECESS)]
    identity = [tuple(json.dumps(row[name]) for name in same) for row in _rows(table)]
    reference: dict[str, dict[Any, Mapping[str, Any]]] = {"": {}, TO_BASE: {}}
    for who, row in zip(identity, _rows(table), strict=True):
        if row["status"] == "solved":
            if row["variant"] == "no-recess":
                reference[""].setdefault(who, row)
            if row["key"] == base_key:
                reference[TO_BASE].setdefault(None, row)
    columns: dict[str, list[float | None]] = {}
    for who, row in zip(identity, _rows(table), strict=True):
        for place, exponent_of in exponents.items():
            for kind, by_identity in reference.items():
                base = by_identity.get(who if kind == "" else None)
                ratios = _ratios(place, base, row, exponent_of)
                for end, (ratio, error) in zip(ENDS, ratios, strict=True):
                    name = format_name(STEM, ratio_place(place, kind, end), None)
                    columns.setdefault(name, []).append(ratio)
                    columns.setdefault(f"error_{name}", []).append(error)
    import pandas as pd

    # object columns of None would not be numbers in the Parquet file
    added = pd.DataFrame(columns, index=table.index, dtype=float)
    return pd.concat([table, added], axis=1)


# ---------------------------------------------------------------------------------- helpers


def _exponent(material: str) -> Exponent | None:
    from fem_bump.life.black import black_exponent

    return black_exponent(material)


def _ratios(
    place: str,
    base: Mapping[str, Any] | None,
    row: Mapping[str, Any],
    exponent_of: Callable[[Mapping[str, Any]], Exponent | None],
) -> list[Ratio] | list[tuple[None, None]]:
    """Ratio and its error for the exponent's value, then the lowest and the highest ratio."""
    unknown: list[tuple[None, None]] = [(None, None)] * len(ENDS)
    if base is None or row["status"] != "solved":
        return unknown
    if place == "pad" and any(side.get(BYPASSED) in (True,) for side in (base, row)):
        return unknown  # what flows in and out of a dead end wears nothing
    if films_of(base) != films_of(row):
        return unknown  # a film spreads the current: densities say nothing of life then
    # a ratio compares like with like: the row's own averaging length on both sides
    column = density_name(place, row["headline_length_um"])
    reference, now = _density(base, column), _density(row, column)
    n = exponent_of(row)
    if reference is None or now is None or n is None:
        return unknown
    return ratio_band(n, None if base["key"] == row["key"] else reference, now)


def films_of(row: Mapping[str, Any]) -> str:
    """The contact films of a case, which tell equal from unequal ones; empty without any."""
    said = row.get(FILMS)
    return said if isinstance(said, str) else ""


def _density(row: Mapping[str, Any], column: str) -> Density | None:
    """A density with its relative error; None where it is absent, NaN or no current."""
    value = row.get(column)
    if not (value and value > 0):
        return None
    return value, _share(row.get(f"error_{column}"), value)


def _share(error: float | None, value: float) -> float | None:
    """A relative error; None where the error is absent or NaN."""
    return error / value if error is not None and error == error else None


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return table.to_dict(orient="records")


def _row(
    case: StoredCase,
    factors: list[str],
    record: CaseRecord | None,
    fields: str | None,
) -> list[dict[str, Any]]:
    """The columns of one case, in groups, so that groups of different rows line up."""
    status, reason = "pending", None
    if case.key is None:
        status, reason = "invalid", case.reason
    elif record is not None:
        status, reason = record.status, record.reason
    result = NOTHING if record is None or record.result is None else record.result
    design, derived = result.design, result.derived
    metrics: dict[str, Any] = {}
    for name, value in result.metrics.items():
        metrics[name] = value
        metrics[f"error_{name}"] = result.errors.get(name)
    # a derived number that is also a factor (opening_ratio) is one column
    levels = {path: _cell(case.factors.get(path, derived.get(path))) for path in factors}
    return [
        {"part": case.part, "case": case.number, "status": status, "reason": reason, **levels},
        {
            "variant": design.get("variant"),
            "pad_material": design.get("pad", {}).get("material"),
            "bump_material": design.get("bump", {}).get("material"),
            "headline_length_um": design.get("metrics", {}).get("headline_length_um"),
        },
        {name: value for name, value in derived.items() if name not in factors},
        metrics,
        _scalars("flag", {name: _joined(value) for name, value in result.flags.items()}),
        _scalars("mesh", result.mesh) | _scalars("solver", result.solver),
        {
            "wall_s": None if record is None else record.seconds,
            "key": case.key,
            "fields": fields,
        },
    ]


def _cell(value: Any) -> Any:
    """A level as one cell; a table or a list (UBM layers, say) is shown as JSON."""
    return json.dumps(value) if isinstance(value, dict | list) else value


def _joined(value: Any) -> Any:
    """Sentences, as notes are, in one cell."""
    return "; ".join(map(str, value)) if isinstance(value, list | tuple) else value


def _scalars(prefix: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """What has one value, nested names joined by underscores; lists stay in the record."""
    out: dict[str, Any] = {}
    for name, value in data.items():
        if isinstance(value, Mapping):
            out.update(_scalars(f"{prefix}_{name}", value))
        elif not isinstance(value, list):
            out[f"{prefix}_{name}"] = value
    return out


def _number_columns(rows: list[list[dict[str, Any]]]) -> list[str]:
    """Columns that hold nothing but numbers and gaps: None among them is NaN."""
    seen: dict[str, bool] = {}
    for row in rows:
        for group in row[1:]:
            for name, value in group.items():
                if value is not None:
                    number = isinstance(value, int | float) and not isinstance(value, bool)
                    seen[name] = seen.get(name, True) and number
        for name in row[3]:
            seen.setdefault(name, True)  # a metric that no case has is still a number
    return [name for name, number in seen.items() if number]
