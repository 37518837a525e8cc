"""What is left of a disturbance after any time: M x' + K x = 0 from x(0), by implicit steps.

x is sought as the best combination of vectors that implicit steps of different lengths lead to,

    v_next = (M + dt K)^-1 M v_last,

orthonormal in M: a rational Krylov space. What remains there is a small system, solved exactly, so
that the answer holds at all times at once:

    x(t) = sum over k of modes_k exp(-rates_k t).

The space holds x(0). The length of a step is put where the space knows least yet, by the greedy
rule of V. Druskin and V. Simoncini, Systems and Control Letters 60, 546 (2011), and steps are added
until the last two changed nothing, at no node and no time, by more than the tolerance. The error
falls geometrically with their number (L. Knizhnerman, V. Druskin, M. Zaslavsky, SIAM J. Numer.
Anal. 47, 953, 2009). A step conserves what K conserves up to round-off, which is taken out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from fem_bump.algebra.linear_solver import Factorization
from fem_bump.algebra.pattern import symmetric_products
from fem_bump.errors import AnalysisError

MOST_STEPS = 100
LAST = 2  # steps that must change nothing
CANDIDATES = 400  # rates between the slowest and the quickest at which a step may be put
QUICK_COUNTS = -0.5  # power of its rate with which a disturbance counts: what is quick is little
FIRST_STEP = 1e3  # over the time that the disturbance itself suggests: nearly the slowest mode
SLOWEST = 4.0  # last time at which the change is looked at, over that of the slowest mode


@dataclass(frozen=True)
class Decay:
    """A disturbance's way to zero.

    Attributes
    ----------
    modes, rates_per_s
        (unknowns, k) and (k,).
    steps
        Implicit steps that it was found with.
    error
        Estimate, in the unit of the unknowns, at any of them and any time.
    drift
        Largest share of its content that a step lost or gained by round-off.
    """

    modes: np.ndarray
    rates_per_s: np.ndarray
    steps: int = 0
    error: float = 0.0
    drift: float = 0.0

    def at(self, time_s: float) -> np.ndarray:
        """(unknowns,) what is left after a time."""
        return np.asarray(self.modes @ np.exp(-self.rates_per_s * time_s))


def decay(
    conducting: sp.csc_matrix,
    storing: sp.csc_matrix,
    start: np.ndarray,
    tolerance: float,
    factorized: Callable[[sp.csc_matrix], Factorization],
    kept: np.ndarray | None = None,
) -> Decay:
    """The way from ``start`` to zero.

    Parameters
    ----------
    conducting, storing
        Lower triangles of K and M on one pattern, rows sorted.
    tolerance
        Largest error at any unknown and time.
    factorized
        Factorizes a matrix given by its lower triangle, on their pattern.
    kept
        A vector with K kept = 0 and start M kept = 0: what every step conserves.

    Raises
    ------
    AnalysisError
        When so many steps as are allowed do not reach the tolerance.
    """
    space = _Space(conducting, storing, kept)
    space.add(start)
    quickest = 4.0 * float((conducting.diagonal() / storing.diagonal()).max())
    rates = [float(space.small[0, 0]) / FIRST_STEP]
    settled, error, found = 0, np.inf, space.solution()
    while settled < LAST:
        if len(rates) > MOST_STEPS:
            raise AnalysisError(
                f"{MOST_STEPS} implicit steps leave {error:.2g} MPa of the {tolerance:.2g} that "
                "they should have come to: the transport is not resolved"
            )
        if len(rates) < len(space.stored):
            rates.append(_next_rate(found.rates_per_s, rates, quickest))
        factor = factorized(_shifted(storing, conducting, rates[-1]))
        space.add(factor.solve(space.stored[-1]))
        before, found = found, space.solution()
        error = _difference(found, before, quickest)
        settled = settled + 1 if error <= tolerance else 0
    return Decay(found.modes, found.rates_per_s, len(rates), error, space.drift)


class _Space:
    """Vectors orthonormal in M, the products with M of each, and V K V."""

    def __init__(
        self, conducting: sp.csc_matrix, storing: sp.csc_matrix, kept: np.ndarray | None
    ) -> None:
        self._conducting, self._storing = conducting, storing
        self._kept = None if kept is None else (kept, self._products(kept)[1])
        self._basis = np.empty((0, conducting.shape[0]))
        self.stored = np.empty((0, conducting.shape[0]))
        self.small = np.empty((0, 0))
        self._length = self.drift = 0.0

    def _products(self, vector: np.ndarray) -> np.ndarray:
        """(2, unknowns) K v and M v."""
        out = np.empty((2, len(vector)))
        lower = self._storing
        symmetric_products(
            lower.indptr, lower.indices, self._conducting.data, lower.data, vector, out[0], out[1]
        )
        return out

    def add(self, vector: np.ndarray) -> None:
        """Take a vector's part that is new; the first is the disturbance."""
        if self._kept is not None:
            kept, weight = self._kept
            content = weight @ vector
            self.drift = max(self.drift, abs(content) / float(np.abs(weight) @ np.abs(vector)))
            vector = vector - kept * (content / (weight @ kept))
        for _ in range(2):  # the second time for what round-off left of the first
            vector = vector - (self.stored @ vector) @ self._basis
        conducted, stored = self._products(vector)
        norm = float(np.sqrt(vector @ stored))
        self._length = self._length or norm
        self._basis = np.vstack([self._basis, vector / norm])
        self.stored = np.vstack([self.stored, stored / norm])
        row = self._basis @ (conducted / norm)
        self.small = np.pad(self.small, (0, 1))
        self.small[-1, :] = self.small[:, -1] = row

    def solution(self) -> Decay:
        """The best in this space."""
        rates, turned = np.linalg.eigh(self.small)
        return Decay(self._basis.T @ (turned * (turned[0] * self._length)), rates)


def _shifted(storing: sp.csc_matrix, conducting: sp.csc_matrix, rate: float) -> sp.csc_matrix:
    """Lower triangle of M + K / rate."""
    data = storing.data + conducting.data / rate
    return sp.csc_matrix((data, storing.indices, storing.indptr), storing.shape)


def _next_rate(known: np.ndarray, used: list[float], quickest: float) -> float:
    """The rate at which a space with these rates, of steps at the used ones, errs most."""
    tried = np.geomspace(max(known[0], min(used)), quickest, CANDIDATES)
    errs = QUICK_COUNTS * np.log(tried)
    for rate in used:
        errs += np.log(np.maximum(np.abs(tried - rate), 1e-9 * rate))
    for rate in known:
        errs -= np.log(tried + rate)
    return float(tried[errs.argmax()])


def _difference(now: Decay, before: Decay, quickest: float) -> float:
    """Largest difference at any unknown, at times an octave apart."""
    octaves = int(np.log2(quickest / now.rates_per_s[0])) + 6
    times = SLOWEST / now.rates_per_s[0] * 0.5 ** np.arange(octaves)
    first, second = (
        each.modes @ np.exp(-each.rates_per_s[:, None] * times) for each in (now, before)
    )
    return float(np.abs(first - second).max())
