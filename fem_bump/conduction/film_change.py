"""What films off the centre change of a flow: coupled harmonics of the potential.

Without the films every harmonic of the potential is a system of its own, P phi = f, with the
contact resistivity beside them everywhere. They add the coupling C
(:mod:`fem_bump.conduction.off_centre_films`), and the potential changes by d,

    (P + C) d = -C phi,

which lives around the films: it needs few harmonics, however many the source has. Harmonics 0 to N
are solved for together (:mod:`fem_bump.algebra.coupled_systems`); what is factorized of each holds
the films' mean around the axis, so that cosine and sine of one number share it. Those left out are
seen twice: in what the last third of those solved changed, and in the current density, which is a
product of conductance and jump and goes on to harmonics in which no jump was solved for,

    J.n of harmonic k = sum over j <= N of (mean of g psi_k psi_j) [phi_j].

Units: um, A, V, S.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from fem_bump.algebra.angular_functions import AngularFunctions
from fem_bump.algebra.constraints import FreeUnknowns
from fem_bump.algebra.coupled_systems import RESIDUAL, Block, CoupledSystems
from fem_bump.algebra.linear_solver import SolverInfo
from fem_bump.conduction.off_centre_films import FilmContacts, jump_nodes, jumps
from fem_bump.conduction.system import ConductionSystem, ReducedConduction

ROUGH = 1e-4  # residual of what is only compared


@dataclass(frozen=True)
class Change:
    """Harmonics of the change of a potential.

    Attributes
    ----------
    functions
        What they go with.
    potential_v
        (h, unknowns) coefficients.
    jump_v
        (h, places, 3) coefficients of the whole jump, not only its change, at the films' facets.
    """

    functions: AngularFunctions
    potential_v: np.ndarray
    jump_v: np.ndarray


class FilmChange:
    """Solver of the change by films off the centre, for any number of harmonics.

    Parameters
    ----------
    reduced
        The system on its free unknowns, of harmonic 0 and of those above it.
    without
        Number of a harmonic to its potential without the films, (unknowns,), V: the amplitude of
        its cosine.
    sink_weights
        (unknowns,) weights of the sink's mean potential, which is 0.
    sines
        Whether there are any: the films are not their own mirror image in the plane theta = 0.

    Attributes
    ----------
    places, cuts
        Contact facets under the films, and where those of the next film begin among them.
    nodes
        Of these facets.
    systems
        The coupled systems that were solved, by their highest number.
    """

    def __init__(
        self,
        system: ConductionSystem,
        films: Sequence[FilmContacts],
        reduced: tuple[ReducedConduction, ReducedConduction],
        without: Callable[[int], np.ndarray],
        sink_weights: np.ndarray,
        sines: bool,
        solver: str,
    ) -> None:
        self.system, self.films, self.sines = system, films, sines
        self.places = np.concatenate([film.places for film in films])
        self.cuts = np.cumsum([len(film.places) for film in films])[:-1]
        self._reduced = reduced
        self.nodes, unknowns = jump_nodes(system, self.places)
        self._restrictions = [jumps(one.number, unknowns) for one in reduced]
        self._without, self._sink_weights, self._solver = without, sink_weights, solver
        self._blocks: dict[int, Block] = {}
        self._found: dict[tuple[int, bool], Change] = {}
        self.systems: dict[int, CoupledSystems] = {}
        self._info: SolverInfo | None = None

    @property
    def info(self) -> SolverInfo:
        """Solver and worst residual of what was solved last."""
        assert self._info is not None
        return self._info

    def functions(self, highest: int) -> AngularFunctions:
        """Of harmonics up to a number."""
        return AngularFunctions.up_to(highest, self.sines)

    def coupling(self, rows: AngularFunctions, columns: AngularFunctions) -> np.ndarray:
        """(places, rows, columns, 3, 3) conductance that the films add, S."""
        return np.concatenate([film.coupling(rows, columns) for film in self.films])

    def up_to(self, highest: int, rough: bool = False) -> Change:
        """The change with harmonics up to a number, N; or a rough one, to compare others with."""
        if (highest, rough) not in self._found:
            self._found[highest, rough] = self._solve(highest, ROUGH if rough else RESIDUAL)
        return self._found[highest, rough]

    def _solve(self, highest: int, residual: float) -> Change:
        functions = self.functions(highest)
        coupling = self.coupling(functions, functions)
        blocks = [self._block(number) for number in functions.numbers.tolist()]
        without = np.array(
            [
                self.jump(self._without(number)) * (0.0 if sine else 1.0 / size)
                for number, sine, size in zip(
                    functions.numbers.tolist(), functions.sines, functions.size, strict=True
                )
            ]
        )
        driven = -np.einsum("phgij,gpj->pih", coupling, without, optimize=True)
        at_nodes = self.nodes.gathering @ driven.reshape(-1, len(blocks))
        loads = [
            block.restriction.T @ at_node[:, None]
            for block, at_node in zip(blocks, at_nodes.T, strict=True)
        ]
        systems = CoupledSystems(blocks, self.nodes, coupling, self._mean)
        self.systems[highest] = systems
        free = systems.solve(loads, residual)
        found = np.array(
            [
                self._of(number).spread(one[:, 0])
                for number, one in zip(functions.numbers.tolist(), free, strict=True)
            ]
        )
        if residual == RESIDUAL:
            systems.check(loads, free)
            self._info = systems.info()
        found[0] -= found[0] @ self._sink_weights
        jump = without + np.array([self.jump(phi) for phi in found])
        return Change(functions, found, jump)

    def gathered(self, number: int, load: np.ndarray) -> np.ndarray:
        """Loads on the free unknowns of a harmonic from loads (unknowns, ...) on all."""
        return self._of(number).gather(load)

    def spread(self, number: int, free: np.ndarray) -> np.ndarray:
        """All unknowns of a harmonic from the free ones."""
        return self._of(number).spread(free)

    def _of(self, number: int) -> ReducedConduction:
        return self._reduced[min(number, 1)]

    def unknowns(self, number: int) -> FreeUnknowns:
        """The free unknowns of a harmonic that was solved for, and the factors of its own block."""
        return FreeUnknowns(self._of(number).number, self._blocks[number].factor)

    def jump(self, phi: np.ndarray) -> np.ndarray:
        """(places, 3, ...) jump of a potential (unknowns, ...)."""
        own = phi[self.system.contact_unknowns[self.places]]
        return own[:, :3] - own[:, 3:]

    @cached_property
    def _matrices(self) -> list[tuple[np.ndarray, np.ndarray]]:
        return [reduced.assemble_harmonics() for reduced in self._reduced]

    @cached_property
    def _mean(self) -> np.ndarray:
        """(places, 3, 3) conductance that the films add in the mean around the axis."""
        constant = self.functions(0)
        return self.coupling(constant, constant)[:, 0, 0]

    def _block(self, number: int) -> Block:
        """The system of one harmonic, which does not depend on how many there are."""
        if number not in self._blocks:
            stiffness, mass = self._matrices[min(number, 1)]
            lower = self._of(number).matrix(stiffness + float(number**2) * mass)
            restriction = self._restrictions[min(number, 1)]
            mean = self.nodes.assembled(self._mean)
            self._blocks[number] = Block.of(lower, restriction, mean, self._solver)
        return self._blocks[number]
