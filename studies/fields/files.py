"""Fields of one case in files, for ParaView and for the report's pictures.

    <name>.vtu                        the section at theta = 0
    <name>-3d.vtu                     half the circle, or all of it where the halves differ; like
                                      those below only of what is not axisymmetric
    <name>-current-whole.npz          |J| on a body with a sector cut away
    <name>-current-opened.npz         the same without solder and UBM
    <name>-von-mises-whole.npz, ...   von Mises stress

In the section every element has its own six nodes, because stress and current density jump at
interfaces.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import meshio
import numpy as np

from fem_bump import CurrentFlow, ThermalStress
from fem_bump.algebra.shape_functions import NODES
from fem_bump.interfaces.averages import principal_max, von_mises
from geometry import CrossSection
from groundwork.files import whole_file, write_atomic
from studies.fields.cutaway import current_scenes, stress_scenes
from studies.fields.revolved import write_angular
from studies.fields.units import A_PER_CM2
from studies.records.store import beside


def write_fields(
    path: Path,
    stress: ThermalStress,
    current: CurrentFlow,
    more: Mapping[str, np.ndarray] = MappingProxyType({}),
) -> None:
    """Write displacement, stress, potential and current density on quadratic triangles.

    And inelastic strain, where metals have flowed.

    Of a state that is not axisymmetric, the section at theta = 0.

    Parameters
    ----------
    more
        (elements, 6) further fields by name, at the nodes of each element.
    """
    model = stress.model
    n = model.mesh.nelements
    element = np.repeat(np.arange(n), 6)
    x, y = np.tile(NODES, n)
    tensor = stress.stress_at(element, x, y)
    density = current.current_density_at(element, x, y) * A_PER_CM2
    nodes = model.nodes.T.ravel()
    points = np.column_stack([model.node_points_um[:, nodes].T, np.zeros(6 * n)])
    plane = stress.nodal_displacement_um()[:, [0, -1]]
    displacement = np.column_stack([plane[nodes], np.zeros(6 * n)])
    fields = {
        "displacement_um": displacement,
        "von_mises_mpa": von_mises(tensor),
        "principal_max_mpa": principal_max(tensor),
        "stress_rr_mpa": tensor[0],
        "stress_zz_mpa": tensor[1],
        "stress_tt_mpa": tensor[2],
        "stress_rz_mpa": tensor[3],
        "potential_mv": current.local_potential_v().ravel() * 1e3,
        "current_density_a_per_cm2": np.linalg.norm(density, axis=0),
        "current_density_r_a_per_cm2": density[0],
        "current_density_z_a_per_cm2": density[-1],
    }
    fields |= {name: values.ravel() for name, values in more.items()}
    if stress.inelastic is not None:
        fields["inelastic_strain"] = stress.inelastic.equivalent_at(element, x, y)
    yields = np.array(
        [
            float(model.materials[name].at("yield_mpa", 25.0))
            if model.materials[name].yield_mpa is not None
            else np.nan
            for name in model.region_names
        ]
    )
    mesh = meshio.Mesh(
        points,
        [("triangle6", np.arange(6 * n).reshape(-1, 6))],
        point_data={name: values.astype(np.float32) for name, values in fields.items()},
        cell_data={
            "region": [model.region_index.astype(np.int32)],
            "yield_mpa": [yields[model.region_index].astype(np.float32)],
        },
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path) as part:
        mesh.write(part)
    write_atomic(path.with_suffix(".regions.txt"), "\n".join(model.region_names) + "\n")


def write_whole_circle(
    path: Path, section: CrossSection, stress: ThermalStress, current: CurrentFlow
) -> None:
    """Write the 3-D fields and the cut-away bodies of a state that is not axisymmetric.

    ``path`` is that of :func:`write_fields`, beside which they go. Bodies are those of the fields
    that vary around the circle.
    """
    scenes = {}
    if current.varies_around:
        scenes["current"] = current_scenes(current, section, "")
    if stress.varies_around:
        scenes["von-mises"] = stress_scenes(stress, section, "")
    if not scenes:
        return
    for name, (whole, opened) in scenes.items():
        whole.save(beside(path, f"{name}-whole.npz"))
        opened.save(beside(path, f"{name}-opened.npz"))
    write_angular(beside(path, "3d.vtu"), stress, current)
