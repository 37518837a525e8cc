"""The atoms that leave a void's face while it has one size: how much of it grows in a time.

The face is a free surface, sigma = 0. What the metal takes up, the void gains: with v = 1 in the
problem of :mod:`fem_bump.migration.system` on all unknowns,

    V(t) = integral of sigma / B before - integral of sigma / B at t + what other reservoirs took,

the last from the rows of K and M of their unknowns. The volume from the rows of the void's own
unknowns, ``through_face_um3``, must be the same, and differs by what the march leaves of the
equations between. A face whose stress varies around the axis lets atoms pass by a leak instead
(:mod:`fem_bump.voids.local`), and nothing is held there. Units: um, s, MPa.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from fem_bump.migration.blocks import Block
from fem_bump.migration.solution import BlockSolution, Drive, Leak, followed, held_by, relax
from fem_bump.migration.system import ElementMatrices, element_matrices
from groundwork.roots import root_between

LONGEST = 60.0  # over the time of the slowest mode: nothing is left to settle
OCTAVES = 200  # of time that a void may take where atoms flow on for ever


@dataclass(frozen=True)
class Passing:
    """Volume of atoms that some unknowns have taken from the metal since the start.

    steady t + sum of decaying (1 - exp(-r t)) / r + held . (sigma(t) - sigma before).
    """

    steady_um3_per_s: float
    decaying_um3_per_s: np.ndarray
    stored: np.ndarray


@dataclass(frozen=True)
class Supply:
    """Growth of a void of one size.

    Attributes
    ----------
    solution
        The block's stress from the moment on at which the void has this size.
    before
        (unknowns,) stress at that moment, before the face was free.
    of_face, of_others
        What the void's unknowns, and those of other reservoirs, take from the metal.
    """

    solution: BlockSolution
    before: np.ndarray
    of_face: Passing
    of_others: Passing

    def at(self, time_s: float) -> np.ndarray:
        """(unknowns,) stress after a time."""
        return np.asarray(self.solution.at(time_s)[0])

    def volume_um3(self, time_s: float) -> float:
        """What the void has grown by after a time."""
        lost = float(self.solution.content @ (self.before - self.at(time_s)))
        return lost + self._passed(self.of_others, time_s)

    def through_face_um3(self, time_s: float) -> float:
        """The same, by what passed the void's face."""
        return -self._passed(self.of_face, time_s)

    def _passed(self, passing: Passing, time_s: float) -> float:
        rates = self.solution.decays[0].rates_per_s
        over = -np.expm1(-rates * time_s) / rates
        stored = float(passing.stored @ (self.at(time_s) - self.before))
        return passing.steady_um3_per_s * time_s + float(passing.decaying_um3_per_s @ over) + stored

    @property
    def settled_um3(self) -> float:
        """What it grows by after all time; infinite where atoms flow on."""
        if self.of_others.steady_um3_per_s > 0:
            return np.inf
        return self.volume_um3(self._slowest_s * LONGEST)

    @property
    def _slowest_s(self) -> float:
        rates = self.solution.decays[0].rates_per_s
        return float(1 / rates.min()) if len(rates) else 1.0

    def time_s(self, grown_um3: float) -> float | None:
        """When it has grown by so much; None where it never does."""
        if self.volume_um3(0.0) >= grown_um3:
            return 0.0
        rates = self.solution.decays[0].rates_per_s
        before = 1e-3 / float(rates.max()) if len(rates) else 1.0
        low = 0.0
        for _ in range(OCTAVES):
            if self.volume_um3(before) >= grown_um3:
                return root_between(
                    lambda t: self.volume_um3(t) - grown_um3, low, before, xtol=1e-9 * before
                )
            if before > LONGEST * self._slowest_s and not np.isinf(self.settled_um3):
                return None
            low, before = before, 2 * before
        return None


def supply(
    block: Block,
    drive: Drive,
    reservoirs: Mapping[str, float],
    facets: np.ndarray,
    before: np.ndarray,
    tolerance: float,
    leak: Leak | None = None,
) -> Supply:
    """What feeds a void on some facets, from a stress on.

    Parameters
    ----------
    reservoirs
        Other boundaries that hold a stress, MPa.
    before
        (unknowns,) stress at the start.
    tolerance
        As of :func:`fem_bump.migration.solution.relax`.
    leak
        What the face lets pass, in place of a free surface.
    """
    held, values = held_by(block, reservoirs)
    face = np.zeros(block.count, dtype=bool)
    if leak is None:
        face[block.on_facets(facets)] = True
    values = np.where(face, 0.0, values)
    solution = relax(block, drive, held | face, values, before, tolerance, leak)
    matrices, pushed = element_matrices(block, drive.node_degc), followed(block, drive, 0)
    of_face, of_others = (
        _passing(solution, matrices, pushed, rows) for rows in (face, held & ~face)
    )
    if leak is not None:
        of_face = _leaking(solution, leak)
    return Supply(solution, before, of_face, of_others)


def _passing(
    solution: BlockSolution, matrices: ElementMatrices, pushed: np.ndarray, rows: np.ndarray
) -> Passing:
    """What some unknowns take: their rows of M and K, summed."""
    block = solution.block
    some = rows[block.unknowns].astype(float)
    conducted = np.einsum("eij,ei->ej", matrices.straight, some)
    straight, stored = np.zeros((2, block.count))
    np.add.at(straight, block.unknowns, conducted)
    np.add.at(stored, block.unknowns, np.einsum("eij,ei->ej", matrices.storage, some))
    steady = float(straight @ solution.steady_mpa[0] - (conducted * pushed).sum())
    return Passing(steady, straight @ solution.decays[0].modes, stored)


def _leaking(solution: BlockSolution, leak: Leak) -> Passing:
    """What a leak takes: nothing of it is stored."""
    through = np.zeros(solution.block.count)
    np.add.at(through, solution.block.unknowns, leak.element.sum(axis=2))
    steady = float(through @ (solution.steady_mpa[0] - leak.behind_mpa))
    return Passing(-steady, -(through @ solution.decays[0].modes), np.zeros(len(through)))
