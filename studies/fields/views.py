"""Bodies of revolution as PyVista's grids; needs the extra ``view``."""

from __future__ import annotations

from typing import Any

import numpy as np

from fem_bump import CurrentFlow, ThermalStress
from groundwork.extras import extra
from groundwork.pictures import views
from studies.fields.revolved import Swept, angular_fields, revolved_data
from studies.fields.section_mesh import Window

CELLS = {"tetra": 10, "wedge": 13, "pyramid": 14}  # as VTK numbers them


@views.named("stress revolved")
def revolved_stress(
    stress: ThermalStress, window: Window | None = None, hidden: tuple[str, ...] = ()
) -> Any:
    """A stress state in space: what :func:`studies.fields.revolved.write_angular` writes."""
    return _grid(angular_fields(stress=stress, window=window, hidden=hidden))


@views.named("current revolved")
def revolved_current(
    current: CurrentFlow, window: Window | None = None, hidden: tuple[str, ...] = ()
) -> Any:
    """A current flow in space."""
    return _grid(angular_fields(current=current, window=window, hidden=hidden))


def _grid(swept: Swept) -> Any:
    pyvista = extra("pyvista", "view", "to_pyvista")
    body, data, region = revolved_data(swept)
    cells = {CELLS[kind]: corners for kind, corners in body.cells}
    grid = pyvista.UnstructuredGrid(cells, body.points_um)
    for name, values in data.items():
        grid.point_data[name] = values
    if region is not None:
        grid.cell_data["region"] = np.concatenate(region)
    grid.field_data["regions"] = list(swept.region_names)
    return grid
