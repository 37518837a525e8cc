r"""Sobol indices on a surrogate: which input's scatter makes a quantity scatter, and how surely.

Of independent inputs, with V the variance of f (Sobol, 1993; estimators of Saltelli and others,
Computer Physics Communications 181, 2010, 259), A and B two samples, A_i as A with input i of B:

    first order  S_i = mean f(B) (f(A_i) - f(A)) / V         what i changes alone
    total        T_i = mean (f(A) - f(A_i))^2 / (2 V)        what it changes with all others

The estimate is that of the surrogate's mean. Its interval holds the sampling (of repeated samples)
and what the surrogate does not know: functions are drawn that agree with the values and their
errors, and each has its indices (Le Gratiet and others, SIAM/ASA J. Uncertainty Quantification 2,
2014, 336). Errors of values and of the surrogate look like scatter by some input: at the lower end
all of their variance is taken off. An interval that reaches zero shows nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

Array = NDArray[np.float64]
REPEATS = 8
SAMPLE = 1024
DRAWS = 100
DRAWN_AT = 128  # points of each sample for drawn functions: a covariance of (d + 2) times as many
TAIL = 0.025


class Surrogate(Protocol):
    """What predicts, and draws functions that agree with what it knows."""

    def predict(self, x: Array) -> tuple[Array, Array]:
        """Mean and standard error, (n,)."""

    def draws(self, x: Array, count: int, rng: np.random.Generator) -> Array:
        """Functions at points together, (count, n)."""


@dataclass(frozen=True)
class Index:
    """A share of a variance.

    Attributes
    ----------
    share
        The estimate.
    interval
        Which holds the true share in at least 95 of 100 cases.
    """

    share: float
    interval: tuple[float, float]

    @property
    def shown(self) -> bool:
        """Whether the interval leaves zero out."""
        return self.interval[0] > 0


@dataclass(frozen=True)
class SobolIndices:
    """Of each input, in order: what it changes alone, and with all others."""

    first: tuple[Index, ...]
    total: tuple[Index, ...]


def sobol_indices(
    surrogate: Surrogate,
    inputs: Callable[[Array], Array],
    dimension: int,
    noise_variance: float = 0.0,
    seed: int = 1,
) -> SobolIndices:
    """The indices of a surrogate's function.

    Parameters
    ----------
    inputs
        From independent uniforms (n, dimension) to the inputs (n, m) that the surrogate takes.
    noise_variance
        Mean square of the error bars of the values that it was fitted to.
    """
    rng = np.random.default_rng(seed)
    repeats, variances, unknown = [], [], []
    for _ in range(REPEATS):
        mean, error = surrogate.predict(inputs(_points(dimension, SAMPLE, rng)))
        found, of_each = _indices(mean[None, :], dimension)
        repeats.append(found[0])
        variances.append(of_each[0])
        unknown.append(float((error**2).mean()))
    variance = float(np.mean(variances))
    if variance <= 0:
        nothing = (Index(0.0, (0.0, 1.0)),) * dimension
        return SobolIndices(nothing, nothing)
    estimate = np.mean(repeats, axis=0)
    half = stdtrit(REPEATS - 1, 1 - TAIL) * np.std(repeats, axis=0, ddof=1) / np.sqrt(REPEATS)
    x = inputs(_points(dimension, DRAWN_AT, rng))
    drawn, _ = _indices(surrogate.draws(x, DRAWS, rng), dimension)
    off = drawn - _indices(surrogate.predict(x)[0][None, :], dimension)[0]
    floor = (noise_variance + float(np.mean(unknown))) / variance
    low = np.clip(estimate + np.minimum(np.quantile(off, TAIL, axis=0), 0) - half - floor, 0, 1)
    high = np.clip(estimate + np.maximum(np.quantile(off, 1 - TAIL, axis=0), 0) + half, 0, 1)
    first, total = (
        tuple(
            Index(float(np.clip(e, 0, 1)), (float(a), float(b)))
            for e, a, b in zip(estimate[k], low[k], high[k], strict=True)
        )
        for k in (0, 1)
    )
    return SobolIndices(first, total)


def _points(d: int, count: int, rng: np.random.Generator) -> Array:
    """Samples A, B and A_i of uniforms one after another, ((d + 2) count, d)."""
    from scipy.stats import qmc

    both = qmc.Sobol(2 * d, rng=rng).random(count)
    a, b = both[:, :d], both[:, d:]
    mixed = np.tile(a, (d, 1, 1))
    for i in range(d):
        mixed[i, :, i] = b[:, i]
    return np.vstack([a, b, *mixed])


def _indices(values: Array, d: int) -> tuple[Array, Array]:
    """First and total indices (functions, 2, d) of values at such points, and variances."""
    values = values - values.mean(axis=1, keepdims=True)
    parts = values.reshape(len(values), d + 2, -1)
    a, b, mixed = parts[:, 0], parts[:, 1], parts[:, 2:]
    variance = parts[:, :2].reshape(len(values), -1).var(axis=1)
    scale = np.where(variance > 0, variance, np.inf)[:, None]
    first = (b[:, None] * (mixed - a[:, None])).mean(axis=2) / scale
    total = ((a[:, None] - mixed) ** 2).mean(axis=2) / 2 / scale
    return np.stack([first, total], axis=1), variance
