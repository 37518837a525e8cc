"""Averages over windows of fixed arc length that slide along an interface.

Fields at a corner of two materials are singular, so the largest nodal value says more about the
mesh than about the design. The mean over a window of stated length, weight r ds, converges. The
density is a second-order polynomial on each facet and may jump from one facet to the next, so the
integrals are exact and the extreme over all window positions is found to round-off.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from fem_bump.algebra.quadrature import unit_gauss
from groundwork.compiled import kernel

SUBDIVISIONS = 6  # trial positions between two breakpoints, before the best ones are polished
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


@kernel
def _up_to(s, parts, total, position):
    """Integral up to a position, from those up to facet ends and polynomials on facets."""
    low, high = 0, len(s) - 1
    while high - low > 1:  # the facet that holds the position
        middle = (low + high) // 2
        if s[middle] <= position:
            low = middle
        else:
            high = middle
    return _on_facet(parts, total, low, (position - s[low]) / (s[low + 1] - s[low]))


@kernel
def _on_facet(parts, total, k, x):
    """Integral up to a place on a facet, x from 0 to 1 along it."""
    a, b, c, d, e = parts[k, 0], parts[k, 1], parts[k, 2], parts[k, 3], parts[k, 4]
    return total[k] + x * (a + x * (b + x * (c + x * (d + x * e))))


@kernel
def _facet_near(s, position, facet):
    """The facet that holds a position, looked for from another one on."""
    while facet > 0 and s[facet] > position:
        facet -= 1
    while facet < len(s) - 2 and s[facet + 1] <= position:
        facet += 1
    return facet


@kernel
def _cumulative(s, parts, total, positions):
    out = np.empty((len(parts), len(positions)))
    for k in range(len(parts)):
        for m in range(len(positions)):
            out[k, m] = _up_to(s, parts[k], total[k], positions[m])
    return out


@kernel
def _running(s, radius, values, parts, total):
    """Integrals of densities (k, m, 3 or 4) times r ds: on facets, and up to their ends."""
    for k in range(values.shape[0]):
        for m in range(values.shape[1]):
            v0, vm, v1 = values[k, m, 0], values[k, m, 1], values[k, m, 2]
            own = values[k, m, 3] if values.shape[2] == 4 else 0.0
            a, b = v0, -3 * v0 + 4 * vm - v1 + own
            c, d = 2 * (v0 - 2 * vm + v1) - 3 * own, 2 * own
            r0, dr, ds = radius[m], radius[m + 1] - radius[m], s[m + 1] - s[m]
            part = parts[k, m]
            part[0] = ds * a * r0
            part[1] = ds * (b * r0 + a * dr) / 2
            part[2] = ds * (c * r0 + b * dr) / 3
            part[3] = ds * (d * r0 + c * dr) / 4
            part[4] = ds * d * dr / 5
            total[k, m + 1] = total[k, m] + part.sum()


@dataclass(frozen=True)
class Trace:
    """A density along one unbroken chain of facets, each of which starts where the last one ends.

    Attributes
    ----------
    s
        (m + 1,) arc length at the facet ends, um.
    radius
        (m + 1,) r at the facet ends, um.
    values
        (m, 3) density at each facet's start, middle and end; or (m, 4), with what is added of
        x (1 - x) (1 - 2 x), x from 0 to 1 along it. Several densities have axes before these.
    closed
        It ends in the point where it starts, and windows go on across that point.
    """

    s: np.ndarray
    radius: np.ndarray
    values: np.ndarray
    closed: bool = False

    @property
    def extent_um(self) -> float:
        """Arc length from its start to its end."""
        return float(self.s[-1] - self.s[0])

    def unrolled(self, span_um: float) -> Trace:
        """As far beyond its end as windows of a span reach that start before it; else itself."""
        if not self.closed or span_um >= self.extent_um:
            return self
        again = int(np.searchsorted(self.s, self.s[0] + span_um))
        return Trace(
            np.append(self.s, self.s[1 : again + 1] + self.extent_um),
            np.append(self.radius, self.radius[1 : again + 1]),
            np.concatenate([self.values, self.values[..., :again, :]], axis=-2),
        )

    def integral(self) -> float:
        """Integral of density * r ds."""
        return float(self.running()[1][..., -1].sum())

    def running(self) -> tuple[np.ndarray, np.ndarray]:
        """Integral on facets, (..., m, 5) coefficients, and (..., m + 1) up to the facets' ends.

        Coefficients are those of x, x^2 and so on, x from 0 to 1 along the facet.
        """
        *several, m, n = self.values.shape
        values = np.ascontiguousarray(self.values, dtype=float).reshape(-1, m, n)
        parts, total = np.empty((len(values), m, 5)), np.zeros((len(values), m + 1))
        s, radius = (np.ascontiguousarray(one, dtype=float) for one in (self.s, self.radius))
        _running(s, radius, values, parts, total)
        return parts.reshape(*several, m, 5), total.reshape(*several, m + 1)

    def cumulative(self):
        """Function: integral of density * r ds from the start up to arc lengths of any shape."""
        parts, total = self.running()
        s = np.ascontiguousarray(self.s, dtype=float)
        each = parts.reshape(-1, *parts.shape[-2:]), total.reshape(-1, total.shape[-1])

        def at(position: np.ndarray) -> np.ndarray:
            places = np.asarray(position, dtype=float)
            found = _cumulative(s, *each, places.ravel())
            return found.reshape((*parts.shape[:-2], *places.shape))

        return at


def extreme_mean(traces: list[Trace], length_um: float, sign: int) -> Extreme:
    """Largest (sign = 1) or smallest (-1) mean over all windows of a given length.

    A chain shorter than the window does not count. If all are, the window is as long as the longest
    of them: means over different lengths would not compare.
    """
    (found,) = extreme_means(traces, length_um, (sign,))
    return found


def extreme_means(
    traces: list[Trace], length_um: float, signs: tuple[int, ...] = (1, -1)
) -> list[Extreme]:
    """:func:`extreme_mean` of several signs, whose integrals are the same."""
    span, clipped, counts = _span(traces, length_um)
    best: dict[int, Extreme] = {}
    for trace, counted in zip(traces, counts, strict=True):
        if not counted:
            continue
        whole = trace.unrolled(span)
        s, own = np.ascontiguousarray(whole.s, dtype=float), min(span, trace.extent_um)
        integrals = *whole.running(), *_unit(whole).running()
        for sign in signs:
            value, start = _largest(s, *integrals, own, float(sign))
            if sign not in best or value > sign * best[sign].value:
                start = float(s[0] + (start - s[0]) % trace.extent_um) if trace.closed else start
                best[sign] = Extreme(sign * value, start, own, clipped)
    return [best[sign] for sign in signs]


def _span(traces: list[Trace], length_um: float) -> tuple[float, bool, list[bool]]:
    """Length of the windows that a length asks for, whether it is clipped, which chains count."""
    if not traces:
        raise ValueError("an interface without facets has no window average")
    longest = max(trace.extent_um for trace in traces)
    # a leg that is meant to be as long as the window may miss it by round-off
    span = min(length_um, longest)
    counts = [trace.extent_um >= span * (1 - 1e-9) for trace in traces]
    return span, bool(longest <= length_um * (1 + 1e-9)), counts


def cubic_mean_weights(
    s0: np.ndarray,
    length: np.ndarray,
    r0: np.ndarray,
    r1: np.ndarray,
    intervals: Iterable[tuple[float, float]],
) -> np.ndarray:
    """(m, 4) weights at each facet's start, end, midpoint whose product with a density is its mean.

    And the weight of x (1 - x) (1 - 2 x) on each facet, x running from 0 at its start to 1 at its
    end. The mean is over intervals of arc length, weight r ds; ``s0``, ``length``, ``r0``, ``r1``
    are (m,): arc length at the facet's start, its length, r at its ends.
    """
    out = np.zeros((len(s0), 4))
    for start, stop in intervals:
        # cubic functions times r are quartic: three Gauss points integrate them exactly
        _add_weights(s0, length, r0, r1, start, stop, *unit_gauss(3), out)
    return out / out[:, :3].sum()


@kernel
def _add_weights(s0, length, r0, r1, start, stop, points, weights, out):
    """Integrals over an interval of the four functions of each facet times r ds."""
    for k in range(len(s0)):
        if s0[k] >= stop or s0[k] + length[k] <= start:
            continue
        low = min(max((start - s0[k]) / length[k], 0.0), 1.0)
        high = min(max((stop - s0[k]) / length[k], 0.0), 1.0)
        for q in range(len(points)):
            x = low + (high - low) * points[q]
            w = weights[q] * (high - low) * length[k] * (r0[k] + (r1[k] - r0[k]) * x)
            a, b = 1 - x, 1 - 2 * x
            out[k, 0] += w * a * b
            out[k, 1] -= w * x * b
            out[k, 2] += w * 4 * x * a
            out[k, 3] += w * x * a * b


@dataclass(frozen=True)
class TrialWindows:
    """Windows among which the extreme of any density on the same traces lies close.

    Attributes
    ----------
    starts, stops
        Arc lengths per trace that counts, None for one that does not (see :func:`extreme_mean`).
    """

    starts: tuple[np.ndarray | None, ...]
    stops: tuple[np.ndarray | None, ...]
    weights: tuple[np.ndarray | None, ...]

    @classmethod
    def of(cls, traces: list[Trace], length_um: float) -> TrialWindows:
        span, _, counts = _span(traces, length_um)
        starts: list[np.ndarray | None] = []
        stops: list[np.ndarray | None] = []
        weights: list[np.ndarray | None] = []
        for trace, counted in zip(traces, counts, strict=True):
            if not counted:
                starts, stops, weights = [*starts, None], [*stops, None], [*weights, None]
                continue
            whole, own = trace.unrolled(span), min(span, trace.extent_um)
            s0, last = whole.s[0], whole.s[-1] - own
            low = np.unique(np.clip(np.concatenate([whole.s, whole.s - own]), s0, last))
            area = _unit(whole).cumulative()
            starts.append(low)
            stops.append(low + own)
            weights.append(area(low + own) - area(low))
        return cls(tuple(starts), tuple(stops), tuple(weights))

    def means(self, traces: list[Trace]) -> np.ndarray:
        """(..., windows) mean of densities in every window, one trace after the other."""
        out = []
        for trace, low, high, weight in zip(
            traces, self.starts, self.stops, self.weights, strict=True
        ):
            if low is not None:
                assert high is not None
                density = trace.unrolled(float(high[0] - low[0])).cumulative()
                out.append((density(high) - density(low)) / weight)
        return np.concatenate(out, axis=-1)


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
    x, w = unit_gauss(6)
    out = 0.0
    for trace in traces:
        v0, vm, v1 = trace.values.T[:, :, None]
        value = v0 * (1 - x) * (1 - 2 * x) + 4 * vm * x * (1 - x) + v1 * x * (2 * x - 1)
        radius = trace.radius[:-1, None] + np.diff(trace.radius)[:, None] * x
        out += float((np.abs(value) * radius * w * np.diff(trace.s)[:, None]).sum())
    return out / total


def _unit(trace: Trace) -> Trace:
    return Trace(trace.s, trace.radius, np.ones((len(trace.s) - 1, 3)))


@kernel
def _largest(s, parts, total, area_parts, area, span, sign):
    """Largest ``sign`` times mean over windows of a span, and where its window starts."""

    def mean(start, i, j):
        x, y = (start - s[i]) / (s[i + 1] - s[i]), (start + span - s[j]) / (s[j + 1] - s[j])
        whole = _on_facet(parts, total, j, y) - _on_facet(parts, total, i, x)
        return (
            sign * whole / (_on_facet(area_parts, area, j, y) - _on_facet(area_parts, area, i, x))
        )

    # facets that hold the window's ends: those of one window are near those of the window before
    i, j = 0, _facet_near(s, s[0] + span, 0)
    last = s[-1] - span
    if last <= s[0] + 1e-12 * span:
        return mean(s[0], i, j), s[0]
    # the mean is smooth between starts at which either end of the window passes a facet's end
    breaks = np.unique(np.clip(np.concatenate((s, s - span)), s[0], last))
    count = SUBDIVISIONS * (len(breaks) - 1) + 1
    trial, found = np.empty(count), np.empty(count)
    for k in range(count):
        piece, step = divmod(k, SUBDIVISIONS)
        trial[k] = breaks[piece]
        if step:
            trial[k] += (breaks[piece + 1] - breaks[piece]) * step / SUBDIVISIONS
        i, j = _facet_near(s, trial[k], i), _facet_near(s, trial[k] + span, j)
        found[k] = mean(trial[k], i, j)
    # every local maximum is closed in on: on long facets the best trial need not lead to the best
    order = np.argsort(-found, kind="mergesort")
    value, start = found[order[0]], trial[order[0]]
    closed = 0
    for k in order:
        if (k > 0 and found[k - 1] > found[k]) or (k < count - 1 and found[k + 1] > found[k]):
            continue
        low, high = trial[max(k - 1, 0)], trial[min(k + 1, count - 1)]
        i = min(np.searchsorted(s, low), len(s) - 2)
        j = min(np.searchsorted(s, low + span), len(s) - 2)
        for _ in range(ZOOMS):
            step = (high - low) / 8
            best, at = -np.inf, 0
            for m in range(9):
                at_m = low + step * m
                i, j = _facet_near(s, at_m, i), _facet_near(s, at_m + span, j)
                y = mean(at_m, i, j)
                if y > best:
                    best, at = y, m
            if best > value:
                value, start = best, low + step * at
            low, high = low + step * max(at - 1, 0), low + step * min(at + 1, 8)
        closed += 1
        if closed == CANDIDATES:
            break
    return value, start
