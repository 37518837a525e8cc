"""Tables with units: columns keep them in their names, and ``attrs["units"]`` says them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from studies.wording.units import split_unit

if TYPE_CHECKING:
    import pandas as pd


def units_of(columns: Iterable[str]) -> dict[str, str]:
    """Column to unit, of those whose name ends with one: ``{"resistance_mohm": "mohm"}``."""
    found = {name: split_unit(name)[1] for name in columns}
    return {name: unit for name, unit in found.items() if unit}


def with_units(table: pd.DataFrame, **about: Any) -> pd.DataFrame:
    """The table with ``attrs["units"]`` of its columns and index levels, and what else is said."""
    import pandas as pd

    numbers = [name for name in table.columns if pd.api.types.is_numeric_dtype(table[name])]
    names = [*(name for name in table.index.names if name is not None), *numbers]
    table.attrs = {**about, "units": units_of(map(str, names))}
    return table
