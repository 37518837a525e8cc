"""A source that covers only arcs of the angle: its harmonics, and what they carry.

A uniform normal flux enters through N equal arcs of half angle p, evenly spaced around the axis.
Only harmonics n = 0, N, 2N, ... of cos(n theta) are in it, with the amplitudes

    c_0 = 1,   c_n = 2 sin(n p) / (n p)

over its mean. A source all around is one arc of half angle 180 degrees: c_n = 0 above harmonic 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from fem_bump.algebra.harmonics import MOST_HARMONICS, arc_mean
from fem_bump.errors import InputError, is_number

PER_ARC = 3.0  # harmonics of a field, in units of (half the circle / half angle of an arc)
TAIL_TERMS = 200_000


def check_arcs(half_angle_deg: float, count: int, accuracy: float, source_kind: str) -> None:
    """Refuse arcs that overlap and settings without meaning."""
    if source_kind != "flux":
        raise InputError(
            f"source_kind = '{source_kind}' must be 'flux' for a source that covers only arcs"
        )
    if not (isinstance(count, int | np.integer) and count >= 1):
        raise InputError(f"source_count = {count} must be a whole number, at least 1")
    if not (is_number(half_angle_deg) and 0 < half_angle_deg <= 180 / count):
        raise InputError(
            f"source_half_angle_deg = {half_angle_deg!r} must be above 0 and at most "
            f"{180 / count:g}: {count} arcs go around the axis"
        )
    check_accuracy(accuracy)


def check_accuracy(accuracy: float) -> None:
    """Refuse a share of a value that is none."""
    if not (is_number(accuracy) and 0 < accuracy < 1):
        raise InputError(f"accuracy = {accuracy!r} must be a number between 0 and 1")


@dataclass(frozen=True)
class Arcs:
    """Equal arcs, evenly spaced around the axis, the first at theta = 0; by default all around.

    Attributes
    ----------
    half_angle_deg, count
        Of the arcs.
    accuracy
        The share of a reported value that the harmonics left out may add to it.
    """

    half_angle_deg: float = 180.0
    count: int = 1
    accuracy: float = 1e-3

    @property
    def all_around(self) -> bool:
        """Whether they leave no gap: then the source is the same at all angles."""
        return self.half_angle_deg * self.count >= 180.0 * (1 - 1e-12)

    @property
    def said(self) -> str:
        """What they are, in a few words."""
        return "" if self.all_around else f"{self.count} arcs of {2 * self.half_angle_deg:.4g} deg"

    @property
    def most(self) -> int:
        """The most harmonics above 0 there are to solve for."""
        return 0 if self.all_around else MOST_HARMONICS

    @property
    def resolving(self) -> int:
        """How many harmonics above 0 resolve an arc."""
        return min(int(np.ceil(PER_ARC * 180 / self.half_angle_deg / self.count)), self.most)

    def numbers(self, count: int) -> np.ndarray:
        """(count + 1,) n of harmonic 0 and of so many above it."""
        return self.count * np.arange(count + 1)

    def source_factor(self, n: np.ndarray) -> np.ndarray:
        """c_n: amplitude of the source's harmonics over its mean."""
        n = np.asarray(n, dtype=float)
        return np.where(n == 0, 1.0, 2.0) * arc_mean(n, np.radians(self.half_angle_deg))

    def mean(self, n: np.ndarray) -> np.ndarray:
        """Mean of cos(n theta) over the arcs."""
        return arc_mean(n, np.radians(self.half_angle_deg))

    def tail_sum(self, count: int) -> float:
        """Sum over harmonics after so many of what a unit response of 1 / n adds to the mean."""
        p = np.radians(self.half_angle_deg)
        # the rest of the series oscillates around its mean, (sin)^2 = 1/2
        rest = 1 / (2 * (p * self.count * TAIL_TERMS) ** 2) / self.count
        return float(self._tail_terms[count:].sum() + rest)

    @cached_property
    def _tail_terms(self) -> np.ndarray:
        """(TAIL_TERMS,) shares of n = N, 2N, ... in the potential, over n times the response."""
        n = self.numbers(TAIL_TERMS)[1:]
        return 2 * self.mean(n) ** 2 / n


@dataclass(frozen=True)
class CurrentHarmonics:
    """What each harmonic carries.

    Attributes
    ----------
    numbers
        (k,) n.
    source_a
        (k,) amplitude of the current that enters, c_n I.
    entry_potential_v
        (k,) its share of the mean potential of the arcs.
    power_w
        (k,) its share of the power that enters.
    tail
        Added for the harmonics left out: ``entry_potential_v``, ``power_w``; and how far the sum
        may be off: ``entry_potential_error_v``, ``power_error_w``. Window means have their own:
        ``interface(a, b).harmonics(window)``.
    reached
        Whether the potential's error is within the accuracy.
    """

    numbers: np.ndarray
    source_a: np.ndarray
    entry_potential_v: np.ndarray
    power_w: np.ndarray
    tail: dict[str, float]
    reached: bool


def summed(
    arcs: Arcs, current_a: float, plane_potential_v: float, unit_potential_v: np.ndarray
) -> CurrentHarmonics:
    """Shares in potential and power of harmonic 0 and of those above it, and their tail.

    Parameters
    ----------
    plane_potential_v
        Mean potential of the source in harmonic 0.
    unit_potential_v
        (k,) that of the harmonics above 0, per unit amplitude of the source.
    """
    count = len(unit_potential_v)
    n = arcs.numbers(count)
    factor = arcs.source_factor(n)
    share = factor * np.array([plane_potential_v, *unit_potential_v]) * arcs.mean(n)
    potential = error = 0.0
    if count:
        # n times the unit response tends to a constant: that of a film's edge
        level, terms_sum = n[1:] * unit_potential_v, arcs.tail_sum(count)
        drift = float(np.abs(level[-1] - level[len(level) * 3 // 4 - 1]))
        potential, error = float(level[-1]) * terms_sum, drift * terms_sum
    return CurrentHarmonics(
        n,
        factor * current_a,
        share,
        share * current_a,
        {
            "entry_potential_v": potential,
            "power_w": potential * current_a,
            "entry_potential_error_v": error,
            "power_error_w": error * abs(current_a),
        },
        error <= arcs.accuracy * abs(plane_potential_v),
    )
