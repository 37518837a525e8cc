"""Harmonics of the angle: how many to sum, and what a window does to each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

MOST_HARMONICS = 400  # of one source; beyond that no mesh of a bump resolves them
FIRST_HARMONICS = 12

Interval = tuple[float, float]


@dataclass(frozen=True)
class MetricHarmonics:
    """What each harmonic adds to one number, and what those left out may add.

    Attributes
    ----------
    numbers
        (k,) n.
    share
        (k,) in the number's unit; they sum up to it.
    tail
        Bound on what harmonics left out add, in the number's unit.
    """

    numbers: np.ndarray
    share: np.ndarray
    tail: float


def more(count: int) -> int:
    """The next number of harmonics to try."""
    return min(count + max(8, count // 3), MOST_HARMONICS)


def arc_mean(n: np.ndarray, half: float) -> np.ndarray:
    """Mean of cos(n theta) over |theta| < half, radians: sin(n half) / (n half)."""
    return np.sinc(np.asarray(n, dtype=float) * half / np.pi)


def phases(n: np.ndarray | int, theta: np.ndarray | float) -> tuple[np.ndarray, np.ndarray]:
    """cos(n theta) and sin(n theta) at angles, radians, an axis of harmonics before that of angles.

    What goes with the sine is the same all around for n = 0 (torsion): there it is 1.
    """
    angle = np.multiply.outer(n, theta)
    constant = np.multiply.outer(np.equal(n, 0), np.ones(np.shape(theta)))
    return np.cos(angle), np.sin(angle) + constant


def angle_means(
    n: np.ndarray, theta_deg: Interval, phase_deg: float | np.ndarray = 0.0
) -> tuple[np.ndarray, np.ndarray]:
    """Means of cos(n theta - phase) and of sin(n theta - phase) over an interval of theta.

    What goes with the sine is the same all around for n = 0, as in :func:`phases`.
    """
    low, high = np.radians(theta_deg)
    n = np.asarray(n, dtype=float)
    width, middle = arc_mean(n, (high - low) / 2), n * (low + high) / 2
    middle = middle - np.radians(phase_deg)
    return width * np.cos(middle), np.where(n == 0, 1.0, width * np.sin(middle))
