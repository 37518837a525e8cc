"""One length of an interface crack, solved and measured.

Every length is a mesh and a solution of its own, and one more on a mesh of twice the element size,
from which the errors follow. The state is elastic.
"""

from __future__ import annotations

import math

import numpy as np
from skfem import MeshTri

from fem_bump import InputError, Model, ThermalStress
from fem_bump.body.cracks import open_crack
from fem_bump.fracture.energy_release import EnergyRelease, energy_release
from geometry import CrossSection, build_mesh
from studies.cracks.curves import CrackPoint
from studies.loads import states as loads
from studies.solution.solved import region_materials

COARSE = 2.0  # element size of the second mesh over that of the first


def solve_crack(section: CrossSection, size_factor: float | None = None) -> EnergyRelease:
    """Open the crack of a section's design, load it and measure its tip.

    ``size_factor`` overrides ``mesh.size_factor`` of the design.

    Raises
    ------
    DesignError, InputError
        The design has no crack, or is impossible.
    MeshingError, AnalysisError
        This analysis failed.
    """
    if section.crack is None:
        raise InputError("the design has no [crack] with a length_um")
    state = cracked_state(section, build_mesh(section, size_factor))
    return energy_release(state, near=section.crack.tip_um)


def cracked_state(section: CrossSection, mesh: MeshTri) -> ThermalStress:
    """The loaded state of a section whose mesh is opened along its boundary ``crack``."""
    assert section.design.crack is not None
    opened = open_crack(mesh, section.members(section.design.crack.sides[0]))
    model = Model(opened, region_materials(section), section.groups)
    return loads.thermal_state(section, model)


def measure_crack(section: CrossSection) -> CrackPoint:
    """The crack of a section on two meshes; raises like :func:`solve_crack`."""
    found = solve_crack(section)
    rough = solve_crack(section, COARSE * section.design.mesh.size_factor)
    assert section.design.crack is not None and section.design.crack.length_um is not None
    g, theta = found.g_j_per_m2.largest
    k = found.intensity_at(theta)
    return CrackPoint(
        length_um=section.design.crack.length_um,
        g_j_per_m2=found.g_j_per_m2.mean,
        g_max_j_per_m2=g,
        theta_deg=theta,
        k_1_mpa_sqrt_um=float(k[0]),
        k_2_mpa_sqrt_um=float(k[1]),
        k_3_mpa_sqrt_um=float(k[2]),
        mode_mix_deg=found.mode_mix_deg(theta),
        reference_length_um=found.reference_length_um,
        overlap_share=found.opening.overlap_share(theta),
        closed=found.opening.closed(),
        errors=_errors(found, rough, theta),
    )


def _errors(found: EnergyRelease, rough: EnergyRelease, theta: float) -> dict[str, float]:
    """Error of each value at an angle: change between the meshes, or disagreement of the ways."""
    k, k_rough = found.intensity_at(theta), rough.intensity_at(theta)
    g = float(found.g_j_per_m2.at(theta))
    # what intensities and domain integral disagree by: G goes with the square of K
    off = abs(math.sqrt(max(found.g_of_intensity(theta), 0.0) / g) - 1) if g > 0 else 0.0
    amount = off * np.array([np.hypot(k[0], k[1])] * 2 + [abs(k[2])])
    k_error = np.maximum(np.abs(k - k_rough), amount)
    turned = found.mode_mix_deg(theta) - rough.mode_mix_deg(theta)
    overlap = (one.opening.overlap_share(theta) for one in (found, rough))
    return {
        "g_j_per_m2": _g_error(found, rough, None),
        "g_max_j_per_m2": _g_error(found, rough, theta),
        "k_1_mpa_sqrt_um": float(k_error[0]),
        "k_2_mpa_sqrt_um": float(k_error[1]),
        "k_3_mpa_sqrt_um": float(k_error[2]),
        "mode_mix_deg": max(abs((turned + 180) % 360 - 180), math.degrees(off)),
        "overlap_share": abs(next(overlap) - next(overlap)),
    }


def _g_error(found: EnergyRelease, rough: EnergyRelease, theta: float | None) -> float:
    """Of G at an angle, or of its mean: domains, closure, intensities and meshes disagree by it."""
    around = np.arange(0.0, 360.0, 45.0) if theta is None else np.array([theta])
    g = float(found.g_j_per_m2.at(around).mean())
    others = [
        float(np.mean([found.g_of_intensity(angle) for angle in around])),
        float(rough.g_j_per_m2.at(around).mean()),
    ]
    if found.g_closure_j_per_m2 is not None:
        others.append(float(found.g_closure_j_per_m2.at(around).mean()))
    return max(found.domain_spread * abs(g), *(abs(g - other) for other in others))
