"""Normal current density on an interface, all around the axis, and its means over windows.

Positive from b into a (:mod:`fem_bump.interfaces.densities`). A sum of harmonics, amplitudes along
the arc length times cos(n theta - phase); where the flow is the same all around, harmonic 0 alone.
Windows as in :mod:`fem_bump.interfaces.angular_windows`. Units: A/um^2, um, degrees.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar, Protocol

import numpy as np

from fem_bump.algebra.harmonics import (
    Interval,
    MetricHarmonics,
    angle_means,
    arc_mean,
    more,
)
from fem_bump.interfaces import windows
from fem_bump.interfaces.angular_windows import (
    ANGLES,
    HALF_CIRCLE,
    WHOLE_CIRCLE,
    check_angles,
    check_arc,
    trial_means,
    weights_of,
)
from fem_bump.interfaces.densities import Density, check_window, leg_and_interval, total
from groundwork import printed
from groundwork.pictures import Pictured

NO_CURRENT = 1e-6  # net current over the integral of |J.n| that is none


@dataclass(frozen=True, repr=False)
class FluxWindow:
    """Largest mean of J.n over windows of one size and angular interval.

    Attributes
    ----------
    harmonics
        Number of harmonics above 0 that were summed.
    tail_a_per_um2
        Bound on what those left out add.
    reached
        Whether that is within the accuracy of the flow.
    """

    length_um: float
    current_density_max_a_per_um2: float
    start_um: float
    clipped: bool
    theta_deg: Interval = WHOLE_CIRCLE
    harmonics: int = 0
    tail_a_per_um2: float = 0.0
    reached: bool = True

    def __repr__(self) -> str:
        low, high = self.theta_deg
        around, at, summed, clipped = "", "", "", ", clipped" if self.clipped else ""
        if self.harmonics:
            around = f" x {high - low:.4g} deg"
            at = f" at {self.theta_middle_deg:.4g} deg"
            summed = f"{self.harmonics}, those left out add at most {self.tail_a_per_um2:.2g} A/um2"
            summed += "" if self.reached else ": not enough"
        return printed.lines(
            f"FluxWindow of {self.length_um:.4g} um{around}{clipped}",
            current_density=f"{self.current_density_max_a_per_um2:.4g} A/um2 from "
            f"s = {self.start_um:.4g} um{at}",
            harmonics=summed,
        )

    @property
    def theta_middle_deg(self) -> float:
        """Middle of the angular interval."""
        return sum(self.theta_deg) / 2


class HarmonicsAbove(Protocol):
    """The harmonics above 0 of a density on an interface, counted from 1.

    Attributes
    ----------
    accuracy
        The share of a window mean that the harmonics left out may add to it.
    repeats
        How often the density repeats around the axis.
    mirrored
        Whether it is its own mirror image in the plane theta = 0.
    first, most
        How many to begin with, and the most of them there are.
    resolved
        How many a density at a single angle is summed over.
    said
        What makes the density vary, in a few words.
    """

    @property
    def accuracy(self) -> float: ...
    @property
    def repeats(self) -> int: ...
    @property
    def mirrored(self) -> bool: ...
    @property
    def first(self) -> int: ...
    @property
    def most(self) -> int: ...
    @property
    def resolved(self) -> int: ...
    @property
    def said(self) -> str: ...

    def numbers(self, count: int) -> np.ndarray:
        """(count + 1,) n of harmonic 0 and of so many above it."""

    def phases_deg(self, count: int) -> np.ndarray:
        """(count + 1,) their phases: they go with cos(n theta - phase)."""

    def densities(self, count: int) -> np.ndarray:
        """(count, m, 3) amplitudes of J.n at start, end, midpoint of each facet."""

    def tail(self, weights: np.ndarray, theta_deg: Interval, count: int) -> float:
        """Bound on what those after so many add to a mean.

        That is one with weights (m, 3) along the line and over an interval of theta.
        """


class NoneAbove:
    """No harmonics above 0: the density is the same all around."""

    accuracy, repeats, mirrored, first, most, resolved, said = 0.0, 1, True, 0, 0, 0, ""

    def numbers(self, count: int) -> np.ndarray:
        return np.zeros(1, dtype=np.int64)

    def phases_deg(self, count: int) -> np.ndarray:
        return np.zeros(1)

    def densities(self, count: int) -> np.ndarray:
        return np.zeros((0, 1, 1))

    def tail(self, weights: np.ndarray, theta_deg: Interval, count: int) -> float:
        return 0.0


@dataclass(frozen=True, repr=False)
class FluxInterface(Pictured, Density):
    """Normal current density along an interface, A/um^2, positive from b into a.

    Attributes
    ----------
    values
        (m, 3) J.n of harmonic 0 at start, end, midpoint of each facet.
    above
        Harmonics above it.
    """

    values: np.ndarray
    above: HarmonicsAbove = field(default_factory=NoneAbove)
    drawn_as: ClassVar[str] = "flux"

    def __repr__(self) -> str:
        varies, span = self.varies_around, printed.span(self.values, "A/um2")
        return printed.lines(
            self.head,
            legs=printed.some(self.legs),
            source=self.above.said,
            current_density="" if varies else span,
            mean_around=span if varies else "",
            net_current=f"{self.net_current_a:.4g} A",
        )

    @property
    def varies_around(self) -> bool:
        """Whether J.n depends on the angle."""
        return self.above.most > 0

    @property
    def axisymmetric(self) -> FluxInterface:
        """J.n of harmonic 0 alone: the part that is the same all around."""
        return self._even if self.varies_around else self

    @cached_property
    def _even(self) -> FluxInterface:
        return FluxInterface(self.line, self.side, self.values)

    @property
    def harmonic_numbers(self) -> np.ndarray:
        """(k,) harmonics that densities at single angles are summed over, 0 among them."""
        return self.above.numbers(self.above.resolved)

    @property
    def phases_deg(self) -> np.ndarray:
        """(k,) their phases: they go with cos(n theta - phase)."""
        return self.above.phases_deg(self.above.resolved)

    @property
    def amplitudes(self) -> np.ndarray:
        """(k, m, 3) J.n of each of them at start, end, midpoint of each facet, A/um^2."""
        return self._amplitudes(self.above.resolved)

    def _amplitudes(self, count: int) -> np.ndarray:
        mean = self.values[None]
        return np.concatenate([mean, self.above.densities(count)]) if count else mean

    @property
    def repeats(self) -> int:
        """How often J.n repeats around the axis."""
        return self.above.repeats

    @property
    def jn_a_per_um2(self) -> np.ndarray:
        """(3 m,) mean around the axis of J.n at :attr:`points_um`; at one angle: :meth:`at`."""
        return self.values[:, [0, 2, 1]].ravel()

    @property
    def net_current_a(self) -> float:
        """Current from b into a; only harmonic 0 carries any."""
        return 2 * np.pi * total(self.line.traces(self.values))

    @property
    def mean_magnitude_a_per_um2(self) -> float:
        """Area mean of |J.n|; from angles around the circle where it depends on them."""
        if self.varies_around:
            angles = HALF_CIRCLE if self.above.mirrored else np.append(HALF_CIRCLE, -HALF_CIRCLE)
            return float(np.mean([self.at(t).mean_magnitude_a_per_um2 for t in angles]))
        return windows.magnitude_mean(self.line.traces(self.values))

    def at(self, theta_deg: float) -> FluxInterface:
        """J.n along the interface at one angle."""
        return self.mean_over((theta_deg, theta_deg), self.above.resolved)

    def mean_over(self, theta_deg: Interval, harmonics: int) -> FluxInterface:
        """Mean of J.n over an interval of theta, of so many harmonics above 0."""
        n, phase = self.above.numbers(harmonics), self.above.phases_deg(harmonics)
        cosine, _ = angle_means(n, theta_deg, phase)
        values = np.tensordot(cosine, self._amplitudes(harmonics), 1)
        return FluxInterface(self.line, self.side, values)

    def window(
        self, length_um: float, leg: str | None = None, theta_deg: Interval = WHOLE_CIRCLE
    ) -> FluxWindow:
        """Largest mean of J.n over windows L along s and ``theta_deg`` in angle.

        The mean is taken in the direction of the net current. Where there is none, the largest in
        either direction. That of a leg may be negative: then in all its windows current runs
        against that of the interface. Harmonics are added until those left out stay below the
        flow's ``accuracy``.
        """
        leg, theta_deg = leg_and_interval(leg, theta_deg)
        check_window(self.line, length_um, leg)
        check_angles(theta_deg)
        key = length_um, leg, (theta_deg[0], theta_deg[1])
        if key not in self._windows:
            found = [self._directed(length_um, leg, theta_deg, sign) for sign in self._directions]
            self._windows[key] = max(found, key=lambda w: w.current_density_max_a_per_um2)
        return self._windows[key]

    @cached_property
    def _windows(self) -> dict[tuple[float, str | None, Interval], FluxWindow]:
        return {}

    @cached_property
    def _directions(self) -> tuple[int, ...]:
        """Signs of J.n along the net current."""
        net, size = self.net_current_a, self.axisymmetric.mean_magnitude_a_per_um2
        if abs(net) <= NO_CURRENT * size * self.contact_area_um2:
            # a dead end, where current goes in and out again: the sign of its sum is round-off
            return 1, -1
        return (1,) if net > 0 else (-1,)

    def _directed(
        self, length_um: float, leg: str | None, theta_deg: Interval, sign: int
    ) -> FluxWindow:
        """Largest mean of J.n times a sign, with as many harmonics as it takes."""
        count, most = self.above.first, self.above.most
        while True:
            traces = self.line.traces(self.mean_over(theta_deg, count).values, leg)
            found = windows.extreme_mean(traces, length_um, sign)
            tail = 0.0
            if count:
                weights = weights_of(self.line, found.start_um, found.start_um + found.length_um)
                tail = self.above.tail(weights, theta_deg, count)
            enough = tail <= self.above.accuracy * abs(found.value)
            if enough or count >= most:
                return FluxWindow(
                    found.length_um,
                    sign * found.value,
                    found.start_um,
                    found.clipped,
                    theta_deg,
                    count,
                    tail,
                    enough,
                )
            count = min(more(count), most)

    def worst_window(self, length_um: float, arc_deg: float, leg: str | None = None) -> FluxWindow:
        """The window of a given width in angle, placed where its mean is largest."""
        check_window(self.line, length_um, leg)
        check_arc(arc_deg)
        half = arc_deg / 2
        found = self.window(length_um, leg, theta_deg=(-half, half))
        if not self.varies_around:
            return found
        n = self.above.numbers(found.harmonics)
        halves = 1 if self.above.mirrored else 2
        period = halves * 180.0 / self.repeats
        trials = np.linspace(0.0, period, halves * (ANGLES - 1) + 1)
        along = trial_means(
            self.line, length_um, leg, self._amplitudes(found.harmonics)
        ).T  # (windows, harmonics)
        width = arc_mean(n, np.radians(arc_deg) / 2)
        turned = np.outer(n, np.radians(trials))
        turned = turned - np.radians(self.above.phases_deg(found.harmonics))[:, None]
        means = along @ (width[:, None] * np.cos(turned))
        largest = np.max([(sign * means).max(axis=0) for sign in self._directions], axis=0)
        best = trials[int(largest.argmax())]
        step = trials[1]
        for _ in range(4):  # the best of the trials, then closer around it
            near = [found] if best == 0.0 else [
                self.window(length_um, leg, theta_deg=(x - half, x + half))
                for x in np.clip([best - step, best, best + step], 0.0, period)
            ]  # fmt: skip
            found = max([found, *near], key=lambda w: w.current_density_max_a_per_um2)
            if best == 0.0:
                break
            best, step = found.theta_middle_deg, step / 3
        return found

    def crowding(
        self, reference_area_um2: float, length_um: float = 1.0, arc_deg: float = 20.0
    ) -> float:
        """Largest window mean over |net current| / reference area, wherever on the circle it lies.

        The window is L along s and, where that matters, ``arc_deg`` wide in angle.
        """
        mean = abs(self.net_current_a) / reference_area_um2
        return self.worst_window(length_um, arc_deg).current_density_max_a_per_um2 / mean

    def harmonics(self, window: FluxWindow) -> MetricHarmonics:
        """What each harmonic adds to a window's mean, A/um^2, and what those left out may."""
        count, stop = window.harmonics, window.start_um + window.length_um
        n = self.above.numbers(count)
        row = weights_of(self.line, window.start_um, stop)
        means = np.tensordot(self._amplitudes(count), row, 2)
        share = angle_means(n, window.theta_deg, self.above.phases_deg(count))[0] * means
        if share.sum() * window.current_density_max_a_per_um2 < 0:
            share = -share
        return MetricHarmonics(n, share, window.tail_a_per_um2)
