"""What is said of a probability of failure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


class ReliabilityWarning(UserWarning):
    """A probability is known less well than was asked for; the interval says how well.

    Examples
    --------
    >>> import warnings
    >>> import openturns as ot
    >>> from studies.reliability import ReliabilityWarning, failure_probability
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore", ReliabilityWarning)
    ...     found = failure_probability(lambda x: 3 - x[:, 0], ot.Normal(2), most_evaluations=300)
    >>> found.evaluations
    300
    """


@dataclass(frozen=True)
class FailureProbability:
    """A probability of failure and how well it is known.

    Attributes
    ----------
    probability
        The estimate.
    interval
        Lowest and highest value that hold the true one in 95 of 100 seeds; of FORM and SORM the
        bounds that the nearest point of failure leaves.
    method
        What it was found by.
    evaluations
        How often the limit state was evaluated, points.
    design_point
        The most probable point of failure among those found, (d,), in the inputs' units; None where
        nothing failed.
    importance
        Share of each input in the distance of the design point, (d,), squares of its normal scores
        that sum to 1; None without design point.
    design_points
        All that were found, the nearest first, (m, d). By Monte Carlo and subset sampling the
        failed point that is nearest; where more than half fails, the nearest that survived.
    notes
        What limits the estimate, a sentence each.

    Examples
    --------
    >>> import openturns as ot
    >>> from studies.reliability import failure_probability
    >>> found = failure_probability(lambda x: 3 - x[:, 0], ot.Normal(2), method="form")
    >>> print(f"{found.probability:.5f} at {found.design_point.round(3)}")
    0.00135 at [3. 0.]
    """

    probability: float
    interval: tuple[float, float]
    method: str
    evaluations: int
    design_point: NDArray[np.float64] | None
    importance: NDArray[np.float64] | None
    design_points: NDArray[np.float64]
    notes: tuple[str, ...] = ()
