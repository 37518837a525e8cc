"""Linear functionals of solutions: what a number is, for :mod:`fem_bump.accuracy.estimates`."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import scipy.sparse as sp


class Maker(Protocol):
    """What makes loads of adjoints, many at once."""

    def loads(self, given: Sequence[Any]) -> tuple[np.ndarray, np.ndarray]:
        """Values on quadratic unknowns (unknowns, k), and on the complement (functions, k)."""


@dataclass(frozen=True)
class Part:
    """What goals are sums of; equal parts of several goals have one adjoint.

    Attributes
    ----------
    key
        Equal for what is equal.
    given
        What its maker needs to know.
    """

    maker: Maker
    key: Hashable
    given: Any = field(compare=False, repr=False)


class _AsGiven:
    """Parts whose values are known."""

    def loads(self, given: Sequence[Any]) -> tuple[np.ndarray, np.ndarray]:
        quadratic, cubic = zip(*given, strict=True)
        return np.array(quadratic).T, np.array(cubic).T


_AS_GIVEN = _AsGiven()


@dataclass(frozen=True)
class Goal:
    """A linear functional of one state: a sum of parts, each times a factor.

    Where the number depends on the load as well (a nodal residual does), that part is constant and
    left out.
    """

    parts: tuple[tuple[float, Part], ...]

    @classmethod
    def of(cls, quadratic: np.ndarray, cubic: np.ndarray) -> Goal:
        """From its values on the quadratic unknowns and on the complement."""
        return cls(((1.0, Part(_AS_GIVEN, object(), (quadratic, cubic))),))

    @property
    def quadratic(self) -> np.ndarray:
        """(unknowns,) its values on them."""
        values, _, mix = loads((self,))
        return (mix @ values.T)[0]

    def times(self, factor: float) -> Goal:
        """The functional of a number that is a multiple of this one."""
        return Goal(tuple((factor * share, part) for share, part in self.parts))

    def plus(self, other: Goal) -> Goal:
        """The functional of a number that is the sum of two."""
        return Goal((*self.parts, *other.parts))


def loads(goals: Sequence[Goal]) -> tuple[np.ndarray, np.ndarray, sp.csr_matrix]:
    """Values of the parts of some goals, each part once.

    Returns
    -------
    quadratic, cubic
        (unknowns, parts) and (functions of the complement, parts).
    mix
        (goals, parts) what goals are of them.
    """
    column: dict[Part, int] = {}
    factors, rows, columns = [], [], []
    for row, goal in enumerate(goals):
        for factor, part in goal.parts:
            factors.append(factor)
            rows.append(row)
            columns.append(column.setdefault(part, len(column)))
    of_maker: dict[Maker, list[Part]] = {}
    for part in column:
        of_maker.setdefault(part.maker, []).append(part)
    made = [maker.loads([part.given for part in parts]) for maker, parts in of_maker.items()]
    quadratic, cubic = (np.hstack(blocks) for blocks in zip(*made, strict=True))
    # as they stand beside each other, maker by maker
    place = np.empty(len(column), dtype=np.int64)
    order = [column[part] for parts in of_maker.values() for part in parts]
    place[order] = np.arange(len(order))
    mix = sp.csr_matrix((factors, (rows, place[columns])), shape=(len(goals), len(order)))
    return quadratic, cubic, mix


@dataclass(frozen=True)
class Ends:
    """What the ends of a window add to its error.

    Attributes
    ----------
    projected
        What a density that is cubic on facets adds to the number, from the same solution.
    projected_by_element
        (elements,) absolute shares of it, or 0.
    corner_by_element
        (elements,) what facets at corners carry, where a window ends at the corner; or 0.
    """

    projected: float = 0.0
    projected_by_element: np.ndarray | float = 0.0
    corner_by_element: np.ndarray | float = 0.0

    def plus(self, other: Ends) -> Ends:
        """Of a number that is the sum of two."""
        return Ends(
            self.projected + other.projected,
            self.projected_by_element + other.projected_by_element,
            self.corner_by_element + other.corner_by_element,
        )

    def times(self, factor: float) -> Ends:
        """Of a number that is a multiple of this one."""
        size = abs(factor)
        return Ends(
            factor * self.projected,
            size * self.projected_by_element,
            size * self.corner_by_element,
        )


@dataclass(frozen=True)
class Functional:
    """A number as the sum of its goals over the states, by their place in a list of estimators."""

    goals: Mapping[int, Goal]
    ends: Ends = field(default_factory=Ends)

    def times(self, factor: float) -> Functional:
        """The functional of a number that is a multiple of this one."""
        goals = {state: goal.times(factor) for state, goal in self.goals.items()}
        return Functional(goals, self.ends.times(factor))

    def plus(self, other: Functional) -> Functional:
        """The functional of a number that is the sum of two."""
        goals = dict(self.goals)
        for state, goal in other.goals.items():
            goals[state] = goals[state].plus(goal) if state in goals else goal
        return Functional(goals, self.ends.plus(other.ends))
