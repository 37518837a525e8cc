"""Extreme means of tractions over windows along an interface and around the axis.

Windows as in :mod:`fem_bump.interfaces.angular_windows`. Units: MPa, um, degrees.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from fem_bump.algebra.harmonics import MetricHarmonics, angle_means, arc_mean, phases
from fem_bump.interfaces import windows
from fem_bump.interfaces.angular_windows import trial_means, weights_of
from fem_bump.interfaces.line import InterfaceLine
from groundwork import printed

Mix = tuple[float, float, float]  # shares of peel, shear along s, shear around the axis
PEEL: Mix = (1.0, 0.0, 0.0)
WHOLE_CIRCLE = (0.0, 360.0)


@dataclass(frozen=True, repr=False)
class TractionWindow:
    """Extreme means over windows of one arc length and width in angle.

    ``shear_s`` is along the arc length s, ``shear_theta`` around the axis, each the largest
    absolute mean; ``shear`` the largest magnitude of the mean shear vector. ``*_theta_deg`` is the
    middle of the angular interval of each, ``shear_max_direction_deg`` the direction of the largest
    shear vector, from +s towards +theta. ``mode_mix_deg`` = atan2(magnitude of the mean shear
    vector, mean peel) in the window of the largest peel: 0 pure opening, 90 pure shear.
    """

    length_um: float
    arc_deg: float
    peel_max_mpa: float
    peel_min_mpa: float
    shear_s_max_mpa: float
    shear_theta_max_mpa: float
    shear_max_mpa: float
    mode_mix_deg: float
    peel_max_start_um: float
    peel_min_start_um: float
    shear_s_max_start_um: float
    shear_theta_max_start_um: float
    shear_max_start_um: float
    peel_max_theta_deg: float
    peel_min_theta_deg: float
    shear_s_max_theta_deg: float
    shear_theta_max_theta_deg: float
    shear_max_theta_deg: float
    shear_max_direction_deg: float
    clipped: bool

    def __repr__(self) -> str:
        around = self.arc_deg < WHOLE_CIRCLE[1]
        size = f"{self.length_um:.4g} um" + (f" x {self.arc_deg:.4g} deg" if around else "")

        def said(what: str) -> str:
            value, start, theta = (
                getattr(self, f"{what}_{of}") for of in ("mpa", "start_um", "theta_deg")
            )
            place = f"{value:.4g} MPa from s = {start:.4g} um"
            return place + (f" at {theta:.4g} deg" if around else "")

        return printed.lines(
            f"TractionWindow of {size}" + (", clipped" if self.clipped else ""),
            peel=f"{said('peel_max')}, {said('peel_min')}",
            shear=said("shear_max"),
            mode_mix=f"{self.mode_mix_deg:.4g} deg",
        )


@dataclass(frozen=True)
class WindowSearch:
    """Windows of the tractions on a line.

    Attributes
    ----------
    numbers
        (k,) harmonics.
    parts
        (3, k, m, 3) amplitudes of peel, shear along s and around, MPa.
    """

    line: InterfaceLine
    numbers: np.ndarray
    parts: np.ndarray

    def extremes(
        self, length_um: float, arc_deg: float, leg: str | None, angles: np.ndarray
    ) -> TractionWindow:
        """Extreme means at any of some trial angles, degrees, and between them."""
        if not self.numbers.any() and not self.parts[2].any():
            return self._the_same_around(length_um, arc_deg, leg, float(angles[0]))
        peel, along, around = self._trials(length_um, arc_deg, leg, angles)

        def extreme(trial: np.ndarray, mix: Mix) -> _Found:
            """From the best of the trials (windows, angles) to the exact place, in turns."""
            angle = float(angles[int(trial.max(axis=0).argmax())])
            found = self._along(length_um, leg, angle, arc_deg, mix)
            for _ in range(4 if len(angles) > 1 else 0):
                angle = self._around(found, arc_deg, mix, float(angles[1] - angles[0]))
                if abs(angle - found.theta_deg) < 1e-9:
                    break
                found = self._along(length_um, leg, angle, arc_deg, mix)
            return found

        def largest(trial: np.ndarray, mix: Callable[[float], Mix]) -> _Found:
            both = (extreme(sign * trial, mix(sign)) for sign in (1.0, -1.0))
            return max(both, key=lambda found: found.value)

        highest, lowest = extreme(peel, PEEL), extreme(-peel, (-1.0, 0.0, 0.0))
        shear_s = largest(along, lambda sign: (0.0, sign, 0.0))
        shear_t = largest(around, lambda sign: (0.0, 0.0, sign))
        size = np.hypot(along, around)
        row, column = np.unravel_index(int(size.argmax()), size.shape)
        direction = np.array([along[row, column], around[row, column]])
        # the magnitude of a vector is its largest component: turn until the direction stands
        for _ in range(3):
            direction = direction / (np.hypot(*direction) or 1.0)
            trial = direction[0] * along + direction[1] * around
            shear = extreme(trial, (0.0, float(direction[0]), float(direction[1])))
            turned = self._shear_in(shear, arc_deg)
            still = abs(direction[0] * turned[1] - direction[1] * turned[0])
            direction = turned
            if still < 1e-9 * np.hypot(*turned):
                break
        mix = np.hypot(*self._shear_in(highest, arc_deg))
        folded = _folded if len(angles) > 1 else float
        return TractionWindow(
            highest.length_um,
            arc_deg,
            highest.value,
            -lowest.value,
            shear_s.value,
            shear_t.value,
            float(np.hypot(*direction)),
            float(np.degrees(np.arctan2(mix, highest.value))),
            highest.start_um,
            lowest.start_um,
            shear_s.start_um,
            shear_t.start_um,
            shear.start_um,
            folded(highest.theta_deg),
            folded(lowest.theta_deg),
            folded(shear_s.theta_deg),
            folded(shear_t.theta_deg),
            folded(shear.theta_deg),
            float(np.degrees(np.arctan2(direction[1], direction[0]))),
            highest.clipped,
        )

    def shares(self, window: TractionWindow) -> dict[str, MetricHarmonics]:
        """What each harmonic adds to the largest and least peel of a window and to its shear."""
        turn = np.radians(window.shear_max_direction_deg)
        mixes: dict[str, Mix] = {
            "peel_max": PEEL,
            "peel_min": PEEL,
            "shear_max": (0.0, float(np.cos(turn)), float(np.sin(turn))),
        }
        out = {}
        for name, mix in mixes.items():
            start = getattr(window, f"{name}_start_um")
            row = weights_of(self.line, start, start + window.length_um)
            factor = self._factor(getattr(window, f"{name}_theta_deg"), window.arc_deg, mix)
            share = (factor * np.tensordot(self.parts, row, 2)).sum(axis=0)
            out[name] = MetricHarmonics(self.numbers, share, 0.0)
        return out

    def _the_same_around(
        self, length_um: float, arc_deg: float, leg: str | None, theta_deg: float
    ) -> TractionWindow:
        """Extreme means of tractions in the section that are the same at all angles."""
        peel, shear = (self.line.traces(part[0], leg) for part in self.parts[:2])
        highest, lowest = windows.extreme_means(peel, length_um)
        forward, backward = windows.extreme_means(shear, length_um)
        ahead = forward.value >= -backward.value
        largest = forward if ahead else backward
        size, there = abs(largest.value), largest.start_um
        row = weights_of(self.line, highest.start_um, highest.start_um + highest.length_um)
        mix = abs(float((row * self.parts[1, 0]).sum()))
        return TractionWindow(
            highest.length_um,
            arc_deg,
            highest.value,
            lowest.value,
            size,
            0.0,
            size,
            float(np.degrees(np.arctan2(mix, highest.value))),
            highest.start_um,
            lowest.start_um,
            there,
            there,
            there,
            theta_deg,
            theta_deg,
            theta_deg,
            theta_deg,
            theta_deg,
            0.0 if ahead else 180.0,
            highest.clipped,
        )

    def _trials(
        self, length_um: float, arc_deg: float, leg: str | None, angles: np.ndarray
    ) -> np.ndarray:
        """(3, windows, angles) means of peel and both shears."""
        n = self.numbers
        means = trial_means(
            self.line, length_um, leg, self.parts.reshape(-1, *self.parts.shape[2:])
        )
        means = means.reshape(3, len(n), -1).transpose(0, 2, 1)
        width = arc_mean(n, np.radians(arc_deg) / 2)[:, None]
        cosine, sine = (width * phase for phase in phases(n, np.radians(angles)))
        return np.array([means[0] @ cosine, means[1] @ cosine, means[2] @ sine])

    def _along(
        self, length_um: float, leg: str | None, theta_deg: float, arc_deg: float, mix: Mix
    ) -> _Found:
        """Largest window mean along s at one angle."""
        density = np.tensordot(self._factor(theta_deg, arc_deg, mix), self.parts, 2)
        found = windows.extreme_mean(self.line.traces(density, leg), length_um, 1)
        return _Found(found.value, found.start_um, found.length_um, theta_deg, found.clipped)

    def _factor(self, theta_deg: float, arc_deg: float, mix: Mix) -> np.ndarray:
        """(3, k) factors of the parts' harmonics in a mean over an arc around an angle."""
        half = arc_deg / 2
        cosine, sine = angle_means(self.numbers, (theta_deg - half, theta_deg + half))
        return np.array([mix[0] * cosine, mix[1] * cosine, mix[2] * sine])

    def _around(self, found: _Found, arc_deg: float, mix: Mix, step: float) -> float:
        """Angle within a step of a found window's at which its mean is largest."""
        n = self.numbers
        row = weights_of(self.line, found.start_um, found.start_um + found.length_um)
        means = np.tensordot(self.parts, row, 2)  # (peel, s, theta; harmonics)
        width = arc_mean(n, np.radians(arc_deg) / 2)[:, None]
        centre = found.theta_deg
        for _ in range(8):
            # symmetric about the centre, so that an angle that is best stays to the last digit
            angles = np.clip(centre + step * np.linspace(-1, 1, 9), 0.0, 180.0)
            cosine, sine = (width * phase for phase in phases(n, np.radians(angles)))
            value = (mix[0] * means[0] + mix[1] * means[1]) @ cosine + mix[2] * means[2] @ sine
            best = int(value.argmax())
            if value[best] > value[4] * (1 + 1e-14):
                centre = float(angles[best])
            step /= 4
        return centre

    def _shear_in(self, found: _Found, arc_deg: float) -> np.ndarray:
        """Mean shear vector (along s, around) in a window."""
        n = self.numbers
        row = weights_of(self.line, found.start_um, found.start_um + found.length_um)
        half = arc_deg / 2
        cosine, sine = angle_means(n, (found.theta_deg - half, found.theta_deg + half))
        along = np.tensordot(cosine, np.tensordot(self.parts[1], row, 2), 1)
        around = np.tensordot(sine, np.tensordot(self.parts[2], row, 2), 1)
        return np.array([float(along), float(around)])


@dataclass(frozen=True)
class _Found:
    value: float
    start_um: float
    length_um: float
    theta_deg: float
    clipped: bool


def _folded(theta_deg: float) -> float:
    """The same place on the half 0 to 180 degrees: the other half mirrors it."""
    theta = abs((theta_deg + 180.0) % 360.0 - 180.0)
    return float(theta)
