"""J.n on one side of an interface with films off the centre, of harmonics above 0.

Up to the number N for which the change of the potential was solved, densities follow from nodal
residuals, as without films. Beyond it no potential was solved for, but the conductance of the films
has all harmonics, and what it makes of the jumps is the current that goes into the nodes there.
Units: um, A, A/um^2, degrees.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from fem_bump.algebra.angular_functions import AngularFunctions
from fem_bump.algebra.harmonics import Interval, arc_mean
from fem_bump.conduction.film_change import Change
from fem_bump.conduction.film_harmonics import EXTENDED, LEFT, LESS, FilmHarmonics
from fem_bump.conduction.flux_densities import ArcDensities, Side, recovery_around
from fem_bump.conduction.off_centre_films import sides
from fem_bump.conduction.system import nodal_fluxes
from fem_bump.interfaces.line import InterfaceLine

NEAR = 21  # angles in an interval at which means of two numbers of harmonics are compared
SCATTER = 2.0  # sum of terms with varying signs over the root of the sum of their squares


class FilmDensities:
    """J.n on one side of an interface, of as many harmonics above 0 as are asked for.

    What :class:`fem_bump.interfaces.flux.FluxInterface` is told about them.

    Parameters
    ----------
    side
        As :func:`fem_bump.conduction.flux_densities.flux_outline` has it.
    """

    def __init__(self, harmonics: FilmHarmonics, side: Side, line: InterfaceLine) -> None:
        self._harmonics, self._side, self._line = harmonics, side, line
        self._of_source = ArcDensities(harmonics.responses, side)

    @property
    def accuracy(self) -> float:
        return self._harmonics.accuracy

    @property
    def repeats(self) -> int:
        return 1

    @property
    def mirrored(self) -> bool:
        return not self._harmonics.sines

    @property
    def first(self) -> int:
        return self.most  # all of them are there at once

    @property
    def most(self) -> int:
        return self._harmonics.most

    @property
    def resolved(self) -> int:
        return self._harmonics.most

    @property
    def said(self) -> str:
        source = self._harmonics.responses.arcs.said
        count = len(self._harmonics.change.films)
        films = f"{count} film{'s' if count > 1 else ''} off the centre"
        return f"{source}, {films}" if source else films

    def numbers(self, count: int) -> np.ndarray:
        return self._harmonics.numbers(count)

    def phases_deg(self, count: int) -> np.ndarray:
        return self._harmonics.phases_deg(count)

    def densities(self, count: int) -> np.ndarray:
        return self._summed[:count]

    @cached_property
    def _summed(self) -> np.ndarray:
        """(most, m, 3) amplitudes, of what the films change and of what the source drives."""
        order = self._order[1:]
        out = self._changed[0][order]
        n, arcs = self._functions.numbers[order], self._harmonics.responses.arcs
        driven = (n % arcs.count == 0) & ~self._functions.sines[order]
        driven &= n <= arcs.count * arcs.most
        if driven.any():
            of_source = n[driven] // arcs.count
            out[driven] += self._of_source.densities(int(of_source.max()))[of_source - 1]
        return out

    def tail(self, weights: np.ndarray, theta_deg: Interval, count: int) -> float:
        """Bound on what harmonics after so many, and truer ones before them, add to a mean.

        That is one with these weights, (m, 3), over an interval of theta. What the last third of
        the harmonics of the potential changed, at the worst place in the interval; those of the
        density that are known and not summed; the rest of these, which fall like 1 / n, with signs
        that vary; and what those of the source have left.
        """
        functions, order = self._functions, self._order
        here = weights.any(axis=1)
        now, before = (np.tensordot(found[:, here], weights[here], 2) for found in self._changed)
        low, high = np.radians(theta_deg)
        half, highest = (high - low) / 2, functions.highest
        around = arc_mean(functions.numbers, half)
        near = np.linspace(low, high, NEAR)
        waves = functions.at(near) / functions.size[:, None]
        out = LEFT * float(np.abs(((now - before) * around) @ waves).max())
        out += float(np.abs(now * around)[order[count + 1 :]].sum())
        if half > 0:
            late = functions.numbers > LESS * highest
            envelope = float(np.abs(now * functions.numbers)[late].max()) / half
            out += SCATTER * envelope * (3 * highest**3) ** -0.5
        arcs = self._harmonics.responses.arcs
        driven = int(functions.numbers[order[count]]) // arcs.count
        return out + self._of_source.tail(weights, theta_deg, min(driven, arcs.most))

    # ------------------------------------------------------------------ what the films change

    @cached_property
    def _functions(self) -> AngularFunctions:
        """All that the density is known of, family by family."""
        return self._harmonics.change.functions(EXTENDED * self._harmonics.highest)

    @cached_property
    def _order(self) -> np.ndarray:
        """Places of harmonics counted number by number among those functions."""
        functions = self._functions
        return np.lexsort((functions.sines, functions.numbers))

    @cached_property
    def _changed(self) -> tuple[np.ndarray, np.ndarray]:
        """(functions, m, 3) amplitudes that the films change, and with fewer harmonics."""
        harmonics = self._harmonics
        fewer = harmonics.change.up_to(harmonics.fewer, rough=True)
        return self._amplitudes(harmonics.found), self._amplitudes(fewer)

    def _amplitudes(self, change: Change) -> np.ndarray:
        system, own, all_of = self._harmonics.change.system, change.functions, self._functions
        recovery, mine, elements, sign = recovery_around(system.model, self._side)
        flux = np.zeros((system.model.node_count, len(all_of.numbers)))
        local = np.array([system.local(phi) for phi in change.potential_v])
        solved = all_of.numbers <= own.highest
        flux[:, solved] = nodal_fluxes(
            system.model, elements, local, own.numbers, system.conductivity
        )
        flux[:, ~solved] = self._beyond(change, ~solved)
        return mine.taken(recovery.density(sign * flux * all_of.size))

    def _beyond(self, change: Change, chosen: np.ndarray) -> np.ndarray:
        """(nodes, chosen) coefficients of the current that enters this side through the films."""
        of_films = self._harmonics.change
        system, all_of = of_films.system, self._functions
        rows = AngularFunctions(all_of.numbers[chosen], all_of.sines[chosen])
        coupling = of_films.coupling(rows, change.functions)
        leaves_first = np.einsum("phgij,gpj->hpi", coupling, change.jump_v, optimize=True)
        facets = system.contact_facets[of_films.places]
        on_line = np.isin(facets, self._line.facets)
        first = sides(system, of_films.places, self._line.region(self._line_side))
        enters = -first[None, :, None] * leaves_first
        out = np.zeros((system.model.node_count, int(chosen.sum())))
        nodes = system.model.facet_nodes(facets[on_line]).T
        for h, values in enumerate(enters):
            np.add.at(out[:, h], nodes, values[on_line])
        return out

    @property
    def _line_side(self) -> str:
        return "a" if self._side[3] > 0 else "b"
