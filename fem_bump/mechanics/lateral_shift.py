"""Lateral shift of boundaries on top of an axisymmetric state.

A rigid translation U of a boundary in x is u_r = U cos0, u_t = -U sin0, u_z = 0: harmonic 1 alone.
Linear elasticity superposes it on the axisymmetric state, so the expansion is exact with two terms.
Units: um, MPa.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from fem_bump.body.material_state import MaterialState
from fem_bump.body.model import Model
from fem_bump.errors import InputError, is_number
from fem_bump.mechanics.harmonic_elasticity import elastic_harmonic
from fem_bump.mechanics.harmonic_stress import Foundation, HarmonicStress


def _check_shift(model: Model, shift_um: Mapping[str, float]) -> None:
    """Refuse boundaries that are not there, and distances that are no numbers."""
    for boundary, value in shift_um.items():
        try:
            model.facets(boundary)
        except InputError as error:
            raise InputError(f"lateral_shift_um: {error}") from None
        if not (is_number(value) and np.isfinite(value)):
            raise InputError(
                f"lateral_shift_um['{boundary}'] = {value!r} must be a finite number, um"
            )


def lateral_shift(
    model: Model,
    state: MaterialState,
    shift_um: Mapping[str, float],
    stiffness_mpa_per_um: Mapping[str, float],
    fixed: Mapping[str, str],
    tied: Mapping[str, str],
    solver: str,
    keep_factors: bool = False,
) -> HarmonicStress:
    """What the lateral shift of boundaries adds to an axisymmetric state: its harmonic 1.

    Raises
    ------
    InputError
        When a shift is not finite, no other boundary holds the body, or a foundation has no shift.
    """
    _check_shift(model, shift_um)
    for boundary in stiffness_mpa_per_um:
        if boundary not in shift_um:
            raise InputError(
                f"counter_stiffness_mpa_per_um names '{boundary}', which lateral_shift_um does not "
                "move"
            )
    holding = [*shift_um, *(name for name, where in fixed.items() if set(where) & set("rt"))]
    if len(holding) < 2:
        known = ", ".join(sorted(model.boundaries))
        raise InputError(
            f"lateral_shift_um moves '{holding[0]}' while the body's other end is free to follow; "
            f"hold another boundary with a shift of 0 (boundaries: {known})"
        )
    rigid = {name: value for name, value in shift_um.items() if name not in stiffness_mpa_per_um}
    prescribed = {name: {"r": u, "t": -u, "z": 0.0} for name, u in rigid.items()}
    foundation = {
        name: Foundation(k, (shift_um[name], -shift_um[name], 0.0))
        for name, k in stiffness_mpa_per_um.items()
    }
    return elastic_harmonic(
        model,
        1,
        fixed=fixed,
        tied=tied,
        prescribed_um=prescribed,
        foundation=foundation,
        state=state,
        solver=solver,
        keep_factors=keep_factors,
    )
