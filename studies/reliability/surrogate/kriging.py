r"""Kriging: a Gaussian process through values that may have an error bar each.

With x and y scaled to mean 0 and deviation 1, y is a polynomial p plus a process Z plus errors

    y_i = p(x_i) + Z(x_i) + e_i,      e_i ~ N(0, b_i^2 + t^2),
    cov Z = s^2 (1 + a + a^2 / 3) exp(-a),    a^2 = 5 sum_j ((x_j - x'_j) / l_j)^2     (Matern 5/2)
    or      s^2 exp(-a^2 / 10)                                          (normal: very smooth)

with b_i the error bar of the value and t a misfit that is the same everywhere. Coefficients of p
have a wide normal prior, so that p is part of the covariance K (Rasmussen and Williams, Gaussian
Processes for Machine Learning, 2006, 2.7). Lengths l, s and t are the most likely ones, under a
weak prior of l. Without Z the model is a regression in all polynomials up to a degree, which is
what a polynomial chaos spans. Leaving out one value takes no other fit (Dubrule, 1983):

    mean_-i = y_i - (K^-1 y)_i / (K^-1)_ii,      variance_-i = 1 / (K^-1)_ii
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations_with_replacement
from math import comb

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve, solve_triangular
from scipy.optimize import minimize

Array = NDArray[np.float64]
WIDE = 100.0  # variance of the polynomial's coefficients: vague where y has variance 1
LEAST = 1e-8  # variance of what is called exact
LENGTH, SPREAD = 1.5, 1.5  # of the prior of l: its median, and the deviation of log l
BATCH = 5000  # points at a time


@dataclass(frozen=True)
class Shape:
    """Which model: its process, ``"matern"``, ``"normal"`` or none, and its polynomial's degree."""

    process: str
    degree: int

    def terms(self, dimension: int) -> int:
        """How many coefficients its polynomial has."""
        return comb(dimension + self.degree, self.degree)

    def __str__(self) -> str:
        kind = f"Kriging ({self.process}) on a polynomial" if self.process else "polynomial"
        return f"{kind} of degree {self.degree}"


@dataclass(frozen=True)
class Kriging:
    """A fitted process.

    Attributes
    ----------
    shape
        Which model it is.
    x, y, bars
        What it was fitted to: points (n, d), values (n,) and their error bars (n,).
    logs
        Logarithms of s^2, t^2 and the lengths l of scaled inputs.
    """

    shape: Shape
    x: Array
    y: Array
    bars: Array
    logs: Array
    _middle: Array
    _width: Array
    _lower: Array
    _solved: Array

    @property
    def _unit(self) -> tuple[float, float]:
        return _scale(self.y)

    def predict(self, x: Array) -> tuple[Array, Array]:
        """Mean and standard error (n,) of the function, not of a value with an error bar."""
        parts = [self._predict(x[k : k + BATCH]) for k in range(0, len(x), BATCH)]
        if not parts:
            return np.empty(0), np.empty(0)
        return np.concatenate([m for m, _ in parts]), np.concatenate([s for _, s in parts])

    def _predict(self, x: Array) -> tuple[Array, Array]:
        z = self._scaled(x)
        across = self._covariance(z, self._scaled(self.x))
        half = solve_triangular(self._lower, across.T, lower=True)
        own = self._own(z) - (half**2).sum(axis=0)
        middle, unit = self._unit
        variance = np.maximum(own, LEAST) + np.exp(self.logs[1])
        return middle + unit * (across @ self._solved), unit * np.sqrt(variance)

    def draws(self, x: Array, count: int, rng: np.random.Generator) -> Array:
        """Functions that agree with the values, at points x together, (count, n)."""
        z = self._scaled(x)
        across = self._covariance(z, self._scaled(self.x))
        half = solve_triangular(self._lower, across.T, lower=True)
        covariance = self._covariance(z, z) - half.T @ half
        covariance[np.diag_indices(len(z))] += np.exp(self.logs[1]) + 1e2 * LEAST
        root = np.linalg.cholesky(covariance)
        middle, unit = self._unit
        mean = middle + unit * (across @ self._solved)
        return np.asarray(mean + unit * rng.standard_normal((count, len(z))) @ root.T)

    def left_out(self) -> tuple[Array, Array]:
        """Mean and deviation (n,) of each value from all others, its error bar within."""
        inverse = cho_solve((self._lower, True), np.eye(len(self.y)))
        unit = self._unit[1]
        own = np.diag(inverse)
        return self.y - unit * self._solved / own, unit / np.sqrt(own)

    def with_value(self, x: Array, y: float) -> Kriging:
        """With one more exact value, and the same lengths and deviations."""
        return _conditioned(
            self.shape,
            np.vstack([self.x, x[None, :]]),
            np.append(self.y, y),
            np.append(self.bars, 0.0),
            self.logs,
        )

    def _scaled(self, x: Array) -> Array:
        return (x - self._middle) / self._width

    def _covariance(self, a: Array, b: Array) -> Array:
        return _trend_covariance(self.shape.degree, a, b) + _process(self.shape, self.logs, a, b)

    def _own(self, z: Array) -> Array:
        h = _polynomials(z, self.shape.degree)
        s2 = np.exp(self.logs[0]) if self.shape.process else 0.0
        return np.asarray(WIDE * (h**2).sum(axis=1) + s2)


def fit(
    shape: Shape, x: Array, y: Array, bars: Array | None = None, start: Array | None = None
) -> Kriging:
    """The most likely process of a shape through values y (n,) at x (n, d).

    Parameters
    ----------
    bars
        Standard deviations of the values, (n,); none where they are exact.
    start
        Logarithms of an earlier fit, from which alone the search starts.
    """
    bars = np.zeros(len(y)) if bars is None else bars
    d = x.shape[1]
    logs = np.concatenate([[0.0, -9.0], np.full(d, np.log(LENGTH))]) if start is None else start
    starts = [logs]
    if start is None and shape.process:
        starts.append(np.concatenate([[-2.0, -9.0], np.full(d, np.log(0.5))]))
    bounds = [(-14.0, 7.0), (np.log(LEAST), 1.0)] + [(np.log(0.1), np.log(50.0))] * d
    objective = _Likelihood(shape, x, y, bars)
    found = [
        minimize(objective, each, jac=True, method="L-BFGS-B", bounds=bounds,
                 options={"maxiter": 60 if start is None else 15})
        for each in starts
    ]  # fmt: skip
    return _conditioned(shape, x, y, bars, min(found, key=lambda each: each.fun).x)


class _Likelihood:
    """Minus the logarithm of the likelihood and of the prior, with its gradient in ``logs``."""

    def __init__(self, shape: Shape, x: Array, y: Array, bars: Array) -> None:
        middle, unit = _scale(y)
        centre, width = _scales(x)
        z = (x - centre) / width
        self.shape = shape
        self.y = (y - middle) / unit
        self.noise = (bars / unit) ** 2 + LEAST
        self.apart = (z[:, None, :] - z[None, :, :]) ** 2
        self.trend = _trend_covariance(shape.degree, z, z)

    def __call__(self, logs: Array) -> tuple[float, Array]:
        n = len(self.y)
        scaled = self.apart / np.exp(2 * logs[2:])
        a = np.sqrt(5 * scaled.sum(axis=2))
        process, t2 = np.exp(logs[0]) * _correlation(self.shape, a), np.exp(logs[1])
        k = self.trend + process
        k[np.diag_indices(n)] += self.noise + t2
        try:
            factor = cho_factor(k, lower=True)
        except np.linalg.LinAlgError:
            return 1e10, np.zeros(len(logs))
        alpha = cho_solve(factor, self.y)
        w = cho_solve(factor, np.eye(n)) - np.outer(alpha, alpha)
        value = 0.5 * self.y @ alpha + np.log(np.diag(factor[0])).sum()
        gradient = np.zeros(len(logs))
        gradient[1] = 0.5 * t2 * np.trace(w)
        if self.shape.process:
            gradient[0] = 0.5 * (w * process).sum()
            rise = process
            if self.shape.process == "matern":
                rise = np.exp(logs[0] - a) * 5 / 3 * (1 + a)
            slope = w * rise
            gradient[2:] = 0.5 * np.einsum("ij,ijk->k", slope, scaled)
        off = (logs[2:] - np.log(LENGTH)) / SPREAD
        gradient[2:] += off / SPREAD
        return float(value + 0.5 * off @ off), gradient


def _conditioned(shape: Shape, x: Array, y: Array, bars: Array, logs: Array) -> Kriging:
    centre, width = _scales(x)
    z = (x - centre) / width
    middle, unit = _scale(y)
    k = _trend_covariance(shape.degree, z, z) + _process(shape, logs, z, z)
    k[np.diag_indices(len(y))] += (bars / unit) ** 2 + LEAST + np.exp(logs[1])
    lower: Array = np.linalg.cholesky(k).astype(np.float64)
    solved = cho_solve((lower, True), (y - middle) / unit)
    return Kriging(shape, x, y, bars, logs, centre, width, lower, solved)


def _scale(y: Array) -> tuple[float, float]:
    return float(y.mean()), float(y.std()) or 1.0


def _scales(x: Array) -> tuple[Array, Array]:
    width = x.std(axis=0)
    return x.mean(axis=0), np.where(width > 0, width, 1.0)


def _process(shape: Shape, logs: Array, a: Array, b: Array) -> Array:
    length = np.exp(logs[2:])
    one, other = a / length, b / length
    squares = (one**2).sum(axis=1)[:, None] + (other**2).sum(axis=1) - 2 * one @ other.T
    return np.exp(logs[0]) * _correlation(shape, np.sqrt(5 * np.maximum(squares, 0)))


def _correlation(shape: Shape, a: Array) -> Array:
    if shape.process == "matern":
        return np.asarray((1 + a + a**2 / 3) * np.exp(-a))
    return np.asarray(np.exp(-(a**2) / 10)) if shape.process else np.zeros_like(a)


def _trend_covariance(degree: int, a: Array, b: Array) -> Array:
    return np.asarray(WIDE * _polynomials(a, degree) @ _polynomials(b, degree).T)


def _polynomials(z: Array, degree: int) -> Array:
    """All products of at most ``degree`` coordinates, (n, terms), of a size alike."""
    columns = [np.ones(len(z))]
    for k in range(1, degree + 1):
        for which in combinations_with_replacement(range(z.shape[1]), k):
            columns.append(np.prod(z[:, which], axis=1) / k)
    return np.stack(columns, axis=1)
