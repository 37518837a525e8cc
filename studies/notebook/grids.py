"""A study's part as an xarray dataset: factors are dimensions, metrics variables with units."""

from __future__ import annotations

from typing import Any

import numpy as np

from fem_bump.errors import InputError
from groundwork.extras import extra
from studies.metrics.names import split
from studies.notebook.tables import units_of
from studies.results.results import Results


def dataset(results: Results, part: str | None) -> Any:
    """See ``StudyResults.to_xarray``."""
    xarray = extra("xarray", "xarray", "to_xarray")
    parts = list(results.parts)
    if part is None and len(parts) > 1:
        study = results.study.name
        raise InputError(f"study '{study}' has several parts; name one of {', '.join(parts)}")
    part = parts[0] if part is None else part
    if part not in parts:
        raise InputError(f"part = {part!r} must be one of {', '.join(parts)}")
    rows = [row for row in results.rows if row["part"] == part]
    factors = [path for path in results.factors if path in results.varied[part]]
    levels = {path: list(dict.fromkeys(row[path] for row in rows)) for path in factors}
    shape = tuple(map(len, levels.values()))
    places = [tuple(levels[path].index(row[path]) for path in factors) for row in rows]
    if not factors or len(set(places)) != len(rows) or len(rows) != np.prod(shape):
        raise InputError(
            f"the cases of part '{part}' make no grid of {', '.join(factors) or 'factors'}; "
            "results.table has them as rows"
        )
    columns = [
        column for family in results.families.values() for column in family.columns().values()
    ]
    names = [name for column in columns for name in (column, f"error_{column}")]
    units = units_of([*names, *factors])
    titles = {
        column: family.title
        for family in results.families.values()
        for column in family.columns().values()
    }
    variables = {}
    for name in names:
        values = np.full(shape, np.nan)
        for place, row in zip(places, rows, strict=True):
            value = row.get(name)
            values[place] = np.nan if value is None else value
        metric = name.removeprefix("error_")
        title = titles[metric] if name == metric else f"error of {titles[metric]}"
        about: dict[str, Any] = {"units": units.get(name, "1"), "long_name": title}
        length = split(metric).length_um
        if length is not None:
            about["averaging_length_um"] = length
        variables[name] = (factors, values, about)
    coordinates = {
        path: (path, found_levels, {"units": units[path]} if path in units else {})
        for path, found_levels in levels.items()
    }
    return xarray.Dataset(variables, coordinates, {"study": results.study.name, "part": part})
