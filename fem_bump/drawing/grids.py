"""Sections as PyVista's grids, to turn, slice and probe; needs the extra ``view``."""

from __future__ import annotations

from typing import Any

import numpy as np

from fem_bump.body.model import Model
from fem_bump.conduction.flow import CurrentFlow
from fem_bump.drawing.section_fields import Fields, current_fields, node_points_um, stress_fields
from fem_bump.mechanics.state import ThermalStress
from groundwork.extras import extra
from groundwork.pictures import views

QUADRATIC_TRIANGLE = 22  # as VTK numbers kinds of cells


@views.named("stress")
def stress_grid(stress: ThermalStress, theta_deg: float = 0.0) -> Any:
    """Displacement and stress in the section at one angle."""
    return _grid(stress.model, stress_fields(stress, theta_deg))


@views.named("current")
def current_grid(current: CurrentFlow, theta_deg: float = 0.0) -> Any:
    """Potential and current density in the section at one angle."""
    return _grid(current.model, current_fields(current, theta_deg))


def _grid(model: Model, fields: Fields) -> Any:
    pyvista = extra("pyvista", "view", "to_pyvista")
    cells = np.arange(6 * model.mesh.nelements).reshape(-1, 6)
    grid = pyvista.UnstructuredGrid({QUADRATIC_TRIANGLE: cells}, node_points_um(model))
    for name, values in fields.items():
        grid.point_data[name] = values
    grid.cell_data["region"] = model.region_index
    grid.field_data["regions"] = list(model.region_names)
    return grid
