"""Normal current density on the whole circle of an interface, and its window means.

Positive from b into a (:mod:`fem_bump.interfaces.densities`); windows as in
:mod:`fem_bump.interfaces.angular_windows`. Units: A/um^2, um, degrees.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from fem_bump import printed
from fem_bump.algebra.harmonics import (
    FIRST_HARMONICS,
    MOST_HARMONICS,
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
    check_angles,
    check_arc,
    trial_means,
    weights_of,
)
from fem_bump.interfaces.densities import FluxInterface, check_window

TAIL_TERMS = 4000


@dataclass(frozen=True, repr=False)
class AngularFluxWindow:
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
    theta_deg: Interval
    current_density_max_a_per_um2: float
    start_um: float
    clipped: bool
    harmonics: int
    tail_a_per_um2: float
    reached: bool

    def __repr__(self) -> str:
        low, high = self.theta_deg
        return printed.lines(
            f"AngularFluxWindow of {self.length_um:.4g} um x {high - low:.4g} deg"
            + (", clipped" if self.clipped else ""),
            current_density=f"{self.current_density_max_a_per_um2:.4g} A/um2 from "
            f"s = {self.start_um:.4g} um at {self.theta_middle_deg:.4g} deg",
            harmonics=f"{self.harmonics}, those left out add at most "
            f"{self.tail_a_per_um2:.2g} A/um2" + ("" if self.reached else ": not enough"),
        )

    @property
    def theta_middle_deg(self) -> float:
        """Middle of the angular interval."""
        return sum(self.theta_deg) / 2


class ArcSource(Protocol):
    """The source of a flow, as far as densities on an interface need to know it.

    Attributes
    ----------
    half_angle_deg, count
        Of its arcs.
    accuracy
        The share of a window mean that the harmonics left out may add to it.
    """

    half_angle_deg: float
    count: int
    accuracy: float

    @property
    def numbers(self) -> np.ndarray:
        """(k,) harmonics that fields are summed over, 0 among them."""

    def source_factor(self, n: np.ndarray) -> np.ndarray:
        """Amplitude of the source's harmonics over its mean."""


class AngularFluxInterface:
    """Normal current density on the whole circle of an interface, positive from b into a.

    Parameters
    ----------
    axisymmetric
        J.n of harmonic 0.
    source
        What the amplitudes of the others go with.
    unit_densities
        Count of harmonics above 0 to (count, m, 3) J.n per unit source amplitude.
    """

    def __init__(
        self,
        axisymmetric: FluxInterface,
        source: ArcSource,
        unit_densities: Callable[[int], np.ndarray],
    ) -> None:
        self._mean, self._source, self._unit_densities = axisymmetric, source, unit_densities
        self.line, self.side = axisymmetric.line, axisymmetric.side

    def __repr__(self) -> str:
        line = self.line
        return printed.lines(
            f"AngularFluxInterface {line.a}/{line.b}, side {self.side}: {len(line.facets)} facets",
            legs=printed.some(self.legs),
            source=f"{self.count} arcs of {2 * self._source.half_angle_deg:.4g} deg",
            mean_around=printed.span(self._mean.values, "A/um2"),
            net_current=f"{self.net_current_a:.4g} A",
        )

    def _amplitudes(self, count: int) -> np.ndarray:
        factor = self._source.source_factor(self._numbers(count))
        unit = self._unit_densities(count)
        return np.concatenate([self._mean.values[None], factor[1:, None, None] * unit])

    def _numbers(self, count: int) -> np.ndarray:
        return self._source.count * np.arange(count + 1)

    @property
    def harmonic_numbers(self) -> np.ndarray:
        """(k,) harmonics that densities at single angles are summed over, 0 among them."""
        return self._source.numbers

    @property
    def amplitudes(self) -> np.ndarray:
        """(k, m, 3) J.n of each harmonic at start, end, midpoint of each facet, A/um^2."""
        return self._amplitudes(len(self.harmonic_numbers) - 1)

    @property
    def axisymmetric(self) -> FluxInterface:
        """J.n of harmonic 0 alone."""
        return self._mean

    @property
    def count(self) -> int:
        """Number of arcs of the source."""
        return self._source.count

    @property
    def legs(self) -> tuple[str, ...]:
        """Leg names in the order of s."""
        return self.line.leg_names

    @property
    def net_current_a(self) -> float:
        """Current from b into a; only harmonic 0 carries any."""
        return self._mean.net_current_a

    @property
    def contact_area_um2(self) -> float:
        """Revolved area of the interface."""
        return self.line.area_um2

    @property
    def mean_magnitude_a_per_um2(self) -> float:
        """Mean over the area of the absolute J.n, from angles around the circle."""
        return float(np.mean([self.at(angle).mean_magnitude_a_per_um2 for angle in HALF_CIRCLE]))

    def at(self, theta_deg: float) -> FluxInterface:
        """J.n along the interface at one angle."""
        return self.mean_over((theta_deg, theta_deg), len(self.harmonic_numbers) - 1)

    def mean_over(self, theta_deg: Interval, harmonics: int) -> FluxInterface:
        """Mean of J.n over an interval of theta, of so many harmonics above 0."""
        cosine, _ = angle_means(self._numbers(harmonics), theta_deg)
        values = np.tensordot(cosine, self._amplitudes(harmonics), 1)
        return FluxInterface(self.line, self.side, values)

    def window(
        self, length_um: float, theta_deg: Interval = (0.0, 360.0), leg: str | None = None
    ) -> AngularFluxWindow:
        """Largest mean of J.n over windows L along s and ``theta_deg`` in angle.

        The mean is taken in the direction of the net current. Harmonics are added until those left
        out stay below the current's ``accuracy``.
        """
        check_window(self.line, length_um, leg)
        check_angles(theta_deg)
        sign = 1 if self.net_current_a >= 0 else -1
        count = FIRST_HARMONICS
        while True:
            traces = self.line.traces(self.mean_over(theta_deg, count).values, leg)
            found = windows.extreme_mean(traces, length_um, sign)
            tail = self._tail(found.start_um, found.start_um + found.length_um, theta_deg, count)
            enough = tail <= self._source.accuracy * abs(found.value)
            if enough or count >= MOST_HARMONICS:
                return AngularFluxWindow(
                    found.length_um,
                    theta_deg,
                    sign * found.value,
                    found.start_um,
                    found.clipped,
                    count,
                    tail,
                    enough,
                )
            count = more(count)

    def worst_window(
        self, length_um: float, arc_deg: float, leg: str | None = None
    ) -> AngularFluxWindow:
        """The window of a given width in angle, placed where its mean is largest."""
        check_window(self.line, length_um, leg)
        check_arc(arc_deg)
        half = arc_deg / 2
        found = self.window(length_um, (-half, half), leg)
        sign = 1 if self.net_current_a >= 0 else -1
        n = self._numbers(found.harmonics)
        period = 180.0 / self._source.count
        trials = np.linspace(0.0, period, ANGLES)
        along = trial_means(
            self.line, length_um, leg, self._amplitudes(found.harmonics)
        ).T  # (windows, harmonics)
        width = arc_mean(n, np.radians(arc_deg) / 2)
        around = width[:, None] * np.cos(np.outer(n, np.radians(trials)))
        best = trials[int((sign * along @ around).max(axis=0).argmax())]
        step = trials[1]
        for _ in range(4):  # the best of the trials, then closer around it
            near = [found] if best == 0.0 else [
                self.window(length_um, (x - half, x + half), leg)
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

        The window is L along s and ``arc_deg`` wide in angle.
        """
        mean = abs(self.net_current_a) / reference_area_um2
        return self.worst_window(length_um, arc_deg).current_density_max_a_per_um2 / mean

    def harmonics(self, window: AngularFluxWindow) -> MetricHarmonics:
        """What each harmonic adds to a window's mean, A/um^2, and what those left out may."""
        n, row = self._numbers(window.harmonics), self._row(window.start_um, window.length_um)
        sign = 1.0 if self.net_current_a >= 0 else -1.0
        means = np.tensordot(self._amplitudes(window.harmonics), row, 2)
        share = sign * angle_means(n, window.theta_deg)[0] * means
        return MetricHarmonics(n, share, window.tail_a_per_um2)

    def _row(self, start_um: float, length_um: float) -> np.ndarray:
        return weights_of(self.line, start_um, start_um + length_um)

    def _tail(self, start: float, stop: float, theta_deg: Interval, count: int) -> float:
        """Bound on the window mean of the harmonics left out.

        The window means of the unit responses decay; their envelope over the last third against
        the one before it gives the rate at which they go on. The factors of source and window are
        at most their envelopes.
        """
        unit = self._unit_densities(count)
        means = np.abs(np.tensordot(unit, weights_of(self.line, start, stop), 2))
        third = max(len(means) // 3, 1)
        last, before = means[-third:].max(), means[-2 * third : -third].max(initial=0.0)
        rate = min((last / before) ** (1 / third), 1.0) if before > 0 else 1.0
        k = np.arange(1, TAIL_TERMS + 1)
        n = self._source.count * (len(means) + k)
        source = 2 * np.minimum(1.0, 1 / (n * np.radians(self._source.half_angle_deg)))
        half = np.radians(theta_deg[1] - theta_deg[0]) / 2
        around = np.minimum(1.0, 1 / (n * half)) if half > 0 else np.ones(len(n))
        return float(last * (source * around * rate**k).sum())
