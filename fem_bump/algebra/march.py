"""March through time with steps that follow an estimate of their error.

Every step is taken whole and in two halves, by a method of first order such as backward Euler. The
difference is the error of the halves; twice the halves less the whole is of second order and is
what is kept (Richardson). A step whose estimate exceeds the tolerance, or whose increment is too
large, or that cannot be solved, is taken again with a shorter one; the next grows as the estimate
allows. Given instants are hit exactly.

E. Hairer, S. P. Norsett, G. Wanner, Solving Ordinary Differential Equations I, section II.4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Generic, NamedTuple, Protocol, TypeVar

from fem_bump.algebra.newton import NotSolved

SAFETY, SHORTEST, LONGEST = 0.8, 0.2, 4.0  # of the step, by which the next may differ
CUT = 0.25  # of a step that cannot be solved
LEAST = 1e-9  # of the interval: shorter steps are none


class Moment(Protocol):
    """A state that knows its time."""

    @property
    def time_s(self) -> float: ...


State = TypeVar("State", bound=Moment)


class Advance(NamedTuple, Generic[State]):
    """One step that was taken: where it led, and how.

    Attributes
    ----------
    error
        Estimate over tolerance; 1 is as much as is allowed.
    iterations, residual
        Of its three solutions together, and the worst.
    convergence
        Relative residuals of the whole step, before each iteration and after the last.
    """

    state: State
    error: float
    iterations: int
    residual: float
    convergence: tuple[float, ...]


class Accepted(NamedTuple, Generic[State]):
    """A step that was accepted; ``rejected`` counts those before it that were not."""

    advance: Advance[State]
    dt_s: float
    next_dt_s: float
    rejected: int


class Stuck(Exception):
    """The march cannot go on from here, for the last reason."""

    def __init__(self, time_s: float, reason: str) -> None:
        super().__init__(reason)
        self.time_s, self.reason = time_s, reason


def march(
    state: State,
    instants: Sequence[float],
    first_dt_s: float | None,
    advance: Callable[[State, float], Advance[State]],
) -> Iterator[Accepted[State]]:
    """Accepted steps from a state through given instants, those after its time.

    Parameters
    ----------
    first_dt_s
        Length of the first step; None for a whole interval.
    advance
        f(state, time): a step to a time, with its error; raises `NotSolved`.

    Raises
    ------
    Stuck
        When steps become too short.
    """
    dt = first_dt_s
    for end in instants:
        if end <= state.time_s:
            continue
        span = end - state.time_s
        dt = span if dt is None else dt
        rejected = 0
        while state.time_s < end:
            left = end - state.time_s
            clipped = dt >= left * (1 - 1e-12)
            taken = left if clipped else min(dt, 0.5 * left if dt > 0.5 * left else dt)
            try:
                found = advance(state, end if clipped else state.time_s + taken)
            except NotSolved as error:
                reason, factor, accepted = error.reason, CUT, False
            else:
                reason = "the estimated integration error stays above the tolerance"
                # the error of a step of first order falls with the square of its length
                factor = SAFETY / max(found.error, 1e-6) ** 0.5
                factor = min(LONGEST, max(SHORTEST, factor))
                accepted = found.error <= 1.0
            if not accepted:
                dt, rejected = taken * factor, rejected + 1
                if dt < LEAST * span:
                    raise Stuck(state.time_s, reason)
                continue
            # a step cut short by an instant says nothing against the one that was meant
            dt = max(dt, taken * factor) if clipped and factor >= 1 else taken * factor
            yield Accepted(found, taken, dt, rejected)
            state, rejected = found.state, 0
