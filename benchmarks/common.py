"""What the benchmarks share: a design on one mesh, our job on it, and its export to peers."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from skfem import MeshTri

from fem_bump import Model, current_flow, materials, thermal_stress
from fem_bump.conduction.system import PER_UM
from geometry import CrossSection, Design, build_cross_section, build_mesh
from groundwork.memory import keep_freed_memory

keep_freed_memory()  # as the command line does

STRESS_FREE_DEGC, DELTA_T, CURRENT_A = 217.0, -192.0, 0.3
WINDOWS_UM = (0.5, 1.0, 2.0)


class Problem:
    """A design meshed once: the default partial-depth one unless a section is given.

    Parameters
    ----------
    mesh
        A size factor of the graded mesh, or a mesh of the section.
    """

    def __init__(self, mesh: float | MeshTri, section: CrossSection | None = None) -> None:
        self.section = section or build_cross_section(Design(variant="partial-depth"))
        self.mesh = mesh if isinstance(mesh, MeshTri) else build_mesh(self.section, mesh)
        self.materials = {
            region: materials[name] for region, name in self.section.region_materials.items()
        }
        self.unknowns = 2 * (self.mesh.nvertices + self.mesh.nfacets)

    def fresh_mesh(self) -> MeshTri:
        """The mesh as ``build_mesh`` returns it: facets numbered, nothing else cached."""
        mesh = MeshTri(self.mesh.p.copy(), self.mesh.t.copy())
        assert mesh.nfacets == self.mesh.nfacets
        return mesh.with_subdomains(self.mesh.subdomains).with_boundaries(self.mesh.boundaries)

    def model(self, mesh: MeshTri) -> Model:
        return Model(mesh, self.materials, groups=self.section.groups)


class Phases:
    """Wall time per named phase."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start

    @property
    def total(self) -> float:
        return sum(self.seconds.values())


def our_job(problem: Problem, mesh: MeshTri) -> tuple[Phases, dict[str, float]]:
    """Both physics with their metrics, from a mesh: what the ratios are about."""
    phase = Phases()
    with phase("model"):
        model = problem.model(mesh)
    with phase("thermal stress"):
        stress = thermal_stress(
            model,
            delta_t=DELTA_T,
            stress_free_degc=STRESS_FREE_DEGC,
            fixed={"chip_bottom": "z"},
            tied={"cell_side": "r"},
        )
    with phase("tractions, windows"):
        for side in ("a", "b"):
            line = stress.interface("ubm", "pad", side)
            for length in WINDOWS_UM:
                line.window(length)
    with phase("strain energy"):
        energy = stress.strain_energy
    with phase("current"):
        current = current_flow(
            model,
            current_a=CURRENT_A,
            source="pad_rim",
            sink="bump_top",
            temperature_degc=STRESS_FREE_DEGC + DELTA_T,
        )
        resistance = current.resistance_ohm
    with phase("fluxes, windows"):
        flux = current.interface("ubm", "pad")
        for length in WINDOWS_UM:
            flux.window(length)
    points = model.node_points_um
    top = model.boundary_nodes("bump_top")
    node = top[points[0, top].argmin()]
    return phase, {
        "strain_energy_pj": energy,
        "bump_top_um": float(stress.u_um[node, 1]),
        "resistance_ohm": resistance,
    }


def cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def export(problem: Problem, path: Path, **more: np.ndarray) -> None:
    """Everything a peer needs, as plain arrays: it must know nothing of this project.

    ``more`` are arrays of the caller's, written as they are.
    """
    mesh = problem.mesh
    model = problem.model(mesh)
    regions = model.region_names
    properties = np.empty((4, len(regions)))
    for k, region in enumerate(regions):
        material = model.materials[region]
        properties[0, k] = material.at("young_mpa", STRESS_FREE_DEGC + DELTA_T)
        properties[1, k] = material.at("poisson", STRESS_FREE_DEGC + DELTA_T)
        properties[2, k] = material.thermal_strain(STRESS_FREE_DEGC + DELTA_T, STRESS_FREE_DEGC)
    current = current_flow(
        model,
        current_a=CURRENT_A,
        source="pad_rim",
        sink="bump_top",
        temperature_degc=STRESS_FREE_DEGC + DELTA_T,
    )
    properties[3] = [
        current.conductivity_s_per_m[found[0], 0] * PER_UM
        if np.isin(found[0], current.conducting_elements)
        else 0.0
        for found in model.regions.values()
    ]
    corner = model.points_um[:, model.triangles]
    sides = corner[:, 1:] - corner[:, :1]
    clockwise = sides[0, 0] * sides[1, 1] - sides[1, 0] * sides[0, 1] < 0
    nodes = model.nodes.copy()
    nodes[:, clockwise] = nodes[[0, 2, 1, 5, 4, 3]][:, clockwise]
    used = ("axis", "chip_bottom", "cell_side", "pad_rim", "bump_top", "ubm/pad:floor")
    np.savez(
        path,
        points=model.node_points_um,
        vertices=mesh.nvertices,
        nodes=nodes,
        region=model.region_index,
        region_names=list(regions),
        properties=properties,
        current_a=CURRENT_A,
        **{
            name.replace("/", "_"): model.facet_nodes(model.facets(name))
            for name in used
            if name in mesh.boundaries
        },
        **more,
    )
