"""Functions of the angle that harmonics go with, and how a factor that varies couples them.

The harmonics are orthonormal in the mean over the circle,

    psi = 1,  sqrt(2) cos(n theta),  sqrt(2) sin(n theta),     mean of psi_i psi_j = delta_ij,

so that a factor g(theta) couples them by a symmetric matrix, G_ij = mean of g psi_i psi_j. The
product of two is a sum of two others, of number |m - n| and m + n, so that the means of
g cos(k theta) and of g sin(k theta) are all it takes.

On the circle of radius r a disc of radius a around a point at distance c from the axis, in the
direction theta_0, covers |theta - theta_0| < alpha,

    cos alpha = (r^2 + c^2 - a^2) / (2 r c),

so that its indicator has the coefficients mean of cos(k (theta - theta_0)) = sin(k alpha) / (k pi).
Its covered share alpha / pi and its derivatives have kinks like a square root at r = |c - a| and
r = c + a: :func:`graded_pieces` are quadrature points on intervals that end there.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from fem_bump.algebra.quadrature import unit_gauss


@dataclass(frozen=True)
class AngularFunctions:
    """An orthonormal family of functions of the angle.

    Attributes
    ----------
    numbers
        (h,) n.
    sines
        (h,) whether a function is a sine; those of number 0 are not.
    """

    numbers: np.ndarray
    sines: np.ndarray

    @classmethod
    def up_to(cls, highest: int, sines: bool) -> AngularFunctions:
        """All cosines of number 0 to ``highest``, and after them the sines from 1 on if wanted."""
        cosine = np.arange(highest + 1)
        both = np.concatenate([cosine, cosine[1:]]) if sines else cosine
        return cls(both, np.arange(len(both)) > highest)

    @cached_property
    def size(self) -> np.ndarray:
        """(h,) largest value: the amplitude of a function per unit coefficient."""
        return np.where(self.numbers == 0, 1.0, np.sqrt(2.0))

    @property
    def highest(self) -> int:
        """The largest number."""
        return int(self.numbers.max())

    def at(self, theta: np.ndarray) -> np.ndarray:
        """(h, ...) values at angles, radians."""
        angle = np.multiply.outer(self.numbers, theta)
        sines = self.sines.reshape(-1, *(1,) * np.ndim(theta))
        size = self.size.reshape(sines.shape)
        return size * np.where(sines, np.sin(angle), np.cos(angle))

    def products(
        self, others: AngularFunctions, cosine: np.ndarray, sine: np.ndarray
    ) -> np.ndarray:
        """(..., h, others) means of g times one of these and one of the others.

        ``cosine`` and ``sine`` are (..., k), k above the sum of both highest numbers: means over
        the circle of g cos(k theta) and of g sin(k theta), k = 0, 1, ...
        """
        m, n = self.numbers[:, None], others.numbers
        apart, total = np.abs(m - n), m + n
        # cos cos and sin sin are (near +- far) / 2; sin m cos n is (sin(m + n) + sin(m - n)) / 2
        first, second = self.sines[:, None], others.sines
        sign = np.where(first, -1.0, 1.0)
        alike = cosine[..., apart] + sign * cosine[..., total]
        mixed = sine[..., total] - sign * np.sign(m - n) * sine[..., apart]
        size = self.size[:, None] * others.size / 2
        return size * np.where(first == second, alike, mixed)


def disc_coefficients(
    radius: np.ndarray, distance: float, disc_radius: float, azimuth: float, count: int
) -> tuple[np.ndarray, np.ndarray]:
    """Means of the indicator of a disc times cos(k theta) and sin(k theta), on circles.

    Parameters
    ----------
    radius
        (...) of the circles.
    distance, azimuth
        Of the disc's centre from the axis, and its direction, radians.
    count
        k = 0 to ``count`` - 1.

    Returns
    -------
    cosine, sine
        (..., count)
    """
    r = np.asarray(radius, dtype=float)[..., None]
    excess = r**2 + distance**2 - disc_radius**2
    across = 2 * r * distance
    # around the axis itself, or centred there, a circle lies inside or outside as a whole
    ratio = np.where(across > 0, excess / np.where(across > 0, across, 1.0), np.sign(excess) * 2)
    alpha = np.arccos(np.clip(ratio, -1.0, 1.0))
    k = np.arange(count)
    own = alpha / np.pi * np.sinc(k * alpha / np.pi)
    return own * np.cos(k * azimuth), own * np.sin(k * azimuth)


def graded_pieces(
    low: float, high: float, kinks: np.ndarray, points: int
) -> tuple[np.ndarray, np.ndarray]:
    """Points and weights between two ends for integrands with square roots at kinks.

    The interval is cut at the kinks inside it; on each piece x = 3 t^2 - 2 t^3 of Gauss points t
    turns a square root at either end into a smooth function.
    """
    inside = kinks[(kinks > low) & (kinks < high)]
    cuts = np.concatenate([[low], np.sort(inside), [high]])
    t, w = unit_gauss(points)
    at, slope = t * t * (3 - 2 * t), 6 * t * (1 - t)
    length = np.diff(cuts)[:, None]
    return (cuts[:-1, None] + length * at).ravel(), (length * (w * slope)).ravel()
