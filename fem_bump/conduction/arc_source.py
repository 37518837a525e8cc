"""A source that covers only arcs of the angle: what is asked of it, what its harmonics carry."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fem_bump.errors import InputError, is_number


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
    if not (is_number(accuracy) and 0 < accuracy < 1):
        raise InputError(f"accuracy = {accuracy!r} must be a number between 0 and 1")


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
        (k,) its share of the power.
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
