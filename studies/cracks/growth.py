"""One length of a crack, solved and measured.

Every length is a mesh and a solution of its own, and one more on a mesh of twice the element size,
from which the errors follow. The state is elastic. First the faces are free; where they would
overlap they touch instead, with the friction that the design says. What overlaps only within the
oscillation of the fields at a tip between two materials, far shorter than the crack, stays free.
"""

from __future__ import annotations

import math

import numpy as np
from skfem import MeshTri

from fem_bump import InputError, Model, ThermalStress
from fem_bump.body.cracks import open_crack
from fem_bump.fracture.contact import close_faces
from fem_bump.fracture.energy_release import EnergyRelease, energy_release
from geometry import CrossSection, build_mesh
from studies.cracks.curves import CrackPoint, FaceContact
from studies.loads import states as loads
from studies.solution.solved import region_materials

COARSE = 2.0  # element size of the second mesh over that of the first
ROUND_OFF = 1e-9  # of the crack's length
Pair = tuple[EnergyRelease, EnergyRelease | None]  # of free faces, and of touching ones


def solve_crack(section: CrossSection, size_factor: float | None = None) -> EnergyRelease:
    """Open the crack of a section's design, load it and measure its tip.

    Its faces touch where they would overlap, unless the load varies around the axis.
    ``size_factor`` overrides ``mesh.size_factor`` of the design.

    Raises
    ------
    DesignError, InputError
        The design has no crack, or is impossible.
    MeshingError, AnalysisError
        This analysis failed.
    """
    free, touching = _free_and_touching(section, size_factor)
    return touching or free


def _free_and_touching(
    section: CrossSection, size_factor: float | None = None, touch: bool | None = None
) -> Pair:
    """The crack with free faces, and with touching ones if they ``touch``.

    By default they do where free ones overlap.
    """
    if section.crack is None:
        raise InputError("the design has no [crack] with a length_um")
    tip = section.crack.tip_um
    state = cracked_state(section, build_mesh(section, size_factor), keep_factors=True)
    free = energy_release(state, near=tip)
    if touch is None:
        touch = free.opening.closed() and not state.varies_around
    if not touch:
        return free, None
    assert section.design.crack is not None
    return free, energy_release(close_faces(state, section.design.crack.friction, tip), near=tip)


def cracked_state(
    section: CrossSection, mesh: MeshTri, keep_factors: bool = False
) -> ThermalStress:
    """The loaded state of a section whose mesh is opened along its boundary ``crack``."""
    assert section.design.crack is not None
    opened = open_crack(mesh, _side_a(section, mesh))
    model = Model(opened, region_materials(section), section.groups)
    return loads.thermal_state(section, model, keep_factors)


def _side_a(section: CrossSection, mesh: MeshTri) -> tuple[str, ...] | np.ndarray:
    """The regions above the crack, or the elements outside of one in the dielectric."""
    crack = section.design.crack
    assert crack is not None
    if not crack.from_scar:
        return section.members(crack.sides[0])
    assert section.crack is not None
    return mesh.p[0, mesh.t].mean(axis=0) > section.crack.tip_um[0]


def measure_crack(section: CrossSection) -> CrackPoint:
    """The crack of a section on two meshes; raises like :func:`solve_crack`."""
    fine = _free_and_touching(section)
    rough = _free_and_touching(
        section, COARSE * section.design.mesh.size_factor, touch=fine[1] is not None
    )
    assert section.design.crack is not None and section.design.crack.length_um is not None
    found = fine[1] or fine[0]
    g, theta = found.g_j_per_m2.largest
    k = found.intensity_at(theta)
    held = found.opening.tip_held
    return CrackPoint(
        length_um=section.design.crack.length_um,
        g_j_per_m2=0.0 if held else found.g_j_per_m2.mean,
        g_max_j_per_m2=0.0 if held else g,
        theta_deg=theta,
        k_1_mpa_sqrt_um=float(k[0]),
        k_2_mpa_sqrt_um=0.0 if held else float(k[1]),
        k_3_mpa_sqrt_um=float(k[2]),
        mode_mix_deg=_mode_mix_deg(found, fine[0], theta),
        reference_length_um=found.reference_length_um,
        overlap_share=fine[0].opening.overlap_share(theta),
        closed=fine[0].opening.closed(),
        errors=_errors(fine, rough, theta),
        contact=_contact(section.design.crack.friction, fine[1]),
    )


def _mode_mix_deg(found: EnergyRelease, free: EnergyRelease, theta: float) -> float:
    """Of a crack; of a tip that friction holds, how it would slide."""
    if not found.opening.tip_held:
        return found.mode_mix_deg(theta)
    return math.copysign(90.0, free.intensity_at(theta)[1])


def _contact(friction: float, touching: EnergyRelease | None) -> FaceContact | None:
    if touching is None:
        return None
    opening = touching.opening
    return FaceContact(friction, opening.contact_um, opening.tip_closed, opening.tip_held)


def _errors(fine: Pair, coarse: Pair, theta: float) -> dict[str, float]:
    """Error of each value at an angle: change between the meshes, or disagreement of the ways."""
    found, rough = (touching or free for free, touching in (fine, coarse))
    k, k_rough = found.intensity_at(theta), rough.intensity_at(theta)
    g = float(found.g_j_per_m2.at(theta))
    # what intensities and domain integral disagree by: G goes with the square of K
    off = abs(math.sqrt(max(found.g_of_intensity(theta), 0.0) / g) - 1) if g > 0 else 0.0
    amount = off * np.array([np.hypot(k[0], k[1])] * 2 + [abs(k[2])])
    k_error = np.maximum(np.abs(k - k_rough), amount)
    if found.opening.tip_closed and rough.opening.tip_closed:
        k_error[0] = off = 0.0  # K_I = 0, whatever the mesh
    turned = _mode_mix_deg(found, fine[0], theta) - _mode_mix_deg(rough, coarse[0], theta)
    overlap = [free.opening.overlap_share(theta) for free, _ in (fine, coarse)]
    out = {
        "g_j_per_m2": _g_error(found, rough, None),
        "g_max_j_per_m2": _g_error(found, rough, theta),
        "k_1_mpa_sqrt_um": float(k_error[0]),
        "k_2_mpa_sqrt_um": float(k_error[1]),
        "k_3_mpa_sqrt_um": float(k_error[2]),
        "mode_mix_deg": min(180.0, max(abs((turned + 180) % 360 - 180), math.degrees(off))),
        "overlap_share": abs(overlap[0] - overlap[1]),
    }
    if found.opening.tip_held:  # all is 0, and off by what the other mesh says
        slides = 0.0 if rough.opening.tip_held else 1.0
        for name in ("g_j_per_m2", "g_max_j_per_m2"):
            out[name] = slides * abs(float(rough.g_j_per_m2.at(theta)))
        out["k_2_mpa_sqrt_um"] = slides * abs(float(k_rough[1]))
    if fine[1] is not None:
        changed = abs(found.opening.contact_um - rough.opening.contact_um)
        if changed < ROUND_OFF * found.tip.length_um:
            changed = 0.0
        out["contact_um"] = max(changed, found.opening.contact_step_um)
    return out


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
