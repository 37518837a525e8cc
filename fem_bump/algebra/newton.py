"""Newton's method with a line search, for systems that come with their own assembly.

A.A. Goldstein's descent on the norm of what is out of balance: a full step, halved while the norm
does not fall. The first step may carry a change of known values, after which norms cannot be
compared with those before it; it is only halved where the evaluation fails.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from fem_bump.errors import AnalysisError

MOST = 30
HALVINGS = 6
ENOUGH = 1e-7  # a residual below this that falls no more is round-off
DESCENT = 1e-4  # share of the norm that a step must take away, times its length


class NotSolved(Exception):
    """This step cannot be solved as it is.

    ``reason`` says why, in words without a full stop; ``residual`` is what is left out of balance
    by iterations that do not converge.
    """

    def __init__(self, reason: str, residual: np.ndarray | None = None) -> None:
        super().__init__(reason)
        self.reason, self.residual = reason, residual


class Balance(NamedTuple):
    """What is out of balance, and the size of what balances.

    ``inner`` is the largest that is out of balance of unknowns which were eliminated.
    """

    residual: np.ndarray
    scale: float
    inner: float = 0.0

    @property
    def norm(self) -> float:
        return float(np.sqrt(self.residual @ self.residual))

    @property
    def relative(self) -> float:
        largest = float(np.abs(self.residual).max(initial=self.inner))
        return largest / self.scale if self.scale else largest


class Solved(NamedTuple):
    """A solution: relative residuals before each iteration and after the last."""

    x: np.ndarray
    relative: list[float]

    @property
    def iterations(self) -> int:
        return len(self.relative) - 1


def newton(
    x: np.ndarray,
    evaluate: Callable[[np.ndarray], Balance],
    solve: Callable[[np.ndarray], np.ndarray],
    tolerance: float,
) -> Solved:
    """Find x whose balance is within a relative tolerance.

    Parameters
    ----------
    evaluate
        What is out of balance at x; sets up what ``solve`` solves with. May raise `NotSolved`.
    solve
        The correction of x that takes a residual away, to first order.

    Raises
    ------
    NotSolved
        When it does not converge.
    """
    balance, relative = evaluate(x), []
    for count in range(MOST):
        relative.append(balance.relative)
        if count and _is_enough(relative, tolerance):  # once at least: known values may change
            return Solved(x, relative)
        try:
            correction = solve(balance.residual)
        except AnalysisError as error:
            raise NotSolved(str(error)) from None
        if not np.isfinite(correction).all():
            raise NotSolved("the linear system of an iteration has no finite solution")
        x, balance = _along(x, correction, evaluate, balance, count)
    reason = f"{MOST} iterations leave {balance.relative:.1e} of the forces out of balance"
    raise NotSolved(reason, balance.residual)


def _is_enough(relative: list[float], tolerance: float) -> bool:
    """Whether the last residual is small, or as small as round-off lets it be."""
    last = relative[-1]
    return last <= tolerance or (last <= ENOUGH and last > 0.5 * relative[-2])


def _along(
    x: np.ndarray,
    correction: np.ndarray,
    evaluate: Callable[[np.ndarray], Balance],
    before: Balance,
    count: int,
) -> tuple[np.ndarray, Balance]:
    share = 1.0
    for halving in range(HALVINGS + 1):
        tried = x + share * correction
        try:
            found = evaluate(tried)
        except NotSolved:
            if halving == HALVINGS:
                raise
            share /= 2
            continue
        good = np.isfinite(found.norm) and (
            count == 0
            or found.norm <= (1 - DESCENT * share) * before.norm
            or found.relative <= 1e-12
        )
        if good or halving == HALVINGS:
            break
        share /= 2
    return tried, found
