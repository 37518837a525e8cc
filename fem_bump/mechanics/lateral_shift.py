"""Lateral shift of boundaries on top of an axisymmetric state.

A rigid translation U of a boundary in x is u_r = U cos0, u_t = -U sin0, u_z = 0: harmonic 1 alone.
Linear elasticity superposes it on the axisymmetric state, so the expansion is exact with two terms.
What flows couples these two with all others, of which those are followed that matter; a boundary
that is moved has no part in harmonics above 1. Units: um, MPa.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np

from fem_bump.body.material_state import MaterialState
from fem_bump.body.model import Model
from fem_bump.errors import InputError, is_number
from fem_bump.mechanics.conditions import conditions
from fem_bump.mechanics.harmonic_elasticity import elastic_harmonic
from fem_bump.mechanics.harmonic_stress import Foundation, HarmonicStress
from fem_bump.mechanics.inelastic.angular_problem import AngularProblem
from fem_bump.mechanics.inelastic.path import Displacement, value_at
from fem_bump.mechanics.inelastic.problem import Problem

HARMONICS = 4  # the highest that is followed where a body flows
MOST_HARMONICS = 32


def _check_boundaries(
    model: Model, shift_um: Mapping[str, Displacement], fixed: Mapping[str, str]
) -> None:
    """Refuse boundaries that are not there, and a body whose other end is free to follow."""
    for boundary in shift_um:
        try:
            model.facets(boundary)
        except InputError as error:
            raise InputError(f"lateral_shift_um: {error}") from None
    holding = [*shift_um, *(name for name, where in fixed.items() if set(where) & set("rt"))]
    if len(holding) < 2:
        known = ", ".join(sorted(model.boundaries))
        raise InputError(
            f"lateral_shift_um moves '{holding[0]}' while the body's other end is free to follow; "
            f"hold another boundary with a shift of 0 (boundaries: {known})"
        )


def _rigid(shift_um: Mapping[str, float]) -> dict[str, dict[str, float]]:
    """Amplitudes of harmonic 1 of boundaries that move in x."""
    return {name: {"r": u, "t": -u, "z": 0.0} for name, u in shift_um.items()}


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
    for boundary, value in shift_um.items():
        if not (is_number(value) and np.isfinite(value)):
            raise InputError(f"{_said(boundary)} = {value!r} must be a finite number, um")
    _check_boundaries(model, shift_um, fixed)
    for boundary in stiffness_mpa_per_um:
        if boundary not in shift_um:
            raise InputError(
                f"counter_stiffness_mpa_per_um names '{boundary}', which lateral_shift_um does not "
                "move"
            )
    rigid = {name: value for name, value in shift_um.items() if name not in stiffness_mpa_per_um}
    prescribed = _rigid(rigid)
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


def shifted_problem(
    problem: Problem,
    shift_um: Mapping[str, Displacement],
    fixed: Mapping[str, str],
    tied: Mapping[str, str],
    harmonics: int,
    angles: int | None,
) -> AngularProblem:
    """A body with laws whose boundaries move in x over time.

    Parameters
    ----------
    harmonics
        The highest.
    angles
        At which laws are asked; None for twice the highest harmonic.

    Raises
    ------
    InputError
        For boundaries that are not there, a body whose other end is free, no function of time, and
        fewer angles than tell the harmonics apart.
    """
    model = problem.model
    _check_boundaries(model, shift_um, fixed)
    if not (isinstance(harmonics, int | np.integer) and 1 <= harmonics <= MOST_HARMONICS):
        raise InputError(
            f"harmonics = {harmonics!r} must be a whole number from 1 to {MOST_HARMONICS}"
        )
    if angles is None:
        angles = 2 * harmonics
    if not (isinstance(angles, int | np.integer) and harmonics < angles <= 4 * MOST_HARMONICS):
        raise InputError(
            f"angles = {angles!r} must be a whole number above harmonics = {harmonics}, at most "
            f"{4 * MOST_HARMONICS}"
        )
    still = _rigid(dict.fromkeys(shift_um, 0.0))
    held = tuple(
        conditions(model, fixed, tied, still, harmonic=n, components="rtz")
        for n in range(1, harmonics + 1)
    )

    def prescribed(time_s: float) -> dict[str, dict[str, float]]:
        return _rigid(
            {name: value_at(_said(name), each, time_s) for name, each in shift_um.items()}
        )

    return AngularProblem(problem, held, prescribed, int(angles))


def moving_shifts(shift_um: Mapping[str, Displacement]) -> list[Callable[[float], float]]:
    """Those that are functions of time."""
    return [
        partial(value_at, _said(name), value) for name, value in shift_um.items() if callable(value)
    ]


def _said(boundary: str) -> str:
    return f"lateral_shift_um['{boundary}']"
