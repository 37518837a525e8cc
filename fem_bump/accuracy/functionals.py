"""Linear functionals of solutions: what a number is, for :mod:`fem_bump.accuracy.estimates`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Goal:
    """A linear functional of one state: its values on the quadratic unknowns and the complement.

    Where the number depends on the load as well (a nodal residual does), that part is constant and
    left out.
    """

    quadratic: np.ndarray
    cubic: np.ndarray

    def times(self, factor: float) -> Goal:
        """The functional of a number that is a multiple of this one."""
        return Goal(factor * self.quadratic, factor * self.cubic)

    def plus(self, other: Goal) -> Goal:
        """The functional of a number that is the sum of two."""
        return Goal(self.quadratic + other.quadratic, self.cubic + other.cubic)


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
