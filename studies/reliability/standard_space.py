"""Inputs in standard space: independent standard normals u that become the inputs x.

Distances from the origin of that space are probabilities: half of it beyond a plane at distance
beta holds Phi(-beta). A joint distribution is its marginals and its copula C (Sklar's theorem):
u becomes uniforms v of the copula, and x_i the quantile of v_i. Normal copulas take z = L u with L
L^T the correlation of the copula (Nataf's transformation), others conditional quantiles one after
another (Rosenblatt's). Quantiles are taken from the nearer tail: far points keep their digits.
Inputs that do not vary have no axis there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from fem_bump.errors import InputError
from groundwork.extras import extra

Array = NDArray[np.float64]
Transformation = Callable[[Array], Array]


@dataclass(frozen=True)
class StandardSpace:
    """How points of standard space become inputs.

    Attributes
    ----------
    dimension
        Of standard space: how many inputs vary.
    inputs
        How many there are.
    varies
        Which of them vary, (inputs,).
    steps
        Whether any has steps: is discrete, or has a value with a probability of its own.
    """

    dimension: int
    inputs: int
    varies: NDArray[np.bool_]
    steps: bool
    _constants: Array
    _physical: Transformation
    _scores: Transformation

    def to_inputs(self, points: Array) -> Array:
        """Inputs (n, inputs) at points (n, dimension) of standard space."""
        x = np.tile(self._constants, (len(points), 1))
        if self.dimension and len(points):
            x[:, self.varies] = self._physical(points)
        return x

    def scores(self, point: Array) -> Array:
        """Each input's own normal score, (inputs,), at a point (dimension,); of constants 0.

        Of independent inputs these are the coordinates of the point; of others they do not depend
        on the order in which the inputs are given.
        """
        z = np.zeros(self.inputs)
        if self.dimension:
            z[self.varies] = self._scores(point[None, :])[0]
        return z


def standard_space(inputs: Any) -> StandardSpace:
    """The standard space of a distribution of OpenTURNS.

    Raises
    ------
    InputError
        If it is no distribution.
    groundwork.extras.MissingExtra
        Without OpenTURNS.
    """
    ot = openturns()
    if not isinstance(inputs, ot.Distribution | ot.DistributionImplementation):
        raise InputError(
            f"inputs = {type(inputs).__name__} must be a distribution of OpenTURNS, "
            "such as openturns.JointDistribution of one distribution an input"
        )
    count = inputs.getDimension()
    marginals = [inputs.getMarginal(i) for i in range(count)]
    ends = [marginal.getRange() for marginal in marginals]
    lowest = np.array([each.getLowerBound()[0] for each in ends])
    highest = np.array([each.getUpperBound()[0] for each in ends])
    varies = highest > lowest
    varied = np.flatnonzero(varies)
    physical: Transformation = _nothing
    scores: Transformation = _nothing
    if len(varied):
        joint = inputs if varies.all() else inputs.getMarginal([int(i) for i in varied])
        physical, scores = _transformations(joint, [marginals[i] for i in varied])
    steps = any(not marginals[i].isContinuous() for i in varied)
    return StandardSpace(len(varied), count, varies, steps, lowest, physical, scores)


def identity_space(dimension: int) -> StandardSpace:
    """Of inputs that are independent standard normals already."""
    varies = np.ones(dimension, dtype=bool)
    return StandardSpace(
        dimension, dimension, varies, False, np.zeros(dimension), _nothing, _nothing
    )


def openturns() -> Any:
    """The package OpenTURNS, which an extra installs."""
    return extra("openturns", "reliability", "a probability of failure")


def _nothing(points: Array) -> Array:
    return points


def _transformations(joint: Any, marginals: list[Any]) -> tuple[Transformation, Transformation]:
    """From points of standard space to inputs, and to the inputs' own normal scores."""
    scores: Transformation
    if joint.getDimension() == 1 or joint.hasIndependentCopula():
        scores = _nothing
    elif (
        kind := (copula := joint.getCopula()).getImplementation().getClassName()
    ) == "NormalCopula":
        correlation = np.array(copula.getShapeMatrix())
        lower = np.linalg.cholesky(correlation)
        scores = lambda points: points @ lower.T  # noqa: E731
    elif kind == "SklarCopula":  # one that only follows from the distribution
        return _one_after_another(joint, marginals)
    else:
        uniforms = copula.getInverseIsoProbabilisticTransformation()
        scores = lambda points: ndtri(np.array(uniforms(points)))  # noqa: E731
    return lambda points: _quantiles(marginals, scores(points)), scores


def _quantiles(marginals: list[Any], scores: Array) -> Array:
    """Inputs (n, d) whose normal scores are given, each from its nearer tail.

    Not of those with steps: OpenTURNS 1.27 gives the value before the one that has the upper tail.
    """
    x = np.empty_like(scores)
    for column, (marginal, z) in enumerate(zip(marginals, scores.T, strict=True)):
        from_below = (z <= 0) | (not marginal.isContinuous())
        for sign, chosen in ((1, from_below), (-1, ~from_below)):
            if chosen.any():
                found = marginal.computeQuantile(_point(ndtr(sign * z[chosen])), sign < 0)
                x[chosen, column] = np.array(found)[:, 0]
    return x


def _point(values: Array) -> Any:
    """Numbers (n,) as OpenTURNS has them.

    By way of a sample: where 1.27 makes a point of an array itself, 32 bytes a number stay taken.
    """
    return openturns().Sample(values[:, None]).asPoint()


def _one_after_another(joint: Any, marginals: list[Any]) -> tuple[Transformation, Transformation]:
    """Rosenblatt's transformation by conditional quantiles, a point at a time."""

    def physical(points: Array) -> Array:
        below = np.clip(ndtr(points), 1e-15, 1 - 1e-15)
        points = openturns().Sample(below)
        return np.array([joint.computeSequentialConditionalQuantile(each) for each in points])

    def scores(points: Array) -> Array:
        x = physical(points)
        columns = [
            np.array(marginal.computeCDF(values[:, None]))[:, 0]
            for marginal, values in zip(marginals, x.T, strict=True)
        ]
        return ndtri(np.clip(np.stack(columns, axis=1), 1e-15, 1 - 1e-15))

    return physical, scores
