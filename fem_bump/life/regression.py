"""Lives against straight lines: ln(life) = x . b + s z, by maximum likelihood, with survivors.

z is standard normal (lives are lognormal) or of the smallest extreme (lives are Weibull's, of shape
1 / s). A sample that was taken out unbroken counts with the probability that it lasts longer.
In b / s and 1 / s the log-likelihood of both is concave (Burridge, J. R. Statist. Soc. B 43, 41,
1981), so Newton's steps find its one maximum from anywhere.

Intervals are those of the profile likelihood: of a sum c . b, the values at which twice the
log-likelihood, maximized over all else, lies below its largest value by at most

    r ln(1 + t^2 / (r - p)),

r failures, p constants, t the two-sided quantile of Student's distribution with r - p degrees of
freedom. For many failures that is the quantile of chi squared; for lognormal lives that all ended
it makes the interval of linear regression, which is exact however few they are. Where lives are
censored, or Weibull's, it is a correction for small samples, whose coverage is measured.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import log_ndtr, ndtri, stdtrit

from fem_bump.errors import AnalysisError

Distribution = Literal["lognormal", "weibull"]
Array = NDArray[np.float64]

LEVEL = 0.95
MOST_STEPS = 200
HALVINGS = 60


class _Terms(NamedTuple):
    """A logarithm at z with its first two derivatives."""

    value: Array
    slope: Array
    curvature: Array


def _normal(z: Array, failed: NDArray[np.bool_]) -> _Terms:
    density = -0.5 * z**2 - 0.5 * math.log(2 * math.pi)
    survival = log_ndtr(-z)
    hazard = np.exp(density - survival)
    return _Terms(
        np.where(failed, density, survival),
        np.where(failed, -z, -hazard),
        np.where(failed, -1.0, -hazard * (hazard - z)),
    )


def _smallest_extreme(z: Array, failed: NDArray[np.bool_]) -> _Terms:
    power = np.exp(np.minimum(z, 700.0))  # beyond that the step is halved anyway
    return _Terms(np.where(failed, z, 0.0) - power, np.where(failed, 1.0, 0.0) - power, -power)


_KINDS: dict[Distribution, Callable[[Array, NDArray[np.bool_]], _Terms]] = {
    "lognormal": _normal,
    "weibull": _smallest_extreme,
}


def standard_quantile(distribution: Distribution, share: float) -> float:
    """z below which a share lies: of the median, share = 0.5."""
    if distribution == "lognormal":
        return float(ndtri(share))
    return math.log(-math.log1p(-share))


@dataclass(frozen=True)
class Sample:
    """What is fitted: each life's logarithm, its row of known factors, and whether it ended.

    Attributes
    ----------
    log_life
        (N,).
    factors
        (N, p), the columns of what is multiplied by the constants; full rank among failures.
    failed
        (N,), False: still alive at that time.
    """

    log_life: Array
    factors: Array
    failed: NDArray[np.bool_]

    @property
    def failures(self) -> int:
        return int(self.failed.sum())


@dataclass(frozen=True)
class Fit:
    """Constants that make the sample most likely.

    Attributes
    ----------
    constants
        b, (p,).
    scale
        s of the largest likelihood, too small where failures are few: `unbiased_scale`.
    log_likelihood
        Of the logarithms of lives.
    covariance
        (p + 1, p + 1), of b and ln s: the inverse of the observed information, times
        r / (r - p) as in linear regression.
    """

    sample: Sample
    distribution: Distribution
    constants: Array
    scale: float
    log_likelihood: float
    covariance: Array

    @property
    def degrees_of_freedom(self) -> int:
        return self.sample.failures - len(self.constants)


def student_quantile(degrees_of_freedom: int, level: float = LEVEL) -> float:
    """Of the two-sided interval."""
    return float(stdtrit(degrees_of_freedom, 0.5 + level / 2))


def unbiased_scale(found: Fit) -> float:
    """s, larger as in linear regression: of lognormal lives that all failed s^2 is unbiased."""
    return found.scale * math.sqrt(found.sample.failures / found.degrees_of_freedom)


def fit(sample: Sample, distribution: Distribution) -> Fit:
    """The maximum of the likelihood.

    Raises
    ------
    AnalysisError
        When there is none: lives that do not scatter, or too few of them.
    """
    p = sample.factors.shape[1]
    if sample.failures <= p:
        raise AnalysisError(
            f"{sample.failures} failures are too few for {p} constants and a scatter"
        )
    theta, found, information = _maximum(sample, distribution)
    scale = 1 / theta[-1]
    # from (b / s, 1 / s) to (b, ln s): d(b / s) = db / s - (b / s) dln s, d(1 / s) = -dln s / s
    change = np.zeros((p + 1, p + 1))
    change[:p, :p] = np.eye(p) / scale
    change[:p, p] = -theta[:p]
    change[p, p] = -theta[p]
    r = sample.failures
    covariance = np.linalg.inv(change.T @ information @ change) * r / (r - p)
    return Fit(sample, distribution, theta[:p] * scale, scale, found, covariance)


def _maximum(sample: Sample, distribution: Distribution) -> tuple[Array, float, Array]:
    """b / s and 1 / s, the log-likelihood there, and the information: its second derivative."""
    terms, failed = _KINDS[distribution], sample.failed
    rows = np.column_stack([-sample.factors, sample.log_life])  # z = rows . (b / s, 1 / s)

    def measure(theta: Array) -> tuple[float, _Terms]:
        one = terms(rows @ theta, failed)
        return float(one.value.sum()) + sample.failures * math.log(theta[-1]), one

    theta = _start(sample)
    now, one = measure(theta)
    for _ in range(MOST_STEPS):
        slope = rows.T @ one.slope
        slope[-1] += sample.failures / theta[-1]
        information = -(rows.T * one.curvature) @ rows
        information[-1, -1] += sample.failures / theta[-1] ** 2
        try:
            step = np.linalg.solve(information, slope)
        except np.linalg.LinAlgError:
            break
        promised = float(slope @ step)
        if abs(promised) < 1e-12 * (1 + abs(now)):
            return theta, now, information
        share = 1.0
        for _ in range(HALVINGS):
            tried = theta + share * step
            if tried[-1] > 0:
                then, there = measure(tried)
                if then >= now + 1e-4 * share * promised:
                    break
            share /= 2
        else:
            return theta, now, information  # no step goes up any further: round-off
        theta, now, one = tried, then, there
        if theta[-1] > 1e8:
            break
    raise AnalysisError("the likelihood of these lives has no maximum: they do not scatter")


def _start(sample: Sample) -> Array:
    """The line of least squares through all lives."""
    b, *_ = np.linalg.lstsq(sample.factors, sample.log_life, rcond=None)
    left = sample.log_life - sample.factors @ b
    scale = max(float(np.sqrt((left**2).mean())), 1e-3)
    return np.append(b, 1.0) / scale


# ---------------------------------------------------------------------------- intervals


def deviance(found: Fit, combination: Array, value: float) -> float:
    """Twice the log-likelihood that is lost where c . b has a given value."""
    c, sample = np.asarray(combination, dtype=float), found.sample
    k = int(np.argmax(np.abs(c)))
    others = [i for i in range(len(c)) if i != k]
    column = sample.factors[:, k] / c[k]
    held = Sample(
        sample.log_life - column * value,
        sample.factors[:, others] - np.outer(column, c[others]),
        sample.failed,
    )
    return 2 * (found.log_likelihood - _maximum(held, found.distribution)[1])


def allowed_deviance(found: Fit, level: float = LEVEL) -> float:
    """Up to which a value lies in the interval."""
    r, left = found.sample.failures, found.degrees_of_freedom
    return r * math.log1p(student_quantile(left, level) ** 2 / left)


def interval(found: Fit, combination: Array, level: float = LEVEL) -> tuple[float, float]:
    """Both ends of the interval of c . b, by the profile likelihood."""
    c = np.asarray(combination, dtype=float)
    middle, allowed = float(c @ found.constants), allowed_deviance(found, level)
    p = len(found.constants)
    reach = math.sqrt(float(c @ found.covariance[:p, :p] @ c))
    reach *= student_quantile(found.degrees_of_freedom, level)
    ends = []
    for side in (-1.0, 1.0):
        far = side * reach
        while deviance(found, c, middle + far) < allowed:
            far *= 1.5
        ends.append(brentq(lambda v: deviance(found, c, middle + v) - allowed, 0.0, far,
                           xtol=1e-9 * reach))  # fmt: skip
    return middle + ends[0], middle + ends[1]
