"""The tangent of a law beside the differences of its stress: whether it is exactly linearized.

A law is taken through random strains from states that it has itself made, at temperatures and step
lengths over decades; at every point that flows, each column of its tangent is held against the
central difference of its stress.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from fem_bump.errors import AnalysisError
from fem_bump.laws.kind import Law
from groundwork.compiled import kernel

COMPONENTS = (4, 6)  # axisymmetric, and any
YOUNG, POISSON = 60e3, 0.35
DIFFERENCE = 1e-7  # of strain
TOLERANCE = 2e-6  # of the tangent over E: what differences are good for
PATHS, STEPS = 40, 3
DEGC = (-40.0, 150.0)


@dataclass(frozen=True)
class TangentCheck:
    """What was found for one number of strain components.

    Attributes
    ----------
    flowing
        Points that gained inelastic strain, of all tried.
    error
        Largest difference of tangent and stress difference, over E.
    asymmetry
        Largest asymmetry of the tangent, over E.
    stress_error
        Largest difference of the stress from that which strain and state give, over E.
    """

    components: int
    tried: int
    flowing: int
    error: float
    asymmetry: float
    stress_error: float

    @property
    def passed(self) -> bool:
        return self.flowing > 0 and self.error < TOLERANCE and self.stress_error < 1e-12


@kernel
def _update(update, constants, before, strain, dt, old, stress, tangent, new):
    return update(constants, before, strain, dt, old, stress, tangent, new)


def updated(
    law: Law, constants: np.ndarray, before: np.ndarray, strain: np.ndarray, dt: float,
    old: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:  # fmt: skip
    """Stress, tangent and state of one point after a step; see :mod:`fem_bump.laws.kind`.

    Raises
    ------
    AnalysisError
        When the law finds no solution.
    """
    n = len(strain)
    stress, tangent, new = np.empty(n), np.empty((n, n)), np.empty_like(old)
    if _update(law.update, constants, before, strain, dt, old, stress, tangent, new) != 0:
        raise AnalysisError(f"law {law.name} finds no solution at strain {strain.tolist()}")
    return stress, tangent, new


def check_tangent(law: Law, seed: int = 1) -> list[TangentCheck]:
    """Compare a law's tangent with differences of its stress."""
    return [_checked(law, n, np.random.default_rng(seed)) for n in COMPONENTS]


def _checked(law: Law, n: int, random: np.random.Generator) -> TangentCheck:
    flowing, worst = 0, np.zeros(3)
    for _ in range(PATHS):
        degc = random.uniform(*DEGC)
        constants = law.constants("", YOUNG, POISSON, degc)
        old = law.initial_state("", n, degc)
        dt = 10 ** random.uniform(-3, 4)
        before = np.zeros(n)
        for _ in range(STEPS):
            strain = before + random.normal(size=n) * 10 ** random.uniform(-4, -2)
            stress, tangent, new = updated(law, constants, before, strain, dt, old)
            if new[n] > old[n]:
                flowing += 1
                found = _differenced(law, constants, before, strain, dt, old)
                errors = (
                    tangent - found, tangent - tangent.T, stress - _stress(constants, strain, new)
                )  # fmt: skip
                worst = np.maximum(worst, [np.abs(each).max() / YOUNG for each in errors])
            before, old = strain, new
    return TangentCheck(n, PATHS * STEPS, flowing, *(float(each) for each in worst))


def _differenced(law: Law, constants: Any, before: Any, strain: Any, dt: float, old: Any) -> Any:
    columns = []
    for j in range(len(strain)):
        apart = np.zeros(len(strain))
        apart[j] = DIFFERENCE
        high = updated(law, constants, before, strain + apart, dt, old)[0]
        low = updated(law, constants, before, strain - apart, dt, old)[0]
        columns.append((high - low) / (2 * DIFFERENCE))
    return np.array(columns).T


def _stress(constants: np.ndarray, strain: np.ndarray, state: np.ndarray) -> np.ndarray:
    elastic = strain - state[: len(strain)]
    out = constants[1] * elastic
    mean = elastic[:3].sum() / 3
    out[:3] = 3 * constants[0] * mean + 2 * constants[1] * (elastic[:3] - mean)
    return out
