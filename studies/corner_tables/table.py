"""Table of corners of a design: which materials meet where, how singular, and how strongly.

To the corners of the cross-section (:mod:`studies.corner_tables.section_corners`) come intensities
from the fields of two meshes (:mod:`fem_bump.corners.intensity`), with an error that is the larger
of the change from the coarse mesh (twice the element size) and the disagreement of two domains.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

from fem_bump import CurrentFlow, InputError, Model, ThermalStress
from fem_bump.corners.current_intensity import current_intensities
from fem_bump.corners.intensity import RE_MAX, Intensity
from fem_bump.corners.stress_intensity import stress_intensities
from geometry import CrossSection, Design, build_cross_section, build_mesh
from geometry.section.cross_section import without_crack
from studies.case.input_notes import input_notes
from studies.corner_tables.corner import DesignCorner, Singularity
from studies.corner_tables.section_corners import section_corners
from studies.loads import states as loads
from studies.loads.load import varying
from studies.solution.solved import region_materials
from studies.solving.answer import COARSE

SAME_ANGLE_DEG = 1.0  # between the section's tangents and those of a curved mesh
SAME_EXPONENT = 2e-3
# intensities are of the axisymmetric part; what they leave out is the load's
MEANS = {
    "thermal_stress": "stress: intensities of the axisymmetric cool-down, without {}",
    "current_flow": "current: intensities of the mean over the angle, not of {}",
}


def corner_table(
    design: Design, with_intensities: bool = True, only: str | None = None
) -> tuple[DesignCorner, ...]:
    """Corners of a design, from the axis outwards.

    Parameters
    ----------
    with_intensities
        Also solve both physics on two meshes.
    only
        Keep corners whose name contains this.

    Raises
    ------
    DesignError, InputError
        The design is impossible, or its metals yield and creep; no corner has such a name.
    MeshingError, AnalysisError
        The analysis failed.
    """
    loads.refuse_inelastic(design)
    section = without_crack(build_cross_section(design))
    found = section_corners(section)
    if only is not None:
        kept = tuple(corner for corner in found if only.casefold() in corner.name.casefold())
        if not kept:
            names = "; ".join(corner.name for corner in found)
            raise InputError(f"no corner is named '{only}'; this design has: {names}")
        found = kept
    return _solved(section, found) if with_intensities else found


def notes(design: Design) -> list[str]:
    """What the intensities of a design leave out, and what is noted of its input."""
    out = input_notes(design)
    if design.crack is not None:
        out.append("the bump is whole: 'fem-bump crack' opens the crack of the design")
    return [*out, *(MEANS[load.acts_on].format(load.varying(design)) for load in varying(design))]


def _solved(section: CrossSection, corners: tuple[DesignCorner, ...]) -> tuple[DesignCorner, ...]:
    factor = section.design.mesh.size_factor
    states = []
    for scale in (1.0, COARSE):
        mesh = build_mesh(section, scale * factor)
        model = Model(mesh, region_materials(section), section.groups)
        stress, current = loads.thermal_state(section, model), loads.current_state(section, model)
        states.append((stress.axisymmetric, current.axisymmetric))
    return tuple(_with_intensities(corner, states) for corner in corners)


def _with_intensities(
    corner: DesignCorner, states: Sequence[tuple[ThermalStress, CurrentFlow]]
) -> DesignCorner:
    """The corner with intensities from the first state and errors from both."""
    stress = current = None
    out = []
    for one in corner.singularities:
        if one.physics == "stress":
            stress = stress or _found(
                stress_intensities(state, corner.point_um, corner.reference_deg)
                for state, _ in states
            )
            out.append(_measured(one, stress))
        else:
            current = current or _found(
                tuple(itertools.chain(*current_intensities(state, corner.point_um)))
                for _, state in states
            )
            out.append(_measured(one, current))
    return replace(corner, singularities=tuple(out))


_Found = tuple[tuple[tuple[Intensity, ...], ...], str]


def _found(by_state: Iterable[tuple[Intensity, ...]]) -> _Found:
    """Intensities per state, or why a corner has none."""
    try:
        return tuple(by_state), ""
    except InputError as refusal:
        return (), str(refusal)


def _measured(one: Singularity, found: _Found) -> Singularity:
    by_state, refusal = found
    if refusal:
        return replace(one, note=refusal)
    if one.exponent.logarithmic:
        return replace(one, note="a logarithm stands beside the power: no intensity")
    if one.exponent.value.real > RE_MAX:
        return replace(one, note=f"within {1 - RE_MAX:.3g} of 1: part of the uniform stress")
    mine = [_of_exponent(one, intensities) for intensities in by_state]
    if any(len(values) != len(one.exponent.modes) for values in mine):
        return replace(one, note="the mesh does not carry this corner: no intensity")
    fine, coarse = mine
    errors = (max(abs(a.value - b.value), a.scatter) for a, b in zip(fine, coarse, strict=True))
    return replace(
        one,
        intensities=tuple(i.value for i in fine),
        errors=tuple(float(error) for error in errors),
        mode_mix_deg=tuple(i.mode.mode_mix_deg for i in fine) if one.physics == "stress" else (),
    )


def _of_exponent(one: Singularity, found: tuple[Intensity, ...]) -> list[Intensity]:
    """Intensities of the same corner's nearest exponent; none if that is another one."""
    mine = one.exponent.modes[0].corner
    near = [
        (abs(i.exponent.value - one.exponent.value), i)
        for i in found
        if mine.faces is None or _turn(i.mode.corner.start_deg - mine.start_deg) < SAME_ANGLE_DEG
    ]
    closest = min((distance for distance, _ in near), default=math.inf)
    return [i for distance, i in near if distance == closest and distance < SAME_EXPONENT]


def _turn(angle_deg: float) -> float:
    return abs((angle_deg + 180) % 360 - 180)
