"""Harmonics of a flow above 0 per unit amplitude of its source, solved as they are asked for.

All of them share matrices, pattern and analysis (:mod:`fem_bump.algebra.shifted_systems`). What is
returned depends on the question only, not on what was asked before. Equations:
:mod:`fem_bump.conduction.current_flow`. Units: um, A, V.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from fem_bump.algebra.constraints import FreeUnknowns
from fem_bump.algebra.harmonics import FIRST_HARMONICS, more
from fem_bump.algebra.linear_solver import SolverInfo
from fem_bump.algebra.shifted_systems import ShiftedSystems
from fem_bump.conduction.arc_source import Arcs, CurrentHarmonics, summed
from fem_bump.conduction.harmonic import Harmonic
from fem_bump.conduction.system import (
    ConductionState,
    ConductionSystem,
    ReducedConduction,
    nodal_fluxes,
)


class UnitResponses:
    """Harmonics n = N, 2N, ... of the potential per unit amplitude of a source of N arcs.

    Parameters
    ----------
    terminals
        Boundary names of source and sink, and the sink's kind.
    current_a
        Of the source: unit amplitude carries it all.
    plane_potential_v
        Mean potential of the source in harmonic 0.
    solver
        Name of the linear solver.
    """

    def __init__(
        self,
        system: ConductionSystem,
        terminals: tuple[str, str, str],
        current_a: float,
        arcs: Arcs,
        plane_potential_v: float,
        solver: str,
    ) -> None:
        self.system, self.current_a, self.arcs = system, current_a, arcs
        self._source, self._sink, self._sink_kind = terminals
        self._plane_potential_v, self._solver = plane_potential_v, solver
        self._unit: list[np.ndarray] = []  # free unknowns, n = N, 2N, ...

    @cached_property
    def reduced(self) -> ReducedConduction:
        """The system on the unknowns that are free in all harmonics above 0."""
        system = self.system
        known = np.zeros(system.count, dtype=bool)
        known[system.axis_unknowns] = True
        if self._sink_kind == "equipotential":
            known[system.terminal_unknowns(self._sink).ravel()] = True
        return system.reduced(known, np.zeros(system.count), [])

    @cached_property
    def source_weights(self) -> np.ndarray:
        """(unknowns,) weights of the mean potential of the source."""
        return self.system.mean_weights(self._source)

    @cached_property
    def _equations(self) -> tuple[ShiftedSystems, ReducedConduction, np.ndarray]:
        """Solver, the reduced system and its load, all that harmonics above 0 share."""
        reduced = self.reduced
        stiffness, mass = reduced.assemble_harmonics()
        load = reduced.gather(self.source_weights * self.current_a)
        systems = ShiftedSystems(
            reduced.matrix(stiffness), reduced.matrix(mass), load, self._solver
        )
        return systems, reduced, load

    @property
    def solved(self) -> int:
        """Number of harmonics above 0 that are there."""
        return len(self._unit)

    def extend(self, count: int) -> None:
        """Solve until there are so many harmonics above 0."""
        while len(self._unit) < min(count, self.arcs.most):
            n = self.arcs.count * (len(self._unit) + 1)
            self._unit.append(self._equations[0].solve(float(n * n)))

    @property
    def info(self) -> SolverInfo:
        """Solver and worst residual."""
        return self._equations[0].info()

    def entry_potential_v(self, count: int) -> np.ndarray:
        """(count,) mean potential of the source."""
        if count == 0:
            return np.zeros(0)
        self.extend(count)
        # the load is the weights of the mean, times the current
        load = self._equations[2]
        return np.array([float(x @ load) for x in self._unit[:count]]) / self.current_a

    @cached_property
    def harmonics(self) -> CurrentHarmonics:
        """Shares of potential and power, with enough harmonics for the accuracy of both."""
        count = min(FIRST_HARMONICS, self.arcs.most)
        while True:
            entry = self.entry_potential_v(count)
            found = summed(self.arcs, self.current_a, self._plane_potential_v, entry)
            if found.reached or count >= self.arcs.most:
                return found
            count = more(count)

    @cached_property
    def resolved(self) -> int:
        """How many above 0 a field is summed over.

        Enough for the potential's accuracy, and to resolve an arc; the current density next to an
        arc's end is singular, and no sum of harmonics is exact there.
        """
        return max(len(self.harmonics.numbers) - 1, self.arcs.resolving)

    def numbers(self, count: int) -> np.ndarray:
        """(count + 1,) n of harmonic 0 and of so many above it."""
        return self.arcs.numbers(count)

    def phases_deg(self, count: int) -> np.ndarray:
        """(count + 1,) their phases: they go with cos(n theta - phase)."""
        return np.zeros(count + 1)

    def term(self, k: int) -> Harmonic:
        """The k-th harmonic above 0, as the source has it."""
        n = self.arcs.count * k
        return Harmonic(n, self.local_phi_v(k) * float(self.arcs.source_factor(np.array(n))))

    def local_phi_v(self, k: int) -> np.ndarray:
        """(all elements, 6) potential per element node of the k-th unit response above 0."""
        self.extend(k)
        return self.system.local(self._equations[1].spread(self._unit[k - 1]))

    def state(self, k: int) -> ConductionState:
        """The k-th harmonic above 0, its matrix factorized."""
        local = self.local_phi_v(k)
        systems, reduced, _ = self._equations
        n = self.arcs.count * k
        unknowns = FreeUnknowns(reduced.number, systems.factorized(float(n * n)))
        return ConductionState(n, self.current_a, 0.0, local, unknowns)

    def nodal_fluxes(self, elements: np.ndarray, start: int, stop: int) -> np.ndarray:
        """(nodes, k) current that enters elements at each node, harmonics ``start`` to ``stop``.

        Counted from 1; the last one is not among them.
        """
        self.extend(stop - 1)
        return nodal_fluxes(
            self.system.model,
            elements,
            np.array([self.local_phi_v(k) for k in range(start, stop)]),
            self.arcs.numbers(stop - 1)[start:],
            self.system.conductivity,
        )
