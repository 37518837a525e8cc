"""Black's constants from one's own lives under current, and what follows from them with its band.

    ln(life) = ln(tau) - n ln(j / j0) + (Ea / k) (1 / T - 1 / T0) + s z

j0 and T0 are the middle of the test: the geometric mean of the densities of what failed and the
harmonic one of its temperatures. n and Ea with their intervals are also what JESD63 is for, which
is written for lines of metal; JEP154 is the guideline for bumps. The text of neither was read, and
nothing is taken from them. All cells are fitted at once, with one scatter s for all of them, and
samples that survived their test count as such.

The likelihood's own s is too small, as it does not know that the constants were fitted to the same
lives: s is that times sqrt(r / (r - p)), r failures and p constants, as in linear regression, and
nu s^2 / sigma^2 is taken to have the distribution of chi squared with nu = 1 / (2 var(ln s)), which
is r - p for lognormal lives that all failed.

A ratio of two lives does not know tau, and a life does: what tau, n, Ea and s leave open together,
their covariances included, is what a band shows. That of a ratio is symmetric in its logarithm,
with the quantile of Student's distribution. The logarithm of a life is m + w, w a multiple of s and
m what is known independently of it: the mean of lognormal lives that all failed. Each end of its
band is as far off as the ends of m and of w are, squares added (Zou and Donner, Stat. Med. 27,
1693, 2008), so that the band of an early share reaches further down than up. Of lognormal lives
that all failed the bands of a ratio and of a median are exact; how often others hold is measured.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv

from fem_bump.errors import AnalysisError, InputError
from fem_bump.life.black import (
    BOLTZMANN_EV_PER_K,
    KELVIN,
    Ratios,
    Stressed,
    ratio_for,
    relative_error,
)
from fem_bump.life.regression import (
    LEVEL,
    Distribution,
    Fit,
    Sample,
    fit,
    interval,
    standard_quantile,
    student_quantile,
    unbiased_scale,
)

SAME = 1e-9  # relative difference of two conditions that are one


@dataclass(frozen=True)
class Lives:
    """Lives of a test: each sample's time, its condition, and whether it had failed.

    Attributes
    ----------
    time_h
        Of failure, or until which a sample survived, h, (N,).
    density
        Current density, or the current of samples of one geometry, in any unit, (N,).
    temperature_degc
        Of the joint, the current's own heat included, (N,).
    failed
        (N,).
    """

    time_h: NDArray[np.float64]
    density: NDArray[np.float64]
    temperature_degc: NDArray[np.float64]
    failed: NDArray[np.bool_]

    def __post_init__(self) -> None:
        for name, low in (("time_h", 0.0), ("density", 0.0), ("temperature_degc", -KELVIN)):
            values = getattr(self, name)
            wrong = values[~(np.isfinite(values) & (values > low))]
            if len(wrong):
                raise InputError(f"{name} = {wrong[0]:g} must be above {low:g} and finite")

    def __len__(self) -> int:
        return len(self.time_h)

    def alike(self, chosen: NDArray[np.bool_]) -> Lives:
        """Those of some samples."""
        return Lives(
            self.time_h[chosen], self.density[chosen], self.temperature_degc[chosen],
            self.failed[chosen],
        )  # fmt: skip

    @property
    def conditions(self) -> list[tuple[float, float]]:
        """Density and temperature of each cell, in order."""
        pairs = zip(self.density.tolist(), self.temperature_degc.tolist(), strict=True)
        return sorted(set(pairs))


class Interval(NamedTuple):
    """A constant with both ends of its 95 % interval; equal ones of what was given."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Calibration:
    """Black's law of one's own joints.

    Attributes
    ----------
    reference
        Density and temperature in the middle of the test.
    location_h
        tau: the median of lognormal lives, the characteristic life (63.2 %) of Weibull's.
    scale
        s: the standard deviation of ln(life), or one over Weibull's shape, corrected for the
        constants that were found in the same lives.
    covariance
        Of ln(tau), n, Ea (eV) and ln(s), (4, 4); zeros of a constant that was given.
    degrees_of_freedom
        Failures less constants.
    """

    distribution: Distribution
    reference: Stressed
    location_h: float
    exponent: float
    activation_ev: float
    scale: float
    covariance: tuple[tuple[float, ...], ...]
    degrees_of_freedom: int

    def __post_init__(self) -> None:
        matrix = np.array(self.covariance, dtype=float)
        if matrix.shape != (4, 4) or not np.isfinite(matrix).all():
            raise InputError("covariance must be four rows of four finite numbers")
        size = np.sqrt(np.abs(np.diag(matrix)))
        size = np.where(size > 0, size, 1.0)
        scaled = matrix / np.outer(size, size)
        if np.abs(scaled - scaled.T).max() > 1e-6:
            raise InputError("covariance must be symmetric")
        if np.linalg.eigvalsh(scaled).min() < -1e-6:
            raise InputError("covariance must have no negative variance")

    @property
    def shape(self) -> float:
        """Weibull's shape; the standard deviation of ln(life) of lognormal lives."""
        return 1 / self.scale if self.distribution == "weibull" else self.scale

    @property
    def exponent_interval(self) -> Interval:
        """n with the ends that go with its variance."""
        reach = student_quantile(self.degrees_of_freedom) * math.sqrt(self.covariance[1][1])
        return Interval(self.exponent, self.exponent - reach, self.exponent + reach)

    @property
    def scale_interval(self) -> Interval:
        """s with the ends that go with the variance of ln(s)."""
        variance = self.covariance[3][3]
        if not variance:
            return Interval(self.scale, self.scale, self.scale)
        half = 0.25 / variance  # of the degrees of freedom; chi squared is twice a gamma variate
        low, high = (
            math.sqrt(half / gammaincinv(half, share))
            for share in (0.5 + LEVEL / 2, 0.5 - LEVEL / 2)
        )
        return Interval(self.scale, self.scale * low, self.scale * high)

    def ratios(self, reference: Stressed, now: Stressed) -> Ratios:
        """Life over that of a reference: its value, then both ends of its band.

        Returns
        -------
        list of (float, float or None)
            Each with the error that those of densities and temperatures leave.
        """
        ratio = ratio_for(self.exponent, self.activation_ev, reference, now)
        share = relative_error(self.exponent, self.activation_ev, (reference, now))
        gradient = np.array([0.0, *_sensitivity(reference, now), 0.0])
        variance = float(gradient @ np.array(self.covariance) @ gradient)
        reach = student_quantile(self.degrees_of_freedom) * math.sqrt(max(variance, 0.0))
        return _banded(ratio, share, -reach, reach)

    def lives_h(self, now: Stressed, share: float = 0.5) -> Ratios:
        """Time after which a share has failed, h, and both ends of its band, each with its error.

        `now` is stated as the calibration's densities and temperatures are.
        """
        middle = Stressed(self.reference.density, self.reference.temperature_degc)
        z = standard_quantile(self.distribution, share)
        ratio = ratio_for(self.exponent, self.activation_ev, middle, now)
        error = relative_error(self.exponent, self.activation_ev, (now,))
        life = self.location_h * math.exp(self.scale * z) * ratio
        gradient = np.array([1.0, *_sensitivity(middle, now), 0.0])
        along = np.array(self.covariance) @ gradient
        location, shared, variance = float(gradient @ along), along[3], self.covariance[3][3]
        shift = shared / variance if variance else 0.0
        of_m = student_quantile(self.degrees_of_freedom) ** 2 * max(location - shared * shift, 0.0)
        w = self.scale * z + shift
        of_w = sorted(w * (end / self.scale - 1) for end in self.scale_interval[1:])
        low, high = (math.sqrt(of_m + end**2) for end in of_w)
        return _banded(life, error, -low, high)


def _banded(value: float, share: float | None, low: float, high: float) -> Ratios:
    """With both ends, by their logarithms over the value's."""
    found = [value, value * math.exp(low), value * math.exp(high)]
    return [(one, None if share is None else one * share) for one in found]


def _sensitivity(reference: Stressed, now: Stressed) -> tuple[float, float]:
    """Of ln(life), to n and to Ea in eV."""
    kelvin = [one.temperature_degc + KELVIN for one in (reference, now)]
    colder = (1 / kelvin[1] - 1 / kelvin[0]) / BOLTZMANN_EV_PER_K
    return math.log(reference.density / now.density), colder


# ---------------------------------------------------------------------------- the fit


@dataclass(frozen=True)
class Calibrated:
    """What was found in lives: the law, intervals of its constants, how likely it makes them.

    Attributes
    ----------
    fit
        Of ln(tau) and those constants that were not given.
    sought
        Names of these constants.
    log_likelihood
        Of the lives in hours, comparable between distributions.
    """

    lives: Lives
    law: Calibration
    fit: Fit
    sought: tuple[str, ...]
    log_likelihood: float

    @cached_property
    def exponent(self) -> Interval:
        return self._constant("exponent")

    @cached_property
    def activation_ev(self) -> Interval:
        return self._constant("activation_ev")

    @property
    def scale(self) -> Interval:
        return self.law.scale_interval

    def _constant(self, name: str) -> Interval:
        value = getattr(self.law, name)
        if name not in self.sought:
            return Interval(value, value, value)
        one = np.eye(1 + len(self.sought))[1 + self.sought.index(name)]
        return Interval(value, *interval(self.fit, one))


def unbounded(lives: Lives, given: Iterable[str] = ()) -> dict[str, str]:
    """Why lives say nothing of a constant, by its name; empty where they tell all that is sought.

    Only failures count: survivors bound a life from one side.

    Parameters
    ----------
    given
        Names of constants that are known otherwise.
    """
    sought = [name for name in ("exponent", "activation_ev") if name not in given]
    if not lives.failed.any():
        return dict.fromkeys(sought, "no sample failed")
    density = lives.density[lives.failed]
    kelvin = lives.temperature_degc[lives.failed] + KELVIN
    reasons = {}
    if _is_one(density):
        reasons["exponent"] = f"all failures are at one current density, {density[0]:g}"
    if _is_one(kelvin):
        degc = kelvin[0] - KELVIN
        reasons["activation_ev"] = f"all failures are at one temperature, {degc:g} degC"
    if not reasons and len(sought) == 2:
        factors = np.column_stack([np.log(density), 1e3 / kelvin])
        factors -= factors.mean(axis=0)
        if np.linalg.matrix_rank(factors / np.linalg.norm(factors, axis=0), tol=1e-6) < 2:
            why = "density and temperature of the failures change together, so that neither tells"
            reasons = dict.fromkeys(sought, why)
    return {name: why for name, why in reasons.items() if name in sought}


def _is_one(values: NDArray[np.float64]) -> bool:
    return bool(np.ptp(values) <= SAME * values.max())


def calibrate(
    lives: Lives,
    distribution: Distribution = "lognormal",
    exponent: float | None = None,
    activation_ev: float | None = None,
) -> Calibrated:
    """Fit Black's law to lives.

    Parameters
    ----------
    exponent, activation_ev
        What is known of a constant otherwise: it is held there, as exact.

    Raises
    ------
    InputError
        When lives say nothing of a constant that is not given, or do not scatter.
    """
    given = {"exponent": exponent, "activation_ev": activation_ev}
    missing = unbounded(lives, [name for name, value in given.items() if value is not None])
    if not lives.failed.any():
        raise InputError("no sample failed: lives that all go on have no distribution")
    for name, why in missing.items():
        raise InputError(f"{name} cannot be found: {why}")
    density, kelvin = lives.density, lives.temperature_degc + KELVIN
    failed = lives.failed
    j0 = float(np.exp(np.log(density[failed]).mean()))
    t0 = float(1 / (1 / kelvin[failed]).mean())
    columns = {
        "exponent": -np.log(density / j0),
        "activation_ev": (1 / kelvin - 1 / t0) / BOLTZMANN_EV_PER_K,
    }
    known = np.zeros(len(lives))
    for name, value in given.items():
        if value is not None:
            known += value * columns[name]
    sought = [name for name, value in given.items() if value is None]
    factors = np.column_stack([np.ones(len(lives)), *(columns[name] for name in sought)])
    try:
        found = fit(Sample(np.log(lives.time_h) - known, factors, failed), distribution)
    except AnalysisError as error:
        raise InputError(str(error)) from None
    # where each constant of the fit stands among ln(tau), n, Ea, ln(s)
    places = [0, *(1 + list(columns).index(name) for name in sought), 3]
    covariance = np.zeros((4, 4))
    covariance[np.ix_(places, places)] = found.covariance
    constants = {name: float(one) for name, one in given.items() if one is not None}
    constants.update(zip(sought, found.constants[1:].tolist(), strict=True))
    law = Calibration(
        distribution, Stressed(j0, t0 - KELVIN), math.exp(found.constants[0]),
        constants["exponent"], constants["activation_ev"], unbiased_scale(found),
        tuple(map(tuple, covariance.tolist())), found.degrees_of_freedom,
    )  # fmt: skip

    in_hours = found.log_likelihood - float(np.log(lives.time_h[failed]).sum())
    return Calibrated(lives, law, found, tuple(sought), in_hours)


def plotting_positions(
    time_h: Sequence[float], failed: Sequence[bool]
) -> list[tuple[float, float]]:
    """Time of each failure of a cell, h, and the share that it stands for on probability paper.

    Ranks are moved on by survivors before them (Johnson), and the share is Benard's median rank,
    (i - 0.3) / (n + 0.4).
    """
    n = len(time_h)
    order = sorted(range(n), key=lambda k: (time_h[k], not failed[k]))
    rank, out = 0.0, []
    for done, k in enumerate(order):
        if failed[k]:
            rank += (n + 1 - rank) / (n + 1 - done)
            out.append((float(time_h[k]), (rank - 0.3) / (n + 0.4)))
    return out
