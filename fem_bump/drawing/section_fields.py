"""Fields of states on the section's elements, for pictures, files and views; loads no library.

Every element has its own six nodes, because stress and current density jump at interfaces. Units
stand in the names.
"""

from __future__ import annotations

import numpy as np

from fem_bump.algebra.shape_functions import NODES
from fem_bump.body.model import Model
from fem_bump.conduction.flow import CurrentFlow
from fem_bump.interfaces.averages import principal_max, von_mises
from fem_bump.mechanics.state import ThermalStress

# a solution has A/um2; files and pictures show it per cm2
A_PER_CM2, KA_PER_CM2 = 1e8, 1e5

Fields = dict[str, np.ndarray]


def places(elements: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Element and reference coordinates (6 n,) of the nodes of some elements, their own each."""
    x, y = np.tile(NODES, len(elements))
    return np.repeat(elements, 6), x, y


def node_points_um(model: Model) -> np.ndarray:
    """(6 elements, 3) coordinates r, z, 0 of the nodes of all elements."""
    nodes = model.nodes.T.ravel()
    return np.column_stack([model.node_points_um[:, nodes].T, np.zeros(len(nodes))])


def stress_fields(stress: ThermalStress, theta_deg: float = 0.0) -> Fields:
    """Displacement, stress and, where metals have flowed, inelastic strain at those nodes."""
    model = stress.model
    at = places(np.arange(model.mesh.nelements))
    tensor = stress.stress_at(*at, theta_deg)
    plane = stress.nodal_displacement_um(theta_deg)[:, [0, -1]][model.nodes.T.ravel()]
    fields = {
        "displacement_um": np.column_stack([plane, np.zeros(len(plane))]),
        "von_mises_mpa": von_mises(tensor),
        "principal_max_mpa": principal_max(tensor),
        "stress_rr_mpa": tensor[0],
        "stress_zz_mpa": tensor[1],
        "stress_tt_mpa": tensor[2],
        "stress_rz_mpa": tensor[3],
    }
    if stress.inelastic is not None:
        fields["inelastic_strain"] = stress.inelastic.equivalent_at(*at)
    return fields


def current_fields(current: CurrentFlow, theta_deg: float = 0.0) -> Fields:
    """Potential and current density at those nodes, zero where no current flows."""
    at = places(np.arange(current.model.mesh.nelements))
    density = current.current_density_at(*at, theta_deg) * A_PER_CM2
    return {
        "potential_mv": current.local_potential_v(theta_deg).ravel() * 1e3,
        "current_density_a_per_cm2": np.linalg.norm(density, axis=0),
        "current_density_r_a_per_cm2": density[0],
        "current_density_z_a_per_cm2": density[-1],
    }
