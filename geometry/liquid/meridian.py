"""A liquid surface's generating curve: points, tangents, curvatures, extremes, closest points.

It runs by arc length from the lower edge to the upper edge or apex, with the liquid on its left. A
sphere's is an arc in closed form, any other a sequence of Taylor polynomials that are exact to
rounding (:mod:`geometry.liquid.capillarity`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

from groundwork.roots import root_between


class Curve(Protocol):
    """A plane curve by arc length s: position, unit tangent and its turning rate."""

    def point(self, s: np.ndarray) -> np.ndarray: ...

    def tangent(self, s: np.ndarray) -> np.ndarray: ...

    def turning(self, s: np.ndarray) -> np.ndarray: ...

    def samples(self) -> np.ndarray: ...


@dataclass(frozen=True, eq=False)
class Arc:
    """Circle around the axis, between two angles from its upper pole, the second one smaller."""

    radius: float
    pole: float  # its height; the centre of a flat arc is too far away to be accurate
    first: float
    last: float
    length: float

    def _angle(self, s: np.ndarray) -> np.ndarray:
        # counted from the nearer end, so that neither loses digits
        from_start = self.first - s / self.radius
        from_end = self.last + (self.length - s) / self.radius
        return np.where(s < 0.5 * self.length, from_start, from_end)

    def point(self, s: np.ndarray) -> np.ndarray:
        a = self._angle(s)
        height = self.pole - 2.0 * self.radius * np.sin(0.5 * a) ** 2
        return np.stack([self.radius * np.sin(a), height])

    def tangent(self, s: np.ndarray) -> np.ndarray:
        a = self._angle(s)
        return np.stack([-np.cos(a), np.sin(a)])

    def turning(self, s: np.ndarray) -> np.ndarray:
        return np.full(s.shape, 1.0 / self.radius)

    def samples(self) -> np.ndarray:
        return np.linspace(0.0, self.length, 129)


@dataclass(frozen=True, eq=False)
class Series:
    """Taylor polynomials of r, z, cos phi and sin phi, step by step, in units of ``scale``."""

    steps: np.ndarray  # (n + 1,) arc length where each step starts, and the end
    coefficients: np.ndarray  # (n, 4, order + 1)
    scale: float
    base_z: float
    from_apex: bool  # integrated downwards from an apex, in a frame with z pointing down

    def _evaluate(self, s: np.ndarray, rows: tuple[int, int]) -> np.ndarray:
        x = np.asarray(s, dtype=float) / self.scale
        if self.from_apex:
            x = self.steps[-1] - x
        k = np.clip(np.searchsorted(self.steps, x, side="right") - 1, 0, len(self.steps) - 2)
        h = x - self.steps[k]
        chosen = self.coefficients[k][:, rows, :]
        out = chosen[:, :, -1].T
        for order in range(chosen.shape[2] - 2, -1, -1):
            out = out * h + chosen[:, :, order].T
        return out

    def _derivative(self, s: np.ndarray, rows: tuple[int, int]) -> np.ndarray:
        weighted = self.coefficients[:, :, 1:] * np.arange(1, self.coefficients.shape[2])
        padded = np.concatenate([weighted, np.zeros((*weighted.shape[:2], 1))], axis=2)
        return Series(self.steps, padded, self.scale, 0.0, self.from_apex)._evaluate(s, rows)

    def point(self, s: np.ndarray) -> np.ndarray:
        r, z = self._evaluate(s, (0, 1))
        if self.from_apex:
            bottom = np.polynomial.polynomial.polyval(
                self.steps[-1] - self.steps[-2], self.coefficients[-1, 1]
            )
            z = bottom - z
        return np.stack([r * self.scale, self.base_z + z * self.scale])

    def tangent(self, s: np.ndarray) -> np.ndarray:
        c, sn = self._evaluate(s, (2, 3))
        return np.stack([-c if self.from_apex else c, sn])

    def turning(self, s: np.ndarray) -> np.ndarray:
        # from derivatives of r and z alone, so that residuals of the law of Laplace mean something
        dr, dz = self._derivative(s, (0, 1))
        dc, ds = self._derivative(s, (2, 3))
        return (dr * ds - dz * dc) / self.scale

    def samples(self) -> np.ndarray:
        pieces = max(6, -(-96 // (len(self.steps) - 1)))
        inner = self.steps[:-1, None] + np.diff(self.steps)[:, None] * np.arange(pieces) / pieces
        s = np.append(inner.ravel(), self.steps[-1])
        return (self.steps[-1] - s[::-1] if self.from_apex else s) * self.scale


@dataclass(frozen=True, eq=False)
class Meridian:
    """Generating curve of a liquid surface, from its lower edge to its upper edge or apex.

    Attributes
    ----------
    kind
        ``sphere``, ``cylinder``, ``catenoid``, ``unduloid``, ``nodoid``, or ``young-laplace``
        (under gravity).
    length_um
        Arc length.
    volume_um3
        Integral of pi r^2 dz along the curve: the volume between it and the axis, over its range
        of z, a stretch that runs back down counted negative.
    start_um, end_um
        The curve's ends (r, z), exact.
    pressure_per_um
        Capillary pressure over surface tension where the curve starts: twice the mean curvature.
    gravity_per_um2
        B = rho g/gamma of :mod:`geometry.liquid.capillarity`, signed; 0 where gravity was left out.
    bond_number
        rho g a^2/gamma, a the (larger) pad radius, whether or not gravity was left out; None
        where the liquid's properties are not given.
    """

    kind: str
    length_um: float
    volume_um3: float
    start_um: tuple[float, float]
    end_um: tuple[float, float]
    pressure_per_um: float
    gravity_per_um2: float
    bond_number: float | None
    curve: Curve

    def at(self, t: np.ndarray | float) -> np.ndarray:
        """Points (2, N) at t in [0, 1], which is proportional to arc length."""
        t = self._parameter(t)
        out = self.curve.point(t * self.length_um)
        out[:, t == 0.0] = np.array(self.start_um)[:, None]
        out[:, t == 1.0] = np.array(self.end_um)[:, None]
        return out

    def tangent(self, t: np.ndarray | float) -> np.ndarray:
        """Unit tangents (2, N) towards the curve's end; the liquid lies to their left."""
        return self.curve.tangent(self._parameter(t) * self.length_um)

    def curvatures_per_um(self, t: np.ndarray | float) -> np.ndarray:
        """Principal curvatures (2, N), in the section and around the axis; a sphere's are > 0."""
        t = self._parameter(t)
        turning = self.curve.turning(t * self.length_um)
        r, sine = self.at(t)[0], self.tangent(t)[1]
        around = np.where(r > 0.0, sine / np.where(r > 0.0, r, 1.0), turning)
        return np.stack([turning, around])

    def project(self, points: np.ndarray) -> np.ndarray:
        """Parameter t of the point on the curve that is closest to each of ``points`` (2, N).

        The nearest of some hundred samples brackets the foot of the perpendicular, which Newton's
        method, kept inside that bracket, then finds to rounding.
        """
        points = np.asarray(points, dtype=float).reshape(2, -1)
        samples = self.curve.samples()
        r, z = self.curve.point(samples)
        nearest = np.empty(points.shape[1], dtype=int)
        for block in range(0, points.shape[1], 4096):
            part = points[:, block : block + 4096]
            distance = (part[0, :, None] - r) ** 2 + (part[1, :, None] - z) ** 2
            nearest[block : block + 4096] = distance.argmin(axis=1)
        low = samples[np.maximum(nearest - 1, 0)]
        high = samples[np.minimum(nearest + 1, len(samples) - 1)]
        s = samples[nearest]
        for _ in range(60):
            away, along = self.curve.point(s) - points, self.curve.tangent(s)
            slope = (away * along).sum(axis=0)
            low, high = np.where(slope < 0.0, s, low), np.where(slope > 0.0, s, high)
            across = away[1] * along[0] - away[0] * along[1]
            change = 1.0 + self.curve.turning(s) * across
            step = -slope / np.where(change > 0.0, change, 1.0)
            new = s + step
            outside = (new < low) | (new > high) | (change <= 0.0)
            new = np.where(outside, 0.5 * (low + high), new)
            moved = np.abs(new - s).max(initial=0.0)
            s = new
            if moved <= 1e-13 * self.length_um:
                break
        return np.clip(s / self.length_um, 0.0, 1.0)

    @property
    def contact_angles_deg(self) -> tuple[float, float | None]:
        """Angle inside the liquid at the lower edge, and at the upper one (None: an apex)."""
        (c0, c1), (s0, s1) = self.tangent(np.array([0.0, 1.0]))
        lower = math.degrees(math.atan2(s0, -c0))
        upper = math.degrees(math.atan2(s1, c1))
        lower, upper = (a if a > -90.0 else a + 360.0 for a in (lower, upper))
        return lower, (None if self.end_um[0] == 0.0 else upper)

    @property
    def axial_pull_um(self) -> float:
        """Force that draws the lower pad upwards, over the surface tension; the same on the upper
        pad downwards where there is no gravity."""
        r = self.start_um[0]
        return 2.0 * math.pi * r * float(self.tangent(0.0)[1, 0]) - (
            math.pi * r**2 * self.pressure_per_um
        )

    @cached_property
    def max_radius_um(self) -> float:
        return self._extreme(0, largest=True)

    @cached_property
    def min_radius_um(self) -> float:
        return self._extreme(0, largest=False)

    @cached_property
    def z_range_um(self) -> tuple[float, float]:
        """Lowest and highest point; beyond the ends where the liquid hangs over a pad's edge."""
        return self._extreme(1, largest=False), self._extreme(1, largest=True)

    def _extreme(self, row: int, largest: bool) -> float:
        s = self.curve.samples()
        slope = self.curve.tangent(s)[row]
        values = [self.start_um[row], self.end_um[row]]
        for k in np.flatnonzero(slope[:-1] * slope[1:] < 0.0):
            found = root_between(
                lambda x: float(self.curve.tangent(np.array([x]))[row, 0]), s[k], s[k + 1]
            )
            values.append(float(self.curve.point(np.array([found]))[row, 0]))
        return max(values) if largest else min(values)

    @staticmethod
    def _parameter(t: np.ndarray | float) -> np.ndarray:
        t = np.atleast_1d(np.asarray(t, dtype=float))
        if not np.all((t >= 0.0) & (t <= 1.0)):
            raise ValueError("t must lie in [0, 1]")
        return t
