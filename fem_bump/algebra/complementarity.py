"""Forces between pairs of points that may touch but not overlap, with Coulomb's friction.

The gaps g of m pairs follow their forces f linearly, g = g_0 + C f, C symmetric and positive
definite. Of each pair, normal components n and tangential ones t,

    g_n >= 0,  f_n >= 0,  g_n f_n = 0,
    |f_t| <= mu b;  where the pair has slid by g_t, f_t = -mu b sign(g_t),

with b = B f_n, usually f_n itself.

Slip is the final one: the load has come in one step in which nothing slid back. Solved by an active
set: each pair is apart, holds or slides, the linear system of these states is solved, and pairs
whose answer contradicts their state change it, all at once (a semi-smooth Newton step; M.
Hintermueller, K. Ito and K. Kunisch, SIAM J. Optim. 13, 865 (2002)). Where the number of
contradictions does not fall, the last one alone changes until it does (J. J. Judice and F. M.
Pires, Comput. Oper. Res. 21, 587 (1994)), which ends for certain without friction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp

from fem_bump.errors import AnalysisError

APART, HOLDS, SLIDES = range(3)
ROUND_OFF = 1e-10  # of the largest gap or force
PATIENCE = 5  # steps of all at once that do not lessen the contradictions
MOST = 200  # from each of two beginnings: what overlaps slides, or holds
IMMOBILE = 1e-12  # compliance over the largest one, below which a component cannot move


class Touching(NamedTuple):
    """Forces of the pairs, (m,) each, and what was needed to find them."""

    normal: np.ndarray
    tangential: np.ndarray
    iterations: int


class _States(NamedTuple):
    """Of each pair: apart, holding or sliding, and the sense in which it slides."""

    kind: np.ndarray
    sense: np.ndarray


def touching_forces(
    compliance: np.ndarray,
    gap: np.ndarray,
    rough: np.ndarray,
    friction: float,
    pressing: sp.csr_matrix,
) -> Touching:
    """Forces that keep pairs from overlapping.

    Parameters
    ----------
    compliance
        (2 m, 2 m) C: normal components, then tangential ones.
    gap
        (2 m,) g_0, without forces.
    rough
        (m,) mask of pairs on which friction acts.
    pressing
        (m, m) B: which normal forces the friction of a pair is a share of.

    Raises
    ------
    AnalysisError
        When no set of states is found that contradicts nothing.
    """
    m = len(rough)
    mobile = np.diag(compliance) > IMMOBILE * np.diag(compliance).max(initial=0.0)
    problem = _Problem(
        compliance, gap, mobile[:m], mobile[m:] & rough & (friction > 0.0), friction * pressing
    )
    closed = np.where((gap[:m] < 0) & problem.meets, SLIDES, APART)
    held = np.where(problem.slides & (closed != APART), HOLDS, closed)
    for kind in (closed, held):
        found = _settled(problem, _States(kind, np.sign(gap[m:])))
        if found is not None:
            return found
    raise AnalysisError(
        f"which parts of the faces touch, hold and slide is not settled after {2 * MOST} steps "
        f"with a friction of {friction:g}"
    )


def _settled(problem: _Problem, states: _States) -> Touching | None:
    """The forces where states contradict nothing any more; None if that does not come."""
    m = len(problem.slides)
    fewest, patience = 2 * m + 1, PATIENCE
    for count in range(1, MOST + 1):
        try:
            force, gaps = problem.solved(states)
        except np.linalg.LinAlgError:
            return None  # not determined: another beginning
        wanted = problem.wanted(states, force, gaps)
        wrong = np.nonzero((wanted.kind != states.kind) | (wanted.sense != states.sense))[0]
        if not len(wrong):
            return Touching(force[:m], force[m:], count)
        if len(wrong) < fewest:
            fewest, patience = len(wrong), PATIENCE
        elif patience:
            patience -= 1
        else:
            wrong = wrong[-1:]
        kind, sense = states.kind.copy(), states.sense.copy()
        kind[wrong], sense[wrong] = wanted.kind[wrong], wanted.sense[wrong]
        states = _States(kind, sense)
    return None


@dataclass(frozen=True)
class _Problem:
    """Compliance, gaps without forces, which pairs can meet and feel friction, and mu B."""

    compliance: np.ndarray
    gap: np.ndarray
    meets: np.ndarray
    slides: np.ndarray
    drag: sp.csr_matrix

    def solved(self, states: _States) -> tuple[np.ndarray, np.ndarray]:
        """Forces and gaps, (2 m,) each, of states taken as given."""
        m = len(self.slides)
        closed = np.nonzero(states.kind != APART)[0]
        held = np.nonzero(states.kind == HOLDS)[0]
        sliding = np.where((states.kind == SLIDES) & self.slides, states.sense, 0.0)
        drag = -sp.diags(sliding) @ self.drag[:, closed]
        at = np.concatenate([closed, m + held])
        columns = np.hstack([
            self.compliance[:, closed] + (drag.T @ self.compliance[m:]).T,  # C is symmetric
            self.compliance[:, m + held],
        ])  # fmt: skip
        found = np.linalg.solve(columns[at], -self.gap[at])
        force = np.zeros(2 * m)
        force[at] = found
        force[m:] += drag @ found[: len(closed)]
        return force, self.gap + columns @ found

    def wanted(self, states: _States, force: np.ndarray, gaps: np.ndarray) -> _States:
        """The states that forces and gaps call for."""
        (f_n, f_t), (g_n, g_t) = force.reshape(2, -1), gaps.reshape(2, -1)
        no_force = ROUND_OFF * np.abs(force).max(initial=0.0)
        no_gap = ROUND_OFF * np.abs(self.gap).max(initial=0.0)
        kind, sense = states.kind.copy(), states.sense.copy()
        kind[(kind != APART) & (f_n < -no_force)] = APART
        meets = (states.kind == APART) & (g_n < -no_gap) & self.meets
        kind[meets] = SLIDES
        sense[meets] = np.sign(g_t[meets])
        backwards = (sense * g_t < -no_gap) | (sense == 0.0)
        kind[(kind == SLIDES) & ~meets & self.slides & backwards] = HOLDS
        loose = (states.kind == HOLDS) & (kind == HOLDS)
        loose &= np.abs(f_t) > self.drag @ f_n + no_force
        kind[loose] = SLIDES
        sense[loose] = -np.sign(f_t[loose])
        return _States(kind, sense)
