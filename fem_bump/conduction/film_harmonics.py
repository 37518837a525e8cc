"""Harmonics of a flow with films off the centre: those of its source, and what the films change.

Numbers run through all of them, cosines and, unless films and source are their own mirror image in
the plane theta = 0, sines. How many the films are solved with follows from the angles that they
cover, and from the accuracy of the resistance (:mod:`fem_bump.conduction.film_change`). Units: um,
A, V, W, degrees.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from fem_bump.algebra.angular_functions import AngularFunctions
from fem_bump.algebra.linear_solver import SolverInfo
from fem_bump.conduction.arc_source import CurrentHarmonics
from fem_bump.conduction.film_change import Change, FilmChange
from fem_bump.conduction.harmonic import Harmonic, PlaneSolution
from fem_bump.conduction.off_centre_films import OffCentreFilm
from fem_bump.conduction.system import ConductionState
from fem_bump.conduction.unit_responses import UnitResponses

PER_DISC = 2.0  # harmonics, in units of (half the circle / half the angle that a disc covers)
FEWEST, MOST = 8, 64  # numbers that films are solved with
LESS, GROWTH = 2 / 3, 1.5  # of them: to see what they change, and to change it
# What is left falls at least like N^-1.5: it is this much of what the last third changed.
LEFT = LESS**1.5 / (1 - LESS**1.5)
EXTENDED = 4  # numbers of the density, over those of the potential


@dataclass(frozen=True)
class FilmTails:
    """What harmonics left out may add to the current, heat and voltage of a film."""

    current_a: float
    heat_w: float
    voltage_v: float


@dataclass(frozen=True)
class FilmCurrent:
    """What passes a film off the centre.

    Attributes
    ----------
    area_um2
        Of the interface under it.
    current_a
        Through it, from b into a of its interface.
    heat_w
        Set free in it.
    voltage_v
        Mean of the jump across it, from b to a.
    tail
        What harmonics left out may add to these.
    """

    film: OffCentreFilm
    area_um2: float
    current_a: float
    heat_w: float
    voltage_v: float
    tail: FilmTails


class FilmHarmonics:
    """Harmonics of a flow with films off the centre, as far as they are asked for.

    Parameters
    ----------
    plane, responses
        Harmonic 0 of the flow without the films, and the others.
    change
        What the films change.

    Attributes
    ----------
    highest, fewer
        Numbers up to which the change is solved for, and was before.
    """

    def __init__(self, plane: PlaneSolution, responses: UnitResponses, change: FilmChange) -> None:
        self.responses, self.change = responses, change
        self._plane = plane
        self._weights = responses.source_weights
        self.accuracy = responses.arcs.accuracy
        self.highest = self._enough()
        self.fewer = _fewer(self.highest)

    @property
    def sines(self) -> bool:
        """Whether there are any."""
        return self.change.sines

    @cached_property
    def found(self) -> Change:
        """The change."""
        return self.change.up_to(self.highest)

    def _enough(self) -> int:
        """Numbers that resolve the films, and the potential to the accuracy."""
        covered = min(film.film.half_angle_deg for film in self.change.films)
        highest = int(np.clip(np.ceil(PER_DISC * 180 / covered), FEWEST, MOST))
        whole = abs(self.responses.harmonics.entry_potential_v.sum())
        while highest < MOST and self._left_v(highest) > self.accuracy * whole:
            highest = min(int(np.ceil(GROWTH * highest)), MOST)
        return highest

    def _left_v(self, highest: int) -> float:
        """What harmonics above a number may add to the source's potential."""
        now, before = self.change.up_to(highest), self.change.up_to(_fewer(highest), rough=True)
        return LEFT * abs(float(self._entry_v(now).sum() - self._entry_v(before).sum()))

    def _entry_v(self, change: Change) -> np.ndarray:
        """(h,) what harmonics of a change add to the mean potential of the source."""
        functions, arcs = change.functions, self.responses.arcs
        seen = np.where(functions.numbers % arcs.count == 0, arcs.mean(functions.numbers), 0.0)
        seen = np.where(functions.sines, 0.0, seen) * functions.size
        return seen * (change.potential_v @ self._weights)

    # ------------------------------------------------------------------ what they are

    def _functions(self, count: int) -> AngularFunctions:
        """Harmonic 0 and so many above it, number by number."""
        k = np.arange(count + 1)
        if self.sines:
            return AngularFunctions((k + 1) // 2, (k > 0) & (k % 2 == 0))
        return AngularFunctions(k, np.zeros(count + 1, dtype=bool))

    def numbers(self, count: int) -> np.ndarray:
        """(count + 1,) n of harmonic 0 and of so many above it."""
        return self._functions(count).numbers

    def phases_deg(self, count: int) -> np.ndarray:
        """(count + 1,) their phases: they go with cos(n theta - phase)."""
        return np.where(self._functions(count).sines, 90.0, 0.0)

    def count_up_to(self, number: int) -> int:
        """How many there are above 0 up to a number."""
        return 2 * number if self.sines else number

    @property
    def most(self) -> int:
        """The most harmonics above 0 that a density is summed over."""
        return self.count_up_to(EXTENDED * self.highest)

    @property
    def solved(self) -> int:
        """Number of harmonics above 0 that are there."""
        return len(self.found.functions.numbers) - 1

    @property
    def resolved(self) -> int:
        """How many above 0 a field is summed over."""
        arcs = self.responses.arcs
        source = int(arcs.numbers(self.responses.resolved)[-1])
        return self.count_up_to(max(self.highest, source))

    @property
    def info(self) -> SolverInfo:
        """Solver and worst residual of the coupled harmonics."""
        return self.change.info

    def extend(self, count: int) -> None:
        """Solve until there are so many harmonics above 0, as far as there are any."""
        highest = int(self.numbers(count)[-1])
        self.responses.extend(highest // self.responses.arcs.count)

    # ------------------------------------------------------------------ potentials

    @cached_property
    def plane(self) -> PlaneSolution:
        """Harmonic 0, the change included."""
        local = self._plane.harmonic.local_phi_v + self._change_v(0, False)
        entry = self._plane.source_potential_v + float(self._entry_v(self.found)[0])
        return replace(self._plane, harmonic=Harmonic(0, local), source_potential_v=entry)

    def term(self, k: int) -> Harmonic:
        """The k-th harmonic above 0."""
        functions, arcs = self._functions(k), self.responses.arcs
        number, sine = int(functions.numbers[k]), bool(functions.sines[k])
        local = self._change_v(number, sine)
        of_source, rest = divmod(number, arcs.count)
        if not sine and rest == 0 and of_source <= arcs.most:
            local = local + self.responses.term(of_source).local_phi_v
        return Harmonic(number, local, 90.0 if sine else 0.0)

    def state(self, k: int) -> ConductionState:
        """The k-th harmonic, of those that films are solved with, and its own block's factors."""
        functions, arcs = self._functions(k), self.responses.arcs
        number, sine = int(functions.numbers[k]), bool(functions.sines[k])
        driven = number % arcs.count == 0 and not sine
        source = float(arcs.source_factor(np.array(number))) * driven * self.responses.current_a
        local = self.term(k).local_phi_v if k else self.plane.harmonic.local_phi_v
        sink = self.responses.current_a if k == 0 else 0.0
        unknowns = self.change.unknowns(number)
        return ConductionState(number, source, sink, local, unknowns)

    @property
    def entry_factors(self) -> np.ndarray:
        """(k,) factors of those harmonics in the mean potential of the source."""
        functions, arcs = self._functions(self.solved), self.responses.arcs
        driven = (functions.numbers % arcs.count == 0) & ~functions.sines
        return np.where(driven, arcs.mean(functions.numbers), 0.0)

    def _change_v(self, number: int, sine: bool) -> np.ndarray:
        """(all elements, 6) amplitude of the change in one harmonic."""
        functions, system = self.found.functions, self.change.system
        at = np.nonzero((functions.numbers == number) & (functions.sines == sine))[0]
        if len(at) == 0:
            return np.zeros((system.model.mesh.nelements, 6))
        return system.local(self.found.potential_v[at[0]] * functions.size[at[0]])

    @cached_property
    def harmonics(self) -> CurrentHarmonics:
        """Shares of the source's potential and of power, of its own and of the films' harmonics."""
        source, arcs = self.responses.harmonics, self.responses.arcs
        added = self._entry_v(self.found)[: self.highest + 1]
        n = np.union1d(source.numbers, np.arange(self.highest + 1))
        share = np.zeros(len(n))
        share[np.searchsorted(n, source.numbers)] = source.entry_potential_v
        share[: self.highest + 1] += added
        current = self.responses.current_a
        tail, left = dict(source.tail), self._left_v(self.highest)
        tail["entry_potential_error_v"] += left
        tail["power_error_w"] += left * abs(current)
        entering = np.where(n % arcs.count == 0, arcs.source_factor(n), 0.0) * current
        enough = left <= self.accuracy * abs(share.sum())
        return CurrentHarmonics(
            n, entering, share, share * current, tail, source.reached and bool(enough)
        )

    # ------------------------------------------------------------------ films

    @cached_property
    def heat_by_place_w(self) -> np.ndarray:
        """(places,) what the films add to the heat of their facets, beside what is there without.

        Places as the change has them; a mean around the axis times its area.
        """
        jump, functions = self.found.jump_v, self.found.functions
        coupling = self.change.coupling(functions, functions)
        return np.einsum("hpi,phgij,gpj->p", jump, coupling, jump, optimize=True)

    @property
    def power_w(self) -> float:
        """What the films add to the power in contacts."""
        return float(self.heat_by_place_w.sum())

    @cached_property
    def currents(self) -> tuple[FilmCurrent, ...]:
        """What passes each film."""
        now = self._through(self.found)
        left = LEFT * np.abs(now - self._through(self.change.up_to(self.fewer, rough=True)))
        return tuple(
            FilmCurrent(film.film, film.area_um2, current, heat, voltage, FilmTails(*tails))
            for film, (current, heat, voltage), tails in zip(
                self.change.films, now.tolist(), left.tolist(), strict=True
            )
        )

    def _through(self, change: Change) -> np.ndarray:
        """(films, 3) current, heat and voltage of each film."""
        out, functions = [], change.functions
        one = AngularFunctions.up_to(0, False)
        jumps = np.split(change.jump_v, self.change.cuts, axis=1)
        for film, jump in zip(self.change.films, jumps, strict=True):
            within = film.coupling(functions, functions, film_alone=True)
            heat = np.einsum("hpi,phgij,gpj->", jump, within, jump, optimize=True)
            through = film.coupling(one, functions, film_alone=True)[:, 0].sum(axis=2)
            jump = film.sign[:, None] * jump
            current = np.einsum("pgj,gpj->", through, jump)
            mean = np.einsum("phi,hpi->", film.mean_weights(functions), jump)
            out.append([float(current), float(heat), float(mean)])
        return np.array(out)


def _fewer(highest: int) -> int:
    return int(np.floor(LESS * highest))
