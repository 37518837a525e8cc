"""One harmonic of a potential, and the current density that goes with it.

Units: um, S/m, V, A/um^2.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from fem_bump.algebra.conduction_kernels import potential_gradient
from fem_bump.algebra.constraints import FreeUnknowns
from fem_bump.algebra.linear_solver import SolverInfo
from fem_bump.conduction.system import PER_UM, ConductionSystem, ReducedConduction

Field = Callable[[np.ndarray, np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Harmonic:
    """One harmonic of a potential, which goes with cos(number * theta - phase).

    Attributes
    ----------
    local_phi_v
        (all elements, 6) potential per element node; zero in elements that take no part.
    """

    number: int
    local_phi_v: np.ndarray
    phase_deg: float = 0.0

    def turned(self, theta: float | np.ndarray) -> float | np.ndarray:
        """The cosine's argument at an angle, both in radians."""
        return self.number * theta - np.radians(self.phase_deg)

    @property
    def mean_square(self) -> float:
        """Of its cosine, or sine, around the axis."""
        return 0.5 if self.number else 1.0


@dataclass(frozen=True)
class PlaneSolution:
    """Harmonic 0 as it was solved: the part that is the same all around.

    Attributes
    ----------
    harmonic
        Its potential.
    source_potential_v
        Mean potential of the source, above the sink's.
    solver
        What solved it, and how well.
    current_source
        What was fed into the volume, A/um^3.
    unknowns
        The free unknowns and the factorized conductance, where it was kept.
    reduced
        The system on the unknowns that are free in it.
    """

    harmonic: Harmonic
    source_potential_v: float
    solver: SolverInfo
    current_source: Field | None
    unknowns: FreeUnknowns | None
    reduced: ReducedConduction


def density_amplitude(
    system: ConductionSystem, term: Harmonic, element: np.ndarray, x: np.ndarray, y: np.ndarray
) -> np.ndarray:
    """Amplitudes of J = -s grad phi at reference points of elements.

    (2, N) r, z of harmonic 0, which has none around the axis; (3, N) r, z, theta of the others.
    The last goes with the sine where the potential goes with the cosine.
    """
    model, out = system.model, np.empty((3, len(element)))
    potential_gradient(model.node_points_um, model.nodes, element, x, y, term.local_phi_v, out)
    s = system.conductivity_at(element, x, y) * PER_UM
    out[:2] *= -s
    if term.number == 0:
        return out[:2]
    out[2] *= s * term.number
    return out
