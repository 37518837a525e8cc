"""The results table of a run folder as files: table.parquet, and table.csv with the same."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from groundwork.files import write_atomic
from studies.records.store import fields_of, read_plan, read_records
from studies.results.table import build_table

if TYPE_CHECKING:
    import pandas as pd

SCHEMA = 1


def load_libraries() -> None:
    """Load what a table takes, where there is something else to wait for anyway."""
    import pandas  # noqa: F401
    import pyarrow.parquet  # noqa: F401


def write_table(folder: Path) -> pd.DataFrame:
    """Derive table.parquet and table.csv from the plan and the records of a folder."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    plan = read_plan(folder)
    records = read_records(folder, plan)
    kept = fields_of(folder, records).items()
    table = build_table(plan, records, {key: f"fields/{path.name}" for key, path in kept})
    arrow = pa.Table.from_pandas(table, preserve_index=False)
    about = {b"fem_bump_schema": str(SCHEMA).encode(), b"study": plan.study.name.encode()}
    arrow = arrow.replace_schema_metadata({**(arrow.schema.metadata or {}), **about})
    buffer = io.BytesIO()
    # hundreds of columns, few rows: most of a plain file would be statistics
    pq.write_table(arrow, buffer, write_statistics=False, use_dictionary=False)
    write_atomic(folder / "table.parquet", buffer.getvalue())
    write_atomic(folder / "table.csv", table.to_csv(index=False))
    return table
