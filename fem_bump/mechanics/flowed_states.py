"""The two kinds of bodies that a history follows: how one steps, and the state of an instant.

The state is the same all around the axis, or varies around it: then it is a sum of harmonics, of
strain and stress as of displacement, and the amplitude of harmonic n > 0 is twice the mean over
the circle of the value times cos(n theta) or sin(n theta).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from fem_bump.algebra.march import Advance
from fem_bump.algebra.newton import Solved
from fem_bump.body.material_state import MaterialState
from fem_bump.mechanics.conditions import turned
from fem_bump.mechanics.harmonic_stress import HarmonicStress
from fem_bump.mechanics.inelastic import angular_step, step
from fem_bump.mechanics.inelastic.angular_problem import AngularProblem
from fem_bump.mechanics.inelastic.problem import COMPONENTS, Displacement, Instant, Problem
from fem_bump.mechanics.inelastic.strain import InelasticStrain
from fem_bump.mechanics.state import ThermalStress


@dataclass(frozen=True)
class Kind:
    """What a history does with a kind of body.

    Attributes
    ----------
    solve
        f(problem, instant, time, guess): the implicit step to a time.
    advance
        f(problem, instant, time): the same with its error.
    state
        f(problem, instant): what the body is like then.
    """

    solve: Callable[[Any, Instant, float, Displacement], tuple[Instant, Solved]]
    advance: Callable[[Any, Instant, float], Advance[Instant]]
    state: Callable[[Any, Instant], ThermalStress]


def _rows(problem: Problem | AngularProblem) -> np.ndarray:
    """(elements,) place among those that flow, region by region; -1 for one that does not."""
    regions = [problem.model.regions[name] for name in problem.flowing]
    found = np.concatenate([np.zeros(0, dtype=np.int64), *regions]).astype(np.int64)
    row = np.full(problem.model.mesh.nelements, -1)
    row[found] = np.arange(len(found))
    return row


def _points(
    problem: Problem | AngularProblem, instant: Instant
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Strain, stress, equivalent and work at the points of all regions that flow."""
    n = problem.components
    stress = [problem.stress(k, instant) for k in range(len(problem.flowing))]
    points = instant.points
    strain = np.concatenate([each[..., :n] for each in points])
    equivalent, work = (np.concatenate([each[..., at] for each in points]) for at in (n, n + 1))
    return strain, np.concatenate(stress), equivalent, work


def _same_around(problem: Problem, instant: Instant) -> ThermalStress:
    model, inelastic = problem.model, None
    if problem.flowing:
        inelastic = InelasticStrain(model, _rows(problem), *_points(problem, instant))
    plane = HarmonicStress(
        model,
        0,
        instant.at.u.reshape(-1, 2),
        problem.material_state(instant.degc),
        problem.kept["info"],
        problem.conditions.held.reshape(-1, 2),
        inelastic=inelastic,
        births=instant.births,
    )
    return ThermalStress((plane,), problem.conditions.auto_pinned)


def _varying(problem: AngularProblem, instant: Instant) -> ThermalStress:
    state = problem.plane.material_state(instant.degc)
    amplitudes = problem.amplitudes(instant.at)[:, : 3 * problem.model.node_count]
    flows = bool(problem.flowing)
    inelastic = _harmonics(problem, instant) if flows else [None] * problem.harmonics
    u = [turned(each, problem.model.axis_nodes).reshape(-1, 3) for each in amplitudes]
    held = problem.plane.conditions
    parts = [_part(problem, 0, u[0][:, [0, 2]], state, held.held.reshape(-1, 2), inelastic[0])]
    for n, own in enumerate(problem.conditions, start=1):
        parts.append(_part(problem, n, u[n], state, own.held.reshape(-1, 3), inelastic[n]))
    return ThermalStress(tuple(parts), held.auto_pinned)


def _part(
    problem: AngularProblem,
    n: int,
    u_um: np.ndarray,
    state: MaterialState,
    held: np.ndarray,
    inelastic: InelasticStrain | None,
) -> HarmonicStress:
    info = problem.kept["info"]
    return HarmonicStress(problem.model, n, u_um, state, info, held, inelastic=inelastic)


def _harmonics(problem: AngularProblem, instant: Instant) -> list[InelasticStrain]:
    """Amplitudes of what has flowed."""
    row, (strain, stress, equivalent, work) = _rows(problem), _points(problem, instant)
    cosine, sine = (each / (problem.shares[:, None] * problem.angles) for each in problem.phases)
    out = []
    for n in range(problem.harmonics):
        strain_n, stress_n = (
            np.concatenate(
                [
                    np.einsum("k,mqkc->mqc", phase, each[..., part])
                    for phase, part in ((cosine[n], slice(4)), (sine[n], slice(4, 6)))
                ],
                axis=2,
            )
            for each in (strain, stress)
        )
        if n == 0:
            strain_n, stress_n = (each[..., :COMPONENTS].copy() for each in (strain_n, stress_n))
        amplitudes = strain_n, stress_n, equivalent @ cosine[n], work @ cosine[n]
        out.append(InelasticStrain(problem.model, row, *amplitudes, n))
    out[0] = replace(out[0], at_angles=equivalent)
    return out


AXISYMMETRIC = Kind(step.solve_step, step.advance, _same_around)
ANGULAR = Kind(angular_step.solve_step, angular_step.advance, _varying)
