"""The tidy results table: one row per case, a pure function of the plan and the records.

Columns, in this order: ``part case status reason``, the factors under their dotted paths,
``variant pad_material bump_material headline_length_um``, the derived numbers, every metric with
``error_<metric>`` behind it, the life ratios, ``flag_*``, ``mesh_*``, ``solver_*``,
``wall_s key fields``. Units stand in the names. ``status`` is ``solved``, ``failed``, ``invalid``
or ``pending``.

Life ratios: :mod:`studies.results.life_columns`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from studies.records.record import CaseRecord, Result
from studies.records.stored_plan import StoredCase, StoredPlan
from studies.results.life_columns import add_life_ratios, is_life_ratio

if TYPE_CHECKING:
    import pandas as pd

NOTHING = Result({}, {}, {})  # of a case that is not solved


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
    designs = {key: one.result.design for key, one in records.items() if one.result is not None}
    table = add_life_ratios(table, factors, plan.base_key, designs)
    life = [n for n in table.columns if is_life_ratio(n)]
    metrics = {name for row in rows for name in row[3]}
    where = 1 + max((i for i, name in enumerate(table.columns) if name in metrics), default=0)
    rest = [name for name in table.columns if name not in life]
    return table[[*rest[:where], *life, *rest[where:]]] if metrics else table


# ---------------------------------------------------------------------------------- helpers


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
