"""Fields of one case in files, for ParaView and for the report's pictures.

    <name>.vtu                        the section at theta = 0
    <name>-hot.vtu, <name>-cold.vtu   of thermal cycles, where the last one's ramps end
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
from fem_bump.drawing.section_fields import current_fields, node_points_um, stress_fields
from geometry import CrossSection
from groundwork.files import whole_file, write_atomic
from studies.fields.cutaway import current_scenes, stress_scenes
from studies.fields.revolved import write_angular
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
    fields = {**stress_fields(stress), **current_fields(current)}
    fields |= {name: values.ravel() for name, values in more.items()}
    yields = np.array(
        [
            float(model.materials[name].at("yield_mpa", 25.0))
            if model.materials[name].yield_mpa is not None
            else np.nan
            for name in model.region_names
        ]
    )
    mesh = meshio.Mesh(
        node_points_um(model),
        [("triangle6", np.arange(6 * model.mesh.nelements).reshape(-1, 6))],
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
