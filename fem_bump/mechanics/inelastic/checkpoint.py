"""A state that a history goes on from: of which body it is, and how hot that is without stress."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from fem_bump.body.material_state import stress_free
from fem_bump.body.model import Model
from fem_bump.errors import InputError
from fem_bump.mechanics.inelastic.angular_problem import AngularProblem
from fem_bump.mechanics.inelastic.problem import COMPONENTS, Instant, Problem

STRESS_FREE_DEGC = 25.0  # of a body of which nothing is said
ANOTHER = "initial is a state of another mesh, or of other regions, laws or angles"


@dataclass(frozen=True)
class Checkpoint:
    """A state that a history goes on from.

    Attributes
    ----------
    body
        What tells the body from another, its harmonics and angles included.
    stress_free_degc
        Of every region, on the way to the state.
    """

    instant: Instant
    body: str
    stress_free_degc: Mapping[str, float]


def checkpoint_of(problem: Problem | AngularProblem, instant: Instant) -> Checkpoint:
    """What another history goes on from."""
    return Checkpoint(instant, _body(problem), dict(problem.stress_free_degc))


def stress_free_from(
    model: Model, given: float | Mapping[str, float] | None, initial: Checkpoint | None
) -> dict[str, float]:
    """Stress-free temperature of every region, degC: as given, else as on the way to ``initial``.

    Raises
    ------
    InputError
        What is no checkpoint, one of another body, and what ``thermal_stress`` refuses.
    """
    if initial is None:
        return stress_free(model, STRESS_FREE_DEGC if given is None else given)
    if not isinstance(initial, Checkpoint):
        raise InputError(
            f"initial is a {type(initial).__name__} and must be a checkpoint of a history"
        )
    if given is not None:
        return stress_free(model, given)
    if initial.stress_free_degc.keys() != model.regions.keys():
        raise InputError(ANOTHER)
    return dict(initial.stress_free_degc)


def restarted(
    problem: Problem | AngularProblem, initial: Checkpoint, times_s: np.ndarray
) -> Instant:
    """The state that a history between those times goes on from.

    Raises
    ------
    InputError
        A checkpoint of another body, of other stress-free temperatures, of another time.
    """
    if initial.body != _body(problem):
        raise InputError(ANOTHER)
    for region, degc in problem.stress_free_degc.items():
        if degc != initial.stress_free_degc[region]:
            raise InputError(
                f"stress_free_degc of region '{region}' = {degc:g} must be "
                f"{initial.stress_free_degc[region]:g}, as on the way to initial; leave it out"
            )
    time_s = initial.instant.time_s
    if not times_s[0] <= time_s < times_s[-1]:
        raise InputError(
            f"initial is a state at t = {time_s:g} s, which must lie within times_s, "
            f"{times_s[0]:g} to {times_s[-1]:g} s, before its end"
        )
    return initial.instant


def fingerprint(model: Model) -> str:
    """What tells one model from another: its mesh, its regions, and the state that laws keep."""
    found = hashlib.sha256()
    for array in (model.points_um, model.triangles):
        found.update(np.ascontiguousarray(array).tobytes())
    for name, elements in model.regions.items():
        law = model.materials[name].law
        kept = "" if law is None else f"{law.name} {law.state_size(COMPONENTS)}"
        found.update(f"{name} {kept} ".encode() + elements.tobytes())
    return found.hexdigest()


def _body(problem: Problem | AngularProblem) -> str:
    own = fingerprint(problem.model)
    if isinstance(problem, AngularProblem):
        own += f" {problem.harmonics} harmonics at {problem.angles} angles"
    return own
