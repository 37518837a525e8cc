"""Tractions on the whole circle of an interface, and their window means.

Signs as in :mod:`fem_bump.interfaces.densities`; the circumferential shear is positive along
+theta. Windows as in :mod:`fem_bump.interfaces.angular_windows`. Units: MPa, um, degrees.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from fem_bump import printed
from fem_bump.algebra.harmonics import Interval, MetricHarmonics, angle_means, arc_mean
from fem_bump.interfaces import windows
from fem_bump.interfaces.angular_windows import (
    ANGLES,
    HALF_CIRCLE,
    check_angles,
    check_arc,
    trial_means,
    weights_of,
)
from fem_bump.interfaces.densities import TractionInterface, check_window
from fem_bump.interfaces.line import InterfaceLine

Mix = tuple[float, float, float]


@dataclass(frozen=True, repr=False)
class AngularTractionWindow:
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
        size = f"{self.length_um:.4g} um x {self.arc_deg:.4g} deg"
        return printed.lines(
            f"AngularTractionWindow of {size}" + (", clipped" if self.clipped else ""),
            peel=f"{self.peel_max_mpa:.4g} MPa at {self.peel_max_theta_deg:.4g} deg, "
            f"{self.peel_min_mpa:.4g} MPa at {self.peel_min_theta_deg:.4g} deg",
            shear=f"{self.shear_max_mpa:.4g} MPa at {self.shear_max_theta_deg:.4g} deg",
            mode_mix=f"{self.mode_mix_deg:.4g} deg",
        )


@dataclass(frozen=True, repr=False)
class TractionAtAngle(TractionInterface):
    """Tractions along an interface at one angle, the circumferential one included."""

    around: np.ndarray = None  # type: ignore[assignment]  # (m, 3)

    @property
    def shear_theta_mpa(self) -> np.ndarray:
        """(3 m,) theta . sigma . n at :attr:`points_um`."""
        return self.around[:, [0, 2, 1]].ravel()


@dataclass(frozen=True, repr=False)
class AngularTractionInterface:
    """Tractions on the whole circle of an interface.

    Attributes
    ----------
    amplitudes
        Harmonic to (3, m, 3): traction r, theta, z at start, end, midpoint of each facet, MPa.
    """

    line: InterfaceLine
    side: str
    amplitudes: Mapping[int, np.ndarray]

    def __repr__(self) -> str:
        n, (peel, shear, around) = self.parts
        line = self.line
        each = zip(n.tolist(), peel, shear, around, strict=True)
        return printed.lines(
            f"AngularTractionInterface {line.a}/{line.b}, side {self.side}: "
            f"{len(line.facets)} facets",
            legs=printed.some(self.legs),
            **{
                f"harmonic {k}": f"peel {printed.span(p, 'MPa')}, shear {printed.span(s, 'MPa')}, "
                f"around {printed.span(t, 'MPa')}"
                for k, p, s, t in each
            },
        )

    @cached_property
    def parts(self) -> tuple[np.ndarray, np.ndarray]:
        """Harmonics (k,), and amplitudes of peel, shear along s and around: (3, k, m, 3), MPa."""
        line = self.line
        peel, shear, around = [], [], []
        for values in self.amplitudes.values():
            plane = values[[0, 2]]
            peel.append((plane * line.normal[:, :, None]).sum(axis=0))
            shear.append((plane * line.tangent[:, :, None]).sum(axis=0))
            around.append(values[1])
        return np.array(list(self.amplitudes)), np.array([peel, shear, around])

    @property
    def legs(self) -> tuple[str, ...]:
        """Leg names in the order of s."""
        return self.line.leg_names

    @property
    def contact_area_um2(self) -> float:
        """Revolved area of the interface."""
        return self.line.area_um2

    @property
    def axisymmetric(self) -> TractionInterface:
        """The tractions of harmonic 0 alone: their means are those over the whole circle."""
        values = self.amplitudes.get(0, np.zeros((3, len(self.line.facets), 3)))
        return TractionInterface(self.line, self.side, values[[0, 2]])

    def only(self, *harmonics: int) -> AngularTractionInterface:
        """The tractions of some harmonics alone."""
        if harmonics not in self._alone:
            kept = {n: self.amplitudes[n] for n in harmonics}
            self._alone[harmonics] = AngularTractionInterface(self.line, self.side, kept)
        return self._alone[harmonics]

    @cached_property
    def _alone(self) -> dict[tuple[int, ...], AngularTractionInterface]:
        return {}

    @property
    def lateral_force_un(self) -> float:
        """Force in x, uN, that side a exerts on side b; harmonic 1 has the only one."""
        if 1 not in self.amplitudes:
            return 0.0
        radial, around, _ = self.amplitudes[1]
        traces = self.line.traces((radial - around) / 2)
        return 2 * np.pi * sum(trace.integral() for trace in traces)

    @property
    def tensile_fraction(self) -> float:
        """Share of the contact area with peel above 1 MPa, from angles around the circle."""
        return float(np.mean([self.at(angle).tensile_fraction for angle in HALF_CIRCLE]))

    @property
    def mean_magnitude_mpa(self) -> float:
        """Area mean of the absolute traction in the section, from angles around the circle."""
        return float(np.mean([self.at(angle).mean_magnitude_mpa for angle in HALF_CIRCLE]))

    def at(self, theta_deg: float) -> TractionAtAngle:
        """Tractions at one angle."""
        n = np.array(list(self.amplitudes))
        cosine, sine = angle_means(n, (theta_deg, theta_deg))
        values = np.array(list(self.amplitudes.values()))
        plane = np.tensordot(cosine, values[:, [0, 2]], 1)
        return TractionAtAngle(self.line, self.side, plane, np.tensordot(sine, values[:, 1], 1))

    def window(
        self, length_um: float, theta_deg: Interval = (0.0, 360.0), leg: str | None = None
    ) -> AngularTractionWindow:
        """Extreme means over windows L along s and ``theta_deg`` in angle."""
        check_window(self.line, length_um, leg)
        check_angles(theta_deg)
        middle, arc = sum(theta_deg) / 2, theta_deg[1] - theta_deg[0]
        return self._extremes(length_um, arc, leg, np.array([middle]))

    def worst_window(
        self, length_um: float, arc_deg: float, leg: str | None = None
    ) -> AngularTractionWindow:
        """Each extreme at the angle where it is largest, for windows of one width in angle."""
        key = length_um, arc_deg, leg
        if key not in self._worst:
            check_window(self.line, length_um, leg)
            check_arc(arc_deg)
            trials = np.linspace(0.0, 180.0, ANGLES)
            self._worst[key] = self._extremes(length_um, arc_deg, leg, trials)
        return self._worst[key]

    @cached_property
    def _worst(self) -> dict[tuple[float, float, str | None], AngularTractionWindow]:
        return {}

    def harmonics(self, window: AngularTractionWindow) -> dict[str, MetricHarmonics]:
        """What each harmonic adds to the largest and the least peel of a window, MPa.

        And to the largest shear, along its direction. The load has no others, so there is no tail.
        """
        turn = np.radians(window.shear_max_direction_deg)
        mixes: dict[str, Mix] = {
            "peel_max": (1.0, 0.0, 0.0),
            "peel_min": (1.0, 0.0, 0.0),
            "shear_max": (0.0, float(np.cos(turn)), float(np.sin(turn))),
        }
        out = {}
        n, parts = self.parts
        for name, mix in mixes.items():
            start = getattr(window, f"{name}_start_um")
            row = weights_of(self.line, start, start + window.length_um)
            factor = self._factor(getattr(window, f"{name}_theta_deg"), window.arc_deg, mix)
            share = (factor * np.tensordot(parts, row, 2)).sum(axis=0)
            out[name] = MetricHarmonics(n, share, 0.0)
        return out

    def _extremes(
        self, length_um: float, arc_deg: float, leg: str | None, angles: np.ndarray
    ) -> AngularTractionWindow:
        n, parts = self.parts
        means = trial_means(self.line, length_um, leg, parts.reshape(-1, *parts.shape[2:]))
        peel, along, around = means.reshape(3, len(n), -1).transpose(0, 2, 1)
        width = arc_mean(n, np.radians(arc_deg) / 2)[:, None]
        cosine = width * np.cos(np.outer(n, np.radians(angles)))
        sine = width * np.sin(np.outer(n, np.radians(angles)))
        peel, along, around = peel @ cosine, along @ cosine, around @ sine

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

        highest = extreme(peel, (1.0, 0.0, 0.0))
        lowest = extreme(-peel, (-1.0, 0.0, 0.0))
        shear_s, shear_t = (
            max(
                (extreme(sign * trial, mix_of(sign)) for sign in (1.0, -1.0)),
                key=lambda found: found.value,
            )
            for trial, mix_of in (
                (along, lambda sign: (0.0, sign, 0.0)),
                (around, lambda sign: (0.0, 0.0, sign)),
            )
        )
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
        return AngularTractionWindow(
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

    def _along(
        self, length_um: float, leg: str | None, theta_deg: float, arc_deg: float, mix: Mix
    ) -> _Found:
        """Largest window mean along s at one angle; ``mix`` are the shares of peel, s, theta."""
        density = np.tensordot(self._factor(theta_deg, arc_deg, mix), self.parts[1], 2)
        found = windows.extreme_mean(self.line.traces(density, leg), length_um, 1)
        return _Found(found.value, found.start_um, found.length_um, theta_deg, found.clipped)

    def _factor(self, theta_deg: float, arc_deg: float, mix: Mix) -> np.ndarray:
        """(3, k) factors of the parts' harmonics in a mean over an arc around an angle."""
        half = arc_deg / 2
        cosine, sine = angle_means(self.parts[0], (theta_deg - half, theta_deg + half))
        return np.array([mix[0] * cosine, mix[1] * cosine, mix[2] * sine])

    def _around(self, found: _Found, arc_deg: float, mix: Mix, step: float) -> float:
        """Angle within a step of a found window's at which its mean is largest."""
        n, parts = self.parts
        row = weights_of(self.line, found.start_um, found.start_um + found.length_um)
        means = np.tensordot(parts, row, 2)  # (peel, s, theta; harmonics)
        width = arc_mean(n, np.radians(arc_deg) / 2)
        centre = found.theta_deg
        for _ in range(8):
            # symmetric about the centre, so that an angle that is best stays to the last digit
            angles = np.clip(centre + step * np.linspace(-1, 1, 9), 0.0, 180.0)
            phase = np.outer(n, np.radians(angles))
            cosine, sine = width[:, None] * np.cos(phase), width[:, None] * np.sin(phase)
            value = (mix[0] * means[0] + mix[1] * means[1]) @ cosine + mix[2] * means[2] @ sine
            best = int(value.argmax())
            if value[best] > value[4] * (1 + 1e-14):
                centre = float(angles[best])
            step /= 4
        return centre

    def _shear_in(self, found: _Found, arc_deg: float) -> np.ndarray:
        """Mean shear vector (along s, around) in a window."""
        n, parts = self.parts
        row = weights_of(self.line, found.start_um, found.start_um + found.length_um)
        half = arc_deg / 2
        cosine, sine = angle_means(n, (found.theta_deg - half, found.theta_deg + half))
        along = np.tensordot(cosine, np.tensordot(parts[1], row, 2), 1)
        around = np.tensordot(sine, np.tensordot(parts[2], row, 2), 1)
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
