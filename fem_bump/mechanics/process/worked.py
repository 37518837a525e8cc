"""Metal that was worked before: what a law remembers of a plastic strain that left the shape as is.

A probe presses metal away; the mark that is drawn is what that has left, and the metal in it is
hardened. A point of the law is compressed along z, at constant volume, until it has flowed by the
given equivalent strain, and relieved of its stress. What the law keeps beside its inelastic strain,
limits, back strains, resistance, is then that of the worked metal; its inelastic strain counts from
the shape that is drawn.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from fem_bump.errors import InputError
from fem_bump.laws.kind import OWN
from fem_bump.laws.tangent import updated
from fem_bump.mechanics.inelastic.path import Degc
from fem_bump.mechanics.inelastic.problem import COMPONENTS, Problem

Worked = Callable[[np.ndarray, np.ndarray], np.ndarray]  # f(r, z): equivalent plastic strain
DIRECTION = np.array([0.5, -1.0, 0.5, 0.0])  # rr, zz, tt, rz: of equivalent strain 1
STEPS = 50
RELIEVED, MOST = 1e-9, 50  # stress over E, and how often it is relieved of it
CHOICES = 64  # strains that differ, at most: others are taken as the nearest of so many
KEPT = COMPONENTS + OWN  # where a law's own state begins


def worked_points(
    problem: Problem, region: str, points: np.ndarray, degc: Degc, worked: Worked
) -> np.ndarray:
    """(elements, q, state) of a region with a law, after its metal was worked.

    Raises
    ------
    InputError
        For a strain that is negative or not finite, and a law with a field of temperatures.
    """
    model = problem.model
    at = model.quadrature[0][:, model.regions[region]] / model.unit_um
    strain = np.broadcast_to(np.asarray(worked(*at), dtype=float), at.shape[1:])
    if not (np.isfinite(strain).all() and (strain >= 0).all()):
        raise InputError(f"worked strain of region '{region}' must be finite and at least 0")
    out, every = points.copy(), np.unique(strain[strain > 0])
    if len(every) > CHOICES:
        every = np.linspace(every[0], every[-1], CHOICES)
    nearest = np.abs(strain[..., None] - every).argmin(axis=-1) if len(every) else None
    constants = problem.constants(region, degc)[0]
    law = model.materials[region].law
    assert isinstance(degc, float)
    fresh = law.initial_state(f"region '{region}'", COMPONENTS, degc)
    for k, amount in enumerate(every):
        here = (nearest == k) & (strain > 0)
        out[here, KEPT:] = _worked(law, constants, fresh, float(amount))[KEPT:]
    return out


def _worked(law: object, constants: np.ndarray, state: np.ndarray, amount: float) -> np.ndarray:
    """State of a point after an equivalent plastic strain, without stress."""
    before = np.zeros(COMPONENTS)
    for share in np.linspace(0.0, 1.0, STEPS + 1)[1:]:
        strain = share * amount * DIRECTION
        _, _, state = updated(law, constants, before, strain, 0.0, state)  # type: ignore[arg-type]
        before = strain
    young = 9 * constants[0] * constants[1] / (3 * constants[0] + constants[1])
    for _ in range(MOST):
        strain = state[:COMPONENTS].copy()
        stress, _, state = updated(law, constants, before, strain, 0.0, state)  # type: ignore[arg-type]
        before = strain
        if np.abs(stress).max() <= RELIEVED * young:
            break
    return state
