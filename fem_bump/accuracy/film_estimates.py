"""Adjoints of a flow with films off the centre: harmonics that are coupled, as the flow's own are.

The states are amplitudes a of cosines and sines, the coupled system is symmetric in coefficients of
orthonormal functions, a = s x with s = 1 or sqrt(2): an adjoint of amplitudes is A^-1 (s l) / s.
Films also act on the cubic functions of contact facets, whose blocks hold the contact without them:
between harmonics, and between all of the one and the quadratic functions of the other. What they do
between cubic functions is left out: a facet is far shorter than the transfer length.

What the errors of single harmonics have in common through the films is left to the adjoints. The
last third of the harmonics only sharpens numbers: it has a share in the residuals of the others,
and no adjoints of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from fem_bump.conduction.film_harmonics import FilmHarmonics

ADJOINT = 1e-6  # residual of adjoints


class FilmAdjoints:
    """Coupled adjoints of the first two thirds of the harmonics that films were solved with.

    Parameters
    ----------
    functions
        Number of functions of the complement; those of contact facets' second sides stand last.
    """

    def __init__(self, films: FilmHarmonics, functions: int) -> None:
        self._films, self._count = films, functions
        change, found = films.change, films.found.functions
        system, mine = change.system, change.functions(films.fewer)
        # from the order of states, number by number, to that of the coupled blocks
        order = np.lexsort((mine.sines, mine.numbers))
        self._order, self._size = order, mine.size[order]
        self._numbers = mine.numbers[order].tolist()
        cubic = np.concatenate([film.cubic_coupling(mine, found) for film in change.films])
        self._cubic = cubic[:, order]
        self._mine = np.nonzero(found.numbers <= films.fewer)[0][order]
        self._own = system.contact_facets[change.places]
        self._other = functions - len(system.contact_facets) + change.places

    def residuals(self) -> np.ndarray:
        """(states, functions) what films do to the cubic functions in the flow's own states."""
        jumps = self._films.found.jump_v[..., None]
        return self._size[:, None] * self._on_cubic(self._cubic, jumps)[..., 0]

    def solve(self, loads: Sequence[np.ndarray]) -> tuple[list[np.ndarray], np.ndarray]:
        """Adjoints (unknowns, goals) per state, and (states, functions, goals) of what films do."""
        change = self._films.change
        of_blocks: list[np.ndarray] = [np.zeros(0)] * len(loads)
        for place, number, size, load in zip(
            self._order, self._numbers, self._size, loads, strict=True
        ):
            of_blocks[place] = change.gathered(number, size * load)
        found = change.systems[self._films.fewer].solve(of_blocks, ADJOINT)
        out = [
            change.spread(number, found[place])
            for place, number in zip(self._order, self._numbers, strict=True)
        ]
        jumps = np.array([change.jump(adjoint) for adjoint in out])
        on_cubic = self._on_cubic(self._cubic[:, :, self._mine], jumps) / self._size[:, None, None]
        scaled = [adjoint / size for adjoint, size in zip(out, self._size, strict=True)]
        return scaled, on_cubic

    def _on_cubic(self, cubic: np.ndarray, jumps: np.ndarray) -> np.ndarray:
        """(states, functions, goals) work of jumps (:, places, 3, goals) on cubic functions."""
        work = np.einsum("phgj,gpjk->hpk", cubic, jumps, optimize=True)
        out = np.zeros((len(self._size), self._count, jumps.shape[3]))
        for state, values in enumerate(work):
            np.add.at(out[state], self._own, values)
            np.add.at(out[state], self._other, -values)
        return out
