"""The two ways to fail without being a bug; anything else propagates as the bug it is."""

from __future__ import annotations

from numbers import Real
from typing import Any


class InputError(ValueError):
    """A user's mistake; the message is one sentence naming field, value and allowed range.

    Examples
    --------
    >>> from fem_bump import InputError, Material
    >>> try:
    ...     Material("soft", young_mpa=-1.0, poisson=0.3, cte_per_k=1e-5)
    ... except InputError as error:
    ...     print(error)
    material 'soft': young_mpa = -1 must be positive and finite
    """


class TooMuchCurrentError(InputError):
    """A current that leaves a body in no state: one that is more than it bears."""


class AnalysisError(RuntimeError):
    """This analysis cannot be done: bad mesh tag, singular system, no convergence.

    Examples
    --------
    >>> import numpy as np
    >>> from fem_bump import AnalysisError, Material
    >>> noise = Material("noise", 70e3, 0.3, lambda degc: 1e-5 * np.sin(1e9 * degc))
    >>> try:
    ...     noise.thermal_strain(100.0, 0.0)
    ... except AnalysisError as error:
    ...     print(error)
    material 'noise': the integral of cte_per_k between 0 and 100 degC does not converge
    """


def is_number(value: Any) -> bool:
    """Whether a value can be compared and computed with; text, lists and bools cannot."""
    return isinstance(value, Real) and not isinstance(value, bool)
