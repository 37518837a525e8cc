"""Which surrogate: Kriging or a polynomial, of which degree, by leaving out one value at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studies.reliability.surrogate.kriging import Kriging, Shape, fit

Array = NDArray[np.float64]
SHAPES = (
    Shape("matern", 0), Shape("matern", 1), Shape("matern", 2), Shape("normal", 1),
    Shape("", 1), Shape("", 2), Shape("", 3),
)  # fmt: skip


@dataclass(frozen=True)
class Validated:
    """How well a surrogate says values that it does not know.

    Attributes
    ----------
    explained
        1 - mean square error over the values' variance (the predictivity Q^2).
    error
        Root mean square error.
    widening
        By how much its standard errors are too small, at least 1: the root mean square of errors
        over them, of the worst twentieth over twice them.
    """

    explained: float
    error: float
    widening: float


def validated(values: Array, mean: Array, deviation: Array) -> Validated:
    """Of values (n,), with what a surrogate that does not know them says."""
    off = values - mean
    ratio = np.abs(off) / deviation
    return Validated(
        1 - float((off**2).mean() / (values.var() or 1.0)),
        float(np.sqrt((off**2).mean())),
        max(1.0, float(np.sqrt((ratio**2).mean())), float(np.quantile(ratio, 0.95)) / 2),
    )


def left_out(model: Kriging) -> Validated:
    """By leaving out each of its values."""
    return validated(model.y, *model.left_out())


def log_density(model: Kriging) -> float:
    """Mean logarithm of the density that the others give to each value."""
    mean, deviation = model.left_out()
    ratio = (model.y - mean) / deviation
    return float(np.mean(-0.5 * ratio**2 - np.log(deviation)))


def possible_shapes(count: int, dimension: int) -> list[Shape]:
    """Those that so many values decide: half again as many as a polynomial has coefficients."""
    return [each for each in SHAPES if each.degree == 0 or count >= 1.5 * each.terms(dimension) + 2]


def best(x: Array, y: Array, bars: Array | None = None) -> Kriging:
    """The surrogate of values y (n,) at x (n, d) that says left-out values best."""
    models = [fit(shape, x, y, bars) for shape in possible_shapes(len(y), x.shape[1])]
    return max(models, key=log_density)
