"""Averages over windows of fixed arc length that slide along an interface.

Fields at a corner of two materials are singular, so the largest nodal value says more about the
mesh than about the design. The mean over a window of stated length, weight r ds, converges. The
density is a second-order polynomial on each facet and may jump from one facet to the next, so the
integrals are exact and the extreme over all window positions is found to round-off.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

SUBDIVISIONS = 6  # trial positions between two breakpoints, before the best ones are polished
CUBIC_PIECES = 4
CANDIDATES, ZOOMS = 16, 12  # how many are, and how often their surroundings shrink to a quarter


@dataclass(frozen=True)
class Extreme:
    """Extreme window mean, where its window starts (um of arc length), and its actual length.

    ``clipped``: the window holds the whole trace, so that the extreme is its mean.
    """

    value: float
    start_um: float
    length_um: float
    clipped: bool


@njit(cache=True)
def _cumulative(s, cubic, total, positions):
    """Integrals up to positions, from those up to facet ends and coefficients on facets."""
    out = np.empty(len(positions))
    for m in range(len(positions)):
        low, high = 0, len(s) - 1
        while high - low > 1:  # the facet that holds the position
            middle = (low + high) // 2
            if s[middle] <= positions[m]:
                low = middle
            else:
                high = middle
        x = (positions[m] - s[low]) / (s[low + 1] - s[low])
        c = cubic[low]
        out[m] = total[low] + x * (c[0] + x * (c[1] + x * (c[2] + x * c[3])))
    return out


@dataclass(frozen=True)
class Trace:
    """A density along one unbroken chain of facets.

    Attributes
    ----------
    s
        (m + 1,) arc length at the facet ends, um.
    radius
        (m + 1,) r at the facet ends, um.
    values
        (m, 3) density at each facet's start, middle and end.
    """

    s: np.ndarray
    radius: np.ndarray
    values: np.ndarray

    def _cubic(self) -> np.ndarray:
        """(m, 4) coefficients of density * r * length in the facet coordinate."""
        v0, vm, v1 = self.values.T
        c0, c1, c2 = v0, -3 * v0 + 4 * vm - v1, 2 * (v0 - 2 * vm + v1)
        r0, dr = self.radius[:-1], np.diff(self.radius)
        return (
            np.diff(self.s)[:, None]
            * np.array([c0 * r0, c1 * r0 + c0 * dr, c2 * r0 + c1 * dr, c2 * dr]).T
        )

    def integral(self) -> float:
        """Integral of density * r ds."""
        return float((self._cubic() / np.arange(1, 5)).sum())

    def cumulative(self):
        """Function: integral of density * r ds from the start up to arc length s."""
        cubic = self._cubic() / np.arange(1, 5)
        total = np.concatenate([[0.0], np.cumsum(cubic.sum(axis=1))])
        s = np.ascontiguousarray(self.s, dtype=float)

        def at(position: np.ndarray) -> np.ndarray:
            places = np.asarray(position, dtype=float)
            return _cumulative(s, cubic, total, places.ravel()).reshape(places.shape)

        return at


def with_cubic_part(trace: Trace, own: np.ndarray) -> Trace:
    """A trace whose density has ``own`` (m,) times x (1 - x) (1 - 2 x) added on every facet.

    Facets are cut into CUBIC_PIECES, on which quadratic polynomials follow the cubic one.
    """
    x = np.arange(2 * CUBIC_PIECES + 1) / (2 * CUBIC_PIECES)
    v0, vm, v1 = trace.values.T[:, :, None]
    value = v0 * (1 - x) * (1 - 2 * x) + 4 * vm * x * (1 - x) + v1 * x * (2 * x - 1)
    value = value + own[:, None] * x * (1 - x) * (1 - 2 * x)
    pieces = np.stack([value[:, 0:-2:2], value[:, 1::2], value[:, 2::2]], axis=2).reshape(-1, 3)

    def cut(ends: np.ndarray) -> np.ndarray:
        inner = ends[:-1, None] + np.diff(ends)[:, None] * x[0:-1:2]
        return np.append(inner.ravel(), ends[-1])

    return Trace(cut(trace.s), cut(trace.radius), pieces)


def extreme_mean(traces: list[Trace], length_um: float, sign: int) -> Extreme:
    """Largest (sign = 1) or smallest (-1) mean over all windows of a given length.

    A chain shorter than the window counts only if all are: then each is averaged whole.
    """
    if not traces:
        raise ValueError("an interface without facets has no window average")
    longest = max(trace.s[-1] - trace.s[0] for trace in traces)
    # a leg that is meant to be as long as the window may miss it by round-off
    enough = length_um * (1 - 1e-9)
    clipped = bool(longest <= length_um * (1 + 1e-9))
    best: Extreme | None = None
    for trace in traces:
        s0, s1 = trace.s[0], trace.s[-1]
        if not clipped and s1 - s0 < enough:
            continue
        span = min(length_um, s1 - s0)
        density, weight = trace.cumulative(), _unit(trace).cumulative()

        def mean(start, density=density, weight=weight, span=span):
            return (density(start + span) - density(start)) / (weight(start + span) - weight(start))

        value, start = _largest(lambda x, f=mean: sign * f(x), trace.s, span)
        if best is None or value > sign * best.value:
            best = Extreme(sign * value, start, span, clipped)
    assert best is not None
    return best


def mean_weights(
    s0: np.ndarray, length: np.ndarray, r0: np.ndarray, r1: np.ndarray, start: float, stop: float
) -> np.ndarray:
    """(m, 3) weights at each facet's start, end, midpoint whose product with a density is its mean.

    The mean is over arc lengths ``start`` to ``stop``, weight r ds; ``s0``, ``length``, ``r0``,
    ``r1`` are (m,): arc length at the facet's start, its length, r at its ends.
    """
    return cubic_mean_weights(s0, length, r0, r1, start, stop)[:, :3]


def cubic_mean_weights(
    s0: np.ndarray, length: np.ndarray, r0: np.ndarray, r1: np.ndarray, start: float, stop: float
) -> np.ndarray:
    """(m, 4) as :func:`mean_weights`, and the weight of x (1 - x) (1 - 2 x) on each facet.

    x runs from 0 at the facet's start to 1 at its end.
    """
    out = np.zeros((len(s0), 4))
    here = np.nonzero((s0 < stop) & (s0 + length > start))[0]
    low = np.clip((start - s0[here]) / length[here], 0.0, 1.0)
    high = np.clip((stop - s0[here]) / length[here], 0.0, 1.0)
    # cubic functions times r are quartic: three Gauss points integrate them exactly
    for point, weight in zip(*np.polynomial.legendre.leggauss(3), strict=True):
        x = (low + high) / 2 + (high - low) / 2 * point
        w = weight * (high - low) / 2 * length[here] * (r0[here] + (r1 - r0)[here] * x)
        a, b = 1 - x, 1 - 2 * x
        out[here] += w[:, None] * np.array([a * b, -x * b, 4 * x * a, x * a * b]).T
    return out / out[:, :3].sum()


@dataclass(frozen=True)
class TrialWindows:
    """Windows among which the extreme of any density on the same traces lies close.

    Attributes
    ----------
    starts, stops
        Arc lengths per trace that counts, None for one that does not (as in
        :func:`extreme_mean`, a chain shorter than the window counts only if all are).
    """

    starts: tuple[np.ndarray | None, ...]
    stops: tuple[np.ndarray | None, ...]
    weights: tuple[np.ndarray | None, ...]

    @classmethod
    def of(cls, traces: list[Trace], length_um: float) -> TrialWindows:
        longest = max(trace.s[-1] - trace.s[0] for trace in traces)
        starts: list[np.ndarray | None] = []
        stops: list[np.ndarray | None] = []
        weights: list[np.ndarray | None] = []
        for trace in traces:
            s0, s1 = trace.s[0], trace.s[-1]
            if longest > length_um * (1 + 1e-9) and s1 - s0 < length_um * (1 - 1e-9):
                starts, stops, weights = [*starts, None], [*stops, None], [*weights, None]
                continue
            span = min(length_um, s1 - s0)
            low = np.unique(np.clip(np.concatenate([trace.s, trace.s - span]), s0, s1 - span))
            area = _unit(trace).cumulative()
            starts.append(low)
            stops.append(low + span)
            weights.append(area(low + span) - area(low))
        return cls(tuple(starts), tuple(stops), tuple(weights))

    def means(self, traces: list[Trace]) -> np.ndarray:
        """Mean of a density in every window, one trace after the other."""
        out = []
        for trace, low, high, weight in zip(
            traces, self.starts, self.stops, self.weights, strict=True
        ):
            if low is not None:
                density = trace.cumulative()
                out.append((density(high) - density(low)) / weight)
        return np.concatenate(out)


def share_above(traces: list[Trace], threshold: float) -> float:
    """Share of the area (weight r ds) on which the density exceeds a threshold."""
    above = total = 0.0
    x = (np.arange(32) + 0.5) / 32
    for trace in traces:
        v0, vm, v1 = trace.values.T[:, :, None]
        value = v0 * (1 - x) * (1 - 2 * x) + 4 * vm * x * (1 - x) + v1 * x * (2 * x - 1)
        area = np.diff(trace.s)[:, None] * (
            trace.radius[:-1, None] + np.diff(trace.radius)[:, None] * x
        )
        above += float(area[value > threshold].sum())
        total += float(area.sum())
    return above / total


def magnitude_mean(traces: list[Trace]) -> float:
    """Mean of the absolute density, weight r ds: the scale against which errors are judged."""
    total = sum(_unit(trace).integral() for trace in traces)
    x, w = np.polynomial.legendre.leggauss(6)
    x, w = (x + 1) / 2, w / 2
    out = 0.0
    for trace in traces:
        v0, vm, v1 = trace.values.T[:, :, None]
        value = v0 * (1 - x) * (1 - 2 * x) + 4 * vm * x * (1 - x) + v1 * x * (2 * x - 1)
        radius = trace.radius[:-1, None] + np.diff(trace.radius)[:, None] * x
        out += float((np.abs(value) * radius * w * np.diff(trace.s)[:, None]).sum())
    return out / total


def _unit(trace: Trace) -> Trace:
    return Trace(trace.s, trace.radius, np.ones_like(trace.values))


def _largest(f, s: np.ndarray, span: float) -> tuple[float, float]:
    last = s[-1] - span
    if last <= s[0] + 1e-12 * span:
        return float(f(np.array(s[0]))), float(s[0])
    breaks = np.concatenate([s, s - span])
    breaks = np.unique(np.clip(breaks, s[0], last))
    inner = np.linspace(0, 1, SUBDIVISIONS, endpoint=False)
    trial = (breaks[:-1, None] + np.diff(breaks)[:, None] * inner).ravel()
    trial = np.append(trial, last)
    found = f(trial)
    # every local maximum is closed in on: on long facets the best trial need not lead to the best
    beside = np.concatenate([[-np.inf], found, [-np.inf]])
    peaks = np.nonzero((found >= beside[:-2]) & (found >= beside[2:]))[0]
    peaks = peaks[np.argsort(-found[peaks], kind="stable")[:CANDIDATES]]
    low, high = trial[np.maximum(peaks - 1, 0)], trial[np.minimum(peaks + 1, len(trial) - 1)]
    value, start = found[peaks[0]], trial[peaks[0]]
    share, row = np.linspace(0, 1, 9), np.arange(len(peaks))
    for _ in range(ZOOMS):
        x = low[:, None] + (high - low)[:, None] * share
        y = f(x)
        best = y.argmax(axis=1)
        top = int(y[row, best].argmax())
        if y[top, best[top]] > value:
            value, start = y[top, best[top]], x[top, best[top]]
        low, high = x[row, np.maximum(best - 1, 0)], x[row, np.minimum(best + 1, 8)]
    return float(value), float(start)
