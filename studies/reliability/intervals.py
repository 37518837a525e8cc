"""Intervals for probabilities from samples that hold in 95 of 100 cases, also where few failed.

Their nominal level is 98 %: to end a sample when its interval has become short takes a share of
what holds, weights of very different size another, and 95 % are promised of every problem and not
of their average.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, gammaincinv, stdtrit

LEVEL = 0.98
TAIL = (1 - LEVEL) / 2
NORMAL_QUANTILE = 2.3263478740408408


def of_counts(failed: float, unknown: float, count: int) -> tuple[float, float]:
    """Clopper and Pearson's interval (Biometrika 26, 1934, 404) of failures among points.

    With none failed, or all, it has one side only. Points of which nothing is known count as
    surviving below and as failed above. Points may fail in part, with a probability each: their sum
    scatters less than that of failures as many, and the interval holds all the more.
    """
    most = failed + unknown
    low_tail = 2 * TAIL if failed == count else TAIL
    high_tail = 2 * TAIL if most == 0 else TAIL
    low = 0.0 if failed <= 0 else float(betaincinv(failed, count - failed + 1, low_tail))
    high = 1.0 if most >= count else float(betaincinv(most + 1, count - most, 1 - high_tail))
    return low, high


def of_weights(
    weights: NDArray[np.float64], unknown: NDArray[np.float64], count: int, largest: float
) -> tuple[float, float]:
    """Interval of a weighted sum over independent points, divided by their count.

    Fay and Feuer's gamma interval (Statistics in Medicine 16, 1997, 791): exact for equal weights
    that are few, the normal one for many. The variance is that about the mean.

    Parameters
    ----------
    weights
        Of the points that failed.
    unknown
        Of those of which nothing is known: not counted below, counted above.
    count
        Points in all.
    largest
        Weight that a further failure may have had.
    """
    low_sum, low_variance = _moments(weights, count)
    low = 0.0
    if low_sum > 0 and low_variance > 0:
        low = low_variance / low_sum * float(gammaincinv(low_sum**2 / low_variance, TAIL))
    high_sum, variance = _moments(np.concatenate([weights, unknown]), count)
    high_sum, variance = high_sum + largest, variance + largest**2
    high = variance / high_sum * float(gammaincinv(high_sum**2 / variance, 1 - TAIL))
    return min(low / count, 1.0), min(high / count, 1.0)


def _moments(weights: NDArray[np.float64], count: int) -> tuple[float, float]:
    total = float(weights.sum())
    return total, max(float((weights**2).sum()) - total**2 / count, 0.0)


def of_repeats(values: NDArray[np.float64]) -> tuple[float, float]:
    """Student's interval of the mean of independent estimates."""
    count = len(values)
    half = float(stdtrit(count - 1, 1 - TAIL)) * float(np.std(values, ddof=1)) / np.sqrt(count)
    mean = float(values.mean())
    return max(mean - float(half), 0.0), min(mean + float(half), 1.0)
