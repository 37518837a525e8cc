"""Equilibrium of an axisymmetric liquid surface between pinned edges, and where it ends.

A curve that meets its targets (radius, height, volume) is found by shooting with Newton's method,
followed from the sphere in small steps of volume or load; equations (1) and (2), sources and the
criterion of stability are in :mod:`geometry.liquid.integrate`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from geometry.errors import DesignError
from geometry.liquid.integrate import I1, I2, PHI, T1, T2, VOLUME, Y1, Y2, R, Z, probe

FAINT = 1e-2  # gravity over tension below which the order of the two makes no other path
MAX_TRIES = 1000  # a tenth of them is usual at a limit of stability


# ---------------------------------------------------------------------------------------------
# Shooting, in lengths over the larger pad radius

Shoot = Callable[[np.ndarray, float], "Shot | None"]


class Shot(NamedTuple):
    """Newton's correction of the unknowns, how far the curve misses, whether it is sound, and the
    smaller of its angles with the pads."""

    step: np.ndarray
    miss: float
    sound: bool
    angle: float = math.inf


def shoot_cap(x: np.ndarray, volume: float, weight: float, hangs: bool) -> Shot | None:
    """Unknowns: log of the apex pressure, arc length. Targets: radius 1, ``volume``."""
    pressure, length = math.exp(x[0]), x[1]
    end, stable, ok = probe(0.0, 0.0, pressure, weight, length)
    if not ok:
        return None
    c, s = math.cos(end[PHI]), math.sin(end[PHI])
    miss_r, miss_v = 1.0 - end[R], volume - end[VOLUME]
    # columns: pressure, and the foot's move along the tangent
    area = math.pi * end[R] ** 2
    a11, a12 = end[Y2] * s, c
    a21, a22 = 2.0 * math.pi * end[I2] - area * c * end[Y2], area * s
    det = a11 * a22 - a12 * a21
    if det == 0.0:
        return None
    dp = (miss_r * a22 - a12 * miss_v) / det
    along = (a11 * miss_v - a21 * miss_r) / det
    step = np.array([dp / pressure, along + end[T2] * dp])
    # a drop that sits on its base is stable for any angle below 180 degrees
    sound = 0.0 < end[PHI] <= math.pi and (not hangs or stable)
    return Shot(step, max(abs(miss_r), abs(miss_v) / volume), sound)


def _shoot_bridge(
    x: np.ndarray, lower: float, upper: float, standoff: float, volume: float, weight: float
) -> Shot | None:
    """Unknowns: slope and pressure at the lower edge, arc length."""
    end, stable, ok = probe(lower, x[0], x[1], weight, x[2])
    if not ok:
        return None
    c, s = math.cos(end[PHI]), math.sin(end[PHI])
    miss_r, miss_z, miss_v = upper - end[R], standoff - end[Z], volume - end[VOLUME]
    normal, along = miss_r * s - miss_z * c, miss_r * c + miss_z * s
    swept = (miss_v - math.pi * end[R] ** 2 * miss_z) / (2.0 * math.pi)
    det = end[Y2] * end[I1] - end[Y1] * end[I2]
    if det == 0.0:
        return None
    turn = (normal * end[I2] - end[Y2] * swept) / det
    dp = (-end[Y1] * swept + end[I1] * normal) / det
    step = np.array([turn, dp, along - end[T1] * turn + end[T2] * dp])
    miss = max(abs(miss_r), abs(miss_z) / standoff, abs(miss_v) / volume)
    sound, angle = stable and _clear_of_pads(x[0], end[PHI]), min(math.pi - x[0], end[PHI])
    return Shot(step, miss, sound, angle)


def shoot_loaded(
    x: np.ndarray, lower: float, upper: float, volume: float, pull: float
) -> Shot | None:
    """Unknowns: slope at the lower edge, arc length; the pressure follows from the axial pull."""
    pressure = 2.0 * math.sin(x[0]) / lower - pull / (math.pi * lower**2)
    end, stable, ok = probe(lower, x[0], pressure, 0.0, x[1])
    if not ok:
        return None
    c, s = math.cos(end[PHI]), math.sin(end[PHI])
    rate = 2.0 * math.cos(x[0]) / lower  # of the pressure with the slope
    y, i, t = (rate * end[two] - end[one] for two, one in ((Y2, Y1), (I2, I1), (T2, T1)))
    miss_r, miss_v = upper - end[R], volume - end[VOLUME]
    area = math.pi * end[R] ** 2
    a11, a12, a21, a22 = s * y, c, 2.0 * math.pi * i - area * c * y, area * s
    det = a11 * a22 - a12 * a21
    # negative on the unloaded sphere; it vanishes where the load has its extreme
    if det == 0.0:
        return None
    turn = (miss_r * a22 - a12 * miss_v) / det
    along = (a11 * miss_v - a21 * miss_r) / det
    sound = stable and _clear_of_pads(x[0], end[PHI]) and det < 0.0
    angle, step = min(math.pi - x[0], end[PHI]), np.array([turn, along + t * turn])
    return Shot(step, max(abs(miss_r), abs(miss_v) / volume), sound, angle)


def _clear_of_pads(start: float, end: float) -> bool:
    """Whether the surface neither cuts into a pad's face nor curls round behind it."""
    tiny = 1e-12
    return -0.5 * math.pi <= start <= math.pi + tiny and -tiny <= end <= 1.5 * math.pi


def _newton(shoot: Shoot, x: np.ndarray, share: float) -> tuple[np.ndarray, float] | None:
    """Solution near ``x`` that is sound, and its angle with the pads, or None."""
    first = x
    previous = math.inf
    for _ in range(12):
        shot = shoot(x, share)
        if shot is None:
            return None
        size = float(np.abs(shot.step / (np.abs(x) + 1.0)).max())
        if shot.miss <= 1e-11 and (size <= 1e-13 or size >= 0.5 * previous):
            return (x, shot.angle) if shot.sound else None
        if size > min(0.5, previous) or (size < 1e-9 and not shot.sound):
            return None
        previous = size
        x = x + shot.step
        if x[-1] <= 0.0 or abs(x[-1] / first[-1] - 1.0) > 0.5 or abs(x[0] - first[0]) > 0.7:
            return None
    return None


def follow(
    shoot: Shoot, x: np.ndarray, careful: float = 0.02, finest: float = 1e-8
) -> tuple[np.ndarray, float]:
    """Follows a solution from share 0 to 1; returns the last sound one and its share.

    Near the pads steps are no longer than ``careful``: between equal pads about 0.805 radii apart
    the contact angle falls below zero and rises again as volume falls, and a long step would jump
    that gap."""
    share, ahead = 0.0, 1.0
    slope: np.ndarray | None = None
    start = shoot(x, 0.0)
    small = 0.1 if start is None else min(0.1, 0.5 * start.angle)
    for _ in range(MAX_TRIES):
        if share == 1.0:
            return x, share
        aim = min(1.0, share + ahead)
        found = _newton(shoot, x if slope is None else x + slope * (aim - share), aim)
        if found is None or (found[1] < small and aim - share > careful):
            ahead *= 0.5
            if ahead < finest:
                return x, share
            continue
        slope = (found[0] - x) / (aim - share)
        x, share, ahead = found[0], aim, 2.0 * ahead
    raise DesignError(
        "volume_um3, radii and standoff_um differ so much in size that a liquid surface could "
        "neither be found nor be ruled out; bring them closer together"
    )


@dataclass(frozen=True)
class Gap:
    """Two pinned edges, in lengths over the larger pad radius ``scale`` (um)."""

    lower: float
    upper: float
    standoff: float
    scale: float

    @property
    def centre(self) -> float:
        """Height of the centre of the sphere through both edges."""
        return 0.5 * (self.standoff + (self.upper**2 - self.lower**2) / self.standoff)

    @property
    def zone_volume(self) -> float:
        h = self.standoff
        return math.pi * h * (3.0 * (self.lower**2 + self.upper**2) + h * h) / 6.0

    def zone_angles(self) -> tuple[float, float]:
        """From the upper pole of that sphere to the lower and to the upper edge."""
        first = math.atan2(self.lower, -self.centre)
        return first, math.atan2(self.upper, self.standoff - self.centre)

    def zone_start(self) -> np.ndarray:
        """Slope, pressure and arc length of the zone of the sphere."""
        radius = math.hypot(self.lower, self.centre)
        first, last = self.zone_angles()
        turned = first - last
        if turned < 0.5 * math.pi:  # the chord tells small angles better than their difference
            chord = math.hypot(self.upper - self.lower, self.standoff)
            turned = 2.0 * math.asin(0.5 * chord / radius)
        return np.array([math.pi - first, 2.0 / radius, radius * turned])

    def reach(self, volume: float, weight: float) -> np.ndarray | None:
        """Slope, pressure and arc length of the stable surface, or None if it cannot be reached.

        From the sphere along a straight path, or volume before gravity, or gravity first: a stable
        target may lie behind an unstable stretch of any one of them."""
        paths: list[list[tuple[tuple[float, float], tuple[float, float]]]]
        sphere, goal = (self.zone_volume, 0.0), (volume, weight)
        paths = [[(sphere, goal)]]
        if abs(weight) > FAINT:
            paths += [[(sphere, by), (by, goal)] for by in ((volume, 0.0), (sphere[0], weight))]
        for path in paths:
            x, reached = self.zone_start(), 1.0
            for here, there in path:
                x, reached = self._go(x, here, there)
                if reached < 1.0:
                    break
            if reached == 1.0:
                return x
        return None

    def volume_range(self, weight: float) -> tuple[float, float] | None:
        """Limits around a volume that is stable: the sphere's; under gravity less may be, too."""
        for share in (1.0, 0.6, 0.35):
            volume = share * self.zone_volume
            start = self.zone_start() if weight == 0.0 else self.reach(volume, weight)
            if start is not None:
                here = (volume, weight)
                _, thin = self._go(start, here, (volume * 1e-9, weight))
                _, full = self._go(start, here, (volume * 1e6, weight))
                return volume * 1e-9**thin, volume * 1e6**full
        return None

    def _go(
        self, x: np.ndarray, here: tuple[float, float], there: tuple[float, float]
    ) -> tuple[np.ndarray, float]:
        ratio = there[0] / here[0]

        def shoot(x: np.ndarray, share: float) -> Shot | None:
            volume = here[0] * ratio**share
            weight = here[1] + (there[1] - here[1]) * share
            return _shoot_bridge(x, self.lower, self.upper, self.standoff, volume, weight)

        stretch = max(abs(math.log(ratio)), 0.0 if here[1] == there[1] else 0.5)
        return follow(shoot, x, careful=0.02 / max(stretch, 1e-9))
